"""python tools/floors.py [--check]: draws docs/floors.svg, the floors of the house, from what the modules import.

With --check it draws nothing and fails when the picture is not what the imports say.
"""

import html
import pathlib
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.house.modules import MODULES, arrows, dotted  # noqa: E402

PICTURE = ROOT / "docs" / "floors.svg"
SUBJECTS = ("he", "mpc", "dp", "ml", "text", "fl")  # each imports only what stands to its left
GROUND = ("arrays", "validation", "settings", "language", "device", "processes", "data")
WIDTH, MARGIN, GAP, LINE = 1000, 20, 12, 17
INK, GREY, PAPER = "#222222", "#666666", "#ffffff"
BANDS = {"lessons": "#fdebd3", "lab": "#e3f0fb", "subjects": "#e6f4e6", "ground": "#eeeeee"}


def room(module):
    """The room that a module stands in: "fl" for `privlab.fl.imprint.peeling`."""
    return module.split(".")[1] if "." in module else ""


def uses():
    """The rooms that each room imports: a dict from a room to a sorted list."""
    found = {}
    for path in MODULES:
        here = room(dotted(path))
        found.setdefault(here, set()).update({room(other) for other in arrows(path)} - {here, ""})
    return {here: sorted(others) for here, others in found.items()}


def parts(subject):
    """The sub-rooms of a subject, else its modules: names."""
    folder = ROOT / "privlab" / subject
    below = sorted(path.parent.name for path in folder.glob("*/__init__.py") if path.parent.name != "programs")
    return [f"{name}/" for name in below] + sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


class Drawing:
    """An SVG picture, made line by line."""

    def __init__(self):
        self.lines = []

    def box(self, x, y, width, height, fill, title, words=(), note=""):
        """Draws a room: its name, what is in it a line each, and what it uses below."""
        self.lines.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" fill="{fill}" stroke="{INK}"/>'
        )
        self.text(x + 10, y + 20, title, "bold")
        for number, word in enumerate(words, 1):
            self.text(x + 10, y + 20 + LINE * number, word)
        if note:
            self.text(x + 10, y + height - 9, note, colour=GREY)

    def text(self, x, y, words, weight="normal", colour=INK):
        """Writes a line of words."""
        self.lines.append(f'<text x="{x}" y="{y}" font-weight="{weight}" fill="{colour}">{html.escape(words)}</text>')

    def arc(self, start, end, y, height):
        """Draws an arrow from one room over others down to another."""
        self.lines.append(
            f'<path d="M {start} {y} C {start} {y - height}, {end} {y - height}, {end} {y - 4}" fill="none" '
            f'stroke="{GREY}" marker-end="url(#tip)"/>'
        )

    def svg(self, height, title):
        """The text of the picture."""
        tip = (
            '<marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            f'<path d="M 0 0 L 8 4 L 0 8 z" fill="{GREY}"/></marker>'
        )
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
                'font-family="sans-serif" font-size="12.5">',
                f"<title>{html.escape(title)}</title>",
                f"<defs>{tip}</defs>",
                f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
                *self.lines,
                "</svg>",
                "",
            ]
        )


def below(rooms, used):
    """ "uses a, b" of those rooms that are used."""
    named = [name for name in rooms if name in used]
    return f"uses {', '.join(named)}" if named else "uses nothing"


def draw():
    """The text of docs/floors.svg."""
    used, picture, inner = uses(), Drawing(), WIDTH - 2 * MARGIN
    lessons = sorted(path.parent.name for path in (ROOT / "privlab/lessons").glob("*/__init__.py"))
    y = MARGIN
    names = textwrap.wrap(", ".join(lessons), 140)
    height = 52 + LINE * len(names)
    note = below((*SUBJECTS, "lab", *GROUND), used["lessons"])
    title = f"floor 3: lessons/, {len(lessons)} folders, what belongs to one lesson"
    picture.box(MARGIN, y, inner, height, BANDS["lessons"], title, names, note)
    y += height + GAP
    width = (inner - GAP) // 2
    for number, (name, said) in enumerate((("lab", "talks to the reader"), ("setup", "the commands"))):
        picture.box(
            MARGIN + number * (width + GAP),
            y,
            width,
            66,
            BANDS["lab"],
            f"floor 2: {name}/, {said}",
            note=below(("lab", *GROUND), used[name]) + (", lessons by name" if name == "lab" else ""),
        )
    y += 66 + 86  # room for the arcs
    width = (inner - GAP * (len(SUBJECTS) - 1)) // len(SUBJECTS)
    height = 20 + LINE * (max(len(parts(name)) for name in SUBJECTS) + 3)
    middle = {name: MARGIN + number * (width + GAP) + width // 2 for number, name in enumerate(SUBJECTS)}
    picture.text(MARGIN, y - 68, "floor 1: the library; an arrow leads from a subject to one that it uses", "bold")
    for name in SUBJECTS:
        picture.box(middle[name] - width // 2, y, width, height, BANDS["subjects"], f"{name}/", parts(name))
        for number, line in enumerate(reversed(textwrap.wrap(below(GROUND, used[name]), 22))):
            picture.text(middle[name] - width // 2 + 10, y + height - 9 - LINE * number, line, colour=GREY)
        for other in SUBJECTS:
            if other in used[name]:
                assert SUBJECTS.index(other) < SUBJECTS.index(name), f"{name} uses {other}, which stands to its right"
                picture.arc(
                    middle[name] - 14, middle[other] + 14, y, 22 + 11 * (SUBJECTS.index(name) - SUBJECTS.index(other))
                )
    y += height + GAP
    width = (inner - GAP * (len(GROUND) - 1)) // len(GROUND)
    for number, name in enumerate(GROUND):
        if name in used:
            picture.box(
                MARGIN + number * (width + GAP),
                y,
                width,
                54,
                BANDS["ground"],
                f"floor 0: {name}",
                note=below(GROUND, used[name]) if used[name] else "",
            )
    return picture.svg(y + 54 + MARGIN, "The floors of the house: lessons, lab and setup, the library, the ground")


def main():
    new = draw()
    if "--check" in sys.argv[1:]:
        old = PICTURE.read_text(encoding="utf-8") if PICTURE.exists() else ""
        sys.exit(0 if old == new else "docs/floors.svg is not what the imports say: run python tools/floors.py")
    PICTURE.write_text(new, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
