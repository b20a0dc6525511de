"""Tables computed back from counts: exact ones, counts that are off, every table that fits, what is refused."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privlab.dp import reconstruction

BOTH = [reconstruction.least_squares, reconstruction.linear_program]


def asked(questions, people, seed=1):
    rng = np.random.default_rng(seed)
    return reconstruction.random_groups(questions, people, rng), rng.integers(0, 2, people), rng


@pytest.mark.parametrize("attack", BOTH)
def test_exact_counts_give_the_table_back(attack):
    groups, bits, _ = asked(40, 30)
    found = attack(groups, groups @ bits)
    assert found.dtype == np.int64 and (found == bits).all()
    assert (attack(groups[:, ::-1], groups @ bits) == bits[::-1]).all()


@pytest.mark.parametrize("attack", BOTH)
def test_counts_that_are_off_by_little_give_nearly_all_back_and_wild_ones_no_more_than_coins(attack):
    groups, bits, rng = asked(256, 64)
    shares = {off: (attack(groups, groups @ bits + rng.uniform(-off, off, 256)) == bits).mean() for off in (2, 400)}
    assert shares[2] > 0.95 and abs(shares[400] - 0.5) < 0.25


def test_the_linear_program_bears_a_few_counts_that_are_wildly_wrong():
    groups, bits, rng = asked(120, 30)
    counts = (groups @ bits).astype(float)
    counts[:8] += 1_000
    assert (reconstruction.linear_program(groups, counts) == bits).all()
    assert not (reconstruction.least_squares(groups, counts) == bits).all()


def test_several_tables_at_once_are_those_one_by_one():
    groups, _, rng = asked(50, 20)
    tables = rng.integers(0, 2, (20, 3))
    counts = groups @ tables + rng.uniform(-2, 2, (50, 3))
    together = reconstruction.least_squares(groups, counts)
    assert together.shape == (20, 3)
    for place in range(3):
        assert (together[:, place] == reconstruction.least_squares(groups, counts[:, place])).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**7 - 1), st.integers(0, 2), st.integers(0, 2**32 - 1))
def test_every_table_that_fits_all_groups_is_within_four_times_the_error(number, most_off, seed):
    every_group = np.array(list(itertools.product((0, 1), repeat=7)))
    bits = number >> np.arange(7) & 1
    counts = every_group @ bits + np.random.default_rng(seed).integers(-most_off, most_off + 1, len(every_group))
    fitting = reconstruction.consistent_tables(every_group, counts, most_off=most_off)
    assert (fitting == bits).all(axis=1).any(), "the true table fits"
    assert (fitting != bits).sum(axis=1).max() <= 4 * most_off


def test_the_tables_that_fit_are_those_that_are_found_one_by_one():
    groups, bits, _ = asked(3, 6)
    counts = groups @ bits
    found = {tuple(table) for table in reconstruction.consistent_tables(groups, counts, most_off=1)}
    assert found == {
        table for table in itertools.product((0, 1), repeat=6) if np.abs(groups @ table - counts).max() <= 1
    }


def test_groups_are_drawn_by_fair_coins_and_the_busiest_person_is_counted():
    groups = reconstruction.random_groups(500, 200, np.random.default_rng(1))
    assert abs(groups.mean() - 0.5) < 0.01 and set(np.unique(groups)) == {0, 1}
    assert reconstruction.most_often_asked(groups) == max(sum(column) for column in groups.T.tolist())
    assert reconstruction.most_often_asked([[1, 0, 0], [1, 1, 0]]) == 2


def test_what_does_not_fit_is_refused_in_a_sentence():
    groups, bits, _ = asked(5, 4)
    for counts in (np.ones(4), np.ones((5, 2, 2)), 3.0):
        with pytest.raises(ValueError, match="a count for each question"):
            reconstruction.least_squares(groups, counts)
    with pytest.raises(ValueError, match="finite"):
        reconstruction.least_squares(groups, [1, 2, np.nan, 3, 4])
    with pytest.raises(ValueError, match="one table"):
        reconstruction.linear_program(groups, np.ones((5, 2)))
    with pytest.raises(ValueError, match="20 people at most"):
        reconstruction.consistent_tables(np.ones((2, 21)), [1, 2])
    with pytest.raises(ValueError, match="questions must be a whole number"):
        reconstruction.random_groups(0, 3, np.random.default_rng(1))
