"""The website, in a real browser: how long it takes to build, what it weighs, how quickly its figures follow, and
whether anything is broken on it.
"""

import collections
import statistics
import sys
import time

from benchmarks import figure
from benchmarks.lessons import ROOT
from privlab.lab.lessons import LESSONS

STEPS, SLOWER = 3, 6  # moves of a figure's first control; times that the processor is slowed


def run(full, seed, trials):
    """Seconds of a build, bytes as they travel, figures, controls, milliseconds of a step, and what is wrong.

    The build takes frames from the cache where they are there. On every page all is done that can be done without
    Python, and links are followed. Without `full` that is in one form, light and wide, and axe looks at one page of
    each kind; with it in light and dark, wide and narrow, and axe looks at every page in each.
    trials : moves of each figure's first control.
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
        yield figure("site_bytes", sum(map(website.travels, files)), "bytes")
        frames = [website.travels(file) for file in files if file.suffix == ".js" and "live" in file.parts]
        yield figure("site_figure_bytes", sum(frames), "bytes", 4_000_000)
        yield figure("site_figure_bytes_most", max(frames), "bytes", 400_000)
        weights = website.weights(built)
        lessons = [weights[f"lessons/{lesson.name}.html"] for lesson in LESSONS]
        yield figure("site_lesson_bytes_most", max(lessons), "bytes", 300_000)
        found = Found()
        with website.served(built) as address:
            for scheme, width in website.FORMS if full else website.FORMS[:1]:
                tab = website.Tab(browser, address, scheme, width)
                for page in sorted(weights):
                    began = time.monotonic()
                    found.look_at(tab, page, trials or STEPS, full or page in KINDS)
                    print(f"{scheme}, {width}: {page}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
                found.wrong["outside_requests"] += tab.outside
                found.wrong["page_errors"] += tab.errors
                tab.close()
        found.wrong["broken_links"] += website.broken_links(built)
        for kind, sentences in found.wrong.items():
            for each in sentences:
                print(f"{kind}: {each}", file=sys.stderr)
        for name in ("pages", "axe_pages", "figures", "controls", "guesses", "questions", "hints"):
            yield figure(f"site_{name}", found.count[name], name.removeprefix("axe_"))
        yield figure("site_step_ms", statistics.median(found.times[1]), "ms", 100)
        yield figure("site_step_ms_slowed", statistics.median(found.times[SLOWER]), "ms", 200)
        for name, unit in WRONG.items():
            yield figure(f"site_{name}", len(found.wrong[name]), unit, 0)


# One page of each kind: the front, the search, a lesson, what is looked up, tables, the library's reference.
KINDS = ("index.html", "search.html", "lessons/21_randomized_response.html", "docs/glossary.html", "docs/figures.html",
         "library/mpc.html")  # fmt: skip
WRONG = {
    "still_controls": "controls",
    "silent": "places",
    "axe_findings": "findings",
    "wide_pages": "pages",
    "page_errors": "errors",
    "outside_requests": "requests",
    "broken_links": "links",
}


class Found:
    """What was found on all pages: the `count` of what moves and asks, in the first form they are looked at in, and of
    pages in all forms; the `times` of a step by how much the processor is slowed; what is `wrong` as sentences, by its
    kind.
    """

    def __init__(self):
        self.count, self.times, self.wrong = collections.Counter(), {1: [], SLOWER: []}, {name: [] for name in WRONG}
        self.seen = set()

    def look_at(self, tab, page, steps, axe):
        """Does all that can be done on a page, and notes what is wrong with it.

        steps : of each figure's first control, whose times are taken where the figure is seen for the first time.
        axe : whether it looks at the page too, which takes seconds.
        """
        import website

        if not tab.open(page):
            self.wrong["wide_pages"].append(tab.page.url)
        for shown in tab.figures():
            first = self._is_new(shown.get_attribute("data-live"))  # the front page has one of a lesson's
            if first:
                self.count["figures"] += 1
                for slower in self.times:
                    with tab.slowed(slower):
                        self.times[slower] += [shown.evaluate(website.STEP) for _ in range(steps)]
            for name, (low, high), seen in tab.ends(shown):
                self.count["controls"] += first
                if low == high or not seen:
                    self.wrong["still_controls"].append(f"{tab.page.url}: {name}: {low}")
        count, silent = tab.do_all()
        if self._is_new(page):
            self.count.update(count)
        self.wrong["silent"] += silent
        if not tab.fits():
            self.wrong["wide_pages"].append(f"{tab.page.url}, all of it open")
        self.count["pages"] += 1
        if axe:
            self.count["axe_pages"] += 1
            self.wrong["axe_findings"] += tab.findings()

    def _is_new(self, name):
        """Whether a page or a figure is seen for the first time."""
        new = name not in self.seen
        self.seen.add(name)
        return new
