"""What a malicious server might ask of the decryptors, as bytes, and what they answer (lesson 52)."""

import functools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from privlab.arrays import Floats, Residues
from privlab.fl.secagg.client import AggregationClient
from privlab.fl.secagg.masking import unmask
from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Refused, pack_numbers, unpack, unpack_numbers
from privlab.fl.secagg.server import AggregationServer
from privlab.mpc.fixed_point import decode


def rewritten(
    server: AggregationServer, request: bytes, *, online: Iterable[int], lost: Iterable[int], boxes: Sequence[bytes]
) -> bytes:
    """The request to a decryptor with other lists, signed by the server. Round and decryptor are those of `request`.

    online, lost : numbers of clients, rising. boxes : one for each client named online.
    """
    receiver = unpack(request, "labels").fields[0]
    return server.signed("labels", receiver, pack_numbers(online), pack_numbers(lost), *boxes)


def both_masks(server: AggregationServer, request: bytes, *, victim: int) -> bytes:
    """The request with the victim, a client online, named lost as well, which would bring shares of both its masks."""
    online, lost, boxes = _lists(server, request)
    lost = sorted({*lost, victim})
    return rewritten(server, request, online=online, lost=lost, boxes=[boxes[number] for number in online])


def named_lost(server: AggregationServer, request: bytes, *, victim: int) -> bytes:
    """The request with the victim, who is online, named as lost: told to half the decryptors it would bring both."""
    online, lost, boxes = _lists(server, request)
    others, lost = [number for number in online if number != victim], sorted({*lost, victim})
    return rewritten(server, request, online=others, lost=lost, boxes=[boxes[number] for number in others])


def forged_survivors(server: AggregationServer, request: bytes, *, victims: Iterable[int]) -> bytes:
    """The request with the victims, who are lost, named as online, with boxes that are another client's."""
    online, lost, boxes = _lists(server, request)
    boxes |= dict.fromkeys(victims, boxes[online[0]])
    others = [number for number in lost if number not in boxes]
    return rewritten(
        server, request, online=sorted(boxes), lost=others, boxes=[boxes[number] for number in sorted(boxes)]
    )


def only(server: AggregationServer, request: bytes, *, few: Sequence[int]) -> bytes:
    """The request that names as online only these few, whose sum the server would like."""
    boxes = _lists(server, request)[2]
    others = [number for number in range(server.rules.clients) if number not in few]
    return rewritten(server, request, online=sorted(few), lost=others, boxes=[boxes[number] for number in sorted(few)])


def all_signatures(server: AggregationServer, agreements: Mapping[int, bytes]) -> bytes:
    """What the server shows decryptors before they help: the signatures of all, under whatever lists they are.

    agreements : by decryptor, what it said.
    """
    signatures = [unpack(agreements[number], "agreement").fields[0] for number in sorted(agreements)]
    return server.signed("agreements", pack_numbers(sorted(agreements)), b"".join(signatures))


class UnrepairedRules(Rules):
    """Rules that forget accomplices among the clients: 2 log2 n masks each, and those online must hang together.

    Not secure because one client who helps the server opens the update of another: see `IsolatingServer`.
    """

    @functools.cached_property
    def reach(self) -> int:
        """With how many clients on either side of the ring each masks."""
        return min(math.ceil(math.log2(self.clients)), math.ceil((self.clients - 1) / 2))

    def holds_together(self, online: Iterable[int]) -> bool:
        """Whether nobody online is cut off from the others; whom of them the server knows is not asked."""
        return self.fewest_to_cut(online) > 0


class IsolatingServer(AggregationServer):
    """A server with one accomplice, who masks with the victim: it names all others as lost who do.

    Then each mask of the victim but its own is one that the decryptors give away, or one that the accomplice knows. To
    everyone the round looks as it should.

    victim, accomplice : clients' numbers. Raises ValueError when they have no mask together.
    """

    def __init__(self, rules: Rules, *, victim: int, accomplice: int) -> None:
        super().__init__(rules)
        if accomplice not in rules.masking_graph[victim]:
            raise ValueError(f"client {accomplice} has no mask together with client {victim}")
        self.victim, self.accomplice = victim, accomplice
        self._masked: dict[int, Residues] = {}  # of the victim, and of those whom the server names lost

    def receive(self, report: bytes) -> None:
        """As an honest server."""
        super().receive(report)
        message = unpack(report, "report")
        if message.sender in (self.victim, *self.rules.masking_graph[self.victim]):
            self._masked[message.sender] = np.frombuffer(message.fields[0], "<u8").astype(np.uint64)

    def label(self) -> dict[int, bytes]:
        """The requests, in which all who mask with the victim are lost, the accomplice aside."""
        for number in set(self._masked) - {self.victim, self.accomplice}:
            if self._boxes.pop(number, None) and self._total is not None:
                self._total -= self._masked[number]
        return self._requests()

    def stolen(self, accomplice: AggregationClient) -> Floats:
        """The victim's update, [d], once enough decryptors have helped. Raises Refused when they have not.

        accomplice : the client, who tells the server one seed.
        """
        own, cut = self._rebuilt()
        pairs = {pair: seed for pair, seed in cut.items() if pair[0] == self.victim}
        pairs[self.victim, self.accomplice] = accomplice.pair_seed(self.victim, self.round)
        return decode(unmask(self._masked[self.victim], [own[self.victim]], pairs))


def answer(step: Callable[[bytes], bytes], request: bytes) -> str:
    """What a party says to a message: the sentence of its refusal, or "gives what it is asked for".

    step : its method, such as `AggregationClient.agree`.
    """
    try:
        step(request)
    except Refused as error:
        return str(error)
    return "gives what it is asked for"


def _lists(server: AggregationServer, request: bytes) -> tuple[list[int], list[int], dict[int, bytes]]:
    """Who is online and who lost by an honest request, and the box of each client online by its number."""
    fields = unpack(request, "labels").fields
    online, lost = (unpack_numbers(field, server.rules.clients) for field in fields[1:3])
    return online, lost, dict(zip(online, fields[3:]))
