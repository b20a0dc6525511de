"""Answers of different learners that are nearly the same: listed, without judgement."""

import ast
import difflib
from typing import NamedTuple

from privlab.lab.exercise import Exercise

SHORTEST = 25  # parts of the syntax; of a shorter answer there are too few ways to write it
ALIKE = 0.95
LONGEST = 2_000  # parts; longer answers are compared letter for letter alone


class Alike(NamedTuple):
    """Learners whose answers to an exercise are `alike`: "1.00" is the same but for names, comments and layout."""

    exercise: str
    learners: str
    alike: str
    as_the_course_s: str


def alike(answers: dict[tuple[str, str], str], known: dict[str, Exercise]) -> list[Alike]:
    """Groups of near-identical answers, by exercise.

    answers : the code, by learner and exercise.  known : the exercises by id, for the course's own solution.
    """
    by_exercise: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for (learner, id), source in answers.items():
        form = normal(source)
        if len(form) >= SHORTEST:
            by_exercise.setdefault(id, {}).setdefault(form, []).append(learner)
    found = []
    for id, forms in by_exercise.items():
        solution = normal(known[id].solution) if id in known else ()
        groups: list[list[tuple[str, ...]]] = []
        nearest: list[float] = []
        for form in forms:
            for number, group in enumerate(groups):
                near = _ratio(group[0], form)
                if near >= ALIKE:
                    group.append(form)
                    nearest[number] = min(nearest[number], near)
                    break
            else:
                groups.append([form])
                nearest.append(1.0)
        for group, near in zip(groups, nearest):
            learners = sorted(learner for form in group for learner in forms[form])
            if len(learners) > 1:
                own = "yes" if any(_ratio(form, solution) >= ALIKE for form in group) else "no"
                found.append(Alike(id, ", ".join(learners), f"{near:.2f}", own))
    return found


def _ratio(one, other):
    if one == other:
        return 1.0
    if not one or not other or max(len(one), len(other)) > LONGEST:
        return 0.0
    if min(len(one), len(other)) / max(len(one), len(other)) < 0.9:
        return 0.0
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def normal(source: str) -> tuple[str, ...]:
    """The parts of an answer's syntax, with its own names by the order in which they come and without docstrings."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return tuple(source.split())
    own: dict[str, str] = {}
    for node in ast.walk(tree):
        names = [node.arg] if isinstance(node, ast.arg) else []
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
        for name in names:
            own.setdefault(name, f"name{len(own)}")
    parts = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Load | ast.Store | ast.Import | ast.ImportFrom | ast.alias):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        said = type(node).__name__
        if isinstance(node, ast.Name):
            said += " " + own.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            said += " " + own[node.arg]
        elif isinstance(node, ast.Attribute):
            said += " " + node.attr
        elif isinstance(node, ast.Constant) and not (isinstance(node.value, str) and len(node.value) > 60):
            said += f" {node.value!r}"
        parts.append(said)
    return tuple(parts)
