"""How long a reader waits for a live figure: steps of each control in a real browser, of all lessons."""

import ast
import copy
import pathlib
import statistics
import sys
import tempfile

import nbformat

from benchmarks import figure
from benchmarks.lessons import ROOT
from privlab import lab

PRESSES, QUICK_PRESSES = 10, 2
AT_ONCE = 2  # lessons that are run side by side, before the figures of each are measured by themselves


def run(full, seed, trials, only=None):
    """The slowest control of all, in milliseconds from key to picture, each figure's own slowest, the median of all.

    full : every cell above a lesson's last figure is run; else only those that its figures need.
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
            whole = [nbformat.read(path, 4) for path in paths]
            for path, book in zip(paths, whole):
                nbformat.write(_up_to_the_last_figure(book, all_cells=full), path)
            pages = [live.open_lesson(browser, address, path.stem) for path in paths]
            live.run_all(*pages)
            for path, book, page in zip(paths, whole, pages):
                if page.locator(live.ERROR).count() and not full:  # a cell was needed after all
                    _close(page)
                    nbformat.write(_up_to_the_last_figure(book, all_cells=True), path)
                    page = live.open_lesson(browser, address, path.stem)
                    live.run_all(page)
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
                _close(page)
                print(f"{path.stem}: done", file=sys.stderr, flush=True)
    yield figure("explore_controls", len(medians) + still, "controls")
    yield figure("explore_still_controls", still, "controls")
    yield figure("explore_redraw_ms_median", statistics.median(medians), "ms", 100)
    yield figure("explore_redraw_ms", max(medians), "ms", 200)


def _close(page):
    """None; closes a lesson's page and ends its kernel."""
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.close()


def _up_to_the_last_figure(book, *, all_cells):
    """A lesson's notebook without what comes after its last live figure and, unless `all_cells`, without the code that
    no figure needs: both take time and move no control.
    """
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    code = code[: max(place for place, cell in enumerate(code) if "explore(" in cell.source) + 1]
    places = range(len(code)) if all_cells else needed_for_figures([cell.source for cell in code])
    shorter = copy.deepcopy(book)
    shorter.cells = [copy.deepcopy(code[place]) for place in places]
    return shorter


def needed_for_figures(sources: list[str]) -> list[int]:
    """Which cells a lesson's live figures need, as places: the figures themselves, imports, and each cell that makes or
    changes what one of these reads.

    sources : of all code cells, in order. A cell that is no plain Python counts as needed.
    """
    cells = [_statements(source) for source in sources]
    imported = {name for cell in cells for statement in cell or () for name in _imported(statement)}
    needed: set[str] = set()
    kept = []
    for place in reversed(range(len(cells))):
        cell = cells[place]
        if cell is None:
            kept.append(place)
            continue
        changed = set().union(*(made | reached for made, reached, _ in map(_names, cell)))
        if "explore(" in sources[place] or any(map(_imported, cell)) or changed & needed - imported:
            kept.append(place)
            for statement in reversed(cell):
                made, _, read = _names(statement)
                needed = needed - made | read if isinstance(statement, ast.Assign) else needed | read
    return kept[::-1]


def _statements(source):
    """The statements of a cell; None where it is no plain Python."""
    try:
        return ast.parse(source).body
    except SyntaxError:
        return None


def _imported(statement):
    """The names that an import makes; of `from privlab.lab import *` those of the lab."""
    if not isinstance(statement, ast.Import | ast.ImportFrom):
        return set()
    names = {(each.asname or each.name).split(".")[0] for each in statement.names}
    return names | set(lab.__all__) if "*" in names else names


def _names(statement):
    """The names that a statement makes, those whose value it may change, and those that it reads: three sets."""
    nodes = list(ast.walk(statement))
    inner = {node.arg for node in nodes if isinstance(node, ast.arg)}
    for node in nodes:
        if isinstance(node, ast.comprehension):
            inner |= {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}
    names = [node for node in nodes if isinstance(node, ast.Name) and node.id not in inner]
    made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    made |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    if isinstance(statement, ast.AugAssign):
        read |= made
    targets = [node for node in nodes if isinstance(node, ast.Attribute | ast.Subscript)]
    changed = {
        each.id
        for node in targets
        if isinstance(node.ctx, ast.Store)
        for each in ast.walk(node.value)
        if isinstance(each, ast.Name)
    }
    if isinstance(statement, ast.Expr):  # a call for what it does: `model.fit(letters)`, `train(model)`
        changed |= read
    return made, changed, read
