"""Edits of word vectors, and vectors learned from the task's own text: what a word test sees, and what a task feels."""

import numpy as np

from privlab.text.fairness import biographies
from privlab.text.fairness.embeddings import Vectors, unit
from privlab.text.fairness.weat import TESTS

PAIRS = (
    ("he", "she"),
    ("his", "her"),
    ("man", "woman"),
    ("brother", "sister"),
    ("father", "mother"),
    ("son", "daughter"),
)
# the test whose words are the task's own: its occupations, and gender words
OCCUPATION_TEST = (list(biographies.MEN_S), list(biographies.WOMEN_S), *TESTS["WEAT-8"][2:])
# the same with the only gender words that the biographies hold
OWN_TEST = (*OCCUPATION_TEST[:2], ["he", "his"], ["she", "her"])


def gender_direction(vectors):
    """The mean difference of six pairs such as he - she, float [d] of length 1."""
    first, second = (vectors.of(words) for words in zip(*PAIRS))
    return unit((first - second).mean(axis=0))


def debiased(vectors, strength=1.0):
    """The vectors less `strength` of their part along the gender direction; 1 removes it, 2 mirrors it.

    Source: Bolukbasi and others (2016), the step they call neutralise, here for every word.
    """
    direction = gender_direction(vectors)
    along = vectors.numbers @ direction
    return vectors.changed(vectors.numbers - strength * along[:, None] * direction)


def made_equal(vectors, pairs=(("he", "she"), ("his", "her"))):
    """The vectors with both words of each pair in the middle between them; nothing else is changed."""
    numbers = vectors.numbers.copy()
    for pair in pairs:
        rows = vectors.rows(pair)
        numbers[rows] = numbers[rows].mean(axis=0)
    return vectors.changed(numbers)


def of_text(people, dimensions=10):
    """`Vectors` learned from biographies alone, each with its occupation's name behind it.

    Words that occur together more often than by chance get similar vectors: the positive pointwise mutual information
    of words in the same biography, and its largest singular vectors.

    Source: Levy and Goldberg (2014).
    """
    frames = " ".join(biographies.FRAMES).replace("{", " {").split()
    words = sorted(
        {word for word in frames if word.isalpha()}
        | set(biographies.SKILLS)
        | set(biographies.NAMES)
        | set(sum(biographies.PRONOUNS, ()))
    )
    present = np.minimum(people.counts(words), 1)
    present[np.arange(len(present)), [words.index(biographies.NAMES[each]) for each in people.occupations]] = 1
    together = present.T @ present
    np.fill_diagonal(together, 0)
    expected = np.outer(together.sum(axis=0), together.sum(axis=0)) / together.sum()
    information = np.log(np.maximum(together / np.maximum(expected, 1e-12), 1))
    left, values, _ = np.linalg.svd(information)
    return Vectors(tuple(words), left[:, :dimensions] * np.sqrt(values[:dimensions]))
