"""The mechanisms to audit: correct ones pass and are not underrated, broken ones are caught."""

import pytest

from privlab.dp.audit import lower_bound
from privlab.dp.audit_targets import BROKEN, CORRECT, EPSILON


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_broken_mechanism_is_caught(name, seed):
    assert lower_bound(*BROKEN[name], samples=100_000, seed=seed).catches(EPSILON)


@pytest.mark.parametrize("name", CORRECT)
def test_a_correct_mechanism_passes_and_is_not_underrated(name):
    result = lower_bound(*CORRECT[name], samples=400_000, seed=1)
    assert not result.catches(EPSILON)
    # two intervals at once would show its whole epsilon
    assert result.epsilon > (0.65 if name == "two counts" else 0.9)


def test_each_pair_of_neighbours_differs_in_the_first_person_only():
    for _, first, second in (CORRECT | BROKEN).values():
        assert len(first) == len(second) and first[0] != second[0] and (first[1:] == second[1:]).all()
