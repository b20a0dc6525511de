"""CEAT: the word test on words in sentences. One effect for each draw of sentences, pooled as if the draws were
studies.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from privlab.arrays import Booleans, Floats
from privlab.text.fairness.embeddings import Vectors
from privlab.text.fairness.weat import Lists, lists_of, splits

LEVEL = 0.05  # of what is called significant


class Pooled(NamedTuple):
    """What a meta-analysis of effects found: `effect` (CES), its `z`, one-sided `p`, and `between`, the variance
    between. One number each, or [ways] where the words were relabelled.
    """

    effect: Floats
    z: Floats
    p: Floats
    between: Floats


def associations(contexts: Vectors, test: str | Lists, draws: int, rng: np.random.Generator) -> Floats:
    """The association of each target word in each draw, [draws, words]: X's words first, then Y's.

    In a draw every word, target or attribute, stands in one of its sentences at random.

    contexts : vectors [words, sentences, d]. test : a name of `TESTS`, or (X, Y, A, B).
    Raises ValueError for words outside the vocabulary, an unknown name.
    """
    first, second, one, other = lists_of(test)
    targets, attributes = contexts.of([*first, *second]), contexts.of([*one, *other])
    sentences = targets.shape[1]
    cosines = np.einsum("tsd,aud->tsau", targets, attributes, optimize=True)
    picked = rng.integers(sentences, size=(draws, len(targets)))
    beside = rng.integers(sentences, size=(draws, len(attributes)))
    t, a = np.arange(len(targets)), np.arange(len(attributes))
    table = cosines[t[None, :, None], picked[:, :, None], a[None, None, :], beside[:, None, :]]
    return table[..., : len(one)].mean(axis=-1) - table[..., len(one) :].mean(axis=-1)


def pooled(table: Floats, labels: Booleans | None = None) -> Pooled:
    """The effect of a table of associations, its draws pooled as if they were studies.

    Random effects after DerSimonian and Laird; the variance of an effect is taken to be that of the associations in its
    draw, as the authors' code has it.

    table : [draws, words]. labels : [ways, words], True for the words called X; by default the first half.
    Raises ValueError when the lists are of unequal length.
    Source: Guo and Caliskan (2021).
    """
    words = table.shape[1]
    labels = np.arange(words) < words / 2 if labels is None else np.asarray(labels)
    if words % 2 or not (2 * labels.sum(axis=-1) == words).all():
        raise ValueError(f"the two target lists need the same number of words: got {words} words in all")
    spread = table.std(axis=1, ddof=1)
    sums = labels @ table.T
    effects = (2 * sums - table.sum(axis=1)) / (words / 2) / spread
    weights = 1 / spread**2
    total = weights.sum()
    heterogeneity = (weights * effects**2).sum(axis=-1) - (weights * effects).sum(axis=-1) ** 2 / total
    between = np.maximum(0, (heterogeneity - (len(table) - 1)) / (total - (weights**2).sum() / total))
    weights = 1 / (spread**2 + np.asarray(between)[..., None])
    effect = (weights * effects).sum(axis=-1) / weights.sum(axis=-1)
    z = effect * np.sqrt(weights.sum(axis=-1))
    return Pooled(effect, z, ndtr(-z), between)


def significant(effects: Pooled) -> Booleans:
    """Whether each two-sided p value lies below 5 %."""
    return np.minimum(effects.p, 1 - effects.p) < LEVEL / 2


def permutation_p(table: Floats) -> tuple[int, int]:
    """(count, ways): for how many of all relabellings of the target words the pooled effect is at least as large as
    seen.

    table : [draws, words], at most 16 words.
    """
    seen = pooled(table).effect
    all_ways = pooled(table, splits(table.shape[1])).effect
    return int((all_ways >= seen - 1e-12).sum()), len(all_ways)
