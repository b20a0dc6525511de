"""Updates of several local steps: what they are, taken apart and replayed."""

import numpy as np
import pytest
import torch

from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.metrics import matched
from privlab.fl.gradients.model_updates import client_update, invert_update
from privlab.fl.gradients.models import dense_network
from tests.fl.made_up_letters import batch

pytestmark = pytest.mark.usefixtures("cpu")


@pytest.mark.slow
@pytest.mark.parametrize("steps", [1, 5, 20])
def test_an_update_of_several_steps_is_taken_apart_and_replayed(steps):
    for seed in range(2):
        model, images, labels = dense_network(seed), batch(seed, 7), np.arange(7) + seed
        update = client_update(model, images, labels, steps=steps)
        found = invert_update(update, model, np.random.default_rng(1), steps=steps)
        assert found.certified and matched(found.images, images)[1].all()
        other = invert_update(update, dense_network(seed + 50), np.random.default_rng(1), steps=steps, sets=2000)
        assert not other.certified, "control: another model's weights"


def test_an_update_of_one_step_is_the_gradient_times_the_rate():
    model, images = dense_network(1), batch(1, 3)
    before = [each.detach().clone() for each in model.parameters()]
    update, gradient = client_update(model, images, [1, 2, 3], steps=1), client_gradient(model, images, [1, 2, 3])
    np.testing.assert_allclose(update.numbers, 0.1 * gradient.numbers, atol=1e-15)
    assert all(torch.equal(old, new) for old, new in zip(before, model.parameters())), "the model stays as it was"
    for bad in (dict(steps=0), dict(learning_rate=0.0), dict(learning_rate=np.nan)):
        with pytest.raises(ValueError, match="at least 1, got 0|a learning rate above 0"):
            client_update(model, images, [1, 2, 3], **bad)


def test_labels_are_read_from_what_came_back_even_of_a_trained_model():
    model, images, labels = dense_network(2), batch(2, 5), np.array([3, 3, 0, 25, 3])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.001)
    for _ in range(5):
        optimiser.zero_grad()
        said = model(torch.tensor(batch(9, 5)[:, None] / 255))
        torch.nn.functional.cross_entropy(said, torch.tensor(labels)).backward()
        optimiser.step()
    found = invert_update(client_update(model, images, labels, steps=1), model, np.random.default_rng(1), steps=1)
    assert found.certified and matched(found.images, images)[1].all()
