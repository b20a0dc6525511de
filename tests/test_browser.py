"""A lesson in real JupyterLab and a real browser: everything runs, a slider moves by keyboard, a check turns from ○ to
✓, and all that was shown is there on the next day.
"""

import html
import json
import pathlib
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
live = pytest.importorskip("live", reason="playwright is not installed")


@pytest.fixture(scope="module")
def lab(folder, browser):
    with live.jupyter(folder) as address:
        yield address


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("lab")


@pytest.fixture
def raises(lab, browser):
    page = live.open_lesson(browser, lab, "11_raises")
    yield page
    page.close()


def errors(page):
    return page.locator(live.ERROR).count()


def check_output(page, id):
    cell = page.locator(".jp-CodeCell", has=page.locator(".jp-InputArea", has_text=f'check("{id}"')).first
    return cell, cell.locator(".jp-OutputArea-output")


def test_before_a_run_there_is_no_output_and_after_it_there_are_live_figures(raises):
    assert raises.locator(".jp-OutputArea-output").count() == 0 and raises.locator(".noUi-handle").count() == 0
    live.run_all(raises)
    assert errors(raises) == 0
    raises.locator(".noUi-handle").first.wait_for(timeout=20_000)
    raises.locator(live.PICTURE).first.wait_for()
    assert raises.get_by_text("javascript error").count() == 0


def test_a_slider_moves_by_keyboard_and_its_number_box_and_line_follow(raises):
    live.run_all(raises)
    figure = raises.locator(f".jp-OutputArea-output:has({live.PICTURE.split()[1]})").first
    box, line = figure.locator("input[type=number]").first, raises.locator(".privlab-line").first
    before = (box.input_value(), line.text_content())
    assert live.redraw_times(raises, 0, presses=1)[0] > 0
    assert box.input_value() != before[0] and line.text_content() != before[1]
    raises.wait_for_timeout(200)
    box.fill(before[0])
    box.press("Enter")
    raises.wait_for_function("said => document.querySelector('.privlab-line').textContent === said", arg=before[1])


def test_a_check_turns_from_not_tried_to_right(raises):
    from privlab.lab.exercise import exercises, find

    exercise = find(exercises, "raises.share")
    live.run_all(raises)
    cell, output = check_output(raises, exercise.id)
    assert output.text_content().strip().startswith("○")
    stub = raises.locator(
        ".jp-CodeCell", has=raises.locator(".jp-InputArea", has_text=exercise.stub.splitlines()[0])
    ).first
    stub.locator(".cm-content").click()
    raises.keyboard.press("Control+a")
    raises.keyboard.insert_text(exercise.solution)
    raises.keyboard.press("Shift+Enter")
    cell.locator(".cm-content").click()
    raises.keyboard.press("Shift+Enter")
    raises.wait_for_function(
        "element => element.textContent.trim().startsWith('✓')", arg=output.element_handle(), timeout=20_000
    )


def test_a_verdict_is_a_box_whose_words_stay_whole_and_inside(raises):
    live.run_all(raises)
    _, output = check_output(raises, "raises.share")
    raises.set_viewport_size({"width": 900, "height": 800})
    box = output.locator("div[style*='border-left']").first
    assert box.evaluate("element => parseFloat(getComputedStyle(element).borderLeftWidth)") >= 3
    assert box.evaluate("element => element.scrollWidth <= element.clientWidth")
    assert box.evaluate("element => getComputedStyle(element).wordBreak") == "normal"


def test_a_raise_of_one_s_own_is_taken_and_what_is_none_is_told(raises):
    live.run_all(raises)
    box = raises.get_by_label("A raise")
    box.fill("4,100")
    box.press("Enter")
    raises.get_by_text("This is a raise of your own now").wait_for(timeout=10_000)
    box.fill("lots")
    box.press("Enter")
    raises.get_by_text("and not 'lots'; the one before stays.").wait_for(timeout=10_000)


def test_a_question_answers_when_a_button_is_pressed(raises):
    live.run_all(raises)
    question = raises.locator(".jp-OutputArea-output:has(button:text-is('A'))").first
    question.locator("button", has_text="A").first.click()
    question.locator('[role="status"]').first.wait_for(timeout=10_000)
    assert question.locator('[role="status"]').first.text_content().strip()[0] in "✓✗"


def run_cells(page, until):
    """Runs the cells from the active one on, up to the first whose source has the words `until`, that one too."""
    page.evaluate(
        """async until => {
            const panel = window.jupyterapp.shell.currentWidget.content;
            const last = panel.widgets.findIndex(cell => cell.model.sharedModel.source.includes(until));
            for (let cell = panel.activeCellIndex; cell <= last; cell++) {
                panel.activeCellIndex = cell; panel.deselectAll();
                await window.jupyterapp.commands.execute('notebook:run-cell');
            }
            panel.activeCellIndex = last + 1;
        }""",
        until,
    )


@pytest.fixture
def first_lesson(lab, browser):
    page = live.open_lesson(browser, lab, "00_start_here")
    yield page
    page.close()


def test_a_guess_is_kept_and_shown_beside_what_came_out(first_lesson):
    page = first_lesson
    run_cells(page, "predict(")
    box = page.get_by_label("Your guess").first
    box.wait_for(timeout=20_000)
    box.fill("150")
    box.press("Tab")
    page.get_by_role("button", name="Keep this guess").click()
    page.get_by_text("Kept: 150 days").wait_for(timeout=10_000)
    run_cells(page, "outcome(")
    said = page.get_by_text("Your guess: 150 days. What came out:")
    said.first.wait_for(timeout=20_000)
    assert "You guessed well." in said.first.text_content()


def test_a_letter_is_drawn_by_mouse_and_by_keyboard_and_goes_on_into_the_lesson(first_lesson):
    pytest.importorskip("anywidget")
    page = first_lesson
    run_cells(page, "letter_pad(")
    pad = page.locator("canvas[role=application]").first
    pad.wait_for(timeout=20_000)
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 160, steps=6)
    page.mouse.up()
    page.get_by_text("of your own now").wait_for(timeout=10_000)
    page.get_by_role("button", name="Draw it anew").click()
    page.get_by_text("stands in until you have drawn").wait_for(timeout=10_000)
    pad.focus()
    for key in (" ", "ArrowRight", "ArrowRight", "ArrowDown", " "):
        page.keyboard.press(key)
    page.get_by_text("of your own now").wait_for(timeout=10_000)


def test_what_is_live_has_names_and_axe_finds_nothing_serious(lab, browser):
    pytest.importorskip("anywidget")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = live.open_lesson(browser, lab, "21_randomized_response")
    run_cells(page, "draw_poll")
    page.locator(live.PICTURE).first.wait_for(timeout=20_000)
    page.wait_for_timeout(2_500)
    words = "people who have answered"
    named = [each.get_attribute("aria-label") for each in page.locator(".noUi-handle, .widget-play button").all()]
    assert named[-4:] == [words, f"{words}: play or pause", f"{words}: stop", f"{words}: repeat"]
    assert page.locator(live.PICTURE).first.get_attribute("alt").startswith("Left, a square for each person")
    found = axe.Axe().run(page, context={"include": [[".jp-OutputArea-output"]]}).response["violations"]
    page.close()
    serious = {
        each["id"]: [node["html"][:150] for node in each["nodes"]][:3]
        for each in found
        if each["impact"] in ("serious", "critical")
    }
    assert not serious, serious


def test_a_saved_lesson_shows_everything_on_the_next_day_and_as_a_page(lab, browser, folder, tmp_path):
    page = live.open_lesson(browser, lab, "00_start_here")
    live.run_all(page)
    page.locator(".noUi-handle").first.wait_for(timeout=20_000)
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    assert page.locator(".noUi-handle").first.is_visible(), "saving leaves the open page as it is"
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.close()
    file = folder / "workbook" / "00_start_here.ipynb"
    outputs = [out for cell in json.loads(file.read_text(encoding="utf-8"))["cells"] for out in cell.get("outputs", [])]
    pictures = [out["metadata"]["image/png"]["alt"] for out in outputs if "image/png" in out.get("data", {})]
    assert len(pictures) == 4

    again = live.open_lesson(browser, lab, "00_start_here")
    again.locator(".jp-OutputArea-output img").first.wait_for(timeout=20_000)
    assert again.locator(".jp-OutputArea-output img").count() == len(pictures)
    assert again.locator(".jp-OutputArea-output details").count() == 4, "the prediction and the question fold open"
    assert again.get_by_text("Error displaying widget").count() == 0 and errors(again) == 0
    again.close()

    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(tmp_path), str(file)]
    subprocess.run([*command, "--HTMLExporter.preprocessors", "privlab.setup.exporting.Alternatives"], check=True)
    said = (tmp_path / "00_start_here.html").read_text(encoding="utf-8")
    assert all(f'alt="{alt}"' in html.unescape(said) for alt in pictures) and said.count("<details>") == 4
