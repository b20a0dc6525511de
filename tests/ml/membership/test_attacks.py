"""Attacks on membership: against formulas, libraries and simulations; controls of both kinds."""

import numpy as np
import pytest
from scipy import stats

from privlab.ml.membership.attacks import (
    QuantileAttack,
    against_shadows,
    in_turn,
    likelihood_ratios,
    log_densities,
    log_odds,
    margin,
    offline_ratios,
)
from privlab.ml.membership.metrics import area
from privlab.ml.membership.shadow_models import draw_members
from tests.ml.membership.simulated import simulated


def test_scores_of_three_letters():
    scores, labels = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 3.5], [1.0, 1.0, 1.0]]), np.array([0, 1, 2])
    assert margin(scores, labels) == pytest.approx([1.0, -0.5, 0.0])
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    true = chances[range(3), labels]
    assert log_odds(scores, labels) == pytest.approx(np.log(true / (1 - true)))
    many = np.stack([scores, 500 * scores])
    assert log_odds(many, labels).shape == (2, 3) and np.isfinite(log_odds(many, labels)).all()


def test_scores_refuse_what_cannot_be():
    for score in (margin, log_odds):
        with pytest.raises(ValueError, match="need n labels"):
            score(np.zeros((3, 26)), np.zeros(4, int))
        with pytest.raises(ValueError, match="broken down"):
            score(np.full((3, 26), np.nan), np.zeros(3, int))
        for labels in ([0, 26, 1], [0, -1, 1], [0.0, 1.0, 2.0]):
            with pytest.raises(ValueError, match="whole numbers from 0 to 25"):
                score(np.zeros((3, 26)), np.array(labels))


def test_likelihood_ratios_find_what_a_threshold_cannot():
    scores, members = simulated(gap=3)
    found = in_turn(likelihood_ratios, scores, members)
    assert area(found, members) > 0.97 > 0.75 > area(scores, members)
    nothing, _ = simulated(gap=0)
    assert abs(area(in_turn(likelihood_ratios, nothing, members), members) - 0.5) < 0.03


def test_likelihood_ratios_are_the_formula():
    """With the means and the variance known, the ratio of two normal densities; with shadows, near it."""
    rng = np.random.default_rng(1)
    members = draw_members(400, letters=50, rng=rng)
    scores = rng.normal(size=(400, 50)) * np.where(members, 1, 2) + 3 * members
    own = rng.normal(size=50) * 2 + 1
    exact = stats.norm.logpdf(own, 3, 1) - stats.norm.logpdf(own, 0, 2)
    assert likelihood_ratios(own, scores, members) == pytest.approx(exact, abs=1.2)
    assert np.corrcoef(likelihood_ratios(own, scores, members), exact)[0, 1] > 0.99


def test_a_density_is_that_of_a_normal_distribution():
    """Of two queries with a pooled covariance, but for the factor of 2π that a ratio does not hold."""
    rng = np.random.default_rng(1)
    shadows = rng.normal(size=(300, 20, 2)) @ np.array([[3.0, 1.0], [0.0, 0.2]]) + rng.normal(size=(20, 2))
    own, chosen = rng.normal(size=(20, 2)), np.ones((300, 20), bool)
    means = shadows.mean(axis=0)
    away = (shadows - means).reshape(-1, 2)
    covariance = away.T @ away / (300 * 20 - 20)
    expected = [stats.multivariate_normal.logpdf(each, mean, covariance) for each, mean in zip(own, means)]
    assert log_densities(own, shadows, chosen) - np.log(2 * np.pi) == pytest.approx(expected, rel=1e-3)


def test_several_queries_tell_more_and_one_is_the_same():
    scores, members = simulated(gap=1, queries=3)
    one, three = (in_turn(likelihood_ratios, each, members) for each in (scores[..., :1], scores))
    assert area(three, members) > area(one, members) + 0.05
    assert np.allclose(one, in_turn(likelihood_ratios, scores[..., 0], members))


def test_the_attack_on_a_model_does_not_see_its_own_members():
    scores, members = simulated(gap=2)
    changed = members.copy()
    changed[3] = ~changed[3]
    assert np.array_equal(
        in_turn(likelihood_ratios, scores, members)[3], in_turn(likelihood_ratios, scores, changed)[3]
    )


def test_targets_are_attacked_by_shadows_that_know_nothing_of_them():
    """Neither their members nor the other targets' scores change an answer."""
    scores, members = simulated(gap=2, models=10)
    found = against_shadows(likelihood_ratios, scores, members, targets=4)
    told, others = members.copy(), scores.copy()
    told[:4], others[1:4] = True, 0
    assert found.shape == (4, 400) and np.array_equal(found[0], likelihood_ratios(scores[0], scores[4:], members[4:]))
    assert np.array_equal(against_shadows(likelihood_ratios, scores, told, targets=4), found)
    assert np.array_equal(against_shadows(likelihood_ratios, others, members, targets=4)[0], found[0])


def test_the_offline_attack_is_a_distance_from_models_that_never_saw_the_letter():
    scores, members = simulated(gap=3)
    far = against_shadows(offline_ratios, scores, members, targets=8)
    assert area(scores[:8], members[:8]) + 0.1 < area(far, members[:8]) < 1
    assert area(far, members[:8]) < area(against_shadows(likelihood_ratios, scores, members, targets=8), members[:8])
    assert far[~members[:8]].std() == pytest.approx(1, abs=0.1)  # standard deviations, and one mean's luck
    changed = np.where(members, scores + 1e3 * np.arange(400), scores)  # of those that saw it nothing is asked
    assert np.allclose(
        offline_ratios(scores[0], changed[8:], members[8:]), offline_ratios(scores[0], scores[8:], members[8:])
    )
    twice = np.stack([scores, scores], axis=2)
    assert np.allclose(against_shadows(offline_ratios, twice, members, targets=8), far)
    with pytest.raises(ValueError, match="outside of one shadow model"):
        offline_ratios(scores[0], scores[1:], np.ones_like(members[1:]))


def test_likelihood_ratios_refuse_too_few_shadows():
    scores, members = simulated(gap=1, models=4)
    with pytest.raises(ValueError, match="train more of them"):
        likelihood_ratios(scores[0], scores[1:2], members[1:2])
    with pytest.raises(ValueError, match="must fit"):
        likelihood_ratios(scores[0], scores[1:, :7], members[1:])


@pytest.mark.slow
def test_a_predicted_quantile_is_exceeded_as_often_as_it_says():
    """4,000 others to learn from, 4,000 to count: 5 % within 2 points (5 standard errors), everywhere and among hard
    ones.
    """
    rng = np.random.default_rng(1)
    features = rng.normal(size=(8_000, 3))
    scores = np.stack([3 * features[:, 0] + rng.normal(size=8_000), rng.normal(size=8_000)], axis=1)
    attack = QuantileAttack(features[:4_000], scores[:4_000], 0.05)
    above = scores[4_000:] > attack.cutoffs(features[4_000:])
    hard = features[4_000:, 0] < 0
    assert above.mean(axis=0) == pytest.approx([0.05, 0.05], abs=0.02)
    assert above[hard].mean(axis=0) == pytest.approx([0.05, 0.05], abs=0.03)
    members = scores[4_000:, 0] + 3 > attack.cutoffs(features[4_000:])[:, 0]
    one_for_all = scores[4_000:, 0] + 3 > np.quantile(scores[:4_000, 0], 0.95)
    assert members.mean() > 0.8 > 0.4 > one_for_all.mean()


def test_the_unit_of_a_feature_does_not_matter():
    rng = np.random.default_rng(1)
    features = rng.normal(size=(300, 2))
    scores = features[:, 0] + rng.normal(size=300)
    large = 1_000 * features + 5
    expected = QuantileAttack(features, scores, 0.1).cutoffs(features)
    assert QuantileAttack(large, scores, 0.1).cutoffs(large) == pytest.approx(expected, abs=0.01)


@pytest.mark.slow
def test_targets_are_fitted_each_by_itself():
    rng = np.random.default_rng(1)
    features, scores = rng.normal(size=(300, 2)), rng.normal(size=(300, 3))
    together = QuantileAttack(features, scores, 0.1).cutoffs(features)
    alone = QuantileAttack(features, scores[:, 1], 0.1).cutoffs(features)
    assert np.allclose(together[:, 1], alone[:, 0], atol=1e-4)


@pytest.mark.parametrize(
    "share, rows, message", [(0, 5, "between 0 and 1"), (1.5, 5, "between 0 and 1"), (0.1, 4, "as many")]
)
def test_a_quantile_attack_refuses(share, rows, message):
    with pytest.raises(ValueError, match=message):
        QuantileAttack(np.zeros((rows, 2)), np.zeros(5), share)
