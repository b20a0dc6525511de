"""The face of mpc: it hands on what it names, and a party's process loads no more than it needs."""

import subprocess
import sys

import pytest

from privlab import mpc


def test_every_name_is_there_and_no_other():
    assert all(getattr(mpc, name) for name in mpc.__all__)
    assert mpc.share is mpc.additive.share
    with pytest.raises(AttributeError, match="no attribute 'shares'"):
        mpc.shares  # noqa: B018


def test_the_process_of_a_party_loads_neither_numpy_nor_the_modules_it_does_not_call():
    code = "import privlab.mpc.party, sys; print(*[m for m in sys.modules if m == 'numpy' or m.startswith('privlab.')])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(loaded) <= {"privlab.mpc", "privlab.mpc.party", "privlab.processes"}
