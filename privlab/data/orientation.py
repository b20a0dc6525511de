"""Letters turned as the course expects them: upright, white ink on black, labelled 1..26; or refused.

Collections of letters are stored transposed, or dark on light, or labelled from 0, and nothing in a file says so. What
says so is the shipped reader: it reads 85 % of real letters when they stand right, and 15 % of transposed ones.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from privlab.data.reading import read
from privlab.data.types import DataError

LOOKED_AT = 150  # letters that the reader is shown
ENOUGH = 0.5  # share that it must read
Turn = Callable[[NDArray[Any]], NDArray[Any]]
TURNS: dict[str, Turn] = {
    "": lambda images: images,
    "transposed": lambda images: images.swapaxes(1, 2),
    "mirrored": lambda images: images[:, :, ::-1],
    "upside down": lambda images: images[:, ::-1, ::-1],
    "turned to the left": lambda images: np.rot90(images, -1, axes=(1, 2)),
    "turned to the right": lambda images: np.rot90(images, 1, axes=(1, 2)),
}


def pixels(images: NDArray[Any], name: str) -> tuple[NDArray[np.uint8], str]:
    """The images as uint8 [n, 28, 28], 0 to 255, and what was done to them: words, or "".

    images : as a file holds them: with an axis of one channel or of 784 pixels; 0..255, 0..1 or bool.
    name : what to call them in an error. Raises DataError for anything else.
    """
    shape = images.shape
    if images.ndim > 1 and len(images) and np.prod(shape[1:]) == 28 * 28:
        images = images.reshape(len(images), 28, 28)
    whole = images.dtype.kind in "uib" or (images.dtype.kind == "f" and np.isfinite(images).all())
    if (
        images.ndim != 3
        or images.shape[1:] != (28, 28)
        or not len(images)
        or not whole
        or images.min() < 0
        or images.max() > 255
    ):
        raise DataError(
            f"{name} must be pictures of 28 x 28 pixels from 0 to 255, uint8 [n, 28, 28], but is {images.dtype} "
            f"{list(shape)}."
        )
    if images.max() > 1:
        return np.rint(images).astype(np.uint8), ""
    return np.rint(images * np.float32(255)).astype(np.uint8), "made of 0..1"


def stand_right(
    name: str, images: NDArray[Any], labels: NDArray[Any]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], list[str]]:
    """The images uint8 [n, 28, 28] as the course expects them, the labels 1..26, and what had to be turned, words.

    name : what to call them in an error. images : as `pixels` takes them. labels : whole numbers, [n] or [n, 1].
    Raises DataError when they are no letters, or such that the reader cannot read them however they are turned.
    """
    images, said = pixels(np.asarray(images), f"x_{name}")
    labels = np.asarray(labels)
    if labels.size != len(images) or labels.dtype.kind not in "ui":
        raise DataError(f"y_{name} must be {len(images)} whole numbers, but is {labels.dtype} {list(labels.shape)}.")
    labels = labels.reshape(-1).astype(np.int64)
    if labels.min() < 0 or labels.max() > 26 or labels.max() - labels.min() > 25:
        raise DataError(
            f"y_{name} must be 1..26 for a..z, but goes from {labels.min()} to {labels.max()}: take the letters of "
            "EMNIST, and not its `byclass`, `bymerge` or `balanced`."
        )
    some = np.unique(np.linspace(0, len(images) - 1, LOOKED_AT).astype(int))
    best = _best(images[some], labels[some])
    share, turn, dark, shift = best
    if share < ENOUGH:
        raise DataError(
            f"The letters of x_{name} and y_{name} do not belong together: the course's reader reads {share:.0%} of "
            "them, and 85 % of EMNIST's letters; look whether pictures or labels have lost their order."
        )
    if not 1 <= labels.min() + shift <= labels.max() + shift <= 26:
        raise DataError(f"y_{name} must be 1..26 for a..z, but its labels are moved by {-shift} against the pictures.")
    words = [word for word in (turn, "dark on light" if dark else "", said) if word]
    if shift:
        words.append(f"labelled {labels.min()}..{labels.max()}")
    turned = TURNS[turn](255 - images if dark else images)
    return np.ascontiguousarray(turned), (labels + shift).astype(np.uint8), words


def _best(images, labels):
    """The share of letters that the reader reads when they are turned in the best way, and that way: the name of the
    turn, whether ink is dark, and what is to be added to the labels.
    """
    found = []
    for dark in (False, True):
        for turn, turned in TURNS.items():
            seen = read(turned(255 - images if dark else images)) + 1
            found += [(float((seen == labels + shift).mean()), turn, dark, shift) for shift in (0, 1, -1)]
            best = max(found, key=lambda each: each[0])
            if best[0] > 0.6:
                return best
    return best
