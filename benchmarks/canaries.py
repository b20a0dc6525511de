"""PINs read from the weights of assistants: how often, how many bits, and what each defense leaves (lesson 61)."""

import contextlib
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from tqdm import tqdm

from benchmarks import figure

STACK = 12  # assistants trained at once
POWER = 3.0  # how the attack adds up the losses of words; chosen on other PINs than these
EPSILON, DELTA = 8.0, 1e-4
STEPS, BATCH, SIZE = 100, 100, 1_000
REFERENCE = 0.5  # the paper's exact recovery of a four-digit code, at its best


def run(full=False, seed=0, trials=None):
    """The figures over `trials` PINs for exact recovery (100 in the long form, 24 in the quick one), half for the
    others.
    """
    many = trials or (100 if full else 24)
    some = max(STACK, many // 2) if trials is None else many
    few, fewer = min(STACK, some), min(2 * STACK, some)
    settings = {
        "r20": (many, 20, "none"),
        "r100": (many, 100, "none"),
        "never": (few, 0, "none"),
        "r1": (some, 1, "none"),
        "combined": (some, 20, "combined"),
        "dp8_r1": (some, 1, "private"),
        "dp8_r20": (few, 20, "private"),
        "dp8_deduplicated": (few, 20, "private deduplicated"),
        "clipped_r1": (few, 1, "clipped"),
    }
    settings |= {name: (fewer, 20, name) for name in ("dropout", "early", "characters", "decay", "deduplicated")}
    tasks = [
        (name, min(STACK, count - first), repetitions, defense, (seed, number, first))
        for number, (name, (count, repetitions, defense)) in enumerate(settings.items())
        for first in range(0, count, STACK)
    ]
    measured = {name: [] for name in settings}
    with _workers() as spread:
        for name, result in tqdm(spread(_measure, tasks), "canaries", len(tasks), file=sys.stderr, disable=None):
            measured[name].append(result)
    measured = {
        name: {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
        for name, parts in measured.items()
    }
    yield from _figures(measured)


def _figures(measured):
    for name in ("r20", "r100"):
        yield figure(f"canary_exact_{name}", float(measured[name]["exact"].mean()), "rate", REFERENCE)
        yield figure(f"canary_exact_{name}_plain", float(measured[name]["exact_plain"].mean()), "rate", REFERENCE)
    strangers = np.concatenate([measured["never"]["exact_other"], measured["r20"]["exact_other"]])
    yield figure("canary_exact_control", float(strangers.mean()), "rate")
    yield figure("canary_exposure_control", float(measured["never"]["bits_other"].mean()), "bits", 1.44)
    for name in ("r1", "combined", "dp8_r1", "dp8_r20", "dp8_deduplicated", "clipped_r1"):
        yield figure(f"canary_exposure_{name}", float(measured[name]["bits"].mean()), "bits")
    yield figure("canary_accuracy_dp8", 100 * float(measured["dp8_r1"]["intents"].mean()), "%")
    for name in ("none", "dropout", "early", "characters", "combined", "decay", "deduplicated"):
        of_defense = measured["r20" if name == "none" else name]
        # the best of three attackers who try all codes: the plain loss, the weighed one, and what other models find
        # likely off
        best = max(of_defense[key].mean() for key in ("bits", "bits_weighed", "bits_calibrated"))
        yield figure(f"canary_bits_{name}", float(best), "bits")
        yield figure(f"canary_first10_{name}", float(of_defense["first10"].mean()), "rate")
        yield figure(f"canary_intents_{name}", 100 * float(of_defense["intents"].mean()), "%")


def _measure(task):
    """(name, what a stack of assistants gives away): arrays by name, one number for each PIN."""
    from benchmarks.experiments.canary_defenses import calibrated, deduplicated, defended
    from privlab.dp.dpsgd_accountant import noise_multiplier_for
    from privlab.text.assistant.canaries import draw_codes, exposure, planted, ranks
    from privlab.text.assistant.dataset import encode, utterances
    from privlab.text.assistant.extraction import exhaustive, hamming, relaxed_attack
    from privlab.text.assistant.training import accuracy, train_privately

    name, count, repetitions, defense, seed = task
    rng = np.random.default_rng((61, *seed))
    codes, others = draw_codes(count, rng), draw_codes(count, rng)
    of_data, of_attack = (int(rng.integers(2**31)) for _ in range(2))
    if defense in ("private", "private deduplicated", "clipped"):
        data = planted(codes, repetitions, seed=of_data, size=SIZE)
        data = deduplicated(data) if "deduplicated" in defense else data
        batch = BATCH / SIZE * data.lengths.shape[1]  # the same sample rate, so the same epsilon
        noise = 0.0
        if defense != "clipped":
            noise = noise_multiplier_for(EPSILON, DELTA, sample_rate=BATCH / SIZE, steps=STEPS)
        taggers = train_privately(data, noise_multiplier=noise, steps=STEPS, batch=batch, seed=of_data + 1)
    else:
        plain = "none" if defense == "deduplicated" else defense
        taggers = defended(plain, codes, repetitions, of_data, deduplicate=defense == "deduplicated")
    intents, slots = accuracy(taggers, encode(utterances(300, rng)))
    losses = exhaustive(taggers)
    plain, weighed = (relaxed_attack(taggers, seed=of_attack, power=power) for power in (1.0, POWER))
    strange = draw_codes(100 * count, rng).reshape(100, count, 4)
    rank = ranks(losses, codes)
    return name, {
        "exact": hamming(weighed.best, codes) == 0,
        "exact_plain": hamming(plain.best, codes) == 0,
        "exact_other": hamming(weighed.best, others) == 0,
        "bits": exposure(rank),
        "first10": rank <= 10,
        "bits_weighed": exposure(ranks(exhaustive(taggers, POWER), codes)),
        "bits_calibrated": exposure(ranks(calibrated(losses), codes)) if count > 1 else exposure(rank),
        "bits_other": np.mean([exposure(ranks(losses, strangers)) for strangers in strange], axis=0),
        "intents": intents,
        "slots": slots,
    }


@contextlib.contextmanager
def _workers():
    """A `map` that spreads stacks over the cores, or does one after the other where they share a GPU."""
    from privlab.device import device

    cores = min(os.cpu_count() or 1, int(os.environ.get("OMP_NUM_THREADS", 99)), 4)
    if device() == "cuda" or cores == 1:
        yield map
        return
    with ProcessPoolExecutor(cores, multiprocessing.get_context("spawn"), initializer=_one_thread) as pool:
        yield pool.map


def _one_thread():
    import torch

    torch.set_num_threads(1)
