"""Private training: accuracy at two budgets, with and without public data, and what exact clipping costs in time."""

import sys
import time

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from benchmarks.experiments.reader_training import accuracy, train_reader
from benchmarks.experiments.scratch_reader import ScratchReader, stroke_rows
from privlab.data import data_in_use, letters, public_letters, render
from privlab.device import one_thread
from privlab.ml.dpsgd.linear_head import head_accuracy, plan_head, train_head
from privlab.ml.letter_classifier import load_reader
from privlab.ml.public_features import PublicFeatures, labels_of

SEEDS = 3  # of the noise; --trials sets another number
PUBLIC = 10_000  # public letters from which centre and main directions are taken
BUDGETS = {"eps1_5": 1.5, "eps3": 3.0}
BATCH = 512


def run(full=False, seed=0, trials=None):
    """Accuracies in per cent of the test letters, means over the seeds of the noise; slowdowns as ratios of times.

    The quick form takes one seed of noise and leaves out the network without privacy, which takes minutes to train.
    """
    if data_in_use().source == "drawn":
        render()
    split, seeds = letters(), [seed + trial for trial in range(trials or (SEEDS if full else 1))]
    yield from _with_public(split, seeds)
    yield from _from_scratch(split, seed)
    yield from _slowdowns(seed)
    yield from beside_opacus(split, seed)
    best = None
    if full:
        trained = train_reader(split.train, seed=seed, epochs=6, width=32, hidden=256, start=load_reader(split.source))
        best = 100 * accuracy(trained, split.test)
    yield figure("accuracy_none", best, "%", 90, split.source)


def _with_public(split, seeds):
    reader, public = load_reader(split.source), public_letters()
    yield figure("accuracy_zero_shot", 100 * accuracy(reader, split.test), "%", data=split.source)
    features = PublicFeatures(reader, public.images[:PUBLIC], seed=seeds[0])
    rows, labels = features.rows(split.train.images), labels_of(split.train)
    test, truths = features.rows(split.test.images), labels_of(split.test)
    for name, epsilon, reference in (("eps1_5", 1.5, 78), ("eps3", 3.0, 82), ("head_none", None, None)):
        settings = plan_head(len(rows), epsilon)
        reached = [
            head_accuracy(train_head(rows, labels, seed=noise, **settings), test, truths)
            for noise in tqdm(seeds if epsilon else seeds[:1], f"head, {name}", file=sys.stderr, disable=None)
        ]
        yield figure(f"accuracy_{name}", 100 * float(np.mean(reached)), "%", reference, split.source)


def _from_scratch(split, seed):
    rows, labels = stroke_rows(split.train.images), labels_of(split.train)
    test, truths = stroke_rows(split.test.images), labels_of(split.test)
    for (name, epsilon), reference in zip(BUDGETS.items(), (78, 82)):
        reached = ScratchReader(rows, labels, epsilon, seed=seed).accuracy(test, truths)
        yield figure(f"scratch_accuracy_{name}", 100 * reached, "%", reference, split.source)


def _slowdowns(seed):
    """Times of exact clipped sums over those of PyTorch's forward and backward of the same model and batch, on one
    thread.

    Counted is the processor's time, which a busy machine disturbs less than the clock's.
    """
    import torch

    from privlab.ml.dpsgd.edpsgd import clip_layers, micro_gradients
    from privlab.ml.dpsgd.ghost_clipping import bookkept_sum, ghost_sum
    from privlab.ml.dpsgd.linear_head import clipped_sum
    from privlab.ml.dpsgd.per_example import opacus_sum, per_example_sum

    with one_thread():
        generator = torch.Generator().manual_seed(seed)
        rows = torch.nn.functional.normalize(torch.randn(4096, 770, generator=generator), dim=1)
        labels = torch.randint(26, (4096,), generator=generator)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            head, cnn = torch.nn.Linear(770, 26, bias=False), network()
        weights = head.weight.detach().T.contiguous()
        lengths = rows.norm(dim=1)  # the rows never change: taken once in a training
        slow, (quick,) = _times(
            lambda: _plain(head, rows, labels), [lambda: clipped_sum(rows, labels, weights, 0.25, lengths)]
        )
        yield figure("dp_slowdown_head", quick / slow, "ratio", 1)
        pixels, some = torch.rand(BATCH, 1, 28, 28, generator=generator), labels[:BATCH]
        groups = np.arange(BATCH) % 8
        ways = {
            "dp_slowdown_cnn": lambda: bookkept_sum(cnn, pixels, some, 0.5),
            "slowdown_ghost": lambda: ghost_sum(cnn, pixels, some, 0.5),
            "slowdown_micro_batches": lambda: clip_layers(micro_gradients(cnn, pixels, some, groups, 8), np.ones(4)),
            "slowdown_by_hand": lambda: per_example_sum(cnn, pixels, some, 0.5),
            "slowdown_opacus": lambda: opacus_sum(
                cnn, pixels, some, max_norm=0.5, noise_multiplier=0.0, generator=None
            ),
            "slowdown_one_by_one": lambda: [
                _plain(cnn, pixels[index : index + 1], some[index : index + 1]) for index in range(BATCH)
            ],
        }
        slow, times = _times(lambda: _plain(cnn, pixels, some), list(ways.values()))
        for name, seconds in zip(ways, times):
            yield figure(name, seconds / slow, "ratio", 1)


def beside_opacus(split, seed):
    """A network trained from nothing on 8,000 letters at ε = 3, by `dpsgd.train` and by Opacus's own engine: seconds of
    the processor on one thread, the finding of the noise included, and accuracies. Names have both in pairs.
    """
    import torch

    from privlab.lessons.private_training.experiments import dense_network, half_size, train_with_opacus
    from privlab.ml.dpsgd.per_example import cross_entropies
    from privlab.ml.dpsgd.training import train

    rng = np.random.default_rng(seed)
    chosen, asked = rng.permutation(len(split.train))[:8_000], rng.permutation(len(split.test))[:2_000]
    pixels, labels = half_size(split.train.images[chosen]).cpu(), labels_of(split.train)[chosen].cpu()
    test, truths = half_size(split.test.images[asked]).cpu(), labels_of(split.test)[asked].cpu()

    def ours():
        model = dense_network(64, seed=seed).cpu()
        train(
            model,
            cross_entropies,
            (pixels, labels),
            epsilon=3.0,
            delta=1e-5,
            sample_rate=0.05,
            steps=100,
            max_norm=0.5,
            optimizer=torch.optim.SGD(model.parameters(), 8.0),
        )
        return model

    def theirs():
        model = dense_network(64, seed=seed).cpu()
        train_with_opacus(
            model,
            pixels,
            labels,
            epsilon=3.0,
            delta=1e-5,
            max_norm=0.5,
            batch_size=400,
            epochs=5,
            learning_rate=8.0,
            seed=seed,
        )
        return model

    with one_thread():
        best = {}
        for _ in range(3):
            for name, way in (("train_opacus", theirs), ("train", ours)):
                began = time.process_time()
                model = way()
                seconds = time.process_time() - began
                read = float((model(test).argmax(1) == truths).float().mean())
                best[name] = min(best.get(name, (np.inf, 0)), (seconds, read))
    reference = None
    for name, (seconds, read) in best.items():
        yield figure(f"{name}_seconds", seconds, "CPU s", reference)
        yield figure(f"{name}_accuracy", 100 * read, "%", data=split.source)
        reference = seconds


def network():
    """The convolutional network whose private training is timed: 26,538 weights, tanh as in the literature.

    Source: Papernot, Thakurta, Song, Chien and Erlingsson (2021).
    """
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(1, 16, 8, 2, 2),
        nn.Tanh(),
        nn.MaxPool2d(2, 1),
        nn.Conv2d(16, 32, 4, 2),
        nn.Tanh(),
        nn.MaxPool2d(2, 1),
        nn.Flatten(),
        nn.Linear(512, 32),
        nn.Tanh(),
        nn.Linear(32, 26),
    )


def _plain(model, pixels, labels):
    import torch

    for value in model.parameters():
        value.grad = None
    torch.nn.functional.cross_entropy(model(pixels), labels).backward()


def _times(plain, ways, rounds=9):
    """The best time of `plain` and of each way, taken in turn so that a busy moment strikes all alike."""
    best = np.full(1 + len(ways), np.inf)
    for _ in range(rounds + 1):
        for index, way in enumerate((plain, *ways)):
            began = time.process_time()
            way()
            best[index] = min(best[index], time.process_time() - began)
    return best[0], best[1:]
