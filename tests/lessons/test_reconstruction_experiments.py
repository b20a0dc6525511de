"""What lesson 24 tries: the desk and what it refuses, the block of six, curves of shuffles."""

import itertools
import statistics

import numpy as np
import pytest

from privlab.lessons.reconstruction import experiments


def test_the_desk_counts_and_refuses():
    table = np.arange(12) % 2
    ask = experiments.desk(table)
    assert ask([0, 1, 2, 3, 5]) == 3 and ask(iter(range(7))) == 3
    for group in (range(4), range(8), [1] * 5, [0, 1, 2, 3, 12], [-1, 0, 1, 2, 3]):
        with pytest.raises(ValueError, match="the desk (wants|takes)"):
            ask(group)


def test_three_people_have_all_ages_with_that_mean_and_median():
    ages = experiments.ages_of_three(mean=46, median=48)
    tried = (each for each in itertools.combinations_with_replacement(range(101), 3) if sum(each) == 138)
    assert ages == [each for each in tried if each[1] == 48]


def test_each_line_leaves_fewer_blocks_and_the_last_leaves_one():
    left = [len(experiments.blocks(lines)) for lines in range(1, 7)]
    assert left == sorted(left, reverse=True) and len(set(left)) == 6 and left[-1] == 1
    (block,) = experiments.blocks(6)
    women, men = block[:3], block[3:]
    assert (statistics.mean(women), statistics.median(women)) == (46, 48)
    assert (statistics.mean(men), statistics.median(men)) == (38, 39)
    assert statistics.median(block) == 43.5 and sum(age < 18 for age in block) == 2
    assert [age for age in block if age >= 65] == [73, 71] and sum(age < 5 for age in block) == 1


def test_curves_hold_both_epsilons_of_every_crowd():
    exact, bound = experiments.shuffled_curve(1.0, [10, 100], 1e-3)
    assert len(exact) == len(bound) == 2 and exact[1] < exact[0] <= 1 and bound == [1, 1]
