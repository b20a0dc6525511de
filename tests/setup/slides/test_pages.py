"""Slides of a lesson in a real browser, opened from a disk: what stands on them fits and can be read."""

import re
import sys
from pathlib import Path

import pytest

from privlab.lab.lessons import lesson
from privlab.setup import slides as command
from privlab.setup.errors import SetupError

pytestmark = pytest.mark.slow

for needed in ("mdit_py_plugins", "playwright", "axe_playwright_python"):
    pytest.importorskip(needed, reason="requirements-site.lock and requirements-test.lock are not installed")
ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
import website  # noqa: E402

LESSON = "21"  # whose frames the test of the website needs too
SMALLEST = 18  # pixels
# Of the slide that is shown: what leaves it, and what is too small to be read.
FAULTS = """smallest => {
    const slide = document.querySelector("section.present .slide"), box = slide.getBoundingClientRect(), found = [];
    const edges = {right: box.right - 40, bottom: box.bottom - 20};
    const walk = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || element.closest(".katex-mathml, .katex-html, option")) continue;
        const size = parseFloat(getComputedStyle(element).fontSize), range = document.createRange();
        range.selectNodeContents(walk.currentNode);
        const place = range.getBoundingClientRect();
        if (size < smallest) found.push(`${size} pixels: ${walk.currentNode.data.trim().slice(0, 60)}`);
        if (place.bottom > edges.bottom || place.right > edges.right || place.left < box.left)
            found.push(`leaves the slide: ${walk.currentNode.data.trim().slice(0, 60)}`);
    }
    for (const formula of slide.querySelectorAll(".katex-html"))
        for (const {right, bottom} of [formula.getBoundingClientRect()])
            if (right > edges.right || bottom > edges.bottom)
                found.push(`leaves the slide: a formula, ${formula.textContent.slice(0, 60)}`);
    for (const picture of slide.querySelectorAll("img")) {  // its texts have 16 pixels where it is as wide as it says
        const place = picture.getBoundingClientRect(), says = name => +picture.getAttribute(name);
        const scale = Math.min(place.width / says("width"), place.height / says("height"));
        if (16 * scale < smallest) found.push(`a picture with texts of ${(16 * scale).toFixed(1)} pixels`);
        if (place.bottom > edges.bottom) found.push("a picture leaves the slide");
    }
    return found; }"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of written slides. Left out where a package of npm cannot be had."""
    from privlab.setup.site import npm

    try:
        npm.package("reveal.js")
        npm.package("katex")
    except SetupError as error:
        pytest.skip(str(error))
    return command.write(lesson(LESSON), tmp_path_factory.mktemp("slides"), most=12)


@pytest.fixture(scope="module")
def tab(folder, browser):
    """The slides in a browser, opened from the disk."""
    tab = website.Tab(browser, folder.as_uri())
    tab.page.set_viewport_size({"width": 1280, "height": 720})
    tab.open("index.html")
    tab.page.wait_for_function("window.Reveal && Reveal.isReady()")
    return tab


def every_slide(page):
    """Shows one slide after the other; its number from 1 on."""
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate("number => Reveal.slide(number)", number)
        yield number + 1


def first_with(page, selector):
    """Shows the first slide that holds what a selector names; its number, or None."""
    found = page.evaluate(
        "what => [...document.querySelectorAll('.slides section')].findIndex(each => each.querySelector(what))",
        selector,
    )
    page.evaluate("number => Reveal.slide(number)", found)
    return found + 1 or None


def faults(page):
    """What is wrong on any slide: pairs of its number and a sentence."""
    return [(number, fault) for number in every_slide(page) for fault in page.evaluate(FAULTS, SMALLEST)]


def test_everything_fits_and_can_be_read_from_the_back_row(tab):
    assert faults(tab.page) == []
    assert (tab.errors, tab.outside) == ([], [])
    tab.page.evaluate("document.querySelector('section.present p').style.fontSize = '200px'")
    assert tab.page.evaluate(FAULTS, SMALLEST), "the measure sees what leaves a slide"
    tab.page.evaluate("document.querySelector('section.present p').style.fontSize = ''")


def test_figures_move_and_a_slider_keeps_the_arrow_keys(tab):
    number = first_with(tab.page, "figure.live")
    figure = tab.page.query_selector("section.present figure.live")
    tab.page.wait_for_function(website.READY, arg=figure)
    moved = list(tab.ends(figure))
    assert moved and all(first != last and seen for _, (first, last), seen in moved)
    figure.query_selector("input").focus()
    tab.page.keyboard.press("ArrowLeft")
    assert tab.page.evaluate("Reveal.getIndices().h") == number - 1


def test_the_arrow_keys_turn_and_the_speaker_is_told_what_to_say(tab):
    tab.page.evaluate("document.activeElement.blur()")
    tab.page.evaluate("Reveal.slide(0)")
    tab.page.keyboard.press("ArrowRight")
    assert tab.page.evaluate("Reveal.getIndices().h") == 1
    said = tab.page.evaluate("Reveal.getSlideNotes()")
    assert "<p>" in said
    with tab.page.expect_popup() as popup:
        tab.page.keyboard.press("s")
    popup.value.wait_for_function(
        "document.querySelector('.speaker-controls-notes .value')?.textContent.trim().length > 20"
    )
    popup.value.close()


def test_axe_finds_nothing_serious(tab):
    for kind in ("title", "definition", "guess", "figure", "code"):
        assert first_with(tab.page, f".slide.{kind}"), kind
        assert tab.findings() == []


def test_the_handout_has_every_slide_and_what_is_said(folder, browser):
    tab = website.Tab(browser, folder.as_uri())
    tab.open("handout.html")
    slides = tab.page.locator("article")
    assert slides.count() == (folder / "index.html").read_text(encoding="utf-8").count("<section>")
    assert "What came out" in slides.all_inner_texts().__str__() and not tab.errors and not tab.outside


def test_a_handout_is_printed_or_a_sentence_says_why_not(folder, monkeypatch, tmp_path):
    file = command.printed(folder, "handout")
    content = file.read_bytes()
    pages = len(re.findall(rb"/Type\s*/Page\b", content))
    slides = (folder / "index.html").read_text(encoding="utf-8").count("<section>")
    assert content.startswith(b"%PDF") and slides / 3 < pages < slides
    monkeypatch.setattr(command.browser, "candidates", lambda: iter(()))
    with pytest.raises(SetupError, match="No Chromium, Chrome or Edge is here to print with: open handout.html"):
        command.printed(folder, "handout")
