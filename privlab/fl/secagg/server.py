"""The server of the real protocol: it collects masked updates and learns their sum (lesson 52)."""

import numpy as np

from privlab.fl.secagg.masking import unmask
from privlab.fl.secagg.messages import SERVER, Refused, pack, pack_numbers, unpack
from privlab.fl.secagg.seed_sharing import rebuild_seeds, unpack_shares
from privlab.mpc.fixed_point import decode

SIGNATURE_BYTES = 64


class AggregationServer:
    """The server, which holds no key: whatever it knows came to it as bytes.

    rules : `Rules`.
    Source: Bonawitz et al. (2017); Ma et al. (2023), "Flamingo".
    Not secure because it may still open any sum that the rules allow, of clients it makes up among others: the
    directory must say who is real.
    """

    def __init__(self, rules):
        self.rules, self.round = rules, 0

    def announce(self, length, content=b""):
        """The opening of the next round, a message in bytes, the same for every client.

        length : int, how many numbers an update has; content : bytes, the model or what else all must have alike.
        """
        self.round, self.length = self.round + 1, length
        self._total, self._boxes, self._closed, self._shares = np.zeros(length, np.uint64), {}, False, {}
        self._agreed = {}
        return pack("announcement", self.round, SERVER, pack_numbers([length]), content)

    @property
    def online(self):
        """The numbers of those whose report has come, a sorted list."""
        return sorted(self._boxes)

    def receive(self, report):
        """None; adds a client's masked update to the sum.

        Raises Refused for garbage, another round's report, a second one, one that comes too late, or another length.
        """
        message = unpack(report, "report", fields=1 + self.rules.decryptors)
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

    def label(self):
        """The request to each decryptor online, dict from its number to bytes: who is online, who lost, their boxes.

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
        lists = pack_numbers(online), pack_numbers(lost)
        return {
            number: pack(
                "labels",
                self.round,
                SERVER,
                *lists,
                *(self._boxes[each][self.rules.committee.index(number)] for each in online),
            )
            for number in helpers
        }

    def collect(self, agreement):
        """None; takes a decryptor's signature. Raises Refused for garbage, or one that is not due."""
        message = unpack(agreement, "agreement", fields=1)
        if message.round != self.round or message.sender not in self.rules.committee:
            raise Refused(f"an agreement of client {message.sender} for round {message.round} is not due")
        if len(message.fields[0]) != SIGNATURE_BYTES:
            raise Refused(
                f"the signature of client {message.sender} has {len(message.fields[0])} bytes, not {SIGNATURE_BYTES}"
            )
        self._agreed[message.sender] = message.fields[0]

    def cross_check(self):
        """What each decryptor is shown before it helps, a message in bytes: all signatures that came."""
        signers = sorted(self._agreed)
        return pack(
            "agreements", self.round, SERVER, pack_numbers(signers), b"".join(self._agreed[each] for each in signers)
        )

    def take(self, shares):
        """None; takes a decryptor's shares. Raises Refused for garbage, or shares that are not due."""
        message = unpack(shares, "shares", fields=2)
        if message.round != self.round or message.sender not in self.rules.committee:
            raise Refused(f"shares of client {message.sender} for round {message.round} are not due")
        place = self.rules.committee.index(message.sender)
        self._shares[place] = unpack_shares(message.fields[0], len(self._boxes)) + unpack_shares(
            message.fields[1], len(self._cut())
        )

    def total(self):
        """The sum of the updates of all who reported, floats [n].

        Raises Refused when too few decryptors helped, or their shares fit no seed.
        """
        seeds, online = rebuild_seeds(self._shares, self.rules), len(self._boxes)
        total = unmask(self._total, seeds[:online], dict(zip(self._cut(), seeds[online:])))
        return decode(total, self.rules.bits)

    def _cut(self):
        graph = self.rules.neighbours(self.round)
        return [(i, j) for i in self.online for j in graph[i] if j not in self._boxes]
