"""`data`, and what the first start does of it: letters are fetched and drawn before a lesson asks for them."""

import os
import shutil
import sys
from pathlib import Path

from privlab.data import DataError, data_in_use, fetch, letter_files, render
from privlab.data.cache_folder import cache_folder
from privlab.data.emnist_letters import FILE
from privlab.settings import command, setting
from privlab.setup.errors import SetupError
from privlab.setup.workbook import Workbook


def main(words: list[str]) -> int:
    """The exit status: 0 when real letters are at hand, 1 when only drawn ones are. Reports which, and where they lie.

    words : empty, or a file or folder of letters to take instead of the network's, or `--whole` to take the whole zip
        from a server that knows no ranges.
    Raises SetupError when the file or folder cannot be taken.
    """
    if len(words) > 1 or (words and words[0].startswith("-") and words != ["--whole"]):
        raise SetupError("`data` takes one file or folder of letters, or --whole, or nothing.")
    fetched = take_from(words[0]) if words and words != ["--whole"] else fetch_or_say(whole=bool(words))
    draw()
    print(report())
    return 0 if fetched else 1


def take_from(named: str) -> bool:
    """True: the letters of that file or folder lie in the cache now. Raises SetupError when they cannot be taken."""
    path = Path(named).expanduser()
    if not path.exists():
        raise SetupError(f"There is no file or folder {named}: name the one that holds the letters.")
    try:
        _, turned = letter_files.take(path)
    except DataError as error:
        raise SetupError(str(error)) from error
    if turned:
        print(f"The letters were {', '.join(turned)}: they were turned as the course has them.")
    return True


def at_first_start(workbook: Workbook) -> None:
    """Fetches real letters once in a workbook's life, unless PRIVLAB_DATA is set, and draws what is missing.

    A later start needs no network, whatever the first one met: `data` tries again.
    """
    take(setting("PRIVLAB_WHEELS"))
    if not setting("PRIVLAB_DATA") and not workbook.notes().get("letters_asked_for"):
        if not setting("PRIVLAB_WHEELS"):
            fetch_or_say()
        workbook.note(letters_asked_for=True)
    draw()


def take(folder: str) -> None:
    """Copies into the cache what letters a classroom's folder holds and the cache does not.

    folder : path of the folder that `--wheels` named, or "".
    """
    if not folder:
        return
    for source in [Path(folder, FILE), *Path(folder).glob("drawn-*/*.npz")]:
        target = cache_folder() / source.relative_to(folder)
        if source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f"{target.name}.{os.getpid()}.part")
            shutil.copyfile(source, partial)
            os.replace(partial, target)


def fetch_or_say(whole: bool = False) -> bool:
    """Whether real letters are in the cache now; says in one line why not."""
    try:
        fetch(whole=whole)
        return True
    except DataError as error:
        print(f"{error} The course goes on with the drawn letters.", file=sys.stderr)
        return False


def draw() -> None:
    """Renders the drawn letters that are missing. Raises SetupError when the cache cannot be written."""
    try:
        render()
    except DataError as error:
        raise SetupError(str(error)) from error


def report() -> str:
    """The letters in use and where they lie, one line."""
    try:
        in_use = data_in_use()
    except DataError as error:
        return f"letters: {error}"
    missing = "" if in_use.path.exists() else f", not drawn yet ({command('data')} does it)"
    return f"letters: {in_use.description}, in {in_use.path}{missing}"
