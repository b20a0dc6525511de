"""Word vectors that come with the course: a slice of GloVe, and what MiniLM makes of words in sentences."""

import dataclasses
import functools
import pathlib
from collections.abc import Sequence

import numpy as np

from privlab.arrays import Floats, Integers
from privlab.data.types import DataError

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "data" / "text"


@dataclasses.dataclass(frozen=True)
class Vectors:
    """n words and their vectors. numbers : [n, d], or [n, sentences, d] in contexts."""

    words: tuple[str, ...]
    numbers: Floats

    @functools.cached_property
    def row_of(self) -> dict[str, int]:
        """From a word to its row."""
        return {word: row for row, word in enumerate(self.words)}

    def rows(self, words: Sequence[str]) -> Integers:
        """The rows of these words, [k]. Raises ValueError that names the words outside the vocabulary."""
        unknown = [word for word in words if word not in self.row_of]
        if unknown:
            raise ValueError(
                f"these vectors hold no {', '.join(map(repr, unknown))}: choose among their {len(self.words)} words"
            )
        return np.array([self.row_of[word] for word in words], dtype=int)

    def of(self, words: Sequence[str]) -> Floats:
        """The vectors of these words, [k, d]. Raises ValueError that names the words outside the vocabulary."""
        return self.numbers[self.rows(words)]

    def changed(self, numbers: Floats) -> "Vectors":
        """The same words with other vectors. Raises ValueError unless there is one finite vector for each word."""
        numbers = np.asarray(numbers, dtype=float)
        if len(numbers) != len(self.words) or not np.isfinite(numbers).all():
            raise ValueError(
                f"needs {len(self.words)} vectors of finite numbers, one for each word; got {numbers.shape}"
            )
        return Vectors(self.words, numbers)


def glove() -> Vectors:
    """The 435 words of the slice of GloVe 6B 50d, each vector of length 1.

    Raises DataError when the slice is missing.
    Source: Pennington, Socher and Manning (2014).
    """
    parts = _slice("glove_slice.npz")
    return Vectors(tuple(parts["words"].tolist()), unit(parts["vectors"].astype(float)))


def contexts() -> Vectors:
    """79 words in eight sentences each, as MiniLM's last layer sees them: numbers [79, 8, 384], each vector of length
    1.

    Raises DataError when the slice is missing.
    Source: all-MiniLM-L6-v2, the sentence-transformers project.
    """
    parts = _slice("minilm_contexts.npz")
    return Vectors(tuple(parts["words"].tolist()), unit(parts["vectors"] * parts["scale"].astype(float)))


def unit(numbers: Floats) -> Floats:
    """The same directions with length 1, [..., d]; a vector of zeros stays."""
    lengths = np.linalg.norm(numbers, axis=-1, keepdims=True)
    return numbers / np.where(lengths > 0, lengths, 1)


def _slice(name):
    path = FOLDER / name
    try:
        with np.load(path) as parts:
            return dict(parts)
    except (OSError, ValueError) as error:
        raise DataError(
            f"the word vectors {name} are missing or broken ({error.__class__.__name__}): get the course's folder "
            "privlab/data/text again"
        ) from None
