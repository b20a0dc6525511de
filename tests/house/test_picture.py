"""The picture of the floors is drawn from the imports."""

import subprocess
import sys

import pytest

from tests.house.modules import ROOT


@pytest.mark.slow
def test_the_picture_of_the_floors_is_what_the_imports_say():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/floors.py"), "--check"], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
