"""What each kind of layer makes of an example's gradient, on random networks, against a loop over the examples."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from privlab.ml.dpsgd.ghost_clipping import bookkept_sum, ghost_sum
from privlab.ml.dpsgd.per_example import per_example_sum
from tests.ml.dpsgd.networks import close, one_by_one

pytestmark = pytest.mark.usefixtures("one_thread")

ACTIVATIONS = nn.Tanh, lambda: nn.ReLU(inplace=True), lambda: nn.SELU(inplace=True)


@st.composite
def pictures(draw):
    """A convolutional network and six pictures."""
    torch.manual_seed(0)
    channels, layers = 4, []
    for _ in range(draw(st.integers(1, 2))):
        groups, kernel = draw(st.sampled_from([1, 2, 4])), draw(st.sampled_from([1, 3]))
        mode = draw(st.sampled_from(["zeros", "circular", "reflect", "replicate"]))
        same, dilation = draw(st.booleans()), draw(st.sampled_from([1, 2]))
        layers += [
            nn.Conv2d(
                channels,
                channels,
                kernel,
                stride=1 if same else draw(st.sampled_from([1, 2])),
                padding="same" if same else draw(st.integers(0, 2)),
                padding_mode=mode,
                dilation=dilation,
                groups=groups,
                bias=draw(st.booleans()),
            ),
            draw(st.sampled_from(ACTIVATIONS))(),
        ]
        if draw(st.booleans()):
            layers.append(nn.GroupNorm(2, channels, affine=draw(st.booleans())))
    model = nn.Sequential(*layers)
    inputs = torch.randn(6, channels, 11, 11)
    size = model(inputs.clone()).flatten(1).shape[1]
    return nn.Sequential(model, nn.Flatten(), nn.Linear(size, 5, bias=draw(st.booleans()))), inputs


class Sentences(nn.Module):
    """Tokens, embedded, normalised, multiplied token by token, and read in the mean."""

    def __init__(self, width, hidden, padding, act, bias):
        super().__init__()
        self.tokens, self.norm = nn.Embedding(7, width, padding_idx=padding), nn.LayerNorm(width, bias=bias)
        self.hidden, self.act, self.scores = nn.Linear(width, hidden, bias=bias), act, nn.Linear(hidden, 5)

    def forward(self, tokens):
        return self.scores(self.act(self.hidden(self.norm(self.tokens(tokens))))).mean(1)


@st.composite
def sentences(draw):
    """A network on tokens and six sentences; some wide, where lengths come from pairs of places."""
    torch.manual_seed(0)
    wide = draw(st.booleans())
    model = Sentences(
        80 if wide else 3,
        90 if wide else 4,
        draw(st.sampled_from([None, 0])),
        draw(st.sampled_from(ACTIVATIONS))(),
        draw(st.booleans()),
    )
    return model, torch.randint(7, (6, draw(st.sampled_from([1, 2, 9]))))


CASE = dict(
    case=pictures() | sentences(), frozen=st.sets(st.integers(0, 9), max_size=3), clip=st.sampled_from([0.3, 3.0])
)


def clips_as_a_loop_does(case, frozen, clip):
    """Some examples are clipped and some are not; any of the parameters may be frozen."""
    model, inputs = case
    parameters = list(model.parameters())
    for index in frozen & set(range(len(parameters) - 1)):
        parameters[index].requires_grad_(False)
    labels = torch.arange(6) % 5
    slow = one_by_one(model, inputs, labels, clip)
    for way in (bookkept_sum, ghost_sum):
        assert close(way(model, inputs, labels, clip), slow, 1e-5), way.__name__
    assert close(per_example_sum(model, inputs, labels, clip, chunk=4), slow, 1e-5)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(**CASE)
def test_random_networks_are_clipped_as_in_a_loop(case, frozen, clip):
    clips_as_a_loop_does(case, frozen, clip)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(**CASE)
def test_many_random_networks_are_clipped_as_in_a_loop(case, frozen, clip):
    clips_as_a_loop_does(case, frozen, clip)


def test_products_that_cancel_keep_their_length():
    """Two places whose parts cancel but for a ten-thousandth: in single precision the pairs would say length 0."""
    model = nn.Sequential(nn.Linear(80, 90, bias=False), nn.Flatten(1), nn.Linear(180, 2, bias=False))
    with torch.no_grad():
        model[2].weight[:, 90:] = -model[2].weight[:, :90]
    model[2].weight.requires_grad_(False)
    one = torch.ones(1, 1, 80) * 1_000
    inputs = torch.cat([torch.cat([one, one * (1 + 1e-5)], 1)] * 2)
    for clip in (0.01, 1e6):
        slow = one_by_one(model, inputs, torch.tensor([0, 1]), clip)
        assert close(bookkept_sum(model, inputs, torch.tensor([0, 1]), clip), slow, 0.02 * clip)
