"""A class of kernels: what it measures, and that it ends before the machine swaps."""

import json

import pytest

from benchmarks import classroom
from privlab.data.types import DataError

pytestmark = pytest.mark.slow  # each kernel takes a second to start


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """Puts a lesson of one cell in the place of lesson 11; the argument is its code."""

    def put(code):
        cell = {
            "cell_type": "code",
            "id": "c000",
            "metadata": {},
            "source": code,
            "execution_count": None,
            "outputs": [],
        }
        book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (tmp_path / "lesson.ipynb").write_text(json.dumps(book), encoding="utf-8")
        monkeypatch.setattr(classroom, "LESSON", tmp_path / "lesson.ipynb")

    return put


def test_every_seat_has_a_kernel_and_a_progress_file_of_its_own(lesson, tmp_path):
    lesson("import os\nopen(os.environ['PRIVLAB_PROGRESS'], 'x').write('mine')\nhere = b'1' * 10**7")
    seats, peak = classroom.run_class(2, tmp_path)
    assert all(seat.seconds for seat in seats) and peak > 4e7
    assert [(seat.folder / "progress.json").read_text() for seat in seats] == ["mine"] * 2


def test_a_kernel_that_fails_is_counted_and_a_full_machine_is_one_sentence(lesson, tmp_path, monkeypatch):
    lesson("1 / 0")
    (seat,), _ = classroom.run_class(1, tmp_path)
    assert seat.seconds is None and "ZeroDivisionError" in seat.said
    monkeypatch.setattr(classroom, "RESERVE", 1e15)
    lesson("import time\ntime.sleep(60)")
    (tmp_path / "full").mkdir()
    with pytest.raises(DataError, match="would make this machine swap"):
        classroom.run_class(1, tmp_path / "full")
