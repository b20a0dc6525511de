"""Short biographies with a planted bias, a classifier that reads the occupation out of them, and its gap.

Everything here is generated: eight occupations, a few skill words that are often but not always of the occupation, and
pronouns. How unevenly men and women hold the occupations is the planted skew.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

from privlab.arrays import Booleans, Floats, Integers, Labels
from privlab.text.fairness.classifier import fit
from privlab.text.fairness.embeddings import Vectors

OCCUPATIONS = {
    name: words.split()
    for name, words in {
        "engineer": "machine bridge motor design steel",
        "programmer": "software computer code database network",
        "pilot": "aircraft flight airport engine sky",
        "surgeon": "operation hospital tumor incision anesthesia",
        "nurse": "patients ward bandage medication bedside",
        "teacher": "classroom pupils lessons homework school",
        "librarian": "books catalog shelves reading archive",
        "dancer": "ballet stage rhythm choreography costume",
    }.items()
}
NAMES = tuple(OCCUPATIONS)
MEN_S, WOMEN_S = NAMES[:4], NAMES[4:]  # as the stereotype has it
SKILLS = [word for words in OCCUPATIONS.values() for word in words]
PRONOUNS = (("she", "her"), ("he", "his"))  # of a woman, of a man
FRAMES = (
    "{subject} spends the day with {0} and {1} , and {possessive} colleagues ask about {2} .",
    "for years {subject} worked on {0} ; {possessive} notes on {1} and {2} are famous .",
    "friends say {subject} knows {0} , {1} and {2} better than {possessive} rivals .",
)
PURE = 0.6  # probability that a skill word is drawn from the occupation, not from any


@dataclasses.dataclass(frozen=True)
class Biographies:
    """Generated biographies: `frames` int [n], `skills` int [n, 3], `occupations` int [n] 0..7, `men` bool [n]."""

    frames: Integers
    skills: Integers
    occupations: Integers
    men: Booleans

    def text(self, index: int) -> str:
        """One biography."""
        subject, possessive = PRONOUNS[int(self.men[index])]
        words = (SKILLS[skill] for skill in self.skills[index])
        return FRAMES[self.frames[index]].format(*words, subject=subject, possessive=possessive)

    def counts(self, words: Sequence[str]) -> Floats:
        """How often each of these words occurs in each biography, [n, words]; other words are not counted."""
        column = {word: number for number, word in enumerate(words)}

        def row(text):
            columns = [column[word] for word in text.split() if word in column]
            return np.bincount(columns, minlength=len(column)).astype(float)

        frames = np.array([row(frame.format("", "", "", subject="", possessive="")) for frame in FRAMES])
        pronouns = np.array([row(" ".join(pair)) for pair in PRONOUNS])
        skills = np.array([row(skill) for skill in SKILLS])
        return frames[self.frames] + pronouns[self.men.astype(int)] + skills[self.skills].sum(axis=1)


def write(n: int, skew: float, rng: np.random.Generator) -> Biographies:
    """Biographies of n people, half of them of the first four occupations.

    skew : from -0.5 to 0.5; who holds an occupation is a man with probability 0.5 + skew where it is one of the first
    four, else 0.5 - skew.
    Raises ValueError for a skew outside, or no people.
    """
    if not -0.5 <= skew <= 0.5 or n < 1:
        raise ValueError(f"needs at least one person and a skew from -0.5 to 0.5, got {n} and {skew}")
    occupations = rng.integers(len(NAMES), size=n)
    men = rng.random(n) < 0.5 + np.where(occupations < 4, skew, -skew)
    of = np.where(rng.random((n, 3)) < PURE, occupations[:, None], rng.integers(len(NAMES), size=(n, 3)))
    skills = 5 * of + rng.integers(5, size=(n, 3))
    return Biographies(rng.integers(len(FRAMES), size=n), skills, occupations, men)


def features(biographies: Biographies, vectors: Vectors) -> Floats:
    """The mean vector of each biography's words, [n, d]. Words outside the vocabulary are passed over."""
    counts = biographies.counts(vectors.words)
    return counts @ vectors.numbers / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def gaps(predictions: Labels, occupations: Labels, men: Booleans) -> Floats:
    """For each occupation how much more often it is recognised of a man than of a woman, [8].

    predictions, occupations, men : [n].
    Raises ValueError where an occupation has no man or no woman to look at.
    """
    right, men = np.asarray(predictions) == occupations, np.asarray(men, dtype=bool)
    differences = np.empty(len(NAMES))
    for occupation in range(len(NAMES)):
        his, hers = (right[(occupations == occupation) & chosen] for chosen in (men, ~men))
        if not len(his) or not len(hers):
            raise ValueError(f"no man or no woman is {NAMES[occupation]} here: a gap needs both")
        differences[occupation] = his.mean() - hers.mean()
    return differences


def gap(predictions: Labels, occupations: Labels, men: Booleans) -> float:
    """The mean gap in the direction of the stereotype: men's in the first four occupations, women's in the others.

    Positive where men are the better recognised engineers and women the better recognised nurses.
    Source: De-Arteaga and others (2019), whose gap in true-positive rates it averages.
    """
    return float((gaps(predictions, occupations, men) * np.repeat((1, -1), 4)).mean())


def read(vectors: Vectors, *, train: Biographies, test: Biographies) -> tuple[Labels, float]:
    """(predictions, accuracy) on `test` of a logistic regression on mean vectors, trained on `train`."""
    predictions = fit(features(train, vectors), train.occupations).predict(features(test, vectors))
    return predictions, float((predictions == test.occupations).mean())


def measure(vectors: Vectors, skew: float, *, seed: int | Sequence[int], people: int = 3_000) -> tuple[float, float]:
    """(gap, accuracy) of a classifier trained on `people` biographies with a skew and tested on as many without."""
    rng = np.random.default_rng(seed)
    train, test = write(people, skew, rng), write(people, 0, rng)
    predictions, accuracy = read(vectors, train=train, test=test)
    return gap(predictions, test.occupations, test.men), accuracy
