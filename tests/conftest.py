"""Fixtures that tests of several rooms share. A module asks for one with `pytestmark = pytest.mark.usefixtures("cpu")`."""

import pytest


@pytest.fixture
def cpu(monkeypatch):
    """Everything on the CPU, whatever the machine has."""
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")


@pytest.fixture
def one_thread():
    """Torch on one thread: small networks on several wait for each other."""
    from privlab.device import one_thread

    with one_thread():
        yield
