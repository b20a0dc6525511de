"""`grade`: a class of thirty gets the marks it deserves, whatever its notebooks did."""

import csv
import os

import pytest

from privlab import __main__ as command
from privlab.lab.exercise import exercises
from privlab.setup.grading import desk, guard
from privlab.setup.grading.alike import alike
from privlab.setup.grading.answer_cells import answer_to, lessons_of
from privlab.setup.grading.handed_in import book_of, handed_in, learners_of
from privlab.setup.grading.summary import histogram
from tests.setup.handed_in_class import CLASS, IN_ZIP, LEAKING, RIGHT, SET_UP, WRONG, cell, notebook

SHARE = exercises("raises")["raises.share"]


def table(file):
    with open(file, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """The folder in which the tables of the class lie."""
    folder, out = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("out")
    for place, (content, *_) in CLASS.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open(folder / "ada" / "fat.ipynb", "wb") as fat:
        fat.truncate(120_000_000)
    assert command.main(["grade", str(folder), "--csv", str(out / "grades.csv")]) == 0
    return out


@pytest.mark.slow
def test_every_notebook_of_a_class_gets_its_mark(marked):
    rows = table(marked / "grades.csv")
    assert list(rows[0]) == "learner lesson exercise mark attempts hints solution_seen said".split()
    for place, (_, mark, words) in CLASS.items():
        learner = place.split("/")[0].removesuffix(".ipynb").removesuffix("_11_raises")
        if learner == "moodle.zip":
            continue
        found = [row for row in rows if row["learner"] == learner.removesuffix(".zip")]
        share = [row for row in found if row["exercise"] == "raises.share"]
        (row,) = share if mark else [row for row in found if not row["exercise"]]
        assert row["mark"] == mark and words in row["said"], (place, row)
        assert row["lesson"] == ("11_raises" if mark else "")
    for learner, mark in IN_ZIP.items():
        assert [row["mark"] for row in rows if (row["learner"], row["exercise"]) == (learner, "raises.share")] == [mark]
    assert not os.path.exists("/tmp/marks")


@pytest.mark.slow
def test_a_row_says_how_an_answer_came_about_and_what_is_of_another_edition(marked):
    rows = table(marked / "grades.csv")
    (ada,) = [row for row in rows if row["learner"] == "ada" and row["exercise"] == "raises.share"]
    assert (ada["attempts"], ada["hints"], ada["solution_seen"]) == ("2", "1", "yes")
    assert [row["said"] for row in rows if row["learner"] == "ada" and not row["exercise"]][0].startswith(
        "ada/fat.ipynb: the notebook has 120 MB"
    )
    (old,) = [row for row in rows if row["learner"] == "old" and not row["exercise"]]
    assert "no exercise raises.split_up" in old["said"]
    assert [row for row in table(marked / "grades_quizzes.csv") if row["question"] == "raises.quiz1"][0][
        "right"
    ] == "yes"
    (guess,) = table(marked / "grades_guesses.csv")
    assert (guess["learner"], guess["guess"], guess["near"]) == ("ada", "700 dollars away", "no")


@pytest.mark.slow
def test_the_class_is_summed_up_in_a_table_and_on_a_page(marked):
    lines = table(marked / "grades_class.csv")
    (leaks,) = [
        line for line in lines if line["kind"] == "exercise" and line["value"] == "⚠" and line["id"] == SHARE.id
    ]
    assert leaks["learners"] == "3"
    said = [line for line in lines if line["kind"] == "sentence" and line["id"] == SHARE.id]
    assert int(said[0]["learners"]) == 4 and said == sorted(said, key=lambda line: -int(line["learners"]))
    page = (marked / "grades.html").read_text(encoding="utf-8")
    for words in ("Not graded", "Ann Other", "raises.how_near", "What the checks said most often"):
        assert words in page
    assert "<script" not in page and "http" not in page


def test_a_learner_is_the_folder_else_the_file_and_a_platform_s_names_are_read():
    places = {
        "ada/11_raises.ipynb": "ada",
        "group/ben/x.ipynb": "ben",
        "cem/week 1/x.ipynb": "cem",
        "Dora D_12_assignsubmission_file_/x.ipynb": "Dora D",
        "Dora E_13_assignsubmission_file_11_raises.ipynb": "Dora E",
        "eckeeva_LATE_123_45678_11_raises-1.ipynb": "eckeeva",
        "export/foxf_123_45679_11_raises.ipynb": "foxf",
        "finn_11_raises.ipynb": "finn",
        "11_raises.ipynb": "11_raises",
        "monday/gil/x.ipynb": "monday/gil",
        "tuesday/gil/x.ipynb": "tuesday/gil",
    }
    assert learners_of(list(places)) == places


def test_a_lesson_is_told_without_metadata():
    book, _ = book_of(notebook(RIGHT, marked=False, others=False).encode())
    assert [lesson.number for lesson in lessons_of(book, "x.ipynb")] == ["11"]
    book["cells"].pop()
    assert [lesson.number for lesson in lessons_of(book, "x.ipynb")] == ["11"]  # by its heading


def test_an_answer_takes_what_it_needs_and_no_more():
    code = "def share(secret, parties, modulus):\n    return mpc.share(secret, parties, modulus, table)"
    cells = [
        cell(SET_UP),
        cell("table = {}\nslow = [n for n in range(10**9)]"),
        cell("table['a'] = 1\ntable.update(b=2)"),
        cell("mpc.share = print"),
        cell("share = use('raises.share', share)"),
    ]
    book, _ = book_of(notebook(code, *cells).encode())
    steps = answer_to(SHARE, "11_raises", book).steps
    assert [(step.source, step.course_s) for step in steps if "import" not in step.source] == [
        ("table = {}", False),
        ("table['a'] = 1", False),
        ("table.update(b=2)", False),
    ]
    assert {step.source: step.course_s for step in steps}["from privlab import mpc"]


def test_a_line_for_jupyter_is_left_out_and_a_remainder_on_a_line_of_its_own_is_not():
    code = "def share(secret, parties, modulus):\n    return [(secret\n    % modulus)]\n"
    book, _ = book_of(notebook(code).encode())
    assert answer_to(SHARE, "11_raises", book).source == code
    book, _ = book_of(notebook("%time\n" + WRONG).encode())
    assert answer_to(SHARE, "11_raises", book).source == "\n" + WRONG


def test_what_was_written_below_an_untouched_stub_is_the_answer():
    book, _ = book_of(notebook(SHARE.stub, others=False).encode())
    book["cells"].append({"cell_type": "code", "source": WRONG, "exercise": None})
    assert answer_to(SHARE, "11_raises", book).source == WRONG


@pytest.mark.parametrize(
    "code",
    [
        "import ctypes",
        "from privlab.lessons.raises import exercises",
        "from privlab.lessons.raises.sharing_checks import told",
        "().__class__.__base__",
        "(lambda: 0).__globals__",
        "random._os",
        "dataclasses._sys",
        "try: 1 / 0\nexcept Exception as e: e.__traceback__",
        "eval('1')",
        "__builtins__",
        "'{}'.Formatter",
        "import secrets.os",
        "from random import _os",
    ],
)
def test_code_that_reaches_for_the_grader_is_refused_before_it_runs(code):
    with pytest.raises(guard.Refused, match="no answer may"):
        guard.compiled(code, "<answer>")


@pytest.mark.parametrize(
    "code",
    [
        "getattr(print, '__se' + 'lf__')",
        "setattr(type(np), 'x', 1)",
        "np.sum = 1",
        "for np.sum in [1]: pass",
        "import os\nos.system",
        "[np][0].mean = 1",
        "np._core",
        "class Name(str):\n    __eq__ = lambda *_: False\n    __hash__ = None\ngetattr(np, Name('__dict__'))",
        "open('/etc/passwd')",
        "open('/dev/urandom', 'wb')",
        "getattr(np, '_core')",
        "import dataclasses\ndataclasses._create_fn",
        "del np.sum",
    ],
)
def test_code_that_reaches_for_others_is_refused_while_it_runs(code):
    import numpy as np

    with pytest.raises(guard.Refused, match="no answer may"):
        exec(
            guard.compiled(code, "<answer>"), {"np": np, "__builtins__": guard.safe_builtins(), "__name__": "__main__"}
        )
    assert callable(np.sum) and callable(np.mean)


def test_honest_code_runs_under_guard():
    code = (
        "import os, secrets, dataclasses\nfrom privlab import mpc\nfrom collections import namedtuple\n"
        "Pair = namedtuple('Pair', 'a b')\n@dataclasses.dataclass\nclass Meter:\n    left: float = 0.0\n"
        "    def spend(self, cost):\n        self._spent = cost\n        self.left -= self._spent\n"
        "        return self\n"
        "result = Meter(1.0).spend(0.5).left, Pair(1, 2)._replace(a=3).a, len(os.urandom(4)), [*map(str, (1,))]\n"
        "def f(x):\n    f.calls = 1\n    return x\nf(1)\n"
        "if os.linesep == '\\n':\n    with open('/dev/urandom', 'rb') as file:\n        assert len(file.read(4)) == 4\n"
    )
    names = {"__builtins__": guard.safe_builtins(), "__name__": "__main__"}
    exec(guard.compiled(code, "<answer>"), names)
    assert names["result"] == (0.5, 3, 4, ["1"]) and names["f"].calls == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "source, words", [("while True:\n    pass\n", "did not finish"), ("import numpy\nnumpy.ones(10**11)\n", "memory")]
)
def test_a_cell_that_never_ends_or_takes_all_memory_is_stopped(source, words, monkeypatch):
    monkeypatch.setattr(desk, "SECONDS", 1.0)
    job = {"exercise": "raises.estimate", "file": "", "source": source, "steps": []}
    assert words in desk.judged(job)["said"]


def test_only_the_line_with_the_token_is_a_verdict():
    good = b'{"token": "t", "mark": "\xe2\x9c\x93", "said": "right"}\n'
    assert desk._read(good, "t", None)["mark"] == "✓"
    for said in (good + good, b'{"mark": "x"}\n' + good, good.replace(b'"t"', b'"u"'), b"", b"\xff"):
        assert desk._read(said, "t", None)["mark"] == "?"


def test_near_identical_answers_are_listed():
    other = RIGHT.replace("drawn", "numbers") + "\n# mine\n"
    (group,) = alike(
        {("ada", SHARE.id): RIGHT, ("ben", SHARE.id): other, ("cy", SHARE.id): LEAKING * 3}, {SHARE.id: SHARE}
    )
    assert (group.learners, group.alike, group.as_the_course_s) == ("ada, ben", "1.00", "yes")


def test_guesses_are_counted_by_option_or_range():
    counted = histogram("raises.which_picture", ["the one with shares up to 500 dollars"] * 2)
    assert sorted(count for _, count in counted)[-1] == 2
    counted = histogram("raises.how_near", ["0 dollars", "700 dollars", "50 dollars"])
    assert sum(count for _, count in counted) == 3 and "dollars" in counted[0][0]


def test_what_is_missing_is_one_sentence(tmp_path, capsys):
    assert command.main(["grade", str(tmp_path / "none")]) == 1
    assert "There is no" in capsys.readouterr().err
    assert command.main(["grade", str(tmp_path)]) == 1
    assert "There is no notebook in" in capsys.readouterr().err
    assert command.main(["grade"]) == 1 and "grade FOLDER" in capsys.readouterr().err


def test_formulas_of_a_spreadsheet_are_made_harmless(tmp_path):
    from privlab.setup.grade import write_table

    write_table(tmp_path / "t.csv", ["a"], [["=1+1"], ["✓"]])
    assert (tmp_path / "t.csv").read_text(encoding="utf-8").split() == ["a", "'=1+1", "✓"]
    assert list(handed_in(tmp_path)) == []
