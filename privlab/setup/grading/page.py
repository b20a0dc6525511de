"""The class on one HTML page, which needs no network: marks, what fails, sentences, guesses, answers that are alike."""

import html
from collections.abc import Iterable, Sequence

from privlab.lab.exercise import GROUNDS, MARKS
from privlab.setup.grading.alike import Alike
from privlab.setup.grading.marks import Graded
from privlab.setup.grading.summary import Line

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328;
  background: white }
table { border-collapse: collapse; margin: 0 0 1.5rem }
th, td { border: 1px solid #c9ccd1; padding: .2rem .6rem; text-align: left; vertical-align: top }
th { background: #f3f4f6 } td.number { text-align: right }
.bar { display: inline-block; height: .8rem; background: #2f5d9b; vertical-align: middle }
.mark { color: white; padding: 0 .5rem; border-radius: 3px; font-weight: bold }
.wide { overflow-x: auto }
""".strip()
MEANING = dict(zip(MARKS, ("not tried", "raised an error", "wrong", "right, but not private or not fair", "right")))


def page(found: Graded, lines: Sequence[Line], same: Sequence[Alike]) -> str:
    """The page as text."""
    learners = sorted({row.learner for row in found.rows}, key=str.casefold)
    parts = [
        f"<h1>The class: {len(learners)} learners</h1>",
        "<p>" + " ".join(f"{_mark(mark)} {MEANING[mark]}." for mark in reversed(MARKS)) + "</p>",
        _unread(found),
        "<h2>Exercises, those first that fail most</h2>",
        _exercises(lines),
        "<h2>What the checks said most often</h2>",
        _table(("exercise", "learners", "sentence"), ((line.id, line.learners, line.value) for line in _most(lines))),
        "<h2>Every learner</h2>",
        _everyone(found, learners),
    ]
    if found.guessed:
        parts += ["<h2>What they guessed</h2>", _guesses(lines)]
    if found.quizzed:
        parts += ["<h2>Questions</h2>", _questions(lines)]
    if same:
        parts += [
            "<h2>Answers that are nearly the same</h2>",
            "<p>Listed, and not judged: many a short answer can be written in one way only, and some were worked out "
            "together. 1.00 is the same but for names, comments and layout.</p>",
            _table(("exercise", "learners", "alike", "as the course's own"), same),
        ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>The class</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{STYLE}</style></head><body><main>\n" + "\n".join(filter(None, parts)) + "\n</main></body></html>\n"
    )


def _mark(mark):
    return f'<span class="mark" style="background: {GROUNDS[mark]}">{mark}</span>' if mark in GROUNDS else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of plain values."""
    top = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in head)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows)
    return f'<div class="wide" tabindex="0"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(value):
    kind = ' class="number"' if isinstance(value, int) else ""
    return f"<td{kind}>{html.escape(str(value))}</td>"


def _unread(found):
    rows = [(row.learner, row.said) for row in found.rows if not row.exercise]
    return "<h2>Not graded</h2>" + _table(("learner", "why"), rows) if rows else ""


def _exercises(lines):
    by_id: dict[str, dict[str, int]] = {}
    for line in lines:
        if line.kind == "exercise":
            by_id.setdefault(line.id, {})[line.value] = line.learners
    order = tuple(reversed(MARKS))
    return _table(("exercise", *order), ((id, *(marks[mark] for mark in order)) for id, marks in by_id.items()))


def _most(lines, most=40):
    found = [line for line in lines if line.kind == "sentence"]
    return sorted(found, key=lambda line: line.learners, reverse=True)[:most]


def _everyone(found, learners):
    ids = list(dict.fromkeys(row.exercise for row in found.rows if row.exercise))
    marks = {(row.learner, row.exercise): row for row in found.rows}
    top = "".join(f'<th scope="col">{html.escape(id.replace(".", ". "))}</th>' for id in ids)
    body = []
    for learner in learners:
        cells = []
        for id in ids:
            row = marks.get((learner, id))
            cells.append(f'<td title="{html.escape(row.said)}">{_mark(row.mark)}</td>' if row else "<td></td>")
        body.append(f'<tr><th scope="row">{html.escape(learner)}</th>{"".join(cells)}</tr>\n')
    return (
        f'<div class="wide" tabindex="0"><table><thead><tr><th scope="col">learner</th>{top}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _guesses(lines):
    by_id: dict[str, list[Line]] = {}
    for line in lines:
        if line.kind == "guess":
            by_id.setdefault(line.id, []).append(line)
    said = []
    for id, bars in by_id.items():
        most = max(line.learners for line in bars) or 1
        rows = "".join(
            f"<tr>{_cell(line.value)}{_cell(line.learners)}"
            f'<td><span class="bar" style="width: {12 * line.learners / most:.1f}rem"></span></td></tr>\n'
            for line in bars
        )
        said.append(
            f"<h3>{html.escape(id)}</h3><table><thead><tr><th scope='col'>guess</th><th scope='col'>learners</th>"
            f"<th scope='col'>as a bar</th></tr></thead><tbody>{rows}</tbody></table>"
        )
    return "\n".join(said)


def _questions(lines):
    by_id: dict[str, dict[str, int]] = {}
    for line in lines:
        if line.kind == "question":
            by_id.setdefault(line.id, {})[line.value] = line.learners
    return _table(("question", "right", "not yet"), ((id, one["yes"], one["no"]) for id, one in by_id.items()))
