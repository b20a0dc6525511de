"""The sparse vector technique: how often it stops where, that its loss is bounded, and that broken variants' is not."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from privlab.dp import sparse_vector

RIGHT = dict(threshold_scale=2.0, count_scale=4.0)  # at epsilon 1 and sensitivity 1
counts_lists = st.lists(st.integers(-6, 6), min_size=1, max_size=6)


def test_it_stops_as_often_as_its_probabilities_say():
    """20,000 runs: right ones fail once in 10^6; the scales of half the epsilon are found."""
    counts, rng = [0, -1, 2, 0, 1], np.random.default_rng(1)
    stops = [sparse_vector.above_threshold(counts, 0.5, sensitivity=2, epsilon=2.0, rng=rng) for _ in range(20_000)]
    found = np.bincount([5 if stop is None else stop for stop in stops], minlength=6)
    right = sparse_vector.stop_probabilities(counts, 0.5, **RIGHT)
    assert chisquare(found, 20_000 * right).pvalue > 1e-6
    wrong = sparse_vector.stop_probabilities(counts, 0.5, threshold_scale=4.0, count_scale=8.0)
    assert chisquare(found, 20_000 * wrong).pvalue < 1e-6


def test_counts_behind_the_first_that_is_above_are_never_looked_at():
    looked = []

    def counts():
        for count in (-10_000, 10_000, 10_000):
            looked.append(count)
            yield count

    rng = np.random.default_rng(1)
    assert sparse_vector.above_threshold(counts(), 0, sensitivity=1, epsilon=1.0, rng=rng) == 1
    assert looked == [-10_000, 10_000]
    assert sparse_vector.above_threshold([-10_000] * 3, 0, sensitivity=1, epsilon=1.0, rng=rng) is None


def test_the_probabilities_of_a_single_count_are_those_of_the_difference_of_two_noises():
    distance, (first, second) = 3.0, (2.0, 4.0)
    tails = [scale**2 * math.exp(-distance / scale) for scale in (second, first)]
    above = (tails[0] - tails[1]) / (2 * (second**2 - first**2))  # of two Laplace numbers of unlike scales
    found = sparse_vector.stop_probabilities([0], distance, **RIGHT)
    assert found == pytest.approx([above, 1 - above], abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(counts_lists, st.data(), st.sampled_from([0.3, 1.0, 3.0]))
def test_no_stop_is_likelier_than_epsilon_allows_when_counts_move_by_one(counts, data, epsilon):
    moves = data.draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=len(counts), max_size=len(counts)))
    scales = dict(threshold_scale=2 / epsilon, count_scale=4 / epsilon)
    here, there = (sparse_vector.stop_probabilities(each, 0, **scales) for each in (counts, np.add(counts, moves)))
    assert here.sum() == pytest.approx(1) and np.abs(np.log(here / there)).max() <= epsilon + 1e-6


def test_the_worst_loss_nears_epsilon_and_without_noise_on_the_threshold_grows_past_any_bound():
    questions = np.array([1, 5, 40, 1_000])
    losses = sparse_vector.loss_of_a_yes(questions, **RIGHT)
    assert (np.diff(losses) > 0).all() and losses[-1] == pytest.approx(1) and losses[-1] <= 1 + 1e-9
    bare = sparse_vector.loss_of_a_yes(questions, threshold_scale=0.0, count_scale=4.0)
    assert bare[1] > 1 and bare[-1] / bare[-2] == pytest.approx(1_000 / 40, rel=0.02)
    here, there = np.full(5, -1), np.zeros(5)
    here[-1], there[-1] = 0, -1
    stops = [sparse_vector.stop_probabilities(counts, 0, **RIGHT)[4] for counts in (here, there)]
    assert losses[1] == pytest.approx(math.log(stops[0] / stops[1]), abs=1e-9)


def test_without_noise_on_the_counts_a_stop_can_be_impossible_in_the_neighbouring_world():
    one, other = (
        sparse_vector.stop_probabilities(counts, 0, threshold_scale=2.0, count_scale=0.0) for counts in ([0, 1], [1, 0])
    )
    assert one[1] > 0.1 and other[1] == 0


def test_what_cannot_be_is_refused():
    for sensitivity, epsilon in ((0, 1.0), (1, 0.0), (1, math.nan)):
        with pytest.raises(ValueError, match="positive finite number"):
            sparse_vector.above_threshold(
                [1], 0, sensitivity=sensitivity, epsilon=epsilon, rng=np.random.default_rng(1)
            )
    with pytest.raises(ValueError, match="at least one count"):
        sparse_vector.stop_probabilities([], 0, **RIGHT)
    with pytest.raises(ValueError, match="scales of 0 or more"):
        sparse_vector.stop_probabilities([1], 0, threshold_scale=-1.0, count_scale=1.0)
