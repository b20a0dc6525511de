"""What a client writes, and its batch inverted exactly, once or many times: what lesson 51 and its benchmark count."""

import sys

import numpy as np

from privlab.device import device
from privlab.fl.gradients.analytic import SETS, invert_relu_layer
from privlab.fl.gradients.gradient import client_gradient
from privlab.fl.gradients.metrics import byte_exact, matched, nearest_public
from privlab.fl.gradients.model_updates import client_update, invert_update
from privlab.fl.gradients.models import dense_network
from privlab.validation import whole_number

PRECISIONS = "float64", "float32", "float16"
NEEDED = 2 * 2**30  # bytes of GPU memory that the largest batches may take


def written(word, letters, rng):
    """A word as somebody may have written it: pictures uint8 [n, 28, 28], each random and taken once, and labels [n].

    word : str of a to z; letters : one of `privlab.data.emnist_letters()`'s sets; rng : numpy Generator.
    Raises ValueError when the word is empty or the set has too few pictures of one of its letters.
    """
    places = []
    for one in word:
        kind = np.setdiff1d(np.flatnonzero(letters.labels == ord(one) - ord("a")), places)
        if not len(kind):
            raise ValueError(f"a word needs letters from a to z and a picture for each, got {word!r}")
        places.append(rng.choice(kind))
    if not places:
        raise ValueError("a word needs at least one letter")
    return letters.images[places], letters.labels[places]


def inversion_trial(
    letters, size, rng, model=None, precision="float64", steps=1, hidden=256, max_samples=32, sets=SETS
):
    """The `Inversion` of a random batch and which of its letters came back byte for byte, a bool array.

    letters : one of `privlab.data.emnist_letters()`'s sets; size : int, letters in the batch, labels as they fall.
    rng : numpy Generator that decides letters, first weights and the attacker's choices.
    model : torch module, or None for a dense ReLU network of `hidden` neurons with new weights.
    precision : "float64", "float32" or "float16", what the client sends.
    steps : int; with more than one the client sends the update of so many local steps.
    max_samples, sets : as in `invert_relu_layer`.
    Raises ValueError for another precision, or a batch of no letter or of more than there are.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"the precision must be one of {', '.join(PRECISIONS)}, got {precision!r}")
    if whole_number("the size of a batch", size) > len(letters.labels):
        raise ValueError(f"a batch of {size:,} letters needs as many, and there are {len(letters.labels):,}")
    steps = whole_number("the number of steps", steps)
    places = rng.choice(len(letters.labels), size, replace=False)
    images, labels = letters.images[places], letters.labels[places]
    fresh = int(rng.integers(2**31))
    model = dense_network(fresh, hidden=hidden) if model is None else model
    sent = client_gradient(model, images, labels) if steps == 1 else client_update(model, images, labels, steps)
    sent = sent.each(lambda part: part.astype(precision).astype(np.float64))
    options = dict(max_samples=max_samples, sets=sets)
    found = (
        invert_relu_layer(sent, model, rng, **options)
        if steps == 1
        else invert_update(sent, model, rng, steps, **options)
    )
    return found, matched(found.images, images)[1]


def whole_batches(letters, sizes, trials, seed=0, sets=3000, **way):
    """How many of `trials` random batches came back whole, byte for byte: a list of counts, one for each size.

    sizes : ints; trials : int; seed : whole number that decides everything.
    letters, sets and `way`, what the client sends : as in `inversion_trial`.
    Raises ValueError for no trial, and what `inversion_trial` raises.
    """
    trials = whole_number("the number of trials", trials)

    def whole(size, trial):
        return inversion_trial(letters, size, np.random.default_rng((seed, size, trial)), sets=sets, **way)[1].all()

    return [sum(bool(whole(size, trial)) for trial in range(trials)) for size in sizes]


def whole_by_chance(letters, public, sizes, trials, seed=0):
    """How many of the same batches as in `whole_batches` the nearest public letters would be, byte for byte: a list of
    counts.

    public : uint8 [n, 28, 28], what the attacker has without a gradient. The others as in `whole_batches`.
    """

    def whole(size, trial):
        mine = letters.images[
            np.random.default_rng((seed, size, trial)).choice(len(letters.labels), size, replace=False)
        ]
        return byte_exact(public[nearest_public(mine, public)[0]] / 255, mine).all()

    return [sum(bool(whole(size, trial)) for trial in range(trials)) for size in sizes]


def large_batches(letters, sizes=(16, 20, 24), hidden=1024, seed=0, full=False):
    """How many of each large batch's letters come back byte for byte, a dict from size to count.

    It takes minutes on a CPU and is written for a GPU, on which it runs where there is one with enough free memory.

    letters, hidden : as in `inversion_trial`; sizes : ints; seed : whole number that decides everything.
    full : True to run it. Raises ValueError when it is not.
    """
    if not full:
        raise ValueError("large batches take minutes: call large_batches(letters, full=True) when you mean it")
    model = None
    if device() == "cuda":
        import torch

        free = torch.cuda.mem_get_info()[0]
        if free < NEEDED:
            print(
                f"the GPU has {free / 2**30:.1f} GiB free, {NEEDED / 2**30:.0f} are needed: the CPU does it",
                file=sys.stderr,
            )
            model = dense_network(seed, hidden=hidden).cpu()
    return {
        size: int(
            inversion_trial(letters, size, np.random.default_rng((seed, size)), model, hidden=hidden, sets=10_000_000)[
                1
            ].sum()
        )
        for size in sizes
    }
