"""What a shuffle is worth: exact distributions, the epsilon that they have, and the general bound above it."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privlab.dp import shuffling
from privlab.dp.randomized_response import respond, truth_probability


def listed(local_epsilon, truths):
    """The probability of each number of yes, by all ways in which the coins can fall."""
    keep = truth_probability(local_epsilon)
    found = np.zeros(len(truths) + 1)
    for answers in itertools.product((0, 1), repeat=len(truths)):
        found[sum(answers)] += math.prod(keep if a == t else 1 - keep for a, t in zip(answers, truths))
    return found


def test_the_number_of_yes_is_distributed_as_by_all_falls_of_the_coins():
    for people in (1, 2, 5):
        with_no, with_yes = shuffling.yes_probabilities(1.3, people)
        assert with_no.shape == with_yes.shape == (people, people + 1)
        for yes in range(people):
            others = [1] * yes + [0] * (people - 1 - yes)
            assert with_no[yes] == pytest.approx(listed(1.3, [0, *others]), abs=1e-12)
            assert with_yes[yes] == pytest.approx(listed(1.3, [1, *others]), abs=1e-12)


def test_the_answers_of_the_library_come_as_often():
    """20,000 polls of six: each number of yes lies within five standard deviations."""
    truths = np.tile([1, 1, 0, 0, 0, 1], (20_000, 1))
    found = np.bincount(respond(truths, 1.0, np.random.default_rng(1)).sum(axis=1), minlength=7)
    right = 20_000 * shuffling.yes_probabilities(1.0, 6)[1][2]
    assert (np.abs(found - right) < 5 * np.sqrt(right)).all()


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 3.0), st.integers(1, 60), st.sampled_from([1e-2, 1e-4, 1e-6]))
def test_it_keeps_its_promise_for_all_that_the_others_may_say(local_epsilon, people, delta):
    epsilon = shuffling.central_epsilon(local_epsilon, people=people, delta=delta)
    assert 0 < epsilon <= local_epsilon
    for first, second in itertools.permutations(shuffling.yes_probabilities(local_epsilon, people)):
        assert np.maximum(first - math.exp(epsilon) * second, 0).sum(axis=1).max() <= delta + 1e-12


def test_it_is_no_larger_than_it_must_be():
    epsilon = shuffling.central_epsilon(1.0, people=100, delta=1e-4)
    first, second = shuffling.yes_probabilities(1.0, 100)
    below = math.exp(0.99 * epsilon)
    assert max(np.maximum(a - below * b, 0).sum(axis=1).max() for a, b in ((first, second), (second, first))) > 1e-4


def test_more_people_hide_better_and_the_general_bound_lies_above():
    exact = [shuffling.central_epsilon(1.0, people=people, delta=1e-3) for people in (1, 10, 100, 800)]
    assert exact[0] == pytest.approx(1, abs=0.01) and exact == sorted(exact, reverse=True)
    assert exact[-1] < exact[-2] / 2.4  # the root of 8 is 2.8
    bounds = [shuffling.clones_bound(1.0, people=people, delta=1e-3) for people in (1, 10, 100, 800)]
    assert bounds[:2] == [1, 1] and all(b >= e for b, e in zip(bounds, exact)) and bounds[-1] < 0.6


def test_the_bound_is_the_formula_of_the_paper():
    said = math.log(1 + (math.e - 1) / (math.e + 1) * (8 * math.sqrt(math.e * math.log(4e6) / 1e6) + 8 * math.e / 1e6))
    assert shuffling.clones_bound(1.0, people=1_000_000, delta=1e-6) == pytest.approx(said)
    last = math.log(1_000_000 / (16 * math.log(2e6)))
    assert shuffling.clones_bound(last + 1e-9, people=1_000_000, delta=1e-6) == last + 1e-9


def test_what_cannot_be_is_refused():
    for function in (shuffling.central_epsilon, shuffling.clones_bound):
        with pytest.raises(ValueError, match="between 0 and 1"):
            function(1.0, people=10, delta=0.0)
        with pytest.raises(ValueError, match="positive finite number"):
            function(-1.0, people=10, delta=0.1)
        with pytest.raises(ValueError, match="people must be a whole number"):
            function(1.0, people=2.5, delta=0.1)
    with pytest.raises(ValueError, match="2,000 people at most"):
        shuffling.central_epsilon(1.0, people=2_001, delta=0.1)
