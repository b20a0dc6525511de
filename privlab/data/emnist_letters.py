"""The letters of the course: real EMNIST letters where there are some, else drawn ones."""

from collections import namedtuple
from pathlib import Path

import numpy as np

from privlab.data import drawn_cache
from privlab.data.cache_folder import cache_folder, load_arrays
from privlab.data.orientation import stand_right
from privlab.data.types import DataError, Pictures, Split
from privlab.settings import command, folder_setting, setting

FILE = "emnist_letters.npz"
KEYS = ("x_train", "y_train", "x_test", "y_test")
DataInUse = namedtuple("DataInUse", "source description path")
_told: set[tuple[Path, str]] = set()  # files of which it was said, in this process, that their letters were turned


def data_in_use() -> DataInUse:
    """Which letters `letters()` returns: source ("emnist" or "drawn"), a description in words, and where they lie.

    Raises DataError when PRIVLAB_DATA names a folder without letters.
    """
    named = setting("PRIVLAB_DATA")
    if named and named != "drawn":
        path = folder_setting("PRIVLAB_DATA") or Path()
        path = path / FILE if path.is_dir() else path
        if not path.is_file() or path.suffix != ".npz":
            raise DataError(
                f"PRIVLAB_DATA is {named!r}, but there is no {FILE} in it: name a folder that has one, or `drawn`, or "
                f"leave PRIVLAB_DATA out and let {command('data FILE_OR_FOLDER')} read letters of another form."
            )
        return DataInUse("emnist", "real EMNIST letters, named by PRIVLAB_DATA", path)
    fetched = cache_folder() / FILE
    if not named and fetched.is_file():
        return DataInUse("emnist", "real EMNIST letters, in the cache", fetched)
    return DataInUse("drawn", "drawn letters", drawn_cache.path("private_train").parent)


def letters() -> Split:
    """The course's letters, a Split: `train` and `test`, labelled 0..25 for a..z, upper and lower case together.

    Drawn ones are by writers and in faces that `public_letters()` does not have. Real ones that are stored transposed,
    dark on light or labelled from 0 are turned, and that is printed.
    Raises DataError when the file in use is missing or broken; the message says what to do.
    """
    in_use = data_in_use()
    if in_use.source == "drawn":
        return Split(cached("private_train"), cached("private_test"))
    arrays = load_arrays(in_use.path, KEYS)
    parts = []
    for name, images, labels in zip(("train", "test"), arrays[::2], arrays[1::2], strict=True):
        try:
            images, labels, words = stand_right(name, images, labels)
        except DataError as error:
            raise DataError(f"{in_use.path}: {error}") from error
        if words and (in_use.path, name) not in _told:
            _told.add((in_use.path, name))
            print(
                f"The {name} letters in {in_use.path} are {', '.join(words)}: they were turned as the course has them."
            )
        parts.append(Pictures(images, labels - np.uint8(1), None, "emnist"))
    return Split(*parts)


def public_letters() -> Pictures:
    """About 20,000 drawn letters that are nobody's secret, in faces and by writers that `letters()` does not have.

    Returns Pictures. Beside real letters they are drawn in all faces.
    Raises DataError when they are not drawn yet; the message says what to do.
    """
    return cached("public" if data_in_use().source == "drawn" else "all")


def cached(name: str) -> Pictures:
    """The Pictures of a drawn set that lies in the cache."""
    images, labels, writers = drawn_cache.load(name)
    return Pictures(images, labels, writers, "drawn")
