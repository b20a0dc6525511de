"""The website, in a real browser: how long it takes to build, what it weighs, how quickly its figures follow, and
whether anything is broken on it.
"""

import gzip
import statistics
import sys
import time

from benchmarks import figure
from benchmarks.lessons import ROOT
from privlab.lab.lessons import LESSONS

STEPS, SLOWER = 3, 6  # moves of a figure's first control; times that the processor is slowed
COMPRESSED = (".html", ".js", ".css", ".svg", ".txt", ".xml")


def run(full, seed, trials):
    """Seconds of a build, bytes as they travel, figures, controls, milliseconds of a step, and what is wrong.

    The build takes frames from the cache where they are there. With `full`, the pages are looked at in light and dark,
    wide and narrow, and not in one form alone.  trials : moves of each figure's first control.
    """
    sys.path.insert(0, str(ROOT / "tools"))
    import live
    import website

    from privlab.setup import site

    with live.chromium() as browser:
        if browser is None:
            raise SystemExit("site needs a Chromium, Chrome or Edge: run `python3 course.py test`, which finds one")
        began = time.monotonic()
        built = site.build([lesson.name for lesson in LESSONS], ROOT / "build")
        yield figure("site_build_seconds", time.monotonic() - began, "s", 900)
        files = [file for file in built.rglob("*") if file.is_file() and file.suffix not in (".inv", ".buildinfo")]
        yield figure("site_bytes", sum(_travels(file) for file in files), "bytes")
        frames = [file for file in files if file.suffix == ".js" and "live" in file.parts]
        yield figure("site_figure_bytes", sum(map(_travels, frames)), "bytes", 4_000_000)
        pages = sorted(file.relative_to(built).as_posix() for file in built.rglob("*.html"))
        outside, errors, findings, wide, controls, still = [], [], [], [], 0, 0
        with website.served(built) as address:
            for scheme, width in website.FORMS if full else website.FORMS[:1]:
                tab = website.Tab(browser, address, scheme, width)
                for page in pages:
                    wide += [] if tab.open(page) else [page]
                    list(tab.figures())
                    findings += tab.findings()
                    print(f"{scheme}, {width}: {page}", file=sys.stderr, flush=True)
                outside, errors = outside + tab.outside, errors + tab.errors
                tab.close()
            times = {}
            for slower in (1, SLOWER):
                tab = website.Tab(browser, address)
                tab.page.context.new_cdp_session(tab.page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
                times[slower] = []
                for lesson in LESSONS:
                    tab.open(f"lessons/{lesson.name}.html")
                    for shown in tab.figures():
                        times[slower] += [shown.evaluate(website.STEP) for _ in range(trials or STEPS)]
                        if slower == 1:
                            moved = list(tab.ends(shown))
                            controls += len(moved)
                            still += sum(first == last or not seen for _, (first, last), seen in moved)
                outside, errors = outside + tab.outside, errors + tab.errors
                tab.close()
        broken = website.broken_links(built)
        for each in (*outside, *errors, *findings, *broken, *(f"{page} is wider than its screen" for page in wide)):
            print(each, file=sys.stderr)
        yield figure("site_figures", len(frames), "figures")
        yield figure("site_controls", controls, "controls")
        yield figure("site_still_controls", still, "controls", 0)
        yield figure("site_step_ms", statistics.median(times[1]), "ms", 100)
        yield figure("site_step_ms_slowed", statistics.median(times[SLOWER]), "ms", 200)
        yield figure("site_axe_findings", len(findings), "findings", 0)
        yield figure("site_wide_pages", len(wide), "pages", 0)
        yield figure("site_page_errors", len(errors), "errors", 0)
        yield figure("site_outside_requests", len(outside), "requests", 0)
        yield figure("site_broken_links", len(broken), "links", 0)


def _travels(file):
    """Bytes of a file as a server sends them."""
    content = file.read_bytes()
    return len(gzip.compress(content)) if file.suffix in COMPRESSED else len(content)
