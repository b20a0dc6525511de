"""What the check of `multiply` looks at: shares of the product, and what each party sends to each."""

import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from privlab.lab.distributions import p_of_counts, uneven
from privlab.lab.inputs import as_list
from privlab.lab.results import as_whole, seen, shown
from privlab.lessons.when_a_party_cheats.origins import Told, can_be_repeated
from privlab.mpc import shamir
from privlab.mpc.shamir import PRIME, Share, height_at

Answer = Callable[[list[Share], list[Share], int, Callable[[int, int, int], int]], Any]
CASES = (  # x, y, parties, threshold, prime
    (6, 7, 3, 1, PRIME),
    (0, 5, 3, 1, 11),
    (3, 4, 3, 1, 11),
    (40, 25, 5, 2, PRIME),
    (PRIME - 1, PRIME - 2, 5, 1, PRIME),
    (5, 5, 7, 3, PRIME),
)
UNEVEN = 1e-9  # probability that right answers are called uneven, for each test


class Wire:
    """What the parties send each other. change : what arrives of a number that one party sends another."""

    def __init__(self, parties: int, change: Callable[[int, int, int], int] = lambda sender, receiver, number: number):
        self.numbers: dict[tuple[int, int], list[int]] = {}
        self._parties, self._change = parties, change

    def send(self, sender: int, receiver: int, number: Any) -> int:
        """What arrives."""
        if not {sender, receiver} <= set(range(1, self._parties + 1)):
            raise ValueError(f"send is from a party to a party, 1 to {self._parties}, got {sender!r} and {receiver!r}")
        whole = as_whole(getattr(number, "value", number))
        if whole is None:
            raise ValueError(f"send takes a whole number, got {number!r}")
        if sender == receiver:
            return number
        self.numbers.setdefault((sender, receiver), []).append(whole)
        changed = self._change(sender, receiver, whole)
        return number if changed == whole else changed if number is whole else _like(number, changed)


def _like(number, changed):
    return Share(number.party, changed, number.prime) if isinstance(number, Share) else changed


def _dealt(x, y, parties, threshold, prime):
    return [shamir.share(secret, parties=parties, threshold=threshold, prime=prime) for secret in (x, y)]


def _shares(result, parties, prime):
    """The parties' shares, or None."""
    shares = as_list(result)
    if shares is None or not all(isinstance(part, Share) and part.prime == prime for part in shares):
        return None
    return shares if [part.party for part in shares] == list(range(1, parties + 1)) else None


def fault(answer: Answer) -> Told:
    """What is no sharing of the product."""
    printed = set()
    for x, y, parties, threshold, prime in CASES:
        xs, ys = _dealt(x, y, parties, threshold, prime)
        wire = Wire(parties)
        result, beside = seen(answer, list(xs), list(ys), threshold, wire.send)
        printed.add(beside)
        shares = _shares(result, parties, prime)
        call = f"multiplying {x} and {y} modulo {'2^61 - 1' if prime == PRIME else prime} among {parties} parties"
        if shares is None:
            return (
                "?",
                f"{call} gave {shown(result)}; return a list with the Share of each party, the first one's first",
            )
        try:
            product = shamir.reconstruct(shares, threshold)
        except ValueError:
            return "✗", (
                f"{call} at threshold {threshold}, your shares lie on no polynomial of degree {threshold}: any "
                f"{threshold + 1} of them should give the product"
            )
        if product != x * y % prime:
            return "✗", f"{call} gave shares of {product}, not of {x * y % prime}"
    if len(printed) > 1:
        return "⚠", f"what is seen beside the result depends on the secrets: {max(printed, key=len)[:90]}"
    return None


def leak(answer: Answer) -> Told:
    """What the messages tell, or that the result does not come of them."""
    return (
        _who_sent_what(answer)
        or _not_uniform(answer)
        or _without_messages(answer)
        or can_be_repeated(lambda: _sent(answer, *_FIXED), "the numbers that are sent")
    )


_FIXED = [[Share(party, 1_000 * party + place, PRIME) for party in (1, 2, 3)] for place in (6, 7)]


def _sent(answer, xs, ys, threshold=1):
    """Every number that is sent, in the order of sender and receiver."""
    wire = Wire(len(xs))
    answer(list(xs), list(ys), threshold, wire.send)
    return [number for pair in sorted(wire.numbers) for number in wire.numbers[pair]]


def _who_sent_what(answer):
    """Each party shares a multiple of its own product, the same multiple in every run."""
    for parties, threshold in ((3, 1), (5, 2)):
        multiples: dict[int, set[int]] = {}
        for x, y in ((6, 7), (11, 2), (5, 9)):
            xs, ys = _dealt(x, y, parties, threshold, PRIME)
            wire = Wire(parties)
            answer(list(xs), list(ys), threshold, wire.send)
            for sender in range(1, parties + 1):
                others = [receiver for receiver in range(1, parties + 1) if receiver != sender]
                counts = Counter(len(wire.numbers.get((sender, receiver), ())) for receiver in others)
                if 0 in counts:
                    return "⚠", (
                        f"party {sender} does not send a number to each of the others: then its product was put in by "
                        "somebody who has no right to know it"
                    )
                if set(counts) != {1}:
                    return "?", f"party {sender} sends more than one number to another: one share for each is enough"
                sent = [Share(receiver, wire.numbers[sender, receiver][0] % PRIME) for receiver in others]
                shared, own = height_at(sent[: threshold + 1]), xs[sender - 1].value * ys[sender - 1].value % PRIME
                if any(part.value == own for part in sent):
                    return (
                        "⚠",
                        f"party {sender} sends its product itself: with it a receiver learns what is not its own",
                    )
                multiples.setdefault(sender, set()).add(shared * pow(own, -1, PRIME) % PRIME)
        for sender, several in multiples.items():
            if len(several) > 1:
                return "⚠", (
                    f"what party {sender} shares is not made of its own two shares, or not by a polynomial of degree "
                    f"{threshold}: who told it the rest?"
                )
    return None


def _not_uniform(answer):
    """What up to the threshold of parties are sent by the others, while the secrets' shares stay as they are."""
    for (parties, threshold, prime, runs), together in (((3, 1, 5, 700), 1), ((5, 2, 7, 300), 2)):
        for secrets_ in ((0, 0), (3, 4)):
            xs, ys = _dealt(*secrets_, parties, threshold, prime)
            wires = []
            for _ in range(runs):
                wire = Wire(parties)
                answer(list(xs), list(ys), threshold, wire.send)
                wires.append(wire)
            for coalition in itertools.combinations(range(1, parties + 1), together):
                senders = [party for party in range(1, parties + 1) if party not in coalition]
                pairs = [(sender, receiver) for sender in senders for receiver in coalition]
                for some in {tuple(pairs[place : place + 2]) for place in range(len(pairs) - 1)}:
                    held = np.array([[wire.numbers[pair][0] % prime for pair in some] for wire in wires])
                    counts = np.bincount(held @ [1, prime], minlength=prime**2)
                    if p_of_counts(counts, runs / prime**2) < UNEVEN:
                        return "⚠", _words(some, counts, runs, prime)
    rows = [_sent(answer, *_FIXED) for _ in range(200)]
    problem = uneven(np.array(rows, dtype=object) % PRIME, PRIME, names=("number", "run"))
    if problem and "neighbour" not in problem:
        return "⚠", f"what is sent is not new and uniform in every run: {problem}"
    return None


def _words(pairs, counts, runs, prime):
    often = int(counts.argmax())
    said = " and ".join(f"party {sender} sends party {receiver}" for sender, receiver in pairs)
    return (
        f"modulo {prime}, what {said} is {often % prime} and {often // prime} in {counts[often]:,} of {runs:,} runs "
        f"with the same shares, where {runs / prime**2:.0f} belong: that tells them of what is not theirs"
    )


def _without_messages(answer):
    """Whether the shares of the result stay as they are when a number arrives changed."""
    for sender, receiver in ((1, 2), (3, 1), (2, 3)):
        xs, ys = _dealt(6, 7, 3, 1, PRIME)

        def change(one, other, number, pair=(sender, receiver)):
            return (number + 1) % PRIME if (one, other) == pair else number

        shares = _shares(answer(list(xs), list(ys), 1, Wire(3, change).send), 3, PRIME)
        others = [part for part in shares or () if part.party != receiver]
        if shares is None or height_at(others) != 42 or height_at(shares[:2]) == height_at(shares[1:]) == 42:
            return "⚠", (
                f"when what party {sender} sends party {receiver} arrives changed, it should change that party's share "
                "and no other: your result does not come of what was sent"
            )
    return None
