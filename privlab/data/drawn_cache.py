"""The drawn letters in the cache: drawn once, read quickly ever after."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from privlab.data.cache_folder import cache_folder, load_arrays, locked, save_arrays
from privlab.data.types import DataError
from privlab.settings import command

DRAWING_CODE = ("glyphs.py", "handwriting.py", "fonts.py", "writers.py", "rasterizer.py", "dataset.py")
ARRAYS = ("images", "labels", "writers")


@cache
def drawing_hash() -> str:
    """16 hexadecimal digits that change with the drawing code and with the version of the fonts."""
    code = "".join((Path(__file__).parent / "drawn" / name).read_text(encoding="utf-8") for name in DRAWING_CODE)
    return hashlib.sha256((code + version("hershey-fonts")).encode()).hexdigest()[:16]


def path(name: str) -> Path:
    """Where the drawn set `name` ("private_train", "private_test", "public" or "all") lies once it is drawn."""
    return cache_folder() / f"drawn-{drawing_hash()}" / f"{name}.npz"


def load(name: str) -> list[NDArray[Any]]:
    """The arrays images, labels and writers of a drawn set.

    Raises DataError when it is not drawn yet.
    """
    if not path(name).is_file():
        raise DataError(
            f"The drawn letters are not in the cache yet: run {command('data')} once (it takes "
            "less than a minute), then this cell again."
        )
    return load_arrays(path(name), ARRAYS)


def render(progress: bool = True) -> Path:
    """Folder of the drawn letters, which are drawn now where they are missing (less than a minute).

    progress : whether a terminal shows a bar.
    Raises DataError when the disk is full or the cache cannot be written.
    """
    from tqdm import tqdm

    from privlab.data.drawn.dataset import SETS, draw

    if all(path(name).is_file() for name in SETS):
        return path("all").parent
    with locked(cache_folder(), "drawn"):
        missing = [name for name in SETS if not path(name).is_file()]  # another process may have drawn them meanwhile
        with tqdm(
            total=sum(len(SETS[name]) for name in missing),
            desc="drawing letters",
            unit=" letters",
            disable=None if progress else True,
        ) as bar:
            for name in missing:
                images, labels, writers = draw(SETS[name], progress=bar.update)
                path(name).parent.mkdir(parents=True, exist_ok=True)
                save_arrays(path(name), images=images, labels=labels, writers=writers)
    return path("all").parent
