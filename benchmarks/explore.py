"""How long a reader waits for a live figure: steps of each control in a real browser, of all lessons."""

import pathlib
import statistics
import sys
import tempfile

import nbformat

from benchmarks import figure
from benchmarks.lessons import ROOT

PRESSES, QUICK_PRESSES = 10, 2
AT_ONCE = 2  # lessons that are run side by side, before the figures of each are measured by themselves


def run(full, seed, trials, only=None):
    """The slowest control of all, in milliseconds from key to picture, each figure's own slowest, the median of all.

    trials : moves of a control, 2 when left out and 10 with `full`; of each control their median counts.
    only : a lesson's number, "11"; all lessons when left out.
    """
    sys.path.insert(0, str(ROOT / "tools"))
    import live

    from privlab.data import render

    render()
    presses, medians, still = trials or (PRESSES if full else QUICK_PRESSES), [], 0
    with tempfile.TemporaryDirectory() as folder, live.jupyter(folder) as address, live.chromium() as browser:
        if browser is None:
            raise SystemExit("explore needs a Chromium, Chrome or Edge: run `python3 course.py test`, which finds one")
        lessons = sorted(pathlib.Path(folder, "workbook").glob(f"{only or ''}*.ipynb"))
        for place in range(0, len(lessons), AT_ONCE):
            paths = lessons[place : place + AT_ONCE]
            for path in paths:
                _cut_after_the_last_figure(path)
            pages = [live.open_lesson(browser, address, path.stem) for path in paths]
            live.run_all(*pages)
            for path, page in zip(paths, pages):
                if page.locator(live.ERROR).count():
                    raise SystemExit(f"{path.stem} stops with an error, so its figures cannot be measured")
                for number in range(page.locator(live.PICTURE).count()):
                    page.bring_to_front()
                    times = [
                        live.redraw_times(page, number, presses, control)
                        for control in range(len(live.controls(page, number)))
                    ]
                    own = [statistics.median(each) for each in times if each]
                    still += len(times) - len(own)
                    medians += own
                    yield figure(f"explore_redraw_ms_{path.stem}_{number + 1}", max(own), "ms", 200)
                page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
                page.close()
                print(f"{path.stem}: done", file=sys.stderr, flush=True)
    yield figure("explore_controls", len(medians) + still, "controls")
    yield figure("explore_still_controls", still, "controls")
    yield figure("explore_redraw_ms_median", statistics.median(medians), "ms", 100)
    yield figure("explore_redraw_ms", max(medians), "ms", 200)


def _cut_after_the_last_figure(path):
    """None; what comes after the last live figure of a lesson takes time and moves no control."""
    book = nbformat.read(path, 4)
    shown = [place for place, cell in enumerate(book.cells) if cell.cell_type == "code" and "explore(" in cell.source]
    book.cells = book.cells[: shown[-1] + 1]
    nbformat.write(book, path)
