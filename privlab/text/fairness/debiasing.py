"""Edits of word vectors, and vectors learned from the task's own text: what a word test sees, and what a task feels."""

from collections.abc import Sequence

import numpy as np

from privlab.arrays import Floats
from privlab.text.fairness.biographies import FRAMES, MEN_S, NAMES, PRONOUNS, SKILLS, WOMEN_S, Biographies
from privlab.text.fairness.embeddings import Vectors, unit
from privlab.text.fairness.weat import TESTS, Lists

PAIRS = (
    ("he", "she"),
    ("his", "her"),
    ("man", "woman"),
    ("brother", "sister"),
    ("father", "mother"),
    ("son", "daughter"),
)
DIMENSIONS = 10  # of vectors that are learned from a text
# the test whose words are the task's own: its occupations, and gender words
OCCUPATION_TEST: Lists = (list(MEN_S), list(WOMEN_S), *TESTS["WEAT-8"][2:])
# the same with the only gender words that the biographies hold
OWN_TEST: Lists = (*OCCUPATION_TEST[:2], ["he", "his"], ["she", "her"])


def gender_direction(vectors: Vectors) -> Floats:
    """The mean difference of six pairs such as he - she, [d], of length 1."""
    first, second = (vectors.of(words) for words in zip(*PAIRS))
    return unit((first - second).mean(axis=0))


def debiased(vectors: Vectors, strength: float = 1.0) -> Vectors:
    """The vectors less `strength` of their part along the gender direction; 1 removes it, 2 mirrors it.

    Source: Bolukbasi and others (2016), the step they call neutralise, here for every word.
    """
    direction = gender_direction(vectors)
    along = vectors.numbers @ direction
    return vectors.changed(vectors.numbers - strength * along[:, None] * direction)


def made_equal(vectors: Vectors, pairs: Sequence[Sequence[str]] = (("he", "she"), ("his", "her"))) -> Vectors:
    """The vectors with both words of each pair in the middle between them; nothing else is changed."""
    numbers = vectors.numbers.copy()
    for pair in pairs:
        rows = vectors.rows(pair)
        numbers[rows] = numbers[rows].mean(axis=0)
    return vectors.changed(numbers)


def of_text(people: Biographies) -> Vectors:
    """Vectors learned from biographies alone, each with its occupation's name behind it.

    Words that occur together more often than by chance get similar vectors: the positive pointwise mutual information
    of words in the same biography, and its largest singular vectors.

    Source: Levy and Goldberg (2014).
    """
    frames = " ".join(FRAMES).replace("{", " {").split()
    words = sorted({word for word in frames if word.isalpha()}.union(SKILLS, NAMES, *PRONOUNS))
    present = np.minimum(people.counts(words), 1)
    present[np.arange(len(present)), [words.index(NAMES[occupation]) for occupation in people.occupations]] = 1
    together = present.T @ present
    np.fill_diagonal(together, 0)
    expected = np.outer(together.sum(axis=0), together.sum(axis=0)) / together.sum()
    information = np.log(np.maximum(together / np.maximum(expected, 1e-12), 1))
    left, values, _ = np.linalg.svd(information)
    return Vectors(tuple(words), left[:, :DIMENSIONS] * np.sqrt(values[:DIMENSIONS]))
