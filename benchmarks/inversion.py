"""Test letters that gradients give back byte for byte, single and in batches; new weights for every trial."""

import sys
import time

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab.data import data_in_use, letters, public_letters, render
from privlab.device import device
from privlab.fl.gradients.analytic import infer_label, invert_by_division, invert_convolution
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.matching import match_gradient
from privlab.fl.gradients.metrics import RECOVERED, byte_exact, matched, nearest_public
from privlab.fl.gradients.models import convolution_dense_network, dense_network, trained
from privlab.lessons.gradient_inversion.experiments import inversion_trial

TRIALS, BATCHES, SOME, FEW = 20, 100, 10, 5
STAGES = 0, 50, 100, 200, 300, 625, 1250, 3000  # steps of training, 64 letters each
SIZES, LARGE = (3, 5, 7), (20, 22)
CHANCES, PUBLIC = 300, 10_000
NEEDED = 2 * 2**30  # bytes of GPU memory that the largest batches may take


def run(full=False, seed=0, trials=None):
    """The rates of one letter (matching, division) over `trials`, 20 by default, and of batches, 100 by default.

    full : also batches of 16 to 22, trained models, updates of 5 steps, fewer bits, and a convolution. A unit such as
    "rate, 10 trials" says over how many a rate was taken.
    """
    if data_in_use().source == "drawn":
        render()
    both, singles, batches = letters(), trials or TRIALS, trials or BATCHES
    exact = np.array(
        [_single(both.test, np.random.default_rng((seed, trial))) for trial in _counted(singles, "single letters")]
    )
    for name, rate in zip(("inversion_single_exact_rate", "inversion_single_division_rate"), exact.mean(axis=0)):
        yield figure(name, float(rate), f"rate, {singles} trials", data=both.source)
    yield figure(
        "inversion_chance_recovered",
        _by_chance(both.test, np.random.default_rng(seed)),
        f"letters of {CHANCES}",
        data=both.source,
    )
    rate, seconds = _rate(both.test, 7, seed, batches, "batches of 7", warm=True)
    yield figure("inversion_batch7_all_exact_rate", rate, f"rate, {batches} trials", data=both.source)
    yield figure("inversion_batch7_seconds", seconds, "s", data=both.source)
    ways = {
        "inversion_batch7_float32_rate": dict(precision="float32"),
        "inversion_batch7_float16_rate": dict(precision="float16", sets=1000),
        "inversion_batch7_update5_rate": dict(steps=5),
    }
    ways |= {
        f"inversion_batch{size}_trained{steps}_rate": dict(train=steps, size=size) for steps in STAGES for size in SIZES
    }
    some, few = min(batches, SOME), min(batches, FEW)
    for name, options in ways.items():
        rate = _rate(both.test, options.pop("size", 7), seed, some, name, both.train, **options)[0] if full else None
        yield figure(name, rate, f"rate, {some} trials", data=both.source)
    rate = (
        np.mean(
            [
                _through_convolution(both.test, np.random.default_rng((seed, trial)))
                for trial in _counted(some, "convolution")
            ]
        )
        if full
        else None
    )
    yield figure(
        "inversion_batch7_convolution_rate",
        None if rate is None else float(rate),
        f"rate, {some} trials",
        data=both.source,
    )
    rate, seconds = _rate(both.test, 16, seed, few, "batches of 16", sets=2_000_000) if full else (None, None)
    yield figure("inversion_batch16_all_exact_rate", rate, f"rate, {few} trials", data=both.source)
    yield figure("inversion_batch16_seconds", seconds, "s", data=both.source)
    large = large_batches(both.test, LARGE, seed=seed) if full else {}
    for size in LARGE:
        yield figure(f"inversion_batch{size}_exact", large.get(size), f"letters of {size}", data=both.source)


def large_batches(letters, sizes, hidden=1024, seed=0):
    """How many of each large batch's letters come back byte for byte, a dict from size to count.

    It takes minutes on a CPU and is written for a GPU, on which it runs where there is one with enough free memory.

    letters, hidden  as in `inversion_trial`.    seed  decides everything.
    """
    model = None
    if device() == "cuda":
        import torch

        free = torch.cuda.mem_get_info()[0]
        if free < NEEDED:
            print(
                f"the GPU has {free / 2**30:.1f} GiB free, {NEEDED / 2**30:.0f} are needed: the CPU does it",
                file=sys.stderr,
            )
            model = dense_network(seed, hidden=hidden).cpu()
    limits = dict(model=model, hidden=hidden, sets=10_000_000)
    return {
        size: int(inversion_trial(letters, size, np.random.default_rng((seed, size)), **limits)[1].sum())
        for size in sizes
    }


def _rate(private, size, seed, trials, about, letters=None, train=None, warm=False, **options):
    """The share of batches all of whose letters are byte-exact, and the median of the attacker's seconds."""
    model = trained(dense_network(seed), letters, steps=train, seed=seed) if train else None
    if warm:
        inversion_trial(private, size, np.random.default_rng((seed, trials)))  # torch's first call is slow
    whole, seconds = [], []
    for trial in _counted(trials, about):
        begun = time.perf_counter()
        whole.append(
            inversion_trial(private, size, np.random.default_rng((seed, size, trial)), model=model, **options)[1].all()
        )
        seconds.append(time.perf_counter() - begun)  # with the client's gradient, a hundredth of it
    return float(np.mean(whole)), float(np.median(seconds))


def _by_chance(private, rng):
    """How many of 300 letters have a public one so near, of 10,000, that it would count as recovered, int."""
    mine, public = (
        every[rng.choice(len(every), min(len(every), count), replace=False)]
        for every, count in ((private.images, CHANCES), (public_letters().images, PUBLIC))
    )
    return int((nearest_public(mine, public)[1] < RECOVERED).sum())


def _single(private, rng):
    index, *seeds = (int(rng.integers(high)) for high in (len(private.labels), 2**31, 2**31, 2**31))
    letter, label = private.images[index], private.labels[index]
    smooth, piecewise = dense_network(seeds[0], "sigmoid"), dense_network(seeds[1], "relu")
    seen = client_gradient(smooth, letter, label)
    matching = match_gradient(seen, smooth, infer_label(seen), seed=seeds[2])
    divided = invert_by_division(client_gradient(piecewise, letter, label))
    return byte_exact(matching.image, letter), byte_exact(divided, letter)


def _through_convolution(private, rng):
    chosen = rng.choice(len(private.labels), 7, replace=False)
    model = convolution_dense_network(int(rng.integers(2**31)))
    images = private.images[chosen]
    inversion = invert_convolution(client_gradient(model, images, private.labels[chosen]), model, rng)
    return matched(inversion.images, images)[1].all()


def _counted(trials, about):
    return tqdm(range(trials), about, file=sys.stderr, disable=None)
