"""A word replaced by another one at random, so that no reader can be sure which it was: two ways, at one epsilon.

Both keep metric privacy: of two words at a distance of r, no replacement is more than e^(epsilon r) times as likely
for one as for the other. Words that lie near each other are hard to tell apart, distant ones are not.
"""

from collections.abc import Sequence

import numpy as np

from privlab.arrays import Floats
from privlab.text.fairness.embeddings import Vectors
from privlab.validation import positive


def by_vector(vectors: Vectors, words: Sequence[str], epsilon: float, rng: np.random.Generator) -> list[str]:
    """Each word's vector with noise, and the nearest word to that. How densely words lie there changes nothing of it.

    The noise has a density in proportion to e^(-epsilon length), so that it is d / epsilon long in the mean, in d
    dimensions.
    Raises ValueError for an epsilon that is not above 0 or a word without a vector.
    Source: Feyisetan, Balle, Drake and Diethe (2020).
    Not secure because `rng` may have a seed, and the noise is floating-point numbers.
    """
    own, size = vectors.of(words), vectors.numbers.shape[1]
    ways = rng.normal(size=own.shape)
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    lengths = rng.gamma(size, 1 / positive("epsilon", epsilon), size=len(own))
    return _named(vectors, _distances(own + lengths[:, None] * ways, vectors.numbers).argmin(axis=1))


def by_density(vectors: Vectors, words: Sequence[str], epsilon: float, rng: np.random.Generator) -> list[str]:
    """Each word's replacement drawn among the words that there are, by Gumbel noise on their distances.

    Where words lie densely one of the neighbours is drawn, where they lie apart the word mostly stays.
    Raises ValueError as `by_vector` does.
    Source: Xu, Aggarwal, Feyisetan and Teissier (2021), in our reading: without their cut to the nearest candidates it
    is McSherry and Talwar's exponential mechanism (2007).
    Not secure because `rng` may have a seed.
    """
    scores = -positive("epsilon", epsilon) / 2 * _distances(vectors.of(words), vectors.numbers)
    return _named(vectors, (scores + rng.gumbel(size=scores.shape)).argmax(axis=1))


def probabilities(vectors: Vectors, words: Sequence[str], epsilon: float) -> Floats:
    """How likely `by_density` replaces each word by each of the vocabulary, [words, vocabulary]."""
    from scipy.special import softmax

    return softmax(-positive("epsilon", epsilon) / 2 * _distances(vectors.of(words), vectors.numbers), axis=1)


def moved(vectors: Vectors, words: Sequence[str], replaced: Sequence[str]) -> Floats:
    """How far each replacement lies from its word, [words]."""
    return np.linalg.norm(vectors.of(words) - vectors.of(replaced), axis=1)


def _distances(points: Floats, numbers: Floats) -> Floats:
    return np.linalg.norm(points[:, None] - numbers, axis=2)


def _named(vectors, rows):
    return [vectors.words[row] for row in rows]
