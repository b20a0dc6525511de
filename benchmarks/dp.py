"""Differential privacy: randomized answers a second, the audit's catches, time and false alarms, exact composition."""

import sys
import time

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab.dp import pld
from privlab.dp.audit import audit
from privlab.dp.audit_targets import BROKEN, CORRECT, EPSILON
from privlab.dp.randomized_response import respond

ANSWERS = 1_000_000
SAMPLES = 2_000_000
ALARM_SAMPLES = 50_000
TRIALS = 200
RELEASES = 1_000
DELTA = 1e-6


def run(full=False, seed=0, trials=None):
    """The figures of the differential-privacy lessons; `trials` are the seeds of the audits of correct mechanisms."""
    yield from _answers(seed)
    yield from _broken(seed)
    yield from _false_alarms(seed, trials or TRIALS)
    yield from _composition(seed)


def _answers(seed):
    rng = np.random.default_rng(seed)
    truths = rng.integers(0, 2, ANSWERS)
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        respond(truths, np.log(3), rng)
        seconds.append(time.perf_counter() - began)
    yield figure("randomized_responses_per_second", ANSWERS / min(seconds), "answers/s")


def _broken(seed):
    caught, seconds = 0, []
    for mechanism, first, second in tqdm(BROKEN.values(), "broken mechanisms", file=sys.stderr, disable=None):
        began = time.perf_counter()
        caught += audit(mechanism, first, second, SAMPLES, seed).catches(EPSILON)
        seconds.append(time.perf_counter() - began)
    yield figure("audit_broken_caught", caught, "of 5", reference=5)
    yield figure("audit_seconds", max(seconds), "s")


def _false_alarms(seed, trials):
    correct = list(CORRECT.values())
    alarms = sum(
        audit(*correct[trial % len(correct)], ALARM_SAMPLES, (seed, trial)).catches(EPSILON)
        for trial in tqdm(range(trials), "correct mechanisms", file=sys.stderr, disable=None)
    )
    yield figure("audit_false_alarms", alarms, f"of {trials}")


def _composition(seed):
    """Seconds from mechanism to epsilon, of a Laplace and a Gaussian mechanism together, the best of five each way."""
    from dp_accounting.pld import privacy_loss_distribution as library

    rng = np.random.default_rng(seed)
    epsilon, deviation = rng.uniform(0.05, 0.15), rng.uniform(10, 30)

    def ours():
        return [one.compose(RELEASES).epsilon(DELTA) for one in (pld.laplace(epsilon), pld.gaussian(deviation))]

    def theirs():
        return [
            one.self_compose(RELEASES).get_epsilon_for_delta(DELTA)
            for one in (library.from_laplace_mechanism(1 / epsilon), library.from_gaussian_mechanism(deviation))
        ]

    seconds, library_seconds, equal = [], [], []
    for _ in tqdm(range(5), "exact composition", file=sys.stderr, disable=None):
        times = [time.perf_counter()]
        found = []
        for compose in (ours, theirs):
            found.append(compose())
            times.append(time.perf_counter())
        seconds.append(times[1] - times[0])
        library_seconds.append(times[2] - times[1])
        equal.append(np.abs(np.subtract(*found)).max() <= 1e-4)
    yield figure("pld_seconds", min(seconds) if all(equal) else None, "s", reference=min(library_seconds))
    yield figure("pld_library_seconds", min(library_seconds), "s")
