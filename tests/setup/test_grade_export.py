"""A lesson as an assignment of nbgrader and of Otter-Grader: what is written, for every lesson."""

import ast
import json
import re

import pytest

from privlab import __main__ as command
from privlab.lab.exercise import exercises
from privlab.lab.lessons import LESSONS
from privlab.setup.grading.export import solved

ALL = [exercise for lesson in LESSONS for exercise in exercises(lesson.topic).values()]


def exported(kind, name, folder):
    """The cells of a lesson that was written for a grader."""
    assert command.main(["grade", "--export", kind, name, "--out", str(folder)]) == 0
    (file,) = folder.rglob("*.ipynb")
    return json.loads(file.read_text(encoding="utf-8"))["cells"]


def cleared(source):
    """A cell as nbgrader and Otter hand it out: dots where the solution was."""
    return re.sub(r"^( *)#+ BEGIN SOLUTION\n.*?#+ END SOLUTION", r"\1...", source, flags=re.DOTALL | re.MULTILINE)


def test_a_solution_is_taken_out_and_what_is_left_runs():
    for exercise in ALL:
        code = solved(exercise, "### BEGIN SOLUTION", "### END SOLUTION")
        tree, handed_out = ast.parse(code), cleared(code)
        assert len(tree.body) >= 1 and "SOLUTION" not in handed_out
        assert handed_out in (exercise.stub, f"{exercise.stub}\n..."), exercise.id
        ast.parse(handed_out)


def test_every_lesson_becomes_an_assignment_of_nbgrader(tmp_path):
    for lesson in LESSONS:
        cells = exported("nbgrader", lesson.name, tmp_path / lesson.name)
        marked = [cell["metadata"]["nbgrader"] for cell in cells if "nbgrader" in cell["metadata"]]
        fields = {"schema_version", "grade", "grade_id", "locked", "solution", "task"}
        names = [entry["grade_id"] for entry in marked]
        assert len(marked) == 2 * len(exercises(lesson.topic)) and len(set(names)) == len(names)
        for answer, test in zip(marked[::2], marked[1::2]):
            assert set(answer) == fields and set(test) == fields | {"points"}
            assert (answer["solution"], answer["grade"], test["grade"], test["locked"]) == (True, False, True, True)
            assert test["points"] == answer["schema_version"] == 3
            assert re.fullmatch(r"[\w-]+", test["grade_id"])
        assert not any(cell.get("outputs") for cell in cells)
    config = tmp_path / "11_raises" / "nbgrader_config.py"
    assert "code_stub" in config.read_text(encoding="utf-8")
    assert (tmp_path / "11_raises" / "source" / "11_raises" / "11_raises.ipynb").is_file()


def test_every_lesson_becomes_an_assignment_of_otter(tmp_path):
    for lesson in LESSONS:
        cells = exported("otter", lesson.number, tmp_path / lesson.name)
        raw = [cell["source"].splitlines()[0] for cell in cells if cell["cell_type"] == "raw"]
        question = ["QUESTION", "SOLUTION", "/SOLUTION", "TESTS", "/TESTS", "/QUESTION"]
        of_one = [f"# END {each[1:]}" if each[0] == "/" else f"# BEGIN {each}" for each in question]
        assert raw == ["# ASSIGNMENT CONFIG", *of_one * len(exercises(lesson.topic))]
        tests = [
            cell["source"] for cell in cells if "def test_" in cell["source"] and "privlab.lab.points" in cell["source"]
        ]
        assert len(tests) == 2 * len(exercises(lesson.topic))
        worth = [int(number) for test in tests for number in re.findall(r"^points: (\d)", test, flags=re.MULTILINE)]
        assert worth == [2, 1] * len(exercises(lesson.topic))
        tested = [cell["metadata"]["otter"]["tests"] for cell in cells if "otter" in cell["metadata"]]
        assert tested == [[exercise.name] for exercise in exercises(lesson.topic).values()]  # where the answers stand


def test_what_cannot_be_written_is_one_sentence(tmp_path, capsys):
    exported("otter", "11", tmp_path)
    for words, said in (
        (["otter", "11", "--out", str(tmp_path)], "is there already"),
        (["otter", "12_no"], "there is no lesson"),
        (["canvas", "11"], "nbgrader or otter"),
    ):
        assert command.main(["grade", "--export", *words]) == 1
        told = capsys.readouterr().err
        assert said in told and told.count("\n") == 1


@pytest.mark.parametrize("kind, there", [("nbgrader", "nbgrader_config.py"), ("otter", "11_raises.ipynb")])
def test_a_file_of_one_s_own_is_left_alone(kind, there, tmp_path):
    file = tmp_path / there
    file.write_text("mine", encoding="utf-8")
    command.main(["grade", "--export", kind, "11", "--out", str(tmp_path)])
    assert file.read_text(encoding="utf-8") == "mine"
