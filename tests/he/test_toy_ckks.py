"""The scheme for paper: right within its rounding, broken by trying, and by a decryption shared with its noise."""

import numpy as np
import pytest

from privlab.he.toy_ckks import Toy, complaining, round_half_up, small_secret, solve


def test_rounding_is_to_the_nearest_and_halves_go_up():
    assert [round_half_up(number, 10) for number in (4, 5, 14, 15, -4, -5, -6, 0)] == [0, 1, 1, 2, 0, 0, -1, 0]


@pytest.mark.parametrize("seed", range(20))
def test_sums_and_products_are_right_within_rounding(seed):
    rng = np.random.default_rng(seed)
    key = Toy((3,))
    x, y = rng.uniform(-2, 2, 2)
    a, b = key.encrypt(x, rng), key.encrypt(y, rng)
    for cipher, value in (
        (a + b, x + y),
        (a - b, x - y),
        (3 - a, 3 - x),
        (2 * a + 1, 2 * x + 1),
        (a * b, x * y),
        ((a * a) * (a * a), x**4),
        (a * b + a, x * y + x),
        (a * b * b - a, x * y * y - x),
    ):
        assert key.decrypt(cipher) == pytest.approx(value, abs=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_polynomials_of_eight_terms_too(seed):
    rng = np.random.default_rng(seed)
    key = Toy(small_secret(8, rng), base=10_007)
    a, b = key.encrypt(1.5, rng), key.encrypt(-2, rng)
    assert key.decrypt(a * b + a) == pytest.approx(-1.5, abs=0.05)


def test_decrypting_is_one_line_of_arithmetic():
    cipher = Toy((3,)).encrypt(1.5, np.random.default_rng(1))
    (b,), (a,) = cipher.parts
    assert abs((b + 3 * a) % cipher.modulus - 15_000) <= 3
    assert 0 <= a < 10_000**4 == cipher.modulus


def test_past_the_depth():
    rng = np.random.default_rng(1)
    a = Toy((3,), depth=1).encrypt(1.5, rng)
    assert (a.level, (a * a).level) == (1, 0)
    with pytest.raises(ValueError, match="past the depth"):
        a * a * a
    for wrong in (5_000, np.nan, -np.inf):
        with pytest.raises(ValueError, match="too large"):
            Toy((3,)).encrypt(wrong, rng)


def test_powers_and_partners_that_make_no_sense_are_told():
    rng = np.random.default_rng(1)
    a = Toy((3,)).encrypt(1.5, rng)
    for power in (0, -1, 0.5):
        with pytest.raises(ValueError, match="powers 1, 2, 3"):
            a**power
    for other in (Toy((3,), base=100), Toy((3, 1))):
        for join in (lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y):
            with pytest.raises(ValueError, match="different keys"):
                join(a, other.encrypt(1.5, rng))


@pytest.mark.slow
def test_trying_all_secrets_finds_the_key():
    for seed in range(50):
        rng = np.random.default_rng(seed)
        secret = int(rng.integers(2, 1_000))
        cipher = Toy((secret,)).encrypt(4.2, rng)
        assert [guess for guess in range(2, 1_000) if abs(Toy((guess,)).decrypt(cipher)) < 1_000] == [secret]


def test_decryptions_with_all_digits_give_the_key_away_and_rounded_ones_do_not():
    """Of 30 keys of 8 terms a rounded decryption gives none away: by chance it would give one with 30 / 3^8 at most."""
    for seed in range(30):
        rng = np.random.default_rng(seed)
        key = Toy(small_secret(8, rng), base=10_007, depth=1)
        ciphers = [key.encrypt(value, rng) for value in rng.uniform(-2, 2, 8)]
        shared = [key.decrypt(cipher) for cipher in ciphers]
        assert solve(ciphers, shared) == key.secret
        assert solve(ciphers, [round(number, 2) for number in shared]) != key.secret


def test_a_transparent_result_is_known():
    rng = np.random.default_rng(1)
    key = Toy(small_secret(8, rng))
    a = key.encrypt(1.5, rng)
    assert (a - a + 3).is_transparent() and (a * 0 + 3).is_transparent() and not a.is_transparent()
    half = a * 0.5
    hidden = half + half - a + 3
    assert not hidden.is_transparent() and key.decrypt(hidden) == pytest.approx(3, abs=0.01)


@pytest.mark.parametrize("power", [1, 2, 3, 4])
def test_powers(power):
    rng = np.random.default_rng(1)
    key = Toy((3,))
    assert key.decrypt(key.encrypt(1.2, rng) ** power) == pytest.approx(1.2**power, abs=0.05)


@pytest.mark.parametrize("value, complains", [(31, False), (-31, False), (33, True), (-33, True)])
def test_a_client_complains_of_numbers_that_make_no_sense(value, complains):
    rng = np.random.default_rng(1)
    key = Toy((3,))
    refresh = complaining(key, rng)
    if complains:
        with pytest.raises(ValueError, match="makes no sense"):
            refresh(key.encrypt(value, rng))
    else:
        fresh = refresh(key.encrypt(value, rng) * 1)
        assert key.decrypt(fresh) == pytest.approx(value, abs=0.01) and fresh.level == key.encrypt(1, rng).level
