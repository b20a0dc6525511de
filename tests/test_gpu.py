"""What takes a device computes there, and comes to what the CPU comes to: on a GPU that is played, and on a real one.

`pytest -m gpu` runs what needs a real one. It asks for nothing but torch, numpy, scipy, psutil and pytest, and without
a GPU says so in one line.
"""

import numpy as np
import pytest
import torch

from benchmarks.experiments.scratch_reader import ScratchReader, stroke_rows
from privlab import fl
from privlab.device import device
from privlab.fl.gradients.models import convolution_dense_network, dense_network, trained
from privlab.ml.dpsgd import edpsgd, per_example, training
from privlab.ml.dpsgd.ghost_clipping import ghost_sum
from privlab.ml.dpsgd.linear_head import head_accuracy, train_head
from privlab.ml.letter_classifier import as_pixels
from privlab.ml.membership import shadow_models
from tests.fl.made_up_letters import made_up
from tests.played_gpu import GPU, OnGpu, WrongDevice, played

LETTERS = made_up(60, 1)
IMAGES, LABELS = LETTERS.images, LETTERS.labels.astype(np.int64)


def features(count=60, width=24):
    """Rows of length 1 and labels on the device in use."""
    rows = torch.randn(count, width, generator=torch.Generator().manual_seed(1))
    return torch.nn.functional.normalize(rows, dim=1).to(device()), torch.as_tensor(LABELS[:count]).to(device())


def small():
    """A network, pixels and labels on the device in use."""
    pixels = torch.nn.functional.avg_pool2d(as_pixels(IMAGES), 2).to(device())
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        layers = torch.nn.Linear(196, 8), torch.nn.ReLU(), torch.nn.Linear(8, 26)
        model = torch.nn.Sequential(torch.nn.Flatten(), *layers).to(device())
    return model, pixels, torch.as_tensor(LABELS).to(device())


def weights(model):
    """A model's numbers in one row."""
    return torch.cat([part.detach().flatten() for part in model.parameters()])


def matching_one_letter():
    model = dense_network(1, "sigmoid", hidden=64)
    return fl.gradients.match_gradient(fl.client_gradient(model, IMAGES[:1], [3]), model, 3, starts=1).image


def matching_a_batch():
    model = dense_network(1, "sigmoid", hidden=64)
    gradient = fl.client_gradient(model, IMAGES[:2], [3, 4])
    labels = fl.gradients.infer_labels(gradient, model, 2)
    return fl.gradients.match_batch(gradient, model, labels, iterations=5).image


def exact_inversion():
    model = dense_network(1, hidden=128)
    gradient = fl.client_gradient(model, IMAGES[:4], LABELS[:4])
    found = fl.gradients.invert_relu_layer(gradient, model, np.random.default_rng(1))
    assert found.certified
    return fl.gradients.arranged(found.images, IMAGES[:4])


def inversion_of_an_update():
    model = dense_network(1, hidden=64)
    update = fl.gradients.client_update(model, IMAGES[:3], [0, 1, 2], steps=2)
    found = fl.gradients.invert_update(update, model, np.random.default_rng(1), steps=2)
    assert found.certified
    return fl.gradients.arranged(found.images, IMAGES[:3])


def inversion_through_a_convolution():
    model = convolution_dense_network(1, channels=8)
    gradient = fl.client_gradient(model, IMAGES[:2], LABELS[:2])
    found = fl.gradients.invert_convolution(gradient, model, np.random.default_rng(1))
    assert found.certified
    return fl.gradients.arranged(found.images, IMAGES[:2])


def attack_on_any_model():
    model = dense_network(1, hidden=64)
    gradient = fl.client_gradient(model, IMAGES[:3], [0, 1, 2])
    parts = [torch.as_tensor(part).to(device()) for part in gradient.parts]
    report = fl.attack(model, torch.nn.functional.cross_entropy, parts, (1, 28, 28), seconds=5)
    found = next(each for each in report.attempts if each.certified)
    return fl.gradients.arranged(np.asarray(found.samples).reshape(-1, 28, 28), IMAGES[:3])


def training_of_a_victim():
    return weights(trained(dense_network(1, hidden=32), LETTERS, steps=2, seed=1))


def planted_layer():
    plan = fl.imprint.plan(IMAGES, bins=32, groups=2, rng=np.random.default_rng(1))
    gradient = fl.client_gradient(fl.imprint.network(plan, np.random.default_rng(2)), IMAGES[:5], LABELS[:5])
    return np.sort(fl.imprint.peel(gradient, plan).images.reshape(-1, 784).sum(axis=1))


def planted_levels():
    return fl.imprint.read_levels(fl.client_gradient(fl.imprint.levels_network(2), IMAGES[:2], LABELS[:2]), 2)


def head():
    rows, labels = features()
    found = train_head(rows, labels, noise_multiplier=1.0, steps=5, learning_rate=10.0)
    return np.append(found.cpu().numpy(), head_accuracy(found, rows, labels))


def heads_and_an_attack_on_them():
    rows, labels = features()
    places = np.arange(120).reshape(2, 60) % 3 > 0
    scores = shadow_models.head_scores(shadow_models.train_heads(rows, LABELS, places, 3.0), rows)
    return np.append(scores, shadow_models.advantage_of_likelihood_ratios(rows, labels, 8.0, models=4))


def shadows():
    networks = shadow_models.train_together(IMAGES, LABELS, np.eye(60, dtype=bool)[:2], hidden=8, epochs=2)
    return networks.scores(IMAGES)


def private_training():
    model, pixels, labels = small()
    training.train(
        model, per_example.cross_entropies, (pixels, labels), epsilon=100.0, delta=1e-2, sample_rate=0.5, steps=3,
        max_norm=0.5, optimizer=torch.optim.SGD(model.parameters(), 0.1), seed=0,
    )  # fmt: skip
    return weights(model)


def training_on_micro_batches():
    model, pixels, labels = small()
    edpsgd.train_edpsgd(
        model, pixels, labels, max_norm=0.5, noise_multipliers=[0.1], sample_rate=0.5, steps=2, learning_rate=0.1
    )
    return weights(model)


def ghost_clipping():
    model, pixels, labels = small()
    return torch.cat([part.flatten() for part in ghost_sum(model, pixels, labels, 0.5)])


def scratch_reader():
    rows = stroke_rows(IMAGES)[:, ::32].contiguous()
    labels = torch.as_tensor(LABELS).to(device())
    return ScratchReader(rows, labels, 8.0).turned(rows).abs().sum(0)  # directions may come with either sign


WORK = [
    matching_one_letter, matching_a_batch, exact_inversion, inversion_of_an_update, inversion_through_a_convolution,
    attack_on_any_model, training_of_a_victim, planted_layer, planted_levels, head, heads_and_an_attack_on_them,
    shadows, private_training, training_on_micro_batches, ghost_clipping, scratch_reader,
]  # fmt: skip
every_work = pytest.mark.parametrize("work", WORK, ids=lambda work: work.__name__)


def numbers(found):
    """What came of a work, as an array."""
    return found.detach().cpu().numpy() if isinstance(found, torch.Tensor) else np.asarray(found)


def on_the_cpu(work):
    """What a work comes to on the CPU."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRIVLAB_DEVICE", "cpu")
        return numbers(work())


@every_work
def test_every_tensor_is_made_where_its_input_lies(work, monkeypatch, one_thread):
    """On a GPU that is played a tensor on the wrong device is an error; the values are those of the CPU."""
    expected = on_the_cpu(work)
    with played(monkeypatch):
        found = work()
        assert not isinstance(found, torch.Tensor) or found.is_cuda
        found = numbers(found)
    assert np.allclose(found, expected, atol=1e-4)


def test_the_gpu_that_is_played_refuses_what_a_real_one_refuses(monkeypatch):
    with played(monkeypatch):
        there, here = torch.ones(3, device="cuda"), torch.ones(3)
        assert there.device == GPU and isinstance(there + 1, OnGpu) and float(there.sum()) == 3
        assert (there + torch.tensor(1.0)).is_cuda, "a number without dimensions may come from the CPU"
        assert torch.equal(there[torch.tensor([0, 2])], there[:2]), "and so may indices"
        for wrong in (
            lambda: there + here,
            lambda: torch.cat([there, here]),
            lambda: here @ there,
            lambda: there.add_(here),
            lambda: torch.rand(3, device="cuda", generator=torch.Generator()),
            lambda: torch.rand(3, generator=torch.Generator(device="cuda")),
        ):
            with pytest.raises(WrongDevice):
                wrong()
        with pytest.raises(TypeError, match="copy it to the CPU first"):
            there.numpy()
        assert type((there.cpu() + here).numpy()) is np.ndarray and there.to(here).device == here.device


@pytest.fixture
def gpu(monkeypatch):
    """A real GPU, or the test is left out."""
    monkeypatch.setenv("PRIVLAB_DEVICE", "")
    if device() != "cuda":
        pytest.skip("no GPU that torch can use")


@pytest.mark.gpu
@every_work
def test_a_real_gpu_comes_to_what_the_cpu_comes_to(work, gpu):
    expected = on_the_cpu(work)
    found = work()
    assert not isinstance(found, torch.Tensor) or found.is_cuda
    assert np.allclose(numbers(found), expected, atol=1e-2)


@pytest.mark.gpu
def test_memory_that_a_real_gpu_does_not_have_is_found_on_the_cpu(gpu, capsys):
    """What asks for more than there is begins anew on the CPU; nothing of it stays on the GPU."""
    from privlab.device import cpu_when_full

    before = torch.cuda.memory_allocated()

    @cpu_when_full
    def work():
        if device() == "cuda":
            torch.empty(2 * torch.cuda.mem_get_info()[1], dtype=torch.uint8, device=device())
        return torch.ones(2, device=device()).sum()

    assert float(work()) == 2 and device() == "cpu" and torch.cuda.memory_allocated() == before
    assert "The GPU has no memory left" in capsys.readouterr().err
