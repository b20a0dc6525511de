"""The letters of the course: real EMNIST letters where there are some, else drawn ones."""

import os
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from privlab.data import drawn_cache
from privlab.data.cache_folder import cache_folder, load_arrays
from privlab.data.types import DataError, Pictures, Split

FILE = "emnist_letters.npz"
KEYS = ("x_train", "y_train", "x_test", "y_test")
DataInUse = namedtuple("DataInUse", "source description path")


def data_in_use() -> DataInUse:
    """Which letters `letters()` returns: source ("emnist" or "drawn"), a description in words, and where they lie.

    Raises DataError when PRIVLAB_DATA names a folder without letters.
    """
    named = os.environ.get("PRIVLAB_DATA")
    if named and named != "drawn":
        path = Path(named).expanduser() / FILE
        if not path.is_file():
            raise DataError(
                f"PRIVLAB_DATA is {named!r}, but there is no {FILE} in it: name a folder that has one, "
                'or set PRIVLAB_DATA to "drawn".'
            )
        return DataInUse("emnist", "real EMNIST letters, named by PRIVLAB_DATA", path)
    fetched = cache_folder() / FILE
    if not named and fetched.is_file():
        return DataInUse("emnist", "real EMNIST letters, fetched into the cache", fetched)
    return DataInUse("drawn", "drawn letters", drawn_cache.path("private_train").parent)


def letters() -> Split:
    """The course's letters, a Split: `train` and `test`, labelled 0..25 for a..z, upper and lower case together.

    Drawn ones are by writers and in faces that `public_letters()` does not have.
    Raises DataError when the file in use is missing or broken; the message says what to do.
    """
    in_use = data_in_use()
    if in_use.source == "drawn":
        return Split(cached("private_train"), cached("private_test"))
    arrays = load_arrays(in_use.path, KEYS)
    check_letters(in_use.path, *arrays)
    x_train, y_train, x_test, y_test = arrays
    return Split(
        *(Pictures(x, (y - 1).astype(np.uint8), None, "emnist") for x, y in ((x_train, y_train), (x_test, y_test)))
    )


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


def check_letters(
    path: Path, x_train: NDArray[Any], y_train: NDArray[Any], x_test: NDArray[Any], y_test: NDArray[Any]
) -> None:
    """Raises DataError unless the arrays are letters as EMNIST has them, labelled 1..26."""
    for part, x, y in (("train", x_train, y_train), ("test", x_test, y_test)):
        if x.dtype != np.uint8 or x.ndim != 3 or x.shape[1:] != (28, 28) or not len(x):
            raise DataError(f"x_{part} in {path} must be uint8 [n, 28, 28], but is {x.dtype} {list(x.shape)}.")
        if y.shape != (len(x),) or y.dtype.kind not in "ui":
            raise DataError(f"y_{part} in {path} must be {len(x)} whole numbers, but is {y.dtype} {list(y.shape)}.")
        if y.min() < 1 or y.max() > 26:
            raise DataError(f"y_{part} in {path} must be 1..26 for a..z, but goes from {y.min()} to {y.max()}.")
