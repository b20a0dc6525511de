"""The exponential mechanism: its chances, its guarantee, its privacy, Gumbel's way; and lists that no mechanism can
save.
"""

import numpy as np
import pytest
from scipy.stats import chisquare

from privlab.dp import exponential

APPROVALS = np.array([22, 20, 12, 4])


def test_the_chances_are_the_formula():
    weights = np.exp(0.7 * APPROVALS / (2 * 3))
    assert exponential.probabilities(APPROVALS, 0.7, sensitivity=3) == pytest.approx(weights / weights.sum())


def test_large_scores_are_no_trouble():
    assert exponential.probabilities([10_000, 10_002], 1.0) == pytest.approx(exponential.probabilities([0, 2], 1.0))


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 5.0])
def test_no_voter_moves_a_chance_by_more_than_the_promise(epsilon):
    """All 3^4 ways in which one voter may change four scores by at most 1; the worst of them uses nearly all of it."""
    before, worst = exponential.probabilities(APPROVALS, epsilon), 0
    for change in np.ndindex(3, 3, 3, 3):
        after = exponential.probabilities(APPROVALS + np.array(change) - 1, epsilon)
        worst = max(worst, np.abs(np.log(after / before)).max())
    assert 0.6 * epsilon < worst <= epsilon + 1e-12


def test_without_the_two_the_promise_would_be_broken():
    """The negative control of the test above: weights e^(ε score) spend up to 2 ε; where all scores move one way, ε."""
    before, after, added = (
        exponential.probabilities(scores, 2.0)
        for scores in (APPROVALS, APPROVALS + [-1, 1, 1, 1], APPROVALS + [0, 1, 1, 1])
    )
    assert np.abs(np.log(after / before)).max() > 1.2
    assert np.abs(np.log(added / before)).max() <= 1.0


@pytest.mark.parametrize("way", [exponential.choose, exponential.choose_by_gumbel])
def test_both_ways_to_draw_follow_the_chances(way):
    """Chi-square at 10^-6; half of ε is told apart from it."""
    drawn = np.bincount(way(APPROVALS, 0.5, np.random.default_rng(2), trials=30_000), minlength=4)
    assert chisquare(drawn, 30_000 * exponential.probabilities(APPROVALS, 0.5)).pvalue > 1e-6
    assert chisquare(drawn, 30_000 * exponential.probabilities(APPROVALS, 0.25)).pvalue < 1e-6
    assert 0 <= way(APPROVALS, 0.5, np.random.default_rng(2)) < 4


@pytest.mark.slow
def test_opendp_draws_the_same():
    """2,000 draws from the operating system: off by 0.067, six standard errors, in one of 10^9 runs."""
    drawn = np.bincount(exponential.choose_by_opendp(APPROVALS, 1.0, 2_000), minlength=4) / 2_000
    assert np.abs(drawn - exponential.probabilities(APPROVALS, 1.0)).max() < 0.067


@pytest.mark.parametrize("options, gap", [(2, 3), (50, 9), (1000, 14)])
def test_the_guarantee_holds_in_the_worst_case_and_is_not_idle(options, gap):
    """One best option, all others `gap` below it: the chance of one of those, exactly, is at most the doubt."""
    missed = 1 - exponential.probabilities([gap, *[0] * (options - 1)], 1.0)[0]
    doubt = options * np.exp(-gap / 2)  # at which the shortfall is just the gap
    if doubt < 1:
        assert exponential.shortfall(options, 1.0, doubt=doubt) == pytest.approx(gap)
        assert missed <= doubt
    assert missed > 0.3 * min(1, doubt) * (options - 1) / options


def test_the_shortfall_is_the_formula_for_any_number_of_options():
    assert exponential.shortfall(4, 1.0, doubt=0.05) == pytest.approx(2 * np.log(80))
    assert exponential.shortfall(2**10_000, 2.0, doubt=0.05, sensitivity=3) == pytest.approx(
        3 * (10_000 * np.log(2) + np.log(20))
    )


@pytest.mark.parametrize("epsilon", [0.2, 1.0, 4.0])
def test_no_naming_by_chance_makes_a_truer_list(epsilon):
    """All pairs of chances to be named (in common, not) that ε allows: none is truer than the bound; randomized
    response is.
    """
    not_common = np.linspace(1e-3, 1 - 1e-3, 400)
    common = np.minimum(np.exp(epsilon) * not_common, 1 - np.exp(-epsilon) * (1 - not_common))
    truth = 1000 * common / (1000 * common + 9000 * not_common)
    bound = exponential.truest_list(common=1000, others=9000, epsilon=epsilon)
    assert truth.max() == pytest.approx(bound) and (truth <= bound + 1e-12).all()
    named, false = exponential.randomized_list(common=1000, others=9000, epsilon=epsilon)
    assert named / (named + false) == pytest.approx(bound)
    errors = 1000 * (1 - common) + 9000 * not_common
    equal = np.argmin(np.abs(common - (1 - not_common)))
    assert named == pytest.approx(1000 * common[equal], rel=0.02) and errors.min() > 0


def test_what_cannot_be_is_refused():
    for bad in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="epsilon must be a positive finite number"):
            exponential.probabilities([1, 2], bad)
        with pytest.raises(ValueError, match="sensitivity must be a positive finite number"):
            exponential.probabilities([1, 2], 1.0, sensitivity=bad)
        with pytest.raises(ValueError, match="epsilon must be a positive finite number"):
            exponential.truest_list(common=1, others=1, epsilon=bad)
    for others in (-1, float("nan")):
        with pytest.raises(ValueError, match="others must be 0 or more"):
            exponential.truest_list(common=1, others=others, epsilon=1.0)
    for scores in ([], [1, float("nan")], [[1, 2]]):
        with pytest.raises(ValueError, match="scores must be a list"):
            exponential.choose(scores, 1.0, np.random.default_rng(1))
    for options, doubt in ((0, 0.5), (3, 0), (3, 1)):
        with pytest.raises(ValueError, match="option|doubt"):
            exponential.shortfall(options, 1.0, doubt=doubt)
