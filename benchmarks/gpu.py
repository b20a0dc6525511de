"""Attacks and private training on a GPU, side by side with the CPU: seconds, and what each comes to.

It needs nothing but torch, numpy, scipy and psutil. Letters are the real ones where there are some, else handwriting
drawn here, which needs no font. Before each part it says how much memory and time that may take; what does not fit the
free memory or the minutes that are left is left out, and named.
"""

import functools
import sys
import time
from typing import NamedTuple

import numpy as np

from benchmarks import figure
from privlab.data.types import DataError, Pictures, Split
from privlab.device import device

MINUTES = 6.0  # with `pytest -m gpu` before it, less than eight
LARGE = {24: 20e6, 32: 100e6}  # letters of a batch, and the choices of neurons that it gets at most
HIDDEN = 1024
STEPS = 20  # of DP-SGD on a network
SHADOWS, ASKED = 16, 1_000  # models, and letters of which each learns half
WRITERS, TEST_WRITERS = 200, 40  # of drawn handwriting, 52 letters each
EPSILONS = {"eps1_5": 1.5, "eps3": 3.0}


class Part(NamedTuple):
    """A part: its name, the GiB of the GPU and the seconds that it may take, and `work()`, which yields figures.

    work : function of (letters, seed, times); `times(name, call)` measures a call and tells the figure.
    """

    name: str
    gib: float
    seconds: float
    work: object


def run(full=False, seed=0, trials=None, minutes=MINUTES):
    """The figures of a GPU, each beside the CPU's as its reference; those of what was left out have no value.

    Without a GPU the CPU's seconds stand alone, of the parts that take it no more than a minute.
    minutes : for all. full, trials : unused.
    """
    until, there = time.monotonic() + 60 * minutes, device() == "cuda"
    if there:
        import torch

        print(f"on {torch.cuda.get_device_name()}, torch {torch.__version__}", file=sys.stderr)
    else:
        print("no GPU that torch can use: the CPU's seconds stand alone", file=sys.stderr)
    letters = letters_at_hand()
    for part in PARTS:
        left = until - time.monotonic()
        why = _left_out(part, left, there)
        if why:
            print(f"{part.name}: left out, {why}", file=sys.stderr, flush=True)
            continue
        print(f"{part.name}: up to {part.gib:g} GiB and {part.seconds:.0f} s ...", file=sys.stderr, flush=True)
        began = time.monotonic()
        try:
            yield from part.work(letters, seed, there)
        except ImportError as error:
            print(f"{part.name}: left out, {error}", file=sys.stderr, flush=True)
            continue
        print(f"{part.name}: done in {time.monotonic() - began:.1f} s{_peak(there)}", file=sys.stderr, flush=True)


def _left_out(part, left, there):
    """Why a part is left out, in words, or ""."""
    if left < part.seconds:
        return f"it may take {part.seconds:.0f} s, and {left:.0f} s are left"
    if there:
        import torch

        torch.cuda.reset_peak_memory_stats()
        free = torch.cuda.mem_get_info()[0] / 2**30
        if free < part.gib:
            return f"it may take {part.gib:g} GiB, and {free:.1f} GiB of the GPU are free"
    return ""


def _peak(there):
    """What a part took of the GPU, in words."""
    if not there:
        return ""
    import torch

    return f", {torch.cuda.max_memory_allocated() / 2**30:.2f} GiB"


def letters_at_hand():
    """Real letters where there are some, else handwriting in forms of our own: a Split."""
    from privlab.data.emnist_letters import data_in_use, letters

    try:
        if data_in_use().source == "emnist":
            return letters()
    except (DataError, ImportError) as error:
        print(f"handwriting is drawn instead of letters that are there: {error}", file=sys.stderr)
    from privlab.data.drawn.dataset import DrawnSet, draw
    from privlab.data.drawn.handwriting import FACES

    parts = []
    for first, writers in ((5000, WRITERS), (6000, TEST_WRITERS)):
        images, labels, ids = draw(DrawnSet(seed=7, first_writer=first, writers=writers, faces=FACES))
        parts.append(Pictures(images, labels, ids, "drawn"))
    return Split(*parts)


def side_by_side(name, call, there, source, cpu=True):
    """Yields the figure of a call's seconds, the GPU's beside the CPU's, and gives back what it came to on either.

    call : without arguments, whose tensors are made on the device in use. cpu : False where the CPU takes too long.
    """
    seconds, came_to = {}, {}
    for where in ("cuda",) * there + ("cpu",) * (cpu or not there):
        seconds[where], came_to[where] = timed(call, where)
    yield figure(f"gpu_{name}_seconds", seconds.get("cuda"), "s", seconds.get("cpu"), source)
    if "cpu" in seconds:
        yield figure(f"gpu_{name}_seconds_cpu", seconds["cpu"], "s", data=source)
    return came_to


def timed(call, where):
    """Seconds of a call on a device, and what it came to; a short call before it wakes the device up."""
    import os

    import torch

    kept = os.environ.get("PRIVLAB_DEVICE", "")
    os.environ["PRIVLAB_DEVICE"] = "cpu" if where == "cpu" else ""
    try:
        if where == "cuda":
            torch.ones(8, 8, device="cuda").double().inverse()
            torch.cuda.synchronize()
        began = time.perf_counter()
        found = call()
        if where == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - began, found
    finally:
        os.environ["PRIVLAB_DEVICE"] = kept


def exact(pictures, truth):
    """How many letters are among the pictures, byte for byte."""
    have = {picture.tobytes() for picture in np.rint(255 * np.asarray(pictures)).astype(np.uint8)}
    return sum(letter.tobytes() in have for letter in truth)


def some(letters, count, seed):
    """Some test letters and their labels."""
    chosen = np.random.default_rng((seed, count)).choice(len(letters.test), count, replace=False)
    return letters.test.images[chosen], letters.test.labels[chosen].astype(np.int64)


def matching(letters, seed, there):
    """One letter by gradient matching."""
    from privlab.fl.gradients.gradient import client_gradient
    from privlab.fl.gradients.matching import match_gradient
    from privlab.fl.gradients.models import dense_network

    images, labels = some(letters, 1, seed)

    def call():
        model = dense_network(seed, "sigmoid")
        return match_gradient(client_gradient(model, images, labels), model, int(labels[0]), seed=seed)

    found = yield from side_by_side("matching", call, there, letters.source)
    for where, result in found.items():
        yield figure(f"gpu_matching_exact_{where}", exact([result.image], images), "letters of 1", data=letters.source)


def inverted(letters, size, seed, sets):
    """How many letters of a batch come back exactly, and whether that is certified."""
    from privlab.fl.gradients.analytic import invert_relu_layer
    from privlab.fl.gradients.gradient import client_gradient
    from privlab.fl.gradients.models import dense_network

    images, labels = some(letters, size, seed)
    model = dense_network(seed, hidden=HIDDEN)
    found = invert_relu_layer(
        client_gradient(model, images, labels), model, np.random.default_rng(seed), max_samples=40, sets=int(sets)
    )
    return exact(found.images, images)


def batches(letters, seed, there):
    """Batches of 16 and 20 on both."""
    for size in (16, 20):
        call = functools.partial(inverted, letters, size, seed, 10e6)
        found = yield from side_by_side(f"batch{size}", call, there, letters.source)
        for where, count in found.items():
            yield figure(f"gpu_batch{size}_exact_{where}", count, f"letters of {size}", data=letters.source)


def large_batch(size, letters, seed, there):
    """A large batch on the GPU alone; the CPU takes minutes."""
    if not there:
        print(f"a batch of {size} is left to a GPU", file=sys.stderr)
        return
    call = functools.partial(inverted, letters, size, seed, LARGE[size])
    found = yield from side_by_side(f"batch{size}", call, there, letters.source, cpu=False)
    yield figure(f"gpu_batch{size}_exact", found["cuda"], f"letters of {size}", data=letters.source)


def imprint(letters, seed, there):
    """A planted layer of 4,096 neurons and 256 letters in one sum."""
    from privlab.fl.gradients.gradient import client_gradient
    from privlab.fl.imprint.peeling import peel
    from privlab.fl.imprint.planted_layer import network, plan

    images, labels = some(letters, 256, seed)

    def call():
        planted = plan(letters.train.images[:4_000], bins=1024, groups=4, rng=np.random.default_rng(seed))
        model = network(planted, np.random.default_rng(seed))
        return peel(client_gradient(model, images, labels), planted).images

    found = yield from side_by_side("imprint", call, there, letters.source)
    for where, pictures in found.items():
        count = exact(pictures / 255, images)
        yield figure(f"gpu_imprint_exact_{where}", count, "letters of 256", data=letters.source)


def shadows(letters, seed, there):
    """Shadow models at once, each on half of the letters."""
    from privlab.ml.membership.shadow_models import draw_members, train_together

    images, labels = letters.train.images[:ASKED], letters.train.labels[:ASKED].astype(np.int64)
    members = draw_members(SHADOWS, letters=ASKED, rng=np.random.default_rng(seed))

    def call():
        networks = train_together(images, labels, members, hidden=256, epochs=20, seed=seed)
        return float((networks.scores(letters.test.images[:ASKED]).argmax(2) == letters.test.labels[:ASKED]).mean())

    found = yield from side_by_side("shadows", call, there, letters.source)
    for where, right in found.items():
        yield figure(f"gpu_shadows_accuracy_{where}", 100 * right, "%", data=letters.source)


def scratch(letters, seed, there):
    """Private training with no public data, at two budgets, on all letters; the recorded accuracy stands beside it."""
    from benchmarks.experiments.scratch_reader import ScratchReader, stroke_rows
    from privlab.ml.public_features import labels_of

    recorded = {"eps1_5": 89.25, "eps3": 90.54} if letters.source == "emnist" else {}  # scratch_accuracy_*, of EMNIST

    def call(epsilon):
        rows, labels = stroke_rows(letters.train.images), labels_of(letters.train)
        reader = ScratchReader(rows, labels, epsilon, seed=seed)
        return reader.accuracy(stroke_rows(letters.test.images), labels_of(letters.test))

    for name, epsilon in EPSILONS.items():
        cpu = name == "eps3" and len(letters.train) < 30_000
        found = yield from side_by_side(
            f"scratch_{name}", functools.partial(call, epsilon), there, letters.source, cpu=cpu
        )
        for where, right in found.items():
            yield figure(f"gpu_scratch_accuracy_{name}_{where}", 100 * right, "%", recorded.get(name), letters.source)


def private_steps(letters, seed, there):
    """Steps of DP-SGD on a convolutional network, batches of about 512."""
    from benchmarks.private_training import network
    from privlab.ml.dpsgd.per_example import cross_entropies
    from privlab.ml.dpsgd.training import train
    from privlab.ml.letter_classifier import as_pixels
    from privlab.ml.public_features import labels_of

    def call():
        import torch

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = network().to(device())
        pixels, labels = as_pixels(letters.train.images).to(device()), labels_of(letters.train)
        settings = dict(epsilon=3.0, delta=1e-6, max_norm=0.5, sample_rate=min(1.0, 512 / len(pixels)), steps=STEPS)
        optimizer = torch.optim.SGD(model.parameters(), 1.0)
        train(model, cross_entropies, (pixels, labels), **settings, chunk=512, optimizer=optimizer, seed=seed)
        return all(bool(part.isfinite().all()) for part in model.parameters())

    yield from side_by_side("private_steps", call, there, letters.source)


PARTS = (
    Part("matching", 0.1, 20, matching),
    Part("batches of 16 and 20", 0.5, 60, batches),
    Part("imprint", 0.5, 30, imprint),
    Part("private steps", 1.0, 30, private_steps),
    Part("shadows", 1.0, 40, shadows),
    Part("a batch of 24", 0.5, 60, functools.partial(large_batch, 24)),
    Part("from scratch", 4.0, 90, scratch),
    Part("a batch of 32", 0.5, 90, functools.partial(large_batch, 32)),
)
