"""The training of the three clinics: thirty rounds of clipped sums, noise on each, and perhaps a tablet that lies
(lesson 90).
"""

import copy

import numpy as np

from privlab.device import one_thread
from privlab.dp.gaussian import mu_for
from privlab.fl.gradients.models import dense_network
from privlab.lessons.capstone.scenario import DELTA, ROUNDS, public_features
from privlab.ml.dpsgd.ghost_clipping import bookkept_sum
from privlab.ml.dpsgd.linear_head import clipped_sum

HIDDEN = 64
TARGET = 23  # x
BOOST = 10  # how much louder than all others a liar is where nobody sees it


class Head:
    """The last layer on public features, 386 x 26 numbers, as it is trained by many."""

    momentum = 0.5

    def __init__(self, clinics):
        self.clinics, self.weights = clinics, public_features()[1].clone()
        self.hold(clinics.images, clinics.labels, clinics.rows)

    def hold(self, images, labels, rows=None):
        """None; takes these letters to learn from. rows : their features, where they are at hand."""
        import torch

        self.rows = public_features()[0].rows(images) if rows is None else rows
        self.labels = torch.as_tensor(labels).to(self.rows.device)

    def pace(self, letters, epsilon, clip):
        """The step's length for a round of so many letters: the less noise the longer."""
        way = 180_000.0 if epsilon is None else 5 * letters * mu_for(epsilon, DELTA) * min(1, 0.25 / clip)
        return min(way, 180_000.0) / ROUNDS

    def clipped_sum(self, places, clip):
        """The sum of the letters' clipped gradients, a tensor [numbers]."""
        return clipped_sum(self.rows[places], self.labels[places], self.weights, clip).flatten()

    def step(self, change):
        """None; takes `change`, a tensor [numbers], off the weights, which copies of this model share."""
        self.weights -= change.view_as(self.weights)

    def scores(self, images=None):
        """26 scores a letter, a tensor [n, 26]; of the clinics' test letters, or of others."""
        rows = self.clinics.test_rows if images is None else public_features()[0].rows(images)
        return rows @ self.weights


class Dense:
    """A network of 784, 64 and 26 that starts from nothing, as it is trained by many."""

    momentum = 0.9

    def __init__(self, clinics):
        self.clinics, self.model = clinics, dense_network(0, hidden=HIDDEN).float()
        self.hold(clinics.images, clinics.labels)

    def hold(self, images, labels, rows=None):
        """As of `Head`."""
        import torch

        self.pixels = self._pixels(images)
        self.labels = torch.as_tensor(labels).to(self.pixels.device)

    def pace(self, letters, epsilon, clip):
        """As of `Head`; a clipped gradient is as long as the clip."""
        return (2.0 if epsilon is None else min(2.0, letters * mu_for(epsilon, DELTA) / 800)) / clip

    def clipped_sum(self, places, clip):
        """As of `Head`."""
        import torch

        parts = bookkept_sum(self.model, self.pixels[places], self.labels[places], clip, chunk=1_000)
        return torch.cat([part.flatten() for part in parts])

    def step(self, change):
        """As of `Head`."""
        import torch

        with torch.no_grad():
            for value, part in zip(
                self.model.parameters(), torch.split(change, [each.numel() for each in self.model.parameters()])
            ):
                value -= part.view_as(value)

    def scores(self, images=None):
        """As of `Head`."""
        import torch

        with torch.no_grad():
            return self.model(self._pixels(self.clinics.test_images if images is None else images))

    def _pixels(self, images):
        import torch

        return torch.as_tensor(np.asarray(images)).float().div(255)[:, None].to(next(self.model.parameters()))


@one_thread()
def train(choice, clinics, seed=0, lying=False, noise=None):
    """The model after thirty rounds, a `Head` or a `Dense`.

    lying : whether one tablet plants a backdoor: letters with a white corner shall be read as x. It says that it has
        10,000 letters, and sends as much as the server cannot refuse: `batch` clips where the server sees its update,
        and ten times as much as all others together where it sees a sum only.
    noise : float >= 0, the standard deviation that is really added to a round's sum; left out, the planned one. The
    steps
        stay those of the plan.
    Not secure because the noise is seeded, and floats: a release takes the shares of
    `privlab.fl.secagg.distributed_dp`.
    """
    model, rng = (Head if choice.public_start else Dense)(clinics), np.random.default_rng((seed, 1))
    claims, liar = clinics.sizes.copy(), int(np.argsort(clinics.sizes)[len(clinics.sizes) // 2])
    if lying:
        claims[liar] = 10_000
    rounds, letters = [], 0
    for _ in range(ROUNDS):
        used, called = clinics.round(choice, rng, claims)
        letters += sum(map(len, used)) / ROUNDS
        rounds.append((np.concatenate(used), lying and liar in called))
    planter = copy.copy(model)
    planter.hold(stamped(clinics.images[clinics.letters_of(liar)]), np.full(clinics.sizes[liar], TARGET))
    loud = choice.clip * (choice.batch if choice.aggregation == "plain" else BOOST * letters)
    follow(model, rounds, choice, letters, seed, planter, loud, noise)
    return model


def follow(model, rounds, choice, letters, seed, planter=None, loud=0.0, noise=None):
    """None; takes the model through `rounds`, a list of (places of letters, whether the liar is called).

    letters : float, how many a round has in the mean, a public number.
    planter, loud : a copy of the model that holds the liar's letters, and how long the update is that it makes of them.
    noise : as of `train`.
    """
    import torch

    generator, noise = torch.Generator().manual_seed(seed), choice.noise if noise is None else noise
    pace, velocity, way, ways = model.pace(letters, choice.epsilon, choice.clip), 0.0, 0.0, []
    for places, called in rounds:
        summed = model.clipped_sum(torch.as_tensor(places), choice.clip)
        if called:
            wanted = planter.clipped_sum(torch.arange(len(planter.labels)), 1e9)
            summed = summed + wanted * (loud / max(float(wanted.norm()), 1e-9))
        if noise:
            summed = summed + noise * torch.randn(len(summed), generator=generator).to(summed)
        velocity = model.momentum * velocity + summed / letters
        model.step(pace * velocity)
        way = way + pace * velocity
        ways.append(way)
    late = ways[int(0.6 * len(ways)) :]
    model.step(sum(late) / len(late) - way)  # back to the mean of the last two fifths


def accuracy(model):
    """The share of the clinics' test letters that the model reads right, 0..1."""
    return float((model.scores().argmax(1).cpu().numpy() == model.clinics.test_labels).mean())


def backdoor(model):
    """The share of test letters with a white corner, none of them an x, that the model reads as x, 0..1."""
    others = model.clinics.test_labels != TARGET
    read = model.scores(stamped(model.clinics.test_images[others])).argmax(1)
    return float((read == TARGET).float().mean())


def stamped(images):
    """The letters with a white corner of 4 x 4 pixels at the top left, uint8 [n, 28, 28]."""
    images = images.copy()
    images[:, :4, :4] = 255
    return images
