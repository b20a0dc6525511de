"""Word vectors that come with the course: a slice of GloVe, and what MiniLM makes of words in sentences."""

import dataclasses
import functools
import pathlib

import numpy as np

from privlab.data.types import DataError

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data" / "text"


@dataclasses.dataclass(frozen=True)
class Vectors:
    """Words and their vectors. words : tuple of n str; numbers : float [n, d], or [n, sentences, d] in contexts."""

    words: tuple
    numbers: np.ndarray

    @functools.cached_property
    def places(self):
        """Dict from a word to its row."""
        return {word: row for row, word in enumerate(self.words)}

    def rows(self, words):
        """The rows of these words, int [k]. Raises ValueError that names the words outside the vocabulary."""
        unknown = [word for word in words if word not in self.places]
        if unknown:
            raise ValueError(
                f"these vectors hold no {', '.join(map(repr, unknown))}: choose among their {len(self.words)} words"
            )
        return np.array([self.places[word] for word in words], dtype=int)

    def of(self, words):
        """The vectors of these words, float [k, d]. Raises ValueError that names the words outside the vocabulary."""
        return self.numbers[self.rows(words)]

    def changed(self, numbers):
        """The same words with other vectors. Raises ValueError unless there is one finite vector for each word."""
        numbers = np.asarray(numbers, dtype=float)
        if len(numbers) != len(self.words) or not np.isfinite(numbers).all():
            raise ValueError(
                f"needs {len(self.words)} vectors of finite numbers, one for each word; got {numbers.shape}"
            )
        return Vectors(self.words, numbers)


def glove():
    """The 435 words of the slice of GloVe 6B 50d as `Vectors`, each of length 1.

    Raises DataError when the slice is missing.
    Source: Pennington, Socher and Manning (2014).
    """
    found = _slice("glove_slice.npz")
    return Vectors(tuple(found["words"].tolist()), unit(found["vectors"].astype(float)))


def contexts():
    """79 words in eight sentences each, as MiniLM's last layer sees them: `Vectors` with numbers [79, 8, 384] of length
    1.

    Raises DataError when the slice is missing.
    Source: all-MiniLM-L6-v2, the sentence-transformers project.
    """
    found = _slice("minilm_contexts.npz")
    return Vectors(tuple(found["words"].tolist()), unit(found["vectors"] * found["scale"].astype(float)))


def sentences():
    """The eight sentences of `contexts`, str with {w} where the word stands."""
    return _slice("minilm_contexts.npz")["sentences"].tolist()


def unit(numbers):
    """The same directions with length 1, float [..., d]; a vector of zeros stays."""
    lengths = np.linalg.norm(numbers, axis=-1, keepdims=True)
    return numbers / np.where(lengths > 0, lengths, 1)


def _slice(name):
    path = FOLDER / name
    try:
        with np.load(path) as found:
            return dict(found)
    except (OSError, ValueError) as error:
        raise DataError(
            f"the word vectors {name} are missing or broken ({error.__class__.__name__}): get the course's folder "
            "privlab/data/text again"
        ) from None
