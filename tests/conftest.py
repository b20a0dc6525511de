"""Fixtures that several rooms share. A module asks for one with `pytestmark = pytest.mark.usefixtures("cpu")`."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest


@pytest.fixture(scope="session", autouse=True)
def own_progress(tmp_path_factory):
    """What tests try is not noted in the workbook of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRIVLAB_PROGRESS", str(tmp_path_factory.mktemp("progress") / "progress.json"))
        yield


@pytest.fixture(scope="module")
def browser():
    """A browser without a window; tests that ask for it are left out where there is none."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
    live = pytest.importorskip("live", reason="playwright is not installed")
    with live.chromium() as started:
        if started is None:
            pytest.skip("no Chromium, Chrome or Edge here")
        yield started


@pytest.fixture
def cpu(monkeypatch):
    """Everything on the CPU, whatever the machine has."""
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")


@pytest.fixture(scope="session")
def letters():
    """Two made-up pictures of each letter."""
    from tests.fl.made_up_letters import strokes

    return SimpleNamespace(images=np.array([strokes(seed) for seed in range(52)]), labels=np.arange(52) % 26)


@pytest.fixture
def one_thread():
    """Torch on one thread: small networks on several wait for each other."""
    from privlab.device import one_thread

    with one_thread():
        yield


@pytest.fixture(scope="session")
def easy_letters():
    """Pictures of 26 kinds that a network can learn in a second: (pixels float32 [n, 196], labels, test)."""
    import numpy as np

    rng = np.random.default_rng(0)
    kinds = rng.normal(size=(26, 196))

    def some(count):
        labels = rng.integers(26, size=count)
        return (kinds[labels] + 2.2 * rng.normal(size=(count, 196))).astype(np.float32), labels

    return *some(12_000), some(1_500)
