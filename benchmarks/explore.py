"""How long a reader waits for a live figure: a step of each slider in a real browser, the slowest of all lessons."""

import pathlib
import statistics
import sys
import tempfile

import nbformat

from benchmarks import figure
from benchmarks.lessons import ROOT

PRESSES = 10


def run(full, seed, trials):
    """The slowest median in milliseconds, over `trials` key presses a slider, and each figure's own slowest."""
    sys.path.insert(0, str(ROOT / "tools"))
    import live

    from privlab.data import render

    render()
    slowest = 0
    with tempfile.TemporaryDirectory() as folder, live.jupyter(folder) as address, live.chromium() as browser:
        if browser is None:
            raise SystemExit("explore needs a Chromium, Chrome or Edge: run `python3 course.py test`, which finds one")
        for path in sorted(pathlib.Path(folder, "workbook").glob("*.ipynb")):
            _cut_after_the_last_figure(path)
            page = live.open_lesson(browser, address, path.stem)
            live.run_all(page)
            if page.locator(live.ERROR).count():
                raise SystemExit(f"{path.stem} stops with an error, so its figures cannot be measured")
            for number in range(page.locator(live.PICTURE).count()):
                medians = [
                    statistics.median(live.redraw_times(page, number, trials or PRESSES, slider))
                    for slider in range(len(live.sliders(page, number)))
                ]
                if medians:
                    slowest = max(slowest, *medians)
                    yield figure(f"explore_redraw_ms_{path.stem}_{number + 1}", max(medians), "ms", 200)
            page.close()
            print(f"{path.stem}: done", file=sys.stderr, flush=True)
    yield figure("explore_redraw_ms", slowest, "ms", 200)


def _cut_after_the_last_figure(path):
    """None; what comes after the last live figure of a lesson takes time and moves no slider."""
    book = nbformat.read(path, 4)
    shown = [place for place, cell in enumerate(book.cells) if cell.cell_type == "code" and "explore(" in cell.source]
    book.cells = book.cells[: shown[-1] + 1]
    nbformat.write(book, path)
