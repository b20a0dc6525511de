"""The anatomy of a lesson, and that notebooks say what lessons say."""

import ast
import base64
import importlib.util
import io
import itertools
import json
import pathlib
import re
import statistics
import symtable

import nbformat
import numpy as np
import pytest
from PIL import Image

from privlab.lab.exercise import exercises, quizzes
from privlab.lab.guesses import predictions
from privlab.lab.lessons import LESSONS
from privlab.setup.workbook import without_outputs

ROOT = pathlib.Path(__file__).resolve().parents[2]
# cells whose output depends on the machine: (lesson, how its source begins)
IGNORED = {
    ("00_start_here", 'print("\\n".join(setup.doctor.lines()))'),
    ("32_encrypted_training", "spent = trained.seconds"),
    ("63_role_reversal", "finished = text.role_reversal.finished"),  # drawn by what another processor may round anew
}
FOLDED = "# What came out: run this cell first, then open it.\n"
STOP = r"^\*About (\d+) of (\d+) minutes so far: a place to stop\.\*$"
spec = importlib.util.spec_from_file_location("build", ROOT / "tools" / "build.py")
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda each: each.name)
real_lessons = pytest.mark.parametrize(
    "lesson", [each for each in LESSONS if each.number != "00"], ids=lambda each: each.name
)
both_twins = pytest.mark.parametrize("folder", ["notebooks", "notebooks/solved"])


def read(lesson, folder="notebooks"):
    return nbformat.read(ROOT / folder / f"{lesson.name}.ipynb", 4)


def code(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


def prose(book):
    return [cell.source for cell in book.cells if cell.cell_type == "markdown"]


def headings(book):
    """(level, text) of every heading, in order."""
    return [
        (len(mark), text) for source in prose(book) for mark, text in re.findall(r"^(#+) +(.+)$", source, flags=re.M)
    ]


def test_lessons_notebooks_and_the_list_agree():
    listed = [each.name for each in LESSONS]
    assert listed == sorted(path.stem for path in (ROOT / "lessons").glob("*.py"))
    for folder in ("notebooks", "notebooks/solved"):
        assert listed == sorted(path.stem for path in (ROOT / folder).glob("*.ipynb"))


@pytest.mark.slow
@every_lesson
def test_the_notebooks_say_what_the_lesson_says(lesson):
    assert build.stale(ROOT / "lessons" / f"{lesson.name}.py") == []


@both_twins
def test_lesson_00_counts_what_there_is_to_do(folder):
    tried = sum(len(exercises(each.topic)) for each in LESSONS)
    asked = sum(len(quizzes(each.topic)) for each in LESSONS)
    (said,) = [
        output.text
        for cell in code(read(LESSONS[0], folder))
        if cell.source == "progress()"
        for output in cell.outputs
        if "text" in output
    ]
    counted, following = said.splitlines()
    assert counted == f"0 of {tried} exercises passed, 0 of {asked} questions answered", "build 00_start_here anew"
    assert following == "Next: the exercise start_here.publish in 00_start_here."


@every_lesson
@both_twins
def test_every_cell_was_executed_in_order(lesson, folder):
    assert [cell.execution_count for cell in code(read(lesson, folder))] == list(
        range(1, len(code(read(lesson, folder))) + 1)
    )


@every_lesson
@both_twins
def test_outputs_are_of_the_kinds_that_stay_true(lesson, folder):
    for cell in code(read(lesson, folder)):
        for output in cell.outputs:
            assert output.output_type != "error" and output.get("name") != "stderr", cell.source
            data = output.get("data", {})
            assert "image/svg+xml" not in data and build.VIEW not in data
            assert not re.search(
                r"0x[0-9a-f]{6,}|/tmp/|/home/|\bnp\.float64\(",
                str(output.get("text", "")) + str(data.get("text/plain", "")),
            )
            if "image/png" in data:
                assert output.metadata["image/png"]["alt"]
                assert cell.metadata["mystnb"]["image"]["alt"] == output.metadata["image/png"]["alt"]
                assert any(other.get("text") or "image/png" not in other.get("data", {}) for other in cell.outputs), (
                    "no line of numbers"
                )


@every_lesson
@both_twins
def test_every_figure_is_on_its_page(lesson, folder):
    for cell in code(read(lesson, folder)):
        asked = len(re.findall(r"^(?:explore|show)\(", cell.source, flags=re.M))
        pictures = sum("image/png" in output.get("data", {}) for output in cell.outputs)
        assert pictures >= asked, f"an explore() shows itself only as the last line of its cell: {cell.source}"


@every_lesson
def test_nothing_is_cut_at_the_edge_of_a_figure(lesson):
    for cell in code(read(lesson)):
        for picture in (output.get("data", {}).get("image/png") for output in cell.outputs):
            if picture:
                pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))).convert("L"))
                edges = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
                assert edges.min() > 200, f"give the figure more room: {cell.source}"


@every_lesson
def test_code_keeps_the_rules_of_nbval(lesson):
    for cell in code(read(lesson)):
        assert not re.search(r";\s*$", cell.source, flags=re.M), "a trailing ; does not silence a cell under nbval"
        assert not re.search(r"\b(interact|interactive|Output|plt\.|clear_output|np\.random\.seed)\b", cell.source)
        tags = set(cell.metadata.get("tags", []))
        assert tags <= {"nbval-ignore-output"}
        if tags:
            assert any(lesson.name == name and cell.source.startswith(begins) for name, begins in IGNORED), cell.source


def is_set(name):
    return isinstance(name.ctx, ast.Store)


def bound_and_read(source):
    """The names that a cell binds, and those it reads before it has bound them itself: two sets.

    Read is also what a function reads that the cell defines. What a cell changes inside a list or dict is not seen.
    """
    bound, read = set(), set()
    for statement in ast.parse(source).body:
        nodes = list(ast.walk(statement))
        targets = {node for each in nodes if isinstance(each, ast.comprehension) for node in ast.walk(each.target)}
        inner = {node.id for node in targets if isinstance(node, ast.Name)}  # since Python 3.12 in the table as well
        inner -= {node.id for node in nodes if isinstance(node, ast.Name) and node not in targets and is_set(node)}
        tables = [symtable.symtable(ast.unparse(statement), "a statement", "exec")]
        binds = {
            symbol.get_name() for symbol in tables[0].get_symbols() if symbol.is_assigned() or symbol.is_imported()
        }
        reads = set(binds) if isinstance(statement, ast.AugAssign) else set()
        for table in tables:
            tables += table.get_children()
            reads |= {
                symbol.get_name()
                for symbol in table.get_symbols()
                if symbol.is_referenced() and (table is tables[0] or symbol.is_global())
            }
        binds, reads = binds - inner, reads - inner
        first = isinstance(statement, ast.Assign | ast.AugAssign)  # reads before it binds; a loop or `def` binds first
        read |= reads - bound - (set() if first else binds)
        bound |= binds
    return bound, read


@pytest.mark.parametrize(
    ("source", "bound", "read"),
    [
        ("x = x + 1", {"x"}, {"x"}),
        ("x |= y", {"x"}, {"x", "y"}),
        ("x = 1\nprint(x, [y for y in z])", {"x"}, {"print", "z"}),
        ("for x in y:\n    print(x)", {"x"}, {"y", "print"}),
        ("def f(x):\n    z = x + y\n    return z", {"f"}, {"y"}),
    ],
)
def test_what_a_cell_binds_and_reads_is_seen(source, bound, read):
    assert bound_and_read(source) == (bound, read)


@every_lesson
@both_twins
def test_no_name_that_another_cell_reads_is_set_twice(lesson, folder):
    """Else a cell that is run once more reads another thing. An answer is meant to be set anew, by the reader."""
    answers = {name.split(".")[1] for name in exercises(lesson.topic)}
    cells = [bound_and_read(cell.source) for cell in code(read(lesson, folder))]
    read_by_others = set().union(*(uses for _, uses in cells)) - answers
    twice = {name: sum(name in bound for bound, _ in cells) for name in read_by_others}
    assert {name: cells for name, cells in twice.items() if cells > 1} == {}


@every_lesson
def test_the_opening(lesson):
    book = read(lesson)
    assert [text for level, text in headings(book) if level == 1] == [lesson.title], "one H1, the lesson's title"
    first, setup = book.cells[:2]
    assert "You will be able to" in first.source and f"{lesson.minutes} minutes" in first.source
    assert setup.cell_type == "code"
    assert re.search(rf'^rng = start\("{lesson.name}", seed=\d+\)$', setup.source, flags=re.M)
    if lesson.number != "00":
        assert re.search(r"\barticle\b", first.source, flags=re.I) and re.search(
            r"\bbefore\b", first.source, flags=re.I
        )


@every_lesson
def test_a_lesson_imports_its_subjects_once(lesson):
    setup, *others = code(read(lesson, "notebooks/solved"))
    subjects = re.findall(r"^from privlab import (.+)$", setup.source, flags=re.M)
    assert len(subjects) <= 1 and len(", ".join(subjects).split(", ")) <= 4, "at most four subjects, on one line"
    allowed = rf"from privlab import .+|from privlab\.lab import \*|from privlab\.lessons import {lesson.topic} as this"
    for line in re.findall(r"^.*\bimport\b.*$", setup.source, flags=re.M):
        assert re.fullmatch(allowed, line), line
    for cell in others:
        assert not re.search(r"^\s*(from|import) privlab", cell.source, flags=re.M), cell.source


@real_lessons
def test_a_lesson_shows_the_code_of_what_it_teaches(lesson):
    asked = [cell for cell in code(read(lesson)) if re.search(r"^source\(", cell.source, flags=re.M)]
    assert len(asked) >= 2
    for cell in asked:
        assert any("```python" in output.get("data", {}).get("text/markdown", "") for output in cell.outputs), (
            cell.source
        )


@every_lesson
def test_headings_come_in_order(lesson):
    levels = [level for level, _ in headings(read(lesson))]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in zip(levels, levels[1:]))


@real_lessons
def test_the_parts_of_a_lesson(lesson):
    book = read(lesson)
    titles = [text for level, text in headings(book) if level <= 3]
    for part in ("Break it", "What this does not protect", "Summary", "References"):
        assert any(text.lower().startswith(part.lower()) or f": {part}".lower() in text.lower() for text in titles), (
            part
        )
    assert any(text.startswith("Predict") or "**Predict" in source for text in titles for source in prose(book))
    assert 3 <= len([text for text in titles if re.match(r"\d+\. ", text)]) <= 5, "three to five numbered sections"
    after = LESSONS[(LESSONS.index(lesson) + 1) % len(LESSONS)]  # the last leads back to the first
    assert re.search(rf"Next: .*\({after.name}\.ipynb\)", prose(book)[-1]), f"the next lesson is {after.name}"
    assert any("explore(" in cell.source for cell in code(book))


@real_lessons
def test_the_size_of_a_lesson(lesson):
    book = read(lesson)
    lines = [len(cell.source.splitlines()) for cell in code(book)]
    assert len(book.cells) >= 25
    assert statistics.median(lines) <= 5 and max(lines) <= 20
    assert max(len(line) for cell in code(book) for line in cell.source.splitlines()) <= 95, "wider than a small screen"
    for source in prose(book):
        words = len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\$[^$]*\$", "", re.sub(STOP, "", source, flags=re.M))))
        assert words < 150, source[:80]


@every_lesson
def test_no_line_of_a_paragraph_is_read_as_the_point_of_a_list(lesson):
    point = r"(?:> )?(?:\d+[.)]|[-+*]) "
    for source in prose(read(lesson)):
        for before, line in itertools.pairwise(source.splitlines()):
            if re.match(point, line):
                assert before.strip("> ") == "" or re.match(rf"{point}|(?:> )?  ", before), line


def minutes(cells):
    """Of some cells: 150 words a minute, 12 seconds a line of code, 6 minutes an exercise, a minute a question."""
    book = nbformat.v4.new_notebook(cells=cells)
    words = sum(len(source.split()) for source in prose(book))
    lines = sum(1 for cell in code(book) for line in cell.source.removeprefix(FOLDED).splitlines() if line.strip())
    asked = sum(6 * ("exercise" in cell.metadata) + len(re.findall(r"\bquiz\(", cell.source)) for cell in code(book))
    return words / 150 + lines / 5 + asked


@every_lesson
def test_the_minutes_are_counted_not_guessed(lesson):
    counted = minutes(read(lesson).cells)
    assert abs(lesson.minutes - counted) <= 5, f"counted {counted:.0f}"


@every_lesson
def test_a_place_to_stop_says_the_minutes_so_far(lesson):
    book, told = read(lesson), [0]
    for place, cell in enumerate(book.cells):
        if cell.cell_type != "markdown":
            continue
        for said in re.finditer(STOP, cell.source, flags=re.M):
            assert re.match(r"\n\n###? \w", cell.source[said.end() :]), "between two parts"
            assert int(said[2]) == lesson.minutes and told[-1] < int(said[1]) < lesson.minutes
            told.append(int(said[1]))
            above = nbformat.v4.new_markdown_cell(cell.source[: said.start()])
            counted = minutes([*book.cells[:place], above])
            assert abs(told[-1] - counted) <= 7.5, f"told {told[-1]}, counted {counted:.0f}"
    longest = max(after - before for before, after in zip(told, [*told[1:], lesson.minutes]))
    assert len(told) >= 3 and longest <= 30, f"{longest} minutes without a place to stop"


@every_lesson
def test_every_exercise_and_question_is_asked(lesson):
    source = "\n".join(cell.source for cell in code(read(lesson)))
    asked = [cell.metadata["exercise"] for cell in code(read(lesson)) if "exercise" in cell.metadata]
    assert asked == list(exercises(lesson.topic))
    assert all(f'check("{id}", ' in source for id in asked)
    assert all(f'quiz("{id}")' in source for id in quizzes(lesson.topic))
    for id in asked:
        name = id.split(".")[1]
        rest = source.split(f'check("{id}", ')[1]
        assert not re.search(rf"\b{name}\(", rest) or f'use("{id}"' in rest, f"what follows {id} needs use()"


@every_lesson
def test_every_prediction_asks_and_is_compared_with_what_came_out(lesson):
    book = read(lesson)
    asked, before = [], None
    for cell in book.cells:
        questions = len(re.findall(r"\*\*Predict\.\*\*", cell.source)) if cell.cell_type == "markdown" else 0
        ids = re.findall(r'^predict\("([\w.]+)"\)$', cell.source, flags=re.M) if cell.cell_type == "code" else []
        assert questions <= 1 and (not ids or before == 1), f"a cell predict(...) follows its question: {cell.source}"
        assert not (before == 1 and not ids), f"nothing asks before this cell: {cell.source}"
        asked, before = asked + ids, questions
    assert asked == list(predictions(lesson.topic)) and asked, "as in the lesson's predictions.py, in their order"
    compared = re.findall(r'^outcome\("([\w.]+)",', "\n".join(cell.source for cell in code(book)), flags=re.M)
    assert sorted(compared) == sorted(asked), "each has one outcome"


def guessing(book):
    """The cells between each question and its outcome, that of the outcome too: pairs (id, cells)."""
    cells = code(book)
    for place, cell in enumerate(cells):
        for id in re.findall(r'^predict\("([\w.]+)"\)$', cell.source, flags=re.M):
            end = next(n for n, other in enumerate(cells) if f'outcome("{id}"' in other.source)
            assert end > place, f"{id} is asked after it came out"
            yield id, cells[place + 1 : end + 1]


@every_lesson
def test_nothing_in_sight_answers_a_prediction(lesson):
    for id, cells in guessing(read(lesson)):
        for cell in cells:
            tells = re.search(r"\b(?:claim|outcome)\(|\balt=", cell.source)
            folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
            assert folded or not tells, f"{id} is answered by what is to be read: {cell.source}"
            # of a folded cell JupyterLab shows the first line
            assert not folded or cell.source.startswith(FOLDED), f"{id}: a folded cell begins {FOLDED!r}"


def test_a_reader_s_copy_has_no_output_that_answers():
    for each in LESSONS:
        cells = json.loads(without_outputs(ROOT / "notebooks" / f"{each.name}.ipynb"))["cells"]
        assert not any(cell.get("outputs") or "mystnb" in cell["metadata"] for cell in cells)


def verdicts(book):
    """(the call, what it showed) of every check, in order."""
    for cell in code(book):
        calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
        calls = [ast.unparse(call) for call in calls if ast.unparse(call.func) == "check"]
        assert len(calls) <= 1
        for call in calls:
            yield call, cell.outputs[-1].data["text/plain"]


@every_lesson
@pytest.mark.parametrize("folder, mark", [("notebooks", "○"), ("notebooks/solved", "✓")])
def test_an_untouched_run_leaves_nothing_tried_and_the_solved_twin_passes_every_check(lesson, folder, mark):
    said = list(verdicts(read(lesson, folder)))
    own = [(call, shown) for call, shown in said if "whose=" not in call]
    assert [call for call, _ in own] == [f"check('{id}', {id.split('.')[1]})" for id in exercises(lesson.topic)]
    assert all(shown.startswith(f"{mark} {lesson.topic}.") for _, shown in own)
    for call, shown in said:
        assert (call, shown) in own or re.match(rf"[✗⚠] {lesson.topic}\.\w+, .+ answer: ", shown), "not the reader's"


@every_lesson
def test_a_lesson_that_reads_letters_says_so(lesson):
    assert (
        bool(re.search(r"\b(public_)?letters\(", "\n".join(cell.source for cell in code(read(lesson)))))
        == lesson.letters
    )


def test_the_first_lesson_s_map_shows_every_other():
    rows = re.findall(r"^\| (\[.*?\]\(.*?\)) \|", "\n".join(prose(read(LESSONS[0]))), flags=re.M)
    assert rows == [f"[{each.number} {each.title}]({each.name}.ipynb)" for each in LESSONS[1:]]


def test_the_check_for_stale_notebooks_can_fail(tmp_path, monkeypatch):
    lesson = ROOT / "lessons" / "00_start_here.py"
    changed = tmp_path / "lessons" / lesson.name
    changed.parent.mkdir()
    changed.write_text(lesson.read_text(encoding="utf-8").replace("Lena", "Lina"), encoding="utf-8")
    assert len(build.stale(changed)) == 2
