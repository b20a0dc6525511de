"""Exercises of lesson 12: open only what is asked, intersect without hashing, count without naming, spend a triple
once.
"""

import itertools

from privlab.lab.exercise import Quiz, exercise
from privlab.mpc import beaver
from privlab.mpc.additive import MODULUS, Shared, share, signed
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
    """Every list of one to six votes. No chance is involved."""
    every = [list(votes) for n in range(1, 7) for votes in itertools.product((0, 1), repeat=n)]
    results = [answer(list(votes)) for votes in every]
    for votes, result in zip(every, results):
        half = 2 * sum(votes) >= len(votes)
        if bool(result) != half:
            return verdict.wrong(
                f"opened({votes}) gave {result!r}, but {sum(votes)} of {len(votes)} is "
                f"{'' if half else 'not '}at least half"
            )
    for n in range(6, 1, -1):
        groups = {}
        for votes, result in zip(every, results):
            if len(votes) == n:
                groups.setdefault((bool(result), repr(result)), []).append(votes)
        if len(groups) > 2:
            (_, text), fits = min(groups.items(), key=lambda group: len(group[1]))
            sure = next((voter for voter, votes in enumerate(zip(*fits)) if len(set(votes)) == 1), None)
            known = "" if sure is None else f", so voter {sure + 1} certainly voted {('no', 'yes')[fits[0][sure]]}"
            return verdict.not_private(
                f"of {n} voters, {text} is opened for {len(fits)} of the {2**n} possible votes "
                f"only{known}; a YES or NO would not say so much"
            )
    return verdict.right("two results, and nothing else can be read from them")


@exercise(
    "Each side draws its own key with random_key(). The client sends its items as points raised to its key.",
    "The server raises those points to its key too, and sends its own items raised to its key. What can the client "
    "still do to these, so that equal items become equal points?",
    "request = send('client', [power(hash_to_group(item), a) for item in mine]); answer = send('server', "
    "[power(point, b) for point in request]); setup likewise, from theirs. An item is common when its place in "
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
    """Two runs with the same items; keys are fresh, so that a right answer sends a value twice once in 2^250."""
    mine, theirs = [f"555-{n:04d}" for n in (107, 112, 120, 133, 151)], [f"555-{n:04d}" for n in (120, 107, 144, 160)]
    runs = []
    for _ in range(2):
        sent = {"client": [], "server": []}

        def send(who, values):
            values = list(values)
            if who not in sent:
                raise ValueError(f'who must be "client" or "server", got {who!r}')
            sent[who].extend(values)
            return values

        common = answer(list(mine), list(theirs), send)
        if not isinstance(common, list) or sorted(map(str, common)) != ["555-0107", "555-0120"]:
            return verdict.wrong(f"{mine} and {theirs} have ['555-0107', '555-0120'] in common, a list; got {common!r}")
        runs.append(sent)
    first, second = ([*sent["client"], *sent["server"]] for sent in runs)
    if not first:
        return verdict.not_private("the result came about without a message: one side must have had both lists")
    for message in first:
        if message in mine + theirs:
            return verdict.not_private(f"{message} was sent in the clear")
        if message in second:
            return verdict.not_private(
                "what is sent for an item is the same in every run: whoever hears it runs your "
                "code on all numbers from 555-0000 to 555-9999 and reads the list"
            )
        try:
            power(message, random_key())
        except ValueError:
            return verdict.not_private(
                f"{str(message)[:24]}... was sent and is not a point, so no key of the other side "
                "hides it; a hash can be tried, with its salt if that is sent"
            )
    if set(runs[0]["client"]) & set(runs[0]["server"]):
        return verdict.not_private(
            "both sides sent the same point: either they have one key, and each can try all "
            "numbers on what the other sent, or the server learns what is common too"
        )
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
    """Twelve runs with fresh keys, five items: a random order follows the request in all of them once in 10^22."""
    items = [f"555-{n:04d}" for n in (107, 112, 120, 133, 151)]
    by_request, by_value = set(), set()
    for _ in range(12):
        key, request = random_key(), [power(hash_to_group(item), random_key()) for item in items]
        given = answer(list(request), key)
        right = [power(point, key) for point in request]
        if not isinstance(given, list | tuple | set | frozenset):
            return verdict.wrong(f"the answer is a list of points, got {given!r}")
        if len(given) != len(items):
            return verdict.wrong(f"to a request of 5 points came {len(given)} points")
        given = list(given)
        if sorted(given) != sorted(right):
            return verdict.wrong("the answer does not hold the points of the request, each raised to the key")
        by_request.add(tuple(right.index(point) for point in given))
        rank = [sorted(request).index(point) for point in request]
        by_value.add(tuple(rank[right.index(point)] for point in given))
    if len(by_request) == 1 or len(by_value) == 1:
        return verdict.not_private(
            "the order is always the same function of the request's, so the client knows which "
            "point is whose: if the third of its points meets one of yours, it learns that you "
            "have item 3, not only how many you share"
        )
    return verdict.right("the client can count the points that meet, and cannot say whose they are")


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


@dot.check
def _(answer, verdict):
    """Three runs with fresh shares and triples: numbers that are masked agree in all of them once in 10^34."""
    xs, ys, runs = (7, 5, -2), (1, 4, 3), []
    for _ in range(3):
        opened_numbers = []

        def reveal(shared):
            opened_numbers.append(shared.reconstruct() % MODULUS)
            return shared.reconstruct()

        result = answer([share(x, parties=2) for x in xs], [share(y, parties=2) for y in ys], beaver.deal, reveal)
        if not isinstance(result, Shared):
            return verdict.wrong(f"the result stays shared: a Shared is due, got {result!r}")
        if result.reconstruct() != 21:
            return verdict.wrong(f"7*1 + 5*4 + (-2)*3: the shares add up to {result.reconstruct()}, not to 21")
        runs.append(opened_numbers)
    names = {7: "xs[0]", 5: "xs[1]", -2: "xs[2]", 1: "ys[0]", 4: "ys[1]", 3: "ys[2]", 21: "the result"}
    for i, first in enumerate(zip(*runs)):
        if len(set(first)) == 1:
            number = signed(first[0])
            return verdict.not_private(
                f"number {i + 1} that you open is {number} in every run: it hides nothing"
                + (f", it is {names[number]}" if number in names else "")
            )
        for j, second in enumerate(zip(*(run[:i] for run in runs))):
            for word, sign in (("differ by", -1), ("add up to", 1)):
                together = {(a + sign * b) % MODULUS for a, b in zip(second, first)}
                if len(together) == 1:
                    number = signed(together.pop())
                    return verdict.not_private(
                        f"numbers {j + 1} and {i + 1} that you open {word} {number} in every run: "
                        "they tell that of the secrets; was a triple used twice, or a mask opened?"
                    )
    return verdict.right("every number that is opened is new in every run, and alone")


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
