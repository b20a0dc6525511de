"""A client of the real protocol: bytes in, bytes out; what is secret never leaves the object (lesson 52)."""

import hashlib
import secrets

import numpy as np

from privlab.fl.secagg.keys import Keys, signed_by
from privlab.fl.secagg.masking import SEED_BYTES, mask
from privlab.fl.secagg.messages import Refused, pack, pack_numbers, unpack, unpack_numbers
from privlab.fl.secagg.seed_sharing import pack_shares, share_seed, unpack_shares
from privlab.mpc.fixed_point import encode
from privlab.validation import real_numbers


def statement(about, online):
    """What decryptors sign, bytes: the round, by the digest of its announcement, and the clients who are online."""
    return b"online" + about + pack_numbers(online)


class AggregationClient:
    """A client that masks its updates and, when it is one of the committee, helps to take the masks off a sum.

    number : int from 0, its place in the directory; rules : `Rules`.
    Source: Bonawitz et al. (2017); Ma et al. (2023), "Flamingo". Where Flamingo encrypts the seeds of pairs to the
    committee's common key, this protocol cuts them in shares, which is our reading and costs more bytes.
    Not secure because a client may report what it likes, and because the sum itself may tell: see lesson 52.
    """

    def __init__(self, number, rules):
        self.number, self.rules, self._keys = number, rules, Keys(number)
        self._directory, self._last_round = {}, 0
        self._about = self._online = self._held = None

    def register(self):
        """This client's public keys as a message in bytes, for the directory."""
        return self._keys.public()

    def join(self, directory):
        """None; takes the directory, a dict from each client's number to the bytes of `register`.

        Raises Refused when a client is missing in it, or this client's own keys are not there.
        """
        if sorted(directory) != list(range(self.rules.clients)) or directory[self.number] != self.register():
            raise Refused("the directory must hold the keys of every client, and of this one its own")
        self._directory = dict(directory)

    def report(self, announcement, update):
        """The masked update and the sealed shares of its seeds, a message in bytes.

        announcement : bytes, of the server; everything in it decides the masks, so that a server who announces one
            thing to one client and another to the next gets masks that do not cancel.
        update : floats [n], n as announced.
        Raises Refused for a round that is not later than the last one, or another announcement than the rules allow;
        ValueError for an update of another shape, or with a number missing or out of range.
        """
        message = unpack(announcement, "announcement", fields=2)
        (length,) = np.frombuffer(message.fields[0].ljust(4, b"\0")[:4], "<u4").tolist()
        if message.round <= self._last_round:
            raise Refused(
                f"client {self.number} masked for round {self._last_round} already: masks are for one time, "
                f"and a message for round {message.round} would use them again"
            )
        update = real_numbers("the update", update)
        if update.shape != (length,):
            raise ValueError(f"the update must be a row of {length} numbers, as announced, got {list(update.shape)}")
        vector = encode(update, self.rules.bits, self.rules.clients)
        self._last_round, self._about = message.round, hashlib.sha256(announcement).digest()
        self._online = self._held = None
        pairs = {
            other: self._keys.pair_seed(other, self._directory, self._about)
            for other in self.rules.neighbours(message.round)[self.number]
        }
        own = secrets.token_bytes(SEED_BYTES)
        shares = zip(*(share_seed(seed, self.rules) for seed in (own, *pairs.values())))
        boxes = [
            self._keys.seal(decryptor, self._directory, self._about, pack_shares(each))
            for decryptor, each in zip(self.rules.committee, shares)
        ]
        masked = mask(vector, self.number, pairs, own)
        return pack("report", message.round, self.number, masked.astype("<u8").tobytes(), *boxes)

    def agree(self, request):
        """A decryptor's signature under who is online, a message in bytes. Nothing secret is given yet.

        request : bytes, of the server: who is online, who is not, and from each one online the box for this decryptor.
        Raises Refused when a client is named twice or not at all, too few are online, they fall apart into islands,
        a box was not sealed by its client in this round, or this decryptor agreed in this round before.
        """
        message = unpack(request, "labels")
        if message.round != self._last_round or self._about is None:
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
        graph = self.rules.neighbours(message.round)
        held = {
            number: unpack_shares(self._keys.open(number, self._directory, self._about, box), 1 + len(graph[number]))
            for number, box in zip(online, boxes)
        }
        self._online, self._held = online, held
        return pack("agreement", message.round, self.number, self._keys.sign(statement(self._about, online)))

    def help(self, agreements):
        """A decryptor's shares, a message in bytes: own seeds of those online, pair seeds of edges to the lost. Once.

        agreements : bytes, of the server: decryptors' numbers, and their signatures.
        Raises Refused before `agree`, a second time, or when fewer than the quorum agreed to the same list.
        """
        message = unpack(agreements, "agreements", fields=2)
        if self._held is None or message.round != self._last_round:
            raise Refused(
                f"decryptor {self.number} has agreed to no list in round {message.round}, or has helped already"
            )
        signers = unpack_numbers(message.fields[0], self.rules.clients)
        signatures = [message.fields[1][64 * place : 64 * place + 64] for place in range(len(signers))]
        said = statement(self._about, self._online)
        agreed = sum(
            signer in self.rules.committee and signed_by(signer, self._directory, said, signature)
            for signer, signature in zip(signers, signatures)
        )
        if agreed < self.rules.quorum:
            raise Refused(
                f"{agreed} decryptors were told the same list as decryptor {self.number}, and it takes "
                f"{self.rules.quorum}: the server may be telling different things"
            )
        online, graph = set(self._online), self.rules.neighbours(message.round)
        own = [self._held[number][0] for number in self._online]
        cut = [
            share
            for number in self._online
            for other, share in zip(graph[number], self._held[number][1:])
            if other not in online
        ]
        self._held = None  # shares are given once
        return pack("shares", message.round, self.number, pack_shares(own), pack_shares(cut))
