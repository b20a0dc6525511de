"""How many minutes a lesson takes, counted from its text, the same way for all."""

import re
from collections.abc import Iterable
from typing import Any


def reading_minutes(cell: Any, piece: str) -> float:
    """Minutes for a piece of a notebook's cell: 150 words a minute, 12 seconds a line of code, 6 minutes an exercise,
    one a question.
    """
    if cell.cell_type == "markdown":
        return len(piece.split()) / 150
    lines = sum(1 for line in piece.splitlines() if line.strip())
    return lines / 5 + 6 * ("exercise" in cell.metadata) + piece.count("quiz(")


def section_minutes(cells: Iterable[Any]) -> dict[str, int]:
    """The minutes of each section of a lesson by its heading, one at least; those before the first under ""."""
    spent, heading = {"": 0.0}, ""
    for cell in cells:
        pieces = re.split(r"(?m)^(?=## )", cell.source) if cell.cell_type == "markdown" else [cell.source]
        for piece in pieces:
            if cell.cell_type == "markdown" and piece.startswith("## "):
                heading = piece.splitlines()[0].removeprefix("## ")
            spent[heading] = spent.get(heading, 0.0) + reading_minutes(cell, piece)
    return {heading: max(1, round(minutes)) for heading, minutes in spent.items()}
