"""What a reader does on a page, in a real browser: guesses, questions, hints, answers that are checked, what is kept.

Python in the page is the real one (Pyodide's core); its numpy is a stand-in, which a second address serves.
"""

import json
import pathlib
import shutil
import sys

import nbformat
import pytest

pytestmark = pytest.mark.slow

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
pytest.importorskip("playwright", reason="requirements-test.lock is not installed")

import website  # noqa: E402
from axe_playwright_python.sync_playwright import Axe  # noqa: E402
from markdown_it import MarkdownIt  # noqa: E402

from privlab.lab.exercise import exercises, find  # noqa: E402
from privlab.lab.progress_file import FORMAT, PARTS  # noqa: E402
from privlab.setup.errors import SetupError  # noqa: E402
from privlab.setup.site import checking  # noqa: E402
from privlab.setup.site.exercises import on_page  # noqa: E402
from tests.setup.site import stand_ins  # noqa: E402

ESTIMATE = find(exercises, "raises.estimate")
WRONG = "def estimate(published, gave, got):\n    return published"
LEAKY = (
    "def estimate(published, gave, got):\n    open('gone.txt', 'w').write(str(got))\n    return published + gave - got"
)
ENDLESS = "def estimate(published, gave, got):\n    while True:\n        pass"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lesson 11</title>
<style>:root {{ --blue: #0072b2; --color-background-border: #eee; }}</style><link rel="stylesheet" href="page.css">
<script src="page_progress.js"></script><script src="page_checks.js"></script><script src="page.js"></script></head>
<body><main><article><h1>Lesson 11</h1>{}</article></main></body></html>"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a page that has all that lesson 11 asks of its reader, and what the page loads."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "site" / "static", folder, dirs_exist_ok=True)
    try:
        checking.lay_out(folder / "checks")
    except SetupError as error:
        pytest.skip(f"no network: {error}")
    cells = on_page(nbformat.read(ROOT / "notebooks" / "11_raises.ipynb", 4).cells, {"raises.how_near": 50})
    asked = [cell.source for cell in cells if cell.source.startswith("<div")]
    (folder / "index.html").write_text(PAGE.format(MarkdownIt().render("\n\n".join(asked))), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def site(folder, tmp_path_factory):
    """The addresses of that page and of the stand-ins, which it takes for Pyodide's distribution."""
    elsewhere = tmp_path_factory.mktemp("distribution")
    lock = folder / "checks" / "pyodide" / "pyodide-lock.json"
    shutil.copyfile(lock, lock.with_name("real.json"))
    lock.write_text(stand_ins.distribution(lock.read_text(encoding="utf-8"), elsewhere), encoding="utf-8")
    with website.served(folder) as here, website.served(elsewhere) as packages:
        here, packages = f"{here}/", f"{packages}/"
        (folder / "checks" / "settings.json").write_text(json.dumps({"packages": packages}), encoding="utf-8")
        yield here, packages


class Reader:
    """Somebody before a page, in a browser that has kept nothing yet. `asked` lists what the page has fetched."""

    def __init__(self, browser, address):
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.asked, self.errors = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.goto(address)

    def guess(self, name):
        return self.page.locator(f'[data-guess*="raises.{name}"]')

    def answer(self, code, id=ESTIMATE.id):
        """The verdict on an answer that is typed into the editor, once there is one."""
        box = self.page.locator(f'[data-exercise*="{id}"]')
        self.type(box, code)
        box.get_by_role("button", name="Check").click()
        return box.locator(".said")

    def type(self, box, code):
        if box.locator("textarea").count():
            box.locator("textarea").focus()
            box.locator(".cm-content").wait_for()
        box.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)

    def kept(self):
        return json.loads(self.page.evaluate("localStorage.getItem('privlab progress')") or "{}")


def found_by_axe(page):
    """What axe has against a page: pairs of its name and a place."""
    return [(each["id"], each["nodes"][0]["html"]) for each in Axe().run(page).response["violations"]]


@pytest.fixture
def reader(browser, site):
    someone = Reader(browser, site[0])
    yield someone
    assert not someone.errors, someone.errors
    someone.context.close()


def test_a_guess_is_asked_kept_and_answered_and_is_one_no_more(reader):
    choice = reader.guess("sum_of_sums")
    choice.get_by_role("button", name="Keep this guess").click()
    assert choice.locator(".said").text_content() == "Choose or write something first."
    assert "What came out" not in choice.text_content()
    choice.get_by_label("zero, because shares cancel").check()
    choice.get_by_role("button", name="Keep this guess").click()
    said = "Your guess: zero, because shares cancel. What came out: the total of the four raises. Not what you guessed."
    assert choice.locator(".said").text_content() == said
    assert choice.get_by_label("zero, because shares cancel").is_disabled()
    kept = reader.kept()["guesses"]["raises.sum_of_sums"]
    assert kept["guess"] == "zero, because shares cancel" and kept["near"] is False
    number = reader.guess("how_near")
    number.locator("input[type=number]").fill("9000")
    number.get_by_role("button").click()
    assert number.locator(".said").text_content() == "Write a number from 0 to 4,000 first."
    number.locator("input[type=range]").focus()
    reader.page.keyboard.press("Home")
    reader.page.keyboard.press("End")
    assert number.locator("input[type=number]").input_value() == "4000"
    number.get_by_role("button").click()
    answered = "Your guess: 4,000 dollars away. What came out: 50 dollars away. Not what you guessed."
    assert number.locator(".said").text_content() == answered
    reader.page.reload()
    assert choice.locator(".said").text_content() == said


def test_a_question_gives_feedback_and_hints_open_one_by_one(reader):
    question = reader.page.locator('[data-quiz="raises.quiz2"]')
    question.locator("summary").first.click()
    assert "✗" in question.locator("details[open]").text_content()
    question.get_by_text("Not answered yet").wait_for()
    question.locator("summary").nth(1).click()
    question.get_by_text("✓ answered").wait_for()
    assert reader.kept()["quizzes"] == {"raises.quiz2": True}
    ladder = reader.page.locator('[data-ladder="raises.estimate"]')
    for number, hint in enumerate(ESTIMATE.hints, 1):
        assert not ladder.get_by_text(hint).is_visible()
        ladder.get_by_text(f"Hint {number} of 3").click()
        ladder.get_by_text(hint).wait_for()
        assert [which for _, which in reader.kept()["hints"][ESTIMATE.id]] == list(range(1, number + 1))
    ladder.get_by_text("The solution").click()
    ladder.get_by_text("Try once more before you look").wait_for()
    code = ladder.locator("code", has_text="return published + gave - got")
    assert not code.is_visible() and not reader.kept()["solutions"]
    ladder.get_by_text("Show it").click()
    code.wait_for()
    assert list(reader.kept()["solutions"]) == [ESTIMATE.id]


def test_answers_are_judged_as_in_a_notebook_by_what_is_fetched_at_the_first_check(reader, site):
    here, packages = site
    assert not [url for url in reader.asked if "/checks/" in url]
    said = reader.answer(WRONG)
    said.locator("[class=mark]").wait_for(timeout=60_000)
    assert said.text_content().startswith("✗ wrongestimate(2000, 2500, 700) gave 2000; had Alice and Bob been alone")
    outside = {url for url in reader.asked if not url.startswith((here, "blob:", "data:"))}
    assert outside and all(url.startswith(packages) and url.endswith(".whl") for url in outside)
    for code, mark in ((ESTIMATE.stub, "○"), (LEAKY, "⚠"), ("def estimate(", "?"), (ESTIMATE.solution, "✓")):
        reader.answer(code).filter(has_text=mark).wait_for(timeout=20_000)
        assert mark != "⚠" or not found_by_axe(reader.page)
    assert reader.kept()["checks"] == {ESTIMATE.id: "✓"}
    assert [mark for _, mark in reader.kept()["tries"][ESTIMATE.id]] == ["✗", "⚠", "?", "✓"]
    reader.page.reload()
    box = reader.page.locator(f'[data-exercise*="{ESTIMATE.id}"]')
    assert box.locator("textarea").input_value() == ESTIMATE.solution and box.get_attribute("data-passed") == "✓"


def test_an_endless_loop_is_ended_by_the_time_or_by_the_reader_and_python_begins_anew(reader):
    reader.page.clock.install()
    said = reader.answer(ENDLESS)
    said.filter(has_text="Checking").wait_for(timeout=60_000)
    reader.page.clock.fast_forward(31_000)
    said.filter(has_text="? no answer yet").wait_for()
    assert "does a loop never end" in said.text_content()
    said = reader.answer(ENDLESS)
    said.filter(has_text="Checking").wait_for(timeout=60_000)
    reader.page.get_by_role("button", name="Stop").click()
    said.filter(has_text="you stopped it").wait_for()


def test_what_cannot_be_had_or_is_another_file_is_told_in_a_sentence_that_says_where_else(reader, site):
    reader.page.route(f"{site[1]}**", lambda route: route.abort())
    said = reader.answer(ESTIMATE.solution)
    refused = "Nothing was checked: numpy and scipy could not be had from 127.0.0.1"
    said.filter(has_text=refused).wait_for(timeout=60_000)
    assert said.text_content().endswith(". The same check runs in JupyterLab on your own machine.")
    reader.page.unroute(f"{site[1]}**")
    reader.page.route("**/pyodide-lock.json", lambda route: route.continue_(url=f"{site[0]}checks/pyodide/real.json"))
    binder = '<p class="launch"><a href="https://mybinder.org/v2/gh/a/b">Open in Binder</a></p>'
    reader.page.evaluate("text => document.querySelector('h1').insertAdjacentHTML('afterend', text)", binder)
    said = reader.answer(ESTIMATE.solution)
    said.get_by_role("link", name="Open in Binder").wait_for(timeout=60_000)
    assert refused in said.text_content() and said.text_content().endswith(" Or here: Open in Binder.")
    assert "checks" not in reader.kept() or not reader.kept()["checks"]


def test_a_page_that_is_opened_from_a_disk_keeps_a_plain_box_and_says_where_to_check(browser, folder):
    reader = Reader(browser, (folder / "index.html").as_uri())
    box = reader.page.locator(f'[data-exercise*="{ESTIMATE.id}"]')
    box.locator("textarea").fill(ESTIMATE.solution)
    box.get_by_role("button", name="Check").click()
    box.get_by_text("Nothing was checked: a page that is opened from a disk can start no Python.").wait_for()
    assert not reader.errors and box.locator("textarea").input_value() == ESTIMATE.solution
    reader.context.close()


def test_progress_is_saved_in_the_course_s_own_form_joined_and_forgotten(reader, tmp_path):
    page = reader.page
    reader.guess("sum_of_sums").get_by_label("a number that means nothing").check()
    reader.guess("sum_of_sums").get_by_role("button", name="Keep this guess").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save it as a file").click()
    saved = json.loads(pathlib.Path(download.value.path()).read_text(encoding="utf-8"))
    assert saved["format"] == FORMAT and set(saved) == {"format", *PARTS}
    page.get_by_role("button", name="Forget it all").click()
    page.get_by_text("0 exercises passed, 0 questions answered, 0 guesses kept.").wait_for()
    saved["checks"][ESTIMATE.id] = "✓"
    file = tmp_path / "progress.json"
    file.write_text(json.dumps(saved), encoding="utf-8")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("1 exercise passed, 0 questions answered, 1 guess kept.").wait_for()
    assert reader.guess("sum_of_sums").get_by_label("a number that means nothing").is_checked()
    file.write_text('{"cells": []}', encoding="utf-8")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("Nothing was loaded: this file is no progress of this course.").wait_for()
    page.get_by_text("1 exercise passed").wait_for()


def test_axe_finds_nothing_before_and_after(reader):
    reader.guess("sum_of_sums").get_by_label("a number that means nothing").check()
    reader.guess("sum_of_sums").get_by_role("button", name="Keep this guess").click()
    for summary in reader.page.locator("summary").all():
        if summary.is_visible():
            summary.click()
    assert not found_by_axe(reader.page)
