"""The experiments of lesson 42: networks of several widths."""

import numpy as np
import pytest
import torch

from privlab.dp.gaussian import mu_for
from privlab.lab.style import new_figure
from privlab.lessons.private_training import figures
from privlab.lessons.private_training.experiments import dense_network, half_size, train_publicly

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_smaller_delta_makes_the_same_noise_cost_more():
    lines = []
    for exponent in (5, 8):
        _, axes = new_figure((6, 4), 1)
        lines.append(figures.draw_delta(axes, exponent=exponent, letters=77_586, mu=mu_for(3.0, 1e-5)))
    assert lines == [
        "δ = 1e-05: ε = 3.00, and of 77,586 letters 0.78 could be published",
        "δ = 1e-08: ε = 4.02, and of 77,586 letters 0.00078 could be published",
    ]


def test_widths_share_seeds_and_learn():
    images = np.zeros((200, 28, 28), np.uint8)
    labels = torch.arange(200) % 2
    images[::2, 4:24, 12:16], images[1::2, 12:16, 4:24] = 255, 255
    pixels = half_size(images)
    assert pixels.shape == (200, 1, 14, 14) and float(pixels.min()) >= 0 and float(pixels.max()) <= 1
    one, two = dense_network(8, seed=1), dense_network(8, seed=1)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters()))
    train_publicly(one, pixels, labels.to(pixels.device), epochs=20, batch=50)
    assert (one(pixels).argmax(1).cpu() == labels).all()
