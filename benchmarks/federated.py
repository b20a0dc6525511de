"""Federated learning on devices as they are: who is asked, letters that differ, a Byzantine device, four tasks on
commands.
"""

import sys

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab.data import data_in_use, digits, letters, public_letters, render
from privlab.fl.simulation import text_tasks
from privlab.fl.simulation.algorithms import federate, federate_by_activity, quantizer, train_centrally
from privlab.fl.simulation.byzantine import train_under_attack
from privlab.fl.simulation.client_selection import calls, selection_probabilities, watcher_score
from privlab.fl.simulation.population import Devices, deal, heavy_tailed_sizes, partition, shrunk

ROWS, DEVICES, LETTERS = 23_000, 400, 8_000
TARGET = 0.6
LIE = dict(claim=10_000)
REPAIR = dict(attack="norm", claim=10_000, cap=0.9, beta=0.5, rule="equal", robust="clip")
KRUM = dict(byzantine=20, beta=0.0, rule="equal", robust="multi-Krum")


def run(full=False, seed=0, trials=None):
    """All figures; `trials` federations for each mean: 20 with --full, 4 without, a quarter for slow ones."""
    if data_in_use().source == "drawn":
        render()
    private, many = letters(), trials or (20 if full else 4)
    few = max(2, many // 4)
    pixels, labels = shrunk(private.train.images[:ROWS]), private.train.labels[:ROWS].astype(np.int64)
    test = shrunk(private.test.images), private.test.labels.astype(np.int64)
    seeds = [1_000 * seed + number for number in range(many)]
    yield from _selection(pixels, labels, test, seeds, private.source)
    yield from _writers(seeds[:few])
    yield from _watcher(seeds)
    yield from _byzantine(pixels, labels, test, seeds[:few], private.source)
    yield from _differing(pixels, labels, test, seeds[:few], private.source)
    yield from _tasks(seeds[: many // 2] if full else seeds[:2], full)


def _bar(things, what):
    return tqdm(things, what, file=sys.stderr, disable=None)


def _selection(pixels, labels, test, seeds, source):
    sizes = heavy_tailed_sizes(devices=DEVICES, letters=LETTERS)
    for rule, ending in (("count", ""), ("equal", "_equal")):
        for periods, name in ((1, "static"), (4, "continual")):
            gains = []
            for seed in _bar(seeds, f"{name}{ending}"):
                devices = deal(pixels, labels, sizes, np.random.default_rng(seed), skew=0.3)
                alike, active = (
                    federate_by_activity(devices, test, seed=seed, beta=beta, rule=rule, periods=periods, at=(40,))[0]
                    for beta in (0.0, 1.0)
                )
                gains.append(100 * (active - alike))
            yield from _with_low(f"selection_gain_{name}{ending}", gains, source)


def interval(values):
    """The mean and the half-width of its 95 % interval by Student's t, of one value for each seed, two at least."""
    from scipy.stats import t

    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f"an interval needs the values of two seeds at least, got {values.size}")
    return values.mean(), t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5


def ratio_interval(values, others):
    """The mean of `values` over that of `others`, of the same seeds, and the half-width of its 95 % interval, by the
    delta method.
    """
    values, others = np.asarray(values, dtype=float), np.asarray(others, dtype=float)
    ratio = values.mean() / others.mean()
    return ratio, interval((values - ratio * others) / others.mean())[1]


def _with_low(name, values, source):
    mean, half = interval(values)
    yield figure(name, mean, "points", data=source)
    yield figure(f"{name}_low", mean - half, "points", data=source)


def _with_ends(name, middle, half, unit, source=None):
    for ending, value in (("", middle), ("_low", middle - half), ("_high", middle + half)):
        yield figure(f"{name}{ending}", float(value), unit, data=source)


def _writers(seeds):
    """The control: devices that are writers, who wrote about as much each."""
    written = digits()
    if written.source == "mnist":
        train, test, source = written.train, written.test, "mnist"
    else:
        train, test, source = public_letters(), letters().test, "drawn"
    order = np.argsort(train.writers, kind="stable")
    _, sizes = np.unique(train.writers, return_counts=True)
    devices = Devices(shrunk(train.images), train.labels.astype(np.int64), order, sizes)
    scored = shrunk(test.images), test.labels.astype(np.int64)
    gains = []
    for seed in _bar(seeds, "writers"):
        alike, active = (
            federate_by_activity(devices, scored, seed=seed, beta=beta, at=(40,))[0] for beta in (0.0, 1.0)
        )
        gains.append(100 * (active - alike))
    yield figure("selection_gain_writers", float(np.mean(gains)), "points", data=source)


def _watcher(seeds):
    sizes = heavy_tailed_sizes(devices=DEVICES, letters=LETTERS)
    for name, beta in (("watcher_auc", 1.0), ("watcher_auc_control", 0.0)):
        probabilities = selection_probabilities(sizes, beta)
        called = [calls(probabilities, np.random.default_rng((seed, 8)), rounds=200, count=10) for seed in seeds]
        scores = [watcher_score(sizes, counts) for counts in called]
        yield figure(name, float(np.mean(scores)), "rate")


def _byzantine(pixels, labels, test, seeds, source):
    def mean(what, **server):
        outcomes = [train_under_attack(pixels, labels, test, seed=seed, **server) for seed in _bar(seeds, what)]
        return np.mean(outcomes, axis=0)

    control, repaired = mean("no attack"), mean("repaired", **REPAIR)
    yield figure("liar_backdoor", mean("liar", attack="plain", **LIE)[1], "rate", data=source)
    yield figure("liar_control", control[1], "rate", data=source)
    yield figure("liar_repaired", repaired[1], "rate", data=source)
    yield figure("liar_repaired_accuracy_lost", 100 * (control[0] - repaired[0]), "points", data=source)
    yield figure("liar_clipped_alone", mean("clipped", attack="norm", robust="clip", **LIE)[1], "rate", data=source)
    yield figure(
        "liar_equal_and_clipped",
        mean("equal", attack="norm", robust="clip", rule="equal", **LIE)[1],
        "rate",
        data=source,
    )
    yield figure("krum_naive", mean("loud", attack="boost", **KRUM)[1], "rate", data=source)
    yield figure("krum_adaptive", mean("near", attack="near", **KRUM)[1], "rate", data=source)
    vote = {**KRUM, "robust": "vote"}
    quiet, plain = mean("vote, no attack", **vote), mean("clip, no attack", **{**KRUM, "robust": "clip"})
    yield figure("vote_accuracy_lost", 100 * (plain[0] - quiet[0]), "points", data=source)
    yield figure("vote_control", quiet[1], "rate", data=source)
    for name, attack in (("near", "near"), ("norm", "norm"), ("loud", "boost"), ("adaptive", "voted")):
        yield figure(f"vote_{name}", mean(f"vote, {name}", attack=attack, **vote)[1], "rate", data=source)


def _differing(pixels, labels, test, seeds, source):
    """The gap to one place by kind of difference; rounds to 60 % against FedAvg's, and the cost of 8 bits, at label
    skew 0.1.
    """
    gaps, reached, lost = {}, {}, []
    for seed in _bar(seeds, "devices that differ"):
        for kind in ("label", "quantity", "feature"):
            devices = partition(pixels, labels, kind, np.random.default_rng(seed))
            central = train_centrally(devices, test, seed=seed)
            plain = federate(devices, test, "FedAvg", seed=seed, rounds=100)
            gaps.setdefault(kind, []).append(100 * (central - plain.accuracy[-1]))
            if kind != "label":
                continue
            courses = {
                name: federate(devices, test, name, seed=seed, rounds=100) for name in ("FedProx", "FedOpt", "SCAFFOLD")
            }
            for name, course in (("FedAvg", plain), *courses.items()):
                reached.setdefault(name, []).append(min(course.rounds_to(TARGET), 105))
            lost.append(100 * (plain.accuracy[-1] - _eight_bits(devices, test, seed)))
    for kind, values in gaps.items():
        yield from _with_ends(f"gap_{kind}", *interval(values), "points", source)
    for name in ("FedProx", "FedOpt", "SCAFFOLD"):
        ends = ratio_interval(reached[name], reached["FedAvg"])
        yield from _with_ends(f"rounds_ratio_{name.lower()}", *ends, "x", source)
    yield from _with_ends("int8_accuracy_loss", *interval(lost), "points", source)


def _eight_bits(devices, test, seed):
    import torch

    send = quantizer(8, torch.Generator().manual_seed(seed))
    return federate(devices, test, "FedAvg", seed=seed, rounds=100, send=send).accuracy[-1]


def _tasks(seeds, full):
    """In one place less federated after 50 rounds. The quick form takes the first task alone."""
    gaps = {}
    for task in text_tasks.TASKS if full else text_tasks.TASKS[:1]:
        for seed in _bar(seeds, task):
            made = text_tasks.world(task, seed=seed)
            late = text_tasks.federate(task, made, seed=seed, at=(50,))[0]
            gaps.setdefault(task, []).append(100 * (text_tasks.train_centrally(task, made, seed=seed) - late))
        yield from _with_ends(f"gap_{task}", *interval(gaps[task]), "points")
    if full:
        yield from _with_ends("four_tasks_gap", *interval(np.mean(list(gaps.values()), axis=0)), "points")
    else:
        yield figure("four_tasks_gap", None, "points")
