"""Exercises of lesson 12: open only what is asked, intersect without hashing, count without naming, spend a triple
once.
"""

import itertools
from bisect import bisect_left
from collections import Counter

import numpy as np

from privlab.lab.apart import can_fork, run_apart
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.randomness import repeats, simulators, system_bytes
from privlab.lab.results import carried, kept, named, seen, shown, visible
from privlab.lessons.what_a_result_reveals.dot_checks import held_together, what_is_opened
from privlab.lessons.what_a_result_reveals.intersection_checks import PAIRS, Wire, items_of, told, uneven_orders
from privlab.mpc import beaver
from privlab.mpc.additive import Shared, share
from privlab.mpc.psi import hash_to_group, power, random_key


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

    Every list of one to eight votes, and some of 25 and 100. Not seen: what the time tells, what is kept in other
    modules, and an empty list. No chance is involved.
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
        for first, second in (([1, 1, 0, 0], [0, 0, 1, 1]), ([1, 1, 1, 0], [1, 1, 0, 0])):
            one, other = (run_apart(lambda votes=votes: _kept_after(answer, votes)) for votes in (first, second))
            if one != other:
                return verdict.not_private(
                    f"what your code keeps is not the same after opened({first}) and after opened({second}): "
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
        found = items_of(common)
        if found is None or sorted(found) != sorted(expected):
            return verdict.wrong(f"{mine} and {theirs} have {expected} in common, as a list; got {shown(common)}")
        printed.add(beside.partition("printing ")[2])
        wires.append(wire)
    if len(printed) > 1:
        return verdict.not_private(f"your code prints {max(printed, key=len)[:60]}: whoever reads along learns it")
    problem = told(answer, wires)
    if problem:
        return verdict.not_private(problem)
    return verdict.right("what is sent is new in every run, and only equal items meet")


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
    if uneven_orders(orders, 24):
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
        mark, problem = what_is_opened(answer, count, parties)
        if mark == "?":
            return verdict("?", problem)
        problem = problem or held_together(answer, count, parties)
        if problem:
            return verdict.not_private(problem)
    return verdict.right("each number that is opened is covered by a mask of its own, and a new one in every run")


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
