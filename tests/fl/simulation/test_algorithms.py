"""Algorithms of federated learning, and updates in few bits."""

import numpy as np
import pytest
import torch

from privlab.fl.simulation.algorithms import ALGORITHMS, Course, federate, federate_by_activity, quantizer
from privlab.fl.simulation.local_training import Network
from privlab.fl.simulation.population import deal, heavy_tailed_sizes, partition


@pytest.mark.slow
def test_asking_the_active_learns_faster(easy_letters):
    pixels, labels, test = easy_letters
    sizes = heavy_tailed_sizes(devices=200, letters=6_000)

    def accuracy(seed, beta):
        devices = deal(pixels, labels, sizes, np.random.default_rng(seed), skew=0.3)
        return federate_by_activity(devices, test, seed=seed, beta=beta, rule="equal", rounds=20, at=(20,))[0]

    gains = [accuracy(seed, 1.0) - accuracy(seed, 0.0) for seed in range(3)]
    assert np.mean(gains) > 0.02


@pytest.mark.parametrize("letters, alike", [(1, False), (320, True)])
def test_every_device_takes_twenty_steps_where_that_is_asked(easy_letters, letters, alike):
    pixels, labels, test = easy_letters
    devices = deal(pixels, labels, np.full(10, letters), np.random.default_rng(0))
    own, twenty = (
        federate_by_activity(devices, test, seed=0, rounds=2, at=(1, 2), equal_steps=equal) for equal in (False, True)
    )
    assert np.array_equal(own, twenty) == alike


@pytest.mark.slow
@pytest.mark.parametrize("name", ALGORITHMS)
def test_every_algorithm_learns_and_repeats_itself(easy_letters, name):
    pixels, labels, test = easy_letters
    devices = partition(pixels, labels, "label", np.random.default_rng(4), devices=20, letters_each=200)
    course, again = (federate(devices, test, name, seed=1, rounds=20) for _ in range(2))
    assert (
        np.array_equal(course.accuracy, again.accuracy)
        and course.accuracy[-1] > 0.2
        and list(course.rounds) == [5, 10, 15, 20]
    )
    assert course.bytes_sent == 4 * Network().size * (2 if name == "SCAFFOLD" else 1)
    assert course.rounds_to(0) == 5 and course.rounds_to(1.01) == np.inf


def test_a_target_is_reached_when_it_is_met():
    course = Course(np.array([5, 10, 15]), np.array([0.25, 0.5, 0.75]), 4.0)
    assert [course.rounds_to(target) for target in (0.25, 0.5, 0.51, 0.76)] == [5, 10, 15, np.inf]


def largest(share):
    """A `send` of the largest numbers alone. share: 0..1, of all. Which they are differs by device: no secure sum adds
    them.
    """

    def send(updates):
        indices = updates.abs().topk(max(1, int(updates.shape[1] * share)), 1).indices
        bits = 32 + int(np.ceil(np.log2(updates.shape[1])))
        kept = torch.zeros_like(updates).scatter(1, indices, updates.gather(1, indices))
        return kept, indices.shape[1] * bits / 8

    return send


def test_what_is_sent_in_few_bits_is_right_in_the_mean():
    """The mean of 4,000 roundings within 6 standard deviations of the number."""
    updates = torch.randn(1, 50, generator=torch.Generator().manual_seed(0)).repeat(4_000, 1)
    arrived, size = quantizer(8, torch.Generator().manual_seed(1))(updates)
    step = updates.abs().max() / 127
    assert size == 54 and (arrived - updates).abs().max() <= step * 1.001
    assert ((arrived.mean(0) - updates[0]).abs() < 6 * step / 2 / 4_000**0.5).all()
    assert quantizer(4, torch.Generator().manual_seed(1))(updates)[1] == 29  # 50 half bytes and a scale
    kept, size = largest(0.1)(updates[:1])
    assert (kept != 0).sum() == 5 and size == 5 * (32 + 6) / 8
