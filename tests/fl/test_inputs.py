"""What attacks and sums are given that cannot be: text, complex numbers, uneven rows, numbers of what there is none."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from privlab import fl
from privlab.fl.gradients.analytic import infer_label, invert_by_division, invert_relu_layer
from privlab.fl.gradients.defenses import clip
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.matching import match_batch, match_gradient
from privlab.fl.gradients.metrics import byte_exact, matched
from privlab.fl.gradients.models import dense_network, trained
from privlab.fl.imprint.planted_layer import differences
from privlab.fl.secagg import distributed_dp
from privlab.fl.secagg.additive import share_updates
from privlab.lessons.global_model_attack import experiments
from privlab.lessons.gradient_inversion.experiments import inversion_trial, whole_batches
from privlab.ml.dpsgd import edpsgd
from privlab.ml.membership import attacks, metrics
from privlab.ml.membership.one_run_audit import measure_leakage
from privlab.validation import real_numbers, whole_number

RNG = np.random.default_rng(1)
LETTERS = SimpleNamespace(images=RNG.integers(0, 256, (40, 28, 28)).astype(np.uint8), labels=np.arange(40) % 26)
PLAN = fl.imprint.plan(LETTERS.images, bins=8, groups=2, rng=np.random.default_rng(1))


@pytest.mark.parametrize(
    "values, message",
    [
        ("abc", "must be real numbers, got text"),
        (np.ones(3) * 1j, "must be real numbers, got complex numbers"),
        ([[1, 2], [3]], "rows of unequal length"),
        ([None, 1], "must be real numbers, got object values"),
        (b"abc", "must be real numbers, got bytes"),
    ],
)
def test_what_is_no_array_of_numbers_is_told_in_a_sentence(values, message):
    model = dense_network(1)
    takes = {
        "reconstruction": lambda: byte_exact(values, LETTERS.images[0]),
        "letters": lambda: client_gradient(model, values, 1),
        "reconstructions": lambda: matched(values, LETTERS.images[:2]),
        "labels": lambda: client_gradient(model, LETTERS.images[0], values),
        "update": lambda: share_updates([values, values]),
        "scores": lambda: attacks.margin(values, [0]),
        "shadows": lambda: attacks.likelihood_ratios([0.0], values, [[True]]),
        "rates": lambda: metrics.rates(values, [True]),
        "leakage": lambda: measure_leakage(values, [[True]]),
    }
    for take in takes.values():
        with pytest.raises(ValueError, match=message):
            take()


@pytest.mark.slow
def test_a_gradient_of_complex_numbers_is_refused_by_every_attack():
    model, rng = dense_network(1), np.random.default_rng(1)
    turned = client_gradient(model, LETTERS.images[:2], LETTERS.labels[:2]).map(lambda part: 1j * part)
    planted = client_gradient(fl.imprint.network(PLAN, rng), LETTERS.images[:2], LETTERS.labels[:2]).map(
        lambda part: 1j * part
    )
    for attack in (
        lambda: infer_label(turned),
        lambda: invert_by_division(turned),
        lambda: clip(turned, 1.0),
        lambda: invert_relu_layer(turned, model, rng),
        lambda: match_gradient(turned, model, 1),
        lambda: match_batch(turned, model, [1, 2]),
        lambda: differences(planted, PLAN),
    ):
        with pytest.raises(ValueError, match="a gradient must be real numbers, got complex numbers"):
            attack()


def attempt(**changed):
    return inversion_trial(LETTERS, **{"size": 2, "rng": np.random.default_rng(1)} | changed)


def found(**changed):
    return experiments.letters_found(
        LETTERS, LETTERS.images, **dict(neurons=16, groups=2, letters=3, trials=1, seed=1) | changed
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "take, message",
    [
        (lambda: attempt(size=0), "size of a batch must be a whole number of at least 1, got 0"),
        (lambda: attempt(size=1.5), "size of a batch must be a whole number of at least 1, got 1.5"),
        (lambda: attempt(size=41), "a batch of 41 letters needs as many, and there are 40"),
        (lambda: attempt(precision="float8"), "the precision must be one of float64, float32, float16, got 'float8'"),
        (lambda: attempt(steps=1.5), "number of steps must be a whole number of at least 1, got 1.5"),
        (lambda: attempt(hidden=0), "number of neurons must be a whole number of at least 1, got 0"),
        (lambda: attempt(max_samples=0), "largest batch to be tried must be a whole number of at least 1, got 0"),
        (
            lambda: whole_batches(LETTERS, (2,), trials=0),
            "number of trials must be a whole number of at least 1, got 0",
        ),
        (
            lambda: trained(dense_network(1), LETTERS, steps=0, seed=1),
            "number of steps must be a whole number of at least 1, got 0",
        ),
        (lambda: found(letters=0), "number of letters must be a whole number of at least 1, got 0"),
        (lambda: found(letters=41), "41 letters were asked for, and there are 40"),
        (lambda: found(trials=0), "number of trials must be a whole number of at least 1, got 0"),
        (lambda: found(groups=0), "groups must be a whole number of at least 1, got 0"),
        (lambda: found(neurons=1), "bins must be a whole number of at least 1, got 0"),
        (
            lambda: experiments.recovered_under(LETTERS, PLAN, [0.1], trials=0),
            "number of trials must be a whole number",
        ),
        (
            lambda: experiments.share_recovered("imprint", "none", LETTERS, LETTERS.images, trials=0, seed=1),
            "number of trials must be a whole number",
        ),
        (
            lambda: experiments.share_recovered("theft", "none", LETTERS, LETTERS.images, trials=1, seed=1),
            "must be one of matching, exact_inversion, imprint",
        ),
        (
            lambda: distributed_dp.discrete_gaussian(-1, 5),
            "standard deviation must be a positive finite number, got -1",
        ),
        (
            lambda: distributed_dp.discrete_gaussian(float("nan"), 5),
            "standard deviation must be a positive finite number, got nan",
        ),
        (lambda: distributed_dp.discrete_gaussian(1e16, 5), "may be up to 1e15, got 1e+16"),
        (lambda: distributed_dp.discrete_gaussian(1.0, -1), "the size must be a whole number of at least 0, got -1"),
        (
            lambda: edpsgd.micro_batches(10, parts=0, rng=RNG),
            "number of micro-batches must be a whole number of at least 1, got 0",
        ),
        (lambda: edpsgd.micro_batches(-1, parts=2, rng=RNG), "examples must be a whole number of at least 0, got -1"),
        (
            lambda: edpsgd.decaying_noise_multipliers(1.0, decay=0.9, epochs=0),
            "number of epochs must be a whole number of at least 1, got 0",
        ),
        (lambda: metrics.advantage_bound(-1, 1e-5), "epsilon must be at least 0 and delta lie between 0 and 1, got -1"),
        (
            lambda: metrics.advantage_bound(1, 2),
            "epsilon must be at least 0 and delta lie between 0 and 1, got 1 and 2",
        ),
        (lambda: metrics.advantage([1.0], [False]), "at least one score of a member"),
        (lambda: metrics.recall_at([1.0, 2.0], [True, False], -1), "a false-positive rate is at least 0, got -1"),
        (lambda: metrics.threshold_for([1.0, 2.0], [True], 0.9), "got 2 scores and 1 members"),
        (lambda: attacks.margin(np.ones((2, 26)), [0, 26]), "labels must be whole numbers from 0 to 25"),
        (
            lambda: attacks.likelihood_ratios([np.nan], [[1.0], [2.0]], [[True], [False]]),
            "the model that gave it has broken down",
        ),
    ],
)
def test_a_number_that_cannot_be_is_told_in_a_sentence(take, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        take()


def test_what_can_be_is_let_through():
    assert real_numbers("these", [True, 2, 3.5]).tolist() == [1.0, 2.0, 3.5] and np.isnan(real_numbers("this", np.nan))
    assert whole_number("this", np.int64(3)) == 3 and whole_number("this", 0, least=0) == 0
    for wrong in (True, 2.0, "2", None, -1):
        with pytest.raises(ValueError, match="this must be a whole number of at least 1, got"):
            whole_number("this", wrong)
    assert attempt()[1].shape == (2,) and found().shape == (1,) and distributed_dp.discrete_gaussian(1.0, 0).size == 0
