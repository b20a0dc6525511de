"""Differential privacy: randomized answers a second, and the audit's catches, time and false alarms."""
import sys
import time

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab.dp.audit import audit
from privlab.dp.mechanisms import BROKEN, CORRECT, EPSILON
from privlab.dp.response import respond

ANSWERS = 1_000_000
SAMPLES = 2_000_000
ALARM_SAMPLES = 50_000
TRIALS = 200


def run(full=False, seed=0, trials=None):
    """The figures of the differential-privacy lessons; `trials` are the seeds of the audits of correct mechanisms."""
    yield from _answers(seed)
    yield from _broken(seed)
    yield from _false_alarms(seed, trials or TRIALS)


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
    alarms = sum(audit(*correct[trial % len(correct)], ALARM_SAMPLES, (seed, trial)).catches(EPSILON)
                 for trial in tqdm(range(trials), "correct mechanisms", file=sys.stderr, disable=None))
    yield figure("audit_false_alarms", alarms, f"of {trials}")
