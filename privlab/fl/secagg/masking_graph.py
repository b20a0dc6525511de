"""Who masks with whom and who helps: drawn from public randomness, so that everyone draws the same (lesson 52)."""

import functools
import hashlib
import math
from dataclasses import dataclass

import numpy as np

from privlab.fl.secagg.masking import SEED_BYTES, stream

EVERYONE = 16  # up to so many clients each masks with every other


@dataclass(frozen=True)
class Rules:
    """What all parties of a secure sum agree on beforehand. Clients are numbered from 0.

    clients : int, at least 3.
    root : bytes, public randomness drawn after the clients' keys were fixed, by nobody who gains from it.
    decryptors : int, the size of the committee; fewer than a third of it may be dishonest or away.
    minimum : int, the fewest clients whose sum may be opened; left out, two thirds of them, rounded up.
    bits : int, digits after the binary point of the fixed-point numbers.
    Raises ValueError when a number is out of range.
    Source: Ma, Woods, Angel, Polychroniadou and Rabin (2023), "Flamingo"; the sizes here are our reading.
    """

    clients: int
    root: bytes
    decryptors: int = 10
    minimum: int | None = None
    bits: int = 32

    def __post_init__(self):
        if self.clients < 3 or not 1 <= self.decryptors <= self.clients:
            raise ValueError(
                f"a secure sum takes at least 3 clients, and 1 to all of them as decryptors, got "
                f"{self.clients} and {self.decryptors}"
            )
        if self.minimum is None:
            object.__setattr__(self, "minimum", math.ceil(2 * self.clients / 3))
        if not 2 <= self.minimum <= self.clients:
            raise ValueError(
                f"the fewest clients of a sum are 2 to {self.clients}, got {self.minimum}: the sum of one is its update"
            )

    @property
    def threshold(self):
        """How many decryptors learn nothing together; one more can rebuild a seed."""
        return (self.decryptors - 1) // 3

    @property
    def quorum(self):
        """How many decryptors must agree on who is online. Two quorums share an honest member, who agrees only once."""
        return self.decryptors - self.threshold

    @functools.cached_property
    def committee(self):
        """The decryptors' numbers, a sorted tuple."""
        order = stream(self._seed(b"committee"), self.clients).argsort(kind="stable")
        return tuple(sorted(int(number) for number in order[: self.decryptors]))

    def neighbours(self, round):
        """The neighbours of each client in a round, a tuple of sorted tuples: log2 picks each, and who picked it."""
        return _graph(self, round)

    def connected(self, round, online):
        """Whether the clients online hang together by pairs: if not, the sum of each island could be opened."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        place = {number: index for index, number in enumerate(online)}
        graph = self.neighbours(round)
        pairs = [(place[i], place[j]) for i in online for j in graph[i] if j in place]
        if not pairs:
            return False
        rows, columns = zip(*pairs)
        joined = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(place),) * 2)
        return connected_components(joined, directed=False)[0] == 1

    def _seed(self, about):
        return hashlib.sha256(self.root + about).digest()[:SEED_BYTES]


@functools.lru_cache(maxsize=64)
def _graph(rules, round):
    others = rules.clients - 1
    if rules.clients <= EVERYONE:
        return tuple(tuple(j for j in range(rules.clients) if j != i) for i in range(rules.clients))
    picks = math.ceil(math.log2(rules.clients))
    drawn = stream(rules._seed(b"round %d" % round), rules.clients * picks) % np.uint64(others)
    found = [set() for _ in range(rules.clients)]
    for i, row in enumerate(drawn.reshape(rules.clients, picks).tolist()):
        for j in row:
            j += j >= i  # nobody picks himself
            found[i].add(j)
            found[j].add(i)
    return tuple(tuple(sorted(each)) for each in found)
