"""The audit: its bound is tight, its false alarms are as rare as it says, and what cannot be audited is refused."""

import math

import numpy as np
import pytest

from privlab.dp.audit import Audit, _best_event, _log_ratio, largest_ratio, learn_threshold, lower_bound, vectorized
from privlab.dp.audit_targets import ANSWERS, EPSILON, OTHER_ANSWERS, laplace_count


def test_a_promise_is_broken_by_a_bound_above_it():
    found = Audit(1.5, "the output is exactly 1", 0.5, 0.1)
    assert found.catches(1.49) and not found.catches(1.5) and not found.catches(2)


def test_an_outcome_of_one_world_alone_makes_no_ratio():
    """It may be luck: only what is seen often enough in both counts."""
    first, second = [0] * 20 + [1] * 10 + [2] * 10, [0] * 30 + [1] * 10
    assert largest_ratio(first, second, least=10) == 1.5
    with pytest.raises(ValueError, match="no outcome was seen 11 times in both"):
        largest_ratio([0] * 20, [1] * 20, least=11)


@pytest.mark.slow
def test_false_alarms_are_rare_and_the_bound_is_tight():
    """A mechanism whose epsilon is exactly 1 at every event: 300 audits at 95 % would exceed 26 alarms once in 390."""
    bounds = [
        lower_bound(laplace_count, ANSWERS, OTHER_ANSWERS, samples=4_000, seed=(5, seed), confidence=0.95).epsilon
        for seed in range(300)
    ]
    assert sum(bound > EPSILON for bound in bounds) <= 26
    assert np.median(bounds) > 0.7


@pytest.mark.slow
def test_choosing_and_testing_on_the_same_half_would_cry_wolf():
    """The negative control: the best of many events on one half alone often exceeds epsilon, which the second half
    repairs.
    """

    def same_half(seed):
        features = [
            {"the output": laplace_count(data, 1_000, np.random.default_rng((seed, world)))}
            for world, data in enumerate((ANSWERS, OTHER_ANSWERS))
        ]
        event = _best_event(features, 0.8)
        counts = [event.count(features[world]) for world in (event.likelier, 1 - event.likelier)]
        return _log_ratio(*counts, 1_000, 0.8) > EPSILON

    honest = [
        lower_bound(laplace_count, ANSWERS, OTHER_ANSWERS, samples=4_000, seed=seed, confidence=0.8).epsilon > EPSILON
        for seed in range(100)
    ]
    assert sum(map(same_half, range(100))) > sum(honest) + 10


def test_the_bound_is_clopper_and_pearsons():
    from scipy.stats import binomtest

    for likely, unlikely in ((900, 100), (1_000, 0), (0, 5), (3, 1_000)):
        lower = binomtest(likely, 1_000).proportion_ci(0.999, "exact").low
        upper = binomtest(unlikely, 1_000).proportion_ci(0.999, "exact").high
        right = math.log(lower) - math.log(upper) if lower else -math.inf
        assert _log_ratio(likely, unlikely, 1_000, 0.999) == pytest.approx(right)


def test_a_mechanism_of_one_output_a_call_can_be_audited():
    noisy = vectorized(lambda value, rng: value + rng.laplace(0, 0.2))
    result = lower_bound(noisy, 0, 1, samples=4_000, seed=1)
    assert result.catches(1) and not result.catches(5)
    assert repr(result).startswith("ε is at least ") and "%" in repr(result)


def test_an_output_that_tells_nothing_bounds_nothing():
    assert lower_bound(lambda data, samples, rng: np.zeros(samples), 0, 1, samples=4_000, seed=1).epsilon == 0


@pytest.mark.parametrize(
    "mechanism, samples, said",
    [
        (lambda data, samples, rng: np.zeros(samples), 100, "at least 400"),
        (lambda data, samples, rng: np.zeros(3), 4_000, "one output for each of 1000 samples"),
        (lambda data, samples, rng: np.zeros((samples, 1, 1)), 4_000, "one output for each"),
        (lambda data, samples, rng: np.full(samples, np.nan), 4_000, "finite"),
    ],
)
def test_bad_mechanisms_get_a_sentence(mechanism, samples, said):
    with pytest.raises(ValueError, match=said):
        lower_bound(mechanism, 0, 1, samples=samples, seed=1)


@pytest.mark.parametrize("confidence", [0, 1, math.nan])
def test_a_confidence_that_cannot_be_is_refused(confidence):
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        lower_bound(laplace_count, ANSWERS, OTHER_ANSWERS, samples=400, seed=1, confidence=confidence)


def test_largest_ratio_counts_outcomes_and_leaves_out_rare_ones():
    first, second = np.repeat([0, 1, 2], [60, 30, 10]), np.repeat([0, 1, 2], [20, 79, 1])
    assert largest_ratio(first, second, least=20) == pytest.approx(3)
    assert largest_ratio(first, second, least=1) == pytest.approx(10)
    with pytest.raises(ValueError, match="no outcome"):
        largest_ratio(first, second, least=1_000)


def test_the_learnt_threshold_lies_between_the_worlds():
    rng = np.random.default_rng(1)
    assert -0.5 < learn_threshold(rng.laplace(-1, 0.5, 5_000), rng.laplace(1, 0.5, 5_000)) < 0.5
