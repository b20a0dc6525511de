"""Seeds in shares: wrong ones are corrected as far as it is said, and nothing else is taken for a seed."""

import secrets

import numpy as np
import pytest

from privlab.fl.secagg.masking_graph import Rules
from privlab.fl.secagg.messages import Refused
from privlab.fl.secagg.seed_sharing import (
    MISSING,
    PRIME,
    TRIES,
    commitment,
    dealer_to_blame,
    pack_shares,
    rebuild_seed,
    share_seed,
    unpack_shares,
)
from privlab.mpc.shamir import Share, height_at
from tests.fl.secagg.rounds import ROOT

RULES = Rules(32, ROOT)


def dealt(rules):
    seed = secrets.token_bytes(16)
    return seed, dict(enumerate(share_seed(seed, rules)))


@pytest.mark.parametrize("rules", [RULES, Rules(16, ROOT, 0, 2), Rules(5, ROOT), Rules(200, ROOT, 20, 5)])
def test_wrong_shares_are_corrected_up_to_half_of_those_too_many(rules):
    rng = np.random.default_rng(1)
    assert rules.corrected >= rules.accomplices
    for helpers in (rules.quorum, rules.decryptors):
        corrected = (helpers - rules.threshold - 1) // 2
        for wrong in {0, 1, corrected}:
            seed, shares = dealt(rules)
            there = rng.permutation(rules.decryptors)[:helpers].tolist()
            held = {position: shares[position] for position in there}
            for position in there[:wrong]:
                held[position] = secrets.randbelow(PRIME)
            rebuilt = rebuild_seed(held, rules, commitment(seed))
            assert rebuilt.seed == seed and rebuilt.wrong == tuple(sorted(there[:wrong]))


def test_missing_shares_count_half_as_much_as_wrong_ones():
    rules, (seed, held) = Rules(200, ROOT, 20, 5), dealt(Rules(200, ROOT, 20, 5))
    spare = rules.decryptors - rules.threshold - 1
    held |= dict.fromkeys(range(4), MISSING) | {4 + wrong: 7 for wrong in range((spare - 4) // 2)}
    assert rebuild_seed(held, rules, commitment(seed)).wrong == tuple(range(4 + (spare - 4) // 2))
    assert rebuild_seed(held | {spare: 7, spare + 1: 7}, rules, commitment(seed)).seed is None


def test_a_few_right_shares_are_found_by_the_commitment():
    """Three of three, one lies: no majority says who, and what the client committed to does."""
    rules = Rules(3, ROOT)
    assert rules.corrected == 0
    for liar in range(3):
        seed, held = dealt(rules)
        held[liar] ^= 1
        rebuilt = rebuild_seed(held, rules, commitment(seed))
        assert rebuilt.seed == seed and rebuilt.wrong == (liar,)


def test_another_seed_than_was_committed_to_is_none():
    seed, shares = dealt(RULES)
    other, _ = dealt(RULES)
    assert rebuild_seed(shares, RULES, commitment(other)).seed is None
    assert rebuild_seed(dict.fromkeys(shares, MISSING), RULES, commitment(seed)).seed is None
    unfit = {position: secrets.randbelow(PRIME) for position in shares}
    assert rebuild_seed(unfit, RULES, commitment(seed)).seed is None
    with pytest.raises(Refused, match="3 decryptors helped, and to rebuild a seed takes 4"):
        rebuild_seed({position: shares[position] for position in range(3)}, RULES, commitment(seed))


def test_as_many_shares_as_accomplices_tell_nothing():
    """Any threshold of them fit every seed: with one more, made up, each seed comes out."""
    rules = Rules(32, ROOT, 0, 3)
    seed, shares = dealt(rules)
    few = {position: shares[position] for position in (0, 5, 9)}
    for wanted in (bytes(16), b"\xff" * 16):
        assert rebuild_seed(few | {30: 1}, rules, commitment(wanted)).seed is None
    assert len({tuple(share_seed(seed, rules)) for _ in range(5)}) == 5
    through = height_at([Share(position + 1, value, PRIME) for position, value in few.items()])
    assert through != int.from_bytes(seed, "big"), "a polynomial of a lower degree would give the seed away"
    enough = [Share(position + 1, shares[position], PRIME) for position in (0, 5, 9, 2)]
    assert height_at(enough) == int.from_bytes(seed, "big"), "control: one share more is the seed"


def test_a_dealer_is_blamed_only_when_nobody_else_can_be():
    assert dealer_to_blame(RULES.quorum, RULES) and dealer_to_blame(3, Rules(3, ROOT))
    crowded = Rules(4, ROOT, 0, 2)
    assert not dealer_to_blame(crowded.quorum, crowded)  # of three shares two may be wrong, and it takes three
    wide = Rules(60, ROOT, 0, 29)
    assert not dealer_to_blame(wide.quorum, wide) and wide.quorum - wide.threshold > 1 and TRIES < 10**6


def test_shares_are_so_many_numbers_below_the_prime():
    assert unpack_shares(pack_shares([0, PRIME - 1]), 2) == [0, PRIME - 1]
    assert unpack_shares(pack_shares([MISSING]), 1, some_missing=True) == [MISSING]
    for field, count, some_missing in (
        (pack_shares([1]), 2, False),
        (b"", 1, False),
        (pack_shares([MISSING]), 1, False),
        (pack_shares([PRIME]), 1, True),
    ):
        with pytest.raises(Refused, match="shares take|it is none"):
            unpack_shares(field, count, some_missing=some_missing)
