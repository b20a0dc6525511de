"""The planted layer tried on many sums of letters, and all attacks against all defenses.

What lesson 53 draws, and what `benchmarks imprint` and `benchmarks matrix` measure.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from privlab import dp, fl
from privlab.arrays import Booleans, Integers, Labels, Letters
from privlab.data.types import Pictures
from privlab.fl.secagg.additive import as_gradient, share_updates
from privlab.fl.secagg.distributed_dp import clipped_sum
from privlab.validation import whole_number

if TYPE_CHECKING:
    from torch import nn

SLICE = 2**17  # numbers that are shared at a time: the shares of ten clients' million numbers would fill the memory
BITS = 52  # after the binary point of a share: with 48 the faintest of 800 letters is lost in rounding
AT_ONCE = 800  # letters of one gradient: a thousand would fill the memory


def returned(pictures: Letters | np.ndarray, truth: Letters) -> Booleans:
    """Which of the n true letters are among the pictures, bytes or floats from 0 to 1, byte for byte, [n]."""
    pictures = np.asarray(pictures)
    if pictures.dtype != np.uint8:
        pictures = np.rint(255 * np.clip(pictures, 0, 1)).astype(np.uint8)
    had = {picture.tobytes() for picture in pictures}
    return np.array([letter.tobytes() in had for letter in truth])


def draw_batch(private: Pictures, letters: int, rng: np.random.Generator) -> tuple[Letters, Labels]:
    """As many of the private letters as `letters`, each at most once, and their labels.

    Raises ValueError when that is no letter, or more than there are.
    """
    if whole_number("the number of letters", letters) > len(private.images):
        raise ValueError(f"{letters:,} letters were asked for, and there are {len(private.images):,}")
    some = rng.choice(len(private.images), letters, replace=False)
    return private.images[some], private.labels[some]


def shared_sum(network: nn.Module, images: Letters, labels: Labels, clients: int) -> fl.Gradient:
    """What a server sees of clients that hand round their gradients in shares, as in lesson 52: their sum.

    Each of at least 2 `clients` has its own part of the letters, in order. The others: as in `fl.client_gradient`.
    Raises ValueError for fewer clients or letters, and what `share_updates` raises.
    """
    if not 2 <= clients <= len(images):
        raise ValueError(
            f"a sum in shares needs at least 2 clients and a letter for each, got {clients} and {len(images)}"
        )
    updates = [gradient.numbers for gradient in _by_client(network, images, labels, clients)]
    slices = [slice(start, start + SLICE) for start in range(0, len(updates[0]), SLICE)]
    totals = [share_updates([update[part] for update in updates], BITS).total for part in slices]
    return as_gradient(np.concatenate(totals), network)


def letters_found(
    private: Pictures,
    public: Letters,
    *,
    neurons: int,
    groups: int,
    letters: int,
    trials: int,
    seed: int,
    clients: int | None = None,
) -> Integers:
    """How many letters of a sum come back byte for byte, [trials]; from one group by differences, else by peeling.

    Thresholds and directions are planned once; every trial has other weights and letters.

    seed     of every random choice.
    clients  among whom the letters lie and who sum their gradients in shares; None for the sum computed at once.
    Raises ValueError when a number is below 1, or there are fewer neurons than groups.
    """
    trials, bins = whole_number("the number of trials", trials), neurons // whole_number("groups", groups)
    counts, plan = [], fl.imprint.plan(public, bins=bins, groups=groups, rng=np.random.default_rng(seed))
    for trial in range(trials):
        rng = np.random.default_rng((seed, trial))
        images, labels = draw_batch(private, letters, rng)
        network = fl.imprint.network(plan, rng)
        gradient = shared_sum(network, images, labels, clients) if clients else _summed(network, images, labels)
        several = groups > 1
        pictures = fl.imprint.peel(gradient, plan).images if several else fl.imprint.divide_cells(gradient, plan)
        counts.append(returned(pictures, images).sum())
    return np.array(counts)


def recovered_under(
    private: Pictures,
    plan: fl.imprint.Imprint,
    noise_multipliers: list[float],
    *,
    amplification: float = 1000,
    trials: int = 5,
    seed: int | tuple[int, ...] = 0,
) -> dict[float, Integers]:
    """How many of nine letters the attacker who knows clip and noise recovers, from σ to a count for each trial.

    Each trial clips the gradient of each letter to 1, adds them up once, and adds noise of every σ in turn.

    noise_multipliers  at least 0, σ, the noise over the clipping bound.
    amplification      as in `fl.imprint.network`.
    seed               of every random choice.
    Raises ValueError for no trial or a negative σ.
    """
    trials = whole_number("the number of trials", trials)
    counts = {sigma: np.zeros(trials, dtype=int) for sigma in noise_multipliers}
    for trial in range(trials):
        rng = np.random.default_rng((seed, trial))
        network = fl.imprint.network(plan, rng, amplification=amplification)
        images, labels = draw_batch(private, 9, rng)
        gradient = clipped_sum(network, images, labels, max_norm=1)
        for sigma, count in counts.items():
            noisy = fl.gradients.add_noise(gradient, sigma, rng)
            count[trial] = fl.imprint.steal(noisy, plan, noise_std=sigma).recovered(images).sum()
    return counts


def read_under(
    private: Pictures,
    public: Letters,
    noise_multipliers: list[float],
    *,
    levels: int = 6,
    letters: int = 45,
    seed: int = 0,
) -> dict[float, int]:
    """How many letters, each alone in a sum, are recovered through a code of levels, from σ to a count.

    Each gradient is clipped to 1, and noise of every σ is added in turn.

    levels   of each pixel, as in `fl.imprint.level_code`.
    letters  that are tried.
    The others and the errors: as in `recovered_under`.
    """
    rng = np.random.default_rng(seed)
    images, labels = draw_batch(private, letters, rng)
    code = fl.imprint.level_code(public, levels)
    network, counts = fl.imprint.code_network(code), dict.fromkeys(noise_multipliers, 0)
    for letter, label in zip(images, labels):
        whole = clipped_sum(network, letter[None], label[None], max_norm=1)
        gradient = whole.map(lambda part: part if part.size == code.flipped.size else part[:0])  # all that is read
        for sigma in counts:
            noisy = fl.gradients.add_noise(gradient, sigma, rng)
            counts[sigma] += int(fl.gradients.recovered(fl.imprint.read_code(noisy, code, sigma), letter))
    return counts


def _by_client(network, images, labels, clients):
    """The gradients of clients that share the letters in order, one after the other."""
    for own in np.array_split(np.arange(len(images)), clients):
        yield fl.client_gradient(network, images[own], labels[own])


def _summed(network, images, labels):
    """The sum over clients of `AT_ONCE` letters or fewer."""
    gradients = _by_client(network, images, labels, -(-len(images) // AT_ONCE))
    return reduce(lambda so_far, gradient: fl.gradients.total([so_far, gradient]), gradients)


# All attacks against all defenses. Each attacker knows the defense and prepares for it where we know how; what he does
# stands in his docstring.

DEFENSES = ("none", "secure_sum", "clipping", "dp", "fp16", "int8", "pruning", "sign")
MEMBERSHIP = ("threshold", "quantile", "lira")
CLIENTS = {"secure_sum": 32}  # elsewhere the server sees the update of one client
EPSILON, DELTA, MAX_NORM, DROPPED = 1.5, 1e-5, 1.0, 0.9
LEVELS = 10  # of each pixel, where signs alone are sent
CHANGES = {
    "fp16": fl.gradients.half_precision,
    "int8": fl.gradients.eight_bits,
    "pruning": lambda gradient: fl.gradients.prune(gradient, DROPPED),
    "sign": fl.gradients.signs,
}


def seen_by_server(
    defense: str, model: nn.Module, images: Letters, labels: Labels, rng: np.random.Generator
) -> tuple[fl.Gradient, float]:
    """What the server sees of letters under a defense, and the standard deviation of the noise in it.

    defense  one of `DEFENSES`: "secure_sum" is the sum of all clients, "clipping" clips each letter's gradient to 1,
             "dp" adds the noise of ε = 1.5 at δ = 1e-5 for one round, "pruning" drops nine tenths of each layer.
    Raises ValueError for another defense.
    """
    if defense not in DEFENSES:
        raise ValueError(f"the defense must be one of {', '.join(DEFENSES)}, got {defense!r}")
    if defense == "secure_sum":
        return fl.gradients.total(_by_client(model, images, labels, CLIENTS[defense])), 0.0
    if defense in ("clipping", "dp"):
        noise_std = MAX_NORM * dp.gaussian.noise_multiplier_for(EPSILON, DELTA) if defense == "dp" else 0.0
        return fl.gradients.add_noise(clipped_sum(model, images, labels, MAX_NORM), noise_std, rng), noise_std
    return CHANGES.get(defense, lambda gradient: gradient)(fl.client_gradient(model, images, labels)), 0.0


def unclip(gradient: fl.Gradient, model: nn.Module) -> fl.Gradient:
    """The gradient of one letter as it was before it was shortened, as far as the last layer tells.

    The quotient of the last layer's gradient is what its neurons saw, and from that follow the probabilities: they say
    how large the bias gradient must have been.
    """
    last = list(model.modules())[-1]
    weight, bias = (part.detach().cpu().numpy() for part in (last.weight, last.bias))
    label = gradient.biases[-1].argmin()
    scores = weight @ (gradient.weights[-1][label] / gradient.biases[-1][label]) + bias
    probabilities = np.exp(scores - scores.max())
    factor = (probabilities[label] / probabilities.sum() - 1) / gradient.biases[-1][label]
    return gradient.map(lambda part: part * factor)


def matching(defense: str, private: Pictures, public: Letters, rng: np.random.Generator) -> float:
    """The share of letters recovered by matching, one letter a client, 784-256-26 with a sigmoid, 150 iterations.

    A clipped gradient is first made as long as it was; of a pruned one what was dropped is only held to be small; a sum
    is matched by a whole batch, 100 iterations, with the labels counted. Of signs he makes nothing: those of an honest
    model hold the outline of the ink and no grey.
    """
    seed = int(rng.integers(2**31))
    model = fl.gradients.dense_network(seed, "sigmoid")
    images, labels = draw_batch(private, CLIENTS.get(defense, 1), rng)
    gradient, _ = seen_by_server(defense, model, images, labels, rng)
    if defense in ("clipping", "dp"):
        gradient = unclip(gradient, model)
    if defense == "secure_sum":
        mean = gradient.map(lambda part: part / len(images))
        counted = fl.gradients.infer_labels(mean, model, len(images))
        return _share(fl.gradients.match_batch(mean, model, counted, iterations=100, seed=seed).image, images)
    label, pruned = int(gradient.biases[-1].argmin()), defense == "pruning"
    reconstruction = fl.gradients.match_gradient(
        gradient, model, label, iterations=150, seed=seed, starts=1, pruned=pruned
    )
    return _share(reconstruction.image[None], images)


def exact_inversion(defense: str, private: Pictures, public: Letters, rng: np.random.Generator) -> float:
    """The share of letters recovered by the exact inversion, seven letters a client, 784-256-26 with ReLU.

    He does not care for clipping, and makes nothing of rounding, pruning, signs, or a sum of nearly as many letters as
    neurons.
    """
    model = fl.gradients.dense_network(int(rng.integers(2**31)), "relu")
    images, labels = draw_batch(private, 7 * CLIENTS.get(defense, 1), rng)
    gradient, _ = seen_by_server(defense, model, images, labels, rng)
    return _share(fl.gradients.invert_relu_layer(gradient, model, rng, sets=20_000).images, images)


def imprint(defense: str, private: Pictures, public: Letters, rng: np.random.Generator) -> float:
    """The share of letters recovered by a planted layer, nine letters a client, 144 neurons, or two for each letter.

    The layer is amplified against clipping and noise. Where nine tenths are dropped it has nine idle neurons for each
    that sorts, so that what is dropped is zeros. Where signs alone are sent, neurons ask for levels of pixels instead
    of sorting.
    """
    letters = 9 * CLIENTS.get(defense, 1)
    if defense == "sign":
        images, labels = draw_batch(private, letters, rng)
        gradient, _ = seen_by_server(defense, fl.imprint.levels_network(LEVELS), images, labels, rng)
        return _share(fl.imprint.read_levels(gradient, LEVELS), images)
    neurons = max(144, 2 * letters)
    idle = 9 * neurons if defense == "pruning" else 0
    plan = fl.imprint.plan(public[:5_000], bins=neurons // 3, groups=3, rng=rng, idle=idle)
    model = fl.imprint.network(plan, rng, amplification=1000)
    images, labels = draw_batch(private, letters, rng)
    gradient, noise_std = seen_by_server(defense, model, images, labels, rng)
    return float(fl.imprint.steal(gradient, plan, noise_std).recovered(images).mean())


ATTACKS = {"matching": matching, "exact_inversion": exact_inversion, "imprint": imprint}


def share_recovered(attack: str, defense: str, private: Pictures, public: Letters, *, trials: int, seed: int) -> float:
    """The share of letters that an attack recovers under a defense, mean of `trials`, from 0 to 1.

    attack, defense  of `ATTACKS` and `DEFENSES`.
    seed             of every random choice; each trial has a model of its own.
    Raises ValueError for another attack or defense, or no trial.
    """
    if attack not in ATTACKS:
        raise ValueError(f"the attack must be one of {', '.join(ATTACKS)}, got {attack!r}")
    generators = [np.random.default_rng((seed, trial)) for trial in range(whole_number("the number of trials", trials))]
    return float(np.mean([ATTACKS[attack](defense, private, public, rng) for rng in generators]))


def _share(pictures, truth):
    errors, _ = fl.gradients.matched(np.clip(np.nan_to_num(pictures), 0, 1), truth)
    return float((errors < fl.gradients.RECOVERED).mean())
