"""The answers in a notebook: which lessons it holds, the cell of each answer, and the statements that an answer needs.

Answers are found by the metadata of their cells, and by the name that they define where that was lost. A statement that
stands in the course's own lesson, letter for letter, is the course's; every other one is the learner's.
"""

import ast
import copy
import functools
import json
import re
import symtable
import warnings
from typing import Any, NamedTuple

from privlab import lab, settings
from privlab.lab.exercise import Exercise, exercises
from privlab.lab.lessons import LESSONS, Lesson

LONGEST = 200_000  # letters of a cell that is read as code

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)  # what code that cannot be read raises


class Step(NamedTuple):
    """A statement that an answer needs: its `source`, and whether it is the `course_s` own."""

    source: str
    course_s: bool


class Answer(NamedTuple):
    """One answer: its exercise, the cell's `source`, the `steps` before it; no source where `said` tells why."""

    lesson: str
    exercise: str
    source: str
    steps: tuple[Step, ...]
    said: str = ""


def code_cells(book: dict[str, Any]) -> list[dict[str, Any]]:
    """The code cells of a notebook as `handed_in` gives it, without lines that only Jupyter understands."""
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    return [{**cell, "source": _plain(cell["source"])} for cell in cells]


def _plain(source):
    """A cell's code; where it cannot be read, without the lines that begin with % or !."""
    try:
        _tree(source)
        return source
    except UNREADABLE:
        return re.sub(r"^[ \t]*[%!].*$", "", source, flags=re.MULTILINE)


def lessons_of(book: dict[str, Any], place: str) -> list[Lesson]:
    """The lessons that a notebook holds, in the course's order.

    Told by the exercises that its cells' metadata names, else by what it calls, its heading, or the file's name.
    """
    cells = code_cells(book)
    code = "\n".join(cell["source"] for cell in cells)
    topics = {str(cell["exercise"]).split(".")[0] for cell in cells if cell["exercise"]}
    topics |= {name[3:] for name in re.findall(r"""\bstart\(\s*["'](\d\d_\w+)["']""", code)}
    if not topics & {lesson.topic for lesson in LESSONS}:
        topics |= set(re.findall(r"""\bcheck\(\s*["'](\w+)\.\w+["']""", code))
    if not topics & {lesson.topic for lesson in LESSONS}:
        headings = {
            line.lstrip("# ").strip()
            for cell in book["cells"]
            if cell["cell_type"] == "markdown"
            for line in cell["source"].splitlines()
            if line.startswith("# ")
        }
        topics |= {lesson.topic for lesson in LESSONS if lesson.title in headings or lesson.name in place}
    return [lesson for lesson in LESSONS if lesson.topic in topics]


def unknown_exercises(book: dict[str, Any], known: set[str]) -> list[str]:
    """What the metadata of cells names that is no exercise of this edition."""
    named = [cell["exercise"] for cell in code_cells(book) if cell["exercise"]]
    return sorted({id[:80] for id in named if id not in known and id.split(".")[0]})


def answer_to(exercise: Exercise, lesson: str, book: dict[str, Any]) -> Answer:
    """The answer to an exercise in a notebook, with what it needs of the cells before it.

    lesson : the name of the lesson, or of an instructor's own file, which has no cells of the course's.
    """
    cells = code_cells(book)
    mine = [number for number, cell in enumerate(cells) if cell["exercise"] == exercise.id]
    stub = _form(exercise.stub)
    defining = [
        number
        for number, cell in enumerate(cells)
        if cell["exercise"] in (None, exercise.id)
        and _defines(cell["source"], exercise.name, lesson, bool(cell["exercise"]))
    ]
    marked = [number for number in defining if number in mine]
    tried = [number for number in (marked or defining) if _form(cells[number]["source"]) != stub]
    if not tried and mine:  # the stub was left, and the answer written below it
        tried = [number for number in defining if number > mine[0] and _form(cells[number]["source"]) != stub]
    if tried:
        place = tried[-1]
        source = cells[place]["source"]
        return Answer(lesson, exercise.id, source, steps_before(cells[:place], source, exercise, lesson))
    if defining:
        return Answer(lesson, exercise.id, "", (), "not tried yet")
    for number in mine:
        try:
            _tree(cells[number]["source"])
        except UNREADABLE as error:
            if isinstance(error, SyntaxError):
                said = f"your code has an error in line {error.lineno or 1}: {error.msg}"
            else:
                said = f"your code cannot be read ({error})"
            return Answer(lesson, exercise.id, "", (), said)
    if any(cells[number]["source"].strip() for number in mine):
        return Answer(lesson, exercise.id, "", (), f"the answer's cell defines no {exercise.name}")
    return Answer(lesson, exercise.id, "", (), "not tried yet" if mine else "no cell of this notebook answers it")


def _form(source):
    """What a cell says, less its comments and layout; its text where it cannot be read."""
    try:
        return ast.dump(_tree(source))
    except UNREADABLE:
        return source.strip()


@functools.lru_cache(maxsize=4096)
def _tree(source):
    if len(source) > LONGEST:
        raise ValueError(f"the cell has {len(source):,} letters, which is no answer")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


@functools.lru_cache(maxsize=4096)
def _names(source):
    """The names that code binds, and those that it reads from outside: two frozensets."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = symtable.symtable(source, "<cell>", "exec")
    bound = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    bound |= {child.get_name() for child in table.get_children() if child.get_type() in ("function", "class")}
    read = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    waiting = list(table.get_children())
    while waiting:
        child = waiting.pop()
        waiting += child.get_children()
        read |= {symbol.get_name() for symbol in child.get_symbols() if symbol.is_global() and symbol.is_referenced()}
    return frozenset(bound), frozenset(read)


def _defines(source, name, lesson, marked):
    """Whether a cell gives a name a value of its own. The course's `share = use("raises.share", share)` does not, but
    where the cell is `marked` as the answer's.
    """
    try:
        statements = _tree(source).body
        return any(
            name in _names(ast.unparse(statement))[0]
            for statement in statements
            if marked or (ast.dump(statement) not in course_s_statements(lesson) and not _uses(statement))
        )
    except UNREADABLE:
        return False


def _uses(statement):
    """Whether a statement is `name = use(...)`, which takes the course's answer where the reader's is not right."""
    value = getattr(statement, "value", None)
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "use"


@functools.cache
def _course_s_cells(lesson):
    """The code cells of the course's own notebook of a lesson; none of an instructor's own file."""
    file = settings.notebooks() / f"{lesson}.ipynb"
    if lesson not in {known.name for known in LESSONS} or not file.is_file():
        return []
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    plain = [
        {"source": "".join(cell["source"]), "exercise": cell["metadata"].get("exercise"), "cell_type": "code"}
        for cell in cells
        if cell["cell_type"] == "code"
    ]
    return plain


@functools.cache
def course_s_statements(lesson: str) -> frozenset[str]:
    """The statements of the course's own cells of a lesson, but for those that answer an exercise, as `ast.dump`."""
    cells = [cell for cell in _course_s_cells(lesson) if not cell["exercise"]]
    return frozenset(ast.dump(statement) for cell in cells for statement in _tree(cell["source"]).body)


def steps_before(cells: list[dict[str, Any]], source: str, exercise: Exercise, lesson: str) -> tuple[Step, ...]:
    """The statements of earlier cells that an answer's `source` needs, in order, and no others.

    What the learner's cells lack is taken from the course's own lesson, as when its first cell was deleted.
    """
    before: list[tuple[ast.stmt, str]] = []
    for cell in _course_s_cells(lesson):
        if cell["exercise"] == exercise.id:
            break
        if not cell["exercise"]:
            before += [(statement, _text(statement)) for statement in _tree(cell["source"]).body]
    course_s = course_s_statements(lesson)
    for cell in cells:
        try:
            before += [
                (each, _text(each) if ast.dump(each) in course_s else ast.unparse(each))
                for each in _tree(cell["source"]).body
            ]
        except UNREADABLE:
            continue
    modules: set[str] = set()
    facts = []
    for statement, text in before:
        try:
            bound, read = _names(text)
        except UNREADABLE:
            bound, read = frozenset(), frozenset()
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            bound = frozenset(lab.__all__) if statement.module == "privlab.lab" else frozenset()
        if isinstance(statement, ast.Import | ast.ImportFrom):
            modules |= bound
        facts.append((bound, read, _changed(statement)))
    try:
        bound, read = _names(source)
        needed = set(read - bound)
    except UNREADABLE:
        return ()
    chosen: set[int] = set()
    while True:
        live, size = set(needed), len(needed)
        for number in reversed(range(len(before))):
            bound, read, changed = facts[number]
            if bound & live:
                live -= bound if isinstance(before[number][0], ast.Assign | ast.Import | ast.ImportFrom) else set()
            elif not changed & (live - modules):
                continue
            chosen.add(number)
            live |= read
            needed |= read
        if len(needed) == size:
            break
    return tuple(Step(before[n][1], ast.dump(before[n][0]) in course_s) for n in sorted(chosen))


class _WithoutAnswers(ast.NodeTransformer):
    """Takes the reader's answer out of `use("raises.share", share)`: what follows gets the course's own."""

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "use":
            return ast.Call(node.func, node.args[:1], [])
        return node


def _text(statement):
    """A statement of the course's as it is run here."""
    return ast.unparse(_WithoutAnswers().visit(copy.deepcopy(statement)))


def _changed(statement):
    """The names whose value a statement changes in place: `table.update(...)`, `table[1] = 2`."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        targets: list[ast.expr] = [statement.value.func]
    elif isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AugAssign):
        targets = [statement.target]
    else:
        targets = []
    found = set()
    for target in targets:
        inner = target
        while isinstance(inner, ast.Attribute | ast.Subscript):
            inner = inner.value
        if isinstance(inner, ast.Name) and inner is not target:
            found.add(inner.id)
    return found


def known_exercises() -> dict[str, Exercise]:
    """Every exercise of the course by its id, in its order."""
    return {id: exercise for lesson in LESSONS for id, exercise in exercises(lesson.topic).items()}
