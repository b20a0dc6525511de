"""What the estimate of precision promises, and what it rests on."""

import numpy as np
import pytest

from privlab.he.circuits.evaluators import Plain
from privlab.he.circuits.tracing import trace
from privlab.he.ckks.encrypted_run import Encrypted
from privlab.he.ckks.noise_estimate import Precision
from privlab.he.ckks.parameters import Parameters
from tests.he.examples import X, any_circuit

pytest.importorskip("tenseal")


def gap(circuit, values, parameters):
    """By how many bits an encrypted run was more exact than the estimate says."""
    off = np.abs(Encrypted(parameters)(circuit, **values) - Plain()(circuit, **values)).max()
    return -np.log2(off) - Precision(parameters)(circuit, **values)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 24, 6))
def test_random_circuits_are_as_exact_as_estimated_and_little_more(first):
    """Of 194 such circuits all were more exact than estimated, by 0.8 to 4.4 bits, half of them by less than 2.1, and
    178 by less than three; the others hold few numbers, whose largest error may be small by luck, or one noisy slot.

    Under 0 comes by chance once in 10^6 a circuit. Three bits in the median of six take four such at once.
    """
    gaps = []
    for seed in range(first, first + 6):
        circuit, values, scale_bits = any_circuit(seed)
        gaps.append(gap(circuit, values, Parameters.for_circuit(circuit, scale_bits=scale_bits)))
    assert min(gaps) > 0 and np.median(gaps) < 3 and max(gaps) < 8


@pytest.mark.slow
def test_inputs_that_are_lowered_count():
    """48 inputs added where they are multiplied and again a level lower: without their rounding it is 1.5 bits off."""
    values = {"Y": list(np.random.default_rng(3).uniform(-0.1, 0.1, (48, 64)))}
    circuit = trace(lambda Y: sum((y * y for y in Y[1:]), Y[0] * Y[0]) + sum(Y[1:], Y[0]), Y=[64] * 48)
    assert 0 < gap(circuit, values, Parameters.for_circuit(circuit, scale_bits=30)) < 4


def test_either_factor_s_error_counts():
    """Noise of one factor counts times the other: whichever is the large one, the estimate is the same."""
    circuit = trace(lambda x, y: x * y, x=8, y=8)
    estimate = Precision(Parameters.for_circuit(circuit, scale_bits=30))
    large, none = np.full(8, 100.0), np.zeros(8)
    one, other = estimate(circuit, x=large, y=none), estimate(circuit, x=none, y=large)
    assert abs(one - other) < 0.3 and estimate(circuit, x=none, y=none) > one + 2


def test_the_estimate_is_the_same_each_time_and_says_what_does_not_fit():
    circuit = trace(lambda x: x * x, x=8)
    parameters = Parameters.for_circuit(circuit, scale_bits=38)
    assert Precision(parameters)(circuit, x=X) == Precision(parameters)(circuit, x=X)
    with pytest.raises(ValueError, match=r"node 1 \(multiply\) has outgrown .* reaches 1600, .* take whole_bits=12"):
        Precision(parameters)(circuit, x=40 * X)


@pytest.mark.slow
@pytest.mark.parametrize("scale_bits", [30, 38])
def test_the_estimate_of_precision_is_safe_and_near(scale_bits):
    """More is right than estimated but once in 10^6; of 60 runs at each scale all had 0.7 to 2.0 bits more.

    3.5 more, so that none of the 200 noisiest slots is off by 1.4 standard deviations, come by chance once in 10^12.
    """
    circuit, x = trace(lambda x: x * x * x * x + 2, x=2048), np.random.default_rng(0).uniform(-1, 1, 2048)
    parameters = Parameters.for_circuit(circuit, scale_bits=scale_bits)
    measured = -np.log2(np.abs(Encrypted(parameters)(circuit, x=x) - (x**4 + 2)).max())
    assert 0 < measured - Precision(parameters)(circuit, x=x) < 3.5


@pytest.mark.slow
def test_errors_of_slots_have_a_laplace_distribution():
    """What the estimate rests on: of 4096 slots under 20 keys 0.1 % to 0.6 % are off by four standard deviations.

    exp(-4 sqrt(2)) is 0.35 %; a normal error would be there in 0.006 % and fail this. Twelve runs gave 0.27 % to 0.36
    %.
    """
    circuit = trace(lambda x: x * 1.0, x=4096)
    parameters, x = Parameters.for_circuit(circuit, scale_bits=34), np.random.default_rng(0).uniform(-1, 1, 4096)
    off = np.array([Encrypted(parameters)(circuit, x=x) - x for _ in range(20)])
    assert 0.001 < (np.abs(off) > 4 * off.std()).mean() < 0.006


@pytest.mark.slow
def test_a_larger_special_prime_makes_rotations_quieter():
    """The largest error of ten keys each: measured, 50 to 900 times larger; under 20 is not to be seen (one key: in 1
    %).
    """
    circuit, x = trace(lambda x: x.rotate(1), x=4096), np.linspace(-1, 1, 4096)  # every slot is read, none has copies
    off = {}
    for special_bits in (44, 54):
        parameters = Parameters.for_circuit(circuit, scale_bits=34, ring=8192, special_bits=special_bits)
        off[special_bits] = max(np.abs(Encrypted(parameters)(circuit, x=x) - np.roll(x, -1)).max() for _ in range(10))
        assert off[special_bits] < 2.0 ** -(Precision(parameters)(circuit, x=x) - 1)
    assert off[54] < off[44] / 20
