"""python tools/lesson_notes.py [--check]: writes what follows from the lessons into docs/lesson_notes.md.

Below each lesson's heading there: its goals, the minutes of its sections, and what its exercises foresee to go wrong,
with the nudge that helps. The rest of the page is written by hand and stays. `--check` writes nothing and fails when
the page is not what the lessons and their wrong answers say, but for minutes, which a changed sentence moves.
"""

import ast
import re
import sys
import textwrap
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from privlab.lab.exercise import exercises  # noqa: E402
from privlab.lab.lessons import LESSONS  # noqa: E402
from privlab.setup.minutes import section_minutes  # noqa: E402

PAGE = ROOT / "docs" / "lesson_notes.md"
BEGIN, END = "<!-- made by tools/lesson_notes.py -->", "<!-- end -->"
SHOWN = 3  # wrong answers of each exercise


def goals(cells):
    """The sentence that follows "You will be able to"."""
    said = re.search(r"\*\*You will be able to\*\* (.+?)\.(?:\s|$)", cells[0].source, flags=re.DOTALL)
    return " ".join(said[1].split())


def wrong_answers(topic):
    """The wrong answers that the tests of a topic hold, by exercise: lists of (mark, what is wrong)."""
    tree = ast.parse((ROOT / "tests" / "lessons" / f"test_{topic}.py").read_text(encoding="utf-8"))
    found = {}
    for node in ast.walk(tree):
        calls = [(each, node.name) for each in node.decorator_list] if isinstance(node, ast.FunctionDef) else []
        if isinstance(node, ast.Expr):
            calls = [(node.value, None)]
        for call, name in calls:
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "wrong":
                said = [part.value for part in call.args[1:] if isinstance(part, ast.Constant)]
                label = said[2] if len(said) > 2 else (name or "").replace("_", " ")
                if label and said[0] in "⚠✗":
                    found.setdefault(ast.unparse(call.args[0]), []).append((said[0], label))
    return found


def chosen(answers):
    """A few of an exercise's wrong answers, the first ones, a ⚠ among them where there is one."""
    first = answers[:SHOWN]
    leak = next((answer for answer in answers if answer[0] == "⚠"), None)
    if leak and leak not in first:
        first = [*first[:-1], leak]
    return first


def notes(lesson):
    """What follows from one lesson, as Markdown."""
    cells = nbformat.read(ROOT / "notebooks" / f"{lesson.name}.ipynb", 4).cells
    foreseen = wrong_answers(lesson.topic)
    times = " · ".join(f"{title or 'opening'} {spent}" for title, spent in section_minutes(cells).items())
    listed = []
    for exercise in exercises(lesson.topic).values():
        told = "; ".join(f"{mark} {label}" for mark, label in chosen(foreseen.get(exercise.name, [])))
        listed.append(wrapped(f"- `{exercise.name}`: {told}. Ask, before you explain: {exercise.hints[0]}", "  "))
    return "\n".join(
        [
            wrapped(f"**Goals.** Learners can {goals(cells)}."),
            "",
            wrapped(f"**Minutes**, counted and not measured: {times}."),
            "",
            "**What goes wrong** in the exercises:",
            "",
            *listed,
        ]
    )


def wrapped(text, indent=""):
    """The text in lines of at most 120 columns."""
    return textwrap.fill(text, 120, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def page(text):
    """The page with its made parts anew. Raises ValueError when a lesson has no heading in it."""
    for lesson in LESSONS:
        pattern = re.compile(
            rf"(^## {lesson.number} [^\n]*\n\n{re.escape(BEGIN)}\n).*?(\n{re.escape(END)}$)",
            flags=re.DOTALL | re.MULTILINE,
        )
        if not pattern.search(text):
            raise ValueError(f"docs/lesson_notes.md has no heading ## {lesson.number} with {BEGIN} and {END} below it")
        made = notes(lesson)
        text = pattern.sub(lambda found: found[1] + made + found[2], text, count=1)
    return text


def without_minutes(text):
    """The page without the paragraphs of minutes."""
    return re.sub(r"^\*\*Minutes\*\*.*?\n\n", "", text, flags=re.DOTALL | re.MULTILINE)


def main():
    before = PAGE.read_text(encoding="utf-8")
    after = page(before)
    if "--check" in sys.argv[1:]:
        old = without_minutes(after) != without_minutes(before)
        sys.exit("docs/lesson_notes.md is old: run python tools/lesson_notes.py" if old else 0)
    PAGE.write_text(after, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
