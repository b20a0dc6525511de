"""What a class did, in numbers: marks by exercise, the sentences that came most often, questions, and guesses."""

import re
from collections import Counter
from typing import NamedTuple

from privlab.lab.exercise import MARKS
from privlab.lab.guesses import Choice, Number, predictions
from privlab.setup.grading.marks import Graded, Guessed

BINS = 10


class Line(NamedTuple):
    """A line of the class's summary.

    kind : exercise, sentence, question or guess.  id : of which.  value : a mark, a sentence, an option or a range.
    learners : how many.  of : of how many.
    """

    kind: str
    id: str
    value: str
    learners: int
    of: int


def summary(found: Graded) -> list[Line]:
    """The summary's lines: exercises with those first that fail most, each with its sentences; questions; guesses."""
    return [*_exercises(found), *_questions(found), *_guesses(found)]


def _exercises(found):
    by_id: dict[str, list] = {}
    for row in found.rows:
        if row.exercise:
            by_id.setdefault(row.exercise, []).append(row)

    def share_failed(id):
        tried = [row for row in by_id[id] if row.mark != "○"]
        return sum(row.mark != "✓" for row in tried) / len(tried) if tried else 0

    for id in sorted(by_id, key=share_failed, reverse=True):
        rows = by_id[id]
        marks = Counter(row.mark for row in rows)
        yield from (Line("exercise", id, mark, marks[mark], len(rows)) for mark in reversed(MARKS))
        kinds: dict[str, list[str]] = {}
        for row in rows:
            if row.mark in "?✗⚠":
                kinds.setdefault(_kind(row.said), []).append(f"{row.mark} {row.said}")
        for said in sorted(kinds.values(), key=len, reverse=True):
            yield Line("sentence", id, said[0], len(said), len(rows))


def _kind(said):
    """A sentence without the numbers and values that differ from answer to answer."""
    said = re.sub(r"\[[^\]]*\]|\([^)]*\)|'[^']*'", "_", said)
    return re.sub(r"[-+]?\d[\d,.]*(?:e[-+]?\d+)?", "#", said)


def _questions(found):
    by_id: dict[str, list] = {}
    for each in found.quizzed:
        by_id.setdefault(each.question, []).append(each)
    for id, answered in by_id.items():
        for value in ("yes", "no"):
            yield Line("question", id, value, sum(each.right == value for each in answered), len(answered))


def _guesses(found):
    by_id: dict[str, list[Guessed]] = {}
    for each in found.guessed:
        by_id.setdefault(each.prediction, []).append(each)
    for id, guesses in by_id.items():
        for value, count in histogram(id, [each.guess for each in guesses]):
            yield Line("guess", id, value, count, len(guesses))


def histogram(id: str, guesses: list[str]) -> list[tuple[str, int]]:
    """How often each option of a prediction was guessed, or how many guesses lie in each of ten ranges; of words, each
    sentence.
    """
    asked = predictions(id.split(".")[0]).get(id)
    if isinstance(asked, Choice):
        counted = Counter(guesses)
        return [(option, counted[option]) for option in asked.options]
    numbers = [_number(guess) for guess in guesses]
    if isinstance(asked, Number) and None not in numbers:
        known = [number for number in numbers if number is not None]
        low, high = float(asked.low), float(asked.high)
        edges = [low + (high - low) * part / BINS for part in range(BINS + 1)]
        if asked.wide and low >= 0 and high > 10:  # compared by ratio: ranges that double
            start = max(low, 1.0)
            edges = [low, *(start * (high / start) ** (part / (BINS - 1)) for part in range(1, BINS))]
        counts = [0] * (len(edges) - 1)
        for number in known:
            place = next((part for part, edge in enumerate(edges[1:]) if number <= edge), len(counts) - 1)
            counts[place] += 1
        unit = f" {asked.unit}".rstrip()
        return [(f"{edges[n]:,.4g} to {edges[n + 1]:,.4g}{unit}", count) for n, count in enumerate(counts)]
    return Counter(guesses).most_common()


def _number(said):
    """The number at the start of a guess in words, or None."""
    found = re.match(r"[-+]?[\d,]*\.?\d+(?:e[-+]?\d+)?", said)
    return float(found[0].replace(",", "")) if found else None
