"""The course's own package as the Python of a web page gets it: what checks need, and no more."""

import io
import zipfile
from pathlib import Path

from privlab.settings import PACKAGE

DATA = ("data/text/glove_slice.npz", "lessons/capstone/board.npz")  # what checks read


def files() -> list[Path]:
    """The files of the package that go into a page, in their order.

    Left out are the commands, and what draws: figures, and the faces of lessons, which hand them on.
    """
    code = [path for path in PACKAGE.rglob("*.py") if not _is_left_out(path.relative_to(PACKAGE))]
    return sorted([*code, *(PACKAGE / name for name in DATA)])


def _is_left_out(path):
    face = path.parts[0] == "lessons" and len(path.parts) == 3 and path.name == "__init__.py"
    return face or path.parts[0] == "setup" or path.name == "figures.py"


def course_zip() -> bytes:
    """A zip of these files, the same for the same files."""
    with io.BytesIO() as content:
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files():
                name = (Path(PACKAGE.name) / path.relative_to(PACKAGE)).as_posix()
                archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
        return content.getvalue()
