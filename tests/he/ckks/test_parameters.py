"""Which parameters are chosen for a circuit, and which are refused."""

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Rotations
from privlab.he.circuits.tracing import trace
from privlab.he.ckks.parameters import MOST_BITS, MOST_BITS_2024, Parameters, primes_below, primes_near


def test_primes():
    for parameters in (Parameters(8192, depth=2), Parameters(16384, depth=5, scale_bits=30, whole_bits=20)):
        assert len(set(parameters.primes)) == len(parameters.primes) == parameters.depth + 2
    below = primes_below(4096, bits=40)
    first, second = next(below), next(below)
    assert first > second and first % 8192 == second % 8192 == 1 and first.bit_length() == 40
    assert len(set(primes_near(8192, bits=38, count=10))) >= 10


def test_parameters_are_the_smallest_secure_ones():
    slow, fast = trace(lambda x: x * x * x * x + 2, x=8), trace(lambda x: x**4 + 2, x=8)
    assert [Parameters.for_circuit(fast, scale_bits=bits).ring for bits in (21, 38, 40, 50)] == [
        4096,
        8192,
        8192,
        16384,
    ]
    assert [Parameters.for_circuit(slow, scale_bits=bits).ring for bits in (22, 38, 39)] == [8192, 8192, 16384]
    for bits in (22, 30, 38, 40):
        chosen = Parameters.for_circuit(slow, scale_bits=bits)
        assert chosen.is_secure() and chosen.bits <= MOST_BITS_2024[chosen.ring] and len(chosen.primes) == 5
        assert all(abs(np.log2(scale) - bits) < 0.1 for scale in chosen.scales)
    wide = trace(lambda x: x.sum(), x=8192)
    assert Parameters.for_circuit(wide).ring == 16384 and Parameters.for_circuit(wide).rotations == tuple(
        Rotations()(wide)
    )


def test_memory_counts_keys_and_all_ciphertexts_that_are_held_at_once():
    circuit = trace(lambda x, y: (x * y).rotate(1) + x, x=8, y=8)
    parameters = Parameters.for_circuit(circuit, scale_bits=30)
    inputs = 2 * parameters.ciphertext_bytes(1)
    assert parameters.ciphertext_bytes(1) == parameters.ciphertext_bytes() == 2 * (2 * 8 * parameters.ring)
    held = parameters.memory_bytes(circuit) - parameters.key_bytes()
    assert parameters.key_bytes() == 2 * 2 * 2 * 8 * parameters.ring * 3
    assert inputs < held <= inputs + 2 * parameters.ciphertext_bytes(0)


def test_parameters_come_back_from_a_file_or_a_sentence_does(tmp_path):
    parameters, file = Parameters(8192, depth=2, rotations=(1, 4)), tmp_path / "parameters.json"
    parameters.write(file)
    assert Parameters.read(file) == parameters and list(tmp_path.iterdir()) == [file]
    for content in (file.read_text()[:-9], "", "[]", "{}", '{"ring": 8192, "depth": 2, "rotations": 3}'):
        file.write_text(content)
        with pytest.raises(ValueError, match="parameters.json was cut short or changed"):
            Parameters.read(file)


def test_the_table_of_2024_is_the_stricter_one():
    """Both as published, copied by hand: ePrint 2024/463, table 5.2, and the standard of 2018, table 1."""
    assert MOST_BITS_2024 == {1024: 26, 2048: 53, 4096: 106, 8192: 214, 16384: 430, 32768: 868, 65536: 1747}
    assert MOST_BITS == {1024: 27, 2048: 54, 4096: 109, 8192: 218, 16384: 438, 32768: 881}
    between = Parameters(4096, depth=2, scale_bits=22)
    assert MOST_BITS_2024[4096] < between.bits <= MOST_BITS[4096] and not between.is_secure()


def test_the_depths_of_the_training_circuits_fit_their_rings():
    assert (
        Parameters(16384, depth=13, scale_bits=27, whole_bits=8).is_secure()
        and not Parameters(16384, depth=14, scale_bits=27, whole_bits=8).is_secure()
    )
    assert (
        Parameters(32768, depth=18, scale_bits=40, whole_bits=20).is_secure()
        and Parameters(65536, depth=30, scale_bits=40, whole_bits=20).is_secure()
    )
    assert not Parameters(32768, depth=30, scale_bits=40, whole_bits=20).is_secure()


def test_what_is_not_secure_is_refused_and_what_would_be_is_said():
    fast = trace(lambda x: x**4 + 2, x=8)
    with pytest.raises(ValueError, match="ring 4096 does not do .* up to 106 there; ring 8192 does"):
        Parameters.for_circuit(fast, scale_bits=40, ring=4096)
    with pytest.raises(ValueError, match="lower the depth or the scale"):
        Parameters.for_circuit(trace(lambda x: x ** (2**40), x=8), scale_bits=50)
    with pytest.raises(ValueError, match="not .* primes of 12 bits"):
        _ = Parameters(4096, depth=4, scale_bits=12).primes
    assert Parameters.for_circuit(fast, scale_bits=40, ring=16384).ring == 16384
    for wrong in (dict(scale_bits=61), dict(scale_bits=51), dict(scale_bits=0), dict(scale_bits=40, special_bits=61)):
        with pytest.raises(ValueError, match="primes have at most 60 bits"):
            Parameters.for_circuit(fast, **wrong)
    for wrong in (dict(depth=-1), dict(depth=2, scale_bits=34.5), dict(depth=1.5)):
        with pytest.raises(ValueError, match="are whole numbers"):
            Parameters(8192, **wrong)
