"""Randomized response: the formulas, what is answered how often, what is refused, and the figures' lines."""

import math

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy.stats import binomtest

from privlab.dp import randomized_response
from privlab.lessons.randomized_response import figures as pictures
from privlab.validation import positive

LN3 = math.log(3)


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, -math.inf])
def test_what_is_not_positive_and_finite_is_refused_by_name(value):
    with pytest.raises(ValueError, match="epsilon must be a positive finite number"):
        positive("epsilon", value)
    with pytest.raises(ValueError, match="epsilon"):
        randomized_response.respond([0, 1], value, np.random.default_rng(1))


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="epsilon must be a positive number, got 'one'"):
        positive("epsilon", "one")


def test_two_fair_coins_are_ln_3_and_the_library_agrees():
    assert randomized_response.truth_probability(LN3) == pytest.approx(3 / 4, abs=1e-12)
    assert randomized_response.epsilon_of(3 / 4) == pytest.approx(LN3, abs=1e-12)
    for keep in (0.51, 0.75, 0.99):
        assert randomized_response.library_epsilon(keep) == pytest.approx(
            randomized_response.epsilon_of(keep), rel=1e-9
        )
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


def test_the_estimate_is_right_on_average_and_as_far_off_as_the_formula_says():
    """20,000 polls of 100: the mean fails at 5 standard errors, the spread at 3 per cent."""
    rng, truths = np.random.default_rng(1), np.repeat([1, 0], [30, 70])
    for epsilon in (0.5, LN3):
        answers = randomized_response.respond(np.tile(truths, (20_000, 1)), epsilon, rng)
        polls = np.array([randomized_response.estimate_share(each, epsilon) for each in answers])
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
    assert randomized_response.posterior(0.1, LN3) == pytest.approx(0.25)
    assert randomized_response.posterior(0.9, LN3) == pytest.approx(27 / 28)
    assert randomized_response.posterior(0.5, LN3, yes=3, no=3) == pytest.approx(0.5)
    truths = np.repeat([1, 0], [40_000, 360_000])
    said = randomized_response.respond(truths, LN3, np.random.default_rng(1))
    assert truths[said == 1].mean() == pytest.approx(randomized_response.posterior(0.1, LN3), abs=0.01)


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: randomized_response.respond([0, 2], 1, np.random.default_rng(1)), "0 .no. or 1 .yes."),
        (lambda: randomized_response.estimate_share([], 1), "no answers"),
        (lambda: randomized_response.estimate_share([1, math.nan], 1), "an answer is 0"),
        (lambda: randomized_response.standard_error(0, 1), "at least one person"),
        (lambda: randomized_response.posterior(1.5, 1), "between 0 and 1"),
        (lambda: randomized_response.posterior(math.nan, 1), "between 0 and 1"),
    ],
)
def test_bad_input_gets_a_sentence(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def poll():
    rng = np.random.default_rng(1)
    truths = rng.permutation(np.repeat([1, 0], [150, 100]))
    return truths, randomized_response.respond(truths, LN3, rng)


@pytest.mark.parametrize("answered", [10, 100, 250])
def test_the_poll_shows_each_answer_and_ends_at_the_estimate(answered):
    truths, answers = poll()
    left, right = Figure().subplots(1, 2)
    line = pictures.draw_poll((left, right), answered, answers, truths, LN3)
    shown = left.images[0].get_array().ravel()
    assert np.sum(shown == 0.3) == answers[:answered].sum() and np.sum(shown == 0.75) == 250 - answered
    (running,) = [each for each in right.lines if each.get_color() == "C1"]
    last = running.get_ydata()[-1]
    assert last == pytest.approx(randomized_response.estimate_share(answers[:answered], LN3))
    assert f"{answered} answers" in line and f"estimate {last:.1%}" in line and "truth 60%" in line


def test_the_curves_of_belief_part_by_the_bound():
    axes = Figure().subplots()
    line = pictures.draw_belief(axes, 50, 10)
    after_yes, after_no = axes.lines[0].get_ydata() / 100, axes.lines[1].get_ydata() / 100
    inner = slice(1, -1)
    odds = [each[inner] / (1 - each[inner]) for each in (after_yes, after_no)]
    assert odds[0] / odds[1] == pytest.approx(np.full(99, 9))
    assert "ε = 1.10" in line and "factor of at most 3.00" in line and "after a yes 25.0 %, after a no 3.6 %" in line


def test_the_errors_fall_with_the_root_and_with_the_number():
    axes = Figure().subplots()
    line = pictures.draw_errors(axes, 1.1, 10_000)
    local, central = axes.lines[0].get_ydata(), axes.lines[1].get_ydata()
    assert local[0] / local[-1] == pytest.approx(100) and central[0] / central[-1] == pytest.approx(10_000)
    assert "67 times less" in line


def test_days_multiply_the_odds():
    axes = Figure().subplots()
    line = pictures.draw_days(axes, LN3, {"Lena": np.array([1, 1, 0, 1]), "Omar": np.array([0, 0, 1, 0])})
    assert axes.lines[0].get_ydata() == pytest.approx([50, 75, 90, 75, 90])
    assert axes.lines[1].get_ydata() == pytest.approx([50, 25, 10, 25, 10])
    assert line.splitlines() == [
        "Lena: 3 yes in 4 days, odds 9 to 1 for yes",
        "Omar: 1 yes in 4 days, odds 9 to 1 for no",
    ]
