"""The promise of a secure sum in numbers, and what follows from it: who masks with whom, who helps (lesson 52)."""

import functools
import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import numpy as np

from privlab.fl.secagg.masking import SEED_BYTES, stream
from privlab.validation import whole_number

UNLUCKY = 0.5e-9  # the part of all ways to lose clients that may end a round, for the helpers and for the graph each
PAIRS = 2**20  # of gaps that are looked at together
GUARD_BITS = 10  # of each number of a sum are left free, to see numbers that no sum comes to


@dataclass(frozen=True)
class Rules:
    """What all parties of a secure sum agree on beforehand; `promise` says in one sentence what it comes to.

    Clients are numbered from 0. They sit around a ring in an order that `root` draws, and each masks with as many on
    either side. However they may be lost, as long as `minimum` report the server learns one sum of their updates.

    clients : at least 3.
    root : public randomness drawn after the clients' keys were fixed, by nobody who gains from it.
    lost : how many clients may fall silent in a round, before they report or after; left out, a third of them or as
        many as can be.
    accomplices : how many clients, decryptors among them, may do what the server wants; at least 1. Left out, a tenth
        of them, from 1 to 10.
    Raises ValueError when a number is out of range, or no protocol of this kind keeps such a promise.
    Source: Ma, Woods, Angel, Polychroniadou and Rabin (2023), "Flamingo", for the committee; Bell, Bonawitz, Gascón,
    Lepoint and Raykova (2020) for the graph, Harary's in a random order. The sizes are our own reckoning.
    """

    clients: int
    root: bytes
    lost: int = cast(int, None)
    accomplices: int = cast(int, None)

    def __post_init__(self) -> None:
        if not isinstance(self.root, bytes):
            raise TypeError(f"the root of a secure sum is bytes, got {type(self.root).__name__}")
        n = whole_number("the number of clients of a secure sum", self.clients, least=3)
        c = min(max(1, n // 10), 10) if self.accomplices is None else self.accomplices
        c = whole_number("the number of accomplices to reckon with", c, least=1)
        most = min((n - c - 1) // 2, n - c - 2)
        d = max(0, min(n // 3, most)) if self.lost is None else self.lost
        d = whole_number("the number of clients that may be lost", d, least=0)
        if d > most:
            raise ValueError(
                f"no secure sum of {n} clients loses any {d} and resists any {c} accomplices of the server: it takes "
                f"at least {max(2 * d + c + 1, d + c + 2)} clients, so that two quorums share an honest decryptor and "
                "two honest updates are in every sum"
            )
        for name, number in (("clients", n), ("lost", d), ("accomplices", c)):
            object.__setattr__(self, name, number)

    @property
    def promise(self) -> str:
        """The promise of these rules, one sentence."""
        lost = f"whichever {self.lost} of them are lost, the round ends with it"
        if _log_ways(self.clients, self.lost) >= -math.log(UNLUCKY):
            lost = f"at most one way in 10^9 to lose {self.lost} of them ends a round without it"
        return (
            f"of {self.clients} clients any {self.accomplices}, decryptors or not, may do what the server wants: it "
            f"learns one sum a round, of at least {self.honest} honest clients, and nothing else; {lost}"
        )

    @property
    def minimum(self) -> int:
        """The fewest clients whose sum is opened."""
        return self.clients - self.lost

    @property
    def honest(self) -> int:
        """How many honest clients at least are in every sum that is opened."""
        return self.minimum - self.accomplices

    @property
    def threshold(self) -> int:
        """How many decryptors learn nothing together; one more can rebuild a seed."""
        return self.accomplices

    @property
    def decryptors(self) -> int:
        """The size of the committee."""
        return self._committee_size[0]

    @property
    def quorum(self) -> int:
        """How many decryptors must agree on who is online. Two quorums share an honest member, who agrees only once."""
        return self._committee_size[1]

    @property
    def corrected(self) -> int:
        """How many wrong shares of a seed are corrected when no more than a quorum helps."""
        return (self.quorum - self.threshold - 1) // 2

    @property
    def largest(self) -> float:
        """Numbers of an update must stay below this, about 2 million over the number of clients."""
        return 2.0 ** (31 - GUARD_BITS) / self.clients

    @functools.cached_property
    def committee(self) -> tuple[int, ...]:
        """The decryptors' numbers, rising."""
        return tuple(sorted(self._drawn(b"committee")[: self.decryptors]))

    @functools.cached_property
    def reach(self) -> int:
        """With how many clients on either side of the ring each masks: the fewest that hold together.

        Two gaps of so many cut a ring. Where twice the reach is more than the lost and the accomplices together, no
        two gaps can be made; in a large ring fewer do, in all but one way in 10^9 to lose clients.
        """
        n, d, c = self.clients, self.lost, self.accomplices
        for reach in range(1, n):
            places = n * (n - 2 * reach) / 2  # of two gaps
            if (
                2 * reach >= min(n - 1, d + c + 1)
                or places * _tail(n, d, 2 * reach, above=2 * reach - c - 1) <= UNLUCKY
            ):
                break
        return reach

    @functools.cached_property
    def ring(self) -> tuple[int, ...]:
        """The clients' numbers in the order in which they sit. No message of the server moves them."""
        return tuple(self._drawn(b"ring"))

    @functools.cached_property
    def masking_graph(self) -> tuple[tuple[int, ...], ...]:
        """Those with whom each client masks, rising."""
        seat, steps = np.empty(self.clients, int), range(1, self.reach + 1)
        seat[list(self.ring)] = range(self.clients)
        return tuple(
            tuple(sorted({self.ring[(at + side * step) % self.clients] for step in steps for side in (1, -1)} - {i}))
            for i, at in enumerate(seat.tolist())
        )

    def holds_together(self, online: Iterable[int]) -> bool:
        """Whether the masks of those online hang together, whichever accomplices are taken away.

        If not, accomplices of the server and clients that it names as lost have the others in two or more groups, and
        the sum of each could be opened.
        """
        return self.fewest_to_cut(online) > self.accomplices

    def fewest_to_cut(self, online: Iterable[int]) -> int:
        """How many of those online must be taken away until the others are in two groups that share no mask.

        Where this is not possible, the number of those online. Numbers that are no client's do not count.
        """
        try:
            named = frozenset(online)
        except TypeError:
            raise ValueError(f"those online are named by their numbers, got {online!r}") from None
        return _fewest_to_cut(self.ring, self.reach, named)

    @functools.cached_property
    def _committee_size(self) -> tuple[int, int]:
        """The smallest committee, and its quorum."""
        n, d, c = self.clients, self.lost, self.accomplices
        for right in (2 * c + 1, c + 1, 1):  # of a quorum, beside c who lie: corrects all lies; finds the right ones
            for size in range(1, n + 1):
                quorum = max((size + c) // 2 + 1, c + right)
                if quorum <= size and _tail(n, d, size, above=size - quorum) <= UNLUCKY:
                    return size, quorum
        raise AssertionError("the rules are checked when they are made")

    def _drawn(self, purpose: bytes) -> list[int]:
        """All clients in an order that the root draws."""
        seed = hashlib.sha256(self.root + purpose).digest()[:SEED_BYTES]
        return stream(seed, self.clients).argsort(kind="stable").tolist()


def _tail(n: int, lost: int, chosen: int, *, above: int) -> float:
    """The probability that of `chosen` among n more than `above` are lost, when any `lost` of n may be."""
    first = max(above + 1, 0, lost - (n - chosen))
    return sum(
        math.exp(_log_ways(chosen, k) + _log_ways(n - chosen, lost - k) - _log_ways(n, lost))
        for k in range(first, min(chosen, lost) + 1)
    )


def _log_ways(of: int, number: int) -> float:
    """The logarithm of how many ways there are to choose so many."""
    return math.lgamma(of + 1) - math.lgamma(number + 1) - math.lgamma(of - number + 1)


@functools.lru_cache(maxsize=256)
def _fewest_to_cut(ring: tuple[int, ...], reach: int, online: frozenset[int]) -> int:
    """Two gaps cut the ring: each ends more than `reach` seats after it began, and those in between are taken away."""
    seats = np.flatnonzero([number in online for number in ring])
    count = len(seats)
    first = np.arange(count)
    after = np.searchsorted(np.concatenate([seats, seats + len(ring)]), seats + reach, side="right")
    taken, fewest = after - first - 1, count
    for start in range(0, count, many := max(1, PAIRS // max(1, count))):
        one, end, gone = (part[start : start + many, None] for part in (first, after, taken))
        later = first + count * (first < one)  # the second gap begins behind the first
        apart = (later >= end) & (after + later - first <= one + count)
        fewest = int(np.where(apart, gone + taken, count).min(initial=fewest))
    return fewest
