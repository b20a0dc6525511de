"""What a dishonest server might ask of the decryptors, as bytes, and what they answer (lesson 52)."""

from privlab.fl.secagg.messages import SERVER, Refused, pack, pack_numbers, unpack, unpack_numbers


def rewritten(request, online, lost, boxes):
    """The request to a decryptor with other lists, bytes.

    request : bytes of an honest request, whose round is kept.
    online, lost : numbers of clients, rising; boxes : list of bytes, one for each client named online.
    """
    return pack("labels", unpack(request, "labels").round, SERVER, pack_numbers(online), pack_numbers(lost), *boxes)


def both_masks(request, victim, clients):
    """The request with the victim named online and lost, which would bring the shares of both its masks.

    victim : int, a client online; clients : int, how many there are.
    """
    online, lost, boxes = _lists(request, clients)
    return rewritten(request, online, sorted({*lost, victim}), boxes)


def named_lost(request, victim, clients):
    """The request with the victim, who is online, named as lost: told to half the decryptors it would bring both."""
    online, lost, boxes = _lists(request, clients)
    kept = [each for each in online if each != victim]
    return rewritten(request, kept, sorted({*lost, victim}), [boxes[online.index(each)] for each in kept])


def forged_survivor(request, victim, clients):
    """The request with the victim, who is lost, named as online, with a box that is another client's."""
    online, lost, boxes = _lists(request, clients)
    named = sorted({*online, victim})
    return rewritten(
        request,
        named,
        [each for each in lost if each != victim],
        [boxes[online.index(each)] if each in online else boxes[0] for each in named],
    )


def only(request, few, clients):
    """The request that names as online only these few, whose sum the server would like."""
    online, _, boxes = _lists(request, clients)
    return rewritten(
        request,
        sorted(few),
        [each for each in range(clients) if each not in few],
        [boxes[online.index(each)] for each in sorted(few)],
    )


def answer(step, request):
    """What a party says to a message: the sentence of its refusal, or "gives what it is asked for".

    step : its method, such as `AggregationClient.agree`; request : bytes.
    """
    try:
        step(request)
    except Refused as error:
        return str(error)
    return "gives what it is asked for"


def _lists(request, clients):
    message = unpack(request, "labels")
    online, lost = (unpack_numbers(field, clients) for field in message.fields[:2])
    return online, lost, list(message.fields[2:])
