"""python tools/run_board.py: measures every choice on the board of lesson 90 and writes
privlab/lessons/capstone/board.npz, in about six minutes.
"""

import datetime
import os
import pathlib
import sys
from concurrent.futures import ProcessPoolExecutor

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks.__main__ import machine
from privlab.lessons.capstone.outcomes import FILE, GRID, record


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
