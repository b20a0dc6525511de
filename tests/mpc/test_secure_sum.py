"""The sum of the four engineers, and what their integers leak."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privlab.mpc import secure_sum
from privlab.mpc.additive import Shared, share, share_in_integers, signed
from privlab.mpc.secure_sum import sum_of, table_of
from privlab.mpc.transcript import EVERYONE

ARTICLE = ((-1000, 2500, 900, 1400), (700, 400, 650, 764), (750, -100, 832, 1500), (1500, 900, -3000, 3990))
RAISES = (3800, 2514, 2982, 3390)


def article():
    return [Shared(row, modulus=None) for row in ARTICLE]


def uniform_shares(secrets):
    return [share(secret, parties=len(secrets)) for secret in secrets]


def test_the_articles_table_to_the_dollar():
    total, transcript = sum_of(article())
    assert [shared.reconstruct() for shared in article()] == list(RAISES)
    names = ("Alice", "Bob", "Carlos", "David")
    assert [transcript.value(name, EVERYONE) for name in names] == [1950, 3700, -618, 7654]
    assert total == 12_686 and total / 4 == 3171.5
    assert table_of(article()).splitlines()[-1].split() == ["sum", "1,950", "3,700", "-618", "7,654", "12,686"]


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: sum_of([share(1, parties=3), share(1, parties=2)]), "need 2 shares"),
        (lambda: sum_of([share(1, parties=9)] * 9), "a name each"),
        (lambda: sum_of([]), "there must be a party"),
        (lambda: secure_sum.estimates([1, 2], 10, rng=np.random.default_rng(0)), "3 parties or more"),
    ],
)
def test_bad_input_is_told_in_one_sentence(call, message):
    with pytest.raises((ValueError, TypeError), match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.integers(-(10**12), 10**12), min_size=2, max_size=8))
def test_uniform_shares_give_the_same_total_as_the_secrets(secrets):
    assert sum_of(uniform_shares(secrets))[0] == sum(secrets)


def test_bob_estimates_alice_from_the_articles_table():
    _, transcript = sum_of(article())
    assert secure_sum.estimate_of(transcript, "Alice", "Bob") == 3750
    assert secure_sum.estimate_of(transcript, "David", "Carlos") == 3154
    assert secure_sum.estimate_of(transcript, "Alice", "Bob", "Carlos", "David") == 3800  # all the others always know


def test_two_observers_learn_the_sum_of_the_other_two_and_no_more_from_uniform_shares():
    _, transcript = sum_of(uniform_shares(RAISES))
    both = sum(secure_sum.estimate_of(transcript, victim, "Bob", "Carlos") for victim in ("Alice", "David"))
    assert signed(both) == 3800 + 3390
    assert secure_sum.estimate_of(transcript, "Alice", "Bob", "Carlos") not in range(-(10**6), 10**6)  # chance 1e-13


@pytest.mark.parametrize("parties, bound", [(3, 50), (4, 1000), (6, 7)])
def test_the_error_of_the_estimate_is_what_the_formula_says(parties, bound):
    """20,000 runs: a standard deviation off by 4 % is found; a true one is more than 2.5 % off in fewer than 1e-6."""
    rng = np.random.default_rng(3)
    errors = secure_sum.estimates([3800] * parties, 20_000, bound=bound, rng=rng) - 3800
    expected = secure_sum.standard_deviation(parties=parties, bound=bound)
    assert abs(errors.std() / expected - 1) < 0.025
    assert abs(errors.mean()) < 5 * expected / np.sqrt(20_000)


@pytest.mark.slow
def test_estimates_agree_with_the_protocol_run_message_by_message():
    """The same error from 4,000 runs of `sum_of`, standard deviation within 6 %, wrong by chance in fewer than 1e-6."""
    rng = np.random.default_rng(4)
    errors = []
    for _ in range(4_000):
        sharings = [
            share_in_integers(raise_, parties=4, bound=1000, owner=owner, rng=rng)
            for owner, raise_ in enumerate(RAISES)
        ]
        total, transcript = sum_of(sharings)
        assert total == 12_686
        errors.append(secure_sum.estimate_of(transcript, "Alice", "Bob") - 3800)
    assert abs(np.std(errors) / secure_sum.standard_deviation(parties=4, bound=1000) - 1) < 0.06


def test_uniform_shares_do_not_tell_two_secrets_apart_and_small_ones_do():
    """Of 4,000 estimates each, a Kolmogorov-Smirnov distance above 0.06 comes by chance in fewer than 1e-6."""
    rng = np.random.default_rng(5)

    def probability(bound):
        low, high = (
            secure_sum.estimates([secret, 2514, 2982, 3390], 4_000, bound=bound, rng=rng) for secret in (2000, 5000)
        )
        return secure_sum.probability_to_tell_apart(low, high)

    assert probability(None) < 0.53
    assert probability(500) > 0.95
    assert 0.55 < probability(5_000) < 0.65
