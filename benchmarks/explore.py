"""How long a reader waits for a live figure: a step of each slider in a real browser, the slowest of all lessons."""
import statistics
import sys
import tempfile

from benchmarks import figure
from benchmarks.lessons import ROOT

PRESSES = 20


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
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            page = live.open_lesson(browser, address, path.stem)
            live.run_all(page)
            if page.locator(live.ERROR).count():
                raise SystemExit(f"{path.stem} stops with an error, so its figures cannot be measured")
            for number in range(page.locator(live.PICTURE).count()):
                medians = [statistics.median(live.redraw_times(page, number, trials or PRESSES, slider))
                           for slider in range(len(live.sliders(page, number)))]
                if medians:
                    slowest = max(slowest, *medians)
                    yield figure(f"explore_redraw_ms_{path.stem}_{number + 1}", max(medians), "ms", 200)
            page.close()
    yield figure("explore_redraw_ms", slowest, "ms", 200)
