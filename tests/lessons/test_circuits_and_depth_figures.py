"""The figures of lesson 31 say what their numbers are, and what a figure of the toy says is true of the toy."""

import numpy as np
import pytest

from privlab.he.ckks.parameters import MOST_BITS_2024
from privlab.he.toy_ckks import Toy
from privlab.lab.style import new_figure
from privlab.lessons.circuits_and_depth import experiments, figures


@pytest.fixture
def axes():
    return new_figure()[1]


@pytest.mark.parametrize("x", [0.5, 1.5, 2.5, 3.0, 4.0])
def test_the_toy_fails_where_the_figure_says(axes, x):
    depth = 3
    line = figures.draw_noise(axes, x=x, depth=depth)
    key, rng = Toy((2,), depth=depth), np.random.default_rng(1)
    cipher, wrong = key.encrypt(x, rng), None
    for squarings in range(depth + 1):
        if wrong is None and abs(key.decrypt(cipher) - x**2**squarings) > 0.05 * max(1, x**2**squarings):
            wrong = squarings
        cipher = cipher * cipher if squarings < depth else cipher
    assert ("the value fits at every level" in line) if wrong is None else (f"after {wrong} it no longer fits" in line)


def test_levels_are_measured_only_where_they_are_secure(axes):
    def cost(name, parameters):
        assert parameters.is_secure()
        return experiments.Cost(0.01, 24.0, 23.5)

    fixed = dict(circuits=experiments.CIRCUITS, cost=cost)
    _, two = new_figure(panels=2)
    assert figures.draw_levels(two, circuit="depth 3", scale=38, ring=8192, **fixed) == (
        "depth 3, scale 38 bits, ring 8192: 210 of 214 bits; 524 kB a ciphertext, at least 23 bits right"
    )
    assert "refused, it would not be secure" in figures.draw_levels(
        two, circuit="depth 3", scale=38, ring=4096, **fixed
    )


@pytest.mark.slow
def test_smallest_parameters_and_their_cost():
    pytest.importorskip("tenseal")
    chosen = {name: experiments.smallest(name) for name in experiments.CIRCUITS}
    assert {name: parameters.ring for name, parameters in chosen.items()} == {"depth 3": 8192, "depth 2": 4096}
    assert all(parameters.bits <= MOST_BITS_2024[parameters.ring] for parameters in chosen.values())
    cost = experiments.costs({"depth 2": chosen["depth 2"]}, repeats=2)["depth 2"]
    assert cost.seconds > 0 and cost.bits > 7 and 0 < cost.bits - cost.estimate < 3.5
    with pytest.raises(ValueError, match="no ring"):
        experiments.smallest("depth 3", least_bits=60)
