"""What the check of `honest` looks at: lies that pass, and each number that is opened, as a sum of MACs and key."""

from collections.abc import Callable, Sequence
from typing import Any
from unittest import mock

from privlab.lab.randomness import repeats
from privlab.lab.results import seen, shown
from privlab.lessons.when_a_party_cheats.origins import Told
from privlab.mpc.additive import Shared, signed
from privlab.mpc.authenticated import authenticate, deal_key
from privlab.mpc.shamir import PRIME

Answer = Callable[[list[int], list[Shared], Shared, Callable[[Shared], int]], Any]
NUMBERS = ((5,), (3_800, 2_514, 2_982, 3_390), (0, 0), (-618, 7), (1, 2, 3, 4, 5, 6, 7, 8))
LIES = (
    (1,),
    (0, -4_000),
    (1, -1),
    (1, 1, -2),
    (1, -2, 1),
    (3, 0, -3),
    (0, 0, 5),
    (2, -1, 0),
    (6, -3, 0),
    (-1, 0, 0, 1),
    (0, 0, 0, 0, 1),
    (0, 0, 0, 0, 0, 0, 2, 0, 0),
    (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, -1),
)
TRIES = 40  # of each lie
GUESSABLE = 2**40


class Script:
    """A run of an answer: what is opened is noted, and answered by the truth or by a fixed number."""

    def __init__(self, says: int | None = None):
        self.opened: list[Shared] = []
        self._says, self._reconstruct = says, Shared.reconstruct

    def reveal(self, shared: Shared) -> int:
        """Notes what is opened."""
        if not isinstance(shared, Shared):
            raise TypeError(f"reveal opens a shared number, got {shared!r}")
        self.opened.append(shared)
        return self._reconstruct(shared) if self._says is None else self._says

    def run(self, answer: Answer, opened: Sequence[int], macs: Sequence[Shared], key: Shared) -> tuple[Any, str]:
        """What the answer returns, and what is seen beside it. Whoever opens by `reconstruct` opens as well."""
        with mock.patch.object(Shared, "reconstruct", lambda shared: self.reveal(shared)):
            return seen(answer, list(opened), list(macs), key, self.reveal)


def _truth(value):
    try:
        return bool(value)
    except Exception:
        return None


def _macs(numbers, parties=3):
    key = deal_key(parties, modulus=PRIME)
    return [authenticate(number, key).mac for number in numbers], key


def fault(answer: Answer) -> Told:
    """A verdict on numbers that is false, or that does not follow from what is opened; or an opening that tells."""
    printed = set()
    for numbers in NUMBERS:
        macs, key = _macs(numbers)
        value, beside = Script().run(answer, numbers, macs, key)
        if _truth(value) is not True:
            return "✗", f"the numbers {shown(list(numbers))} fit their MACs, and honest(...) gave {shown(value)}"
        printed.add(beside)
    if len(printed) > 1:
        return "⚠", f"what is seen beside the answer depends on the numbers: {max(printed, key=len)[:90]}"
    told = _opened_too_much(answer)
    if told:
        return told
    for lies in LIES:
        for _ in range(TRIES):
            told = _passes(answer, lies)
            if told:
                return told
    macs, key = _macs((3_800, 2_514))
    if _truth(Script(says=7).run(answer, (3_800, 2_514), macs, key)[0]) is not False:
        return "✗", "when 7 is opened where 0 belongs, honest(...) still says yes"
    if _truth(Script(says=0).run(answer, (3_801, 2_514), macs, key)[0]) is not True:
        return "⚠", "the answer does not follow from what is opened alone: somebody must have had the key in the clear"
    return None


def _passes(answer, lies):
    numbers = (3 * (3_800, 2_514, 2_982, 3_390))[: len(lies)]
    macs, key = _macs(numbers)
    said = [number + lie for number, lie in zip(numbers, lies)]
    value, _ = Script().run(answer, said, macs, key)
    if _truth(value) is False:
        return None
    what = f"the lies {shown(list(lies))} on {len(lies)} numbers" if len(lies) > 1 else "a lie of 1"
    return "✗", f"{what} passed: honest(...) gave {shown(value)}"


def _probe(answer, numbers):
    """By how much each MAC and the key count in each number that is opened: rows, the key's count last.

    The shares of each MAC are 1 at one party and 0 elsewhere; those of the key are so at the last party.
    """
    parties = len(numbers) + 1
    units = [Shared(tuple(int(party == place) for party in range(parties)), PRIME) for place in range(parties)]
    script = Script(says=0)
    script.run(answer, numbers, units[:-1], units[-1])
    return [[part % PRIME for part in shared.shares] for shared in script.opened]


def _opened_too_much(answer):
    numbers = (3_800, 2_514, 2_982)
    opened = _probe(answer, numbers)
    if not opened:
        return "⚠", "nothing is opened, and yet the answer is right: somebody must have had the key in the clear"
    for place, (*weights, key) in enumerate(opened, 1):
        due = -sum(weight * number for weight, number in zip(weights, numbers)) % PRIME
        if key == due:
            continue
        if not any(weights):
            return (
                "⚠",
                f"number {place} that you open is the key, or a multiple: with it anybody makes a MAC for any lie",
            )
        if key == 0:
            return "⚠", (
                f"number {place} that you open is made of MACs alone: a MAC divided by its number, which all know, is "
                "the key"
            )
        return "⚠", f"number {place} that you open is not 0 for honest numbers: it tells the key"
    return None


def weak_weights(answer: Answer) -> Told:
    """Lies that pass because the weights can be known or guessed before the numbers are said."""
    numbers = (3_800, 2_514, 2_982)
    runs = [[row[:-1] for row in _probe(answer, numbers)] for _ in range(30)]
    lies = _null_vector([row for run in runs for row in run], len(numbers))
    if lies:
        told = _passes(answer, [signed(lie, PRIME) for lie in lies])
        if told:
            return told
    if _null_vector(runs[0], len(numbers)) is None:
        return None  # each number is looked at in each run
    if repeats(lambda: _probe(answer, numbers)):
        return "✗", (
            "the weights repeat when the seed does: whoever knows it chooses lies that cancel, before the weights are "
            "drawn; draw them from `secrets`"
        )
    largest = max(abs(signed(weight, PRIME)) for run in runs for row in run for weight in row)
    if largest < GUESSABLE:
        return "✗", f"the weights are small, up to {largest:,} in 30 runs: lies that cancel are found by guessing them"
    return None


def _null_vector(rows, width):
    """Numbers, not all 0, of which each row's weighted sum is 0 modulo the prime; None when there are none."""
    pivots: dict[int, list[int]] = {}
    for row in rows:
        rest = list(row)
        for column, pivot in pivots.items():
            factor = rest[column]
            rest = [(number - factor * other) % PRIME for number, other in zip(rest, pivot)]
        column = next((place for place, number in enumerate(rest) if number), None)
        if column is None:
            continue
        inverse = pow(rest[column], -1, PRIME)
        rest = [number * inverse % PRIME for number in rest]
        for other, pivot in pivots.items():
            factor = pivot[column]
            pivots[other] = [(number - factor * new) % PRIME for number, new in zip(pivot, rest)]
        pivots[column] = rest
    free = next((place for place in range(width) if place not in pivots), None)
    if free is None:
        return None
    return [int(place == free) if place not in pivots else -pivots[place][free] % PRIME for place in range(width)]
