"""Opens lessons in a real JupyterLab and a real browser, for tests and benchmarks."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

from playwright.sync_api import sync_playwright

from privlab.setup import browser
from privlab.setup.lab import arguments, environment, lay_style
from privlab.setup.workbook import Workbook

ROOT = pathlib.Path(__file__).resolve().parents[1]
TOKEN = "token"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURE = ".jp-OutputArea-output img.privlab-figure"
ERROR = '[data-mime-type="application/vnd.jupyter.error"]'
READY = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await window.jupyterapp.restored; await panel.context.ready; await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info; }"""
# Resolves with the milliseconds from the next key press or choice to the moment when the picture has changed and is
# painted, or with null when it stays as it is.
REDRAW = """number => new Promise(resolve => {
    const image = document.querySelectorAll('PICTURE')[number];
    let moved;
    for (const kind of ['keydown', 'change'])
        document.addEventListener(kind, () => { moved ??= performance.now(); }, {once: true, capture: true});
    const observer = new MutationObserver(async () => { observer.disconnect(); await image.decode();
        requestAnimationFrame(() => resolve(performance.now() - moved)); });
    observer.observe(image, {attributes: true, attributeFilter: ['src']});
    setTimeout(() => { observer.disconnect(); resolve(null); }, 5000); })""".replace("PICTURE", PICTURE)


@contextlib.contextmanager
def jupyter(folder):
    """The address of a JupyterLab that serves a workbook in `folder`; it ends with the context.

    Runs on the drawn letters and the CPU, with the course's own settings and no cell taken out of the page.
    """
    folder = pathlib.Path(folder)
    work = folder / "workbook"
    Workbook(folder=work).sync()
    lay_style(work)
    settings = work / ".jupyter" / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps({"windowingMode": "none"}), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {
        **os.environ,
        **environment(work),
        "JUPYTER_TOKEN": TOKEN,
        "PRIVLAB_DATA": "drawn",
        "PRIVLAB_DEVICE": "cpu",
        "PRIVLAB_PROGRESS": str(folder / "progress.json"),
    }
    words = arguments(work, ["--no-browser", f"--port={port}", "--LabApp.expose_app_in_browser=True"])
    with open(folder / "jupyter.log", "w", encoding="utf-8") as log:
        server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *words], stdout=log, stderr=log, env=variables)
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}/api/status?token={TOKEN}", timeout=2).close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(
                        f"JupyterLab did not start: {(folder / 'jupyter.log').read_text()[-2000:]}"
                    ) from None
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(20)


@contextlib.contextmanager
def chromium():
    """A headless browser; None where there is none."""
    path = browser.find()
    if path is None:
        yield None
        return
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield started
        finally:
            started.close()


def open_lesson(started, address, name):
    """The page of a lesson, its kernel ready and nothing run yet."""
    page = started.new_page(viewport={"width": 1100, "height": 900})
    page.goto(f"{address}/doc/tree/{name}.ipynb?token={TOKEN}&reset")
    page.locator(".jp-NotebookPanel .jp-Notebook").wait_for(timeout=60_000)
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext != null", timeout=60_000)
    page.evaluate(READY)
    return page


def run_all(*pages):
    """None; runs every cell of the pages, side by side, and waits for the last."""
    for page in pages:
        page.evaluate("() => { window.ran = window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    for page in pages:
        page.evaluate("() => window.ran")


def controls(page, number):
    """The controls of live figure `number`, in order: handles of sliders, and lists to choose from."""
    figure = page.locator(f".jp-OutputArea-output:has({PICTURE.split()[1]})").nth(number)
    return figure.locator(".noUi-handle, select").all()


def redraw_times(page, number, presses, control=0):
    """Milliseconds from a move of a control of live figure `number` to its new picture, one for each move that changes
    it.

    control : int, which of the figure's. An arrow key moves a slider a step up and down; one that stands at its upper
    end is moved to the lower one first. Of a list the first two options are chosen in turn.
    """
    moved = controls(page, number)[control]
    moved.scroll_into_view_if_needed()
    moved.focus()
    chosen = moved.evaluate("element => element.selectedIndex")  # None for a slider
    if chosen is None and moved.get_attribute("aria-valuenow") == moved.get_attribute("aria-valuemax"):
        page.keyboard.press("Home")
        page.wait_for_timeout(1_000)
    times = []
    for press in range(presses):
        page.evaluate(f"number => {{ window.redraw = ({REDRAW})(number); }}", number)
        if chosen is None:
            page.keyboard.press("ArrowRight" if press % 2 == 0 else "ArrowLeft")
        else:
            chosen = 0 if chosen else 1
            moved.select_option(index=chosen)
        times.append(page.evaluate("window.redraw"))
        page.wait_for_timeout(150)
    return [each for each in times if each is not None]
