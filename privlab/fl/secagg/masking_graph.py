"""Who masks with whom and who helps: drawn from public randomness, so that everyone draws the same (lesson 52)."""

import functools
import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from privlab.fl.secagg.masking import SEED_BYTES, stream

EVERYONE = 16  # up to so many clients each masks with every other


@dataclass(frozen=True)
class Rules:
    """What all parties of a secure sum agree on beforehand. Clients are numbered from 0.

    clients : at least 3.
    root : public randomness drawn after the clients' keys were fixed, by nobody who gains from it.
    decryptors : the size of the committee; fewer than a third of it may be malicious or away.
    minimum : the fewest clients whose sum may be opened; left out, two thirds of them, rounded up.
    Raises ValueError when a number is out of range.
    Source: Ma, Woods, Angel, Polychroniadou and Rabin (2023), "Flamingo"; the sizes here are our reading.
    """

    clients: int
    root: bytes
    decryptors: int = 10
    minimum: int = 0

    def __post_init__(self) -> None:
        if self.clients < 3 or not 1 <= self.decryptors <= self.clients:
            raise ValueError(
                f"a secure sum takes at least 3 clients, and 1 to all of them as decryptors, got "
                f"{self.clients} and {self.decryptors}"
            )
        if not self.minimum:
            object.__setattr__(self, "minimum", math.ceil(2 * self.clients / 3))
        if not 2 <= self.minimum <= self.clients:
            raise ValueError(
                f"the fewest clients of a sum are 2 to {self.clients}, got {self.minimum}: the sum of one is its update"
            )

    @property
    def threshold(self) -> int:
        """How many decryptors learn nothing together; one more can rebuild a seed."""
        return (self.decryptors - 1) // 3

    @property
    def quorum(self) -> int:
        """How many decryptors must agree on who is online. Two quorums share an honest member, who agrees only once."""
        return self.decryptors - self.threshold

    @functools.cached_property
    def committee(self) -> tuple[int, ...]:
        """The decryptors' numbers, rising."""
        order = stream(self._seed(b"committee"), self.clients).argsort(kind="stable")
        return tuple(sorted(int(number) for number in order[: self.decryptors]))

    def masking_graph(self, round: int) -> tuple[tuple[int, ...], ...]:
        """Those with whom each client masks in a round, rising: it picks log2 of all, and others pick it."""
        return _graph(self, round)

    def connected(self, round: int, online: Iterable[int]) -> bool:
        """Whether the clients online hang together by pairs: if not, the sum of each island could be opened."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        row_of = {number: row for row, number in enumerate(online)}
        graph = self.masking_graph(round)
        pairs = [(row_of[i], row_of[j]) for i in row_of for j in graph[i] if j in row_of]
        if not pairs:
            return False
        rows, columns = zip(*pairs)
        joined = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(row_of),) * 2)
        return connected_components(joined, directed=False)[0] == 1

    def _seed(self, purpose: bytes) -> bytes:
        return hashlib.sha256(self.root + purpose).digest()[:SEED_BYTES]


@functools.lru_cache(maxsize=64)
def _graph(rules: Rules, round: int) -> tuple[tuple[int, ...], ...]:
    others = rules.clients - 1
    if rules.clients <= EVERYONE:
        return tuple(tuple(j for j in range(rules.clients) if j != i) for i in range(rules.clients))
    picks = math.ceil(math.log2(rules.clients))
    drawn = stream(rules._seed(b"round %d" % round), rules.clients * picks) % np.uint64(others)
    partners: list[set[int]] = [set() for _ in range(rules.clients)]
    for i, row in enumerate(drawn.reshape(rules.clients, picks).tolist()):
        for j in row:
            j += j >= i  # nobody picks himself
            partners[i].add(j)
            partners[j].add(i)
    return tuple(tuple(sorted(numbers)) for numbers in partners)
