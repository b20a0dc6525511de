"""An extension of Sphinx: the library's reference, from its docstrings and hints, and the pages that ask for it."""

import ast
import re
from pathlib import Path
from typing import Any

from privlab.settings import PACKAGE

ROOMS = {  # in the order of the course
    "mpc": "Multiparty computation",
    "dp": "Differential privacy",
    "he": "Homomorphic encryption",
    "ml": "Machine learning",
    "fl": "Federated learning",
    "text": "Language",
    "data": "Letters",
    "lab": "The notebook's own functions",
}
_ARGUMENT = re.compile(r"([*\w]+(?:, [*\w]+)*) : (.*)")
_ROOM = re.compile(r"(\w[\w.]*) {2,}(\S.*)")


def restructured(docstring: str) -> str:
    """A docstring of the course as reStructuredText: paragraphs, and a list of its arguments or of its rooms."""
    made: list[str] = []
    for paragraph in docstring.strip().split("\n\n"):
        prose: list[str] = []
        items: list[list[str]] = []
        for line in paragraph.splitlines():
            begun = _ARGUMENT.fullmatch(line) or _ROOM.fullmatch(line)
            if begun:
                items.append([f"- ``{begun[1]}``: {_escaped(begun[2])}"])
            elif items and line.startswith(" ") or items and not _begins_anew(line):
                items[-1].append(f"  {_escaped(line.strip())}")
            else:
                made += ["\n".join("\n".join(item) for item in items)] if items else []
                items = []
                prose.append(_escaped(line.strip()))
                if line.rstrip().endswith("."):
                    made.append("\n".join(prose))
                    prose = []
        made += ["\n".join(prose)] if prose else []
        made += ["\n".join("\n".join(item) for item in items)] if items else []
    return "\n\n".join(made)


def _begins_anew(line):
    """Whether a line behind a list of arguments is a sentence of its own."""
    return line.startswith(("Raises", "Not secure", "Source", "Returns", "Where ", "With "))


def _escaped(line):
    """A line whose marks are letters, but for code in backticks."""
    pieces = re.split(r"``?([^`]+)``?", line)
    pieces[::2] = [re.sub(r"([\\*|_])", r"\\\1", piece) for piece in pieces[::2]]
    pieces[1::2] = [f"``{piece}``" for piece in pieces[1::2]]
    return "".join(pieces)


def modules(room: str) -> list[str]:
    """The modules of a room that have something to show, by their dotted names; faces come before what is in them."""
    found = []
    for file in sorted(
        (PACKAGE / room).rglob("*.py"), key=lambda path: (path.parent, path.name != "__init__.py", path)
    ):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        if not {"programs", "app", "__main__"} & set(parts) and not any(part.startswith("_") for part in parts[:-1]):
            name = ".".join(("privlab", *parts)).removesuffix(".__init__")
            if file.name == "__init__.py" or (not file.stem.startswith("_") and _has_public(file)):
                found.append(name)
    return found


def _has_public(file):
    nodes = ast.parse(file.read_text(encoding="utf-8")).body
    return any(isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") for node in nodes)


def pages() -> dict[str, str]:
    """The pages of the library, one a room, by their files in the site's source."""
    made = {}
    for room, title in ROOMS.items():
        text = f"{title}: ``privlab.{room}``\n{'=' * (len(title) + 20)}\n\n"
        for name in modules(room):
            is_face = (PACKAGE / Path(*name.split(".")[1:]) / "__init__.py").is_file()
            if name != f"privlab.{room}":
                text += f"``{name}``\n{'-' * (len(name) + 4)}\n\n"
            text += f".. automodule:: {name}\n" + ("" if is_face else "   :members:\n") + "\n"
        made[f"library/{room}.rst"] = text
    return made


def setup(app: Any) -> dict[str, bool]:
    """Has autodoc read docstrings as the course writes them."""

    def as_restructured(app, what, name, thing, options, lines):
        lines[:] = [*restructured("\n".join(lines)).splitlines(), ""]

    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", as_restructured)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
