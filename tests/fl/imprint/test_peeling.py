"""Peeling gives all letters of a sum, and knows when it does not."""

import pytest

from privlab.fl.gradients.defenses import total
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.imprint.peeling import peel, whole_bytes
from tests.fl.imprint.planted import SECRET, found, planted, some

pytestmark = pytest.mark.usefixtures("cpu")


@pytest.mark.slow
def test_peeling_returns_every_letter_of_every_sum():
    for bins, groups in ((48, 3), (36, 4)):
        plan, model = planted(bins, groups)
        for trial in range(15):
            letters, labels = some(trial)
            back = peel(client_gradient(model, letters, labels), plan)
            assert found(back.images, letters).all() and len(back.images) == 9 and back.complete


def test_peeling_knows_when_letters_are_left():
    plan, model = planted(9, 1)
    for trial in range(10):
        letters, labels = some(trial)
        back = peel(client_gradient(model, letters, labels), plan)
        assert back.complete == (len(back.images) == 9) and found(back.images, letters).sum() == len(back.images)


@pytest.mark.slow
def test_two_hundred_letters_of_many_clients():
    plan, model = planted(110, 3)
    letters, labels = some(6, 200)
    updates = [client_gradient(model, letters[own : own + 8], labels[own : own + 8]) for own in range(0, 200, 8)]
    back = peel(total(updates), plan)
    assert found(back.images, letters).all() and back.complete


def test_identical_and_blank_letters():
    plan, model = planted(48, 3)
    letters, labels = some(7)
    letters[1], letters[2] = letters[0], 0
    back = peel(client_gradient(model, letters, labels), plan)
    assert found(back.images, letters).all() and len(back.images) == 8 and back.complete


def test_whole_bytes_tell_letters_from_mixtures():
    rows = SECRET[:50].reshape(50, 784) / 255
    assert whole_bytes(rows + 1e-5, 0.05).all()
    mixed = (rows[:25] + 2 * rows[25:]) / 3
    assert not whole_bytes(mixed, 0.05).any()
    assert not whole_bytes(1 + rows[:1], 0.05)[0] and not whole_bytes(-rows[:1], 0.05)[0]
