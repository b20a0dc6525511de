"""Shares of updates: they add up, and neither a share nor a partial sum gives a letter away."""

import numpy as np
import pytest

from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.models import dense_network
from privlab.fl.secagg.additive import as_gradient, share_updates
from privlab.mpc.fixed_point import decode
from tests.fl.secagg.letters import batches, exact, gradients

pytestmark = pytest.mark.usefixtures("cpu")


@pytest.mark.slow
def test_shares_add_up_and_neither_a_share_nor_a_partial_sum_gives_a_letter_away():
    model, data = dense_network(1), batches(3, 5)
    updates = gradients(model, data)
    shared = share_updates(updates)
    assert np.abs(shared.total - updates.sum(axis=0)).max() <= 3 * 2.0**-33
    assert exact(updates[0], model, data[0][0])[0] == 5
    for seen in (
        shared.handed(giver=0, receiver=1),
        shared.handed(giver=0, receiver=0),
        decode(shared.partial_sums[1]),
    ):
        count, result = exact(seen, model, data[0][0])
        assert count == 0 and result.batch_size is None and "no batch size fits" in result.reason
        assert not np.isclose(seen, updates[0]).any()


def test_numbers_that_fit_alone_and_not_in_the_sum_are_refused():
    with pytest.raises(ValueError, match="a sum of 2 such"):
        share_updates([[1.5e9, 0.0], [1.5e9, 0.0]])
    assert share_updates([[1.0e9], [1.0e9]]).total == pytest.approx(2e9)


def test_updates_that_do_not_fit_together_are_refused():
    for wrong in ([np.zeros(3)], [np.zeros(3), np.zeros(4)], np.zeros((2, 2, 2))):
        with pytest.raises(ValueError, match="two rows of one length"):
            share_updates(wrong)
    with pytest.raises(ValueError, match="NaN"):
        share_updates([[0.0, np.nan], [0.0, 1.0]])
    with pytest.raises(ValueError, match="in a row"):
        as_gradient(np.zeros(5), dense_network(1))


def test_a_gradient_comes_back_from_its_row():
    model = dense_network(1, hidden=8)
    gradient = client_gradient(model, *batches(1, 2)[0])
    for mine, its in zip(as_gradient(gradient.numbers, model).parts, gradient.parts):
        assert np.array_equal(mine, its)
