"""Inputs that fit a result, and what the news adds."""

import itertools
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privlab.mpc.output_leakage import QUESTIONS, all_inputs, consistent, interval_of_others, known_for_sure


@pytest.mark.parametrize("parties", [1, 4, 7])
def test_as_many_votes_fit_a_tally_as_the_binomial_says(parties):
    for tally in range(parties + 1):
        assert len(consistent("tally", tally, parties=parties)) == comb(parties, tally)


@pytest.mark.parametrize("parties, top", [(3, 1), (4, 2), (2, 3)])
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_input_fits_one_result_and_known_ones_narrow_it(question, parties, top):
    every = {tuple(numbers) for numbers in all_inputs(parties, top=top)}
    assert every == set(itertools.product(range(top + 1), repeat=parties))
    results = set(QUESTIONS[question](all_inputs(parties, top=top), top).tolist())

    def fitting(result, known=()):
        inputs = consistent(question, result, parties=parties, top=top, known=known)
        return {tuple(numbers) for numbers in inputs}

    fits = [fitting(result) for result in results]
    assert sum(map(len, fits)) == len(every) and set().union(*fits) == every
    for result, group in zip(results, fits):
        assert fitting(result, known=(1,)) == {numbers for numbers in group if numbers[0] == 1}
        assert fitting(result, known=(1, 0)) == {numbers for numbers in group if numbers[:2] == (1, 0)}


def test_questions_mean_what_they_say():
    inputs = np.array([[1, 1, 0], [0, 0, 1], [2, 2, 0]])
    assert QUESTIONS["at least half"](inputs[:2], 1).tolist() == [True, False]
    assert QUESTIONS["rounded mean"](np.array([[0, 1], [0, 0], [1, 2]]), 2).tolist() == [1, 0, 2]  # halves go up
    assert QUESTIONS["largest"](inputs, 2).tolist() == [1, 1, 2]


def test_a_unanimous_tally_tells_every_vote_and_a_yes_tells_none():
    assert known_for_sure(consistent("tally", 5, parties=5)).all()
    assert not known_for_sure(consistent("at least half", True, parties=5)).any()
    assert not known_for_sure(consistent("tally", 4, parties=5)).any()
    assert known_for_sure(consistent("tally", 4, parties=5, known=[0])).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: consistent("median", 1, parties=3), "the question must be one of tally"),
        (lambda: all_inputs(0), "it takes a party"),
        (lambda: all_inputs(3, top=0), "top of 1 or more"),
        (lambda: all_inputs(30), "at most a million"),
        (lambda: known_for_sure(consistent("tally", 9, parties=3)), "no input fits this result"),
    ],
)
def test_what_cannot_be_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.integers(0, 100), min_size=2, max_size=6), st.integers(0, 20), st.integers(-20, 20))
def test_the_interval_holds_every_other_loss(losses, error, off):
    news = max(losses[0] + max(-error, min(error, off)), 0)  # off by at most the error
    low, high = interval_of_others(total=sum(losses), news=news, error=error, others=len(losses) - 1)
    assert all(low <= loss <= high for loss in losses[1:])


def test_the_ends_of_the_interval_are_reached():
    assert interval_of_others(total=100, news=90, error=5, others=5) == (0, 15)
    assert interval_of_others(total=100, news=90, error=5, others=1) == (5, 15)
    assert interval_of_others(total=100, news=3, error=5, others=4) == (0, 100)


@pytest.mark.parametrize(
    "numbers, message",
    [
        ((100, 120, 5, 3), "at least 115, more than the total of 100"),
        ((-1, 0, 0, 3), "0 or more"),
        ((100, 10, -1, 3), "0 or more"),
        ((100, float("nan"), 1, 3), "0 or more"),
        ((100, 10, 1, 0), "at least one other"),
    ],
)
def test_news_that_cannot_be_true_is_refused(numbers, message):
    with pytest.raises(ValueError, match=message):
        interval_of_others(**dict(zip(("total", "news", "error", "others"), numbers)))
