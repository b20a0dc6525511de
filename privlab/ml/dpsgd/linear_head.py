"""The last layer, trained privately: every letter in every step, each one's gradient clipped, noise on the sum (lesson
42).
"""

from privlab.device import cpu_when_full
from privlab.dp.gaussian import mu_for
from privlab.validation import positive

CLASSES = 26
CHUNK = 16_384  # rows whose scores are held at once


@cpu_when_full
def train_head(rows, labels, noise, clip=0.25, steps=60, rate=3000.0, seed=0, start=None, momentum=0.5):
    """The weights [features, 26] of a last layer: the mean over the last two fifths of the steps.

    rows : float tensor [n, features], such as `PublicFeatures.rows` gives. labels : int tensor [n], 0..25.
    noise : float >= 0, the standard deviation of the noise over `clip`; 0 trains without privacy, clipped all the same.
    clip : float > 0, the most that one letter's gradient may measure. steps, rate : how many steps, and how long they
    are.
    seed : int, of the noise: shown randomness. A release takes the noise from the operating system's generator.
    start : weights to begin with, taught on public letters; zeros when left out.
    Every letter takes part in every step, so that all steps together are `steps` Gaussian releases of sensitivity
    `clip`. Their number n divides the sum and is treated as public.
    Raises ValueError when there are no letters, the shapes do not fit, or a number is out of range.
    Source: Abadi et al. (2016), with full batches; the length of a softmax row's gradient is |row| |p - y|.
    """
    import torch

    _check(rows, labels, noise, clip, steps)
    generator = torch.Generator().manual_seed(seed)
    weights = rows.new_zeros(rows.shape[1], CLASSES) if start is None else start.clone()
    velocity, total, kept = torch.zeros_like(weights), torch.zeros_like(weights), 0
    lengths = rows.norm(dim=1)
    for step in range(steps):
        summed = clipped_sum(rows, labels, weights, clip, lengths)
        if noise:
            summed += noise * clip * torch.randn(weights.shape, generator=generator).to(weights)
        velocity = momentum * velocity + summed / len(rows)
        weights = weights - rate * velocity
        if step >= 0.6 * steps:
            total, kept = total + weights, kept + 1
    return total / kept


@cpu_when_full
def clipped_sum(rows, labels, weights, clip, lengths=None):
    """The sum [features, 26] of the letters' cross-entropy gradients, each shortened to length `clip` where it is
    longer.

    rows, labels, weights, clip : as in `train_head`. lengths : the rows' lengths [n], when they are known.
    No letter's own gradient is written down: it is row times (p - y), and as long as the product of their lengths.
    """
    import torch

    lengths = rows.norm(dim=1) if lengths is None else lengths
    summed = torch.zeros_like(weights)
    for start in range(0, len(rows), CHUNK):
        part = slice(start, start + CHUNK)
        errors = torch.softmax(rows[part] @ weights, dim=1)
        errors[torch.arange(len(errors), device=rows.device), labels[part]] -= 1
        longest = lengths[part] * errors.norm(dim=1)
        errors *= (clip / longest.clamp(min=1e-12)).clamp(max=1)[:, None]
        summed += (errors.T @ rows[part]).T  # quicker than the other way round, where the rows are turned
    return summed


def plan(n, epsilon=None, delta=1e-5, clip=0.25):
    """How to train on `n` letters at a budget: a dict of noise, clip, steps and rate for `train_head`.

    epsilon : float > 0, or None for training without noise.
    The less noise the longer the way: rate times steps is 5 n μ and at most 180,000, a rule found on other letters.
    """
    if not hasattr(n, "__index__") or n < 1:
        raise ValueError(f"n must be a whole number of letters, at least 1, got {n!r}")
    mu = None if epsilon is None else mu_for(epsilon, delta)
    way = 180_000.0 if mu is None else min(180_000.0, 5 * n * mu)
    steps = 30 if way < 60_000 else 60
    return {"noise": 0.0 if mu is None else steps**0.5 / mu, "clip": clip, "steps": steps, "rate": way / steps}


@cpu_when_full
def read_rows(weights, rows):
    """The letters read, an int tensor [n] of 0..25, from rows of features [n, features] and a head's weights."""
    return (rows @ weights).argmax(dim=1)


@cpu_when_full
def head_accuracy(weights, rows, labels):
    """Share of the letters that a head reads right, 0..1."""
    return float((read_rows(weights, rows) == labels).float().mean())


def _check(rows, labels, noise, clip, steps):
    if rows.ndim != 2 or not len(rows):
        raise ValueError(f"a head needs rows of features [n, features] of at least one letter, got {list(rows.shape)}")
    if labels.shape != rows.shape[:1] or labels.min() < 0 or labels.max() >= CLASSES:
        raise ValueError(f"{len(rows)} rows need {len(rows)} labels from 0 to 25")
    if not rows.isfinite().all():
        raise ValueError("the rows hold a number that is not finite: a length cannot be clipped then")
    positive("clip", clip)
    if not 0 <= noise < float("inf"):
        raise ValueError(f"noise must be a finite number of at least 0, got {noise}")
    if isinstance(steps, bool) or not hasattr(steps, "__index__") or steps < 1:
        raise ValueError(f"steps must be a whole number of at least 1, got {steps!r}")
