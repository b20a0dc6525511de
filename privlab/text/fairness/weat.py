"""WEAT, the word-embedding association test: do words of two kinds lie nearer to one group's words than to another's?"""

import functools
import itertools
import math
from typing import NamedTuple

import numpy as np

from privlab.text.fairness.embeddings import unit

# The lists of Caliskan, Bryson and Narayanan (2017), tests 1, 6, 7 and 8: targets X and Y, attributes A and B. Left out
# of test 1 are gladiola, which the slice does not hold, and horsefly, so that both lists stay equally long.
TESTS = {
    name: tuple(words.split() for words in lists)
    for name, lists in {
        "WEAT-1": (
            "aster clover hyacinth marigold poppy azalea crocus iris orchid rose bluebell daffodil lilac pansy tulip buttercup daisy "
            "lily peony violet carnation magnolia petunia zinnia",
            "ant caterpillar flea locust spider bedbug centipede fly maggot tarantula bee cockroach gnat mosquito termite beetle "
            "cricket hornet moth wasp blackfly dragonfly roach weevil",
            "caress freedom health love peace cheer friend heaven loyal pleasure diamond gentle honest lucky rainbow diploma gift "
            "honor miracle sunrise family happy laughter paradise vacation",
            "abuse crash filth murder sickness accident death grief poison stink assault disaster hatred pollute tragedy divorce jail "
            "poverty ugly cancer kill rotten vomit agony prison",
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
EXACT = 20_000


def association(words, first, second):
    """How much nearer each word is to the first group than to the second, float [n]: the mean cosine less the mean
    cosine.

    words, first, second : vectors [n, d], [a, d] and [b, d].
    """
    words, first, second = unit(words), unit(first), unit(second)
    return (words @ first.T).mean(axis=-1) - (words @ second.T).mean(axis=-1)


def effect_size(x, y):
    """WEAT's d: the difference of the two means in standard deviations of all associations.

    x, y : associations [n] and [n] of the two kinds of words.
    Raises ValueError for lists of unequal length, or with fewer than two words, or where all associations are alike.
    Source: Caliskan, Bryson and Narayanan (2017).
    """
    x, y = _paired(x, y)
    spread = np.concatenate([x, y]).std(ddof=1)
    if not spread > 0:
        raise ValueError("all words have the same association: an effect size in standard deviations needs some spread")
    return float((x.mean() - y.mean()) / spread)


@functools.cache
def splits(n):
    """Every way to split n words (n even) into two lists of equal length: bool [ways, n], True in the first list."""
    chosen = np.array(list(itertools.combinations(range(n), n // 2)))
    table = np.zeros((len(chosen), n), dtype=bool)
    table[np.arange(len(chosen))[:, None], chosen] = True
    return table


def permutation_p(x, y, rng=None, draws=20_000):
    """(count, ways): in how many of the ways to relabel the words the difference is at least as large as seen.

    The p value is count / ways; one-sided. All ways are counted where they are at most 20,000, else `draws` are drawn
    at random, and the labels as they are counted among them.

    x, y : associations [n] and [n].
    rng : numpy Generator, needed for more than 8 words in a list.
    Raises ValueError for lists of unequal length.
    """
    x, y = _paired(x, y)
    pooled, seen = np.concatenate([x, y]), x.sum()
    if math.comb(len(pooled), len(x)) <= EXACT:
        sums = splits(len(pooled)) @ pooled
        return int((sums >= seen - 1e-12).sum()), len(sums)
    if rng is None:
        raise ValueError(f"{len(x)} words a list can be relabelled in too many ways to count: pass rng, to draw some")
    drawn = rng.permuted(np.tile(pooled, (draws, 1)), axis=1)[:, : len(x)].sum(axis=1)
    return int((drawn >= seen - 1e-12).sum()) + 1, draws + 1


class Result(NamedTuple):
    """What a word test found: the associations, d, the raw difference of cosines, and p as count of ways."""

    x: np.ndarray
    y: np.ndarray
    effect: float
    difference: float
    count: int
    ways: int

    @property
    def p(self):
        """The one-sided p value."""
        return self.count / self.ways


def lists_of(test):
    """The four lists of words (X, Y, A, B) of a test: a name of `TESTS`, or the lists. Raises ValueError for an unknown
    name.
    """
    if isinstance(test, str) and test not in TESTS:
        raise ValueError(f"there is no test {test!r} here, only {', '.join(TESTS)}")
    return TESTS[test] if isinstance(test, str) else test


def weat(vectors, test, rng=None):
    """The `Result` of a word test on vectors.

    vectors : `Vectors`. test : a name of `TESTS`, or (X, Y, A, B), four lists of words.
    rng : numpy Generator, needed for lists of more than 8 target words.
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
