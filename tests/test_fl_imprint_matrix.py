"""The matrix of attacks and defenses: each cell says what its attack gets, and trainings see the defense."""
import numpy as np
import pytest

from privlab.data.sets import Pictures
from privlab.fl import client_gradient, dense_network
from privlab.fl.defended_training import train_defended
from privlab.fl.defenses import clip, length
from privlab.fl.imprint_trials import letters_found, recovered_under, returned
from privlab.fl.imprint import plan_imprint
from privlab.fl.matrix import ATTACKS, DEFENSES, seen_by_server, share_recovered, unclip
from privlab.ml.shadows import Networks, as_rows, draw_members


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")


def made_up(count, seed):
    """Made-up letters, soft strokes of ink, with labels, as `privlab.data` gives them."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((28, 28))
    slope, offset, wide = rng.uniform(-1.5, 1.5, (count, 2)), rng.uniform(8, 20, (count, 2)), rng.uniform(40, 120, count)
    away = np.abs(columns - offset[..., None, None] - slope[..., None, None] * (rows - 14)).min(axis=1)
    ink = np.clip(255 - wide[:, None, None] * away, 0, 255)
    ink[:, :4] = ink[:, -4:] = ink[:, :, :4] = ink[:, :, -4:] = 0
    return Pictures(np.rint(ink).astype(np.uint8), rng.integers(26, size=count).astype(np.uint8), None, "drawn")


PUBLIC, PRIVATE = made_up(2_000, 1), made_up(600, 2)


@pytest.mark.parametrize("attack, trials, most", [
    ("exact_inversion", 1, ("none", "clipping")), ("imprint", 2, ("none", "clipping", "fp16"))])
def test_an_attack_gets_everything_where_nothing_stops_it_and_nothing_under_noise(attack, trials, most):
    for defense in most:
        assert share_recovered(attack, defense, PRIVATE, PUBLIC.images, trials, 0) == 1
    assert share_recovered(attack, "dp", PRIVATE, PUBLIC.images, trials, 0) == 0


def test_matching_knows_the_clip():
    assert share_recovered("matching", "clipping", PRIVATE, PUBLIC.images, 1, 0) == 1
    model = dense_network(1, "sigmoid")
    gradient = client_gradient(model, PRIVATE.images[0], PRIVATE.labels[0])
    short = clip(gradient, 0.01)
    assert length(short) == pytest.approx(0.01)
    np.testing.assert_allclose(unclip(short, model).numbers, gradient.numbers, rtol=1e-9, atol=1e-12)


def test_a_secure_sum_hides_from_the_exact_inversion_and_not_from_the_imprint():
    assert share_recovered("exact_inversion", "secure_sum", PRIVATE, PUBLIC.images, 1, 0) == 0
    assert share_recovered("imprint", "secure_sum", PRIVATE, PUBLIC.images, 1, 0) > 0.9


def test_what_the_server_sees_is_what_the_defense_says():
    model, rng = dense_network(1), np.random.default_rng(1)
    images, labels = PRIVATE.images[:32], PRIVATE.labels[:32]
    plain = seen_by_server("none", model, images, labels, rng)[0].numbers
    np.testing.assert_allclose(seen_by_server("secure_sum", model, images, labels, rng)[0].numbers, 32 * plain, atol=1e-12)
    assert length(seen_by_server("clipping", model, images[:1], labels[:1], rng)[0]) <= 1 + 1e-12
    noisy, noise = seen_by_server("dp", model, images[:1], labels[:1], rng)
    assert noisy.numbers.std() == pytest.approx(noise, rel=0.02) and noise == pytest.approx(2.58, abs=0.01)
    with pytest.raises(ValueError, match="defense must be one of"):
        seen_by_server("prayer", model, images, labels, rng)


def test_counts_of_letters_found():
    assert (letters_found(PRIVATE, PUBLIC.images, 144, 3, 9, trials=3, seed=1) == 9).all()
    assert letters_found(PRIVATE, PUBLIC.images, 9, 1, 9, trials=5, seed=1).mean() < 7
    assert list(returned(PRIVATE.images[:2] / 255, PRIVATE.images[1:3])) == [True, False]
    plan = plan_imprint(PUBLIC.images, 48, 3, np.random.default_rng(1))
    counts = recovered_under(PRIVATE, plan, [0.0, 1.0], trials=2)
    assert (counts[0.0] == 9).all() and not counts[1.0].any()


def by_hand(weights, images, labels, clipped):
    """The mean gradient of one model of `Networks` over letters, one letter at a time with autograd."""
    import torch

    parts = [np.zeros(tuple(weight.shape[1:])) for weight in weights]
    for row, label in zip(as_rows(images), labels):
        own = [weight[:1].detach().double().requires_grad_() for weight in weights]
        hidden = torch.relu(row.double() @ own[0] + own[1])
        loss = torch.nn.functional.cross_entropy((hidden @ own[2] + own[3])[0], torch.tensor([int(label)]))
        grads = torch.autograd.grad(loss, own)
        scale = min(1, 1 / float(sum((grad ** 2).sum() for grad in grads).sqrt())) if clipped else 1
        parts = [part + scale * grad[0].numpy() for part, grad in zip(parts, grads)]
    return parts


@pytest.mark.parametrize("defense", ["none", "clipping"])
def test_a_defended_step_follows_the_gradient_of_the_letters_it_takes(defense, monkeypatch):
    import torch

    monkeypatch.setattr("privlab.fl.defended_training.RATE", 1.0)
    monkeypatch.setattr(torch.optim, "Adam", lambda weights, pace: torch.optim.SGD(weights, 1.0))
    images, labels = PRIVATE.images[:6], PRIVATE.labels[:6]
    before = [weight.detach().clone() for weight in Networks(1, 128, 5).weights]
    after = train_defended(defense, images, labels, np.ones((1, 6), bool), seed=5, steps=1).weights
    for old, new, part in zip(before, after, by_hand(before, images, labels, defense == "clipping")):
        np.testing.assert_allclose((old - new.detach())[0].numpy() * 6, part, atol=2e-5)


def test_every_defended_training_runs_and_noise_ruins_what_it_learns():
    members = draw_members(2, 100, np.random.default_rng(3))
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
