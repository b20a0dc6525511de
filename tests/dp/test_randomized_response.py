"""Randomized response: the formulas, what is answered how often, and what is refused."""

import math

import numpy as np
import pytest
from scipy.stats import binomtest

from privlab.dp import randomized_response

LN3 = math.log(3)


@pytest.mark.parametrize("epsilon", [0, -1, math.nan, math.inf, -math.inf])
def test_an_epsilon_that_is_not_positive_and_finite_is_refused(epsilon):
    with pytest.raises(ValueError, match="epsilon must be a positive finite number"):
        randomized_response.respond([0, 1], epsilon, np.random.default_rng(1))


@pytest.mark.slow
def test_two_fair_coins_are_ln_3_and_the_library_agrees():
    assert randomized_response.truth_probability(LN3) == pytest.approx(3 / 4, abs=1e-12)
    assert randomized_response.epsilon_of(3 / 4) == pytest.approx(LN3, abs=1e-12)
    for keep in (0.51, 0.75, 0.99):
        assert randomized_response.opendp_epsilon(keep) == pytest.approx(randomized_response.epsilon_of(keep), rel=1e-9)
        assert randomized_response.truth_probability(randomized_response.epsilon_of(keep)) == pytest.approx(keep)


@pytest.mark.parametrize("keep", [0.5, 1, 0.2, math.nan])
def test_a_chance_that_hides_or_says_nothing_is_refused(keep):
    with pytest.raises(ValueError, match="above 1/2 and below 1"):
        randomized_response.epsilon_of(keep)


@pytest.mark.parametrize("epsilon", [0.1, LN3, 3.0])
@pytest.mark.parametrize("truth", [0, 1])
def test_the_truth_comes_as_often_as_it_may(epsilon, truth):
    """400,000 answers: a right mechanism fails once in 10^6; one whose noise is off by 1 % of a chance is found."""
    answers = randomized_response.respond(np.full(400_000, truth), epsilon, np.random.default_rng(1))
    kept, keep = int(np.sum(answers == truth)), randomized_response.truth_probability(epsilon)
    assert binomtest(kept, 400_000, keep).pvalue > 1e-6
    assert binomtest(kept, 400_000, keep + (0.01 if keep < 0.9 else -0.01)).pvalue < 1e-6


@pytest.mark.slow
def test_the_estimate_is_right_on_average_and_as_far_off_as_the_formula_says():
    """20,000 polls of 100: the mean fails at 5 standard errors, the spread at 3 per cent."""
    rng, truths = np.random.default_rng(1), np.repeat([1, 0], [30, 70])
    for epsilon in (0.5, LN3):
        answers = randomized_response.respond(np.tile(truths, (20_000, 1)), epsilon, rng)
        polls = np.array([randomized_response.estimate_share(poll, epsilon) for poll in answers])
        error = randomized_response.standard_error(100, epsilon)
        assert abs(polls.mean() - 0.3) < 5 * error / math.sqrt(20_000)
        assert polls.std() == pytest.approx(error, rel=0.03)
    assert randomized_response.standard_error(100, LN3) == pytest.approx(math.sqrt(3 / 400))


def test_the_central_count_errs_as_laplace_noise_does():
    noise = np.random.default_rng(1).laplace(0, 1 / 0.5, 400_000) / 1_000
    assert noise.std() == pytest.approx(randomized_response.central_standard_error(1_000, 0.5), rel=0.02)
    assert randomized_response.standard_error(10_000, 1.1) / randomized_response.central_standard_error(
        10_000, 1.1
    ) == pytest.approx(67, abs=1)


def test_belief_moves_by_bayes_rule():
    assert randomized_response.posterior(0.1, epsilon=LN3) == pytest.approx(0.25)
    assert randomized_response.posterior(0.9, epsilon=LN3) == pytest.approx(27 / 28)
    assert randomized_response.posterior(0.5, epsilon=LN3, yes=3, no=3) == pytest.approx(0.5)
    truths = np.repeat([1, 0], [40_000, 360_000])
    said = randomized_response.respond(truths, LN3, np.random.default_rng(1))
    assert truths[said == 1].mean() == pytest.approx(randomized_response.posterior(0.1, epsilon=LN3), abs=0.01)


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: randomized_response.respond([0, 2], 1, np.random.default_rng(1)), "0 .no. or 1 .yes."),
        (lambda: randomized_response.estimate_share([], 1), "no answers"),
        (lambda: randomized_response.estimate_share([1, math.nan], 1), "an answer is 0"),
        (lambda: randomized_response.standard_error(0, 1), "at least one person"),
        (lambda: randomized_response.posterior(1.5, epsilon=1), "between 0 and 1"),
        (lambda: randomized_response.posterior(math.nan, epsilon=1), "between 0 and 1"),
    ],
)
def test_bad_input_gets_a_sentence(call, said):
    with pytest.raises(ValueError, match=said):
        call()
