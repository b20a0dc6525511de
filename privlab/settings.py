"""What the reader has set, and where the course and the reader's own files lie on this machine."""

import os
from pathlib import Path

VARIABLES = {
    "PRIVLAB_DATA": "a folder or file of letters, or `drawn` for the drawn ones",
    "PRIVLAB_CACHE": "the folder of fetched and drawn letters; several readers may share one that is filled",
    "PRIVLAB_WORKBOOK": "the folder that you work in",
    "PRIVLAB_PROGRESS": "the file that notes what you have done, else `.progress.json` in the workbook",
    "PRIVLAB_DEVICE": "`cpu` keeps everything off the GPU",
    "PRIVLAB_LANGUAGE": "the language in which the course speaks, `de` for German; else English",
    "PRIVLAB_TEST_DATA": "a folder of real letters for the test suite",
}
PROGRESS = ".progress.json"  # in the workbook; JupyterLab lists no file that begins with a dot
PACKAGE = Path(__file__).resolve().parent


def setting(name: str) -> str:
    """What a variable of the course is set to, "" when it is not; the spaces and quotation marks that a shell of
    Windows leaves around a value are taken off.
    """
    return os.environ.get(name, "").strip().strip("\"'").strip()


def folder_setting(name: str) -> Path | None:
    """The path that a variable of the course names, absolute, or None."""
    named = setting(name)
    return Path(os.path.abspath(os.path.expanduser(named))) if named else None


def checkout() -> Path | None:
    """The folder of `course.py` that this package lies in, or None where it was installed by itself."""
    return PACKAGE.parent if (PACKAGE.parent / "course.py").is_file() else None


def command(words: str) -> str:
    """What the reader types for a command of the course, in quotation marks: "`python3 course.py data`" of "data"."""
    if checkout():
        return f"`{'py' if os.name == 'nt' else 'python3'} course.py {words}`"
    return f"`privlab {words}`"


def notebooks() -> Path:
    """The folder of the course's own notebooks, which has the solved twins in `solved`."""
    root = checkout()
    return root / "notebooks" if root else PACKAGE / "notebooks"


def workbook() -> Path:
    """The folder that the reader works in: `PRIVLAB_WORKBOOK`, else `workbook` of a checkout that may be written, else
    `privlab-workbook` in the user's home. It need not exist yet.
    """
    named = folder_setting("PRIVLAB_WORKBOOK")
    if named:
        return named
    root = checkout()
    if root:
        beside = root / "workbook"
        if os.access(beside if beside.exists() else root, os.W_OK):
            return beside
    return Path(os.path.expanduser("~")) / "privlab-workbook"
