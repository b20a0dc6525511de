"""Makes `pytest --nbval` mean the same everywhere: the drawn letters, the CPU, no progress bars, an empty progress
file.
"""

import os
import pathlib
import tempfile

import pytest

_folders = []


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    if config.getoption("numprocesses", default=None):  # several processes of many threads wait for each other
        os.environ.setdefault("OMP_NUM_THREADS", "1")
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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With `-n 2` the cells of a notebook, which share a kernel, stay together and in order, as do a file's tests."""
    from xdist.scheduler import LoadFileScheduling

    class OneFileOneWorker(LoadFileScheduling):
        def _split_scope(self, nodeid):
            # a lesson's live figures take as long as a whole file of other tests and share nothing
            return nodeid if "test_live_figures.py::" in nodeid else super()._split_scope(nodeid)

    return OneFileOneWorker(config, log)


def pytest_unconfigure(config):
    while _folders:
        _folders.pop().cleanup()
