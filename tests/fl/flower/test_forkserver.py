"""The fork server: a stand-in's words, streams and exit status are those of the forked program."""

import os
import subprocess
import sys
import tempfile

import numpy as np
import pytest

from privlab.fl.flower import forkserver
from privlab.processes import Processes


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_stand_in_says_and_ends_as_its_program_does(tmp_path, monkeypatch):
    """From a folder with a space, and with a path of temporary files that is too long for the address of a socket."""
    long = tmp_path / ("x" * 100)
    long.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    python = tmp_path / "mein Kurs é, 'Woche 1'" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    with Processes() as processes:
        address, file = processes.folder / "forkserver", tmp_path / "numpy-config"  # a program that is quick
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", str(python))
            file.write_text(forkserver.stand_in("numpy-config", address), encoding="utf-8")
        file.chmod(0o755)
        processes.start("forker", [sys.executable, "-P", forkserver.__file__, address, "numpy"], os.environ)
        assert processes.wait(address.exists, 20), processes.log("forker")
        for word, code, said in (("--version", 0, np.__version__), ("--nonsense", 2, "unrecognized arguments")):
            done = subprocess.run([file, word], capture_output=True, text=True, timeout=60)
            assert done.returncode == code and said in done.stdout + done.stderr


def test_there_is_a_stand_in_for_each_program_of_flower(tmp_path):
    forkserver.write_stand_ins(tmp_path, tmp_path / "socket")
    assert {"flwr", "flower-superlink", "flower-supernode"} <= {path.name for path in tmp_path.iterdir()}
    assert all(os.access(path, os.X_OK) for path in tmp_path.iterdir())
