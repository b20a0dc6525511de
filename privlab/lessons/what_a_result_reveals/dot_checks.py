"""What the check of `dot` looks at: each number that is opened, as a sum of secrets and masks, and who holds what."""

import hashlib
from collections.abc import Callable
from typing import Any
from unittest import mock

from privlab.lab.results import seen
from privlab.mpc import beaver
from privlab.mpc.additive import MODULUS, Shared, signed


class Script:
    """A run of `dot` in which every number is chosen: what is opened is noted, and answered by a fixed number.

    number : function(name, party) that returns a party's share of the number of that name, such as "xs[0]" or "c2".
    """

    def __init__(self, number: Callable[[str, int], int], parties: int):
        self.opened: list[int] = []
        self.triples, self._number, self._parties = 0, number, parties

    def shared(self, name: str) -> Shared:
        """The shares of the number of that name."""
        return Shared(tuple(self._number(name, party) % MODULUS for party in range(self._parties)))

    def deal(self) -> beaver.Triple:
        """The next triple."""
        self.triples += 1
        return beaver.Triple(*(self.shared(f"{letter}{self.triples}") for letter in "abc"))

    def reveal(self, shared: Shared) -> int:
        """Notes the number that is opened, and gives a fixed one."""
        self.opened.append(sum(shared.shares) % MODULUS)
        return signed(_fixed("opened", len(self.opened)) | 1)

    def run(self, answer: Callable, count: int) -> Any:
        """The result. Whoever opens a number by `reconstruct` opens it as well."""
        xs, ys = ([self.shared(f"{name}[{place}]") for place in range(count)] for name in ("xs", "ys"))
        with mock.patch.object(Shared, "reconstruct", lambda shared: self.reveal(shared)):
            return seen(answer, xs, ys, self.deal, self.reveal)[0]


def _fixed(*names):
    """A number modulo 2^64 that is the same for the same names."""
    return int.from_bytes(hashlib.sha256(repr(names).encode()).digest()[:8], "big")


def what_is_opened(answer: Callable, count: int, parties: int) -> tuple[str | None, str | None]:
    """The mark and the words where what is opened tells more than a random number, or (None, None).

    With the answers of `reveal` fixed, each opened number is a sum of secrets and masks, and by how much each counts is
    seen when it alone is 1.
    """

    def opened(name=None):
        script = Script(lambda other, party: int(other == name and party == 0), parties)
        script.run(answer, count)
        return script

    base = opened()
    if opened().opened != base.opened:
        return (
            "?",
            "your code opens numbers that it draws itself: take masks from deal() alone, so that they can be followed",
        )
    hidden = [f"{name}[{place}]" for name in ("xs", "ys") for place in range(count)]
    hidden += [f"c{triple}" for triple in range(1, base.triples + 1)]
    masks = [f"{letter}{triple}" for triple in range(1, base.triples + 1) for letter in "ab"]
    columns = []
    for name in (*masks, *hidden):
        numbers = opened(name).opened
        if len(numbers) != len(base.opened):
            return "?", f"how many numbers your code opens depends on {name}: open as many whatever the numbers are"
        columns.append([(one - zero) % MODULUS for one, zero in zip(numbers, base.opened)])
    rows = [list(row) + [int(i == j) for j in range(len(base.opened))] for i, row in enumerate(zip(*columns))]
    told = _told(rows, len(masks), len(masks) + len(hidden))
    if told is None:
        return None, None
    multiple, row = told
    return "⚠", _words_of_a_leak(row[len(masks) + len(hidden) :], row[len(masks) : -len(base.opened)], hidden, multiple)


def _told(rows, masks, end):
    """The first sum of opened numbers whose masks cancel, or are multiples of a number of which the secrets are none:
    that number (2^64 where they cancel) and the sum, as a row; or None.

    rows : by how much each mask (up to `masks`), each secret (up to `end`) and each opened number counts in a sum of
        opened numbers. Elimination modulo 2^64; what is left of masks that are multiples of 2^v leaves v bits bare.
    """
    rows = [list(row) for row in rows]
    while rows:
        power_of_two, index, column = min(
            (
                (row[column] & -row[column] or MODULUS, index, column)
                for index, row in enumerate(rows)
                for column in range(masks)
            ),
            default=(MODULUS, 0, 0),
        )
        pivot = rows.pop(index)
        if any(number % power_of_two for number in pivot[masks:end]):
            return power_of_two, pivot
        if power_of_two < MODULUS:
            inverse = pow(pivot[column] // power_of_two, -1, MODULUS)
            for row in rows:
                factor = row[column] // power_of_two * inverse
                row[:] = [(number - factor * other) % MODULUS for number, other in zip(row, pivot)]
    return None


def _words_of_a_leak(numbers, secrets_, names, multiple):
    """A sum of opened numbers, and what it tells of the secrets."""
    sign = next(1 if signed(number) > 0 else -1 for number in secrets_ if number)
    counts = {place: signed(sign * number) for place, number in enumerate(numbers, 1) if number}
    terms = {name: signed(sign * number) for number, name in zip(secrets_, names) if number}
    tells = " ".join(
        f"{'-' if count < 0 else '+'} {'' if abs(count) == 1 else abs(count)} {name}" for name, count in terms.items()
    )
    tells = tells.replace("  ", " ").removeprefix("+ ")
    if max(map(abs, terms.values())) >= 1_000:
        tells = f"a sum of multiples of {', '.join(terms)}"
    if any(name.startswith("c") for name in terms) and len(terms) == 1:
        tells += ", the product of two masks, and (x - d)(y - e) is that: small factors are found by trying"
    elif multiple < MODULUS:
        tells += f" and masks that are multiples of {multiple}: the last binary digits have none"
    elif len(counts) == 1:
        tells += ", with no mask on it"
    if len(counts) == 1:
        return f"number {next(iter(counts))} that you open is {tells}, in every run"
    how = {(1, 1): "add up to", (-1, 1): "differ by", (1, -1): "differ by"}.get(tuple(counts.values()), "together tell")
    places = " and ".join(", ".join(map(str, counts)).rsplit(", ", 1))
    return (
        f"numbers {places} that you open {how} {tells} in every run: they tell that of the secrets; was a triple used "
        "twice, or a mask opened?"
    )


def held_together(answer: Callable, count: int, parties: int) -> str | None:
    """Whether a party's share of the result is made of other parties' shares, or None."""

    def result(party=None):
        script = Script(lambda name, other: _fixed(name, other, party not in (None, other)), parties)
        return script.run(answer, count).shares

    if result() != result():
        return None  # it adds random shares of 0, and cannot be followed
    for party in range(parties):
        if result(party)[party] != result()[party]:
            return (
                f"party {party + 1}'s share of the result changes when its own shares and all opened numbers stay: "
                "your code puts shares of both parties together without reveal, so somebody holds secrets in the clear"
            )
    return None
