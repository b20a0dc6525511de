"""The server of the real protocol: it collects masked updates and learns their sum (lesson 52)."""

import numpy as np

from privlab.arrays import Floats
from privlab.fl.secagg.masking import unmask
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import SERVER, Refused, pack, pack_numbers, unpack
from privlab.fl.secagg.seed_sharing import rebuild_seeds, unpack_shares
from privlab.mpc.fixed_point import decode

SIGNATURE_BYTES = 64


class AggregationServer:
    """The server, which holds no key: whatever it knows came to it as bytes.

    Source: Bonawitz et al. (2017); Ma et al. (2023), "Flamingo".
    Not secure because it may still open any sum that the rules allow, of clients it makes up among others: the
    directory must say who is real.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules, self.round, self.length = rules, 0, 0
        self._begin(0)

    def _begin(self, length: int) -> None:
        self.length, self._closed = length, False
        self._total = np.zeros(length, np.uint64)
        self._boxes: dict[int, tuple[bytes, ...]] = {}  # by client, its sealed shares, one box for each decryptor
        self._agreed: dict[int, bytes] = {}  # by decryptor, its signature
        self._shares: dict[int, list[int]] = {}  # by the decryptor's position in the committee

    def announce(self, length: int, content: bytes = b"") -> bytes:
        """The opening of the next round, a message, the same for every client.

        length : how many numbers an update has. content : the model or what else all must have alike.
        """
        self.round += 1
        self._begin(length)
        return pack("announcement", pack_numbers([length]), content, round=self.round, sender=SERVER)

    @property
    def online(self) -> list[int]:
        """The numbers of those whose report has come, rising."""
        return sorted(self._boxes)

    def receive(self, report: bytes) -> None:
        """Adds a client's masked update to the sum.

        Raises Refused for garbage, another round's report, a second one, one that comes too late, or another length.
        """
        message = unpack(report, "report", count=1 + self.rules.decryptors)
        sender, masked = message.sender, message.fields[0]
        if message.round != self.round or sender >= self.rules.clients or sender in self._boxes or self._closed:
            raise Refused(
                f"a report of client {sender} for round {message.round} is not due: it is late, a second "
                "one, or of nobody"
            )
        if len(masked) != 8 * self.length:
            raise Refused(f"client {sender} sent {len(masked) / 8:g} numbers, and {self.length} were due")
        self._total += np.frombuffer(masked, "<u8")
        self._boxes[sender] = message.fields[1:]

    def label(self) -> dict[int, bytes]:
        """The request to each decryptor online, by its number: who is online, who lost, their boxes.

        Raises Refused when too few clients reported, or too few decryptors among them: the round ends without a sum.
        """
        self._closed, online = True, self.online
        helpers = [number for number in self.rules.committee if number in self._boxes]
        if len(online) < self.rules.minimum or len(helpers) < self.rules.quorum:
            raise Refused(
                f"round {self.round} ends without a sum: {len(online)} clients reported and it takes "
                f"{self.rules.minimum}, {len(helpers)} of them decryptors and it takes {self.rules.quorum}"
            )
        lost = [number for number in range(self.rules.clients) if number not in self._boxes]
        requests = {}
        for number in helpers:
            position = self.rules.committee.index(number)
            boxes = [self._boxes[client][position] for client in online]
            lists = pack_numbers(online), pack_numbers(lost)
            requests[number] = pack("labels", *lists, *boxes, round=self.round, sender=SERVER)
        return requests

    def collect(self, agreement: bytes) -> None:
        """Takes a decryptor's signature. Raises Refused for garbage, or one that is not due."""
        message = unpack(agreement, "agreement", count=1)
        if message.round != self.round or message.sender not in self.rules.committee:
            raise Refused(f"an agreement of client {message.sender} for round {message.round} is not due")
        if len(message.fields[0]) != SIGNATURE_BYTES:
            raise Refused(
                f"the signature of client {message.sender} has {len(message.fields[0])} bytes, not {SIGNATURE_BYTES}"
            )
        self._agreed[message.sender] = message.fields[0]

    def cross_check(self) -> bytes:
        """What each decryptor is shown before it helps, a message: all signatures that came."""
        signers = sorted(self._agreed)
        signatures = b"".join(self._agreed[number] for number in signers)
        return pack("agreements", pack_numbers(signers), signatures, round=self.round, sender=SERVER)

    def take(self, shares: bytes) -> None:
        """Takes a decryptor's shares. Raises Refused for garbage, or shares that are not due."""
        message = unpack(shares, "shares", count=2)
        if message.round != self.round or message.sender not in self.rules.committee:
            raise Refused(f"shares of client {message.sender} for round {message.round} are not due")
        own, cut = message.fields
        self._shares[self.rules.committee.index(message.sender)] = [
            *unpack_shares(own, len(self._boxes)),
            *unpack_shares(cut, len(self._cut())),
        ]

    def total(self) -> Floats:
        """The sum of the updates of all who reported, [d].

        Raises Refused when too few decryptors helped, or their shares fit no seed.
        """
        seeds, online = rebuild_seeds(self._shares, self.rules), len(self._boxes)
        return decode(unmask(self._total, seeds[:online], dict(zip(self._cut(), seeds[online:]))))

    def _cut(self) -> list[tuple[int, int]]:
        """The pairs of one online and one lost, whose masks nobody cancelled."""
        graph = self.rules.masking_graph(self.round)
        return [(i, j) for i in self.online for j in graph[i] if j not in self._boxes]
