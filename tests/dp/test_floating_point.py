"""The floating-point attack and its cure: what can be released from where, to the last bit."""

import numpy as np
import pytest

from privlab.dp import floating_point as floats


@pytest.mark.slow
@pytest.mark.parametrize("epsilon", [0.01, 0.1, 1.0])
def test_every_output_is_reachable_from_its_own_value_and_most_are_not_from_the_neighbour(epsilon):
    outputs = floats.textbook_release(0.0, 1 / epsilon, *floats.draw(20_000, np.random.default_rng(1)))
    assert floats.reachable(outputs, 0.0, 1 / epsilon).all()
    assert 0.3 < floats.reachable(outputs, 1.0, 1 / epsilon).mean() < 0.45


def test_the_textbook_is_laplace_all_the_same():
    noise = floats.textbook_release(0.0, 2.0, *floats.draw(100_000, np.random.default_rng(1)))
    assert noise.std() == pytest.approx(2 * np.sqrt(2), rel=0.02) and abs(noise.mean()) < 0.05


def test_candidates_hold_the_number_that_was_drawn():
    uniform, sign = floats.draw(1_000, np.random.default_rng(2))
    tried, signs = floats.candidates(floats.textbook_release(0.0, 1.0, uniform, sign), 0.0, 1.0)
    assert (tried == uniform[:, None]).any(axis=1).all()
    assert (signs[:, 0] == sign)[uniform < 1].all()


def test_neighbouring_numbers_leave_none_out():
    row = floats.neighbouring_numbers(0.3, 48)
    assert len(row) == 48 and (np.nextafter(row[:-1], 1) == row[1:]).all()


def test_the_library_releases_on_a_grid_and_charges_for_it():
    released = floats.opendp_releases(0.0, scale=1.0, samples=500)
    assert len(released) == 500 and floats.on_grid(released).all() and (released * 2**20 % 1 == 0).all()
    assert 0.7 < np.abs(released).mean() < 1.35  # 1 on average, 1/sqrt(500) its standard error: 6 and more of them
    assert not floats.on_grid(floats.textbook_release(0.0, 1.0, *floats.draw(500, np.random.default_rng(1)))).all()
    assert 0 <= floats.opendp_epsilon(sensitivity=1, scale=2.0) - 0.5 < 1e-5


def test_a_scale_of_zero_is_refused():
    with pytest.raises(ValueError, match="scale must be a positive"):
        floats.reachable(1.0, 0.0, 0.0)
