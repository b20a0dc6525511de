"""The budget meter: what it lets through, what it refuses, and that a refusal tells nothing."""

import math

import numpy as np
import pytest

from privlab.dp.composition import Budget, BudgetSpent


def test_costs_add_up_as_they_are_written():
    budget = Budget(1)
    # 0.1 ten times is less than 1 in floats
    assert [budget.ask(lambda epsilon: epsilon, 0.1) for _ in range(10)] == [0.1] * 10
    with pytest.raises(BudgetSpent, match="this question costs 0.1 and 0 of 1 is left"):
        budget.ask(lambda epsilon: epsilon, 0.1)
    budget = Budget(0.3)
    for _ in range(3):
        budget.ask(abs, np.float64(0.1))  # and three times is more than 0.3
    assert budget.left == 0 and repr(budget) == "0.3 of 0.3 spent"


def test_what_is_refused_neither_runs_nor_costs():
    ran, budget = [], Budget(1)
    budget.ask(ran.append, 0.75)
    with pytest.raises(BudgetSpent):
        budget.ask(ran.append, 0.5)
    assert ran == [0.75] and budget.left == 0.25
    budget.ask(ran.append, 0.25)
    assert ran == [0.75, 0.25]


def test_a_mechanism_that_fails_has_been_paid_for():
    """It may have looked at the data before it failed."""
    budget = Budget(1)
    with pytest.raises(ZeroDivisionError):
        budget.ask(lambda epsilon: 1 / 0, 1)
    with pytest.raises(BudgetSpent):
        budget.ask(abs, 1)


@pytest.mark.parametrize("cost", [0, -1, math.nan, math.inf, "much", None])
def test_a_cost_that_would_refill_it_is_refused(cost):
    budget = Budget(1)
    with pytest.raises((ValueError, BudgetSpent)):
        budget.ask(lambda epsilon: pytest.fail("it ran"), cost)
    assert budget.left == 1


@pytest.mark.parametrize("limit", [0, -2, math.nan, math.inf])
def test_a_budget_is_a_positive_number(limit):
    with pytest.raises(ValueError, match="must be a positive number"):
        Budget(limit)


def test_a_refusal_is_the_same_whatever_the_data_are():
    said = []
    for data in (0, 10**9):
        budget = Budget(0.5)
        with pytest.raises(BudgetSpent) as caught:
            budget.ask(lambda epsilon: data, 0.6)
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_a_differencing_attack_ends_at_the_budget_and_wins_without_one():
    """Without a meter the average of 1,000 differences is off by more than 0.5 at one of 10^4 seeds; the seed is fixed."""
    rng = np.random.default_rng(3)
    budget, answers = Budget(4), []
    with pytest.raises(BudgetSpent):
        while True:
            answers.append(budget.ask(lambda epsilon: 13 + rng.laplace(0, 1 / epsilon), 0.5))
    assert len(answers) == 8
    differences = rng.laplace(13, 2, 1000) - rng.laplace(12, 2, 1000)
    assert abs(differences.mean() - 1) < 0.5
