"""The server of the real protocol: it collects masked updates and learns their sum (lesson 52)."""

import threading
from collections import Counter

import numpy as np

from privlab.arrays import Floats, Residues
from privlab.fl.secagg.keys import Directory, Keys, checked_directory, federation_id, signed_by, verified
from privlab.fl.secagg.masking import unmask
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import (
    SERVER,
    Message,
    Refused,
    one_at_a_time,
    pack_numbers,
    round_digest,
    statement,
    unpack_numbers,
)
from privlab.fl.secagg.seed_sharing import COMMITMENT_BYTES, dealer_to_blame, rebuild_seed, unpack_shares
from privlab.mpc.fixed_point import decode
from privlab.validation import whole_number


class AggregationServer:
    """The server. Its only key signs what it announces and asks; whatever else it knows came to it as bytes.

    A message that is forged, changed, late, a second one or of the wrong kind is refused, and the round goes on as if
    it had never come. Messages may come in any threads: they are taken in turn.

    Source: Bonawitz et al. (2017); Ma et al. (2023), "Flamingo".
    Not secure because it may still open any sum that the rules allow, of clients it makes up among others: the
    directory must say who is real.
    """

    def __init__(self, rules: Rules) -> None:
        if not isinstance(rules, Rules):
            raise TypeError(f"the server of a secure sum takes the rules of it, a Rules, got {type(rules).__name__}")
        self.rules, self.round, self.length = rules, 0, 0
        self.blamed: dict[int, str] = {}  # clients who dealt badly, and why; they are left out of later rounds
        self._turn = threading.RLock()
        self._keys = Keys(SERVER)
        self._directory: Directory = {}
        self._federation = self._round_id = b""
        self._begin(0)
        self._closed = True

    def _begin(self, length: int) -> None:
        self.length, self._closed, self._lists = length, False, False
        self._total: Residues | None = None
        self._boxes: dict[int, tuple[bytes, ...]] = {}  # by client, its sealed shares, one box for each decryptor
        self._commitments: dict[int, list[bytes]] = {}  # by client, one for its own seed, then one for each pair's
        self._agreed: dict[int, bytes] = {}  # by decryptor, its signature
        self._complaints: Counter[int] = Counter()  # by client, how many decryptors could not open its shares
        self._shares: dict[int, list[int]] = {}  # by the decryptor's position in the committee
        self.doubted: dict[int, list[int]] = {}  # by decryptor, the clients whose seeds its shares do not fit

    def register(self) -> bytes:
        """The server's public keys as a message, for the directory."""
        return self._keys.public()

    @one_at_a_time
    def join(self, directory: Directory) -> None:
        """Takes the directory that all clients have. Raises Refused as `AggregationClient.join` does."""
        checked = checked_directory(directory, self.rules.clients)
        if checked[SERVER] != self.register():
            raise Refused("the directory's keys of the server are not those that it registered")
        self._directory, self._federation = checked, federation_id(self.rules, checked)

    @one_at_a_time
    def announce(self, length: int, content: bytes = b"") -> bytes:
        """The opening of the next round, a message, the same for every client.

        length : how many numbers an update has. content : the model or what else all must have alike.
        Raises Refused before `join`; ValueError or TypeError for another length or content.
        """
        if not self._directory:
            raise Refused("the server has no directory yet: `join` comes first")
        if whole_number("the length of an update", length) >= 2**32:
            raise ValueError(f"an update has fewer than 2^32 numbers, got {length}")
        if not isinstance(content, bytes):
            raise TypeError(f"what the server announces with a round is bytes, got {type(content).__name__}")
        self._begin(int(length))
        self.round += 1
        fields = pack_numbers([length]), content
        announcement = self._keys.message("announcement", *fields, round=self.round, context=self._federation)
        self._round_id = round_digest(announcement)
        return announcement

    @property
    def online(self) -> list[int]:
        """The numbers of those whose report has come, rising."""
        return sorted(self._boxes)

    @one_at_a_time
    def receive(self, report: bytes) -> None:
        """Adds a client's masked update to the sum.

        Raises Refused for garbage, a forged or changed report, one of another round or announcement, a second one, one
        that comes too late, one of another length, or of a client who dealt badly before.
        """
        message, sender = self._due(report, "report", 2 + self.rules.decryptors)
        if sender in self._boxes or self._closed:
            raise Refused(f"a report of client {sender} for round {message.round} is not due: it is late, or a second")
        if sender in self.blamed:
            raise Refused(f"client {sender} is left out since it dealt badly: {self.blamed[sender]}")
        masked, commitments, *boxes = message.fields
        if len(masked) != 8 * self.length:
            raise Refused(f"client {sender} sent {len(masked) / 8:g} numbers, and {self.length} were due")
        count = 1 + len(self.rules.masking_graph[sender])
        if len(commitments) != COMMITMENT_BYTES * count:
            raise Refused(f"client {sender} committed to {len(commitments) / COMMITMENT_BYTES:g} seeds, not to {count}")
        starts = range(0, len(commitments), COMMITMENT_BYTES)
        self._commitments[sender] = [commitments[start : start + COMMITMENT_BYTES] for start in starts]
        numbers = np.frombuffer(masked, "<u8")
        self._total = numbers.astype(np.uint64) if self._total is None else self._total + numbers
        self._boxes[sender] = tuple(boxes)

    @one_at_a_time
    def label(self) -> dict[int, bytes]:
        """The request to each decryptor online, by its number: who is online, who lost, their boxes.

        No more reports are taken after it.
        Raises Refused when no round is open, too few clients reported, or too few decryptors among them: the round
        ends without a sum.
        """
        if not self._round_id:
            raise Refused("no round is open: `announce` comes first")
        self._closed = True
        helpers = [number for number in self.rules.committee if number in self._boxes]
        if len(self._boxes) < self.rules.minimum or len(helpers) < self.rules.quorum:
            raise Refused(
                f"round {self.round} ends without a sum: {len(self._boxes)} clients reported and it takes "
                f"{self.rules.minimum}, {len(helpers)} of them decryptors and it takes {self.rules.quorum}"
            )
        return self._requests()

    @one_at_a_time
    def collect(self, agreement: bytes) -> None:
        """Takes a decryptor's signature, and whose shares it could not open.

        Raises Refused for garbage, one that is forged or not due, or a signature under another list.
        """
        message, sender = self._due(agreement, "agreement", 2)
        if sender not in self.rules.committee or not self._lists or sender in self._agreed:
            raise Refused(f"an agreement of client {sender} for round {message.round} is not due")
        signature, missing = message.fields
        complaints = unpack_numbers(missing, self.rules.clients)
        if len(complaints) > self.rules.accomplices or not set(complaints) <= set(self._boxes):
            raise Refused(f"decryptor {sender} complains of {len(complaints)} clients, more than an honest one would")
        if not signed_by(sender, self._directory, statement(self._round_id, self.online), signature):
            raise Refused(f"the signature of client {sender} is under another list than it was told")
        self._agreed[sender] = signature
        self._complaints.update(complaints)

    @one_at_a_time
    def cross_check(self) -> bytes:
        """What each decryptor is shown before it helps, a message: all signatures that came.

        Raises Refused before `label`, when too few decryptors agreed, or when a client's shares could not be opened by
        more decryptors than there are accomplices: it dealt badly, and is left out of the next round.
        """
        if not self._lists:
            raise Refused("no list of who is online is out: `label` comes first")
        for client, count in sorted(self._complaints.items()):
            if count > self.rules.accomplices:
                self.blamed[client] = f"{count} decryptors could not open its shares in round {self.round}"
        guilty = [client for client in self.blamed if client in self._boxes]
        if guilty:
            raise Refused(f"round {self.round} ends without a sum: client {guilty[0]}, {self.blamed[guilty[0]]}")
        if len(self._agreed) < self.rules.quorum:
            raise Refused(
                f"round {self.round} ends without a sum: {len(self._agreed)} decryptors agreed, and it takes "
                f"{self.rules.quorum}"
            )
        signers = sorted(self._agreed)
        signatures = b"".join(self._agreed[number] for number in signers)
        return self.signed("agreements", pack_numbers(signers), signatures)

    @one_at_a_time
    def take(self, shares: bytes) -> None:
        """Takes a decryptor's shares. Raises Refused for garbage, or shares that are forged or not due."""
        message, sender = self._due(shares, "shares", 2)
        if sender not in self._agreed or self.rules.committee.index(sender) in self._shares:
            raise Refused(f"shares of client {sender} for round {message.round} are not due")
        own, cut = message.fields
        self._shares[self.rules.committee.index(sender)] = [
            *unpack_shares(own, len(self._boxes), some_missing=True),
            *unpack_shares(cut, len(self._cut()), some_missing=True),
        ]

    @one_at_a_time
    def total(self) -> Floats:
        """The sum of the updates of all who reported, [d].

        Wrong shares are corrected, `Rules.corrected` at each seed and more where more than a quorum helped; `doubted`
        says whose they were.
        Raises Refused when too few decryptors helped; when a client's shares fit no seed that it committed to, who is
        named, and left out of the next round; or when the sum holds numbers that no honest reports add up to.
        """
        if self._total is None or len(self._shares) < self.rules.quorum:
            raise Refused(
                f"round {self.round} ends without a sum: {len(self._shares)} decryptors helped, and it takes "
                f"{self.rules.quorum}"
            )
        own, cut = self._rebuilt()
        total = decode(unmask(self._total, list(own.values()), cut))
        if self.length and not np.abs(total).max() < self.rules.largest * self.rules.clients:
            raise Refused(
                f"round {self.round} ends without a sum: its numbers reach {np.abs(total).max():.3g}, and updates of "
                f"{self.rules.clients} clients come to less than {self.rules.largest * self.rules.clients:.3g}. "
                "Someone reported such numbers, or masked with another seed than it shared; who, nobody can tell"
            )
        return total

    def _rebuilt(self) -> tuple[dict[int, bytes], dict[tuple[int, int], bytes]]:
        """The own seeds of those online, and by pair of one online and one lost its seed."""
        graph, cut = self.rules.masking_graph, self._cut()
        pairs: list[tuple[int, int | None]] = [*((i, None) for i in self.online), *cut]
        self.doubted, seeds = {}, []
        for index, (dealer, other) in enumerate(pairs):
            committed = self._commitments[dealer][0 if other is None else 1 + graph[dealer].index(other)]
            shares = {position: values[index] for position, values in self._shares.items()}
            rebuilt = rebuild_seed(shares, self.rules, committed)
            if rebuilt.seed is None:
                raise Refused(self._bad_dealing(dealer, helpers=len(shares)))
            seeds.append(rebuilt.seed)
            for position in rebuilt.wrong:
                clients = self.doubted.setdefault(self.rules.committee[position], [])
                clients += [dealer] * (dealer not in clients)
        return dict(zip(self.online, seeds)), dict(zip(cut, seeds[len(self.online) :]))

    def _bad_dealing(self, dealer: int, helpers: int) -> str:
        """The end of a round when a client's shares fit no seed; who is to blame, as far as it is certain."""
        why = "the decryptors' shares fit no seed that it committed to"
        if dealer_to_blame(helpers, self.rules):
            self.blamed[dealer] = f"{why} in round {self.round}"
            return f"round {self.round} ends without a sum: client {dealer} dealt badly, {why}"
        return (
            f"round {self.round} ends without a sum: client {dealer} dealt badly, or too many of {helpers} "
            f"decryptors lie: {why}"
        )

    def signed(self, kind: str, *fields: bytes) -> bytes:
        """A message of the server in the round that is open, signed."""
        return self._keys.message(kind, *fields, round=self.round, context=self._round_id)

    def _requests(self) -> dict[int, bytes]:
        """The request to each decryptor among those who reported."""
        self._closed = self._lists = True
        online = self.online
        lost = [number for number in range(self.rules.clients) if number not in self._boxes]
        requests = {}
        for position, number in enumerate(self.rules.committee):
            if number in self._boxes:
                boxes = [self._boxes[client][position] for client in online]
                fields = pack_numbers([number]), pack_numbers(online), pack_numbers(lost), *boxes
                requests[number] = self.signed("labels", *fields)
        return requests

    def _due(self, data: bytes, kind: str, count: int) -> tuple[Message, int]:
        """A client's message of the round that is open, and who sent it."""
        if not self._round_id:
            raise Refused("no round is open: `announce` comes first")
        message = verified(data, kind, self._directory, self._round_id, count=count)
        if message.round != self.round:
            raise Refused(f"a message of client {message.sender} for round {message.round} is not due")
        return message, message.sender

    def _cut(self) -> list[tuple[int, int]]:
        """The pairs of one online and one lost, whose masks nobody cancelled."""
        graph = self.rules.masking_graph
        return [(i, j) for i in self.online for j in graph[i] if j not in self._boxes]
