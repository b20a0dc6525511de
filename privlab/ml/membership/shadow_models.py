"""Shadow models: many small networks trained at once, each on its own half of the letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Booleans, Labels, Letters, Scores
from privlab.device import cpu_when_full, device
from privlab.ml.dpsgd.linear_head import plan_head, train_head
from privlab.ml.letter_classifier import CLASSES
from privlab.ml.membership.attacks import against_shadows, likelihood_ratios, log_odds
from privlab.ml.membership.metrics import advantage
from privlab.validation import whole_number

if TYPE_CHECKING:
    from torch import Tensor

PIXELS = 784


def draw_members(models: int, *, letters: int, rng: np.random.Generator, targets: int = 0) -> Booleans:
    """Which letters each model is trained on, [models, letters], a random half each.

    The first `targets` rows are drawn each by itself: nothing in the other rows tells of them. The rest are shadows in
    pairs, the second of which takes what the first leaves, so that every letter is in half of them.
    Raises ValueError when the letters or the shadows are odd or fewer than 2.
    """
    shadows = models - whole_number("targets", targets, least=0) if hasattr(models, "__index__") else models
    for name, number in (("shadows", shadows), ("letters", letters)):
        if not hasattr(number, "__index__") or number < 2 or number % 2:
            raise ValueError(f"{name} must be an even whole number of at least 2, got {number!r}: halves come in pairs")
    members = np.zeros((models, letters), dtype=bool)
    for row in (*range(targets), *range(targets, models, 2)):
        members[row, rng.permutation(letters)[: letters // 2]] = True
        if row >= targets:
            members[row + 1] = ~members[row]
    return members


class Networks:
    """Many networks with 784 pixels, a hidden ReLU layer and 26 scores, side by side in four tensors.

    seed : settles the first weights: all models start from the same ones.
    """

    def __init__(self, models: int, *, hidden: int, seed: int) -> None:
        import torch

        generator = torch.Generator().manual_seed(seed)
        first = torch.randn(PIXELS, hidden, generator=generator) * (2 / PIXELS) ** 0.5
        last = torch.randn(hidden, CLASSES, generator=generator) * hidden**-0.5
        start = first, torch.zeros(1, hidden), last, torch.zeros(1, CLASSES)
        self.weights = [part.repeat(models, 1, 1).to(device()).requires_grad_() for part in start]

    def forward(self, pixels: Tensor) -> Tensor:
        """Scores [models, n, 26] of pixels [models, n, 784]: every model reads its own."""
        import torch

        first, first_bias, last, last_bias = self.weights
        return torch.baddbmm(last_bias, torch.relu(torch.baddbmm(first_bias, pixels, first)), last)

    def scores(self, images: Letters) -> Scores:
        """The scores of all models on the same letters, float32 [models, n, 26]."""
        import torch

        pixels, models = as_rows(images), len(self.weights[0])
        with torch.no_grad():
            parts = [self.forward(part.expand(models, -1, -1)).cpu().numpy() for part in pixels.split(1_000)]
        return np.concatenate(parts, axis=1)


@cpu_when_full
def train_together(
    images: Letters,
    labels: Labels,
    members: Booleans,
    *,
    hidden: int = 128,
    epochs: int = 40,
    batch: int = 50,
    learning_rate: float = 0.002,
    seed: int = 0,
) -> Networks:
    """`Networks`, one for each row of `members`, each trained on its own letters from the same first weights.

    labels : 0..25. members : [models, n], equally many in every row.
    hidden : neurons. epochs : passes over the letters. batch : letters in a step. learning_rate : Adam's.
    seed : settles the first weights and the order of the letters.
    Raises ValueError when there is no letter, the shapes do not fit, or the rows hold unequal numbers of letters.
    Source: Carlini et al. (2022), shadow models; one batched product of matrices trains all of them.
    """
    import torch
    from torch.nn import functional as F

    members = np.asarray(members, dtype=bool)
    if members.ndim != 2 or members.shape[1] != len(images) or len(labels) != len(images):
        raise ValueError(
            f"{len(images)} letters need as many labels and columns of members, "
            f"got {len(labels)} and a shape of {members.shape}"
        )
    sizes = set(members.sum(axis=1).tolist())
    if len(sizes) != 1 or 0 in sizes:
        raise ValueError(f"every model needs equally many letters, at least one; got {sorted(sizes)}")
    (size,), models = sizes, len(members)
    pixels, answers = as_rows(images), torch.as_tensor(np.asarray(labels)).long().to(device())
    own = torch.as_tensor(np.nonzero(members)[1].reshape(models, size)).to(device())
    networks = Networks(models, hidden=hidden, seed=seed)
    optimizer = torch.optim.Adam(networks.weights, learning_rate, fused=True)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        order = torch.rand(models, size, generator=generator).argsort(dim=1).to(device())
        for rows in own.gather(1, order).split(batch, dim=1):
            scores = networks.forward(pixels[rows])
            loss = F.cross_entropy(scores.flatten(0, 1), answers[rows].flatten(), reduction="sum") / rows.shape[1]
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return networks


def as_rows(images: Letters) -> Tensor:
    """Float pixels [n, 784] in 0..1 on the device in use."""
    import torch

    return torch.as_tensor(np.asarray(images)).float().div(255).reshape(len(images), PIXELS).to(device())


@cpu_when_full
def train_heads(
    rows: Tensor, labels: Labels, members: Booleans, epsilon: float | None = None, delta: float = 1e-5
) -> Tensor:
    """Last layers [models, features, 26], one for each row of `members`, privately where epsilon is given.

    rows : [n, features] of length 1, such as `PublicFeatures` gives. labels : 0..25.
    members : [models, n], rows of any number of letters.
    epsilon, delta : the budget of each head, by adding or leaving out one letter; None trains without noise, on clipped
    gradients too.
    Raises ValueError when the shapes do not fit or a budget cannot be.
    """
    import torch

    expected, labels = rows.shape[0] // 2, torch.as_tensor(np.asarray(labels)).long().to(rows.device)
    recipe = plan_head(expected, epsilon, delta=delta)
    heads = []
    for seed, row in enumerate(np.asarray(members, dtype=bool)):
        own = torch.as_tensor(np.flatnonzero(row)).to(rows.device)
        # the head divides by its own number of letters, which is no secret there; here it must not tell who took part
        learning_rate = recipe["learning_rate"] * len(own) / expected
        heads.append(train_head(rows[own], labels[own], **recipe | {"learning_rate": learning_rate}, seed=seed))
    return torch.stack(heads)


@cpu_when_full
def head_scores(heads: Tensor, rows: Tensor) -> Scores:
    """The scores of all heads on the same letters, float32 [models, n, 26]; `heads` as `train_heads` gives them."""
    import torch

    return torch.einsum("nf,mfc->mnc", rows, heads).cpu().numpy()


@cpu_when_full
def advantage_of_likelihood_ratios(
    rows: Tensor, labels: Tensor, epsilon: float | None, *, models: int = 32, seed: int = 0
) -> float:
    """The `advantage` of the likelihood-ratio attack on private heads, 0..1, at its best threshold in hindsight.

    rows : [n, features] of length 1; labels : int [n]. epsilon : at delta 1e-5, or None for heads trained without
    clipping and noise. models : even; half of them are targets, the other half their shadows. seed : of members and
    noise.
    A coin decides for each letter and model whether it is in. A letter that is out counts as a row of zeros: the number
    of letters is the same for all, and tells nothing.
    Source: Carlini et al. (2022).
    """
    import torch

    rng = np.random.default_rng(seed)
    targets = models // 2
    shadows = np.tile(np.arange(models - targets) % 2 == 0, (len(rows), 1))  # each letter is in half of them
    members = np.vstack([rng.random((targets, len(rows))) < 0.5, rng.permuted(shadows, axis=1).T])
    expected = len(rows) // 2
    recipe = plan_head(expected, epsilon) | ({"max_norm": 1e6, "learning_rate": 500.0} if epsilon is None else {})
    recipe["learning_rate"] *= len(rows) / expected  # the sum is divided by all rows, also those of zeros
    scores = []
    for model, row in enumerate(members):
        taken = torch.as_tensor(row, device=rows.device)[:, None] * rows
        scores.append((rows @ train_head(taken, labels, **recipe, seed=seed + model)).cpu().numpy())
    odds = log_odds(np.array(scores), labels.cpu().numpy())
    ratios = against_shadows(likelihood_ratios, odds, members, targets=targets)
    return advantage(ratios, members[:targets])
