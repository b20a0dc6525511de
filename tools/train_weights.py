"""python tools/train_weights.py [public] [all]: trains the readers that the course ships, on drawn letters alone.

Writes privlab/data/weights/reader-public.npz (public faces, for the drawn letters) and reader-all.npz (all faces, for
the real ones). About four minutes each on two cores.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from benchmarks.experiments.reader_training import save_reader, train_reader
from privlab.data.drawn.dataset import DrawnSet, draw
from privlab.data.drawn.fonts import ALL_FACES, PUBLIC_FACES
from privlab.data.types import Pictures
from privlab.ml.letter_classifier import WEIGHTS

# Writers of their own: nobody whose letters are in `letters()` or `public_letters()` taught these readers.
SETS = {
    "public": DrawnSet(seed=4, first_writer=10_000, writers=1_200, faces=PUBLIC_FACES),
    "all": DrawnSet(seed=5, first_writer=20_000, writers=1_200, faces=ALL_FACES),
}


def main(names):
    WEIGHTS.mkdir(exist_ok=True)
    for name in names or SETS:
        letters = Pictures(*draw(SETS[name]), "drawn")
        reader = train_reader(letters, seed=0, epochs=6, width=32, hidden=256)
        save_reader(reader, WEIGHTS / f"reader-{name}.npz")
        print(f"reader-{name}.npz: {len(letters):,} drawn letters, 6 epochs")


if __name__ == "__main__":
    main(sys.argv[1:])
