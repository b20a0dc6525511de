"""Differential privacy: randomized answers a second, the audit's catches, time and false alarms, exact composition."""

import sys
import time

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab import dp
from privlab.dp.audit_targets import BROKEN, CORRECT, EPSILON

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
        dp.randomized_response.respond(truths, np.log(3), rng)
        seconds.append(time.perf_counter() - began)
    yield figure("randomized_responses_per_second", ANSWERS / min(seconds), "answers/s")


def _broken(seed):
    caught, seconds = 0, []
    for mechanism, first, second in tqdm(BROKEN.values(), "broken mechanisms", file=sys.stderr, disable=None):
        began = time.perf_counter()
        caught += dp.audit.lower_bound(mechanism, first, second, samples=SAMPLES, seed=seed).catches(EPSILON)
        seconds.append(time.perf_counter() - began)
    yield figure("audit_broken_caught", caught, "of 5", reference=5)
    yield figure("audit_seconds", max(seconds), "s")


def _false_alarms(seed, trials):
    correct = list(CORRECT.values())
    alarms = sum(
        dp.audit.lower_bound(*correct[trial % len(correct)], samples=ALARM_SAMPLES, seed=(seed, trial)).catches(EPSILON)
        for trial in tqdm(range(trials), "correct mechanisms", file=sys.stderr, disable=None)
    )
    yield figure("audit_false_alarms", alarms, f"of {trials}")


def _composition(seed):
    """Seconds from mechanism to epsilon, of a Laplace and a Gaussian mechanism together, the best of five each way."""
    from dp_accounting.pld import privacy_loss_distribution as library

    rng = np.random.default_rng(seed)
    epsilon, noise_multiplier = rng.uniform(0.05, 0.15), rng.uniform(10, 30)

    def ours():
        gaussian, _ = dp.pld.sampled_gaussian(noise_multiplier=noise_multiplier, sample_rate=1.0)
        return [loss.compose(RELEASES).epsilon(DELTA) for loss in (dp.pld.laplace(epsilon), gaussian)]

    def theirs():
        losses = library.from_laplace_mechanism(1 / epsilon), library.from_gaussian_mechanism(noise_multiplier)
        return [loss.self_compose(RELEASES).get_epsilon_for_delta(DELTA) for loss in losses]

    seconds, library_seconds, equal = [], [], []
    for _ in tqdm(range(5), "exact composition", file=sys.stderr, disable=None):
        times = [time.perf_counter()]
        epsilons = []
        for compose in (ours, theirs):
            epsilons.append(compose())
            times.append(time.perf_counter())
        seconds.append(times[1] - times[0])
        library_seconds.append(times[2] - times[1])
        equal.append(np.abs(np.subtract(*epsilons)).max() <= 1e-4)
    yield figure("pld_seconds", min(seconds) if all(equal) else None, "s", reference=min(library_seconds))
    yield figure("pld_library_seconds", min(library_seconds), "s")
