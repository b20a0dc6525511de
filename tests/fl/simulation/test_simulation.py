"""Lesson 54: devices with many letters and few, who is asked, letters that differ, devices that lie."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from privlab.fl.simulation import algorithms, byzantine
from privlab.fl.simulation.algorithms import interval, learn
from privlab.fl.simulation.byzantine import clipped, combine
from privlab.fl.simulation.client_selection import calls, chances, choose, shares, told_with_noise, watcher_score
from privlab.fl.simulation.local_training import Network, updates
from privlab.fl.simulation.population import KINDS, Devices, deal, divergence, heavy_tailed_sizes, partition, shrunk
from privlab.lessons.federated_in_the_wild import experiments


@pytest.fixture(scope="module")
def world():
    """Pictures of 26 kinds that a network can learn in a second: (pixels, labels, test)."""
    rng = np.random.default_rng(0)
    kinds = rng.normal(size=(26, 196))

    def some(count):
        labels = rng.integers(26, size=count)
        return (kinds[labels] + 2.2 * rng.normal(size=(count, 196))).astype(np.float32), labels

    return *some(12_000), some(1_500)


def test_pictures_are_shrunk_by_means_of_four_pixels():
    images = np.random.default_rng(1).integers(0, 256, (3, 28, 28)).astype(np.uint8)
    small = shrunk(images)
    assert small.shape == (3, 196) and small.dtype == np.float32
    assert np.isclose(small[1, 15], (images[1, 2:4, 2:4].mean() / 255 - 0.17) * 2)


def test_few_devices_hold_most_letters():
    sizes = heavy_tailed_sizes(400, 8_000)
    assert len(sizes) == 400 and sizes.min() >= 1 and (np.diff(sizes) <= 0).all() and 7_000 < sizes.sum() <= 8_400
    assert np.sort(sizes)[-10:].sum() > 0.5 * sizes.sum()
    with pytest.raises(ValueError, match="each of 5 devices needs a letter"):
        heavy_tailed_sizes(5, 4)


@pytest.mark.parametrize("skew", [None, 0.1, 10.0])
def test_letters_are_dealt_once_and_periods_share_them_out(world, skew):
    pixels, labels, _ = world
    sizes = heavy_tailed_sizes(50, 3_000)
    devices = deal(pixels, labels, sizes, np.random.default_rng(2), skew)
    assert np.array_equal(devices.sizes, sizes) and len(set(devices.rows)) == sizes.sum() == len(devices.rows)
    parts = [devices.period(number, 4) for number in range(4)]
    for device in (0, 7, 49):
        assert np.array_equal(np.concatenate([part.own(device) for part in parts]), devices.own(device))


def test_a_device_without_letters_or_too_few_letters_are_refused(world):
    pixels, labels, _ = world
    with pytest.raises(ValueError, match="every device needs a letter"):
        deal(pixels, labels, [5, 0], np.random.default_rng(0))
    with pytest.raises(ValueError, match="cannot be dealt"):
        deal(pixels, labels, [len(labels), 1], np.random.default_rng(0))


def test_an_update_of_one_step_is_the_gradient_of_autograd(world):
    pixels, labels, _ = world
    network, rows = Network(hidden=8), np.arange(40)
    devices = Devices(pixels, labels, rows, np.array([40]))
    weights = network.first(3)
    learnt = updates(network, weights, devices, [0], np.random.default_rng(5), steps=1, batch=16, rate=0.5)[0]
    picked = rows[(np.random.default_rng(5).random((1, 1, 16)) * 40).astype(int)[0, 0]]
    asked = weights.clone().requires_grad_()
    loss = torch.nn.functional.cross_entropy(
        network.scores(asked, torch.from_numpy(pixels[picked])), torch.from_numpy(labels[picked])
    )
    assert torch.allclose(learnt, -0.5 * torch.autograd.grad(loss, asked)[0], atol=1e-6)


def test_devices_of_a_round_do_not_touch_each_other(world):
    """A device learns the same beside others as alone, given the same letters; labels of -1 teach nothing."""
    pixels, labels, _ = world
    network = Network(hidden=8)
    alone = Devices(pixels, labels, np.arange(1), np.array([1]))
    both = Devices(pixels, labels, np.arange(2), np.array([1, 1]))
    weights = network.first(0)
    one = updates(network, weights, alone, [0], np.random.default_rng(0))
    two = updates(network, weights, both, [0, 1], np.random.default_rng(1))
    assert torch.allclose(one[0], two[0], atol=1e-5) and not torch.allclose(two[0], two[1], atol=1e-3)
    assert not updates(network, weights, both, [0, 1], np.random.default_rng(1), labels=np.full(len(labels), -1)).any()
    with pytest.raises(ValueError, match="at least one device"):
        updates(network, weights, both, [], np.random.default_rng(1))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 500), min_size=2, max_size=20).filter(any), st.floats(0, 2))
def test_chances_are_a_distribution_over_devices_with_letters(sizes, beta):
    chance = chances(sizes, beta)
    assert np.isclose(chance.sum(), 1) and ((chance > 0) == (np.array(sizes) > 0)).all()
    count = np.count_nonzero(sizes)
    chosen = choose(chance, count, np.random.default_rng(0))
    assert set(chosen) == set(np.flatnonzero(sizes))
    with pytest.raises(ValueError, match="cannot be drawn"):
        choose(chance, count + 1, np.random.default_rng(0))


def test_the_draw_follows_its_chances():
    """20,000 draws of two of three; each share within 5 standard deviations of successive drawing: wrong once in 10^6."""
    chance, rng = np.array([0.6, 0.3, 0.1]), np.random.default_rng(1)
    drawn = np.array([choose(chance, 2, rng) for _ in range(20_000)])
    assert np.allclose(np.bincount(drawn[:, 0]) / 20_000, chance, atol=0.018)
    second = [sum(chance[i] * chance[j] / (1 - chance[i]) for i in range(3) if i != j) for j in range(3)]
    assert np.allclose(np.bincount(drawn[:, 1]) / 20_000, second, atol=0.018)


def test_unbiased_weights_give_every_device_its_part_in_the_mean():
    sizes = np.array([1, 10, 100, 5])
    chance = chances(sizes, 0.5)
    parts = 3 * chance * shares(sizes, np.arange(4), "unbiased", chance) * 4 / 3  # the rule divides by the 4 drawn here
    assert np.allclose(parts, sizes / sizes.sum())
    assert np.allclose(shares(sizes, [1, 2], "count"), [1 / 11, 10 / 11])
    with pytest.raises(ValueError, match="the rule must be"):
        shares(sizes, [0], "fair")


def test_a_watcher_finds_the_heavy_and_guesses_when_all_are_asked_alike():
    sizes = heavy_tailed_sizes(400, 8_000)
    scores = {
        beta: np.mean(
            [
                watcher_score(sizes, calls(chances(sizes, beta), 200, 10, np.random.default_rng(seed)))
                for seed in range(2)
            ]
        )
        for beta in (0.0, 1.0)
    }
    assert scores[1.0] > 0.95 and 0.38 < scores[0.0] < 0.62
    told = told_with_noise(sizes, 0.1, np.random.default_rng(0))
    assert watcher_score(sizes, calls(told / told.sum(), 200, 10, np.random.default_rng(1))) < 0.75
    with pytest.raises(ValueError, match="epsilon must be positive"):
        told_with_noise(sizes, 0, np.random.default_rng(0))


def test_asking_the_active_learns_faster(world):
    pixels, labels, test = world
    sizes = heavy_tailed_sizes(200, 6_000)
    gains = [
        np.subtract(
            *(
                learn(
                    deal(pixels, labels, sizes, np.random.default_rng(seed), 0.3),
                    test,
                    seed,
                    beta,
                    "equal",
                    rounds=20,
                    at=(20,),
                )[0]
                for beta in (1.0, 0.0)
            )
        )
        for seed in range(3)
    ]
    assert np.mean(gains) > 0.02
    mean, half = interval(gains)
    assert np.isclose(mean, np.mean(gains)) and half > 0
    with pytest.raises(ValueError, match="two seeds at least, got 1"):
        interval([1.0])


def test_partitions_differ_in_what_they_say(world):
    pixels, labels, _ = world
    dealt = {kind: partition(kind, pixels, labels, np.random.default_rng(3), devices=20, each=100) for kind in KINDS}
    assert divergence(dealt["alike"]) < 0.2 < divergence(dealt["label"])
    assert len(set(dealt["label"].sizes)) == 1 and dealt["quantity"].sizes.max() > 5 * np.median(
        dealt["quantity"].sizes
    )
    with pytest.raises(ValueError, match="the kind must be"):
        partition("colour", pixels, labels, np.random.default_rng(0))


@pytest.mark.parametrize("name", algorithms.ALGORITHMS)
def test_every_algorithm_learns_and_repeats_itself(world, name):
    pixels, labels, test = world
    devices = partition("label", pixels, labels, np.random.default_rng(4), devices=20, each=200)
    course, again = (algorithms.federate(devices, test, name, 1, 20) for _ in range(2))
    assert (
        np.array_equal(course.accuracy, again.accuracy)
        and course.accuracy[-1] > 0.2
        and list(course.rounds) == [5, 10, 15, 20]
    )
    assert course.up == 4 * Network().size * (2 if name == "SCAFFOLD" else 1)
    assert course.rounds_to(0) == 5 and course.rounds_to(1.01) == np.inf


def test_what_is_sent_in_few_bits_is_right_in_the_mean():
    """The mean of 4,000 roundings within 6 standard deviations of the number."""
    learnt = torch.randn(1, 50, generator=torch.Generator().manual_seed(0)).repeat(4_000, 1)
    arrived, size = algorithms.rounded(8, torch.Generator().manual_seed(1))(learnt)
    step = learnt.abs().max() / 127
    assert size == 54 and (arrived - learnt).abs().max() <= step * 1.001
    assert ((arrived.mean(0) - learnt[0]).abs() < 6 * step / 2 / 4_000**0.5).all()
    kept, size = algorithms.largest(0.1)(learnt[:1])
    assert (kept != 0).sum() == 5 and size == 5 * (32 + 6) / 8


def test_robust_rules_bound_what_they_were_made_for():
    rng = torch.Generator().manual_seed(0)
    honest = torch.randn(20, 30, generator=rng) + 1
    liar_too = torch.cat([honest, torch.full((1, 30), 1e4)])
    share = np.full(21, 1 / 21)
    middle = honest.mean(0)
    assert (combine(liar_too, share, "mean") - middle).norm() > 1_000
    for rule in ("clip", "median", "trimmed", "multi-Krum"):
        assert (combine(liar_too, share, rule) - middle).norm() < 3, rule
    assert torch.allclose(clipped(honest, 1e9), honest)
    assert combine(honest, np.eye(20)[3], "clip").norm() <= honest.norm(dim=1).median() + 1e-5
    with pytest.raises(ValueError, match="needs more than"):
        combine(honest[:8], share[:8], "trimmed")
    with pytest.raises(ValueError, match="the rule must be"):
        combine(honest, share[:20], "vote")


def test_a_lie_about_the_count_plants_a_backdoor_and_the_repair_removes_it(world):
    pixels, labels, test = world

    def attack(**server):
        return byzantine.run(pixels, labels, test, 1, devices=60, rounds=45, **server)

    control, lie = attack(), attack(attack="plain", claim=10_000)
    repaired = attack(attack="norm", claim=10_000, cap=0.9, beta=0.5, rule="equal", robust="clip")
    assert control.backdoor < 0.15 and lie.backdoor > 0.7 and repaired.backdoor < lie.backdoor / 2
    assert repaired.accuracy > control.accuracy - 0.1
    with pytest.raises(ValueError, match="the attack must be"):
        attack(attack="loud", beta=0.0)


def test_scores_before_learning_tell_the_truth_and_later_ones_flatter(world):
    pixels, labels, test = world
    scores = experiments.scores_of_periods(pixels, labels, test, 0, periods=3)
    assert (scores[:, 1] > scores[:, 0]).all() and (abs(scores[:, 0] - scores[:, 2]) < 0.15).all()


def test_own_readings_teach_nothing_and_a_group_that_is_away_is_forgotten(world):
    pixels, labels, test = world
    rng = np.random.default_rng(1)
    hard, hard_test = (
        np.tile(each, (2, 1)) + rng.normal(size=(2 * len(each), 196)).astype(np.float32) * 3
        for each in (pixels, test[0])
    )
    told = {
        kind: experiments.labels_on_devices(
            hard, np.tile(labels, 2), (hard_test, np.tile(test[1], 2)), 0, kind, rounds=15
        )
        for kind in ("server", "own", "true")
    }
    assert told["own"] - told["server"] < 0.6 * (told["true"] - told["server"]) > 0
    rare, weighed = (experiments.two_groups(pixels, labels, test, 0, weighed=each, rounds=30) for each in (False, True))
    assert rare[1] < rare[0] and weighed[1] > rare[1]
    with pytest.raises(ValueError, match="the kind must be"):
        experiments.labels_on_devices(np.tile(pixels, (2, 1)), np.tile(labels, 2), test, 0, "guessed")
