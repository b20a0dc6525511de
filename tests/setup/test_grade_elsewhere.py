"""Lesson 11 through the real nbgrader and the real Otter-Grader: what is right, leaks or is wrong gets its points.

It runs where PRIVLAB_TEST_CLASSROOM names a folder that `tools/classroom_environments.py FOLDER nbgrader otter` has
filled.
"""

import csv
import json
import os
import subprocess
from pathlib import Path

import pytest

from privlab import __main__ as command
from privlab.lab.exercise import exercises

ENVIRONMENTS = Path(os.environ.get("PRIVLAB_TEST_CLASSROOM", "nowhere"))
ALL = exercises("raises")
LEAKING = "def share(secret, parties, modulus):\n    return [secret] + [0] * (parties - 1)"
MIXED = {  # right, right but not private, wrong, and one that was not tried
    "raises.estimate": ALL["raises.estimate"].solution,
    "raises.share": LEAKING,
    "raises.commit": "def commit(value, nonce):\n    return b''",
}
POINTS = {"raises.estimate": 3, "raises.share": 2, "raises.commit": 0, "raises.reconstruct": 0}


def there(name):
    """Marks of a test that needs an environment of that name."""
    missing = not (ENVIRONMENTS / name / "bin").is_dir()
    return [pytest.mark.slow, pytest.mark.skipif(missing, reason=f"PRIVLAB_TEST_CLASSROOM names no {name}")]


def run(environment, *words, cwd):
    """What a program of an environment prints; it runs with a progress file of its own."""
    folder = ENVIRONMENTS / environment / "bin"
    variables = {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PRIVLAB_PROGRESS": str(cwd / "progress.json"),
        "PRIVLAB_DATA": "drawn",
        "PRIVLAB_DEVICE": "cpu",
    }
    done = subprocess.run(
        [folder / words[0], *words[1:]], cwd=cwd, env=variables, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


def hand_in(handed_out, there, answers, whole=True):
    """Writes what a learner hands in: the lesson that was handed out, with answers in it.

    whole : else of the other cells only the first, which is faster.
    """
    book = json.loads(handed_out.read_text(encoding="utf-8"))
    graded = [cell for cell in book["cells"] if {"exercise", "nbgrader"} & set(cell["metadata"])]
    for cell in graded:
        cell["source"] = answers.get(cell["metadata"].get("exercise"), cell["source"])
    if not whole:
        book["cells"] = [next(cell for cell in book["cells"] if cell["cell_type"] == "code"), *graded]
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_text(json.dumps(book), encoding="utf-8")


@pytest.mark.parametrize("", [pytest.param(marks=there("nbgrader"))])
def test_nbgrader_takes_the_assignment_and_gives_the_points(tmp_path):
    assert command.main(["grade", "--export", "nbgrader", "11", "--out", str(tmp_path)]) == 0
    run("nbgrader", "nbgrader", "generate_assignment", "11_raises", cwd=tmp_path)
    handed_out = tmp_path / "release" / "11_raises" / "11_raises.ipynb"
    assert "SOLUTION" not in handed_out.read_text(encoding="utf-8")
    right = {id: exercise.solution for id, exercise in ALL.items()}
    right["raises.reconstruct"] = f"from privlab.mpc import height_at\n\n\n{right['raises.reconstruct']}"
    wrong = {"raises.share": "def share(secret, parties, modulus):\n    return [secret] * parties"}
    for name, answers, whole in (("ada", right, False), ("bea", MIXED, True), ("cai", wrong, False)):
        hand_in(handed_out, tmp_path / "submitted" / name / "11_raises" / "11_raises.ipynb", answers, whole)
    run("nbgrader", "nbgrader", "autograde", "11_raises", cwd=tmp_path)
    run("nbgrader", "nbgrader", "export", cwd=tmp_path)
    with open(tmp_path / "grades.csv", encoding="utf-8", newline="") as table:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(table)}
    assert scores == {"ada": (12, 12), "bea": (sum(POINTS.values()), 12), "cai": (0, 12)}


@pytest.mark.parametrize("", [pytest.param(marks=there("otter"))])
def test_otter_takes_the_assignment_and_gives_the_points(tmp_path):
    assert command.main(["grade", "--export", "otter", "11", "--out", str(tmp_path)]) == 0
    run("otter", "otter", "assign", "11_raises.ipynb", "dist", cwd=tmp_path)  # fails where a solution does
    handed_out = tmp_path / "dist" / "student" / "11_raises.ipynb"
    text = handed_out.read_text(encoding="utf-8")
    assert "SOLUTION" not in text and "grader.check" not in text  # learners need no Otter
    hand_in(handed_out, tmp_path / "bea" / "11_raises.ipynb", MIXED)
    (autograder,) = (tmp_path / "dist" / "autograder").glob("*.zip")
    run("otter", "otter", "run", "-a", str(autograder), "-o", "bea", "bea/11_raises.ipynb", cwd=tmp_path)
    results = json.loads((tmp_path / "bea" / "results.json").read_text(encoding="utf-8"))
    assert {f"raises.{test['name']}": test["score"] for test in results["tests"] if "score" in test} == POINTS
