"""Robust aggregation, and a backdoor that a false count plants."""

import numpy as np
import pytest
import torch

from privlab.fl.simulation import byzantine
from privlab.fl.simulation.byzantine import clipped, robust_aggregate, stamped, train_under_attack
from privlab.fl.simulation.population import shrunk


def test_robust_rules_bound_what_they_were_made_for():
    rng = torch.Generator().manual_seed(0)
    honest = torch.randn(20, 30, generator=rng) + 1
    with_one = torch.cat([honest, torch.full((1, 30), 1e4)])
    weights = np.full(21, 1 / 21)
    middle = honest.mean(0)
    assert (robust_aggregate(with_one, weights, "mean") - middle).norm() > 1_000
    for rule in ("clip", "median", "trimmed", "multi-Krum", "vote"):
        assert (robust_aggregate(with_one, weights, rule) - middle).norm() < 3, rule
    assert torch.allclose(clipped(honest, 1e9), honest)
    assert robust_aggregate(honest, np.eye(20)[3], "clip").norm() <= honest.norm(dim=1).median() + 1e-5
    low = torch.cat([honest, torch.full((1, 30), -1e4)])
    for rule in ("median", "trimmed", "multi-Krum"):
        assert (robust_aggregate(low, weights, rule) - middle).norm() < 3, rule
    ordered = torch.arange(12.0)[:, None]
    assert robust_aggregate(ordered, np.full(12, 1 / 12), "trimmed").item() == 5.5, "of 0 to 11 the mean of 4 to 7"
    for rule in ("mean", "clip", "median", "trimmed", "multi-Krum", "vote"):
        wide, narrow = (robust_aggregate(each, weights[:20], rule) for each in (honest.double(), honest))
        assert wide.dtype == torch.float64 and torch.allclose(wide.float(), narrow, atol=1e-5), rule
    with pytest.raises(ValueError, match="needs more than"):
        robust_aggregate(honest[:8], weights[:8], "trimmed")
    with pytest.raises(ValueError, match="the rule must be"):
        robust_aggregate(honest, weights[:20], "lottery")


@pytest.mark.parametrize("rule", ["mean", "clip", "median", "trimmed", "multi-Krum", "vote"])
@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_an_update_that_is_not_finite_moves_nothing(rule, number):
    updates = torch.randn(12, 5, generator=torch.Generator().manual_seed(1))
    weights = np.arange(1, 13) / 78
    broken = torch.cat([updates, torch.full((1, 5), 1.0)])
    broken[12, 3] = number
    got = robust_aggregate(broken, np.append(weights * 0.9, 0.1), rule)
    assert torch.allclose(got, robust_aggregate(updates, weights, rule), atol=1e-6)
    with pytest.raises(ValueError, match="not finite"):
        robust_aggregate(broken[12:], np.ones(1), rule)


def test_a_stamp_is_a_white_corner_at_the_top_left_in_either_size():
    letters = np.full((2, 28, 28), 9, np.uint8)
    large, small = stamped(letters), stamped(shrunk(letters))
    assert (large[:, :4, :4] == 255).all() and (large == 255).sum() == 2 * 16 and (letters == 9).all()
    assert np.allclose(small, shrunk(large), atol=1e-6)


def test_a_vote_moves_only_what_most_devices_move_one_way():
    updates = torch.ones(20, 3)
    updates[:5, 1], updates[:6, 2] = -1, -1  # 15 against 5: ten are left, just enough; 14 against 6 are too few
    assert robust_aggregate(updates, np.full(20, 1 / 20), "vote").tolist() == pytest.approx([1, 0.5, 0])


@pytest.mark.slow
def test_a_lie_about_the_count_plants_a_backdoor_and_the_repair_removes_it(easy_letters):
    pixels, labels, test = easy_letters

    def attack(**server):
        return train_under_attack(pixels, labels, test, seed=1, devices=60, rounds=45, **server)

    control, lie = attack(), attack(attack="plain", claim=10_000)
    repaired = attack(attack="norm", claim=10_000, cap=0.9, beta=0.5, rule="equal", robust="clip")
    assert control.backdoor < 0.15 and lie.backdoor > 0.7 and repaired.backdoor < lie.backdoor / 2
    assert repaired.accuracy > control.accuracy - 0.1
    with pytest.raises(ValueError, match="the attack must be"):
        attack(attack="loud", beta=0.0)


def test_a_claim_counts_at_most_as_the_quantile_of_all_claims(easy_letters, monkeypatch):
    pixels, labels, test = easy_letters
    seen = []

    def noting(claims, beta):
        seen.append(claims)
        raise StopIteration

    monkeypatch.setattr(byzantine, "selection_probabilities", noting)
    for cap in (None, 0.9):
        with pytest.raises(StopIteration):
            train_under_attack(pixels, labels, test, seed=1, devices=60, attack="plain", claim=10_000, cap=cap)
    told, capped = seen
    assert told.max() == 10_000 and (told == 10_000).sum() == 1
    assert capped == pytest.approx(np.clip(told, 0, np.quantile(told, 0.9))) and capped.max() < 1_000
