"""A release note: what may be signed and what is found wanting (lesson 90)."""

import re
from dataclasses import replace

import pytest

from privlab.lessons.capstone.outcomes import recorded_outcome, spent
from privlab.lessons.capstone.release_note import FORMS, read_note
from tests.lessons.capstone_choices import OPEN, WARD

READS, LIAR = "It reads {accuracy:.0f} % of letters right", "One lying tablet can spoil it or plant a backdoor"
TRUST = "\nThe server sees every update, without noise"
GOOD = (
    f"{READS}.\n"
    "The budget is epsilon {epsilon:.2f} at delta 1e-5 for one letter\n"
    "Who wrote many letters spends the budget many times\n"
    "One lying tablet can spoil it or plant a backdoor\nSigned: A. Reader"
)


def kinds(text, choice=OPEN, noise_std=None):
    outcome = recorded_outcome(choice, 1_000)
    noise_std = choice.noise_std if noise_std is None else noise_std
    text = text.format(accuracy=100 * outcome.accuracy, epsilon=min(spent(choice, noise_std=noise_std), 1e6))
    return [finding.kind for finding in read_note(text, choice, outcome, noise_std)]


def test_a_note_that_says_what_is_proved_may_be_signed():
    assert kinds(GOOD) == []
    assert kinds(GOOD, noise_std=OPEN.noise_std / 2) == []
    assert (
        kinds(
            GOOD
            + "\nOur attacks read no letter and recognised none\nNobody gains more than 91 points on who was a member"
        )
        == []
    )
    assert kinds(GOOD + TRUST, WARD) == []
    none = replace(OPEN, epsilon=None)
    assert kinds(f"{READS}\nNo budget was kept\n{LIAR}\nSigned: A", none) == []
    assert kinds(f"{READS}\n{LIAR}\nSigned: A", none) == ["missing"]


@pytest.mark.parametrize(
    "line, kind",
    [
        ("No letter can be recovered", "promise"),
        ("The reader is anonymous.", "promise"),
        ("Nobody gains more than 8 points on who was a member", "promise"),
        ("No budget was kept", "false"),
        ("The budget is epsilon 2.9 at delta 1e-5 for one letter", "promise"),
        ("The budget is epsilon 4 at delta 1e-5 for one letter", "false"),
        ("The budget is epsilon 3 at delta 1e-5 for one clinic", "promise"),
        (TRUST[1:], "false"),
        ("The server sees every update", "unknown"),
        ("Signed: Your Name", "missing"),
        ("The budget is epsilon 2.99 at delta 1e-5 for one letter", "promise"),
        ("All is well", "unknown"),
        ("Signed:", "unknown"),
        ("Signed: your  name", "missing"),
        ("Signed: .", "unknown"),
        ("Signed: nobody", "missing"),
        ("Signed: R. Ader. No letter can be recovered", "promise"),
        ("Signed: R. Ader. The reader is anonymous", "promise"),
        ("Signed: R. Ader. All is well", "promise"),
        ("Signed: Nothing Can Happen To You My Friend", "promise"),
        ("Signed: R. Lee. All is well", "promise"),
        ("Signed: 7", "promise"),
        ("Signed: R. Ader. Promised", "promise"),
        ("Signed: Safe Hands", "promise"),
        ("Signed: they who made it", "promise"),
        ("Signed: A B C D E F G", "promise"),
        ("Nobody gains more than 90.4 points on who was a member", "promise"),
    ],
)
def test_a_line_that_says_more_or_other_than_holds_is_found(line, kind):
    assert kinds(f"{GOOD}\n{line}") == [kind]


@pytest.mark.parametrize(
    "line",
    [
        "Signed: Prof. Maria-José O’Neill, and B. Lee",
        "Signed: R. Ader, privacy engineer",
        "Signed: bell hooks",
        "Signed: 王小明",
        "- The budget is ε 3.00 at δ 1e-5 for one letter.",
        "It reads 80% of letters right",
        "It reads  79.98 % of letters right",
        "It reads 79.9 % of letters right",
        "Nobody gains more than 90.5 points on who was a member",
    ],
)
def test_a_line_that_holds_may_be_spelled_in_other_ways(line):
    assert kinds(f"{GOOD}\n{line}") == []


@pytest.mark.parametrize("stated", ["80.97", "80.98", "80.1", "81", "78", "79.8", "100"])
def test_what_was_measured_is_rounded_and_no_more(stated):
    assert kinds(GOOD.replace("{accuracy:.0f}", stated)) == ["false"]


def test_two_accuracies_are_one_too_many():
    assert kinds(f"{GOOD}\nIt reads 99 % of letters right") == ["false", "false"]
    assert kinds(f"{GOOD}\nIt reads 80.5 % of letters right") == ["false"]
    assert kinds(f"{GOOD}\n{READS}") == []


@pytest.mark.parametrize(
    "epsilon, stated, kind",
    [
        (0.1, "0.10", []),
        (0.1, "0.0995", ["promise"]),
        (0.1, "0.0951", ["promise"]),
        (0.1, "0.12", ["false"]),
        (3.0, "2.995", ["promise"]),
        (3.0, "3.1", []),
        (3.0, "3.2", ["false"]),
        (3.0, "3.001", []),
        (3.0, "2.991", ["promise"]),
    ],
)
def test_a_stated_budget_is_rounded_and_no_more(epsilon, stated, kind):
    assert kinds(GOOD.replace("{epsilon:.2f}", stated), replace(OPEN, epsilon=epsilon)) == kind


def test_a_budget_is_rounded_up_or_to_the_nearest_hundredth_and_no_more():
    noise_std = OPEN.noise_std / 2.5
    truth = spent(OPEN, noise_std=noise_std)
    assert 8.77 < truth < 8.775  # so that the nearest hundredth lies below
    for stated in ("8.77", "8.78", "8.8", "9"):
        assert kinds(GOOD.replace("{epsilon:.2f}", stated), noise_std=noise_std) == [], stated
    for stated in ("8.76", "8.7700", "8.7", "8"):
        assert kinds(GOOD.replace("{epsilon:.2f}", stated), noise_std=noise_std) == ["promise"], stated
    for stated in ("8.79", "8.9", "10"):
        assert kinds(GOOD.replace("{epsilon:.2f}", stated), noise_std=noise_std) == ["false"], stated


def test_what_a_note_must_not_leave_out():
    for line in GOOD.split("\n"):
        assert kinds(GOOD.replace(line, "")) == ["missing"]
    assert kinds(GOOD, WARD) == ["missing"]
    assert kinds(GOOD + "\nOur attacks read no letter and recognised none" + TRUST, replace(WARD, batch=5)) == ["false"]
    assert kinds(GOOD.replace("{epsilon:.2f}", "3.0"), noise_std=0.0) == ["promise", "missing"]


def test_the_forms_that_are_shown_are_those_that_are_read():
    for form in FORMS.split("\n"):
        line = re.sub(r"\bN\b", "3", form).replace(" (or: tablet, clinic)", "").replace("your name", "A")
        assert "unknown" not in kinds(line)
