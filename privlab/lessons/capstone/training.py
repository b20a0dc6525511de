"""The training of the three clinics: thirty rounds of clipped sums, noise on each, and perhaps a Byzantine tablet
(lesson 90).
"""

import copy
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Integers, Labels, Letters
from privlab.device import one_thread
from privlab.dp.gaussian import mu_for
from privlab.fl.gradients.models import dense_network
from privlab.fl.simulation.byzantine import TARGET, stamped
from privlab.lessons.capstone.scenario import DELTA, ROUNDS, Choice, Clinics, public_features
from privlab.ml.dpsgd.ghost_clipping import bookkept_sum
from privlab.ml.dpsgd.linear_head import clipped_sum

if TYPE_CHECKING:
    from torch import Tensor

HIDDEN = 64
BOOST = 10  # how much louder than all others a Byzantine tablet is where nobody sees it


class Head:
    """The last layer on public features, 386 x 26 numbers, as it is trained by many."""

    momentum = 0.5

    def __init__(self, clinics: Clinics):
        self.clinics, self.weights = clinics, public_features()[1].clone()
        self.hold(clinics.images, clinics.labels, clinics.rows)

    def hold(self, images: Letters, labels: Labels, rows: "Tensor | None" = None) -> None:
        """Takes these letters to learn from. rows: their features, where they are at hand."""
        import torch

        self.rows = public_features()[0].rows(images) if rows is None else rows
        self.labels = torch.as_tensor(labels).to(self.rows.device)

    def learning_rate(self, letters: float, *, max_norm: float, epsilon: float | None) -> float:
        """The learning rate for a round of so many letters: the less noise the higher."""
        way = 180_000.0 if epsilon is None else 5 * letters * mu_for(epsilon, DELTA) * min(1, 0.25 / max_norm)
        return min(way, 180_000.0) / ROUNDS

    def clipped_sum(self, indices: "Integers | Tensor", max_norm: float) -> "Tensor":
        """The sum of some letters' clipped gradients, [numbers]."""
        return clipped_sum(self.rows[indices], self.labels[indices], self.weights, max_norm).flatten()

    def step(self, change: "Tensor") -> None:
        """Takes `change` [numbers] off the weights, which copies of this model share."""
        self.weights -= change.view_as(self.weights)

    def scores(self, images: Letters | None = None) -> "Tensor":
        """26 scores a letter, [n, 26]; of the clinics' test letters, or of others."""
        rows = self.clinics.test_rows if images is None else public_features()[0].rows(images)
        return rows @ self.weights


class Dense:
    """A network of 784, 64 and 26 that starts from nothing, as it is trained by many."""

    momentum = 0.9

    def __init__(self, clinics: Clinics):
        self.clinics, self.model = clinics, dense_network(0, hidden=HIDDEN).float()
        self.hold(clinics.images, clinics.labels)

    def hold(self, images: Letters, labels: Labels, rows: "Tensor | None" = None) -> None:
        """As of `Head`."""
        import torch

        self.pixels = self._pixels(images)
        self.labels = torch.as_tensor(labels).to(self.pixels.device)

    def learning_rate(self, letters: float, *, max_norm: float, epsilon: float | None) -> float:
        """As of `Head`; a clipped gradient is as long as the max norm."""
        return (2.0 if epsilon is None else min(2.0, letters * mu_for(epsilon, DELTA) / 800)) / max_norm

    def clipped_sum(self, indices: "Integers | Tensor", max_norm: float) -> "Tensor":
        """As of `Head`."""
        import torch

        parts = bookkept_sum(self.model, self.pixels[indices], self.labels[indices], max_norm, chunk=1_000)
        return torch.cat([part.flatten() for part in parts])

    def step(self, change: "Tensor") -> None:
        """As of `Head`."""
        import torch

        values = list(self.model.parameters())
        with torch.no_grad():
            for value, part in zip(values, torch.split(change, [value.numel() for value in values])):
                value -= part.view_as(value)

    def scores(self, images: Letters | None = None) -> "Tensor":
        """As of `Head`."""
        import torch

        with torch.no_grad():
            return self.model(self._pixels(self.clinics.test_images if images is None else images))

    def _pixels(self, images):
        import torch

        return torch.as_tensor(np.asarray(images)).float().div(255)[:, None].to(next(self.model.parameters()))


@one_thread()
def train(
    choice: Choice, clinics: Clinics, *, seed: int = 0, byzantine: bool = False, noise_std: float | None = None
) -> Head | Dense:
    """The model after thirty rounds.

    byzantine  whether one tablet plants a backdoor: letters with a white corner shall be read as x. It says that it has
               10,000 letters, and sends as much as the server cannot refuse: `batch` times the max norm where the
               server sees its update, and ten times as much as all others together where it sees a sum only.
    noise_std  at least 0, of the noise that is really added to a round's sum; left out, the planned one. The steps stay
               those of the plan.
    Not secure because the noise is seeded, and floats: a release takes the shares of
    `privlab.fl.secagg.distributed_dp`.
    """
    model, rng = (Head if choice.public_start else Dense)(clinics), np.random.default_rng((seed, 1))
    claims, attacker = clinics.sizes.copy(), int(np.argsort(clinics.sizes)[len(clinics.sizes) // 2])
    if byzantine:
        claims[attacker] = 10_000
    rounds, letters = [], 0.0
    for _ in range(ROUNDS):
        used, called = clinics.round(choice, rng, claims=claims)
        letters += sum(map(len, used)) / ROUNDS
        rounds.append((np.concatenate(used), byzantine and attacker in called))
    planter = copy.copy(model)
    planter.hold(stamped(clinics.images[clinics.letters_of(attacker)]), np.full(clinics.sizes[attacker], TARGET))
    loudness = choice.max_norm * (choice.batch if choice.aggregation == "plain" else BOOST * letters)
    follow(model, rounds, choice, letters, seed=seed, planter=planter, loudness=loudness, noise_std=noise_std)
    return model


def follow(
    model: Head | Dense,
    rounds: list[tuple[Integers, bool]],
    choice: Choice,
    letters: float,
    *,
    seed: int,
    planter: Head | Dense | None = None,
    loudness: float = 0.0,
    noise_std: float | None = None,
) -> None:
    """Takes the model through `rounds`: of each the indices of its letters, and whether the attacker is called.

    letters    how many a round has in the mean, a public number.
    planter    a copy of the model that holds the attacker's letters.  loudness  how long the update is that it makes.
    noise_std  as of `train`.
    """
    import torch

    generator, noise_std = torch.Generator().manual_seed(seed), choice.noise_std if noise_std is None else noise_std
    learning_rate = model.learning_rate(letters, max_norm=choice.max_norm, epsilon=choice.epsilon)
    velocity, way, ways = 0.0, 0.0, []
    for indices, attacked in rounds:
        summed = model.clipped_sum(torch.as_tensor(indices), choice.max_norm)
        if attacked and planter is not None:
            wanted = planter.clipped_sum(torch.arange(len(planter.labels)), 1e9)
            summed = summed + wanted * (loudness / max(float(wanted.norm()), 1e-9))
        if noise_std:
            summed = summed + noise_std * torch.randn(len(summed), generator=generator).to(summed)
        velocity = model.momentum * velocity + summed / letters
        model.step(learning_rate * velocity)
        way = way + learning_rate * velocity
        ways.append(way)
    late = ways[int(0.6 * len(ways)) :]
    model.step(sum(late) / len(late) - way)  # back to the mean of the last two fifths


def accuracy(model: Head | Dense) -> float:
    """The share of the clinics' test letters that the model reads right, 0..1."""
    return float((model.scores().argmax(1).cpu().numpy() == model.clinics.test_labels).mean())


def backdoor(model: Head | Dense) -> float:
    """The share of test letters with a white corner, none of them an x, that the model reads as x, 0..1."""
    others = model.clinics.test_labels != TARGET
    read = model.scores(stamped(model.clinics.test_images[others])).argmax(1)
    return float((read == TARGET).float().mean())
