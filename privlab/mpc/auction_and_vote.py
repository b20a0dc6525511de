"""Computations by real processes of which only the result is opened: a sealed-bid auction and a vote (lesson 12)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from privlab.mpc import parties
from privlab.mpc.secure_sum import NAMES

LARGEST_BID = 2**31 - 1


class Outcome(NamedTuple):
    """What each party was told, by its name: the winner's name and the price, or None; and the bytes sent by all."""

    results: dict[str, tuple[str, int] | None]
    bytes_sent: int


def auction(bids: dict[str, int], *, recipients: Iterable[str] | None = None) -> Outcome:
    """The outcome of a sealed-bid auction: the highest bid wins, and pays what the second highest offered.

    Of equal bids the first wins. All who bid and all who are told take part in the computation.
    bids : from a bidder's name to its bid, from 0 to 2^31 - 1, in one unit of money.
    recipients : names of those who are told; one who made no bid is an outside recipient. Left out, all bidders are.
    Raises ValueError for fewer than two bids, a bid out of range or nobody to tell, and as `parties.run` does.
    Source: Vickrey (1961) for the second price; "Computing on private data" names auctions among the uses.
    Not secure because a bidder may bid what it likes, and parties that leave the protocol are not caught.
    """
    recipients = list(bids if recipients is None else dict.fromkeys(recipients))
    if len(bids) < 2 or not recipients:
        raise ValueError(f"an auction needs two bids and somebody to tell, got {len(bids)} and {len(recipients)}")
    for name, bid in bids.items():
        if isinstance(bid, bool) or not hasattr(bid, "__index__") or not 0 <= bid <= LARGEST_BID:
            raise ValueError(f"{name}'s bid must be a whole number from 0 to {LARGEST_BID:,}, got {bid!r}")
    names = list(dict.fromkeys([*bids, *recipients]))
    public = {"bidders": list(range(len(bids))), "recipients": [names.index(name) for name in recipients]}
    inputs = [public | {"bid": bids[name].__index__() if name in bids else None} for name in names]
    answers = parties.run("auction", inputs, _with_spares(names))
    results = {name: _named(answer["result"], names) for name, answer in zip(names, answers)}
    return Outcome(results, sum(answer["bytes"] for answer in answers))


def _named(result, names):
    return result and (names[result[0]], result[1])


def vote(votes: dict[str, int], question: str = "tally") -> int | bool:
    """What all voters are told: the number of yes, or whether at least half said yes, a bool.

    votes : from a voter's name to 0 (no) or 1 (yes).
    question : "tally" or "at least half".
    Raises ValueError for another question or another vote, and as `parties.run` does.
    Source: "Computing on private data".
    Not secure because each process could share a number other than 0 and 1: real votes come with a proof.
    """
    if question not in ("tally", "at least half"):
        raise ValueError(f'the question must be "tally" or "at least half", got {question!r}')
    for name, said in votes.items():
        if said not in (0, 1):
            raise ValueError(f"{name}'s vote must be 0 (no) or 1 (yes), got {said!r}")
    inputs = [{"vote": int(said), "open": question} for said in votes.values()]
    answer = parties.run("vote", inputs, _with_spares(votes))[0]
    return answer if question == "tally" else bool(answer)


def _with_spares(names):
    """The names and further ones: `run` says how many parties it takes by the names that there are."""
    return list(dict.fromkeys([*names, *NAMES]))
