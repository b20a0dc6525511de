"""Drawn letters: whole sets of them, written by many hands, the same pixels on every machine."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from privlab.arrays import Integers, Labels, Letters
from privlab.data.drawn import handwriting
from privlab.data.drawn.fonts import ALL_FACES, PRIVATE_FACES, PUBLIC_FACES
from privlab.data.drawn.rasterizer import raster
from privlab.data.drawn.writers import LETTERS, Hands, write

BATCH = 512
OFTEN = {"scripts": 3, "scriptc": 3, "futural": 6} | dict.fromkeys(handwriting.FACES, 5)  # the other faces: 1


@dataclass(frozen=True)
class DrawnSet:
    """A set of drawn letters: who writes it, in which faces. Every writer writes all 52 letters once."""

    seed: int
    first_writer: int
    writers: int
    faces: tuple

    def __len__(self):
        return self.writers * LETTERS


SETS = {
    "private_train": DrawnSet(seed=1, first_writer=0, writers=462, faces=PRIVATE_FACES),
    "private_test": DrawnSet(seed=1, first_writer=462, writers=77, faces=PRIVATE_FACES),
    "public": DrawnSet(seed=2, first_writer=1000, writers=385, faces=PUBLIC_FACES),
    "all": DrawnSet(seed=3, first_writer=2000, writers=385, faces=ALL_FACES),
}


def draw(
    drawn_set: DrawnSet, count: int | None = None, progress: Callable[[int], object] = lambda n: None
) -> tuple[Letters, Labels, Integers]:
    """The first `count` letters of a set: images uint8 [n, 28, 28], labels uint8 [n], writers int32 [n].

    Row i is by writer i mod the number of writers, who takes the 52 letters in an order of their own: so any first
    rows come from many writers, and drawing only those gives the same pictures.
    count : int, or None for all letters of the set. progress : called with the number of letters after each batch.
    """
    count = len(drawn_set) if count is None else count
    if not 0 < count <= len(drawn_set):
        raise ValueError(f"count must be from 1 to {len(drawn_set)}, the letters of this set, got {count}")
    ids = np.arange(drawn_set.first_writer, drawn_set.first_writer + drawn_set.writers)
    hands = Hands(drawn_set.seed, ids)
    weights = [OFTEN.get(name, 1) for name in drawn_set.faces]
    images = np.empty((count, 28, 28), np.uint8)
    rows = np.arange(count)
    which = rows % drawn_set.writers
    letters = hands.order[which, rows // drawn_set.writers]
    for start in range(0, count, BATCH):
        part = slice(start, min(start + BATCH, count))
        images[part] = raster(*write(hands, which[part], letters[part], drawn_set.faces, weights))
        progress(part.stop - part.start)
    return images, (letters % 26).astype(np.uint8), ids[which].astype(np.int32)
