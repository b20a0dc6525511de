"""python tools/run_board.py: measures every choice on the board of lesson 90 and writes
privlab/lessons/capstone/board.npz, in about six minutes.
"""

import dataclasses
import datetime
import os
import pathlib
import sys
from concurrent.futures import ProcessPoolExecutor

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks.__main__ import machine
from privlab.lessons.capstone.outcomes import FILE, GRID, Outcome, every_choice, run

TRIALS = 2


def record(letters_each):
    """The outcomes of all choices for one size of the clinics, float16 [choices' grid, 9]; a few minutes."""
    shape = [len(values) for name, values in GRID.items() if name != "letters"]
    rows = [dataclasses.astuple(run(choice, letters_each, trials=TRIALS)) for choice in every_choice()]
    return np.array(rows, np.float16).reshape(*shape, len(dataclasses.fields(Outcome)))


def main():
    with ProcessPoolExecutor(len(GRID["letters"])) as pool:
        outcomes = np.array(list(pool.map(record, GRID["letters"])))
    np.savez_compressed(
        FILE,
        outcomes=outcomes,
        command="python tools/run_board.py",
        machine=machine(),
        date=datetime.date.today().isoformat(),
    )


if __name__ == "__main__":
    main()
