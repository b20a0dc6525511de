"""The last layer, trained privately: every letter in every step, each one's gradient clipped, noise on the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from privlab.device import cpu_when_full
from privlab.dp.gaussian import mu_for
from privlab.ml.dpsgd.per_example import clip_factors
from privlab.ml.letter_classifier import CLASSES
from privlab.validation import positive, whole_number

if TYPE_CHECKING:
    from torch import Tensor

CHUNK = 16_384  # rows whose scores are held at once
MAX_NORM = 0.25
MOMENTUM = 0.5


@cpu_when_full
def train_head(
    rows: Tensor,
    labels: Tensor,
    *,
    max_norm: float = MAX_NORM,
    noise_multiplier: float,
    steps: int = 60,
    learning_rate: float = 3000.0,
    seed: int = 0,
) -> Tensor:
    """The weights [features, 26] of a last layer: the mean over the last two fifths of the steps.

    rows : float [n, features], such as `PublicFeatures.rows` gives. labels : int [n], 0..25.
    max_norm : the most that one letter's gradient may measure.
    noise_multiplier : the noise's standard deviation over `max_norm`; 0 trains without privacy, clipped all the same.
    seed : of the noise: shown randomness. A release takes the noise from the operating system's generator.
    Every letter takes part in every step, so that all steps together are `steps` Gaussian releases of sensitivity
    `max_norm`. Their number n divides the sum and is treated as public.
    Raises ValueError when there are no letters, the shapes do not fit, or a number is out of range.
    Source: Abadi et al. (2016), with full batches; the length of a softmax row's gradient is |row| |p - y|.
    """
    import torch

    _check(rows, labels, max_norm, noise_multiplier, steps)
    generator = torch.Generator().manual_seed(seed)
    weights = rows.new_zeros(rows.shape[1], CLASSES)
    velocity, total, kept = torch.zeros_like(weights), torch.zeros_like(weights), 0
    norms = rows.norm(dim=1)
    for step in range(steps):
        summed = clipped_sum(rows, labels, weights, max_norm, norms)
        if noise_multiplier:
            summed += noise_multiplier * max_norm * torch.randn(weights.shape, generator=generator).to(weights)
        velocity = MOMENTUM * velocity + summed / len(rows)
        weights = weights - learning_rate * velocity
        if step >= min(0.6 * steps, steps - 1):  # at least the last one
            total, kept = total + weights, kept + 1
    return total / kept


@cpu_when_full
def clipped_sum(
    rows: Tensor, labels: Tensor, weights: Tensor, max_norm: float, row_norms: Tensor | None = None
) -> Tensor:
    """The sum [features, 26] of the letters' clipped gradients: each is row times (p - y), and never written down.

    rows, labels, max_norm : as in `train_head`. weights : [features, 26]. row_norms : the rows' lengths [n], when
    they are known. A letter's gradient is as long as the product of the lengths of its row and its error.
    """
    import torch

    row_norms = rows.norm(dim=1) if row_norms is None else row_norms
    summed = torch.zeros_like(weights)
    for start in range(0, len(rows), CHUNK):
        part = slice(start, start + CHUNK)
        errors = torch.softmax(rows[part] @ weights, dim=1)
        errors[torch.arange(len(errors), device=rows.device), labels[part]] -= 1
        errors *= clip_factors(row_norms[part] * errors.norm(dim=1), max_norm)[:, None]
        summed += (errors.T @ rows[part]).T  # quicker than the other way round, where the rows are turned
    return summed


def plan_head(n: int, epsilon: float | None = None, *, delta: float = 1e-5) -> dict[str, Any]:
    """How to train on `n` letters at a budget: the settings of `train_head` by their names.

    epsilon : above 0, or None for training without noise.
    The less noise the longer the way: learning rate times steps is 5 n μ and at most 180,000, a rule found on other
    letters.
    """
    whole_number("n", n)
    mu = None if epsilon is None else mu_for(epsilon, delta)
    way = 180_000.0 if mu is None else min(180_000.0, 5 * n * mu)
    steps = 30 if way < 60_000 else 60
    noise_multiplier = 0.0 if mu is None else steps**0.5 / mu
    return {"max_norm": MAX_NORM, "noise_multiplier": noise_multiplier, "steps": steps, "learning_rate": way / steps}


@cpu_when_full
def head_accuracy(weights: Tensor, rows: Tensor, labels: Tensor) -> float:
    """Share of the letters that a head reads right, 0..1."""
    return float(((rows @ weights).argmax(dim=1) == labels).float().mean())


def _check(rows, labels, max_norm, noise_multiplier, steps):
    if rows.ndim != 2 or not len(rows):
        raise ValueError(f"a head needs rows of features [n, features] of at least one letter, got {list(rows.shape)}")
    if labels.shape != rows.shape[:1] or labels.min() < 0 or labels.max() >= CLASSES:
        raise ValueError(f"{len(rows)} rows need {len(rows)} labels from 0 to 25")
    if not rows.isfinite().all():
        raise ValueError("the rows hold a number that is not finite: a length cannot be clipped then")
    positive("max_norm", max_norm)
    if not 0 <= noise_multiplier < float("inf"):
        raise ValueError(f"noise_multiplier must be a finite number of at least 0, got {noise_multiplier}")
    whole_number("steps", steps)
