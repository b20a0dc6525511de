"""What is tried behind the last cell of a learner's notebook, in the kernel in which nbval has run it, so that it costs
seconds.

Its live figures, moved to both ends. And a learner's order: after Run All, each exercise is answered and checked and
the cell below run again, and then every quick cell once more that draws nothing and checks nothing.
"""

import functools
import os
import re
import time
from queue import Empty

import nbformat
import pytest

QUICK = 0.5  # seconds: a cell that took longer is not run again
BELOW = 2, 3.0  # how many cells a learner runs after answering, the check and what uses the answer; seconds, as above
DRAWS = re.compile(r"\brng\b")  # what is drawn anew would not fit to what a slow cell made of it
SECONDS = 120
GONE = "start it anew"  # how the one sentence ends that a cell may answer with: what it used was stopped further below
MOVE_TO_BOTH_ENDS = """
def move_to_both_ends():  # its names are not the lesson's
    import gc
    from privlab.lab.live_figures import Explorer, outside

    def ends(control):
        return control.options if hasattr(control, "options") else (control.min, control.max)

    live = [each for each in gc.get_objects() if type(each) is Explorer]
    for each in live:
        assert not outside(each.figure), f"outside the figure: {outside(each.figure)}"
        shipped = {name: control.value for name, control in each.controls.items()}
        for name, control in each.controls.items():
            for value in ends(control):
                control.value = value
                line, picture = each.line, each.image.value
                for axes in each.figure.axes:
                    axes.clear()
                each.render()
                assert each.line == line and each.line.strip(), f"{name} = {value}: {line!r}, then {each.line!r}"
                assert not outside(each.figure), f"{name} = {value}: outside the figure: {outside(each.figure)}"
                assert each.image.value == picture, f"{name} = {value}: something of the last drawing stayed"
            control.value = shipped[name]
    return len(live)

move_to_both_ends()
"""


def items_of(notebook, cells):
    """The items to add behind nbval's own `cells` of a notebook's file."""
    more = []
    if live_figures(notebook.nb):
        more.append(LiveFigures.from_parent(notebook, name="live figures"))
    if (twin := notebook.path.parent / "solved" / notebook.path.name).is_file():
        more += second_runs(notebook, nbformat.read(twin, 4).cells, cells)
    return more


class LiveFigures(pytest.Item):
    """Every live figure of a lesson, its controls moved to both ends, in the kernel that ran the cells of the lesson:
    nothing raises, nothing old stays in sight, and every text lies inside its figure.
    """

    def runtest(self):
        moved, error = execute(self.parent.kernel.kc, MOVE_TO_BOTH_ENDS)
        if error:
            pytest.fail(error, pytrace=False)
        asked_for = live_figures(self.parent.nb)
        assert moved == str(asked_for), f"{asked_for} live figures are in the lesson, moved: {moved}"


def live_figures(book):
    """How many live figures a notebook shows."""
    return sum("explore(" in cell.source for cell in book.cells if cell.cell_type == "code")


class SecondRun(pytest.Item):
    """Some cells of a notebook, run again.

    cells : a function that gives them when nbval's own have run: pairs of (source, whether it is a check that must
        answer ✓).
    """

    def __init__(self, *, cells, **more):
        super().__init__(**more)
        self.cells = cells
        self.add_marker(pytest.mark.slow)

    def runtest(self):
        kernel = self.parent.kernel
        if not kernel.is_alive():
            raise RuntimeError("The kernel was gone before the cells could be run again.")
        own = os.environ["PRIVLAB_PROGRESS"] + ".second_run"  # what is answered here is nobody's progress
        execute(kernel.kc, f'__import__("os").environ["PRIVLAB_PROGRESS"] = {own!r}')
        for source, right in self.cells():
            said, error = execute(kernel.kc, source)
            assert not error or error.endswith(GONE), f"a learner who runs this cell again reads {error}\n\n{source}"
            assert not right or said.startswith("✓"), f"after the solution the check says {said}\n\n{source}"

    def reportinfo(self):
        return self.path, 0, f"{self.parent.name}: {self.name}"

    def repr_failure(self, excinfo, style=None):
        return str(excinfo.value) if excinfo.errisinstance(AssertionError) else super().repr_failure(excinfo, style)


def execute(client, source, seconds=SECONDS):
    """What the last of a cell's results says, as plain text, and its error, a sentence; each "" when there is none.

    client : of jupyter_client, of the kernel that runs the cell.
    """
    message, said, error = client.execute(source, allow_stdin=False), "", ""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            answer = client.get_iopub_msg(timeout=1)
        except Empty:
            continue
        kind, content = answer["msg_type"], answer["content"]
        if answer["parent_header"].get("msg_id") != message:
            continue
        if kind in ("execute_result", "display_data"):
            said = content["data"].get("text/plain", "")
        elif kind == "error":
            error = f"{content['ename']}: {content['evalue']}"
        elif kind == "status" and content["execution_state"] == "idle":
            return said, error
    return said, f"no end within {seconds} s"


def second_runs(notebook, solved, cells):
    """The items to add below nbval's own of a learner's notebook.

    notebook : nbval's file. solved : the cells of the solved twin. cells : nbval's items, which note their `seconds`.
    """
    answers = {cell["id"]: cell.source for cell in solved}
    exercises = {cell: cell.cell.metadata["exercise"] for cell in cells if cell.cell.metadata.get("exercise")}
    check = tuple(f'check("{id}", {id.split(".")[1]})' for id in exercises.values())

    def below(place):
        yield answers[cells[place].cell["id"]], False
        for cell in cells[place + 1 : place + 1 + BELOW[0]]:
            if getattr(cell, "seconds", BELOW[1]) < BELOW[1] and cell not in exercises:
                yield cell.cell.source, cell.cell.source.startswith(check)

    def again():
        for cell in cells:
            source = cell.cell.source
            if cell in exercises or source.startswith(check) or DRAWS.search(source):
                continue
            if getattr(cell, "seconds", QUICK) < QUICK:
                yield source, False

    for cell, id in exercises.items():
        chosen = functools.partial(below, cells.index(cell))
        yield SecondRun.from_parent(notebook, name=f"answered {id}", cells=chosen)
    yield SecondRun.from_parent(notebook, name="run again", cells=again)
