"""What the check of `choose` looks at: the receiver's key, and what a request tells the sender."""

from collections.abc import Callable
from typing import Any

from privlab.lab.checks import attempted
from privlab.lab.inputs import as_list
from privlab.lab.results import shown
from privlab.lessons.when_a_party_cheats.origins import Told, can_be_repeated, told_beside, uneven_digit
from privlab.mpc.oblivious_transfer import generator_power, offer, point_product, point_quotient, points_of

Answer = Callable[[int, bytes], Any]  # from a bit and the sender's point to a request and a point
REQUESTS = 300  # for each bit
BIASED = 61  # ones more or less than half of 300: seven standard deviations
TRIED = 1_000  # small keys
SMALL = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")  # a point of order 8


def _parts(result):
    """The request and the point, as bytes, or None."""
    parts = as_list(result) or []
    if len(parts) != 2 or not all(isinstance(part, bytes | bytearray) and len(part) == 32 for part in parts):
        return None
    return [bytes(part) for part in parts]


def fault(answer: Answer) -> Told:
    """A request or a point that does not open the chosen message."""
    for bit in (0, 1, 1, 0):
        offered, key = offer()
        result = answer(bit, offered)
        parts = _parts(result)
        if parts is None:
            return "?", f"choose({bit}, A) returned {shown(result)}; return the request and the point, two points"
        request, point = parts
        try:
            both = points_of(request, offered, key)
        except ValueError:
            return "✗", f"the request of choose({bit}, A) is no point of the group that the sender can use"
        if point == both[1 - bit]:
            return "✗", f"choose({bit}, A) returned the point that opens message {1 - bit}"
        if point != both[bit]:
            return "✗", f"the point that choose({bit}, A) returned opens neither message: is it A to the power b?"
    return None


def leak(answer: Answer) -> Told:
    """What the sender can learn of the bit."""
    offered, _ = offer()
    told = told_beside(answer, [(f"choose({bit}, A)", (bit, offered)) for bit in (0, 1) * 20], list)
    if told:
        return told
    requests: dict[int, list[bytes]] = {0: [], 1: []}
    for bit in (0, 1) * REQUESTS:
        offered, _ = offer()
        request, _ = _parts(answer(bit, offered))
        requests[bit].append(request)
        requests.setdefault(2, []).append(point_quotient(request, offered) if bit else request)
    told = _repeated(requests[2]) or _uneven(requests) or _outside(answer, offered)
    return told or can_be_repeated(lambda: _parts(answer(1, offered)), "the request and the key")


def _repeated(drawn):
    """Whether keys come again, or are so small that they can be tried. drawn : g^b of each run."""
    if len(set(drawn)) < len(drawn):
        return "⚠", (
            f"of {len(drawn):,} requests only {len(set(drawn)):,} have a key of their own: the sender compares two "
            "requests and sees whether the same message is chosen; draw b anew"
        )
    small = {generator_power(number.to_bytes(32, "little")) for number in range(1, TRIED)}
    if small & set(drawn):
        return "⚠", f"b is below {TRIED:,}: the sender tries them all, and sees which bit gives the request"
    return None


def _uneven(requests):
    """Whether a binary digit of the request goes with the bit."""
    for bit in (0, 1):
        digit = uneven_digit(requests[bit], BIASED)
        if digit:
            return "⚠", (
                f"binary digit {digit.place} of byte {digit.byte} of the request is 1 in {digit.ones} of {REQUESTS} "
                f"requests for the bit {bit}, where {REQUESTS // 2} belong: a request should be any point"
            )
    return None


def _outside(answer, offered):
    """Whether offers outside the group are used."""
    for bad in (point_product(offered, SMALL), SMALL, bytes(range(2, 34))):
        for bit in (1, 0):
            if attempted(answer, bit, bad)[1]:
                continue
            return "⚠", (
                "an offer that is no point of the group is answered: a request for bit 1 then lies outside too, and "
                "the sender sees it; power(offered, b) refuses such offers"
            )
    return None
