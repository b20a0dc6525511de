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


def pytest_collection_modifyitems(config, items):
    """Puts behind the last cell of each learner's notebook that is run to be compared a test of its live figures, and
    the same cells in a learner's order.
    """
    if not config.getoption("nbval", default=False):
        return
    last = {item.parent: place for place, item in enumerate(items) if item.path.parent.name == "notebooks"}
    if not last:
        return
    code = pathlib.Path(__file__).parent / "tests" / "lessons" / "behind_the_cells.py"
    spec = importlib.util.spec_from_file_location("behind_the_cells", code)
    behind_the_cells = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(behind_the_cells)
    for notebook, place in sorted(last.items(), key=lambda pair: -pair[1]):
        own = [item for item in items if item.parent is notebook]
        if len(own) == sum(cell.cell_type == "code" for cell in notebook.nb.cells):  # not where only some are run
            items[place + 1 : place + 1] = behind_the_cells.items_of(notebook, own)


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
