"""Exercises of lesson 12: open only what is asked, intersect without hashing, count without naming, spend a triple
once.
"""

import contextlib
import hashlib
import itertools
from bisect import bisect_left
from collections import Counter
from unittest import mock

import numpy as np
from scipy.special import chdtrc

from privlab.lab.apart import can_fork, run_apart
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.randomness import repeats, scopes, simulators, system_bytes
from privlab.lab.results import carried, kept, named, seen, shown, visible
from privlab.mpc import beaver, psi
from privlab.mpc.additive import MODULUS, Shared, share, signed
from privlab.mpc.psi import hash_to_group, power, random_key

ERROR = 1e-9  # probability that a right answer's order is called wrong, in each test


@exercise(
    "Somebody will use what you return in `if opened(votes):`. What else could be read from it?",
    "Two lists of votes with the same answer must give the very same thing.",
    "2 * sum(votes) >= len(votes) is True or False and nothing else.",
)
def opened(votes):
    return 2 * sum(votes) >= len(votes)


@opened.check
def _(answer, verdict):
    """✓: of as many votes two things can be opened and no more, one for each answer, alike in value, type, attributes
    and what is printed; nothing is kept that tells more.

    Every list of one to eight votes, and some of 25 and 100. Not seen: what the time tells, what is written to files,
    and an empty list. No chance is involved.
    """
    every = [list(votes) for n in range(1, 9) for votes in itertools.product((0, 1), repeat=n)]
    rng = np.random.default_rng(1)
    for n in (25, 100):
        every += [[int(vote) for vote in rng.permutation(n) < yes] for yes in [*range(n + 1)] * 2]
    results = [seen(answer, list(votes)) for votes in every]
    again = [seen(answer, list(votes)) for votes in every[500::-7]]
    looks = [(visible(value), beside) for value, beside in results]
    for votes, (value, _) in zip(every, results):
        half = 2 * sum(votes) >= len(votes)
        if _truth(value) != half:
            return _not_the_answer(votes, value, half, every, looks, verdict)
    for n in (6, 5, 4, 3, 2, 7, 8, 25, 100):
        groups = {}
        for votes, (value, beside), look in zip(every, results, looks):
            if len(votes) == n:
                groups.setdefault((_truth(value), look), (value, beside, []))[2].append(votes)
        if len(groups) > 2:
            return verdict.not_private(_what_else(n, groups))
    if [(visible(value), beside) for value, beside in again] != looks[500::-7]:
        return verdict.not_private(
            "asked again about the same votes, it opens something else: that tells what came between"
        )
    if can_fork():
        one, other = (
            run_apart(lambda votes=votes: _kept_after(answer, votes)) for votes in ([1, 1, 0, 0], [0, 0, 1, 1])
        )
        if one != other:
            return verdict.not_private(
                "what your code keeps is not the same after opened([1, 1, 0, 0]) and after opened([0, 0, 1, 1]): "
                "whoever looks there later learns the votes"
            )
    return verdict.right("two results, and nothing else can be read from them")


def _truth(value):
    """Whether a value counts as true; None when it cannot be said."""
    try:
        return bool(value)
    except Exception:
        return None


def _kept_after(answer, votes):
    answer(votes)
    return kept(answer)


def _not_the_answer(votes, value, half, every, looks, verdict):
    call = f"opened({votes})" if len(votes) < 10 else f"opened([1] * {sum(votes)} + [0] * {len(votes) - sum(votes)})"
    answers = {look: set() for look in looks}
    for others, look in zip(every, looks):
        answers[look].add(2 * sum(others) >= len(others))
    if len(answers) == 2 and all(len(several) == 1 for several in answers.values()):
        return verdict("?", f"{call} returned {shown(value)}, which counts as true in an `if`; return True or False")
    return verdict.wrong(
        f"{call} gave {shown(value)}, but {sum(votes)} of {len(votes)} is {'' if half else 'not '}at least half"
    )


def _what_else(n, groups):
    """The result that fits the fewest of n votes, and what it tells."""
    value, beside, fits = min(groups.values(), key=lambda group: len(group[2]))
    text, printed = shown(value), beside.partition("printing ")[2]
    if carried(value):
        text += f" with {named(carried(value))}"
    elif printed and len({beside for _, beside, _ in groups.values()}) > 2:
        text += f", printing {printed[:60]},"
    elif len({shown(other) for other, *_ in groups.values()}) < len(groups):
        text += f" as {beside}"
    asked = 2**n if n < 9 else sum(len(fits) for *_, fits in groups.values())
    sure = next((voter for voter, votes in enumerate(zip(*fits)) if len(set(votes)) == 1), None) if n < 9 else None
    known = "" if sure is None else f", so voter {sure + 1} certainly voted {('no', 'yes')[fits[0][sure]]}"
    return (
        f"of {n} voters, {text} is opened for {len(fits)} of the {asked} {'possible' if n < 9 else 'tried'} votes only"
        f"{known}; a YES or NO would not say so much"
    )


@exercise(
    "Each side draws its own key with random_key(). The client sends its items as points raised to its key.",
    "The server raises those points to its key too, and sends its own items raised to its key. What can the client "
    "still do to these, so that equal items become equal points?",
    "request = send('client', [power(hash_to_group(item), a) for item in mine]); answer = send('server', "
    "[power(point, b) for point in request]); setup likewise, from theirs, sorted. An item is common when its place in "
    "answer is among power(point, a) for the points of setup.",
)
def intersection(mine, theirs, send):
    a, b = random_key(), random_key()
    request = send("client", [power(hash_to_group(item), a) for item in mine])
    answer = send("server", [power(point, b) for point in request])
    setup = send("server", sorted(power(hash_to_group(item), b) for item in theirs))
    common = {power(point, a) for point in setup}
    return [item for item, twice in zip(mine, answer) if twice in common]


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

    def __init__(self, change=lambda who, values: values):
        self.messages, self.raised, self.items, self._change = [], {}, {}, change

    def send(self, who, values):
        values = list(values)
        if who not in ("client", "server"):
            raise ValueError(f'who must be "client" or "server", got {who!r}')
        self.messages.append((who, values))
        return list(self._change(who, list(values)))

    def sent(self, who):
        """All that a side sent."""
        return [value for sender, values in self.messages if sender == who for value in values]

    def shape(self):
        """Who sent how many values, in order."""
        return [(who, len(values)) for who, values in self.messages]

    @contextlib.contextmanager
    def watching(self, answer):
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

    def origin(self, point):
        """The item behind a point and the keys that it was raised to, or (None, ()) when that was not seen."""
        keys = []
        while point in self.raised and len(keys) < 9:
            point, key = self.raised[point]
            keys.append(key)
        return (self.items[point], tuple(reversed(keys))) if point in self.items else (None, ())


@intersection.check
def _(answer, verdict):
    """✓: the common items, from points alone that are new in every run and pass through `send`; each side keeps its
    key; what the client sends, and how much either sends, does not depend on what is common; the order of the
    server's points has nothing to do with its list, and neither is right without what the other sent.

    Not seen: what a side does with its own list and key in the function's one body, as long as the numbers that are
    sent would be the same; a key that is drawn otherwise than by `random_key`, but for small ones and repeated ones. A
    right answer is refused in fewer than one of 10^8 checks.
    """
    wires, printed = [], set()
    for mine, theirs in PAIRS:
        wire = Wire()
        common, beside = seen(answer, list(mine), list(theirs), wire.send)
        expected = [item for item in mine if item in theirs]
        found = _items(common)
        if found is None or sorted(found) != sorted(expected):
            return verdict.wrong(f"{mine} and {theirs} have {expected} in common, as a list; got {shown(common)}")
        printed.add(beside.partition("printing ")[2])
        wires.append(wire)
    if len(printed) > 1:
        return verdict.not_private(f"your code prints {max(printed, key=len)[:60]}: whoever reads along learns it")
    problem = _on_the_wire(answer, wires[0]) or _who_raised_what(answer) or _how_much(wires) or _never_used(answer)
    problem = problem or _in_its_order(answer) or _from_a_seed(answer)
    if problem:
        return verdict.not_private(problem)
    return verdict.right("what is sent is new in every run, and only equal items meet")


def _items(common):
    """The items as a list of text; None when they are none."""
    if isinstance(common, str | bytes | dict) or not hasattr(common, "__iter__"):
        return None
    items = list(common)
    return [str(item) for item in items] if all(isinstance(item, str) for item in items) else None


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
            if _items(answer(list(MINE), list(THEIRS), Wire(change).send)):
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
        if _uneven(several, 6):
            return (
                f"the server's points come in an order that follows theirs {where}: the client learns where a common "
                "item stands among the server's, and what lies around it; sort the points that are sent"
            )
    return None


def _uneven(counts, kinds):
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


@exercise(
    "The client knows which of its points came first. What if it no longer knew?",
    "Any order that has nothing to do with the request's will do.",
    "sorted(power(point, key) for point in request): the keyed points look random, and so does their order.",
)
def answer(request, key):
    return sorted(power(point, key) for point in request)


@answer.check
def _(answer, verdict):
    """✓: the request's points raised to the key, as many as came, in an order that has nothing to do with the
    request's and cannot be repeated without the key; nothing else is told by kinds, attributes or prints.

    Not seen: a request that names an item twice, and an order that follows the request's once in ten answers. A right
    answer is refused in fewer than one of 10^8 checks.
    """
    for size in (5, 1, 2, 12):
        request, key = _request(size), random_key()
        given, _ = seen(answer, list(request), key)
        mark, problem = _not_the_points(given, [power(point, key) for point in request])
        if problem:
            return verdict.wrong(problem) if mark == "✗" else verdict(mark, problem)
    request, orders, looks, runs = _request(4), Counter(), set(), 400
    for _ in range(runs):
        key = random_key()
        given, beside = seen(answer, list(request), key)
        looks.add(beside)
        given = list(given)
        for point in given:
            if carried(point):
                return verdict.not_private(f"a point carries more along: {named(carried(point))}")
        raised = [power(point, key) for point in request]
        orders[tuple(raised.index(bytes(point)) for point in given)] += 1
    if len(looks) > 1:
        return verdict.not_private(
            f"the answer is a {sorted(looks)[0]}, and another time a {sorted(looks)[1]}: that tells"
        )
    if _uneven(orders, 24):
        (order, often), *_ = orders.most_common(1)
        return verdict.not_private(
            f"the order follows the request's: in {often} of {runs} answers the points of items 1 to 4 came as "
            f"{', '.join(str(place + 1) for place in order)}, where {runs / 24:.0f} belong. If a point meets one of "
            "yours, the client knows which of its items it is, such as item 3, not only how many you share"
        )
    leak = _order_by_a_seed(answer)
    if leak:
        return verdict.not_private(leak)
    return verdict.right("the client can count the points that meet, and cannot say whose they are")


def _request(size):
    return [power(hash_to_group(f"555-{n:04d}"), random_key()) for n in range(107, 107 + size)]


def _not_the_points(given, right):
    """The mark and the words for what does not hold the points, or (None, None)."""
    if isinstance(given, dict | str | bytes) or not hasattr(given, "__iter__"):
        return ("?" if isinstance(given, dict) else "✗"), f"the answer is a list of points, got {shown(given)}"
    given = list(given)
    if len(given) != len(right):
        return "✗", f"to a request of {len(right)} points came {len(given)} points"
    if not all(isinstance(point, bytes | bytearray) for point in given):
        other = next(point for point in given if not isinstance(point, bytes | bytearray))
        return "✗", f"the answer is a list of points, bytes as `power` returns them; it holds {shown(other)}"
    if sorted(map(bytes, given)) != sorted(right):
        return "✗", "the answer does not hold the points of the request, each raised to the key"
    return None, None


def _in_one_order(one, other):
    """How many of the same points stand in both lists in one order, if the others are left out."""
    lowest: list[int] = []  # for each number of points in order, the least place where such a run can end
    for place in map(other.index, one):
        length = bisect_left(lowest, place)
        lowest[length : length + 1] = [place]
    return len(lowest)


def _order_by_a_seed(answer):
    """Whether whoever knows a seed can undo the order. One that follows from the raised points alone, as sorting does,
    is the same however the request is turned; a set's is nearly so, for points that collide in it change places.
    """
    request, key = _request(40), random_key()
    turned = [request[place] for place in np.random.default_rng(1).permutation(40)]
    one, other = ([bytes(point) for point in answer(list(points), key)] for points in (request, turned))
    if _in_one_order(one, other) >= 20:  # a set's have some 35; by chance, one of 10^7
        return None

    def again():
        return [bytes(point) for point in answer(list(request), key)]

    if repeats(again):
        return (
            "the order repeats when the seed does: whoever knows or guesses the seed undoes it; sort the raised points"
        )
    taken, makers = system_bytes(again), simulators(again)
    if 0 < taken < 16:
        return f"the order follows from {taken} bytes of the operating system's, which can be tried; sort the points"
    if makers:
        return (
            f"the order comes from {makers[0]}, a generator for simulations, whose seeds can be tried; sort the points"
        )
    return None


@exercise(
    "One product first: take a fresh triple, open x - a and y - b, and add up four things.",
    "x y = c + d b + e a + d e, with d = reveal(x - a) and e = reveal(y - b). Then sum over all pairs.",
    "How often may a triple be used? Call deal() inside the loop.",
)
def dot(xs, ys, deal, reveal):
    total = 0
    for x, y in zip(xs, ys):
        a, b, c = deal()
        d, e = reveal(x - a), reveal(y - b)
        total += c + b * d + a * e + d * e
    return total


VECTORS = (  # xs, ys, parties
    ((7, 5, -2), (1, 4, 3), 2),
    ((6,), (-7,), 2),
    ((0, 0), (5, 0), 2),
    ((2**20, -(2**20), 3, 0, 12_686, -1), (2**20, 5, -3, 8, 618, 2**30), 2),
    ((7, 5, -2), (1, 4, 3), 3),
)


@dot.check
def _(answer, verdict):
    """✓: the shared sum of products, for vectors of one number or more, negative ones and 0, and for three parties;
    whatever is opened, by `reveal` or by `reconstruct`, each number and all of them together, is covered by masks that
    are used once; each party's share of the result is made of its own shares and of what was opened.

    Not seen: what is opened otherwise, changes nothing in the result and is not printed. No chance is involved: what is
    opened is followed as a sum of secrets and masks.
    """
    printed = set()
    for xs, ys, parties in VECTORS:

        def deal(parties=parties):
            return beaver.deal(parties)

        result, beside = seen(
            answer,
            [share(x, parties=parties) for x in xs],
            [share(y, parties=parties) for y in ys],
            deal,
            lambda shared: shared.reconstruct(),
        )
        printed.add(beside)
        if not isinstance(result, Shared):
            return verdict.wrong(f"the result stays shared: a Shared is due, got {shown(result)}")
        expected, got = sum(x * y for x, y in zip(xs, ys)), result.reconstruct()
        if got != expected:
            products = " + ".join(f"{x}*{y}" if y >= 0 else f"{x}*({y})" for x, y in zip(xs, ys))
            got = got if abs(got) < 10**9 else f"a number of {len(str(abs(got)))} digits"
            return verdict.wrong(f"{products}: the shares add up to {got}, not to {expected}")
        if vars(result).keys() != vars(share(0, parties=2)).keys():
            return verdict.not_private(f"the result carries more along: {named(vars(result))}")
    if len(printed) > 1:
        return verdict.not_private(f"what is printed tells about the numbers: {max(printed, key=len)[:90]}")
    for count, parties in ((3, 2), (1, 2), (6, 2), (2, 3)):
        mark, problem = _what_is_opened(answer, count, parties)
        if mark == "?":
            return verdict("?", problem)
        problem = problem or _held_together(answer, count, parties)
        if problem:
            return verdict.not_private(problem)
    return verdict.right("every number that is opened is new in every run, and alone")


class Script:
    """A run of `dot` in which every number is chosen: what is opened is noted, and answered by a fixed number.

    number : function(name, party) that returns a party's share of the number of that name, such as "xs[0]" or "c2".
    """

    def __init__(self, number, parties):
        self.opened, self.triples, self._number, self._parties = [], 0, number, parties

    def shared(self, name):
        return Shared(tuple(self._number(name, party) % MODULUS for party in range(self._parties)))

    def deal(self):
        self.triples += 1
        return beaver.Triple(*(self.shared(f"{letter}{self.triples}") for letter in "abc"))

    def reveal(self, shared):
        self.opened.append(sum(shared.shares) % MODULUS)
        return signed(_fixed("opened", len(self.opened)) | 1)

    def run(self, answer, count):
        """The result. Whoever opens a number by `reconstruct` opens it as well."""
        xs, ys = ([self.shared(f"{name}[{place}]") for place in range(count)] for name in ("xs", "ys"))
        with mock.patch.object(Shared, "reconstruct", lambda shared: self.reveal(shared)):
            return seen(answer, xs, ys, self.deal, self.reveal)[0]


def _fixed(*names):
    """A number modulo 2^64 that is the same for the same names."""
    return int.from_bytes(hashlib.sha256(repr(names).encode()).digest()[:8], "big")


def _what_is_opened(answer, count, parties):
    """The mark and the words where what is opened tells more than a random number, or (None, None).

    With the answers of `reveal` fixed, each opened number is a sum of secrets and masks, and by how much each counts is
    seen when it alone is 1.
    """

    def opened(name=None):
        script = Script(lambda other, party: int(other == name and party == 0), parties)
        script.run(answer, count)
        return script

    base = opened()
    if opened().opened != base.opened:
        return (
            "?",
            "your code opens numbers that it draws itself: take masks from deal() alone, so that they can be followed",
        )
    hidden = [f"{name}[{place}]" for name in ("xs", "ys") for place in range(count)]
    hidden += [f"c{triple}" for triple in range(1, base.triples + 1)]
    masks = [f"{letter}{triple}" for triple in range(1, base.triples + 1) for letter in "ab"]
    columns = []
    for name in (*masks, *hidden):
        numbers = opened(name).opened
        if len(numbers) != len(base.opened):
            return "?", f"how many numbers your code opens depends on {name}: open as many whatever the numbers are"
        columns.append([(one - zero) % MODULUS for one, zero in zip(numbers, base.opened)])
    rows = [list(row) + [int(i == j) for j in range(len(base.opened))] for i, row in enumerate(zip(*columns))]
    told = _told(rows, len(masks), len(masks) + len(hidden))
    if told is None:
        return None, None
    multiple, row = told
    return "⚠", _words_of_a_leak(row[len(masks) + len(hidden) :], row[len(masks) : -len(base.opened)], hidden, multiple)


def _told(rows, masks, end):
    """The first sum of opened numbers whose masks cancel, or are multiples of a number of which the secrets are none:
    that number (2^64 where they cancel) and the sum, as a row; or None.

    rows : by how much each mask (up to `masks`), each secret (up to `end`) and each opened number counts in a sum of
        opened numbers. Elimination modulo 2^64; what is left of masks that are multiples of 2^v leaves v bits bare.
    """
    rows = [list(row) for row in rows]
    while rows:
        power_of_two, index, column = min(
            (
                (row[column] & -row[column] or MODULUS, index, column)
                for index, row in enumerate(rows)
                for column in range(masks)
            ),
            default=(MODULUS, 0, 0),
        )
        pivot = rows.pop(index)
        if any(number % power_of_two for number in pivot[masks:end]):
            return power_of_two, pivot
        if power_of_two < MODULUS:
            inverse = pow(pivot[column] // power_of_two, -1, MODULUS)
            for row in rows:
                factor = row[column] // power_of_two * inverse
                row[:] = [(number - factor * other) % MODULUS for number, other in zip(row, pivot)]
    return None


def _words_of_a_leak(numbers, secrets_, names, multiple):
    """A sum of opened numbers, and what it tells of the secrets."""
    sign = next(1 if signed(number) > 0 else -1 for number in secrets_ if number)
    counts = {place: signed(sign * number) for place, number in enumerate(numbers, 1) if number}
    terms = {name: signed(sign * number) for number, name in zip(secrets_, names) if number}
    tells = " ".join(
        f"{'-' if count < 0 else '+'} {'' if abs(count) == 1 else abs(count)} {name}" for name, count in terms.items()
    )
    tells = tells.replace("  ", " ").removeprefix("+ ")
    if max(map(abs, terms.values())) >= 1_000:
        tells = f"a sum of multiples of {', '.join(terms)}"
    if any(name.startswith("c") for name in terms) and len(terms) == 1:
        tells += ", the product of two masks, and (x - d)(y - e) is that: small factors are found by trying"
    elif multiple < MODULUS:
        tells += f" and masks that are multiples of {multiple}: the last binary digits have none"
    elif len(counts) == 1:
        tells += ", with no mask on it"
    if len(counts) == 1:
        return f"number {next(iter(counts))} that you open is {tells}, in every run"
    how = {(1, 1): "add up to", (-1, 1): "differ by", (1, -1): "differ by"}.get(tuple(counts.values()), "together tell")
    places = " and ".join(", ".join(map(str, counts)).rsplit(", ", 1))
    return (
        f"numbers {places} that you open {how} {tells} in every run: they tell that of the secrets; was a triple used "
        "twice, or a mask opened?"
    )


def _held_together(answer, count, parties):
    """Whether a party's share of the result is made of other parties' shares, or None."""

    def result(party=None):
        script = Script(lambda name, other: _fixed(name, other, party not in (None, other)), parties)
        return script.run(answer, count).shares

    if result() != result():
        return None  # it adds random shares of 0, and cannot be followed
    for party in range(parties):
        if result(party)[party] != result()[party]:
            return (
                f"party {party + 1}'s share of the result changes when its own shares and all opened numbers stay: "
                "your code puts shares of both parties together without reveal, so somebody holds secrets in the clear"
            )
    return None


quiz1 = Quiz(
    id="what_a_result_reveals.quiz1",
    question="Nine people vote and the tally, 9, is opened by a perfect protocol. What is known of Alice's vote?",
    options=(
        ("Nothing: the protocol is secure.", False, "The protocol told nothing but the tally. The tally tells it."),
        (
            "That she voted yes.",
            True,
            "Only one input gives 9. A secure protocol says nothing of what its result tells.",
        ),
        ("Only what she herself knows.", False, "Who hears 9 of 9 knows every vote."),
    ),
)


quiz2 = Quiz(
    id="what_a_result_reveals.quiz2",
    question="Why is a list of hashed phone numbers no private set intersection?",
    options=(
        ("SHA-256 has been broken.", False, "Nobody can turn it round. Nobody needs to."),
        (
            "All phone numbers can be hashed and compared.",
            True,
            "There are too few of them, and hashing needs no secret.",
        ),
        ("Two numbers may have the same hash.", False, "That has never been seen to happen."),
    ),
)


quiz3 = Quiz(
    id="what_a_result_reveals.quiz3",
    question="In the private letter reader, who could read the client's letter?",
    options=(
        ("The server, from the scores.", False, "The scores go to the client."),
        (
            "Nobody, whatever they do together.",
            False,
            "The dealer knows the mask, and the server saw the masked letter.",
        ),
        (
            "The dealer and the server together.",
            True,
            "Mask and masked letter make the letter. That is the trust put in a dealer.",
        ),
    ),
)
