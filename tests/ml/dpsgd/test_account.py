"""The account of a private training: what is planned, what is spent, and what is refused."""

import math

import pytest

from privlab.dp.composition import BudgetSpent
from privlab.dp.dpsgd_accountant import epsilon_of_shuffled
from privlab.dp.gaussian import epsilon_at, total_mu
from privlab.ml.dpsgd.account import Account

PLAN = dict(epsilon=3.0, delta=1e-5, examples=8_000, sample_rate=0.05, steps=200)


def test_a_training_costs_what_was_planned_and_less_before_its_end():
    account, spent = Account.plan(**PLAN), []
    assert account.spent == 0 == account.spent_if_shuffled
    for _ in range(PLAN["steps"]):
        account.take()
        if account.taken in (1, 2, 100, 200):
            spent.append(account.spent)
    assert 0 < spent[0] < spent[1] < spent[2] < spent[3] and 2.99 < spent[3] <= 3.0
    with pytest.raises(BudgetSpent, match="all 200 steps"):
        account.take()
    assert account.taken == 200
    passes = total_mu([account.noise_multiplier] * 10)
    assert account.spent_if_shuffled == pytest.approx(epsilon_at(passes, delta=1e-5)) and account.spent_if_shuffled > 9
    assert "Poisson" in str(account) and "200 of 200 steps" in str(account) and "8,000" in str(account)


@pytest.mark.slow
def test_opacus_counts_the_same():
    from opacus.accountants import PRVAccountant

    account, theirs = Account.plan(**PLAN), PRVAccountant()
    theirs.history = [(account.noise_multiplier, 0.05, 200)]
    assert theirs.get_epsilon(1e-5) == pytest.approx(3.0, abs=0.05)


def test_full_batches_are_the_gaussian_mechanism():
    account = Account.plan(**PLAN | {"sample_rate": 1.0, "steps": 40})
    account.taken = 40
    assert account.spent == pytest.approx(3.0, abs=1e-6) and account.spent_if_shuffled == pytest.approx(account.spent)
    assert "Gaussian" in account.accountant


def test_without_noise_nothing_is_promised():
    account = Account.plan(**PLAN | {"epsilon": math.inf})
    assert account.noise_multiplier == 0 and account.spent == 0
    account.take()
    assert account.spent == account.spent_if_shuffled == math.inf


def test_shuffling_is_a_release_a_pass():
    """The lesson's own example: 17.9 shuffled, and a last pass that is cut short counts as one."""
    run = dict(noise_multiplier=1.0, sample_rate=0.05, delta=1e-5)
    assert epsilon_of_shuffled(steps=200, **run) == pytest.approx(epsilon_at(10**0.5, delta=1e-5))
    assert round(epsilon_of_shuffled(steps=200, **run), 1) == 17.9
    assert epsilon_of_shuffled(steps=201, **run) == pytest.approx(epsilon_at(11**0.5, delta=1e-5))


@pytest.mark.parametrize(
    "changed, says",
    [
        (dict(delta=1 / 7_999), "delta must be at most 1 / 8,000"),
        (dict(delta=0.0), "delta must lie between"),
        (dict(epsilon=0.0), "epsilon must be a positive"),
        (dict(epsilon=math.nan), "epsilon must be a positive"),
        (dict(sample_rate=1.5), "sample_rate must be above 0"),
        (dict(sample_rate=0.0), "sample_rate must be above 0"),
        (dict(steps=0), "steps must be a whole number"),
        (dict(examples=0), "examples must be a whole number"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused(changed, says):
    with pytest.raises(ValueError, match=says):
        Account.plan(**PLAN | changed)


def test_delta_may_be_as_large_as_one_over_the_examples():
    assert Account.plan(**PLAN | {"delta": 1 / 8_000}).noise_multiplier > 0
