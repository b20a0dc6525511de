"""Large batches, which the benchmark of gradient inversion takes, come back."""

import pytest

from benchmarks.inversion import large_batches
from privlab.device import device
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.matching import match_batch
from privlab.fl.gradients.metrics import matched
from privlab.fl.gradients.models import dense_network

pytestmark = pytest.mark.usefixtures("cpu")


def test_large_batches_come_back(letters):
    assert large_batches(letters, sizes=(2, 3), hidden=128) == {2: 2, 3: 3}


def test_batches_are_inverted_and_matched_on_the_gpu(letters, monkeypatch):
    monkeypatch.delenv("PRIVLAB_DEVICE")
    if device() != "cuda":
        pytest.skip("no GPU that torch can use: the GPU path of batches was not run")
    assert large_batches(letters, sizes=(8,)) == {8: 8}
    model = dense_network(3, "sigmoid")
    found = match_batch(client_gradient(model, letters.images[:3], [0, 1, 2]), model, [0, 1, 2], seed=1)
    assert next(model.parameters()).is_cuda and matched(found.image, letters.images[:3])[1].all()
