"""The planted layer tried on many sums of letters: what lesson 53 draws and `benchmarks imprint` measures."""

from functools import reduce

import numpy as np

from privlab.fl.gradients.defenses import add_noise, total
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.imprint.adaptive import steal
from privlab.fl.imprint.peeling import peel
from privlab.fl.imprint.planted_layer import divide_cells, imprint_network, plan_imprint
from privlab.fl.secagg.additive import as_gradient, share_updates
from privlab.fl.secagg.distributed_dp import clipped_sum
from privlab.validation import whole_number


def returned(pictures, truth):
    """Which of the true letters are among the pictures, byte for byte, bool [n].

    pictures : floats [m, 28, 28], or uint8.  truth : uint8 [n, 28, 28].
    """
    pictures = np.asarray(pictures)
    if pictures.dtype != np.uint8:
        pictures = np.rint(255 * np.clip(pictures, 0, 1)).astype(np.uint8)
    found = {each.tobytes() for each in pictures}
    return np.array([each.tobytes() in found for each in truth])


def draw_batch(private, letters, rng):
    """Some of the private letters and their labels, each at most once; of `letters` as many, drawn by `rng`.

    Raises ValueError when that is no letter, or more than there are.
    """
    if whole_number("the number of letters", letters) > len(private.images):
        raise ValueError(f"{letters:,} letters were asked for, and there are {len(private.images):,}")
    some = rng.choice(len(private.images), letters, replace=False)
    return private.images[some], private.labels[some]


SLICE = 2**17  # numbers that are shared at a time: the shares of ten clients' million numbers would fill the memory


def shared_sum(network, images, labels, clients, bits=52):
    """What a server sees of clients that hand round their gradients in shares, as in lesson 52: their sum, a
    `Gradient`.

    network, images, labels : as in `client_gradient`; each of `clients` has its own part of the letters, in order.
    clients : int, at least 2.  bits : int, as in `share_updates`: with 48 the faintest of 800 letters is lost in
    rounding.
    Raises ValueError for fewer clients or letters, and what `share_updates` raises.
    """
    if not 2 <= clients <= len(images):
        raise ValueError(
            f"a sum in shares needs at least 2 clients and a letter for each, got {clients} and {len(images)}"
        )
    updates = [
        client_gradient(network, images[own], labels[own]).numbers
        for own in np.array_split(np.arange(len(images)), clients)
    ]
    slices = range(0, len(updates[0]), SLICE)
    return as_gradient(
        np.concatenate(
            [share_updates([each[start : start + SLICE] for each in updates], bits).total for start in slices]
        ),
        network,
    )


def letters_found(private, public, neurons, groups, letters, trials, seed, clients=None):
    """How many letters of a sum come back byte for byte, int [trials]; from one group by differences, else by peeling.

    Thresholds and directions are planned once; every trial has other weights and letters.

    private : letters with their labels, as `privlab.data.emnist_letters().test`.  public : uint8 [n, 28, 28].
    neurons, groups, letters, trials : int; seed : whole number or tuple of them, of every random choice.
    clients : int, among whom the letters lie and who sum their gradients in shares; None for the sum computed at once.
    Raises ValueError when one of them is below 1, or there are fewer neurons than groups.
    """
    trials, bins = whole_number("the number of trials", trials), neurons // whole_number("groups", groups)
    counts, plan = [], plan_imprint(public, bins, groups, np.random.default_rng(seed))
    for trial in range(trials):
        rng = np.random.default_rng((seed, trial))
        images, labels = draw_batch(private, letters, rng)
        network = imprint_network(plan, rng)
        gradient = shared_sum(network, images, labels, clients) if clients else _summed(network, images, labels)
        found = peel(gradient, plan).images if groups > 1 else divide_cells(gradient, plan)
        counts.append(returned(found, images).sum())
    return np.array(counts)


def recovered_under(private, plan, sigmas, amplification=1000, letters=9, trials=5, seed=0):
    """How many letters the attacker who knows clip and noise recovers, dict from σ to int [trials].

    Each trial clips the gradient of each letter to 1, adds them up once, and adds noise of every σ in turn.

    private, letters, trials, seed : as in `letters_found`.  plan : `Imprint`.
    sigmas : floats >= 0, noise over the clipping bound.  amplification : as in `imprint_network`.
    Raises ValueError for no trial, no letter or a negative σ.
    """
    trials = whole_number("the number of trials", trials)
    counts = {sigma: np.zeros(trials, dtype=int) for sigma in sigmas}
    for trial in range(trials):
        rng = np.random.default_rng((seed, trial))
        network = imprint_network(plan, rng, amplification)
        images, labels = draw_batch(private, letters, rng)
        gradient = clipped_sum(network, images, labels, max_norm=1)
        for sigma, count in counts.items():
            count[trial] = steal(add_noise(gradient, sigma, rng), plan, noise=sigma).recovered(images).sum()
    return counts


def _summed(network, images, labels, at_once=800):
    """The sum over clients of `at_once` letters or fewer, one after the other: a thousand letters would fill the
    memory.
    """
    clients = np.array_split(np.arange(len(images)), -(-len(images) // at_once))
    return reduce(
        lambda sum_so_far, one: total([sum_so_far, one]),
        (client_gradient(network, images[own], labels[own]) for own in clients),
    )
