"""Three clinics that train a reader of letters together: what they choose and what they have (lesson 90)."""

import numbers
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Integers, Labels, Letters
from privlab.dp import gaussian
from privlab.fl.simulation.client_selection import choose, selection_probabilities
from privlab.fl.simulation.population import heavy_tailed_sizes

if TYPE_CHECKING:
    from torch import Tensor

    from privlab.ml.public_features import PublicFeatures

AGGREGATIONS, SELECTIONS = ("plain", "secure sum"), ("uniform", "activity")
RELEASED, RECIPIENTS = ("weights", "letters"), ("clinics", "everyone")
CLINICS, TABLETS, ROUNDS, DELTA = 3, 60, 30, 1e-5  # 20 tablets in each clinic
TEST, PUBLIC = 800, 1_000


@dataclass(frozen=True)
class Choice:
    """What the three clinics agree on.

    aggregation   "plain", the server sees each tablet's update and adds the noise itself; "secure sum", each tablet
                  cuts its update into three shares, one for each clinic, and the clinics add the noise.
    epsilon       above 0, of the whole training at δ = 1e-5; None for no noise at all. Two trainings are neighbours
                  when one letter's page is blank in one of them, so that its gradient is 0. How many pages each tablet
                  has is public: the same tablets and pages are drawn in both, and who is called spends nothing.
    max_norm      above 0, the most that one letter moves a round's sum, whatever is drawn.
    clients       1 to 60, tablets in a round.  batch  the most letters that one of them uses in a round.
    public_start  whether tablets hold a reader taught on public letters and train its last layer alone; without it
                  they train a network of 784, 64 and 26 from nothing.
    selection     "uniform" or "activity", in proportion to the letters that a tablet says it has.
    released      "weights" or "letters" (no more than the letter that is read).
    to            "clinics" or "everyone".
    Raises ValueError in one sentence for a choice that cannot be.
    Source: for the neighbours, "zero-out", Kairouz et al. (2021), Practical and private deep learning without sampling
    or shuffling; Ponomareva et al. (2023).
    """

    aggregation: str = "plain"
    epsilon: float | None = None
    max_norm: float = 1.0
    clients: int = 15
    batch: int = 5
    public_start: bool = False
    selection: str = "uniform"
    released: str = "weights"
    to: str = "everyone"

    def __post_init__(self):
        for name, allowed in (
            ("aggregation", AGGREGATIONS),
            ("selection", SELECTIONS),
            ("released", RELEASED),
            ("to", RECIPIENTS),
        ):
            if not isinstance(getattr(self, name), str) or getattr(self, name) not in allowed:
                raise ValueError(f"{name} must be {' or '.join(map(repr, allowed))}, got {getattr(self, name)!r}")
        if not isinstance(self.public_start, bool):
            raise ValueError(f"public_start must be True or False, got {self.public_start!r}")
        for name, value in (("epsilon", 1.0 if self.epsilon is None else self.epsilon), ("max_norm", self.max_norm)):
            if isinstance(value, bool) or not isinstance(value, numbers.Real) or not 0 < value < np.inf:
                raise ValueError(
                    f"{name} must be a positive finite number{', or None' * (name == 'epsilon')}, got {value!r}"
                )
        for name, most in (("clients", TABLETS), ("batch", np.inf)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, numbers.Integral) or not 1 <= value <= most:
                raise ValueError(
                    f"{name} must be a whole number of at least 1"
                    f"{f' and at most {TABLETS}' * (name == 'clients')}, got {value!r}"
                )

    @property
    def noise_std(self) -> float:
        """The standard deviation of the noise on every number of a round's sum; 0 without an epsilon.

        With "secure sum" it is what stays when one of the three clinics takes its share off again; with all three in
        there is more. No amplification by sampling is counted: who is called is no secret, so a letter counts as if in
        each round.
        """
        if self.epsilon is None:
            return 0.0
        return self.max_norm * gaussian.noise_multiplier_for(self.epsilon, DELTA, ROUNDS)

    @property
    def numbers(self) -> int:
        """How many numbers an update has."""
        return 386 * 26 if self.public_start else 784 * 64 + 64 + 64 * 26 + 26

    @property
    def megabytes(self) -> float:
        """What passes in a training: the model down, and the update up in 64-bit numbers, once or in three
        shares.
        """
        copies = CLINICS if self.aggregation == "secure sum" else 1
        return ROUNDS * self.clients * 8 * self.numbers * (1 + copies) / 1e6

    @property
    def seconds(self) -> float:
        """How long the line of a tablet that is called in every round is busy, at a megabyte a second; computing not
        counted.
        """
        return self.megabytes / self.clients


def check_choice(choice: object) -> None:
    """Raises ValueError in one sentence for what is no `Choice`."""
    if not isinstance(choice, Choice):
        raise ValueError(f'a Choice is needed, such as Choice("secure sum", 3.0), got {choice!r}')


@dataclass(frozen=True)
class Clinics:
    """The letters on sixty tablets, twenty in each clinic, and letters to measure on.

    images, labels            tablet after tablet.  sizes  [60], letters on each.
    test_images, test_labels  letters of nobody's tablet, to measure on.
    """

    images: Letters
    labels: Labels
    sizes: Integers
    test_images: Letters
    test_labels: Labels

    def __post_init__(self):
        per_clinic = np.asarray(self.sizes).reshape(CLINICS, -1).sum(axis=1)
        if not per_clinic.all():
            raise ValueError(f"every clinic needs letters to take part, got {per_clinic.tolist()}")

    @cached_property
    def rows(self) -> "Tensor":
        """The letters as rows of public features, float32 [n, 386]."""
        return public_features()[0].rows(self.images)

    @cached_property
    def test_rows(self) -> "Tensor":
        """The same for the letters to measure on."""
        return public_features()[0].rows(self.test_images)

    def letters_of(self, tablet: int) -> Integers:
        """The indices of one tablet's letters."""
        first = int(np.sum(self.sizes[:tablet]))
        return np.arange(first, first + self.sizes[tablet])

    def round(
        self, choice: Choice, rng: np.random.Generator, *, claims: Integers | None = None
    ) -> tuple[list[Integers], Integers]:
        """Which letters each called tablet uses in a round, their indices, and the tablets [clients].

        What is drawn depends on how many letters each tablet has, which is public, and on nothing that is on a page.
        claims  how many letters each tablet says it has, where that is not the truth.
        """
        said = self.sizes if claims is None else claims
        called = choose(selection_probabilities(said, float(choice.selection == "activity")), choice.clients, rng)
        return [rng.permutation(self.letters_of(tablet))[: choice.batch] for tablet in called], called


@lru_cache(maxsize=2)
def gather(letters_each: int) -> Clinics:
    """The `Clinics`, each with about `letters_each` letters on twenty tablets, a few of them with many.

    They are drawn letters on every machine, so that the recorded board is true of what runs.
    Raises ValueError when a tablet would be left without a letter, or there are not so many drawn ones.
    """
    from privlab.data.emnist_letters import cached

    if not isinstance(letters_each, numbers.Integral) or letters_each < TABLETS // CLINICS:
        raise ValueError(
            f"a clinic needs at least {TABLETS // CLINICS} letters, one for each tablet, got {letters_each!r}"
        )
    private, others, rng = cached("private_train"), cached("private_test"), np.random.default_rng((0, 90))
    sizes = np.tile(heavy_tailed_sizes(devices=TABLETS // CLINICS, letters=letters_each), CLINICS)
    if sizes.sum() > len(private.images):
        raise ValueError(
            f"there are {len(private.images):,} drawn letters: a clinic can have {len(private.images) // CLINICS:,}, "
            f"not {letters_each:,}"
        )
    own, test = rng.permutation(len(private.images))[: sizes.sum()], rng.permutation(len(others.images))[:TEST]
    return Clinics(
        private.images[own],
        private.labels[own].astype(np.int64),
        sizes,
        others.images[test],
        others.labels[test].astype(np.int64),
    )


@lru_cache(maxsize=1)
def public_features() -> "tuple[PublicFeatures, Tensor]":
    """What everybody has before a private letter is touched: `PublicFeatures`, and a last layer taught on public
    letters.
    """
    import torch

    from privlab.data.emnist_letters import cached
    from privlab.ml.dpsgd.linear_head import train_head
    from privlab.ml.letter_classifier import load_reader
    from privlab.ml.public_features import PublicFeatures

    public = cached("public")
    some = np.random.default_rng(90).permutation(len(public.images))[:PUBLIC]
    features = PublicFeatures(load_reader("drawn"), public.images[some], directions=128)
    rows = features.rows(public.images[some])
    labels = torch.as_tensor(public.labels[some]).long().to(rows.device)
    return features, train_head(rows, labels, noise_multiplier=0.0, steps=30)
