"""What a reader does on a page: guesses, exercises with their hints, questions. Programs in site/static bring them to
life; without them each can be read.
"""

import ast
import functools
import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from nbformat.v4 import new_markdown_cell

from privlab.lab.exercise import exercises, find
from privlab.lab.guesses import Choice, Number, predictions
from privlab.settings import checkout

ASKED = re.compile(r'^predict\("([\w.]+)"\)$', re.M)
QUIZ = re.compile(r'quiz\("([\w.]+)"\)')
BEFORE_THE_SOLUTION = "Try once more before you look: what one has found oneself stays."


@functools.cache
def noted() -> dict[str, dict[str, list[str]]]:
    """What tools/page_checks.py measured: the `packages` that checks of a topic load in a page, and what an exercise
    `lacks` there.
    """
    root = checkout()
    assert root  # the command has looked
    return json.loads((root / "site" / "page_checks.json").read_text(encoding="utf-8"))


def on_page(cells: list[Any], came_out: dict[str, Any]) -> list[Any]:
    """The cells of a lesson as its page has them: what needs a kernel is said in another way, or left out.

    cells : of the learner's notebook, with their outputs.
    came_out : what its guesses are compared with, by their ids, as far as a kernel has told; what stands in the text
    itself need not be there.
    """
    came_out = came_out | outcomes(cells)
    return without_a_kernel(
        cells,
        guess=lambda id, static: guess(id, came_out.get(id), static),
        question=question,
        exercise=lambda id: answer_box(id) + "\n\n" + ladder(id),
    )


def without_a_kernel(
    cells: list[Any],
    *,
    guess: Callable[[str, str], str],
    question: Callable[[str, str], str],
    exercise: Callable[[str], str],
) -> list[Any]:
    """The cells of a lesson, those that ask something replaced by Markdown, those left out that only check an answer.

    guess, question : what stands for one, from its id and the HTML that the notebook holds of it.
    exercise : what stands for one, from its id.
    """
    made: list[Any] = []
    for cell in cells:
        if cell.cell_type != "code":
            made.append(cell)
            continue
        cell.outputs = [output for output in cell.outputs if not needs_a_reader(output)]
        shown = [output["data"]["text/html"] for output in cell.outputs if "text/html" in output.get("data", {})]
        if id := cell.metadata.get("exercise"):
            made.append(new_markdown_cell(exercise(id)))
        elif asked := ASKED.search(cell.source):
            made.append(new_markdown_cell(guess(asked[1], shown[0])))
        elif questions := QUIZ.findall(cell.source):
            made.append(new_markdown_cell("\n\n".join(map(question, questions, shown))))
        elif not _is_only(cell, "check", "outcome"):
            made.append(cell)
    return made


def needs_a_reader(output: Any) -> bool:
    """Whether an output says only that nobody has tried or guessed yet."""
    plain = output.get("data", {}).get("text/plain", "")
    return plain.startswith("○ ") or plain == "You kept no guess of this."


def calls(cell: Any) -> Iterator[tuple[str, ast.Call]]:
    """The statements of a code cell that do nothing but call a function by its name: pairs of (name, the call)."""
    for statement in _statements(cell):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield getattr(statement.value.func, "id", ""), statement.value


def _statements(cell):
    try:
        return ast.parse(cell.source).body
    except SyntaxError:  # a cell of IPython's own words
        return []


def _is_only(cell, *names):
    """Whether a cell does nothing but call one of these functions, and shows nothing on a page."""
    statements = _statements(cell)
    return not cell.outputs and len(statements) == 1 and any(name in names for name, _ in calls(cell))


def outcomes(cells: list[Any]) -> dict[str, Any]:
    """What came out, by the id of the guess, where the lesson's text says it: an option, a list of them, or a number.

    What is computed there is left out.
    """
    found = {}
    for cell in cells:
        for name, call in calls(cell) if cell.cell_type == "code" else ():
            if name == "outcome":
                try:
                    found[ast.literal_eval(call.args[0])] = ast.literal_eval(call.args[1])
                except ValueError:
                    continue
    return found


def guess(id: str, outcome: Any, static: str) -> str:
    """The question of a guess, as HTML.

    outcome : what came out, None where the text does not say it.  static : the question for who has no programs.
    """
    asked = predictions(id.split(".")[0])[id]
    told: dict[str, Any] = {"id": id, "outcome": None, "said": ""}
    if outcome is not None:
        told |= {"outcome": outcome, "said": asked.said(outcome)}
    if isinstance(asked, Choice):
        told |= {"kind": "choice", "options": asked.options}
        if isinstance(outcome, str):
            told["outcome"] = [outcome]
    elif isinstance(asked, Number):
        told |= {"kind": "number", "low": asked.low, "high": asked.high, "step": asked.step}
        told |= {"unit": asked.unit, "wide": asked.wide}
    else:
        told["kind"] = "words"
    return f'<div class="guess" data-guess="{_attribute(told)}">{static}</div>'


def question(id: str, static: str) -> str:
    """A question with its options, each of which folds open, as HTML. static : as the notebook holds it."""
    return f'<div class="quiz" data-quiz="{id}">{static}</div>'


def answer_box(id: str) -> str:
    """Where an answer is written and checked, as HTML: the stub, until programs put an editor there."""
    exercise, topic = find(exercises, id), id.split(".")[0]
    told = {"id": id, "stub": exercise.stub, "packages": noted()["packages"][topic]}
    told |= {"lacks": noted()["lacks"].get(id, [])}
    stub = html.escape(exercise.stub).replace("\n", "&#10;")
    return f'<div class="exercise" data-exercise="{_attribute(told)}"><pre>{stub}</pre></div>'


def ladder(id: str) -> str:
    """The hints of an exercise and then its solution, as Markdown, each folded into the one before it."""
    exercise = find(exercises, id)
    solution = f"```python\n{exercise.solution}\n```"
    text = f'<details class="rung" data-solution><summary>Show it</summary>\n\n{solution}\n\n</details>\n\n'
    opening = '<details class="rung"><summary>The solution</summary>'
    text = f"{opening}\n\n{BEFORE_THE_SOLUTION}\n\n{text}</details>\n\n"
    for number, hint in reversed(list(enumerate(exercise.hints, 1))):
        name = f"Hint {number} of {len(exercise.hints)}"
        opening = f'<details class="rung" data-hint="{number}"><summary>{name}</summary>'
        text = f"{opening}\n\n{hint}\n\n{text}</details>\n\n"
    return f'<div class="ladder" data-ladder="{id}">\n\n{text}</div>\n\n'


def _attribute(told):
    """A value as JSON in an attribute of HTML, on one line."""
    return html.escape(json.dumps(told, ensure_ascii=False))
