"""The fork server: a stand-in's words, streams and exit status are those of the forked program."""

import os
import subprocess
import sys

import numpy as np
import pytest

from privlab.fl.flower import forkserver
from privlab.processes import Processes


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_stand_in_says_and_ends_as_its_program_does(tmp_path):
    with Processes() as processes:
        address, stand_in = processes.folder / "forkserver", tmp_path / "numpy-config"  # a program that is quick
        stand_in.write_text(forkserver.STAND_IN.format(python=sys.executable, socket=str(address), name="numpy-config"))
        stand_in.chmod(0o755)
        processes.start("forker", [sys.executable, "-P", forkserver.__file__, address, "numpy"], os.environ)
        assert processes.wait(address.exists, 20), processes.log("forker")
        for word, code, said in (("--version", 0, np.__version__), ("--nonsense", 2, "unrecognized arguments")):
            done = subprocess.run([stand_in, word], capture_output=True, text=True, timeout=60)
            assert done.returncode == code and said in done.stdout + done.stderr


def test_there_is_a_stand_in_for_each_program_of_flower(tmp_path):
    forkserver.write_stand_ins(tmp_path, tmp_path / "socket")
    assert {"flwr", "flower-superlink", "flower-supernode"} <= {path.name for path in tmp_path.iterdir()}
    assert all(os.access(path, os.X_OK) for path in tmp_path.iterdir())
