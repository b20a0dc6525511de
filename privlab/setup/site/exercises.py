"""What a reader does on a page: guesses, exercises with their hints, questions."""

from typing import Any

from nbformat.v4 import new_markdown_cell

from privlab.lab.exercise import exercises, find


def on_page(cells: list[Any]) -> list[Any]:
    """The cells of a lesson as its page has them: what needs a kernel is said in another way, or left out.

    cells : of the learner's notebook, with their outputs.
    """
    made: list[Any] = []
    asked = ""
    for cell in cells:
        made.append(cell)
        if cell.cell_type != "code":
            continue
        cell.outputs = [output for output in cell.outputs if not _needs_a_reader(output)]
        asked = cell.metadata.get("exercise", asked)
        if asked and cell.source.startswith(f'check("{asked}"'):
            made.append(new_markdown_cell(ladder(asked)))
            asked = ""
    return made


def _needs_a_reader(output):
    """Whether an output says only that nobody has tried or guessed yet."""
    plain = output.get("data", {}).get("text/plain", "")
    return plain.startswith("○ ") or plain == "You kept no guess of this."


def ladder(id: str) -> str:
    """The hints of an exercise and then its solution, as Markdown, each folded into the one before it."""
    exercise = find(exercises, id)
    rungs = [*exercise.hints, f"```python\n{exercise.solution}\n```"]
    names = [f"Hint {number} of {len(exercise.hints)}" for number in range(1, len(rungs))] + ["The solution"]
    text = ""
    for name, rung in reversed(list(zip(names, rungs))):
        text = f'<details class="rung"><summary>{name}</summary>\n\n{rung}\n\n{text}</details>\n\n'
    return text
