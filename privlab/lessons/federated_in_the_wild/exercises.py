"""Exercises of lesson 54: unbiased weights, an average through a secure sum, scores before learning, a repair of
three parts.
"""

import copy
import gc
import weakref
from typing import ClassVar

import numpy as np

from privlab.lab.exercise import Quiz, exercise
from privlab.lab.results import all_seen


@exercise(
    "Over many rounds a device is drawn `draws * probability` times a round. What weight makes its expected part "
    "`count / total`?",
    "Expected part = draws * probability * weight. Solve for the weight.",
    "Return count / total / (probability * draws).",
)
def weigh(count, probability, draws, total):
    return count / total / (probability * draws)


@weigh.check
def _(answer, verdict):
    """Promises the weight with which each device's expected part is its part of the letters, also of a device that has
    none and of one that is always called.

    Cannot see a weight that is off by less than a millionth. Fixed seed, and nothing is estimated: a right answer
    always passes.
    """
    rng = np.random.default_rng(54)
    cases = [(0, 0.2, 3, 100), (100, 1.0, 1, 100), (1, 0.001, 10, 8_000)]
    for _ in range(20):
        counts, draws = rng.integers(1, 500, 6), int(rng.integers(1, 6))
        probabilities = (rng.dirichlet(np.ones(6)) + 0.001).round(3)
        cases += [(count, float(probability), draws, int(counts.sum()))
                  for count, probability in zip(counts.tolist(), probabilities)]  # fmt: skip
    for count, probability, draws, total in cases:
        call, weight = f"weigh({count}, {probability:g}, {draws}, {total})", answer(count, probability, draws, total)
        number = _number(weight)
        if number is None:
            return verdict.wrong(f"a weight is a number, and {call} returned {_said(weight)}")
        part, wanted = draws * probability * number, count / total
        if not np.isclose(part, wanted, rtol=1e-6, atol=1e-12):
            return verdict.wrong(
                f"{call} returned {number:.4g}: called {draws} x {probability:g} times a round, the device has an "
                f"expected part of {part:.4g}, and {wanted:.4g} of the letters"
            )
    return verdict.right("whoever is preferred counts less each time: in the mean it is the average of all letters")


def _number(value):
    """The one number that a value is, as a float; None for text, for several numbers and for what is none."""
    if isinstance(value, str | bytes | bool) or getattr(value, "ndim", 0):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _said(value):
    """A value as a sentence shows it: numbers with four digits, the rest cut off after eighty letters."""
    try:
        numbers = np.asarray(value, dtype=float)
    except (TypeError, ValueError, OverflowError):
        text = repr(value)
        return text if len(text) <= 80 else f"{text[:77]}..."
    shown = [f"{number:.4g}" for number in numbers.ravel()[:12]]
    return shown[0] if numbers.ndim == 0 else f"[{', '.join(shown)}{', ...' * (numbers.size > 12)}]"


@exercise(
    "A model that has learnt letters knows them better than new ones. When are the letters of a period still new?",
    "For each period: score first, then learn, then forget. Keep the results of score alone.",
    "results = []; for batch in periods: results.append(score(batch)); learn(batch). Return results.",
)
def follow(periods, score, learn):
    results = []
    for batch in periods:
        results.append(score(batch))
        learn(batch)
    return results


class _Letter:
    """A letter of some period, of which a check can see whether it, or a copy, is still there."""

    __slots__ = ("__weakref__", "period")
    alive: ClassVar[weakref.WeakSet] = weakref.WeakSet()
    packed: ClassVar[set] = set()

    def __init__(self, period):
        self.period = period
        self.alive.add(self)

    def __copy__(self):
        return _Letter(self.period)

    def __deepcopy__(self, memo):
        return _Letter(self.period)

    def __reduce_ex__(self, protocol):
        self.packed.add(self.period)
        return _Letter, (self.period,)

    def __repr__(self):
        return "<a letter>"


@follow.check
def _(answer, verdict):
    """Promises that each period is scored by a model that has learnt all before it and nothing of it, is learnt once
    and whole, and that no letter, copy or packed form of one is there when the next but one comes, or at the end.

    Cannot see what is kept of a letter that is no letter any more: its picture, drawn anew. Nothing is random.
    """
    gc.freeze()  # what was there before need not be looked through
    try:
        for count in (4, 1, 0, 7):
            fault = _fault_of_following(answer, verdict, count)
            if fault is not None:
                return fault
    finally:
        gc.unfreeze()
    return verdict.right("each score is of letters the model had not seen, and no letter outlives its period")


def _fault_of_following(answer, verdict, count):
    """The verdict on what goes wrong with some periods; None when nothing does."""
    _Letter.alive.clear()
    _Letter.packed.clear()
    sizes, learnt, taught, kept = [5, 3, 1, 8, 2, 4, 6][:count], [], [], []

    def score(batch):
        letters = list(batch)
        return (90 if letters[0].period in learnt else 50 + 5 * len(set(learnt)), 100)

    def learn(batch):
        letters = list(batch)
        learnt.append(letters[0].period)
        taught.append(len(set(map(id, letters))))

    def periods():
        for number, size in enumerate(sizes):
            yield [_Letter(number) for _ in range(size)]
            gc.collect()
            past = {letter.period for letter in _Letter.alive} - {number}
            if past:
                kept.append((f"period {number + 1} came" if number + 1 < count else "all periods were over", min(past)))

    results = answer(periods(), score, learn)
    gc.collect()
    kept += [("follow had returned", letter.period) for letter in _Letter.alive]
    name = {4: "four periods give a list of four results"}.get(count, f"{count} periods give a list of {count}")
    if not isinstance(results, list | tuple):
        if hasattr(results, "__iter__") and not isinstance(results, str | dict):
            return verdict("?", f"{name}, yours was a {type(results).__name__}: list(...) makes a list of it")
        return verdict.wrong(f"{name}, yours was {_said(results)}")
    if learnt != list(range(count)):
        return verdict.wrong(
            f"of the periods 0 to {count - 1}, each to be learnt once and in order, the model learnt "
            + (f"{', '.join(map(str, learnt))}" if learnt else "none: it learnt nothing new")
        )
    if taught != sizes:
        short = next(number for number in range(count) if taught[number] != sizes[number])
        return verdict.wrong(f"of the {sizes[short]} letters of period {short} the model learnt {taught[short]}")
    if len(results) != count:
        return verdict.wrong(f"{name}, yours had {len(results)}: {_said(results)}")
    for number, result in enumerate(results):
        result = tuple(result) if isinstance(result, list | np.ndarray) else result
        if result == (90, 100):
            return verdict.wrong(
                f"the score of period {number} comes from letters that the model has just learnt: 90 of 100 "
                f"right, and of new ones {50 + 5 * number}"
            )
        if result != (50 + 5 * number, 100):
            return verdict.wrong(
                f"the result of period {number} was {_said(result)}; score gave ({50 + 5 * number}, 100) to a model "
                "that had learnt the periods before it and nothing of it"
            )
    if kept:
        when, period = kept[0]
        return verdict.not_private(
            f"when {when}, letters of period {period}, or copies of them, were still there for whoever opens the "
            "tablet: they were to be deleted"
        )
    if _Letter.packed:
        return verdict.not_private(
            f"the letters of period {min(_Letter.packed)} were packed into bytes: who has the bytes still has the "
            "letters"
        )


@exercise(
    "The average by counts is a quotient of two sums: of count * update, and of counts. A sum is what a secure sum "
    "gives.",
    "Let each device send one vector: its update times its count, and the count as one more number at the end.",
    "total = secure_sum([np.append(count * update, count) for update, count in devices]); "
    "return total[:-1] / total[-1]",
)
def average(devices, secure_sum, tell):
    total = secure_sum([np.append(count * update, count) for update, count in devices])
    return total[:-1] / total[-1]


class _Server:
    """What the server is shown in a run, in order: sums and what is told; `instead`, what it is shown of another run.

    shown    list of (kind, value), "sum" or "told".  added  of how many vectors each sum was, 0 for what was told.
    """

    def __init__(self, instead=()):
        self.shown, self.added, self._instead = [], [], instead

    def secure_sum(self, vectors):
        vectors = [np.array(vector, dtype=float) for vector in vectors]
        if not vectors:
            raise ValueError("secure_sum needs one vector of each device, got none")
        return self._show("sum", sum(vectors[1:], vectors[0]), len(vectors))

    def tell(self, value):
        return self._show("told", value, 0)

    def _show(self, kind, value, added):
        self.shown.append((kind, copy.deepcopy(value)))
        self.added.append(added)
        if len(self.shown) <= len(self._instead):
            return copy.deepcopy(self._instead[len(self.shown) - 1][1])
        return value


LETTERS = 512  # of all devices, a power of two: then quotients are exact, also in 32 bits


def _federations(size, rng):
    """Two federations of the same sums, as unlike as can be beside that, and one of other sums: lists of (update,
    count).

    All numbers are whole multiples of 1/256, so that sums are exact.
    """
    alike = rng.multinomial(LETTERS - size, np.full(size, 1 / size)) + 1
    if size > 2:
        alike[1] += alike[0]
        alike[0] = 0  # a device may have no letter
    uneven = np.array([LETTERS - 32 - (size - 2)] + [1] * (size - 2) + [32])
    others = rng.multinomial(2 * LETTERS - size, np.full(size, 1 / size)) + 1
    drawn = [rng.integers(-32, 33, (size, 4)) / 8 for _ in range(3)]
    drawn[1][-1] = (alike @ drawn[0] - uneven[:-1] @ drawn[1][:-1]) / uneven[-1]
    order = rng.permutation(size)
    first, second, third = (
        list(zip(updates, counts.tolist())) for updates, counts in zip(drawn, (alike, uneven, others))
    )
    return first, [second[place] for place in order], third


def _average(devices):
    return np.average([update for update, _ in devices], axis=0, weights=[count for _, count in devices])


@average.check
def _(answer, verdict):
    """Promises the average by counts, a server that is shown the same whenever average and number of letters are the
    same, as is what is printed, and that the result follows from what it was shown.

    Cannot see what hides in the digits below 10^-10 of what is shown, nor how many devices may be
    missing from a sum before it tells of one. Fixed seed: a right answer always passes.
    """
    rng = np.random.default_rng(7)
    for size in (2, 5, 9):
        federations = _federations(size, rng)
        servers, results, forms = [], [], []
        for devices in federations:
            servers.append(_Server())
            given = [(update.copy(), count) for update, count in devices]
            result, form = all_seen(answer, given, servers[-1].secure_sum, servers[-1].tell)
            wanted = _average(devices)
            results.append(_numbers(result))
            forms.append(form)
            if results[-1] is None or results[-1].shape != wanted.shape:
                return verdict.wrong(f"the average of updates of 4 numbers has 4 numbers, yours was {_said(result)}")
            if not np.allclose(results[-1], wanted, rtol=1e-5, atol=1e-5):
                return verdict.wrong(
                    f"of {size} devices with counts {[count for _, count in devices]} and updates "
                    f"{[update.tolist() for update, _ in devices]} the average by counts is {_said(wanted)}, yours "
                    f"{_said(results[-1])}"
                )
        leak = _told_apart(servers[0], servers[1], federations[0])
        if leak:
            return verdict.not_private(leak)
        if forms[0] != forms[1]:
            return verdict.not_private(
                f"two groups of the same average and number of letters look different: one gave {forms[0][:80]}, the "
                f"other {forms[1][:80]}"
            )
        if not servers[0].shown:
            return verdict.not_private("the average came about without a message: somebody must have had all updates")
        misled = _Server(instead=servers[2].shown)
        given = [(update.copy(), count) for update, count in federations[0]]
        result = _numbers(answer(given, misled.secure_sum, misled.tell))
        if result is None or not np.allclose(result, results[2], rtol=1e-5, atol=1e-5):
            return verdict.not_private(
                f"what the server was shown of {size} devices makes an average of {_said(results[2])}, and yours was "
                f"{_said(result)} when the devices had other counts and updates: something of theirs reached it "
                "without a message, so somebody must have had it"
            )
    return verdict.right("the server learns the average and how many letters there are in all, of nobody how many")


def _numbers(value):
    """The value as an array of floats; None for what is none."""
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None


def _told_apart(server, other, devices):
    """How a server tells two federations of the same average apart, in a sentence; None when it cannot."""
    size, counts = len(devices), [count for _, count in devices]
    for (kind, value), (other_kind, other_value), added in zip(server.shown, other.shown, server.added):
        if kind == other_kind and _alike(value, other_value):
            continue
        if kind == "told":
            return f"{_said(value)} was told to the server in the clear; a secure sum can carry the counts too"
        if added < size:
            return (
                f"a sum over {added} of {size} devices was opened: the sum of one device is what "
                "it sent, and sums over parts can be subtracted from each other"
            )
        bare = [count for count in counts if count and count in np.ravel(value)]
        if bare:
            return (
                f"the sum that the server was shown, {_said(value)}, holds {max(bare)}: one device has so many letters"
            )
        return (
            f"two federations with the same average and {LETTERS} letters each show the server different sums, "
            f"{_said(value)} and {_said(other_value)}: it learns more than the average and how many letters there are"
        )
    if len(server.shown) != len(other.shown):
        return (
            f"two federations with the same average and {LETTERS} letters each show the server {len(server.shown)} "
            f"and {len(other.shown)} values: their number tells about the devices"
        )


def _alike(value, other):
    """Whether two values are the same to whoever is shown them, in type, shape and the first ten digits."""
    numbers, others = _numbers(value), _numbers(other)
    if type(value) is not type(other) or numbers is None or others is None:
        return type(value) is type(other) and repr(value) == repr(other)
    close = 1e-10 * max(1.0, np.abs(numbers).max(initial=0))
    return numbers.shape == others.shape and np.allclose(numbers, others, rtol=0, atol=close, equal_nan=True)


@exercise(
    "Who claims 10,000 letters has the weight of a hundred. How much weight may anybody have, whatever is claimed?",
    "Cut each update to the length `norm`, and let each device count the same: then no claim matters.",
    "lengths = np.linalg.norm(updates, axis=1, keepdims=True); "
    "return (updates * np.minimum(1, norm / np.maximum(lengths, 1e-12))).mean(axis=0)",
)
def repair(updates, claims, norm):
    lengths = np.linalg.norm(updates, axis=1, keepdims=True)
    return (updates * np.minimum(1, norm / np.maximum(lengths, 1e-12))).mean(axis=0)


@repair.check
def _(answer, verdict):
    """Promises the mean of all updates, each cut to the norm: a claim changes nothing, and no update of finite numbers
    moves the result by more than 2 * norm / devices.

    Not tried are updates with NaN or infinity in them, which a server refuses when they come in. Fixed seed: a right
    answer always passes. Honest updates first, then a Byzantine one in three ways.
    """
    rng = np.random.default_rng(9)
    updates, claims = rng.normal(size=(20, 8)), rng.integers(5, 100, 20).astype(float)
    norm = float(np.linalg.norm(updates, axis=1).max())

    def repaired(updates, claims, norm):
        with np.errstate(all="ignore"):
            return answer(updates.copy(), claims.copy(), norm)

    first = repaired(updates, claims, norm)
    result = _numbers(first)
    if result is None or result.shape != (8,):
        shape = "" if result is None else f", of shape {result.shape}"
        return verdict.wrong(f"20 updates of 8 numbers make one of 8, yours was {_said(first)}{shape}")
    third = (np.arange(20) == 3)[:, None]
    before = {
        "claims 10,000 letters": (updates, np.where(third[:, 0], 10_000, claims)),
        "sends an update a hundred times as long": (np.where(third, 100 * updates, updates), claims),
        "sends an update 1e200 times as long": (np.where(third, 1e200 * updates, updates), claims),
    }
    for what, (sent, said) in before.items():
        moved = np.linalg.norm(_numbers(repaired(sent, said, norm)) - result)
        if not moved <= 2.001 * norm / 20:
            return verdict.wrong(
                f"device 3 {what}: the result moves by {moved:.2f}, and one of 20 devices with updates of at "
                f"most {norm:.2f} may move it by {2 * norm / 20:.2f}"
            )
    if not np.allclose(result, updates.mean(axis=0)):
        return verdict.wrong("updates shorter than the norm are to stay as they are, and every device counts the same")
    long = np.where(third, 3 * updates, updates)
    cut = np.where(third, updates * norm / np.linalg.norm(updates[3]), updates)
    if not np.allclose(_numbers(repaired(long, claims, norm)), cut.mean(axis=0)):
        return verdict.wrong(
            "an update that is too long is to be cut to the norm and not left out: an honest device may send one"
        )
    short = [[3.0, 4.0], [0.0, 0.0], [0.5, 0.0]]
    for rows, said, norm, wanted in (
        (short, [0.0, -5.0, np.inf], 1.0, [1.1 / 3, 0.8 / 3]),
        (short, [np.nan, 1e300, 0.0], 2.5, [2.0 / 3, 2.0 / 3]),
        (short, [0.0, 0.0, 0.0], 10.0, [3.5 / 3, 4.0 / 3]),
        ([[3.0, 4.0]], [1.0], 2.5, [1.5, 2.0]),
        ([[-2.0], [3.0], [0.5], [-8.0]], [1.0, 2.0, 3.0, 4.0], 1.0, [-0.125]),
    ):
        shown = f"repair(np.array({rows}), np.array({said}), {norm:g})".replace("inf", "np.inf").replace(
            "nan", "np.nan"
        )
        for kind in (np.float64, np.float32):
            result = repaired(np.array(rows, kind), np.array(said), norm)
            numbers = _numbers(result)
            if numbers is None or numbers.shape != (len(wanted),) or not np.allclose(numbers, wanted, atol=1e-5):
                return verdict.wrong(
                    f"{shown} returned {_said(result)}; the mean of the updates cut to {norm:g} is {_said(wanted)}"
                )
    return verdict.right("a claim changes nothing, and no device moves the model by more than its part")


quiz1 = Quiz(
    id="federated_in_the_wild.quiz1",
    question="Devices are called by activity, and their updates go through a secure sum. What does somebody learn "
    "who sees only "
    "which device is called?",
    options=(
        ("Nothing: the sum hides the updates.", False, "It hides what was sent, not who was asked."),
        (
            "Roughly how many letters each device has.",
            True,
            "After 200 rounds the heaviest tenth stands out almost surely.",
        ),
        (
            "The letters of the devices that are called often.",
            False,
            "The list of calls holds no letter and no update.",
        ),
    ),
)


quiz2 = Quiz(
    id="federated_in_the_wild.quiz2",
    question="Why does a server that clips every update still fall to the device that claims 10,000 letters?",
    options=(
        (
            "Because the clip was too large.",
            False,
            "The attacker stays at the norm: a smaller clip makes all updates smaller.",
        ),
        ("Because it is called in every round.", False, "It is, but with equal weights it has one voice of twenty."),
        (
            "Because clipping bounds a length, and the claim buys weight.",
            True,
            "The weighted mean is nearly its update alone; the others hardly count.",
        ),
    ),
)
