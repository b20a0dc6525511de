"""What the check of `intersection` looks at: who sent what to whom, raised to which key, in which order."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from scipy.special import chdtrc

from privlab.lab.inputs import as_list
from privlab.lab.randomness import repeats, scopes, simulators, system_bytes
from privlab.lab.results import carried, named
from privlab.mpc import psi
from privlab.mpc.psi import hash_to_group, power, random_key

ERROR = 1e-9  # probability that a right answer's order is called wrong, in each test

MINE, THEIRS = [f"555-{n:04d}" for n in (107, 112, 120, 133, 151)], [f"555-{n:04d}" for n in (120, 107, 144, 160)]
APART = [f"555-{n:04d}" for n in (144, 160, 171, 188)]  # as many as THEIRS, none of them in MINE
PAIRS: tuple[tuple[list[str], list[str]], ...] = (
    (MINE, THEIRS),
    (MINE, APART),
    (MINE, MINE[:4]),
    ([], THEIRS),
    (MINE, []),
    (MINE[:1], MINE[:1]),
    (["Zoë"], APART),
)


class Wire:
    """What crosses between client and server, and what was raised to which key.

    change : function(who, values) that returns what arrives, for one who tampers.
    """

    def __init__(self, change: Callable[[str, list], list] = lambda who, values: values):
        self.messages: list[tuple[str, list]] = []
        self.raised: dict[bytes, tuple[bytes, bytes]] = {}
        self.items: dict[bytes, str] = {}
        self._change = change

    def send(self, who: str, values: Iterable) -> list:
        """What arrives of what one side sends."""
        values = list(values)
        if who not in ("client", "server"):
            raise ValueError(f'who must be "client" or "server", got {who!r}')
        self.messages.append((who, values))
        return list(self._change(who, list(values)))

    def sent(self, who: str) -> list:
        """All that a side sent."""
        return [value for sender, values in self.messages if sender == who for value in values]

    def shape(self) -> list[tuple[str, int]]:
        """Who sent how many values, in order."""
        return [(who, len(values)) for who, values in self.messages]

    @contextlib.contextmanager
    def watching(self, answer: Callable) -> Iterator[None]:
        """A context in which the answer's calls of `hash_to_group` and `power` are noted."""

        def noting_hash(item, hash_to_group=hash_to_group):
            point = hash_to_group(item)
            self.items[point] = item
            return point

        def noting_power(point, key, power=power):
            result = power(point, key)
            self.raised.setdefault(result, (point, key))
            return result

        new, undo = {id(hash_to_group): noting_hash, id(power): noting_power}, []
        for scope in (vars(psi), *scopes(answer)):
            undo += [(scope, name, value) for name, value in scope.items() if id(value) in new]
        for scope, name, value in undo:
            scope[name] = new[id(value)]
        try:
            yield
        finally:
            for scope, name, value in undo:
                scope[name] = value

    def origin(self, point: bytes) -> tuple[str | None, tuple]:
        """The item behind a point and the keys that it was raised to, or (None, ()) when that was not seen."""
        keys: list[bytes] = []
        while point in self.raised and len(keys) < 9:
            point, key = self.raised[point]
            keys.append(key)
        return (self.items[point], tuple(reversed(keys))) if point in self.items else (None, ())


def items_of(common: Any) -> list[str] | None:
    """The items as a list of text; None when they are none."""
    items = as_list(common)
    return None if items is None or not all(isinstance(item, str) for item in items) else [str(item) for item in items]


def told(answer: Callable, wires: Sequence[Wire]) -> str | None:
    """What the messages of an answer tell, in a sentence; or None.

    wires : of the runs on `PAIRS`, in their order.
    """
    return (
        _on_the_wire(answer, wires[0])
        or _who_raised_what(answer)
        or _how_much(wires)
        or _never_used(answer)
        or _in_its_order(answer)
        or _from_a_seed(answer)
    )


def _on_the_wire(answer, wire):
    """What an eavesdropper, or the other side, sees at once."""
    other = Wire()
    answer(list(MINE), list(THEIRS), other.send)
    client, server = wire.sent("client"), wire.sent("server")
    if not client and not server:
        return "the result came about without a message: one side must have had both lists"
    again = [*other.sent("client"), *other.sent("server")]
    for message in [*client, *server]:
        if message in MINE + THEIRS:
            return f"{message} was sent in the clear"
        if any(type(message) is type(value) and message == value for value in again):
            return (
                "what is sent for an item is the same in every run: whoever hears it runs your "
                "code on all numbers from 555-0000 to 555-9999 and reads the list"
            )
        try:
            power(message, random_key())
        except ValueError:
            text = message.hex() if isinstance(message, bytes) else str(message)
            return (
                f"{text[:16]}{'...' * (len(text) > 16)} was sent and is not a point, so no key of the other side "
                "hides it; a hash can be tried, with its salt if that is sent, and a number counts something"
            )
        if carried(message):
            return f"a point carries more along: {named(carried(message))}"
    if set(client) & set(server):
        return (
            "both sides sent the same point: either they have one key, and each can try all "
            "numbers on what the other sent, or the server learns what is common too"
        )
    if len(set(client)) < len(client) or len(set(server)) < len(server):
        return (
            "the same point was sent twice by one side: what it is sent for a second time tells which items are meant"
        )
    return None


def _who_raised_what(answer):
    """On lists without a common item each point has one origin: it is followed as far as `power` was called."""
    wire = Wire()
    with wire.watching(answer):
        list(answer(list(MINE), list(APART), wire.send))
    sent = {"client": set(wire.sent("client")), "server": set(wire.sent("server"))}
    origin = {point: wire.origin(point) for point in wire.raised}
    keys = {
        side: {used[0] for item, used in origin.values() if item in items}
        for side, items in (("client", MINE), ("server", APART))
    }
    if keys["client"] & keys["server"]:
        return (
            "an item of the client's and one of the server's were raised to the same key: whoever holds that key "
            "tries all numbers from 555-0000 to 555-9999 on what the other sent"
        )
    for key in keys["client"] | keys["server"]:
        if int.from_bytes(key, "little") < 2**192:
            return f"a key is as small as {int.from_bytes(key, 'little'):,}: it can be tried; draw it with random_key()"
    for point, (raised, key) in wire.raised.items():
        item, _ = origin[point]
        owner, other = ("client", "server") if item in MINE else ("server", "client")
        if item is not None and key in keys[other] and raised not in sent[owner]:
            return (
                f"a point of the {owner}'s was raised to the {other}'s key and had not been sent: one side works with "
                "both keys, and tries all numbers on what the other sent"
            )
    if any(origin.get(point, (None,))[0] in APART for point in sent["client"]):
        return (
            "the client sent points that are made of the server's items: so the server can learn what is common, and "
            "only the client should"
        )
    if keys["client"] and not any(origin.get(point, (None,))[0] in MINE for point in sent["server"]):
        return (
            "the client's points, raised to the server's key, were never sent back: so the client works with the "
            "server's key, and tries all numbers on what the server sent"
        )
    return None


def _how_much(wires):
    """Whether the number of messages and of values tells how many items are common."""
    shapes = [wire.shape() for wire in wires[:3]]
    if shapes[0] == shapes[1] == shapes[2]:
        return None
    return (
        f"with 2 items in common {_sizes(shapes[0])} points, with none {_sizes(shapes[1])}, with 4 "
        f"{_sizes(shapes[2])}: how much is sent tells how much is common"
    )


def _sizes(shape):
    several = {who: " + ".join(str(size) for sender, size in shape if sender == who) for who, _ in shape}
    return " and ".join(f"the {who} sends {sizes}" for who, sizes in several.items())


def _never_used(answer):
    """Whether what one side sends is needed at all: other points arrive in its place, so nothing can be common."""
    for side in ("client", "server"):

        def change(who, values, side=side):
            return [power(hash_to_group(str(i)), random_key()) for i in range(len(values))] if who == side else values

        with contextlib.suppress(Exception):
            if items_of(answer(list(MINE), list(THEIRS), Wire(change).send)):
                return (
                    f"the result is right even when other points arrive than the {side} sent: so they are for show, "
                    "and the client works with the server's key or list"
                )
    return None


def _in_its_order(answer):
    """The order of the server's own points against that of its list, and against any fixed order of the items."""
    counts = {"in the server's list": Counter(), "in the alphabet, or in another fixed one": Counter()}
    rng, runs = np.random.default_rng(1), 120
    for _ in range(runs):
        theirs = [APART[place] for place in rng.permutation(3)]
        wire = Wire()
        with wire.watching(answer):
            list(answer(MINE[:2], list(theirs), wire.send))
        items = [wire.origin(point)[0] for point in wire.sent("server")]
        items = [item for item in items if item in theirs]
        if sorted(items) != sorted(theirs):
            return None  # it could not be followed
        for several, order in zip(counts.values(), (theirs, sorted(theirs))):
            several[tuple(order.index(item) for item in items)] += 1
    for where, several in counts.items():
        if uneven_orders(several, 6):
            return (
                f"the server's points come in an order that follows theirs {where}: the client learns where a common "
                "item stands among the server's, and what lies around it; sort the points that are sent"
            )
    return None


def uneven_orders(counts: Counter, kinds: int) -> bool:
    """Whether orders are not equally likely."""
    expected = counts.total() / kinds
    square = sum((often - expected) ** 2 for often in counts.values()) / expected + (kinds - len(counts)) * expected
    return chdtrc(kinds - 1, square) < ERROR


def _from_a_seed(answer):
    """Keys that can be drawn again."""

    def drawn():
        wire = Wire()
        list(answer(list(MINE), list(APART), wire.send))
        return wire.messages

    if repeats(drawn):
        return "the keys repeat when the seed does: whoever knows or guesses it tries all numbers; call random_key()"
    taken, makers = system_bytes(drawn), simulators(drawn)
    if 0 < taken < 32:
        return f"both keys follow from {taken} bytes of the operating system's, which can be tried; call random_key()"
    if makers:
        return (
            f"the keys come from {makers[0]}, a generator for simulations, whose seeds can be tried; call random_key()"
        )
    return None
