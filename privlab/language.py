"""The language in which the course speaks: English, as its code has it, where no catalogue translates it.

`translate` looks a sentence up in the catalogues of the language, `privlab/languages/de/*.po`. Which one it is says the
lesson that runs, or the setting PRIVLAB_LANGUAGE.
"""

import functools
import gettext
import io
from pathlib import Path
from typing import Any

from privlab.settings import PACKAGE, setting

CATALOGUES = PACKAGE / "languages"
ENGLISH = "en"
_spoken = ""  # what the lesson of this kernel is written in


@functools.cache
def languages() -> list[str]:
    """The languages that the course speaks, "en" first."""
    return [ENGLISH, *sorted(folder.name for folder in CATALOGUES.iterdir() if any(folder.glob("*.po")))]


def language() -> str:
    """The language in use, such as "de". Raises ValueError where the setting names one that the course lacks."""
    chosen = _spoken or setting("PRIVLAB_LANGUAGE") or ENGLISH
    if chosen != ENGLISH and chosen not in languages():
        raise ValueError(
            f"the course speaks {' and '.join(languages())}, not {chosen!r}: set PRIVLAB_LANGUAGE to one of these"
        )
    return chosen


def speak(language: str) -> None:
    """Has this process speak a language, whatever the setting says: that of the lesson which runs in it."""
    global _spoken
    _spoken = language


def translate(message: str, **values: Any) -> str:
    """A sentence of the course in the language in use, with values for the names in its braces; in English where no
    catalogue has it.

    message : as it stands in the code, so that catalogues can be compared with it.
    """
    chosen = language()
    said = message if chosen == ENGLISH else _catalogue(chosen).gettext(message)
    return said.format(**values) if values else said


def later(message: str) -> str:
    """The sentence itself, which is translated where it is shown: so catalogues know of it."""
    return message


@functools.cache
def _catalogue(language):
    """The catalogues of a language as one."""
    from babel.messages import mofile, pofile

    whole = pofile.read_po(io.StringIO(), locale=language)
    for file in sorted(Path(CATALOGUES, language).glob("*.po")):
        with file.open(encoding="utf-8") as lines:
            for entry in pofile.read_po(lines, locale=language):
                if entry.id:
                    whole.add(entry.id, entry.string)
    with io.BytesIO() as made:
        mofile.write_mo(made, whole)
        made.seek(0)
        return gettext.GNUTranslations(made)
