"""The attack on models as people write them: whatever their layers, shapes and gradients, and one sentence else."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, nll_loss, relu

from privlab import fl

pytestmark = pytest.mark.usefixtures("cpu")


class Written(nn.Module):
    """784 or so inputs, 96 neurons, some classes; the layers by hand, as `forward` says."""

    def __init__(self, width, classes, forward, bias=True):
        super().__init__()
        self.first, self.last = nn.Linear(width, 96, bias=bias), nn.Linear(96, classes, bias=bias)
        self.written = forward

    def forward(self, samples):
        return self.written(self, samples.flatten(1))


WAYS = {
    "input in place": lambda self, x: self.last(relu(self.first(x.sub_(0.5).mul_(2)))),
    "functions": lambda self, x: self.last(relu(self.first(x))),
    "clamped": lambda self, x: self.last(self.first(x).clamp(min=0)),
    "products": lambda self, x: (x @ self.first.weight.T + self.first.bias).relu() @ self.last.weight.T,
    "in place": lambda self, x: self.last(nn.functional.relu_(self.first(x))),
}


def client(model, samples, labels, loss=cross_entropy):
    return torch.autograd.grad(loss(model(samples.clone()), labels), list(model.parameters()), allow_unused=True)


def made(shape, count, classes, *, seed=1, forward="functions", bias=True):
    """A model, samples that are not from 0 to 1, and labels."""
    torch.manual_seed(seed)
    model = Written(int(np.prod(shape)), classes, WAYS[forward], bias)
    return model, torch.randn(count, *shape), torch.randint(classes, (count,))


def exact(report, samples):
    return report.best.certified and report.best.errors(samples).max() < 1e-8


@pytest.mark.parametrize("forward", WAYS)
def test_what_happens_counts_and_not_how_it_is_written(forward):
    model, samples, labels = made((1, 9, 9), 4, 10, forward=forward)
    report = fl.attack(model, cross_entropy, client(model, samples, labels), (1, 9, 9), seconds=0)
    assert exact(report, samples) and report.batch_size == 4
    order = np.argsort(((report.best.samples[:, None] - samples.numpy()) ** 2).sum((2, 3, 4)).argmin(1))
    assert report.best.labels[order].tolist() == labels.tolist() and report.best.residual < 1e-4


@pytest.mark.parametrize("shape, count", [((3, 32, 32), 1), ((3, 16, 16), 3), ((40,), 3)])
@pytest.mark.parametrize(
    "classes, bias",
    [(2, True), (10, True), (1000, True), (2, False), (10, False), pytest.param(1000, False, marks=pytest.mark.slow)],
)
def test_any_shape_colour_classes_with_and_without_biases(shape, count, classes, bias):
    model, samples, labels = made(shape, count, classes, bias=bias)
    report = fl.attack(model, cross_entropy, client(model, samples, labels), shape, seconds=0)
    if classes == 2 and not bias and not report.best.certified:
        assert "several lengths of a sample would send the same" in str(report)
    else:
        assert exact(report, samples), str(report)


def test_gradients_come_as_people_have_them():
    model, samples, labels = made((40,), 3, 5)
    gradients = client(model, samples, labels)
    names = [name for name, _ in model.named_parameters()]
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    cross_entropy(model(samples), labels).backward()
    half = {name: part.double().numpy() for name, part in zip(names, gradients)}
    for given in (gradients, list(gradients), half, optimiser, model):
        assert exact(fl.attack(model, cross_entropy, given, (40,), seconds=0), samples)
    parts = [part.double().numpy() for part in gradients]
    assert exact(
        fl.attack(model, cross_entropy, fl.Gradient((parts[0], parts[2]), (parts[1], parts[3])), (40,)), samples
    )


def test_the_bias_gradients_may_be_kept_back():
    model, samples, labels = made((40,), 3, 5)
    named = dict(zip([name for name, _ in model.named_parameters()], client(model, samples, labels)))
    kept = {name: part for name, part in named.items() if "bias" not in name}
    assert exact(fl.attack(model, cross_entropy, kept, (40,), seconds=0), samples)


@pytest.mark.parametrize("steps", [2, 5])
def test_several_local_steps_are_done_again(steps):
    model, samples, labels = made((40,), 4, 5)
    model, samples = model.double(), samples.double()
    after = made((40,), 4, 5)[0].double()
    optimiser = torch.optim.SGD(after.parameters(), lr=0.1)
    for _ in range(steps):
        optimiser.zero_grad()
        cross_entropy(after(samples), labels).backward()
        optimiser.step()
    change = [(old - new).detach().numpy() for old, new in zip(model.parameters(), after.parameters())]
    for sent in (after, change):
        report = fl.attack(model, cross_entropy, sent, (40,), steps=steps, learning_rate=0.1, seconds=0)
        assert exact(report, samples) and report.best.labels.tolist() != [], str(report)
    wrong = fl.attack(model, cross_entropy, change, (40,), steps=steps, learning_rate=0.2, seconds=0, sets=2000)
    assert wrong.best is None or not wrong.best.certified, "control: with another learning rate nothing is certified"


def test_equal_samples_are_told_with_their_copies():
    model, samples, _ = made((40,), 3, 5)
    labels, order = torch.tensor([0, 1, 2, 0, 0, 4]), [0, 1, 2, 0, 0, 1]
    report = fl.attack(model, cross_entropy, client(model, samples[order], labels), (40,), seconds=0)
    found = report.best
    assert found.certified and report.batch_size == 3 and sorted(found.copies) == [1, 2, 3]
    assert "at least 3 different" in found.reason and "3 of the batch equal to others" in found.reason
    summed = lambda outputs, kinds: cross_entropy(outputs, kinds, reduction="sum")  # noqa: E731
    report = fl.attack(model, summed, client(model, samples[order], labels, summed), (40,), seconds=0)
    assert sorted(report.best.copies) == [1, 2, 3] and report.best.certified


@pytest.mark.slow
def test_through_a_convolution_a_dense_layer_behind_it_gives_up_the_batch():
    torch.manual_seed(3)
    model = nn.Sequential(
        nn.Conv2d(1, 24, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(24 * 25, 128),
        nn.ReLU(),
        nn.Linear(128, 5),
    )
    samples, labels = torch.rand(3, 1, 10, 10), torch.tensor([0, 1, 1])
    report = fl.attack(model, cross_entropy, client(model, samples, labels), (1, 10, 10), seconds=0)
    assert exact(report, samples), str(report)


@pytest.mark.parametrize(
    "training", [pytest.param(True, marks=pytest.mark.slow), False], ids=["train mode", "eval mode"]
)
def test_smooth_models_with_batch_normalization_are_matched_in_the_mode_of_the_client(training):
    torch.manual_seed(4)
    model = (
        nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.Sigmoid(), nn.Flatten(), nn.Linear(8 * 36, 6)
        )
        .double()
        .train(training)
    )
    samples, labels = torch.rand(2, 1, 6, 6, dtype=float), torch.tensor([1, 4])
    before = [each.clone() for each in model.state_dict().values()]
    report = fl.attack(model, cross_entropy, client(model, samples, labels), (1, 6, 6), batch_size=2, seconds=200)
    assert report.best.residual < 1e-3 and report.best.errors(samples).max() < (0.02 if training else 1e-6), str(report)
    assert not report.best.certified and report.best.labels.tolist() == [1, 4]
    assert all(torch.equal(old, new) for old, new in zip(before[:3], list(model.state_dict().values())[:3]))


def test_chance_is_scored_with_public_samples():
    model, samples, labels = made((40,), 3, 5)
    public = np.random.default_rng(1).standard_normal((50, 40))
    report = fl.attack(model, cross_entropy, client(model, samples, labels), (40,), public=public, seconds=0)
    assert report.best.residual < 1e-4 < 0.1 < report.best.chance_residual and (report.best.chance_error > 0.1).all()
    assert "by chance" in str(report)


def test_nothing_is_certified_that_the_gradient_does_not_hold():
    model, samples, labels = made((40,), 3, 5)
    noise = [torch.randn_like(part) for part in model.parameters()]
    for report in (
        fl.attack(model, cross_entropy, noise, (40,), seconds=0),
        fl.attack(
            made((40,), 3, 5, seed=2)[0], cross_entropy, client(model, samples, labels), (40,), seconds=0, sets=2000
        ),
    ):
        assert report.best is None or not report.best.certified


def test_a_sentence_says_why_an_attack_does_not_apply():
    torch.manual_seed(5)
    smooth = nn.Sequential(nn.Flatten(), nn.Linear(40, 96), nn.Sigmoid(), nn.Linear(96, 5))
    samples, labels = torch.rand(3, 40), torch.tensor([0, 1, 2])
    report = fl.attack(smooth, cross_entropy, client(smooth, samples, labels), (40,), seconds=0)
    assert report.batch_size == 3 and "no neuron is silent" in str(report) and report.best is None
    bare = nn.Sequential(nn.Conv2d(1, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    pictures = torch.rand(2, 1, 8, 8)
    report = fl.attack(bare, cross_entropy, client(bare, pictures, labels[:2]), (1, 8, 8))
    assert "no dense layer" in str(report) and "give batch_size" in str(report)
    report = fl.attack(bare, cross_entropy, client(bare, pictures, labels[:2]), (1, 8, 8), batch_size=2)
    assert "give labels" in str(report)


def test_other_losses_and_outputs():
    torch.manual_seed(6)
    model = nn.Sequential(nn.Linear(40, 96), nn.ReLU(), nn.Linear(96, 5), nn.LogSoftmax(1))
    samples, labels = torch.randn(3, 40), torch.tensor([0, 1, 1])
    assert exact(fl.attack(model, nll_loss, client(model, samples, labels, nll_loss), (40,), seconds=0), samples)
    one = nn.Sequential(nn.Linear(40, 96), nn.ReLU(), nn.Linear(96, 1))

    def squared(outputs, kinds):
        return ((outputs[:, 0] - kinds) ** 2).mean()

    sent = client(one, samples, labels, squared)
    assert exact(fl.attack(one, squared, sent, (40,), classes=2, seconds=0), samples)


class Attentive(nn.Module):
    """Attention over five places, and their mean to five classes."""

    def __init__(self):
        super().__init__()
        self.attention, self.last = nn.MultiheadAttention(8, 2, batch_first=True), nn.Linear(8, 5)

    def forward(self, samples):
        return self.last(self.attention(samples, samples, samples, need_weights=False)[0].mean(1))


def test_attention_is_matched_also_where_no_graph_is_kept():
    torch.manual_seed(7)
    model, samples, labels = Attentive(), torch.rand(1, 5, 8), torch.tensor([3])
    sent = client(model, samples, labels)
    with torch.no_grad():
        report = fl.attack(model, cross_entropy, sent, (5, 8), batch_size=1, seconds=1)
    assert report.attempts[-1].name == "matching" and report.best.residual < 0.5


def test_a_model_that_holds_what_it_computed_is_told():
    model = nn.Sequential(nn.utils.weight_norm(nn.Linear(40, 9)), nn.ReLU(), nn.Linear(9, 5))
    with pytest.raises(ValueError, match="the model cannot be copied"):
        fl.attack(model, cross_entropy, client(model, torch.rand(1, 40), torch.tensor([1])), (40,), seconds=0)


def test_bad_input_is_one_sentence():
    model, samples, labels = made((40,), 3, 5)
    sent = list(client(model, samples, labels))
    names = [name for name, _ in model.named_parameters()]
    fine = dict(model=model, loss=cross_entropy, gradients=sent, input_shape=(40,))
    for changed, said in (
        (dict(model="mine"), "torch module"),
        (dict(loss=None), "a function of the model's outputs"),
        (dict(gradients=sent[:2]), "2 gradients and 4 parameters"),
        (dict(gradients=[part[:-1] for part in sent]), "is it of this model"),
        (dict(gradients=[part * np.nan for part in sent]), "NaN"),
        (dict(gradients=[part * 0 for part in sent]), "was backward called"),
        (dict(gradients=["a"] * 4), "tensor of real numbers"),
        (dict(gradients=3), "a list, a tuple or a dict"),
        (dict(gradients={"other": sent[0]}), "'other'"),
        (dict(gradients=made((40,), 3, 5)[0]), "was backward called"),
        (dict(gradients=torch.optim.SGD(made((40,), 3, 5)[0].parameters(), lr=1)), "another model"),
        (dict(gradients=nn.Linear(2, 2)), "other parameters"),
        (dict(input_shape=(41,)), "input_shape must be another one"),
        (dict(input_shape=40), "the shape of one sample"),
        (dict(input_shape=()), "the shape of one sample"),
        (dict(input_shape=(0,)), "at least 1"),
        (dict(classes=1), "at least 2"),
        (dict(batch_size=0), "at least 1"),
        (dict(labels=[9]), "from 0 to 4"),
        (dict(labels=[1, 2], batch_size=3), "as many labels"),
        (dict(steps=2), "learning_rate"),
        (dict(steps=2, learning_rate=-1.0), "positive"),
        (dict(public=np.zeros((3, 41))), "public samples"),
        (dict(seconds=-1), "positive"),
        (dict(seed=-1), "the seed must be a whole number"),
        (dict(seed=1.5), "the seed must be a whole number"),
        (dict(classes=20), "labels from 0 to 19"),
        (dict(loss=lambda outputs, labels: cross_entropy(outputs, labels, reduction="none")), "for the whole batch"),
        (dict(loss=nn.functional.binary_cross_entropy_with_logits), "does not take outputs"),
        (dict(loss=lambda outputs, labels: cross_entropy(outputs.detach(), labels)), "computed from the model"),
        (dict(loss=lambda outputs, labels: cross_entropy(outputs, labels) * np.nan), "not finite"),
        (dict(model=nn.LazyLinear(5)), "is lazy"),
        (dict(model=torch.jit.script(nn.Linear(40, 5))), "scripted"),
    ):
        with pytest.raises(ValueError, match=said):
            fl.attack(**(fine | changed))
    assert names == ["first.weight", "first.bias", "last.weight", "last.bias"]
    with pytest.raises(ValueError, match="the truth must be"):
        fl.attack(**fine, seconds=0).best.errors(np.zeros((3, 41)))
    with pytest.raises(ValueError, match="the truth must be finite numbers"):
        fl.attack(**fine, seconds=0).best.errors(samples * np.nan)
