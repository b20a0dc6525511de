"""Private training: what is learned and what stays frozen, its noise, its batches, its file; and what is refused."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from privlab.dp.composition import BudgetSpent
from privlab.ml.dpsgd import training
from privlab.ml.dpsgd.per_example import cross_entropies, per_example_sum
from privlab.ml.dpsgd.training import train
from tests.ml.dpsgd.networks import with_normalisation

pytestmark = pytest.mark.usefixtures("one_thread")

SETTING = dict(epsilon=3.0, delta=1e-3, sample_rate=0.2, steps=4, max_norm=0.5, seed=1)


@pytest.fixture
def data():
    """200 points of two classes that a line separates, and their labels."""
    rows = torch.randn(200, 4, generator=torch.Generator().manual_seed(1))
    return rows, (rows[:, 0] > 0).long()


def linear(seed=2):
    torch.manual_seed(seed)
    return nn.Linear(4, 2)


def sgd(model, learning_rate=1.0, **more):
    return torch.optim.SGD([value for value in model.parameters() if value.requires_grad], learning_rate, **more)


def trained(data, *, model=None, optimizer=sgd, **changed):
    """The parameters of a model that was trained, flat, and the account."""
    model = model or linear()
    account = train(model, cross_entropies, data, optimizer=optimizer(model), **SETTING | changed)
    return torch.cat([value.detach().flatten() for value in model.parameters()]), account


@pytest.mark.parametrize(
    "optimizer", [lambda model: sgd(model, momentum=0.5), lambda model: torch.optim.Adam(model.parameters(), 0.1)]
)
def test_a_model_learns_within_its_budget(data, optimizer):
    model = linear()
    _, account = trained(data, model=model, optimizer=optimizer, steps=40, epsilon=8.0)
    assert (model(data[0]).argmax(1) == data[1]).float().mean() > 0.85
    assert account.taken == 40 and 7.9 < account.spent <= 8 and all(value.grad is None for value in model.parameters())


def test_a_step_is_the_clipped_sum_over_the_expected_batch(data):
    """Full batches without noise: the same as the sum by hand, whatever is held at once."""
    for chunk in (7, 1_000):
        model = linear()
        expected = [value.detach().clone() for value in model.parameters()]
        for value, part in zip(expected, per_example_sum(model, *data, 0.5)):
            value -= part / 200
        found, _ = trained(data, epsilon=math.inf, sample_rate=1.0, steps=1, chunk=chunk)
        assert torch.allclose(found, torch.cat([value.flatten() for value in expected]), atol=1e-6)


def test_noise_is_drawn_anew_each_step_and_as_large_as_planned(data):
    """Gradients of 0: only noise moves 60,000 numbers; a standard deviation is 1 % off once in 10^8."""

    def none(outputs, targets):
        return 0 * outputs.sum(1)

    for seed in (1, None):
        model, moves = nn.Linear(4, 12_000), []
        optimizer = sgd(model)
        optimizer.register_step_pre_hook(
            lambda *_: moves.append(torch.cat([v.grad.flatten() for v in model.parameters()]))
        )
        account = train(model, none, data, optimizer=optimizer, **SETTING | {"steps": 2, "seed": seed})
        planned = account.noise_multiplier * 0.5 / (0.2 * 200)
        assert all(
            abs(float(move.std()) / planned - 1) < 0.02 and abs(float(move.mean())) < 0.03 * planned for move in moves
        )
        assert abs(float((moves[0] * moves[1]).mean())) < 0.03 * planned**2


def test_batches_are_poisson_samples(data):
    sizes, seen = [], np.zeros(200)

    def counting(model, inputs, targets, max_norm, **more):
        sizes.append(len(inputs))
        np.add.at(seen, targets.numpy(), 1)
        return [torch.zeros_like(value) for value in model.parameters()]

    trained((data[0], torch.arange(200)), steps=400, epsilon=math.inf, clipped_sum=counting, seed=None)
    assert abs(np.mean(sizes) - 40) < 6 * 32**0.5 / 20 and 20 < np.var(sizes) < 48
    assert abs(seen - 80).max() < 6.5 * 64**0.5 and seen.std() > 5


def test_frozen_layers_stay_frozen_and_take_no_part_in_the_length(data):
    """Also one whose optimizer decays weights, and which has a gradient left over from before."""
    model = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 2))
    for value in model[0].parameters():
        value.requires_grad_(False)
        value.grad = torch.ones_like(value)
    before = [value.clone() for value in model[0].parameters()]

    def all_of_them(model):
        return torch.optim.AdamW(model.parameters(), 0.1, weight_decay=0.5)

    trained(data, model=model, optimizer=all_of_them)
    assert all(torch.equal(one, two) for one, two in zip(before, model[0].parameters()))
    head = linear(3)
    model[2].load_state_dict(nn.Linear(4, 2).state_dict())
    head.load_state_dict(model[2].state_dict())
    with torch.no_grad():
        rows = torch.tanh(model[0](data[0]))
    trained(data, model=model)
    trained((rows, data[1]), model=head)
    assert torch.allclose(model[2].weight, head.weight, atol=1e-5)


def test_learning_rates_do_not_change_unless_asked(data):
    """No hidden schedule: a thousand times the same gradient moves as far in the last step as in the first."""
    model, moved = linear(), []
    optimizer = sgd(model)
    optimizer.register_step_pre_hook(lambda *_: moved.append(optimizer.param_groups[0]["lr"]))
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.1)
    train(model, cross_entropies, data, optimizer=optimizer, **SETTING)
    assert moved == [1.0] * 4
    optimizer.register_step_post_hook(lambda *_: schedule.step())
    train(model, cross_entropies, data, optimizer=optimizer, **SETTING)
    assert moved[4:] == pytest.approx([1, 1, 0.1, 0.1])


@pytest.mark.parametrize("stopped_at", [1, 3])
def test_a_training_cut_short_goes_on_where_it_was(data, tmp_path, stopped_at, monkeypatch):
    """The same model as without a break, and not one step more."""
    monkeypatch.setattr(training, "SAVES", 2)
    whole, _ = trained(data, optimizer=lambda model: sgd(model, momentum=0.9))
    calls = []

    def stopping(*arguments, **values):
        calls.append(1)
        if len(calls) == stopped_at + 1:
            raise KeyboardInterrupt
        return training.bookkept_sum(*arguments, **values)

    momentum = dict(optimizer=lambda model: sgd(model, momentum=0.9), file=tmp_path / "run.pt")
    with pytest.raises(KeyboardInterrupt):
        trained(data, clipped_sum=stopping, **momentum)
    found, account = trained(data, clipped_sum=stopping, model=linear(9), **momentum)
    assert torch.allclose(found, whole, atol=1e-6) and account.taken == 4 and len(calls) == 5
    again, account = trained(data, clipped_sum=stopping, model=linear(8), **momentum)
    assert torch.equal(again, found) and len(calls) == 5 and account.taken == 4
    with pytest.raises(BudgetSpent):
        account.take()


@pytest.mark.slow
def test_a_crash_takes_no_step_twice(data, tmp_path):
    """What lies in the file while a training runs has been paid for in advance."""
    file, kept, steps = tmp_path / "run.pt", [], []

    def copying(*arguments, **values):
        kept.append(file.read_bytes())
        steps.append(1)
        return training.bookkept_sum(*arguments, **values)

    trained(data, clipped_sum=copying, file=file, steps=100)
    for crashed in (0, 42, 99):
        file.write_bytes(kept[crashed])
        steps.clear()
        _, account = trained(data, clipped_sum=copying, file=file, steps=100)
        assert account.taken == 100 and crashed + 1 + len(steps) <= 100


@pytest.mark.parametrize(
    "changed", [dict(steps=5), dict(max_norm=1.0), dict(epsilon=9.0), dict(sample_rate=0.3), dict(delta=1e-4)]
)
def test_a_file_of_another_training_is_refused(data, tmp_path, changed):
    trained(data, file=tmp_path / "run.pt", steps=2, epsilon=math.inf)
    with pytest.raises(ValueError, match="run.pt keeps a training with"):
        trained(data, file=tmp_path / "run.pt", **dict(steps=2, epsilon=math.inf) | changed)


def test_a_file_of_something_else_is_refused(data, tmp_path):
    (tmp_path / "run.pt").write_text("not a training")
    with pytest.raises(ValueError, match="keeps no private training"):
        trained(data, file=tmp_path / "run.pt")


def test_a_file_of_another_model_or_optimizer_is_refused(data, tmp_path):
    file = dict(file=tmp_path / "run.pt", steps=2, epsilon=math.inf)
    trained(data, **file)
    with pytest.raises(ValueError, match="with optimizer SGD, and Adam was asked for"):
        trained(data, optimizer=lambda model: torch.optim.Adam(model.parameters()), **file)
    for changed in (
        dict(model=nn.Linear(4, 3)),
        dict(model=nn.Sequential(nn.Linear(4, 2))),
        dict(optimizer=lambda model: torch.optim.SGD([{"params": [value]} for value in model.parameters()], 1.0)),
    ):
        with pytest.raises(ValueError, match="of another model, or with other groups"):
            trained(data, **file | changed)


def test_numbers_of_any_kind_are_a_setting(data):
    kinds = dict(epsilon=np.float32(3), delta=np.array(1e-3), sample_rate=torch.tensor(0.2), max_norm=np.array(0.5))
    found, account = trained(data, **kinds)
    assert torch.allclose(found, trained(data)[0], atol=1e-3) and account.taken == 4


def test_an_empty_batch_is_only_noise(data):
    before = torch.cat([value.detach().flatten() for value in linear().parameters()])
    found, account = trained(data, sample_rate=1e-9, steps=1)
    assert account.taken == 1 and (found != before).all()


def two_optimized():
    model = linear()
    return model, torch.optim.SGD(nn.Linear(4, 2).parameters(), 1.0)


@pytest.mark.parametrize(
    "changed, says",
    [
        (dict(delta=1 / 199), "delta must be at most 1 / 200"),
        (dict(max_norm=0), "max_norm must be a positive"),
        (dict(file="no/such/folder/run.pt"), "no folder no/such/folder"),
        (dict(chunk=0), "chunk must be a whole number"),
        (dict(optimizer=lambda model: sgd(nn.Linear(4, 2))), "0 of the 2 that the model trains"),
        (dict(optimizer=lambda model: torch.optim.SGD([model.weight], 1.0)), "moves 1 parameters"),
        (dict(optimizer=lambda model: sgd(nn.ModuleList([model, nn.Linear(4, 2)]))), "moves 4 parameters, and 2 of"),
        (dict(optimizer=lambda model: torch.optim.LBFGS(model.parameters())), "LBFGS looks at the data"),
        (dict(model=nn.Sequential(nn.Linear(4, 2), nn.BatchNorm1d(2))), "batch normalisation"),
        (dict(optimizer=lambda model: "SGD"), "the optimizer must be one of torch's"),
        (dict(optimizer=lambda model: torch.optim.SGD), "the optimizer must be one of torch's"),
        (dict(seed=1.5), "seed must be a whole number"),
        (dict(seed=-1), "seed must be a whole number"),
        (dict(delta="1e-5"), "delta must lie between 0 and 1"),
        (dict(sample_rate="0.1"), "sample_rate must be above 0 and at most 1, got 0.1"),
        (dict(model=nn.LazyLinear(2), optimizer=lambda model: torch.optim.SGD([torch.ones(1)], 1.0)), "show it one"),
        (dict(model=nn.Linear(3, 2)), "does not take these examples"),
    ],
)
def test_bad_input(data, changed, says):
    with pytest.raises(ValueError, match=says):
        trained(data, **changed)


def test_data_that_do_not_fit_or_are_not_finite_are_refused(data):
    with pytest.raises(ValueError, match="200 inputs need as many targets"):
        trained((data[0], data[1][:5]))
    for other in (data[0], [data[0].numpy(), data[1].numpy()], torch.utils.data.TensorDataset(*data)):
        with pytest.raises(ValueError, match="data must be two tensors"):
            trained(other)
    model = linear()
    before = model.weight.clone()
    with pytest.raises(ValueError, match="not finite"):
        trained((data[0] * math.inf, data[1]), model=model, sample_rate=1.0)
    assert torch.equal(model.weight, before)
    with pytest.raises(ValueError, match="batch normalisation"):
        trained((torch.rand(200, 1, 28, 28), data[1]), model=with_normalisation())
    with pytest.raises(ValueError, match="one of them is a single number"):
        trained((torch.tensor(1.0), data[1]))
    with pytest.raises(ValueError, match="does not take these examples"):
        trained((data[0], data[1] + 2))
    for wrong in ({"max_norm": "1"}, {"max_norm": np.array([1.0, 2.0])}):
        with pytest.raises(TypeError, match="must be a positive number"):
            trained(data, **wrong)
    with pytest.raises(ValueError, match="must be a torch module"):
        train(print, cross_entropies, data, optimizer=sgd(model), **SETTING)
    with pytest.raises(ValueError, match="the loss must be a function"):
        train(model, None, data, optimizer=sgd(model), **SETTING)
