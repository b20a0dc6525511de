"""What a client writes, and its batch inverted exactly, once or many times: what lesson 51 and its benchmark count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from privlab import fl
from privlab.arrays import Booleans, Labels, Letters
from privlab.data.types import Pictures
from privlab.validation import whole_number

if TYPE_CHECKING:
    from torch import nn

PRECISIONS = "float64", "float32", "float16"


def written(word: str, letters: Pictures, rng: np.random.Generator) -> tuple[Letters, Labels]:
    """A word of a to z as somebody may have written it: pictures, each random and taken once, and their labels.

    Raises ValueError when the word is empty or the set has too few pictures of one of its letters.
    """
    chosen: list[int] = []
    for letter in word:
        left = np.setdiff1d(np.flatnonzero(letters.labels == ord(letter) - ord("a")), chosen)
        if not len(left):
            raise ValueError(f"a word needs letters from a to z and a picture for each, got {word!r}")
        chosen.append(rng.choice(left))
    if not chosen:
        raise ValueError("a word needs at least one letter")
    return letters.images[chosen], letters.labels[chosen]


def inversion_trial(
    letters: Pictures,
    size: int,
    rng: np.random.Generator,
    *,
    model: nn.Module | None = None,
    precision: str = "float64",
    steps: int = 1,
    hidden: int = 256,
    max_samples: int = 32,
    sets: int = fl.gradients.SETS,
) -> tuple[fl.gradients.Inversion, Booleans]:
    """The inversion of a random batch, and which of its letters came back byte for byte.

    size               letters in the batch, labels as they fall.
    rng                decides letters, first weights and the attacker's choices.
    model              None for a dense ReLU network of `hidden` neurons with new weights.
    precision          "float64", "float32" or "float16", what the client sends.
    steps              with more than one the client sends the update of so many local steps.
    max_samples, sets  as in `fl.gradients.invert_relu_layer`.
    Raises ValueError for another precision, or a batch of no letter or of more than there are.
    """
    if precision not in PRECISIONS:
        raise ValueError(f"the precision must be one of {', '.join(PRECISIONS)}, got {precision!r}")
    if whole_number("the size of a batch", size) > len(letters.labels):
        raise ValueError(f"a batch of {size:,} letters needs as many, and there are {len(letters.labels):,}")
    steps = whole_number("the number of steps", steps)
    chosen = rng.choice(len(letters.labels), size, replace=False)
    images, labels = letters.images[chosen], letters.labels[chosen]
    fresh = int(rng.integers(2**31))
    model = fl.gradients.dense_network(fresh, hidden=hidden) if model is None else model
    limits: dict[str, Any] = dict(max_samples=max_samples, sets=sets)

    def rounded(part):
        return part.astype(precision).astype(np.float64)

    if steps == 1:
        gradient = fl.client_gradient(model, images, labels).map(rounded)
        inversion = fl.gradients.invert_relu_layer(gradient, model, rng, **limits)
    else:
        update = fl.gradients.client_update(model, images, labels, steps=steps).map(rounded)
        inversion = fl.gradients.invert_update(update, model, rng, steps=steps, **limits)
    return inversion, fl.gradients.matched(inversion.images, images)[1]


def whole_batches(
    letters: Pictures, sizes: tuple[int, ...], *, trials: int, seed: int = 0, sets: int = 3000, **way: Any
) -> list[int]:
    """How many of `trials` random batches came back whole, byte for byte, for each size.

    seed       decides everything.
    sets, way  what the attacker tries and what the client sends, as in `inversion_trial`.
    Raises ValueError for no trial, and what `inversion_trial` raises.
    """
    trials = whole_number("the number of trials", trials)

    def whole(size, trial):
        return inversion_trial(letters, size, np.random.default_rng((seed, size, trial)), sets=sets, **way)[1].all()

    return [sum(bool(whole(size, trial)) for trial in range(trials)) for size in sizes]


def whole_by_nearest(
    letters: Pictures, public: Letters, sizes: tuple[int, ...], *, trials: int, seed: int = 0
) -> list[int]:
    """How many of the same batches as in `whole_batches` the nearest public letters would be, byte for byte.

    public  what the attacker has without a gradient.    The others: as in `whole_batches`.
    """

    def whole(size, trial):
        chosen = np.random.default_rng((seed, size, trial)).choice(len(letters.labels), size, replace=False)
        images = letters.images[chosen]
        nearest, _ = fl.gradients.nearest_public(images, public)
        return fl.gradients.byte_exact(public[nearest] / 255, images).all()

    return [sum(bool(whole(size, trial)) for trial in range(trials)) for size in sizes]
