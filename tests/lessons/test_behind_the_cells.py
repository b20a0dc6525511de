"""A learner's order is tried below every notebook, and what cannot be run again is found."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
START = """
class Said(str):
    __repr__ = str.__str__
def check(id, answer):
    return Said("✓ right" if answer() else "○ not tried yet")
sent = [1]
"""
USES = {"good": "twice = sent + [2]\nassert len(twice) == 2", "bad": "sent = sent + [2]\nassert len(sent) == 2"}


def write(folder, name, answer):
    """Writes a notebook of four cells, with the output of a first run."""
    book = nbformat.v4.new_notebook()
    cells = (START, f"def answer():\n    return {answer}", 'check("small.answer", answer)', USES[name])
    for number, source in enumerate(cells):
        cell = nbformat.v4.new_code_cell(source, id=f"c{number:03d}", execution_count=number + 1)
        if number == 1:
            cell.metadata["exercise"] = "small.answer"
        if number == 2:
            text = "✓ right" if answer else "○ not tried yet"
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": text}, execution_count=3)]
        book.cells.append(cell)
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, folder / f"{name}.ipynb")


def test_a_cell_that_uses_up_what_it_reads_is_found(tmp_path):
    for name in ("conftest.py", "pyproject.toml", "tests/lessons/behind_the_cells.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    for name in USES:
        write(tmp_path / "notebooks", name, None)
        write(tmp_path / "notebooks" / "solved", name, True)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "-rA", "--color=no", *(f"notebooks/{name}.ipynb" for name in USES)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    failed = [line for line in run.stdout.splitlines() if line.startswith("FAILED")]
    assert len(failed) == 1 and "bad.ipynb::answered small.answer" in failed[0], run.stdout
    assert "11 passed" in run.stdout
    assert "a learner who runs this cell again reads AssertionError" in run.stdout
