"""The training circuits: their depths, counted and used up, and that each is the same training in the clear."""
import numpy as np
import pytest

from privlab.he.evaluators import Count, Depth, Plain
from privlab.he.training import baseline, cubic, reassociated, train_in_the_clear, without_masks
from privlab.he.unrolling import unrolled, unrolled_once

CUBIC, RATE = cubic(), 4.0


def data(minibatches, n, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.uniform(-0.5, 0.5, (n, n)) for _ in range(minibatches)], rng.normal(0, 0.05, n)


def in_the_clear(training, samples, start):
    return training.weights(Plain()(training.circuit, **training.inputs(samples, start)))


def circuits(minibatches, n):
    yield 5 * minibatches, baseline(minibatches, n, n, RATE, CUBIC)
    yield 4 * minibatches, without_masks(minibatches, n, n, RATE, CUBIC)
    yield 3 * minibatches, reassociated(minibatches, n, n, RATE, CUBIC)
    for unroll in (each for each in (2, 3, 6) if minibatches % each == 0):
        yield (2 * unroll + 1) * minibatches // unroll, unrolled(minibatches, n, n, RATE, CUBIC, unroll)


def test_the_cubic_is_near_the_sigmoid():
    assert (CUBIC.a1, CUBIC.a3) == pytest.approx((0.150115, -0.00159282), abs=1e-6)
    u = np.linspace(-8, 8, 101)
    assert np.abs(CUBIC(u) - 1 / (1 + np.exp(u))).max() < 0.12


@pytest.mark.parametrize("minibatches, n", [(1, 4), (2, 8), (6, 8), (6, 64)])
def test_every_circuit_is_the_training_in_the_clear(minibatches, n):
    samples, start = data(minibatches, n)
    wanted = train_in_the_clear(samples, start, RATE, CUBIC)
    for depth, training in circuits(minibatches, n):
        assert Depth()(training.circuit) == depth
        assert in_the_clear(training, samples, start) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("unroll", [2, 3])
def test_one_chain_gains_no_depth(unroll):
    samples, start = data(6, 8)
    training = unrolled_once(6, 8, 8, RATE, CUBIC, unroll)
    assert Depth()(training.circuit) == 18
    assert in_the_clear(training, samples, start) == pytest.approx(train_in_the_clear(samples, start, RATE, CUBIC), abs=1e-12)


@pytest.mark.parametrize("unroll, depth", [(2, 13), (3, 12), (6, 11)])
def test_a_public_start_saves_two_levels(unroll, depth):
    samples, zero = data(6, 8)[0], np.zeros(8)
    training = unrolled(6, 8, 8, RATE, CUBIC, unroll, from_zero=True)
    assert Depth()(training.circuit) == depth
    assert in_the_clear(training, samples, zero) == pytest.approx(train_in_the_clear(samples, zero, RATE, CUBIC), abs=1e-12)
    with pytest.raises(ValueError, match="all weights 0"):
        training.inputs(samples, zero + 0.1)


def test_baseline_and_reassociated_take_minibatches_that_are_not_square():
    rng = np.random.default_rng(2)
    samples, start = [rng.uniform(-0.5, 0.5, (8, 3)) for _ in range(2)], rng.normal(0, 0.05, 3)
    for make in (baseline, reassociated):
        training = make(2, 8, 3, RATE, CUBIC)
        assert in_the_clear(training, samples, start) == pytest.approx(
            train_in_the_clear(samples, start, RATE, CUBIC), abs=1e-12)
    with pytest.raises(ValueError, match="square minibatches"):
        unrolled(2, 8, 3, RATE, CUBIC, 2)


def test_how_much_each_computes_for_six_minibatches_of_64():
    counts = [(Count()(training.circuit)["multiply"], Count()(training.circuit)["rotate"]) for _, training in circuits(6, 64)]
    assert counts == [(24, 114), (24, 78), (24, 78), (52, 108), (60, 94), (84, 78)]


@pytest.mark.parametrize("which", range(4))
def test_encrypted_it_trains_the_same_and_no_level_is_left(which):
    pytest.importorskip("tenseal")
    from privlab.he.encrypted import Encrypted
    from privlab.he.parameters import Parameters

    samples, start = data(2, 8)
    depth, training = list(circuits(2, 8))[which]
    parameters = Parameters.for_circuit(training.circuit, 30 if depth > 6 else 34, special_bits=60)
    run = Encrypted(parameters)
    (weights,) = run.evaluate(training.circuit, run.encrypt(training.circuit, **training.inputs(samples, start)))
    assert run.service.level(weights) == 0 and parameters.depth == depth
    wanted = train_in_the_clear(samples, start, RATE, CUBIC)
    assert training.weights(run.decrypt(training.circuit, [weights])) == pytest.approx(wanted, abs=2e-3)
