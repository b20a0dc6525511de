"""What a malicious server might ask of the decryptors, as bytes, and what they answer (lesson 52)."""

from collections.abc import Callable, Iterable, Sequence

from privlab.fl.secagg.messages import SERVER, Refused, pack, pack_numbers, unpack, unpack_numbers


def rewritten(request: bytes, *, online: Iterable[int], lost: Iterable[int], boxes: Sequence[bytes]) -> bytes:
    """The request to a decryptor with other lists. The round of `request`, an honest one, is kept.

    online, lost : numbers of clients, rising. boxes : one for each client named online.
    """
    lists = pack_numbers(online), pack_numbers(lost)
    return pack("labels", *lists, *boxes, round=unpack(request, "labels").round, sender=SERVER)


def both_masks(request: bytes, *, victim: int, clients: int) -> bytes:
    """The request with the victim, a client online, named lost as well: that would bring the shares of both its masks.

    clients : how many there are.
    """
    online, lost, boxes = _lists(request, clients)
    return rewritten(request, online=online, lost=sorted({*lost, victim}), boxes=[boxes[number] for number in online])


def named_lost(request: bytes, *, victim: int, clients: int) -> bytes:
    """The request with the victim, who is online, named as lost: told to half the decryptors it would bring both."""
    online, lost, boxes = _lists(request, clients)
    others = [number for number in online if number != victim]
    return rewritten(request, online=others, lost=sorted({*lost, victim}), boxes=[boxes[number] for number in others])


def forged_survivor(request: bytes, *, victim: int, clients: int) -> bytes:
    """The request with the victim, who is lost, named as online, with a box that is another client's."""
    online, lost, boxes = _lists(request, clients)
    named, others = sorted({*online, victim}), [number for number in lost if number != victim]
    boxes[victim] = boxes[online[0]]
    return rewritten(request, online=named, lost=others, boxes=[boxes[number] for number in named])


def only(request: bytes, *, few: Sequence[int], clients: int) -> bytes:
    """The request that names as online only these few, whose sum the server would like."""
    boxes = _lists(request, clients)[2]
    others = [number for number in range(clients) if number not in few]
    return rewritten(request, online=sorted(few), lost=others, boxes=[boxes[number] for number in sorted(few)])


def answer(step: Callable[[bytes], bytes], request: bytes) -> str:
    """What a party says to a message: the sentence of its refusal, or "gives what it is asked for".

    step : its method, such as `AggregationClient.agree`.
    """
    try:
        step(request)
    except Refused as error:
        return str(error)
    return "gives what it is asked for"


def _lists(request: bytes, clients: int) -> tuple[list[int], list[int], dict[int, bytes]]:
    """Who is online and who lost by an honest request, and the box of each client online by its number."""
    fields = unpack(request, "labels").fields
    online, lost = (unpack_numbers(field, clients) for field in fields[:2])
    return online, lost, dict(zip(online, fields[2:]))
