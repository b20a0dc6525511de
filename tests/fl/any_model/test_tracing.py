"""Weight matrices are seen at work however they are written, and a ReLU by what it lets come back."""

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from privlab.fl.any_model.tracing import dense_inputs, dense_uses

pytestmark = pytest.mark.usefixtures("cpu")


class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.square, self.shift, self.last = nn.Parameter(torch.eye(6)), nn.Parameter(torch.ones(6)), nn.Linear(6, 3)

    def forward(self, samples):
        for _ in range(2):
            samples = torch.tanh(samples @ self.square + self.shift)
        return self.last(samples)


@pytest.mark.parametrize(
    "activation, silences",
    [
        (nn.ReLU(inplace=True), True),
        (nn.ReLU6(), True),
        (nn.LeakyReLU(), False),
        (nn.GELU(), False),
        (nn.Tanh(), False),
    ],
)
def test_a_relu_is_known_by_what_it_lets_come_back(activation, silences):
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(6, 40), activation, nn.Linear(40, 3)).double()
    first, last = dense_uses(model, cross_entropy, torch.randn(8, 6).double(), torch.arange(8) % 3)
    assert (first.weight, first.bias, last.weight) == ("0.weight", "0.bias", "2.weight")
    assert first.silences == silences and not last.silences and first.inputs.shape == (8, 6)
    bias = model[0](first.inputs)
    torch.testing.assert_close(first.sums, bias)


def test_a_matrix_that_works_twice_is_told_and_a_bias_added_later_is_found():
    torch.manual_seed(1)
    model, samples = Twice().double(), torch.randn(8, 6).double()
    uses = dense_uses(model, cross_entropy, samples, torch.arange(8) % 3)
    assert [(use.weight, use.uses, use.transposed) for use in uses] == [
        ("square", 2, True),
        ("square", 2, True),
        ("last.weight", 1, False),
    ]
    assert uses[-1].bias == "last.bias"
    once = nn.Linear(6, 6).double()
    model.forward = lambda samples: model.last(torch.relu(samples @ model.square + model.shift))
    first = dense_uses(model, cross_entropy, samples, torch.arange(8) % 3)[0]
    assert first.bias == "shift" and first.silences
    torch.testing.assert_close(first.sums, samples @ model.square + model.shift)
    assert dense_uses(nn.Sequential(nn.Flatten()), cross_entropy, once(samples), torch.arange(8) % 6) == []


def test_what_goes_in_hangs_on_the_samples():
    model, samples = Twice(), torch.randn(2, 6, requires_grad=True)
    inputs = dense_inputs(model, samples, "last.weight")
    (derivative,) = torch.autograd.grad(inputs.sum(), samples)
    assert inputs.shape == (2, 6) and derivative.any()
