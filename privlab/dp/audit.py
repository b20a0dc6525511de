"""An audit: a lower bound on the epsilon of a mechanism, from its outputs alone (lesson 22)."""

import itertools
from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv

THRESHOLDS = 200  # quantiles at which an event may begin or end
ATOMS = 20  # outputs that come up again and again, tried one by one


class Audit(NamedTuple):
    """The result of an audit: that epsilon is at least `epsilon`, and the event that shows it."""

    epsilon: float
    event: str
    likely: float
    unlikely: float

    def catches(self, promised):
        """Whether the bound exceeds the promised epsilon, so that the promise is broken."""
        return self.epsilon > promised

    def __repr__(self):
        return (
            f"ε is at least {self.epsilon:.2f}: {self.event} in {self.likely:.2%} of the outputs "
            f"from one of the neighbours, {self.unlikely:.2%} from the other"
        )


def audit(mechanism, first, second, samples, seed, confidence=0.999):
    """A lower bound on the mechanism's epsilon that is too high with chance 1 - confidence at most; an `Audit`.

    One half of the samples chooses the event that tells the two neighbours apart best, the other half counts it anew.
    mechanism : mechanism(data, samples, rng) -> array [samples] or [samples, numbers] of independent outputs.
    first, second : neighbouring data.  samples : int, at least 400, all four quarters together.
    seed : whole number, or a tuple of them.
    Raises ValueError for too few samples, a confidence outside 0 to 1, and for outputs of another shape or that are no
    finite numbers.
    Source: Jagielski, Ullman and Oprea (2020); Clopper and Pearson (1934) for the bounds.
    """
    if samples < 400:
        raise ValueError(f"an audit takes at least 400 samples, got {samples}")
    if not 0 < confidence < 1:
        raise ValueError(f"the confidence must lie between 0 and 1, got {confidence}")
    quarter = samples // 4
    draws = [
        [
            _features(mechanism(data, quarter, np.random.default_rng((seed, half, world))), quarter)
            for world, data in enumerate((first, second))
        ]
        for half in range(2)
    ]
    feature, low, high, likelier = _best_event(draws[0], confidence)
    counts = [_count(draws[1][world][1][feature], low, high) for world in (likelier, 1 - likelier)]
    bound = float(_log_ratio(*counts, quarter, confidence))
    return Audit(max(bound, 0.0), _say(draws[1][0][0][feature], low, high), *(count / quarter for count in counts))


def vectorized(mechanism):
    """`mechanism(data, rng)`, one output a call, as a mechanism that `audit` takes: mechanism(data, samples, rng)."""

    def many(data, samples, rng):
        return np.array([mechanism(data, rng) for _ in range(samples)])

    return many


def learn_threshold(first, second):
    """The number that tells two worlds apart best, a float: outputs above it come from the second most often.

    first, second : [outputs], from each world.
    """
    cuts = np.quantile(np.concatenate([first, second]), np.linspace(0.01, 0.99, 99))
    right = np.searchsorted(np.sort(first), cuts) / len(first) - np.searchsorted(np.sort(second), cuts) / len(second)
    return float(cuts[np.argmax(right)])


def largest_ratio(first, second, least):
    """How many times as often an outcome comes from one world as from the other, at most; outcomes seen fewer than
    `least` times in either world are left out.

    first, second : [outcomes], equally many from each world, with few different values.
    Raises ValueError when no outcome is seen often enough.
    """
    values, place = np.unique(np.concatenate([first, second]), return_inverse=True)
    seen = np.array([np.bincount(each, minlength=len(values)) for each in np.split(place, [len(first)])])
    seen = seen[:, seen.min(axis=0) >= least]
    if seen.size == 0:
        raise ValueError(f"no outcome was seen {least} times in both worlds")
    return float((seen.max(axis=0) / seen.min(axis=0)).max())


def _features(outputs, samples):
    """What events are made of: (names, arrays [samples]) of each number of an output and of differences of two."""
    outputs = np.asarray(outputs, dtype=float)
    if outputs.ndim not in (1, 2) or len(outputs) != samples:
        raise ValueError(
            f"a mechanism gives one output for each of {samples} samples, got an array of shape {outputs.shape}"
        )
    if not np.isfinite(outputs).all():
        raise ValueError("a mechanism's outputs must be finite numbers")
    if outputs.ndim == 1:
        return ["the output"], [outputs]
    columns = list(outputs.T)
    pairs = list(itertools.combinations(range(len(columns)), 2))
    names = [f"number {each + 1}" for each in range(len(columns))]
    return (
        names + [f"number {one + 1} less number {other + 1}" for one, other in pairs],
        columns + [columns[one] - columns[other] for one, other in pairs],
    )


def _best_event(draws, confidence):
    """The event (feature, low, high, likelier world) that has the highest bound in this half; low <= value <= high."""
    (_, first), (_, second) = draws
    best = (-np.inf,)
    for feature, (one, other) in enumerate(zip(map(np.sort, first), map(np.sort, second))):
        lows, highs = _intervals(one, other)
        counts = [np.searchsorted(each, highs, "right") - np.searchsorted(each, lows, "left") for each in (one, other)]
        for likelier in (0, 1):
            bounds = _log_ratio(counts[likelier], counts[1 - likelier], len(one), confidence)
            place = int(np.argmax(bounds))
            if bounds[place] > best[0]:
                best = (bounds[place], feature, lows[place], highs[place], likelier)
    return best[1:]


def _intervals(one, other):
    """Candidate intervals (lows, highs): two tails at each of many quantiles, the gaps between them, frequent outputs."""
    pooled = np.concatenate([one[:: max(1, len(one) // 20_000)], other[:: max(1, len(other) // 20_000)]])
    cuts = np.unique(np.quantile(pooled, np.linspace(0, 1, THRESHOLDS + 2)))
    values, often = np.unique(pooled, return_counts=True)
    atoms = values[np.argsort(-often, kind="stable")[:ATOMS]]
    endless = np.full(len(cuts), np.inf)
    return (np.concatenate([-endless, cuts, cuts[:-1], atoms]), np.concatenate([cuts, endless, cuts[1:], atoms]))


def _log_ratio(likely, unlikely, samples, confidence):
    """A lower bound on ln of the ratio of two chances, from how often each event came in `samples`."""
    tail = (1 - confidence) / 2
    likely, unlikely = np.asarray(likely, dtype=float), np.asarray(unlikely, dtype=float)
    with np.errstate(divide="ignore"):
        lower = np.where(likely > 0, betaincinv(np.maximum(likely, 1), samples - likely + 1, tail), 0)
        upper = np.where(unlikely < samples, betaincinv(unlikely + 1, np.maximum(samples - unlikely, 1), 1 - tail), 1)
        return np.log(lower) - np.log(upper)


def _count(values, low, high):
    return int(np.count_nonzero((values >= low) & (values <= high)))


def _say(name, low, high):
    if low == high:
        return f"{name} is exactly {low:.6g}"
    if np.isinf(low):
        return f"{name} is at most {high:.6g}"
    return f"{name} is at least {low:.6g}" if np.isinf(high) else f"{name} lies from {low:.6g} to {high:.6g}"
