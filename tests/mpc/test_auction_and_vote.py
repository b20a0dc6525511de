"""Auction and vote by real processes: who is told what, and a bidder that dies."""

import contextlib
import threading
import time

import psutil
import pytest

from privlab.mpc import parties
from privlab.mpc.auction_and_vote import LARGEST_BID, auction, vote

BIDS = {"Alice": 90, "Bob": 130, "Carlos": 155, "David": 120}


@pytest.fixture(autouse=True)
def nothing_left_behind():
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    yield
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


@pytest.mark.slow
def test_only_the_outside_recipient_is_told():
    outcome = auction(BIDS, recipients=["Eve"])
    assert outcome.results == dict.fromkeys(BIDS) | {"Eve": ("Carlos", 130)}
    assert 1_000 < outcome.bytes_sent < 1_000_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "bids, recipients, result",
    [
        ({"Alice": 5, "Bob": LARGEST_BID, "Carlos": 0}, ["Carlos", "Carlos"], ("Bob", 5)),
        ({"Alice": 7, "Bob": 7, "Carlos": 7}, None, ("Alice", 7)),
    ],
)
def test_part_of_the_participants_or_all_are_told(bids, recipients, result):
    results = auction(bids, recipients=recipients).results
    assert results == {name: result if name in (recipients or bids) else None for name in bids}


@pytest.mark.parametrize(
    "bids, recipients, message",
    [
        ({"Alice": 5}, ["Eve", "Frank"], "needs two bids"),
        (BIDS, [], "somebody to tell"),
        (BIDS | {"Bob": -1}, None, "Bob's bid must be a whole number from 0 to 2,147,483,647, got -1"),
        (BIDS | {"Bob": 2**31}, None, "Bob's bid"),
        (BIDS | {"Bob": 1.5}, None, "Bob's bid"),
        ({"Alice": 5, "Bob": 6}, None, "it takes 3 to 8 parties, got 2"),
    ],
)
def test_an_auction_that_cannot_be_is_refused(bids, recipients, message):
    with pytest.raises(ValueError, match=message):
        auction(bids, recipients=recipients)


@pytest.mark.slow
@pytest.mark.parametrize("votes, tally", [((1, 1, 1, 1), 4), ((1, 0, 1, 0), 2), ((0, 0, 1, 0), 1)])
def test_vote(votes, tally):
    named = dict(zip(BIDS, votes))
    assert vote(named, "tally") == tally
    passed = vote(named, "at least half")
    assert passed is (2 * tally >= 4)


def test_votes_and_questions_are_checked():
    with pytest.raises(ValueError, match="Bob's vote must be 0 .no. or 1 .yes., got 2"):
        vote({"Alice": 1, "Bob": 2, "Carlos": 0})
    with pytest.raises(ValueError, match="the question must be"):
        vote({"Alice": 1, "Bob": 0, "Carlos": 0}, "who said yes")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, inputs, count",
    [
        ("total", [1, 2, 3], 1),
        ("vote", [{"vote": 1, "open": "at least half"}] * 3, 1),
        ("auction", [{"bid": bid, "bidders": [0, 1, 2], "recipients": [0]} for bid in (3, 1, 2)], 2),
        ("noisy_total", [{"number": 1, "epsilon": 1.0, "honest": 3, "adds_noise": True, "releases": 5}] * 3, 5),
    ],
)
def test_a_program_opens_its_result_and_nothing_else(tmp_path, name, inputs, count):
    """Counts what the program itself opens; mpyc opens masked numbers on the way, of which its own code sees to the
    masks.
    """
    counting = tmp_path / "counting.py"
    counting.write_text(
        f"""import sys
from privlab.mpc.party import play
from privlab.mpc.programs import {name} as program

async def counted(mpc, mine):
    opened, output = [], mpc.output

    def count(what, *rest, **more):
        if sys._getframe(1).f_code.co_filename == program.__file__:
            opened.append(len(what) if isinstance(what, list) else 1)
        return output(what, *rest, **more)

    mpc.output = count
    await program.{name}(mpc, mine)
    return sum(opened)

play(counted)
""",
        encoding="utf-8",
    )
    assert parties.run(counting, inputs) == [count] * len(inputs)


@pytest.mark.slow
def test_a_bidder_that_is_killed_is_named_and_nobody_is_told():
    def kill_one():
        end = time.monotonic() + 20
        while time.monotonic() < end and not killed:
            for child in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):  # it may have ended by itself
                    words = child.cmdline()
                    if "auction.py" in " ".join(words) and words[words.index("-I") + 1] == "2":
                        child.kill()
                        killed.append(child.pid)
            time.sleep(0.01)

    killed = []
    killer = threading.Thread(target=kill_one)
    killer.start()
    with pytest.raises(parties.PartyDied, match=r"^Carlos \(party 3 of 5\) ended in mid-protocol") as caught:
        auction(BIDS, recipients=["Eve"])
    killer.join()
    assert killed and caught.value.party == 2
