"""A client of the real protocol: bytes in, bytes out; what is secret never leaves the object (lesson 52)."""

import secrets
import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Residues
from privlab.fl.secagg.keys import Directory, Keys, checked_directory, federation_id, signed_by, verified
from privlab.fl.secagg.masking import SEED_BYTES, mask
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import (
    SERVER,
    SIGNATURE_BYTES,
    Message,
    Refused,
    one_at_a_time,
    pack_numbers,
    round_digest,
    statement,
    unpack,
    unpack_number,
    unpack_numbers,
)
from privlab.fl.secagg.seed_sharing import MISSING, commitment, pack_shares, share_seed, unpack_shares
from privlab.mpc.fixed_point import encode
from privlab.validation import real_numbers


@dataclass
class Participation:
    """What a client keeps of a round in which it masked.

    online : whom this decryptor signed to be online, or None. held : by client, this decryptor's shares of its seeds,
    `MISSING` where it could not open them; None before it agreed, and when it has given them.
    """

    round_id: bytes
    online: list[int] | None = None
    held: dict[int, list[int]] | None = None


class AggregationClient:
    """A client that masks its updates and, when it is one of the committee, helps to take the masks off a sum.

    A message that it refuses changes nothing, and every message is looked at: whose it is, and whether it is due. Any
    threads may ask: they are answered in turn.

    number : from 0, its place in the directory.
    Raises TypeError for other rules, ValueError for a number that they do not have.
    Source: Bonawitz et al. (2017); Ma et al. (2023), "Flamingo". Where Flamingo encrypts the seeds of pairs to the
    committee's common key, this protocol cuts them in shares, which is our reading and costs more bytes.
    Not secure because a client may report what it likes, and because the sum itself may tell: see lesson 52.
    """

    def __init__(self, number: int, rules: Rules) -> None:
        if not isinstance(rules, Rules):
            raise TypeError(f"a client of a secure sum takes the rules of it, a Rules, got {type(rules).__name__}")
        if not isinstance(number, int | np.integer) or number not in range(rules.clients):
            raise ValueError(f"the clients have the numbers 0 to {rules.clients - 1}, got {number!r}")
        self.number, self.rules, self._keys = int(number), rules, Keys(number)
        self._turn = threading.RLock()
        self._directory: Directory = {}
        self._federation = b""
        self._rounds: dict[int, Participation] = {}  # by number, those in which this client masked

    def register(self) -> bytes:
        """This client's public keys as a message, for the directory."""
        return self._keys.public()

    @one_at_a_time
    def join(self, directory: Directory) -> None:
        """Takes the directory, from each client's number, and the server's, to what it registered.

        Raises Refused when someone is missing in it or has keys that are not its own, or this client's are not there.
        """
        checked = checked_directory(directory, self.rules.clients)
        if checked[self.number] != self.register():
            raise Refused(f"the directory's keys of client {self.number} are not those that it registered")
        self._directory, self._federation = checked, federation_id(self.rules, checked)

    @one_at_a_time
    def report(self, announcement: bytes, update: ArrayLike) -> bytes:
        """The masked update, commitments to its seeds and their sealed shares, a message.

        announcement : the server's; everything in it decides the masks, so that a server who announces one thing to
            one client and another to the next gets masks that do not cancel.
        update : floats [d], d as announced, each below `Rules.largest`.
        Raises Refused before `join`, for an announcement that is not the server's, or for a round in which this client
        masked before; ValueError for an update of another shape, or with a number missing or out of range. Nothing is
        spent then: the same round can be reported in again.
        """
        message = self._from_server(announcement, "announcement", self._federation, count=2)
        if message.round in self._rounds:
            raise Refused(
                f"client {self.number} masked for round {message.round} already: masks are for one time, "
                f"and another message for this round would use them again"
            )
        vector = encode_update(update, length=unpack_number(message.fields[0]), rules=self.rules)
        round_id = round_digest(message.signed + message.signature)
        pairs = {
            other: self._keys.pair_seed(other, self._directory, round_id)
            for other in self.rules.masking_graph[self.number]
        }
        own = secrets.token_bytes(SEED_BYTES)
        shares = zip(*(share_seed(seed, self.rules) for seed in (own, *pairs.values())))
        boxes = [
            self._keys.seal(decryptor, self._directory, round_id, pack_shares(row))
            for decryptor, row in zip(self.rules.committee, shares)
        ]
        masked = mask(vector, self.number, pairs, own).astype("<u8").tobytes()
        commitments = b"".join(map(commitment, (own, *pairs.values())))
        self._rounds[message.round] = Participation(round_id)
        return self._keys.message("report", masked, commitments, *boxes, round=message.round, context=round_id)

    @one_at_a_time
    def agree(self, request: bytes) -> bytes:
        """A decryptor's signature under who is online, and whose shares it could not open, a message.

        Nothing secret is given yet.

        request : the server's: for whom it is, who is online, who is not, and from each one online the box for this
            decryptor.
        Raises Refused when it is not the server's or for another decryptor, a client is named twice or not at all, too
        few are online, those online hang together by accomplices only, more boxes cannot be opened than accomplices
        are reckoned with, or this decryptor agreed in this round before.
        """
        message, part = self._in_round(request, "labels")
        if part.online is not None:
            raise Refused(f"decryptor {self.number} agreed to a list in round {message.round} already")
        if self.number not in self.rules.committee or len(message.fields) < 3:
            raise Refused(f"client {self.number} is no decryptor, or the request lacks its lists")
        if unpack_number(message.fields[0]) != self.number:
            raise Refused(f"this request is for another decryptor than {self.number}")
        online, lost = (unpack_numbers(field, self.rules.clients) for field in message.fields[1:3])
        boxes = message.fields[3:]
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
        if not self.rules.holds_together(online):
            raise Refused(
                f"those online hang together by {self.rules.fewest_to_cut(online)} clients only, and "
                f"{self.rules.accomplices} may help the server: it could open the sum of a part, or of one"
            )
        held = {number: self._opened(number, part.round_id, box) for number, box in zip(online, boxes)}
        missing = [number for number, shares in held.items() if MISSING in shares]
        if len(missing) > self.rules.accomplices:
            raise Refused(
                f"of {len(missing)} clients, client {missing[0]} first, the boxes hold no shares for decryptor "
                f"{self.number}: more than would deal badly, so the server made them up, or changed them"
            )
        part.online, part.held = online, held
        signature = self._keys.sign(statement(part.round_id, online))
        return self._keys.message(
            "agreement", signature, pack_numbers(missing), round=message.round, context=part.round_id
        )

    def help(self, agreements: bytes) -> bytes:
        """A decryptor's shares, a message: own seeds of those online, pair seeds of edges to the lost. Once.

        agreements : the server's: decryptors' numbers, and their signatures.
        Raises Refused before `agree`, a second time, or when fewer than the quorum agreed to the same list.
        """
        message, part = self._in_round(agreements, "agreements", count=2)
        if part.held is None or part.online is None:
            raise Refused(
                f"decryptor {self.number} has agreed to no list in round {message.round}, or has helped already"
            )
        agreed = self._signatures(message, statement(part.round_id, part.online))
        if agreed < self.rules.quorum:
            raise Refused(
                f"{agreed} decryptors were told the same list as decryptor {self.number}, and it takes "
                f"{self.rules.quorum}: the server may be telling different things"
            )
        held, online, graph = part.held, part.online, self.rules.masking_graph
        part.held = None  # shares are given once
        own = [held[i][0] for i in online]
        cut = [share for i in online for j, share in zip(graph[i], held[i][1:]) if j not in held]
        return self._keys.message(
            "shares", pack_shares(own), pack_shares(cut), round=message.round, context=part.round_id
        )

    help = one_at_a_time(help)  # here, since lesson 52 shows the method from its first line on

    def pair_seed(self, other: int, round: int) -> bytes:
        """The seed of this client's masks with another one in a round, 16 bytes: what an accomplice tells the server.

        Raises Refused for a round in which this client did not mask, or another one with whom it does not.
        """
        if not isinstance(round, int) or round not in self._rounds:
            raise Refused(f"client {self.number} took part in no round {round!r}")
        if not isinstance(other, int) or other not in self.rules.masking_graph[self.number]:
            raise Refused(f"client {self.number} has no mask together with client {other!r}")
        return self._keys.pair_seed(other, self._directory, self._rounds[round].round_id)

    def _from_server(self, data: bytes, kind: str, context: bytes, count: int | None = None) -> Message:
        if not self._directory:
            raise Refused(f"client {self.number} has no directory yet: `join` comes first")
        return verified(data, kind, self._directory, context, sender=SERVER, count=count)

    def _in_round(self, data: bytes, kind: str, count: int | None = None) -> tuple[Message, Participation]:
        """The server's message of a round in which this client masked, and what it keeps of that round."""
        number = unpack(data, kind, count).round
        if number not in self._rounds:
            raise Refused(f"client {self.number} took part in no round {number}")
        part = self._rounds[number]
        return self._from_server(data, kind, part.round_id, count), part

    def _opened(self, number: int, round_id: bytes, box: bytes) -> list[int]:
        """The shares in a client's box, all of them `MISSING` where it holds none."""
        count = 1 + len(self.rules.masking_graph[number])
        try:
            return unpack_shares(self._keys.open(number, self._directory, round_id, box), count)
        except Refused:
            return [MISSING] * count

    def _signatures(self, agreements: Message, agreed: bytes) -> int:
        """How many decryptors signed this statement."""
        signers, signatures = unpack_numbers(agreements.fields[0], self.rules.clients), agreements.fields[1]
        if len(signatures) != SIGNATURE_BYTES * len(signers):
            raise Refused(f"{len(signers)} signatures take {SIGNATURE_BYTES} bytes each, got {len(signatures)} in all")
        cut = [signatures[start : start + SIGNATURE_BYTES] for start in range(0, len(signatures), SIGNATURE_BYTES)]
        return sum(
            signer in self.rules.committee and signed_by(signer, self._directory, agreed, signature)
            for signer, signature in zip(signers, cut)
        )


def encode_update(update: ArrayLike, *, length: int, rules: Rules) -> Residues:
    """The update [length] in fixed point, uint64.

    Raises ValueError for another shape, a number that is missing, or one that is not below `Rules.largest`.
    """
    row = real_numbers("the update", update)
    if row.shape != (length,):
        raise ValueError(f"the update must be a row of {length} numbers, as announced, got {list(row.shape)}")
    vector = encode(row, parties=rules.clients)
    if length and not np.abs(row).max() < rules.largest:
        raise ValueError(
            f"the update holds {np.abs(row).max():.4g}, and among {rules.clients} clients its numbers must stay below "
            f"{rules.largest:.4g}: clip, or divide"
        )
    return vector
