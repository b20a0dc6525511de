"""What a cell of code puts on slides: its outputs by their kinds, and its code without what teaches nothing."""

import ast
import re
from dataclasses import dataclass
from typing import Any

from privlab.setup.site.exercises import needs_a_reader

MOST_CODE = 15  # lines of code and output on a slide
OWN = "(from here on with the course's own"  # printed where a reader has no answer yet
_TOLD = {"claim", "outcome", "check", "show", "explore", "recorded", "display", "source", "use"}  # not taught by itself
_FROM_READER = {"use", "value_box", "letter_pad"}


@dataclass
class Picture:
    """A picture that a cell shows: the output that holds it, and its line of numbers."""

    output: Any
    line: str = ""


class Outputs:
    """What a cell shows, by its kinds; what only asks its reader for something is left out."""

    def __init__(self, cell: Any):
        self.pictures: list[Picture] = []
        self.ticks: list[str] = []
        self.html = self.source = ""
        printed: list[str] = []
        for output in cell.outputs:
            data = output.get("data", {})
            plain = data.get("text/plain", "")
            if "image/png" in data:
                self.pictures.append(Picture(output))
            elif needs_a_reader(output):
                continue
            elif "text/markdown" in data and data["text/markdown"].startswith("```python"):
                self.source = data["text/markdown"].removeprefix("```python\n").removesuffix("\n```")
            elif "text/html" in data:
                self.html += data["text/html"]
            elif plain and self.pictures and not self.pictures[-1].line:
                self.pictures[-1].line = plain
            elif plain and "value_box(" not in cell.source:
                printed.append(plain)
            elif output.output_type == "stream":
                for line in output.text.rstrip("\n").split("\n"):
                    if line.startswith("✓ "):
                        self.ticks.append(line.removeprefix("✓ "))
                    elif not line.startswith(OWN):
                        printed.append(line)
                if self.pictures and not self.pictures[-1].line:
                    many = len(printed) > 3  # a table that was printed below the line
                    self.pictures[-1].line = "\n".join(printed[: 1 if many else 3])
                    printed = printed[1:] if many else []
        self.printed = "\n".join(printed).strip("\n")
        if self.printed.count("\n") >= MOST_CODE:
            self.printed = "\n".join([*self.printed.splitlines()[: MOST_CODE - 2], "..."])

    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.pictures or self.ticks or self.html or self.source or self.printed)


def taught(source: str) -> str:
    """The code of a cell without what only shows, claims or renames, and of a long one the beginning."""
    lines = source.splitlines()
    try:
        statements = ast.parse(source).body
    except SyntaxError:  # IPython's own words
        return source
    left_out = {
        number
        for statement in statements
        if _only_tells(statement)
        for number in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
    }
    kept = [line for number, line in enumerate(lines, 1) if number not in left_out]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept).strip("\n"))
    if not re.search(r"^[^#\s]", text, re.M):
        return ""
    rest = text.splitlines()[MOST_CODE:]
    return "\n".join([*text.splitlines()[:MOST_CODE], f"# ... and {len(rest)} more lines"]) if len(rest) > 1 else text


def _only_tells(statement):
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Name):
        return True
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return getattr(statement.value.func, "id", "") in _TOLD
    if isinstance(statement, ast.Assign):
        value = statement.value
        values: list[ast.expr] = value.elts if isinstance(value, ast.Tuple) else [value]
        renamed = all(isinstance(each, ast.Attribute) for each in values)
        return renamed or (isinstance(value, ast.Call) and getattr(value.func, "id", "") in _FROM_READER)
    return False
