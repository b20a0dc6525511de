"""Exact composition: the whole distribution of the privacy loss, added to itself (lesson 23).

In the first of two neighbouring worlds a release comes out with some loss: the logarithm of its probability here over
its probability there. The losses of independent releases add up, so their distribution is a convolution: a power of
its Fourier transform.
"""

import dataclasses

import numpy as np
from scipy.special import logsumexp, ndtr

from privlab.arrays import Floats
from privlab.validation import all_positive, whole_number

SPACING = 1e-4
TAIL = 1e-15  # the probability that a composition may cut off; it is counted as an infinite loss
ROUNDING = 1e-13  # at most so much probability gets lost in a Fourier transform; it is counted likewise
LARGEST_LOSS = 700.0  # e^700 is about the largest number a float holds: what loses more counts as infinite
SMALLEST_DELTA = 1e-10  # below it the rounding of the Fourier transform would be read as privacy loss


@dataclasses.dataclass(frozen=True)
class PrivacyLoss:
    """The distribution of a privacy loss on a grid: `probabilities[i]` of the loss (lowest + i) * spacing, `infinite`
    of more.

    What is moved to the grid only ever makes delta larger, so that an epsilon computed from it holds.
    Source: Sommer, Meiser and Mohammadi (2019); Koskela, Jälkö and Honkela (2020).
    """

    lowest: int
    probabilities: Floats
    infinite: float = 0.0
    spacing: float = SPACING

    @property
    def losses(self) -> Floats:
        """The losses on the grid, [n]."""
        return self.spacing * (self.lowest + np.arange(len(self.probabilities), dtype=float))

    def compose(self, releases: int) -> "PrivacyLoss":
        """The `PrivacyLoss` of `releases` independent releases of this kind together.

        Raises ValueError when `releases` is not a whole number of at least 1.
        """
        if whole_number("releases", releases) == 1:
            return self
        from scipy.fft import irfft, next_fast_len, rfft

        low, high = _window(self.probabilities, releases)
        length = next_fast_len(max(high - low + 1, len(self.probabilities)), real=True)
        powers = irfft(_power(rfft(self.probabilities, length), releases), length)
        # The transform counts round a circle: number i holds the probabilities of i, i + length, and so on.
        probabilities = np.maximum(np.roll(powers, -(low % length))[: high - low + 1], 0)
        infinite = TAIL + ROUNDING - np.expm1(releases * np.log1p(-self.infinite))
        return PrivacyLoss(releases * self.lowest + low, probabilities, infinite, self.spacing)

    def delta(self, epsilon: float) -> float:
        """The delta at which `epsilon` holds: the mean of 1 - e^(ε - loss) where the loss exceeds ε, and of 0
        elsewhere.

        Source: Sommer, Meiser and Mohammadi (2019), lemma 5.
        """
        excess = self.losses - epsilon
        above = excess > 0
        return float(self.infinite - np.dot(self.probabilities[above], np.expm1(-excess[above])))

    def epsilon(self, delta: float) -> float:
        """The smallest epsilon, at least 0, that holds at `delta`; infinity where none does.

        Raises ValueError for a delta below 1e-10 or not below 1.
        """
        if not SMALLEST_DELTA <= delta < 1:
            raise ValueError(
                f"delta must lie between {SMALLEST_DELTA:g}, below which rounding counts, and 1, got {delta!r}"
            )
        if self.delta(0) <= delta:
            return 0.0
        finite = (self.losses > 0) & (self.losses < LARGEST_LOSS)
        losses, probabilities = self.losses[finite][::-1], self.probabilities[finite][::-1]  # from the largest to 0
        beyond = self.infinite + self.probabilities[self.losses >= LARGEST_LOSS].sum()
        if beyond > delta:
            return np.inf
        here = beyond + np.cumsum(probabilities)  # of at least this loss in this world, and in the other
        there = np.cumsum(probabilities * np.exp(-losses))
        enough = here - np.exp(losses) * there <= delta  # at every loss of the grid; it only gets worse on the way down
        last = int(np.argmin(enough)) - 1 if not enough.all() else len(losses) - 1
        return float(np.log((here[last] - delta) / there[last]))


def laplace(epsilon: float, *, spacing: float = SPACING) -> PrivacyLoss:
    """The loss of one release with Laplace noise.

    epsilon : sensitivity over the scale of the noise.
    spacing : between the losses of the grid.
    Raises ValueError when either is not a positive number.
    """
    all_positive(epsilon=epsilon, spacing=spacing)
    top = int(np.ceil(round(epsilon / spacing, 6)))
    edges = np.clip(spacing * np.arange(-top, top + 1), -epsilon, epsilon)
    here, there = np.diff(np.exp((edges - epsilon) / 2) / 2), -np.diff(np.exp(-(edges + epsilon) / 2) / 2)
    # On the far side of either count all outcomes have one loss, ε or -ε.
    here[[0, -1]] += np.exp(-epsilon) / 2, 1 / 2
    there[[0, -1]] += 1 / 2, np.exp(-epsilon) / 2
    return PrivacyLoss(-top, _on_grid(here, there, -top, spacing), 0.0, spacing)


def check_sampling(noise_multiplier: float, sample_rate: float) -> None:
    """Raises ValueError unless both are positive numbers and the sample rate, a probability, is at most 1."""
    all_positive(noise_multiplier=noise_multiplier, sample_rate=sample_rate)
    if sample_rate > 1:
        raise ValueError(f"sample rate must be above 0 and at most 1, got {sample_rate}")


def sampled_gaussian(
    *, noise_multiplier: float, sample_rate: float, spacing: float = SPACING
) -> tuple[PrivacyLoss, PrivacyLoss]:
    """The losses of one release with Gaussian noise that takes each record with probability `sample_rate`.

    The first is that of a world with the record against one without it, the second the other way round: both must hold.
    noise_multiplier : the standard deviation of the noise over the sensitivity.
    Raises ValueError when a number is out of range.
    Source: Koskela, Jälkö and Honkela (2020); Zhu, Dong and Wang (2022) for the pair of worlds.
    """
    check_sampling(noise_multiplier, sample_rate)
    all_positive(spacing=spacing)
    sigma, q = noise_multiplier, sample_rate  # as the papers call them
    far = np.array([-9.7 * sigma, 1 + 9.7 * sigma])  # of either world less than 10^-22 lies beyond
    ends = np.logaddexp(np.log1p(-q) if q < 1 else -np.inf, np.log(q) + (2 * far - 1) / (2 * sigma**2))
    lowest, highest = int(np.floor(ends[0] / spacing)), int(np.ceil(ends[1] / spacing))
    losses = spacing * np.arange(lowest, highest + 1)
    with np.errstate(divide="ignore"):  # no outcome loses less than ln(1 - q)
        edges = sigma**2 * np.log(np.maximum(np.exp(losses) - (1 - q), 0) / q) + 1 / 2
    without, alone = _between(edges / sigma), _between((edges - 1) / sigma)
    within = (1 - q) * without + q * alone
    present = _on_grid(within, without, lowest, spacing)
    absent = _on_grid(without[::-1], within[::-1], -highest, spacing)
    below, above = ((1 - q) * ndtr(x / sigma) + q * ndtr((x - 1) / sigma) for x in (edges[0], edges[-1]))
    present[0] += below
    absent[0] += ndtr(-edges[-1] / sigma)
    return (
        PrivacyLoss(lowest, present, float(1 - above), spacing),
        PrivacyLoss(-highest, absent, float(ndtr(edges[0] / sigma)), spacing),
    )


def _between(edges):
    """The probabilities of a standard Gaussian number between one edge and the next; above 0 from the upper tail, where
    small ones keep their digits.
    """
    return np.where(edges[1:] > 0, -np.diff(ndtr(-edges)), np.diff(ndtr(edges)))


def _on_grid(here, there, lowest, spacing):
    """The probabilities on the grid, [n + 1], of what lies in its n cells with probabilities `here` and `there` in two
    worlds.

    Each cell is split between its two ends so that both worlds keep their probability: no more exact grid is safe.
    Source: Doroshenko, Ghazi, Kamath, Kumar and Manurangsi (2022), "Connect the dots".
    """
    ends = np.minimum(spacing * (lowest + np.arange(len(here))), LARGEST_LOSS)
    upper = np.clip((here - there * np.exp(ends)) / -np.expm1(-spacing), 0, here)
    return np.append(here - upper, 0) + np.append(0, upper)


def _power(numbers, exponent):
    """The numbers to a whole power, by repeated squaring."""
    result = None
    while exponent:
        if exponent & 1:
            result = numbers if result is None else result * numbers
        exponent >>= 1
        if exponent:
            numbers = numbers * numbers
    return result


def _window(probabilities, releases):
    """The numbers on the grid from and to which the sum of `releases` losses reaches, but for a probability of `TAIL`
    (Chernoff's bound).
    """
    numbers = np.arange(len(probabilities))
    centre = np.dot(probabilities, numbers) / probabilities.sum()
    deviation = max(np.sqrt(np.dot(probabilities, (numbers - centre) ** 2)), 1e-3)
    best = np.sqrt(2 * np.log(2 / TAIL) / releases) / deviation  # of a Gaussian; any other tilt gives a valid bound too
    low, high = 0, (len(probabilities) - 1) * releases
    for tilt in best * np.array([0.5, 0.7, 0.85, 1, 1.2, 1.5]):
        up, down = (
            (releases * logsumexp(sign * tilt * numbers, b=probabilities) + np.log(2 / TAIL)) / tilt for sign in (1, -1)
        )
        low, high = max(low, int(np.floor(-down))), min(high, int(np.ceil(up)))
    return low, high
