"""WEAT, the word-embedding association test: do words of two kinds lie nearer to one group than to another?"""

import functools
import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Booleans, Floats
from privlab.text.fairness.embeddings import Vectors, unit

Lists = tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]]  # (X, Y, A, B): targets, then attributes

# The lists of Caliskan, Bryson and Narayanan (2017), tests 1, 6, 7 and 8: targets X and Y, attributes A and B. Left out
# of test 1 are gladiola, which the slice does not hold, and horsefly, so that both lists stay equally long.
TESTS: dict[str, Lists] = {
    name: (x.split(), y.split(), a.split(), b.split())
    for name, (x, y, a, b) in {
        "WEAT-1": (
            "aster clover hyacinth marigold poppy azalea crocus iris orchid rose bluebell daffodil lilac pansy "
            "tulip buttercup daisy lily peony violet carnation magnolia petunia zinnia",
            "ant caterpillar flea locust spider bedbug centipede fly maggot tarantula bee cockroach gnat mosquito "
            "termite beetle cricket hornet moth wasp blackfly dragonfly roach weevil",
            "caress freedom health love peace cheer friend heaven loyal pleasure diamond gentle honest lucky "
            "rainbow diploma gift honor miracle sunrise family happy laughter paradise vacation",
            "abuse crash filth murder sickness accident death grief poison stink assault disaster hatred pollute "
            "tragedy divorce jail poverty ugly cancer kill rotten vomit agony prison",
        ),
        "WEAT-6": (
            "john paul mike kevin steve greg jeff bill",
            "amy joan lisa sarah diana kate ann donna",
            "executive management professional corporation salary office business career",
            "home parents children family cousins marriage wedding relatives",
        ),
        "WEAT-7": (
            "math algebra geometry calculus equations computation numbers addition",
            "poetry art dance literature novel symphony drama sculpture",
            "male man boy brother he him his son",
            "female woman girl sister she her hers daughter",
        ),
        "WEAT-8": (
            "science technology physics chemistry einstein nasa experiment astronomy",
            "poetry art shakespeare dance literature novel symphony drama",
            "brother father uncle grandfather son he his him",
            "sister mother aunt grandmother daughter she hers her",
        ),
    }.items()
}
EXACT = 20_000  # so many ways to relabel are all counted
DRAWS = 20_000  # of more, so many are drawn


def association(words: Floats, first: Floats, second: Floats) -> Floats:
    """How much nearer each word is to the first group than to the second: its mean cosine to each, one less the other.

    words, first, second : vectors [n, d], [a, d] and [b, d]; [n] comes back.
    """
    words, first, second = unit(words), unit(first), unit(second)
    return (words @ first.T).mean(axis=-1) - (words @ second.T).mean(axis=-1)


def effect_size(x: ArrayLike, y: ArrayLike) -> float:
    """WEAT's d: the difference of the two means in standard deviations of all associations.

    x, y : associations [n] and [n] of the two kinds of words.
    Raises ValueError for lists of unequal length, or with fewer than two words, or where all associations are alike.
    Source: Caliskan, Bryson and Narayanan (2017).
    """
    first, second = _paired(x, y)
    spread = np.concatenate([first, second]).std(ddof=1)
    if not spread > 0:
        raise ValueError("all words have the same association: an effect size in standard deviations needs some spread")
    return float((first.mean() - second.mean()) / spread)


@functools.cache
def splits(n: int) -> Booleans:
    """Every way to split n words (n even) into two lists of equal length: [ways, n], True in the first list."""
    chosen = np.array(list(itertools.combinations(range(n), n // 2)))
    table = np.zeros((len(chosen), n), dtype=bool)
    table[np.arange(len(chosen))[:, None], chosen] = True
    return table


def permutation_p(x: ArrayLike, y: ArrayLike, rng: np.random.Generator | None = None) -> tuple[int, int]:
    """(count, ways): in how many of the ways to relabel the words the difference is at least as large as seen.

    The p value is count / ways; one-sided. All ways are counted where they are at most 20,000, else as many are drawn
    at random, and the labels as they are counted among them.

    x, y : associations [n] and [n].
    rng : needed for more than 8 words in a list.
    Raises ValueError for lists of unequal length.
    """
    first, second = _paired(x, y)
    pooled, seen, n = np.concatenate([first, second]), first.sum(), len(first)
    if math.comb(2 * n, n) <= EXACT:
        sums = splits(2 * n) @ pooled
        return int((sums >= seen - 1e-12).sum()), len(sums)
    if rng is None:
        raise ValueError(f"{n} words a list can be relabelled in too many ways to count: pass rng, to draw some")
    drawn = rng.permuted(np.tile(pooled, (DRAWS, 1)), axis=1)[:, :n].sum(axis=1)
    return int((drawn >= seen - 1e-12).sum()) + 1, DRAWS + 1


class Result(NamedTuple):
    """What a word test found: the associations [n] of X and of Y, d, the difference of mean cosines, and in how many of
    all ways to relabel the words that difference is as large.
    """

    x: Floats
    y: Floats
    effect: float
    difference: float
    as_large: int
    ways: int

    @property
    def p(self) -> float:
        """The one-sided p value."""
        return self.as_large / self.ways


def lists_of(test: str | Lists) -> Lists:
    """The four lists of words (X, Y, A, B) of a test: a name of `TESTS`, or the lists. Raises ValueError for an unknown
    name.
    """
    if not isinstance(test, str):
        return test
    if test not in TESTS:
        raise ValueError(f"there is no test {test!r} here, only {', '.join(TESTS)}")
    return TESTS[test]


def measure(vectors: Vectors, test: str | Lists, rng: np.random.Generator | None = None) -> Result:
    """What the word test finds on vectors.

    test : a name of `TESTS`, or (X, Y, A, B).  rng : needed for lists of more than 8 target words.
    Raises ValueError for words outside the vocabulary, lists of unequal length, an unknown name.
    """
    first, second, one, other = lists_of(test)
    x, y = (association(vectors.of(words), vectors.of(one), vectors.of(other)) for words in (first, second))
    return Result(x, y, effect_size(x, y), float(x.mean() - y.mean()), *permutation_p(x, y, rng))


def _paired(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape or len(x) < 2:
        raise ValueError(f"the two lists need the same number of words, two at least: got {x.size} and {y.size}")
    return x, y
