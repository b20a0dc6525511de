"""The device in use, and what happens when a GPU has no memory left."""

from collections import OrderedDict
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from benchmarks.experiments import scratch_reader
from privlab import device
from privlab.fl.gradients import gradient as gradient_module
from privlab.fl.gradients import layer_inversion, matching
from privlab.fl.gradients.analytic import invert_relu_layer
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.matching import match_batch, match_gradient
from privlab.fl.gradients.model_updates import client_update
from privlab.fl.gradients.models import dense_network
from privlab.lessons.private_training import experiments
from privlab.ml import public_features as features
from privlab.ml.dpsgd import edpsgd, linear_head, per_example, training
from privlab.ml.membership import shadow_models
from tests.played_gpu import told_of


@pytest.fixture
def gpu(monkeypatch):
    """A machine that says it has a GPU."""
    told_of(monkeypatch)


def test_the_cpu_can_be_asked_for(gpu, monkeypatch):
    assert device.device() == "cuda"
    monkeypatch.setenv("PRIVLAB_DEVICE", "CPU")
    assert device.device() == "cpu"


def test_a_gpu_without_memory_is_left_with_one_sentence(gpu, capsys):
    used = []

    @device.cpu_when_full
    def work(number):
        used.append(device.device())
        if used[-1] == "cuda":
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return 2 * number

    assert work(4) == 8 and used == ["cuda", "cpu"]
    assert capsys.readouterr().err == "The GPU has no memory left: from here on everything is computed on the CPU.\n"
    assert work(5) == 10 and used[2:] == ["cpu"]


def test_another_error_is_not_hidden(gpu):
    tries = []

    @device.cpu_when_full
    def work():
        tries.append(device.device())
        raise ValueError("no letters")

    with pytest.raises(ValueError, match="no letters"):
        work()
    assert tries == ["cuda"]


def test_of_functions_that_call_each_other_the_outermost_begins_anew(gpu, capsys):
    begun = []

    @device.cpu_when_full
    def inner():
        begun.append(("inner", device.device()))
        if device.device() == "cuda":
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")

    @device.cpu_when_full
    def outer():
        begun.append(("outer", device.device()))
        inner()

    outer()
    assert begun == [("outer", "cuda"), ("inner", "cuda"), ("outer", "cpu"), ("inner", "cpu")]


class Elsewhere(torch.nn.Module):
    """A module that says where it was moved to; it began on a GPU."""

    def __init__(self):
        super().__init__()
        self.moves = []

    def parameters(self, recurse=True):
        return iter([SimpleNamespace(device="cuda:1")])

    def cpu(self):
        self.moves.append("cpu")
        return self

    def to(self, where):
        self.moves.append(where)
        return self


class OnAGpu:
    """What has a copy on the CPU, as a tensor has."""

    def cpu(self):
        return "a copy"


def test_what_lies_on_the_gpu_follows_to_the_cpu_and_modules_go_home(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")
    module, seen = Elsewhere(), []
    device.cpu_when_full(lambda *arguments, **named: seen.append((arguments, named)))(
        OnAGpu(), [OnAGpu(), 1], (OnAGpu(), [OnAGpu()]), module, rows=OnAGpu(), steps=3
    )
    expected = ("a copy", ["a copy", 1], ("a copy", ["a copy"]), module)
    assert seen == [(expected, {"rows": "a copy", "steps": 3})] and module.moves == ["cpu", "cuda:1"]


def test_one_thread_is_for_a_while(gpu):
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    with pytest.raises(ZeroDivisionError), device.one_thread():
        assert torch.get_num_threads() == 1
        raise ZeroDivisionError
    assert torch.get_num_threads() == 3
    torch.set_num_threads(before)


@pytest.fixture
def full_once(gpu, monkeypatch):
    """A way to let a function of a module fail once as a GPU without memory does; gives the list of its failures."""

    def spoil(module, name):
        real, failed = getattr(module, name), []

        def once(*arguments, **values):
            if not failed:
                failed.append(name)
                raise torch.cuda.OutOfMemoryError("CUDA out of memory")
            return real(*arguments, **values)

        monkeypatch.setattr(module, name, once)
        return failed

    return spoil


def rows_and_labels():
    generator = torch.Generator().manual_seed(1)
    rows = torch.nn.functional.normalize(torch.randn(40, 8, generator=generator), dim=1)
    return rows, torch.arange(40) % 26


def pictures():
    return np.random.default_rng(1).integers(0, 256, (40, 28, 28)).astype(np.uint8), np.arange(40) % 26


def made():
    """What the tried functions need, made on the CPU before a GPU is played: network, gradient, pixels, reader."""
    network = dense_network(1, hidden=32)
    gradient = client_gradient(network, pictures()[0][:2], [0, 1])
    return network, gradient, features.PublicFeatures(simple_reader(), pictures()[0], directions=4)


def simple_reader():
    """A reader with 8 hidden numbers."""
    torch.manual_seed(1)
    convolutions = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 16), torch.nn.ReLU())
    layer = torch.nn.Sequential(torch.nn.Linear(16, 8), torch.nn.ReLU())
    return torch.nn.Sequential(OrderedDict(convolutions=convolutions, layer=layer))


NETWORK, GRADIENT, PUBLIC = made()
ROWS, LABELS = rows_and_labels()
PLACES = np.arange(80).reshape(2, 40) % 3 > 0
TRIED = {
    "matching one letter": (
        matching,
        "_descend",
        lambda: match_gradient(GRADIENT, NETWORK, 1, iterations=2, starts=1).path,
    ),
    "matching a batch": (matching, "_descend", lambda: match_batch(GRADIENT, NETWORK, [0, 1], iterations=2).path),
    "the exact inversion": (
        layer_inversion,
        "_Task",
        lambda: invert_relu_layer(GRADIENT, NETWORK, np.random.default_rng(1), sets=500).images,
    ),
    "a client's gradient": (
        gradient_module,
        "_gradient",
        lambda: client_gradient(NETWORK, pictures()[0], LABELS.numpy()).numbers,
    ),
    "a client's update": (
        gradient_module,
        "_gradient",
        lambda: client_update(NETWORK, pictures()[0], LABELS.numpy(), steps=2).numbers,
    ),
    "a head": (linear_head, "clipped_sum", lambda: linear_head.train_head(ROWS, LABELS, noise_multiplier=1.0, steps=3)),
    "heads": (linear_head, "clipped_sum", lambda: shadow_models.train_heads(ROWS, LABELS, PLACES, 3.0)),
    "an attack on heads": (
        shadow_models,
        "train_head",
        lambda: shadow_models.advantage_of_likelihood_ratios(ROWS, LABELS, 8.0, models=4),
    ),
    "features": (features.PublicFeatures, "_row", lambda: PUBLIC.rows(pictures()[0])),
    "strokes": (scratch_reader, "_pooled", lambda: scratch_reader.stroke_rows(pictures()[0])),
    "networks": (
        shadow_models,
        "Networks",
        lambda: shadow_models.train_together(*pictures(), np.eye(40, dtype=bool)[:2], hidden=4, epochs=1).scores(
            pictures()[0]
        ),
    ),
    "widths": (
        experiments,
        "train",
        lambda: list(experiments.compare_widths((4,), pictures(), pictures(), pictures(), 3.0).values()),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("tried", TRIED)
def test_what_fills_the_gpu_is_done_on_the_cpu_and_comes_to_the_same(tried, full_once, monkeypatch, capsys):
    module, name, call = TRIED[tried]
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")
    expected = call()
    monkeypatch.setenv("PRIVLAB_DEVICE", "")
    monkeypatch.setattr(torch.nn.Module, "to", moves_nowhere(torch.nn.Module.to))
    monkeypatch.setattr(torch.Tensor, "to", moves_nowhere(torch.Tensor.to))
    failed = full_once(module, name)
    assert np.allclose(expected, call()) and failed == [name] and device.device() == "cpu"
    assert capsys.readouterr().err == "The GPU has no memory left: from here on everything is computed on the CPU.\n"


def moves_nowhere(real):
    """A method `to` that takes a move to the GPU for done: the machine has none."""

    def to(self, *arguments, **values):
        return self if arguments[:1] == ("cuda",) else real(self, *arguments, **values)

    return to


@pytest.mark.parametrize("train", ["privately", "efficiently"])
def test_a_module_that_was_half_trained_begins_anew(train, full_once, monkeypatch):
    """The third step finds no memory: what comes out is what comes out of three steps on the CPU, not of five."""
    pixels, labels = torch.rand(30, 1, 14, 14, generator=torch.Generator().manual_seed(1)), torch.arange(30) % 26
    tries = []

    def third(real):
        def step(*arguments, **values):
            tries.append(1)
            if len(tries) == 3 and device.device() == "cuda":
                raise torch.cuda.OutOfMemoryError("CUDA out of memory")
            return real(*arguments, **values)

        return step

    found = []
    for where in ("cpu", ""):
        tries.clear()
        monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")
        model = experiments.dense_network(8, seed=1)
        monkeypatch.setenv("PRIVLAB_DEVICE", where)
        if train == "privately":
            training.train(
                model,
                per_example.cross_entropies,
                (pixels, labels),
                epsilon=100.0,
                delta=1e-3,
                sample_rate=0.5,
                steps=3,
                max_norm=0.5,
                optimizer=torch.optim.SGD(model.parameters(), 1.0),
                seed=1,
                clipped_sum=third(per_example.per_example_sum),
            )
        else:
            monkeypatch.setattr(edpsgd, "step", third(edpsgd.step) if not found else edpsgd.step)
            edpsgd.train_edpsgd(
                model,
                pixels,
                labels,
                max_norm=0.5,
                noise_multipliers=[0.1],
                sample_rate=0.5,
                steps=3,
                learning_rate=1.0,
            )
        found.append(torch.cat([part.detach().flatten() for part in model.parameters()]))
    begun_anew = 1 if train == "privately" else 3  # a paid step is not taken twice
    assert len(tries) == 3 + begun_anew and torch.allclose(*found) and device.device() == "cpu"
