"""A lesson in real JupyterLab and a real browser: everything runs, a slider moves by keyboard, a check turns from ○ to
✓.
"""

import pathlib
import sys

import pytest

pytestmark = pytest.mark.slow

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
live = pytest.importorskip("live", reason="playwright is not installed")


@pytest.fixture(scope="module")
def browser():
    with live.chromium() as started:
        if started is None:
            pytest.skip("no Chromium, Chrome or Edge here")
        yield started


@pytest.fixture(scope="module")
def lab(tmp_path_factory, browser):
    with live.jupyter(tmp_path_factory.mktemp("lab")) as address:
        yield address


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


def test_before_a_run_there_are_pictures_and_after_it_live_figures(raises):
    pictures = raises.locator(".jp-OutputArea-output img")
    assert pictures.count() >= 1 and raises.locator(".noUi-handle").count() == 0
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


def test_a_question_answers_when_a_button_is_pressed(raises):
    live.run_all(raises)
    question = raises.locator(".jp-OutputArea-output:has(button:text-is('A'))").first
    question.locator("button", has_text="A").first.click()
    question.locator('[role="status"]').first.wait_for(timeout=10_000)
    assert question.locator('[role="status"]').first.text_content().strip()[0] in "✓✗"
