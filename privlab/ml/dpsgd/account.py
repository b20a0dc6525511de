"""The account of a private training: what it may cost, what it has cost so far, and by which rule that is counted."""

from __future__ import annotations

import contextlib
import dataclasses
import math

from privlab.dp import dpsgd_accountant
from privlab.dp.composition import BudgetSpent
from privlab.dp.gaussian import epsilon_at, total_mu
from privlab.dp.gaussian import noise_multiplier_for as noise_multiplier_of_gaussians
from privlab.validation import between_0_and_1, positive, whole_number


@dataclasses.dataclass
class Account:
    """A training's budget and the steps it has taken: (epsilon, delta) holds after the last of `steps`.

    A neighbour has one of the `examples` more or less, and their number is treated as public.
    sample_rate : the probability with which a step takes each example, by a draw of its own (Poisson sampling).
    noise_multiplier : the noise's standard deviation over the most that one example moves a sum.
    taken : the steps that have been paid for; `take` pays for one more, and refuses when none is left.
    """

    epsilon: float
    delta: float
    examples: int
    sample_rate: float
    steps: int
    noise_multiplier: float
    taken: int = 0

    @classmethod
    def plan(cls, *, epsilon: float, delta: float, examples: int, sample_rate: float, steps: int) -> Account:
        """The account of a training that is yet to begin, with the least noise at which it keeps to its budget.

        epsilon : above 0; infinity trains without noise.
        Raises ValueError for a delta above 1 / examples, with which a training might publish an example and keep its
        promise, and for a number out of range.
        """
        examples, steps = whole_number("examples", examples), whole_number("steps", steps)
        delta = float(between_0_and_1("delta", delta))
        if delta * examples > 1:
            raise ValueError(
                f"delta must be at most 1 / {examples:,}, and well below it, got {delta:g}: a training that publishes "
                "one example by chance would keep such a promise"
            )
        fits = False
        with contextlib.suppress(TypeError, ValueError):  # no number, or several
            fits = bool(0 < sample_rate <= 1)
        if not fits:
            raise ValueError(f"sample_rate must be above 0 and at most 1, got {sample_rate}")
        sample_rate = float(sample_rate)
        without_noise = isinstance(epsilon, float) and epsilon == math.inf
        epsilon = epsilon if without_noise else float(positive("epsilon", epsilon))
        if without_noise:
            noise = 0.0
        elif sample_rate == 1:
            noise = noise_multiplier_of_gaussians(epsilon, delta, steps)
        else:
            noise = dpsgd_accountant.noise_multiplier_for(epsilon, delta, sample_rate=sample_rate, steps=steps)
        return cls(epsilon, delta, examples, sample_rate, steps, noise)

    @property
    def accountant(self) -> str:
        """By which rule the cost is counted, in words."""
        if self.sample_rate == 1:
            return "exactly, as Gaussian releases of all examples"
        return "exactly, by the distribution of the privacy loss of Poisson samples"

    @property
    def spent(self) -> float:
        """The epsilon at `delta` of the steps taken so far."""
        if not self.taken or not self.noise_multiplier:
            return math.inf if self.taken else 0.0
        if self.sample_rate == 1:
            return epsilon_at(total_mu([self.noise_multiplier] * self.taken), delta=self.delta)
        return dpsgd_accountant.epsilon_exactly(**self._run())

    @property
    def spent_if_shuffled(self) -> float:
        """The epsilon that would be proved of the same steps, had each pass over the examples been cut into batches."""
        if not self.taken or not self.noise_multiplier:
            return self.spent
        return dpsgd_accountant.epsilon_of_shuffled(**self._run())

    def take(self) -> None:
        """Pays for one step. Raises `BudgetSpent` when all of them have been taken."""
        if self.taken >= self.steps:
            raise BudgetSpent(f"all {self.steps} steps of this account are taken: one more would break its promise")
        self.taken += 1

    def __str__(self) -> str:
        return (
            f"ε = {self.spent:.2f} of {self.epsilon:g} is spent at δ = {self.delta:g}: "
            f"{self.taken} of {self.steps} steps, noise {self.noise_multiplier:.3g},\n"
            f"each of {self.examples:,} examples in a step by a draw of its own, with probability "
            f"{self.sample_rate:g},\n"
            f"counted {self.accountant}.\n"
            f"Had batches been shuffled instead, only ε = {self.spent_if_shuffled:.2f} would be proved."
        )

    def _run(self):
        kept = dict(noise_multiplier=self.noise_multiplier, sample_rate=self.sample_rate, delta=self.delta)
        return kept | {"steps": self.taken}
