"""A client of the real protocol: bytes in, bytes out; what is secret never leaves the object (lesson 52)."""

import hashlib
import secrets
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from privlab.fl.secagg.keys import Directory, Keys, signed_by
from privlab.fl.secagg.masking import SEED_BYTES, mask
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Message, Refused, pack, pack_numbers, unpack, unpack_numbers
from privlab.fl.secagg.seed_sharing import pack_shares, share_seed, unpack_shares
from privlab.mpc.fixed_point import encode
from privlab.validation import real_numbers


def statement(round_id: bytes, online: Sequence[int]) -> bytes:
    """What decryptors sign: the round, by the digest of its announcement, and the clients who are online."""
    return b"online" + round_id + pack_numbers(online)


class AggregationClient:
    """A client that masks its updates and, when it is one of the committee, helps to take the masks off a sum.

    number : from 0, its place in the directory.
    Source: Bonawitz et al. (2017); Ma et al. (2023), "Flamingo". Where Flamingo encrypts the seeds of pairs to the
    committee's common key, this protocol cuts them in shares, which is our reading and costs more bytes.
    Not secure because a client may report what it likes, and because the sum itself may tell: see lesson 52.
    """

    def __init__(self, number: int, rules: Rules) -> None:
        self.number, self.rules, self._keys = number, rules, Keys(number)
        self._directory: Directory = {}
        self._last_round, self._round_id = 0, b""
        self._online: list[int] | None = None  # whom this decryptor signed to be online
        self._held: dict[int, list[int]] | None = None  # by client, this decryptor's shares of its seeds

    def register(self) -> bytes:
        """This client's public keys as a message, for the directory."""
        return self._keys.public()

    def join(self, directory: Directory) -> None:
        """Takes the directory, from each client's number to what it registered.

        Raises Refused when a client is missing in it, or this client's own keys are not there.
        """
        if sorted(directory) != list(range(self.rules.clients)) or directory[self.number] != self.register():
            raise Refused("the directory must hold the keys of every client, and of this one its own")
        self._directory = dict(directory)

    def report(self, announcement: bytes, update: ArrayLike) -> bytes:
        """The masked update and the sealed shares of its seeds, a message.

        announcement : the server's; everything in it decides the masks, so that a server who announces one thing to
            one client and another to the next gets masks that do not cancel.
        update : floats [d], d as announced.
        Raises Refused for a round that is not later than the last one, or another announcement than the rules allow;
        ValueError for an update of another shape, or with a number missing or out of range.
        """
        message = unpack(announcement, "announcement", count=2)
        (length,) = np.frombuffer(message.fields[0].ljust(4, b"\0")[:4], "<u4").tolist()
        if message.round <= self._last_round:
            raise Refused(
                f"client {self.number} masked for round {self._last_round} already: masks are for one time, "
                f"and a message for round {message.round} would use them again"
            )
        update = real_numbers("the update", update)
        if update.shape != (length,):
            raise ValueError(f"the update must be a row of {length} numbers, as announced, got {list(update.shape)}")
        vector = encode(update, parties=self.rules.clients)
        self._last_round, self._round_id = message.round, hashlib.sha256(announcement).digest()
        self._online = self._held = None
        pairs = {
            other: self._keys.pair_seed(other, self._directory, self._round_id)
            for other in self.rules.masking_graph(message.round)[self.number]
        }
        own = secrets.token_bytes(SEED_BYTES)
        shares = zip(*(share_seed(seed, self.rules) for seed in (own, *pairs.values())))
        boxes = [
            self._keys.seal(decryptor, self._directory, self._round_id, pack_shares(row))
            for decryptor, row in zip(self.rules.committee, shares)
        ]
        masked = mask(vector, self.number, pairs, own).astype("<u8").tobytes()
        return pack("report", masked, *boxes, round=message.round, sender=self.number)

    def agree(self, request: bytes) -> bytes:
        """A decryptor's signature under who is online, a message. Nothing secret is given yet.

        request : the server's: who is online, who is not, and from each one online the box for this decryptor.
        Raises Refused when a client is named twice or not at all, too few are online, they fall apart into islands,
        a box was not sealed by its client in this round, or this decryptor agreed in this round before.
        """
        message = unpack(request, "labels")
        if message.round != self._last_round:
            raise Refused(f"client {self.number} took part in no round {message.round}")
        if self._online is not None:
            raise Refused(f"decryptor {self.number} agreed to a list in round {message.round} already")
        if self.number not in self.rules.committee or len(message.fields) < 2:
            raise Refused(f"client {self.number} is no decryptor, or the request lacks its lists")
        online, lost = (unpack_numbers(field, self.rules.clients) for field in message.fields[:2])
        boxes = message.fields[2:]
        if set(online) & set(lost):
            raise Refused(
                f"client {min(set(online) & set(lost))} is named online and lost: shares of both masks would "
                "lay its update bare"
            )
        if len(online) + len(lost) != self.rules.clients or len(boxes) != len(online):
            raise Refused("every client must be named, online or lost, and every one online with its box")
        if len(online) < self.rules.minimum:
            raise Refused(
                f"{len(online)} clients are online and the rules ask for {self.rules.minimum}: the sum of "
                "few tells too much of each"
            )
        if not self.rules.connected(message.round, online):
            raise Refused("those online fall apart into islands, and the sum of each could be opened")
        graph = self.rules.masking_graph(message.round)
        held = {
            number: unpack_shares(self._keys.open(number, self._directory, self._round_id, box), 1 + len(graph[number]))
            for number, box in zip(online, boxes)
        }
        self._online, self._held = online, held
        signature = self._keys.sign(statement(self._round_id, online))
        return pack("agreement", signature, round=message.round, sender=self.number)

    def help(self, agreements: bytes) -> bytes:
        """A decryptor's shares, a message: own seeds of those online, pair seeds of edges to the lost. Once.

        agreements : the server's: decryptors' numbers, and their signatures.
        Raises Refused before `agree`, a second time, or when fewer than the quorum agreed to the same list.
        """
        message = unpack(agreements, "agreements", count=2)
        if self._held is None or self._online is None or message.round != self._last_round:
            raise Refused(
                f"decryptor {self.number} has agreed to no list in round {message.round}, or has helped already"
            )
        agreed = self._signatures_of_my_list(message)
        if agreed < self.rules.quorum:
            raise Refused(
                f"{agreed} decryptors were told the same list as decryptor {self.number}, and it takes "
                f"{self.rules.quorum}: the server may be telling different things"
            )
        held, online, graph = self._held, self._online, self.rules.masking_graph(message.round)
        self._held = None  # shares are given once
        own = [held[i][0] for i in online]
        cut = [share for i in online for j, share in zip(graph[i], held[i][1:]) if j not in held]
        return pack("shares", pack_shares(own), pack_shares(cut), round=message.round, sender=self.number)

    def _signatures_of_my_list(self, agreements: Message) -> int:
        """How many decryptors signed the list that this one was told."""
        signers = unpack_numbers(agreements.fields[0], self.rules.clients)
        signatures = [agreements.fields[1][64 * index : 64 * index + 64] for index in range(len(signers))]
        mine = statement(self._round_id, self._online or [])
        return sum(
            signer in self.rules.committee and signed_by(signer, self._directory, mine, signature)
            for signer, signature in zip(signers, signatures)
        )
