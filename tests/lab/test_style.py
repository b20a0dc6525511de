"""How figures look, whatever style a reader has chosen for his own."""

import os
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_a_reader_s_own_style_does_not_reach_the_figures(tmp_path):
    (tmp_path / "matplotlibrc").write_text(
        "axes.facecolor: black\ntext.color: white\nfont.size: 30\n", encoding="utf-8"
    )
    code = (
        "import matplotlib as m; print(m.rcParams['text.color']); import privlab.lab.style; "
        "print(m.rcParams['axes.facecolor'], m.rcParams['text.color'], m.rcParams['font.size'])"
    )
    environment = {**os.environ, "MATPLOTLIBRC": str(tmp_path / "matplotlibrc")}
    said = subprocess.check_output([sys.executable, "-c", code], env=environment, encoding="utf-8")
    assert said.split() == ["white", "white", "black", "12.0"]
