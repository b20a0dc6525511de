"""Clipping by hand, ghost clipping and book-keeping: one sum, or a refusal in one sentence."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from privlab.ml.dpsgd.ghost_clipping import _forward_and_back, _norms, bookkept_sum, ghost_sum
from privlab.ml.dpsgd.per_example import cross_entropies, example_gradients, per_example_sum
from tests.ml.dpsgd.networks import MODELS, close, made, one_by_one, with_normalisation

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("clip", [0.2, 3.0, 100.0])
def test_all_ways_to_clip_give_one_sum(name, clip):
    """Clipped for all, for some and for none; and the negative control, another clip, is another sum."""
    model, pixels, labels = made(name)
    slow = one_by_one(model, pixels, labels, clip)
    for way in (per_example_sum, ghost_sum, bookkept_sum):
        assert close(way(model, pixels, labels, clip), slow), way.__name__
        assert close(way(model, pixels, labels, clip, chunk=5), slow), way.__name__
    assert not close(per_example_sum(model, pixels, labels, 0.1), slow)


@pytest.mark.parametrize("name", MODELS)
def test_lengths_without_gradients_are_the_lengths(name):
    model, pixels, labels = made(name)
    slow = sum(part.flatten(1).square().sum(1) for part in example_gradients(model, pixels, labels)).sqrt()
    assert torch.allclose(_norms(_forward_and_back(model, pixels, labels)[1]), slow, rtol=1e-5)


class Written(nn.Module):
    """Two layers, and a way to use them that is given."""

    def __init__(self, way, first=None):
        super().__init__()
        self.way, self.first, self.scores = way, first or nn.Linear(4, 4, bias=False), nn.Linear(4, 3)

    def forward(self, inputs):
        return self.way(self, inputs)


def in_place(model, rows):
    """Changes what it is given, and what the layer gave out."""
    rows.mul_(3)
    found = model.first(rows)
    found += rows
    return model.scores(F.relu_(found.mul_(4)))


def unused(model, rows):
    return model.scores(rows)


def with_dropout(model, rows):
    return model.scores(F.dropout(model.first(rows), 0.0))


@pytest.mark.parametrize("way", [in_place, unused, with_dropout])
def test_a_layer_may_be_changed_in_place_or_left_out(way):
    torch.manual_seed(1)
    model, rows, labels = Written(way), torch.randn(5, 4), torch.arange(5) % 3
    kept = rows.clone()
    slow = one_by_one(model, rows, labels, 0.5)
    for sum_of in (ghost_sum, bookkept_sum, per_example_sum):
        assert close(sum_of(model, rows, labels, 0.5), slow), sum_of.__name__
    assert torch.equal(rows, kept)


def folded(model, rows):
    return model.scores(model.first(rows.view(-1, 2, 4).flatten(0, 1)).view(-1, 2, 4).mean(1))


def twice(model, rows):
    return model.scores(model.first(model.first(rows)))


def outside(model, rows):
    return model.scores(torch.tanh(F.linear(model.first(rows), model.first.weight.T)))


def mixed(model, rows):
    return model.scores(model.first(rows - rows.mean(0)))


def mixed_by_rank(model, rows):
    return model.scores(model.first(rows) * (rows > rows.median(0).values))


def cut_off(model, rows):
    with torch.no_grad():
        rows = model.first(rows)
    return model.scores(rows)


def tied():
    model = Written(lambda model, rows: model.scores(model.second(model.first(rows))))
    model.second = nn.Linear(4, 4, bias=False)
    model.second.weight = model.first.weight
    return model


def hooked(register):
    model = Written(lambda model, rows: model.scores(model.first(rows)))
    getattr(model.first, register)(lambda *given: None)
    return model


def on_a_parameter():
    model = Written(lambda model, rows: model.scores(model.first(rows)))
    model.first.weight.register_hook(lambda slope: 2 * slope)
    return model


def moved_by_one():
    model = Written(lambda model, rows: model.scores(model.first(rows)))
    model.first.forward = lambda rows: F.linear(rows, model.first.weight) + 1
    return model


ROWS = torch.randn(6, 4, generator=torch.Generator().manual_seed(3))
WRONG = {
    "tokens folded into the batch": (Written(folded), torch.cat([ROWS, -ROWS], 1), "gives 4 rows for 2 examples"),
    "a layer used twice": (Written(twice), ROWS, "'first' is used twice"),
    "tied weights": (tied(), ROWS, "'second' and layer 'first' share a parameter"),
    "weights used outside of the layer": (Written(outside), ROWS, "outside of its layer"),
    "examples mixed": (Written(mixed), ROWS, "mixes the examples"),
    "examples mixed without a slope": (Written(mixed_by_rank), ROWS, "mixes the examples"),
    "a layer cut off": (Written(cut_off), ROWS, "cut off from the loss"),
    "a hook": (hooked("register_forward_hook"), ROWS, "'first' has a hook"),
    "a hook before": (hooked("register_forward_pre_hook"), ROWS, "'first' has a hook"),
    "a hook on the way back": (hooked("register_full_backward_hook"), ROWS, "'first' has a hook"),
    "a hook on a parameter": (on_a_parameter(), ROWS, "hook on a parameter"),
    "another forward": (moved_by_one(), ROWS, "forward of its own"),
    "batch normalisation": (nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)), ROWS, "batch normalisation"),
    "frozen batch normalisation at work": (
        nn.Sequential(nn.BatchNorm1d(4, affine=False), nn.Linear(4, 3)),
        ROWS,
        "batch normalisation",
    ),
    "another layer": (nn.Sequential(nn.Linear(4, 3), nn.PReLU()), ROWS, "only Linear, Conv2d, LayerNorm"),
    "renormed rows": (
        nn.Sequential(nn.Embedding(9, 3, max_norm=1.0), nn.Flatten()),
        torch.zeros(6, 1).long(),
        "Embedding with max_norm",
    ),
    "all frozen": (nn.Linear(4, 3).requires_grad_(False), ROWS, "every parameter of the model is frozen"),
    "an infinite number": (Written(unused), torch.cat([ROWS[:5], torch.full((1, 4), torch.inf)]), "not finite"),
    "a length that overflows": (Written(unused), ROWS * 1e25, "not finite"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_exact_is_refused_in_a_sentence(what):
    model, rows, says = WRONG[what]
    for way in (ghost_sum, bookkept_sum):
        with pytest.raises(ValueError, match=says) as found:
            way(model, rows, torch.arange(6) % 3, 0.5)
        assert "\n" not in str(found.value) and found.value.__cause__ is None


def test_normalisation_that_is_frozen_and_evaluated_is_no_mixing():
    model = with_normalisation()
    model[1].requires_grad_(False)
    model[1].eval()
    pixels, labels = torch.rand(4, 1, 28, 28), torch.arange(4)
    assert close(bookkept_sum(model, pixels, labels, 0.5), one_by_one(model, pixels, labels, 0.5))


def test_a_model_that_changes_is_looked_at_again():
    """What was found exact in one mode is tried anew in another."""
    model = Written(lambda model, rows: mixed(model, rows) if model.training else unused(model, rows)).eval()
    bookkept_sum(model, ROWS, torch.arange(6) % 3, 0.5)
    with pytest.raises(ValueError, match="mixes the examples"):
        bookkept_sum(model.train(), ROWS, torch.arange(6) % 3, 0.5)


@pytest.mark.parametrize("way", [per_example_sum, ghost_sum, bookkept_sum])
def test_another_loss_is_one_number_for_each_example(way):
    torch.manual_seed(2)
    model, targets = nn.Linear(4, 2), torch.randn(6, 2)

    def squares(outputs, targets):
        return (outputs - targets).square().mean(1)

    slow = [torch.zeros(2, 4), torch.zeros(2)]
    for row, target in zip(ROWS, targets):
        slope = (model(row) - target).detach()
        length = float((slope.square().sum() * (row.square().sum() + 1)).sqrt())
        slow = [total + part * min(1, 0.5 / length) for total, part in zip(slow, (torch.outer(slope, row), slope))]
    assert close(way(model, ROWS, targets, 0.5, loss=squares), slow)
    with pytest.raises(ValueError, match="one number for each of"):
        way(model, ROWS, targets, 0.5, loss=F.mse_loss)
    with pytest.raises(ValueError, match="labels must be whole numbers"):
        way(model, ROWS, torch.zeros(6, 1), 0.5)


def test_an_empty_batch_has_sums_of_nothing():
    for way in (per_example_sum, ghost_sum, bookkept_sum):
        assert not any(part.any() for part in way(nn.Linear(4, 2), ROWS[:0], torch.zeros(0).long(), 0.5))


class Keeping(nn.Module):
    """A linear layer before which something of the examples is kept, in one way or another."""

    def __init__(self, how):
        super().__init__()
        self.how, self.last, self.words = how, nn.Linear(4, 2), nn.Embedding(9, 4, max_norm=0.1)
        self.norm = nn.InstanceNorm1d(4, track_running_stats=True)
        self.words.weight.requires_grad_(False)
        self.register_buffer("mean", torch.zeros(4))

    def forward(self, rows):
        if self.how == "written":
            self.mean.mul_(0.9).add_(0.1 * rows.mean(0))
        elif self.how == "replaced":
            self.mean = 0.9 * self.mean + 0.1 * rows.detach().mean(0)
        elif self.how == "running":
            return self.last(rows + self.norm(torch.stack([rows, -rows], 2)).mean(2))
        elif self.how == "shortened":
            return self.last(rows + self.words((rows[:, 0] > 0).long()))
        return self.last(rows)


@pytest.mark.parametrize("how", ["nothing", "written", "replaced", "running", "shortened"])
@pytest.mark.parametrize("clipped_sum", [ghost_sum, bookkept_sum, per_example_sum])
def test_a_model_that_keeps_something_of_the_examples_is_refused(clipped_sum, how):
    """No noise hides a running mean, or which rows of an embedding were shortened."""
    torch.manual_seed(1)
    rows, labels = torch.randn(6, 4), torch.tensor([0, 1, 0, 1, 1, 0])
    if how == "nothing":
        assert len(clipped_sum(Keeping(how), rows, labels, 1.0)) == 2
        return
    with pytest.raises(ValueError, match="no noise hides what it keeps|cannot write down a gradient"):
        clipped_sum(Keeping(how), rows, labels, 1.0)


class Divided(nn.Module):
    """A linear layer whose scores are divided by the number of examples."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(4, 2)

    def forward(self, rows):
        return self.last(rows) / len(rows)


def test_what_is_divided_by_the_number_of_examples_is_refused():
    """One more example would move all gradients: the sum by nearly twice its bound."""

    def shared(outputs, targets):
        return cross_entropies(outputs, targets) / len(outputs)

    rows, labels = torch.randn(6, 4), torch.tensor([0, 1, 0, 1, 1, 0])
    twice = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 8), nn.Dropout(0.5), nn.Linear(8, 2))
    for clipped_sum in (ghost_sum, bookkept_sum):
        for model, loss in ((Divided(), cross_entropies), (nn.Linear(4, 2), shared)):
            with pytest.raises(ValueError, match="changes with the number of examples"):
                clipped_sum(model, rows, labels, 1.0, loss=loss)
        clipped_sum(twice, rows, labels, 1.0)
        assert all(layer.training for layer in twice), "looked at without dropout, and left as it was"


def test_sums_are_had_where_no_graph_is_kept():
    model, rows, labels = nn.Linear(4, 2), torch.randn(6, 4), torch.tensor([0, 1, 0, 1, 1, 0])
    for clipped_sum in (ghost_sum, bookkept_sum, per_example_sum):
        with torch.no_grad():
            found = clipped_sum(model, rows, labels, 1.0)
        assert close(found, clipped_sum(model, rows, labels, 1.0)) and not found[0].requires_grad
