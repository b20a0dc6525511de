"""An instructor's own exercises: the example of the guide and the exam are whole, shown by name, and graded."""

import json
import re

import pytest

from privlab import __main__ as command
from privlab.lab.checks import check, judge
from privlab.lab.exercise import exercises
from privlab.setup.errors import SetupError
from privlab.setup.grading.own import exercises_in
from tests.house.modules import ROOT
from tests.setup.test_grade import table

GUIDE = ROOT / "docs" / "instructors.md"
EXAM = ROOT / "docs" / "exam_of_an_hour.py"


@pytest.fixture
def survey(tmp_path):
    """The file of the guide's example."""
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    file = tmp_path / "survey.py"
    file.write_text(code, encoding="utf-8")
    return file


def answer(code, name):
    """What code defines under a name."""
    names: dict = {}
    exec(code, names)
    return names[name]


def marks(exercise, *codes):
    """The marks of an exercise's stub and solution, and of answers as code."""
    found = [exercise.reference, *(answer(code, exercise.name) for code in (exercise.stub, *codes))]
    return "".join(judge(exercise, each).mark for each in found)


def test_the_guide_s_example_tells_a_right_count_from_one_that_is_not_private(survey):
    (exercise,) = exercises_in(survey).values()
    assert exercise.id == "survey.noisy_count"
    bare = "def noisy_count(answers, epsilon, rng): return sum(answers)"
    half = "def noisy_count(answers, epsilon, rng): return sum(answers) + rng.laplace(0, 0.5 / epsilon)"
    shifted = "def noisy_count(answers, epsilon, rng): return 9 + sum(answers) + rng.laplace(0, 1 / epsilon)"
    assert marks(exercise, bare, half, shifted) == "✓○⚠⚠✗"


@pytest.mark.slow
def test_the_exam_s_checks_tell_right_from_wrong_with_each_class_s_numbers(tmp_path):
    text, seen = EXAM.read_text(encoding="utf-8"), set()
    for seed in (2026, 7):
        copy = tmp_path / f"exam_{seed}.py"
        copy.write_text(text.replace("SEED = 2026", f"SEED = {seed}"), encoding="utf-8")
        shares, poll, total = exercises_in(copy).values()
        seen.add(shares.stub.splitlines()[0])
        given = "".join(line + "\n" for line in shares.stub.splitlines()[:2])
        leaking = given + "def share_of_sum(secret): return [secret] + [0] * (PARTIES - 1)"
        assert marks(shares, leaking) == "✓○⚠"
        assert marks(poll, "def true_share(yes, people): return yes / people") == "✓○✗"
        numbers = total.stub.splitlines()[0] + "\n"
        trusting = numbers + "def private_total(values, rng): return sum(values) + rng.laplace(0, MOST / EPSILON)"
        bare = numbers + "def private_total(values, rng): return sum(min(max(v, 0), MOST) for v in values)"
        assert marks(total, trusting, bare) == "✓○⚠⚠"
    assert len(seen) == 2


def test_a_sheet_shows_tasks_and_stubs_and_neither_solution_nor_check(survey, tmp_path, capsys):
    sheet = tmp_path / "out" / "survey.ipynb"
    assert command.main(["grade", "--sheet", str(sheet), "--exercises", str(survey)]) == 0
    book = json.loads(sheet.read_text(encoding="utf-8"))
    assert [cell["metadata"].get("exercise") for cell in book["cells"]] == [None, None, "survey.noisy_count"]
    assert book["cells"][0]["source"] == "# A survey of your own town"
    assert "epsilon = 0.5" in book["cells"][1]["source"] and "laplace(" not in json.dumps(book)
    assert command.main(["grade", "--sheet", str(sheet), "--exercises", str(survey)]) == 1
    assert "is there already" in capsys.readouterr().err


@pytest.mark.slow
def test_own_exercises_are_graded_beside_the_course_s(survey, tmp_path):
    handed_in = tmp_path / "handed_in"
    for learner, code in {
        "ada": "def noisy_count(answers, epsilon, rng):\n    return sum(answers) + rng.laplace(0, 1 / epsilon)",
        "ben": "def noisy_count(answers, epsilon, rng):\n    return sum(answers)",
        "cem": "import survey\nnoisy_count = survey.noisy_count.reference",
    }.items():
        cells = [{"cell_type": "code", "source": code, "metadata": {"exercise": "survey.noisy_count"}}]
        (handed_in / learner).mkdir(parents=True)
        (handed_in / learner / "mine.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    words = ["grade", str(handed_in), "--exercises", str(survey), "--csv", str(tmp_path / "marks.csv")]
    assert command.main(words) == 0
    rows = table(tmp_path / "marks.csv")
    assert [(row["learner"], row["lesson"], row["mark"]) for row in rows] == [
        ("ada", "survey", "✓"),
        ("ben", "survey", "⚠"),
        ("cem", "survey", "?"),
    ]


def test_an_exercise_beside_the_notebook_is_checked_by_its_name(survey, monkeypatch):
    monkeypatch.chdir(survey.parent)
    monkeypatch.setenv("PRIVLAB_PROGRESS", str(survey.parent / "progress.json"))
    assert list(exercises("survey")) == ["survey.noisy_count"]
    assert check("survey.noisy_count", lambda answers, epsilon, rng: sum(answers)).mark == "⚠"


@pytest.mark.parametrize(
    "name, code, words",
    [
        ("raises.py", "", "a name of its own"),
        ("mine.txt", "", "a name of its own"),
        ("mine.py", "1 / 0", "cannot be run"),
        ("mine.py", "x = 1", "holds no exercise"),
        ("mine.py", "from privlab.lab.exercise import exercise\n@exercise('a')\ndef f(x): return x", "has no check"),
    ],
)
def test_a_file_that_cannot_serve_is_told_in_a_sentence(tmp_path, name, code, words):
    (tmp_path / name).write_text(code, encoding="utf-8")
    with pytest.raises(SetupError, match=words):
        exercises_in(tmp_path / name)
    with pytest.raises(SetupError, match="There is no file"):
        exercises_in(tmp_path / "none.py")
