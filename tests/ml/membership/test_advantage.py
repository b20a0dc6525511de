"""What an epsilon leaves to be found, and networks of several widths: bounds, controls, and what the letters must not
tell.
"""

import numpy as np
import pytest
import torch

from privlab.lessons.private_training.experiments import dense_network, half_size, train_publicly
from privlab.ml.membership.advantage import advantage, advantage_of_likelihood_ratios, most_advantage


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_the_most_an_attack_can_gain():
    """Randomized answers with ε = ln 3 are right in 3/4, a gain of 1/2; at ε = 0 nothing but δ is left."""
    assert most_advantage(np.log(3), 0.0) == pytest.approx(0.5)
    assert most_advantage(0.0, 1e-3) == pytest.approx(1e-3)
    assert most_advantage(50.0, 1e-5) == pytest.approx(1)


def test_advantage_is_the_largest_gap():
    assert advantage(np.array([2.0, 3.0, 4.0]), np.array([0.0, 1.0])) == 1
    assert advantage(np.array([1.0, 1.0]), np.array([1.0, 1.0])) == 0
    assert advantage(np.array([0.0, 5.0]), np.array([1.0, 2.0])) == pytest.approx(0.5)


def test_noise_hides_members_and_its_absence_shows_them():
    """60 random rows that only a head that remembers can read: found without privacy, not found at ε = 0.5."""
    generator = torch.Generator().manual_seed(1)
    rows = torch.nn.functional.normalize(torch.randn(60, 40, generator=generator), dim=1)
    labels = torch.randint(26, (60,), generator=generator)
    shown = advantage_of_likelihood_ratios(rows, labels, None, models=8)
    hidden = advantage_of_likelihood_ratios(rows, labels, 0.5, models=8)
    assert shown > 0.6 and hidden < 0.25  # 240 scores on each side: chance alone makes a gap of about 0.1


def test_widths_share_seeds_and_learn():
    images = np.zeros((200, 28, 28), np.uint8)
    labels = torch.arange(200) % 2
    images[::2, 4:24, 12:16], images[1::2, 12:16, 4:24] = 255, 255
    pixels = half_size(images)
    assert pixels.shape == (200, 1, 14, 14) and float(pixels.min()) >= 0 and float(pixels.max()) <= 1
    one, two = dense_network(8, 1), dense_network(8, 1)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters()))
    train_publicly(one, pixels, labels.to(pixels.device), epochs=20, batch=50)
    assert (one(pixels).argmax(1).cpu() == labels).all()
