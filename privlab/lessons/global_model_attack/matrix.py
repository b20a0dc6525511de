"""Attacks on gradients against defenses, all pairs: what share of the letters comes back (lesson 53).

Each attacker knows the defense and prepares for it where we know how; what he does stands in his docstring.
"""

import numpy as np

from privlab.dp import gaussian
from privlab.fl.gradients.analytic import infer_labels, invert_relu_layer
from privlab.fl.gradients.defenses import add_noise, eight_bits, half_precision, prune, signs, total
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.matching import match_batch, match_gradient
from privlab.fl.gradients.metrics import RECOVERED, matched
from privlab.fl.gradients.models import dense_network
from privlab.fl.imprint.adaptive import steal
from privlab.fl.imprint.planted_layer import imprint_network, plan_imprint
from privlab.fl.imprint.sign_attack import levels_network, read_levels
from privlab.fl.secagg.distributed_dp import clipped_sum
from privlab.lessons.global_model_attack.experiments import draw_batch
from privlab.validation import whole_number

DEFENSES = ("none", "secure_sum", "clipping", "dp", "fp16", "int8", "pruning", "sign")
MEMBERSHIP = ("threshold", "quantile", "lira")
CLIENTS = {"secure_sum": 32}  # elsewhere the server sees the update of one client
EPSILON, DELTA, CLIP, DROPPED = 1.5, 1e-5, 1.0, 0.9
LEVELS = 10  # of each pixel, where signs alone are sent
CHANGES = {
    "fp16": half_precision,
    "int8": eight_bits,
    "pruning": lambda gradient: prune(gradient, DROPPED),
    "sign": signs,
}


def seen_by_server(defense, model, images, labels, rng):
    """What the server sees of letters under a defense, a `Gradient`, and the standard deviation of the noise in it.

    defense : one of `DEFENSES`: "secure_sum" is the sum of all clients, "clipping" clips each letter's gradient to 1,
        "dp" adds the noise of ε = 1.5 at δ = 1e-5 for one round, "pruning" drops nine tenths of each layer.
    model, images, labels : as in `client_gradient`.  rng : seeded numpy Generator.
    Raises ValueError for another defense.
    """
    if defense not in DEFENSES:
        raise ValueError(f"the defense must be one of {', '.join(DEFENSES)}, got {defense!r}")
    if defense == "secure_sum":
        clients = np.array_split(np.arange(len(images)), CLIENTS[defense])
        return total(client_gradient(model, images[own], labels[own]) for own in clients), 0.0
    if defense in ("clipping", "dp"):
        noise = CLIP * gaussian.noise_multiplier_for(EPSILON, DELTA) if defense == "dp" else 0.0
        return add_noise(clipped_sum(model, images, labels, CLIP), noise, rng), noise
    return CHANGES.get(defense, lambda gradient: gradient)(client_gradient(model, images, labels)), 0.0


def unclip(gradient, model):
    """The `Gradient` of one letter as it was before it was shortened, as far as the last layer tells.

    The quotient of the last layer's gradient is what its neurons saw, and from that follow the probabilities: they say
    how large the bias gradient must have been.
    """
    last = list(model.modules())[-1]
    weight, bias = (part.detach().cpu().numpy() for part in (last.weight, last.bias))
    label = gradient.biases[-1].argmin()
    scores = weight @ (gradient.weights[-1][label] / gradient.biases[-1][label]) + bias
    chances = np.exp(scores - scores.max())
    factor = (chances[label] / chances.sum() - 1) / gradient.biases[-1][label]
    return gradient.each(lambda part: part * factor)


def matching(defense, private, public, rng):
    """The share of letters recovered by gradient matching, one letter a client, 784-256-26 with a sigmoid, 150
    iterations.

    A clipped gradient is first made as long as it was; of a pruned one what was dropped is only held to be small; a sum
    is matched by a whole batch, 100 iterations, with the labels counted. Of signs he makes nothing: those of an honest
    model hold the outline of the ink and no grey.
    """
    seed = int(rng.integers(2**31))
    model = dense_network(seed, "sigmoid")
    images, labels = draw_batch(private, CLIENTS.get(defense, 1), rng)
    gradient, _ = seen_by_server(defense, model, images, labels, rng)
    if defense in ("clipping", "dp"):
        gradient = unclip(gradient, model)
    if defense == "secure_sum":
        mean = gradient.each(lambda part: part / len(images))
        return _share(match_batch(model, mean, infer_labels(mean, model, len(images)), 100, seed).image, images)
    found = match_gradient(
        model,
        gradient,
        int(gradient.biases[-1].argmin()),
        iterations=150,
        seed=seed,
        starts=1,
        pruned=defense == "pruning",
    )
    return _share(found.image[None], images)


def exact_inversion(defense, private, public, rng):
    """The share of letters recovered by the exact inversion, seven letters a client, 784-256-26 with ReLU.

    He does not care for clipping, and makes nothing of rounding, pruning, signs, or a sum of nearly as many letters as
    neurons.
    """
    model = dense_network(int(rng.integers(2**31)), "relu")
    images, labels = draw_batch(private, 7 * CLIENTS.get(defense, 1), rng)
    gradient, _ = seen_by_server(defense, model, images, labels, rng)
    return _share(invert_relu_layer(gradient, model, rng, sets=20_000).images, images)


def imprint(defense, private, public, rng):
    """The share of letters recovered by a planted layer, nine letters a client, 144 neurons, or two for each letter.

    The layer is amplified against clipping and noise. Where nine tenths are dropped it has nine idle neurons for each
    that sorts, so that what is dropped is zeros. Where signs alone are sent, neurons ask for levels of pixels instead
    of sorting.
    """
    letters = 9 * CLIENTS.get(defense, 1)
    if defense == "sign":
        images, labels = draw_batch(private, letters, rng)
        gradient, _ = seen_by_server(defense, levels_network(LEVELS), images, labels, rng)
        return _share(read_levels(gradient, LEVELS), images)
    neurons = max(144, 2 * letters)
    plan = plan_imprint(public[:5_000], neurons // 3, 3, rng, idle=9 * neurons if defense == "pruning" else 0)
    model = imprint_network(plan, rng, amplification=1000)
    images, labels = draw_batch(private, letters, rng)
    gradient, noise = seen_by_server(defense, model, images, labels, rng)
    return float(steal(gradient, plan, noise).recovered(images).mean())


ATTACKS = {"matching": matching, "exact_inversion": exact_inversion, "imprint": imprint}


def share_recovered(attack, defense, private, public, trials, seed):
    """The share of letters that an attack recovers under a defense, mean of `trials`, float from 0 to 1.

    attack : one of `ATTACKS`.  defense : one of `DEFENSES`.
    private : letters with labels, as `privlab.data.emnist_letters().test`.  public : uint8 [n, 28, 28].
    seed : whole number, of every random choice; each trial has a model of its own.
    Raises ValueError for another attack or defense, or no trial.
    """
    if attack not in ATTACKS:
        raise ValueError(f"the attack must be one of {', '.join(ATTACKS)}, got {attack!r}")
    trials = whole_number("the number of trials", trials)
    return float(
        np.mean(
            [ATTACKS[attack](defense, private, public, np.random.default_rng((seed, trial))) for trial in range(trials)]
        )
    )


def _share(found, truth):
    return float((matched(np.clip(np.nan_to_num(found), 0, 1), truth)[0] < RECOVERED).mean())
