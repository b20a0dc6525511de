"""The matrix of attacks and defenses: each cell says what its attack gets, and trainings see the defense."""

import numpy as np
import pytest

from benchmarks.experiments.defended_training import train_defended
from privlab import fl
from privlab.data.types import Pictures
from privlab.fl.gradients.defenses import clip, length, prune, signs, total
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.matching import match_gradient
from privlab.fl.gradients.metrics import mean_squared_error
from privlab.fl.gradients.models import dense_network
from privlab.fl.imprint.adaptive import steal
from privlab.fl.imprint.peeling import peel
from privlab.fl.imprint.sign_attack import levels_network, read_levels
from privlab.lessons.global_model_attack.experiments import (
    ATTACKS,
    DEFENSES,
    letters_found,
    recovered_under,
    returned,
    seen_by_server,
    share_recovered,
    shared_sum,
    unclip,
)
from privlab.ml.membership.shadow_models import Networks, as_rows, draw_members


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")


def made_up(count, seed):
    """Made-up letters, soft strokes of ink, with labels, as `privlab.data` gives them."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((28, 28))
    slope, offset, wide = (
        rng.uniform(-1.5, 1.5, (count, 2)),
        rng.uniform(8, 20, (count, 2)),
        rng.uniform(40, 120, count),
    )
    away = np.abs(columns - offset[..., None, None] - slope[..., None, None] * (rows - 14)).min(axis=1)
    ink = np.clip(255 - wide[:, None, None] * away, 0, 255)
    ink[:, :4] = ink[:, -4:] = ink[:, :, :4] = ink[:, :, -4:] = 0
    return Pictures(np.rint(ink).astype(np.uint8), rng.integers(26, size=count).astype(np.uint8), None, "drawn")


PUBLIC, PRIVATE = made_up(2_000, 1), made_up(600, 2)


def torch_pixels(images):
    import torch

    return torch.as_tensor(images[:, None] / 255)


@pytest.mark.parametrize(
    "attack, trials, most", [("exact_inversion", 1, ("none", "clipping")), ("imprint", 2, ("none", "clipping", "fp16"))]
)
def test_an_attack_gets_everything_where_nothing_stops_it_and_nothing_under_noise(attack, trials, most):
    for defense in most:
        assert share_recovered(attack, defense, PRIVATE, PUBLIC.images, trials=trials, seed=0) == 1
    assert share_recovered(attack, "dp", PRIVATE, PUBLIC.images, trials=trials, seed=0) == 0


def test_matching_knows_the_clip():
    assert share_recovered("matching", "clipping", PRIVATE, PUBLIC.images, trials=1, seed=0) == 1
    model = dense_network(1, "sigmoid")
    gradient = client_gradient(model, PRIVATE.images[0], PRIVATE.labels[0])
    short = clip(gradient, 0.01)
    assert length(short) == pytest.approx(0.01)
    np.testing.assert_allclose(unclip(short, model).numbers, gradient.numbers, rtol=1e-9, atol=1e-12)


def test_a_secure_sum_hides_from_the_exact_inversion_and_not_from_the_imprint_nor_lone_labels_from_matching():
    assert share_recovered("exact_inversion", "secure_sum", PRIVATE, PUBLIC.images, trials=1, seed=0) == 0
    assert share_recovered("imprint", "secure_sum", PRIVATE, PUBLIC.images, trials=1, seed=0) > 0.9
    assert share_recovered("matching", "secure_sum", PRIVATE, PUBLIC.images, trials=1, seed=0) > 0.05


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


def test_signs_hide_nothing_of_letters_whose_label_is_alone():
    labels = np.array([3, 3, 7, 9, 25])
    network = levels_network(10)
    sent = [signs(client_gradient(network, PRIVATE.images[own], labels[own])) for own in (slice(0, 2), slice(2, 5))]
    read = read_levels(total(sent), 10)
    assert read.shape == (3, 28, 28), "the labels 3, 7 and 9; of the letter that is always read nothing"
    both, *alone = read
    for picture, letter in zip(alone, PRIVATE.images[2:4] / 255):
        assert np.abs(picture - letter).max() <= 1 / 20 + 1e-9 and not picture[letter == 0].any()
    assert np.abs(both - PRIVATE.images[:2].max(axis=0) / 255).max() <= 1 / 20 + 1e-9, (
        "two of a label: the brighter pixel"
    )
    assert not len(read_levels(sent[0].map(np.zeros_like), 10)), "control: nothing out of zeros"
    assert 0 < share_recovered("imprint", "sign", PRIVATE, PUBLIC.images, trials=2, seed=0) < 1


def test_planted_levels_refuse_what_they_cannot_use():
    for call, said in (
        (lambda: levels_network(0), "number of levels"),
        (lambda: read_levels(client_gradient(dense_network(1), PRIVATE.images[:1], [1]), 2), "another model"),
    ):
        with pytest.raises(ValueError, match=said):
            call()


def test_idle_neurons_never_fire_and_change_nothing_else():
    plan = fl.imprint.plan(PUBLIC.images, bins=48, groups=3, rng=np.random.default_rng(1), idle=1296)
    network = fl.imprint.network(plan, np.random.default_rng(1), amplification=1000)
    assert not (network[:3](torch_pixels(PRIVATE.images))[:, plan.neurons :] > 0).any()
    gradient = client_gradient(network, PRIVATE.images[:9], PRIVATE.labels[:9])
    kept = prune(gradient, 0.9)
    np.testing.assert_array_equal(kept.weights[0], gradient.weights[0])
    assert steal(kept, plan).recovered(PRIVATE.images[:9]).all()
    bare = fl.imprint.plan(PUBLIC.images, bins=48, groups=3, rng=np.random.default_rng(1))
    bitten = prune(
        client_gradient(
            fl.imprint.network(bare, np.random.default_rng(1), amplification=1000),
            PRIVATE.images[:9],
            PRIVATE.labels[:9],
        ),
        0.9,
    )
    assert steal(bitten, bare).recovered(PRIVATE.images[:9]).sum() < 5, "without idle neurons pruning bites"


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


def test_counts_of_letters_found():
    assert (letters_found(PRIVATE, PUBLIC.images, neurons=144, groups=3, letters=9, trials=3, seed=1) == 9).all()
    assert letters_found(PRIVATE, PUBLIC.images, neurons=9, groups=1, letters=9, trials=5, seed=1).mean() < 7
    assert list(returned(PRIVATE.images[:2] / 255, PRIVATE.images[1:3])) == [True, False]
    plan = fl.imprint.plan(PUBLIC.images, bins=48, groups=3, rng=np.random.default_rng(1))
    counts = recovered_under(PRIVATE, plan, [0.0, 1.0], trials=2)
    assert (counts[0.0] == 9).all() and not counts[1.0].any()


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


def by_hand(weights, images, labels, clipped):
    """The mean gradient of one model of `Networks` over letters, one letter at a time with autograd."""
    import torch

    parts = [np.zeros(tuple(weight.shape[1:])) for weight in weights]
    for row, label in zip(as_rows(images), labels):
        own = [weight[:1].detach().double().requires_grad_() for weight in weights]
        hidden = torch.relu(row.double() @ own[0] + own[1])
        loss = torch.nn.functional.cross_entropy((hidden @ own[2] + own[3])[0], torch.tensor([int(label)]))
        grads = torch.autograd.grad(loss, own)
        scale = min(1, 1 / float(sum((grad**2).sum() for grad in grads).sqrt())) if clipped else 1
        parts = [part + scale * grad[0].numpy() for part, grad in zip(parts, grads)]
    return parts


@pytest.mark.parametrize("defense", ["none", "clipping"])
def test_a_defended_step_follows_the_gradient_of_the_letters_it_takes(defense, monkeypatch):
    import torch

    monkeypatch.setattr("benchmarks.experiments.defended_training.SAMPLE_RATE", 1.0)
    monkeypatch.setattr(torch.optim, "Adam", lambda weights, learning_rate: torch.optim.SGD(weights, 1.0))
    images, labels = PRIVATE.images[:6], PRIVATE.labels[:6]
    before = [weight.detach().clone() for weight in Networks(1, hidden=128, seed=5).weights]
    after = train_defended(defense, images, labels, np.ones((1, 6), bool), seed=5, steps=1).weights
    for old, new, part in zip(before, after, by_hand(before, images, labels, defense == "clipping")):
        np.testing.assert_allclose((old - new.detach())[0].numpy() * 6, part, atol=2e-5)


def test_every_defended_training_runs_and_noise_ruins_what_it_learns():
    members = draw_members(2, letters=100, rng=np.random.default_rng(3))
    images = PRIVATE.images[:100]
    labels = (images[:, :, :14].sum(axis=(1, 2), dtype=int) > images[:, :, 14:].sum(axis=(1, 2), dtype=int)).astype(int)
    right = {}
    for defense in DEFENSES:
        networks = train_defended(defense, images, labels, members, steps=40)
        right[defense] = (networks.scores(images).argmax(axis=-1) == labels)[members].mean()
    assert min(right[each] for each in ("none", "fp16", "int8")) > 0.85 and right["dp"] < right["none"]
    assert right["none"] == right["secure_sum"] and set(ATTACKS) == {"matching", "exact_inversion", "imprint"}
    with pytest.raises(ValueError, match="defense must be one of"):
        train_defended("prayer", images, labels, members)
