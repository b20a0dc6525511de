"""Do larger models bear noise better? Small networks of several widths, with and without a public start (lesson 42).

And what a sweep over clip and learning rate gave, which is recorded.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Labels, Letters
from privlab.device import cpu_when_full, device
from privlab.dp.gaussian import noise_multiplier_for
from privlab.lab.benchmark_figures import recorded_value
from privlab.ml.dpsgd.linear_head import head_accuracy, train_head
from privlab.ml.dpsgd.per_example import cross_entropies
from privlab.ml.dpsgd.training import train
from privlab.ml.letter_classifier import as_pixels

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

SIDE = 14
STEPS = 40
DELTA = 1e-5
SEED = 0  # of weights, orders and noise
CLIPS = (0.02, 0.1, 0.5, 2, 10)
RATES = (10, 100, 1_000, 10_000, 100_000)


def recorded_tuning() -> dict[tuple[str, float, float], float]:
    """The per cent of test letters that a head reads, recorded, from ("3", "30" or "no noise", clip, learning rate)."""
    budgets = {"3": "eps3", "30": "eps30", "no noise": "none"}
    return {
        (said, clip, rate): recorded_value(f"tuning_{budget}_clip{clip:g}_rate{rate}".replace(".", "_"))
        for said, budget in budgets.items()
        for clip in CLIPS
        for rate in RATES
    }


def half_size(images: Letters) -> Tensor:
    """Float pixels [n, 1, 14, 14] in 0..1 on the device in use, four pixels made one."""
    import torch

    return torch.nn.functional.avg_pool2d(as_pixels(images), 2).to(device())


def dense_network(width: int, *, seed: int) -> Module:
    """A network of 196 pixels, a hidden ReLU layer and 26 scores; `seed` settles its first weights."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers = torch.nn.Linear(SIDE**2, width), torch.nn.ReLU(), torch.nn.Linear(width, 26)
        return torch.nn.Sequential(torch.nn.Flatten(), *layers).to(device())


def train_with_opacus(
    network: Module,
    inputs: Tensor,
    targets: Tensor,
    *,
    epsilon: float,
    delta: float,
    max_norm: float,
    batch_size: int,
    epochs: int,
    learning_rate: float,
    seed: int,
) -> float:
    """The noise multiplier that Opacus's `PrivacyEngine` takes for a budget, with which it trains `network` in place.

    inputs : [n, ...].  targets : int [n].  batch_size : expected, since each example is drawn by itself.
    Not secure because `seed` settles batches and noise.
    """
    import torch
    from opacus import PrivacyEngine

    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs, targets), batch_size)
    torch.manual_seed(seed)
    with warnings.catch_warnings(action="ignore"):  # that the noise is seeded
        private, optimizer, loader = PrivacyEngine().make_private_with_epsilon(
            module=network,
            optimizer=torch.optim.SGD(network.parameters(), learning_rate),
            data_loader=loader,
            epochs=epochs,
            target_epsilon=epsilon,
            target_delta=delta,
            max_grad_norm=max_norm,
        )
        for batch, labels in (drawn for _ in range(epochs) for drawn in loader):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(private(batch), labels).backward()
            optimizer.step()
    return optimizer.noise_multiplier


def train_publicly(
    network: Module, pixels: Tensor, labels: Tensor, *, seed: int = 0, epochs: int = 8, batch: int = 250
) -> None:
    """Trains `network` in place with Adam and without privacy, on letters that are nobody's secret."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(network.parameters(), 4e-3)
    for _ in range(epochs):
        for chosen in torch.randperm(len(pixels), generator=generator).to(pixels.device).split(batch):
            loss = torch.nn.functional.cross_entropy(network(pixels[chosen]), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


@cpu_when_full
def compare_widths(
    widths: Sequence[int],
    private: tuple[Letters, Labels],
    test: tuple[Letters, Labels],
    public: tuple[Letters, Labels],
    epsilon: float,
) -> dict[str, list[float]]:
    """Which share networks of several widths read of the test letters: from "public start", from "public start, no
    noise" and "from nothing".

    epsilon : of each private training, at delta 1e-5.
    From nothing all layers are trained by DP-SGD on full batches; with a public start the hidden layer is taught on
    public letters and frozen, and the last layer alone is trained privately, or by the same recipe without noise.
    Source: Li, Tramèr, Liang and Hashimoto (2022) and De et al. (2022), that larger models can do better privately.
    """
    import torch

    (pixels, labels), (test_pixels, truths), (public_pixels, public_labels) = (
        (half_size(images), torch.as_tensor(np.asarray(names)).long().to(device()))
        for images, names in (private, test, public)
    )
    noise_multiplier = noise_multiplier_for(epsilon, DELTA, STEPS)
    starts = {"public start": noise_multiplier, "public start, no noise": 0.0}
    shares: dict[str, list[float]] = {name: [] for name in (*starts, "from nothing")}
    for width in widths:
        network = dense_network(width, seed=SEED)
        train_publicly(network, public_pixels, public_labels, seed=SEED)
        rows, test_rows = _frozen(network, public_pixels, pixels, test_pixels)
        for name, noise in starts.items():
            weights = train_head(rows, labels, noise_multiplier=noise, steps=STEPS, learning_rate=200.0, seed=SEED)
            shares[name].append(head_accuracy(weights, test_rows, truths))
        network = dense_network(width, seed=SEED)
        train(
            network,
            cross_entropies,
            (pixels, labels),
            epsilon=epsilon,
            delta=DELTA,
            sample_rate=1.0,
            steps=STEPS,
            max_norm=0.5,
            optimizer=torch.optim.SGD(network.parameters(), 12.0, momentum=0.5),
            chunk=1_000,
            seed=SEED,
        )
        with torch.no_grad():
            shares["from nothing"].append(float((network(test_pixels).argmax(1) == truths).float().mean()))
    return shares


def _frozen(network, public, *sets):
    """What the hidden layer makes of each set, rows of length 1, centred and scaled as public letters are."""
    import torch

    hidden = network[:-1]
    with torch.no_grad():
        seen = hidden(public)
        centre, deviation = seen.mean(0), seen.std(0) + 0.1
        rows = [torch.nn.functional.normalize((hidden(pixels) - centre) / deviation, dim=1) for pixels in sets]
        rows = [torch.cat([part, part.new_full((len(part), 1), 0.3)], dim=1) for part in rows]
        return [torch.nn.functional.normalize(part, dim=1) for part in rows]
