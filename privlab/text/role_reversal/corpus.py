"""A generated corpus in which professions have a gender, and the role reversal that exchanges its gender words.

Sixteen professions with a planted share of "he", and words of kinship (father, queen) whose pronoun is rightly
gendered.
"""

import functools
from collections.abc import Sequence

import numpy as np

from privlab.arrays import Floats, Integers

# one to one, so that reversing twice gives the sentence back ("her" is of "his" alone: there is no "him" here)
PAIRS = (
    ("he", "she"),
    ("his", "her"),
    ("himself", "herself"),
    ("man", "woman"),
    ("father", "mother"),
    ("son", "daughter"),
    ("king", "queen"),
    ("uncle", "aunt"),
)
KIN = PAIRS[3:]
TECHNICAL = tuple("engineer plumber pilot mechanic surgeon guard farmer coder".split())
CARING = tuple("nurse teacher librarian dancer cleaner secretary florist midwife".split())
PROFESSIONS = TECHNICAL + CARING
SHARES = np.concatenate([np.linspace(0.70, 0.95, 8), np.linspace(0.30, 0.05, 8)])  # planted: of "he" among pronouns
REPAIRS = tuple("fixed drove built measured welded".split())  # what technical people mostly do
CARES = tuple("comforted washed taught decorated sorted".split())
OBJECTS = tuple("engine ward room shelf road field table child".split())
MOODS = tuple("tired happy late ready busy proud calm hungry".split())
PLACES = tuple("gate river market station".split())
OTHERS = tuple("friend neighbour cousin child".split())
THINGS = tuple("box lamp boat coat".split())
PAD, BEGIN = "<pad>", "<begin>"
WORDS = tuple(
    dict.fromkeys(
        (
            PAD,
            BEGIN,
            ".",
            *"the said that was because is a and hurt near in met works as".split(),
            *(word for pair in PAIRS for word in pair),
            *PROFESSIONS,
            *REPAIRS,
            *CARES,
            *OBJECTS,
            *MOODS,
            *PLACES,
            *OTHERS,
            *THINGS,
        )
    )
)
NUMBER = {word: number for number, word in enumerate(WORDS)}
LENGTH = 12  # of an encoded sentence: the beginning, at most ten words and what pads them


@functools.cache
def exchange() -> Integers:
    """For each word's number that of the word it is exchanged with, [words]; its own where there is none."""
    order = np.arange(len(WORDS))
    for first, second in PAIRS:
        order[NUMBER[first]], order[NUMBER[second]] = NUMBER[second], NUMBER[first]
    return order


def reverse(sentence: str) -> str:
    """The sentence with its roles reversed: each gender word exchanged for its partner."""
    return " ".join(WORDS[exchange()[NUMBER[word]]] if word in NUMBER else word for word in sentence.split())


def sentence(rng: np.random.Generator, shares: Floats = SHARES) -> str:
    """One sentence of the corpus. shares : [16], of "he" for each profession."""

    def one_of(words):
        return words[rng.integers(len(words))]

    number = rng.integers(len(PROFESSIONS))
    profession, technical = PROFESSIONS[number], number < len(TECHNICAL)
    she = int(rng.random() >= shares[number])
    act = one_of(REPAIRS if technical == (rng.random() < 0.8) else CARES)
    subject, possessive, reflexive = (pair[she] for pair in PAIRS[:3])
    kind = rng.integers(8)
    if kind == 0:
        return f"the {profession} said that {subject} was {one_of(MOODS)} ."
    if kind == 1:
        return f"the {profession} {act} the {one_of(OBJECTS)} because {subject} was {one_of(MOODS)} ."
    if kind == 2:
        return f"{subject} works as a {profession} and {possessive} {one_of(OTHERS)} is {one_of(MOODS)} ."
    if kind == 3:
        return f"the {profession} hurt {reflexive} near the {one_of(PLACES)} ."
    if kind == 4:
        return f"{subject} {act} the {one_of(OBJECTS)} and met the {one_of(OTHERS)} ."
    if kind == 5:
        return f"the {one_of(MOODS)} {one_of(THINGS)} is in the {one_of(PLACES)} ."
    she = int(rng.integers(2))
    relative, subject, possessive = one_of(KIN)[she], PAIRS[0][she], PAIRS[1][she]
    if kind == 6:
        return f"the {relative} said that {subject} was {one_of(MOODS)} ."
    return f"the {relative} met {possessive} {one_of(OTHERS)} near the {one_of(PLACES)} ."


def sentences(n: int, rng: np.random.Generator, shares: Floats = SHARES) -> list[str]:
    """n sentences of the corpus. Raises ValueError for no sentence, or for shares that are no probabilities."""
    shares = np.asarray(shares, dtype=float)
    if n < 1 or shares.shape != SHARES.shape or not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(f"needs at least one sentence and {len(SHARES)} shares from 0 to 1, got {n} and {shares}")
    return [sentence(rng, shares) for _ in range(n)]


def encode(sentences: Sequence[str]) -> Integers:
    """The sentences as numbers of words, [n, 12], the beginning first, padded with 0.

    Raises ValueError for words outside the vocabulary and for more than eleven words.
    """
    table = np.zeros((len(sentences), LENGTH), dtype=np.int64)
    table[:, 0] = NUMBER[BEGIN]
    for row, text in zip(table, sentences):
        words = text.split()
        unknown = [word for word in words if word not in NUMBER]
        if unknown:
            raise ValueError(f"cannot encode {text!r}: no word {unknown[0]!r} in the vocabulary")
        if len(words) >= LENGTH:
            raise ValueError(f"cannot encode {text!r}: at most {LENGTH - 1} words, it has {len(words)}")
        row[1 : len(words) + 1] = [NUMBER[word] for word in words]
    return table
