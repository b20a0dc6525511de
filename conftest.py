"""Makes `pytest --nbval` mean the same everywhere: the drawn letters, the CPU, no progress bars, an empty progress
file.
"""

import importlib.util
import os
import pathlib
import tempfile
import time

import pytest

_folders = []

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

print(move_to_both_ends())
del move_to_both_ends
"""


class LiveFigures(pytest.Item):
    """Every live figure of a lesson, its controls moved to both ends, in the kernel that ran the cells of the lesson:
    nothing raises, nothing old stays in sight, and every text lies inside its figure.
    """

    def runtest(self):
        kernel = self.parent.kernel
        asked = kernel.execute_cell_input(MOVE_TO_BOTH_ENDS)
        printed = ""
        while True:
            message = kernel.get_message("iopub", timeout=300)
            if message["parent_header"].get("msg_id") != asked:
                continue
            said = message["content"]
            if message["msg_type"] == "stream" and said["name"] == "stdout":
                printed += said["text"]
            elif message["msg_type"] == "error":
                pytest.fail(f"{said['ename']}: {said['evalue']}", pytrace=False)
            elif said.get("execution_state") == "idle":
                break
        kernel.await_reply(asked, timeout=5)
        asked_for = live_figures(self.parent.nb)
        assert printed.split() == [str(asked_for)], f"{asked_for} live figures are in the lesson, moved: {printed}"


def live_figures(book):
    """How many live figures a notebook shows."""
    return sum("explore(" in cell.source for cell in book.cells if cell.cell_type == "code")


def pytest_collection_modifyitems(config, items):
    """Puts behind the last cell of each learner's notebook that is run to be compared a test of its live figures, and
    the same cells in a learner's order.
    """
    if not config.getoption("nbval", default=False):
        return
    last = {item.parent: place for place, item in enumerate(items) if item.path.parent.name == "notebooks"}
    for notebook, place in sorted(last.items(), key=lambda pair: -pair[1]):
        own, more = [item for item in items if item.parent is notebook], []
        if len(own) < sum(cell.cell_type == "code" for cell in notebook.nb.cells):
            continue  # only some of them are run
        if live_figures(notebook.nb):
            more.append(LiveFigures.from_parent(notebook, name="live figures"))
        if (twin := notebook.path.parent / "solved" / notebook.path.name).is_file():
            more += in_a_learners_order(notebook, twin, own)
        items[place + 1 : place + 1] = more


def in_a_learners_order(notebook, twin, own):
    """The items that run the cells of a notebook again; what an exercise asks stands in its solved twin."""
    from nbformat import read

    code = pathlib.Path(__file__).parent / "tests" / "lessons" / "second_run.py"
    spec = importlib.util.spec_from_file_location("second_run", code)
    second_run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(second_run)
    return second_run.second_runs(notebook, read(twin, 4).cells, own)


def pytest_addoption(parser):
    if importlib.util.find_spec("nbval") is None:  # on a machine that was lent for its GPU: pyproject.toml names these
        parser.addoption("--nbval-current-env", action="store_true")
        parser.addoption("--nbval-cell-timeout", type=int)


def pytest_ignore_collect(collection_path, config):
    """`pytest -m gpu` reads only files that have such tests: others may need packages that are not there."""
    if config.getoption("markexpr") == "gpu" and collection_path.is_file():
        return "mark.gpu" not in collection_path.read_text(encoding="utf-8") or None
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    if config.getoption("numprocesses", default=None):  # several processes of many threads wait for each other
        os.environ.setdefault("OMP_NUM_THREADS", "1")
    if config.getoption("markexpr", default="") == "gpu":  # its letters are made up
        return
    from privlab.data import DataError, render
    from privlab.processes import LOOPBACK
    from privlab.settings import setting

    for name in ("no_proxy", "NO_PROXY"):  # servers of this machine are asked without a proxy
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), LOOPBACK)))
    if not os.access(os.path.expanduser("~"), os.W_OK):  # matplotlib would say so, in the output of a cell
        _folders.append(tempfile.TemporaryDirectory())
        os.environ["MPLCONFIGDIR"] = _folders[-1].name
        import matplotlib.font_manager  # noqa: F401  its list of fonts is made here once, and not told of in a cell
    try:
        render()  # tests run notebooks too, and public letters are drawn ones beside real letters as well
    except DataError as error:
        raise pytest.UsageError(str(error)) from error
    lax = config.getoption("nbval_lax", default=False)
    if not (lax or config.getoption("nbval", default=False)):
        return
    named = setting("PRIVLAB_DATA")
    real = lax and named and named != "drawn"
    os.environ["PRIVLAB_DATA"] = str(pathlib.Path(named).expanduser().resolve()) if real else "drawn"
    os.environ.update(PRIVLAB_DEVICE="cpu", TQDM_DISABLE="1")
    _folders.append(tempfile.TemporaryDirectory())
    os.environ["PRIVLAB_PROGRESS"] = str(pathlib.Path(_folders[-1].name, "progress.json"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    """Notes the seconds of each item."""
    began = time.monotonic()
    yield
    item.seconds = time.monotonic() - began


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With `-n 2` the cells of a notebook, which share a kernel, stay together and in order, as do a file's tests."""
    from xdist.scheduler import LoadFileScheduling

    return LoadFileScheduling(config, log)


def pytest_unconfigure(config):
    while _folders:
        _folders.pop().cleanup()
