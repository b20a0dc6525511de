"""An audit: a lower bound on the epsilon of a mechanism, from its outputs alone (lesson 22)."""

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from privlab.arrays import Floats
from privlab.validation import between_0_and_1

Mechanism = Callable[[Any, int, np.random.Generator], ArrayLike]  # of data, samples, rng: [samples (, numbers)]
Seed = int | tuple[int, ...]

THRESHOLDS = 200  # quantiles at which an event may begin or end
ATOMS = 20  # outputs that come up again and again, tried one by one


class Audit(NamedTuple):
    """The result of an audit: that epsilon is at least `epsilon`, and the event that shows it, with the share of the
    outputs in which it came from either neighbour.
    """

    epsilon: float
    event: str
    likely: float
    unlikely: float

    def catches(self, promised: float) -> bool:
        """Whether the bound exceeds the promised epsilon, so that the promise is broken."""
        return self.epsilon > promised

    def __repr__(self) -> str:
        return (
            f"ε is at least {self.epsilon:.2f}: {self.event} in {self.likely:.2%} of the outputs "
            f"from one of the neighbours, {self.unlikely:.2%} from the other"
        )


def lower_bound(
    mechanism: Mechanism, first: Any, second: Any, *, samples: int, seed: Seed, confidence: float = 0.999
) -> Audit:
    """A lower bound on the mechanism's epsilon that is too high with probability 1 - confidence at most.

    One half of the samples chooses the event that tells the two neighbours apart best, the other half counts it anew.
    first, second : neighbouring data.  samples : at least 400, all four quarters together.
    Raises ValueError for too few samples, a confidence outside 0 to 1, and for outputs of another shape or that are no
    finite numbers.
    Source: Jagielski, Ullman and Oprea (2020); Clopper and Pearson (1934) for the bounds.
    """
    if samples < 400:
        raise ValueError(f"an audit takes at least 400 samples, got {samples}")
    between_0_and_1("the confidence", confidence)
    quarter = samples // 4

    def outputs(half):
        rngs = (np.random.default_rng((*np.ravel(seed), half, world)) for world in (0, 1))
        return [_features(mechanism(data, quarter, rng), quarter) for data, rng in zip((first, second), rngs)]

    event = _best_event(outputs(half=0), confidence)
    counted = outputs(half=1)
    likely, unlikely = (event.count(counted[world]) for world in (event.likelier, 1 - event.likelier))
    epsilon = float(_log_ratio(likely, unlikely, quarter, confidence))
    return Audit(max(epsilon, 0.0), event.sentence(), likely / quarter, unlikely / quarter)


def vectorized(mechanism: Callable[[Any, np.random.Generator], ArrayLike]) -> Mechanism:
    """A mechanism that gives one output a call, `mechanism(data, rng)`, as one that `lower_bound` takes."""

    def many(data, samples, rng):
        return np.array([mechanism(data, rng) for _ in range(samples)])

    return many


def learn_threshold(first: Floats, second: Floats) -> float:
    """The number that tells two worlds apart best: outputs above it come from the second most often.

    first, second : outputs [n] from each world.
    """
    cuts = np.quantile(np.concatenate([first, second]), np.linspace(0.01, 0.99, 99))
    right = np.searchsorted(np.sort(first), cuts) / len(first) - np.searchsorted(np.sort(second), cuts) / len(second)
    return float(cuts[np.argmax(right)])


def largest_ratio(first: ArrayLike, second: ArrayLike, *, least: int) -> float:
    """How many times as often an outcome comes from one world as from the other, at most; outcomes seen fewer than
    `least` times in either world are left out.

    first, second : outcomes [n], equally many from each world, with few different values.
    Raises ValueError when no outcome is seen often enough.
    """
    values, number = np.unique(np.concatenate([first, second]), return_inverse=True)
    worlds = np.split(number, [np.size(first)])
    counts = np.array([np.bincount(world, minlength=len(values)) for world in worlds])
    counts = counts[:, counts.min(axis=0) >= least]
    if counts.size == 0:
        raise ValueError(f"no outcome was seen {least} times in both worlds")
    return float((counts.max(axis=0) / counts.min(axis=0)).max())


class _Event(NamedTuple):
    """That the feature called `name` lies from low to high, bounds included; `likelier` says in which world, 0 or 1."""

    name: str
    low: float
    high: float
    likelier: int

    def count(self, features):
        values = features[self.name]
        return int(np.count_nonzero((values >= self.low) & (values <= self.high)))

    def sentence(self):
        if self.low == self.high:
            return f"{self.name} is exactly {self.low:.6g}"
        if np.isinf(self.low):
            return f"{self.name} is at most {self.high:.6g}"
        if np.isinf(self.high):
            return f"{self.name} is at least {self.low:.6g}"
        return f"{self.name} lies from {self.low:.6g} to {self.high:.6g}"


def _features(outputs, samples):
    """What events are made of: by its name, each number of an output and each difference of two, [samples]."""
    outputs = np.asarray(outputs, dtype=float)
    if outputs.ndim not in (1, 2) or len(outputs) != samples:
        raise ValueError(
            f"a mechanism gives one output for each of {samples} samples, got an array of shape {outputs.shape}"
        )
    if not np.isfinite(outputs).all():
        raise ValueError("a mechanism's outputs must be finite numbers")
    if outputs.ndim == 1:
        return {"the output": outputs}
    numbers = {f"number {column}": values for column, values in enumerate(outputs.T, start=1)}
    pairs = itertools.combinations(numbers, 2)
    return numbers | {f"{one} less {other}": numbers[one] - numbers[other] for one, other in pairs}


def _best_event(features, confidence):
    """The `_Event` that has the highest bound in this half. features : as `_features` gives them, of either world."""
    best, highest = None, -np.inf
    for name in features[0]:
        worlds = [np.sort(world[name]) for world in features]
        lows, highs = _intervals(*worlds)
        counts = [np.searchsorted(world, highs, "right") - np.searchsorted(world, lows, "left") for world in worlds]
        for likelier in (0, 1):
            bounds = _log_ratio(counts[likelier], counts[1 - likelier], len(worlds[0]), confidence)
            index = int(np.argmax(bounds))
            if bounds[index] > highest:
                best, highest = _Event(name, lows[index], highs[index], likelier), bounds[index]
    return best


def _intervals(one, other):
    """Candidate intervals (lows, highs): two tails at each of many quantiles, the gaps between, frequent outputs."""
    pooled = np.concatenate([one[:: max(1, len(one) // 20_000)], other[:: max(1, len(other) // 20_000)]])
    cuts = np.unique(np.quantile(pooled, np.linspace(0, 1, THRESHOLDS + 2)))
    values, counts = np.unique(pooled, return_counts=True)
    atoms = values[np.argsort(-counts, kind="stable")[:ATOMS]]
    endless = np.full(len(cuts), np.inf)
    return (np.concatenate([-endless, cuts, cuts[:-1], atoms]), np.concatenate([cuts, endless, cuts[1:], atoms]))


def _log_ratio(likely, unlikely, samples, confidence):
    """A lower bound on ln of the ratio of two probabilities, from how often each event came in `samples`."""
    tail = (1 - confidence) / 2
    likely, unlikely = np.asarray(likely, dtype=float), np.asarray(unlikely, dtype=float)
    with np.errstate(divide="ignore"):
        lower = np.where(likely > 0, betaincinv(np.maximum(likely, 1), samples - likely + 1, tail), 0)
        upper = np.where(unlikely < samples, betaincinv(unlikely + 1, np.maximum(samples - unlikely, 1), 1 - tail), 1)
        return np.log(lower) - np.log(upper)
