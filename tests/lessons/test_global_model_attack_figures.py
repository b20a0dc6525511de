"""Trials of lesson 53 and the matrix of attacks and defenses: each cell says what its attack gets."""

import numpy as np
import pytest

from privlab import fl
from privlab.fl.gradients.defenses import clip, length, prune
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.matching import match_gradient
from privlab.fl.gradients.metrics import mean_squared_error
from privlab.fl.gradients.models import dense_network
from privlab.fl.imprint.peeling import peel
from privlab.lessons.global_model_attack.experiments import (
    letters_found,
    recovered_under,
    returned,
    seen_by_server,
    share_recovered,
    shared_sum,
    unclip,
)
from tests.fl.made_up_letters import made_up

pytestmark = pytest.mark.usefixtures("cpu")
PUBLIC, PRIVATE = made_up(2_000, 1), made_up(600, 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    "attack, trials, most", [("exact_inversion", 1, ("none", "clipping")), ("imprint", 2, ("none", "clipping", "fp16"))]
)
def test_an_attack_gets_everything_where_nothing_stops_it_and_nothing_under_noise(attack, trials, most):
    for defense in most:
        assert share_recovered(attack, defense, PRIVATE, PUBLIC.images, trials=trials, seed=0) == 1
    assert share_recovered(attack, "dp", PRIVATE, PUBLIC.images, trials=trials, seed=0) == 0


@pytest.mark.slow
def test_matching_knows_the_clip():
    assert share_recovered("matching", "clipping", PRIVATE, PUBLIC.images, trials=1, seed=0) == 1
    model = dense_network(1, "sigmoid")
    gradient = client_gradient(model, PRIVATE.images[0], PRIVATE.labels[0])
    short = clip(gradient, 0.01)
    assert length(short) == pytest.approx(0.01)
    np.testing.assert_allclose(unclip(short, model).numbers, gradient.numbers, rtol=1e-9, atol=1e-12)


@pytest.mark.slow
def test_a_secure_sum_hides_from_the_exact_inversion_and_not_from_the_imprint_nor_lone_labels_from_matching():
    assert share_recovered("exact_inversion", "secure_sum", PRIVATE, PUBLIC.images, trials=1, seed=0) == 0
    assert share_recovered("imprint", "secure_sum", PRIVATE, PUBLIC.images, trials=1, seed=0) > 0.9
    assert share_recovered("matching", "secure_sum", PRIVATE, PUBLIC.images, trials=1, seed=0) > 0.05


@pytest.mark.slow
def test_who_knows_of_pruning_gets_what_pruning_hid():
    assert share_recovered("imprint", "pruning", PRIVATE, PUBLIC.images, trials=2, seed=0) == 1
    model = dense_network(1, "sigmoid")
    pruned = prune(client_gradient(model, PRIVATE.images[0], PRIVATE.labels[0]), 0.9)
    errors = [
        mean_squared_error(
            match_gradient(pruned, model, PRIVATE.labels[0], iterations=60, starts=1, pruned=knows).image,
            PRIVATE.images[0],
        )
        for knows in (False, True)
    ]
    assert errors[1] < 1e-3 and 3 * errors[1] < errors[0]


@pytest.mark.slow
def test_of_signs_the_imprint_reads_the_letters_whose_label_is_alone():
    assert 0 < share_recovered("imprint", "sign", PRIVATE, PUBLIC.images, trials=2, seed=0) < 1


def test_what_the_server_sees_is_what_the_defense_says():
    model, rng = dense_network(1), np.random.default_rng(1)
    images, labels = PRIVATE.images[:32], PRIVATE.labels[:32]
    plain = seen_by_server("none", model, images, labels, rng)[0].numbers
    np.testing.assert_allclose(
        seen_by_server("secure_sum", model, images, labels, rng)[0].numbers, 32 * plain, atol=1e-12
    )
    assert length(seen_by_server("clipping", model, images[:1], labels[:1], rng)[0]) <= 1 + 1e-12
    noisy, noise_std = seen_by_server("dp", model, images[:1], labels[:1], rng)
    assert noisy.numbers.std() == pytest.approx(noise_std, rel=0.02) and noise_std == pytest.approx(2.58, abs=0.01)
    with pytest.raises(ValueError, match="defense must be one of"):
        seen_by_server("prayer", model, images, labels, rng)


@pytest.mark.slow
def test_counts_of_letters_found():
    assert (letters_found(PRIVATE, PUBLIC.images, neurons=144, groups=3, letters=9, trials=3, seed=1) == 9).all()
    assert letters_found(PRIVATE, PUBLIC.images, neurons=9, groups=1, letters=9, trials=5, seed=1).mean() < 7
    assert list(returned(PRIVATE.images[:2] / 255, PRIVATE.images[1:3])) == [True, False]
    plan = fl.imprint.plan(PUBLIC.images, bins=48, groups=3, rng=np.random.default_rng(1))
    counts = recovered_under(PRIVATE, plan, [0.0, 1.0], trials=2)
    assert (counts[0.0] == 9).all() and not counts[1.0].any()


@pytest.mark.slow
def test_clients_who_share_their_gradients_sum_to_the_direct_one_and_lose_the_same_letters(monkeypatch):
    """Ten clients of eight letters each, shared in slices; fixed point of 52 bits and floats are off by less than
    1e-14.
    """
    monkeypatch.setattr("privlab.lessons.global_model_attack.experiments.SLICE", 50_000)
    plan = fl.imprint.plan(PUBLIC.images, bins=60, groups=3, rng=np.random.default_rng(1))
    network, images, labels = (
        fl.imprint.network(plan, np.random.default_rng(1)),
        PRIVATE.images[:80],
        PRIVATE.labels[:80],
    )
    shared, direct = shared_sum(network, images, labels, 10), client_gradient(network, images, labels)
    assert len(direct.numbers) > 3 * 50_000
    np.testing.assert_allclose(shared.numbers, 10 * direct.numbers, rtol=0, atol=1e-14)
    assert returned(peel(shared, plan).images, images).all()
    found = [
        letters_found(PRIVATE, PUBLIC.images, neurons=180, groups=3, letters=80, trials=1, seed=1, clients=clients)[0]
        for clients in (10, None)
    ]
    assert found[0] == found[1] >= 78
    for clients in (1, 81):
        with pytest.raises(ValueError, match="at least 2 clients"):
            shared_sum(network, images, labels, clients)
