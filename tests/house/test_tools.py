"""ruff and mypy find nothing, and would find something."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = {
    "ruff check": ("ruff", "check", "--output-format", "concise"),
    "ruff format": ("ruff", "format", "--check", "--output-format", "concise"),
    "mypy": ("mypy",),
}
every_tool = pytest.mark.parametrize("tool", TOOLS)


def said_by(tool, *words):
    """Whether the tool ended with status 0, and what it printed."""
    command = [sys.executable, "-m", *TOOLS[tool], *words]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    return done.returncode == 0, done.stdout


@pytest.mark.slow
@every_tool
def test_the_tools_find_nothing(tool):
    clean, said = said_by(tool)
    assert clean, f"{' '.join(TOOLS[tool])} says:\n{said}"


@pytest.mark.slow
@every_tool
def test_the_tools_find_what_is_wrong(tool, tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import os\ndef add(one: int, other: int) -> int:\n    return f'{one}'\n", encoding="utf-8")
    words = ("--config-file", "pyproject.toml") if tool == "mypy" else ("--config", "pyproject.toml")
    clean, said = said_by(tool, *words, str(wrong))
    assert not clean and "wrong.py" in said


def test_the_cells_of_lessons_are_checked_and_not_formatted(tmp_path):
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    for name in ("pyproject.toml", "lessons/ruff.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (lessons / "11_wide.py").write_text("import os\ntable = [1,2]\n", encoding="utf-8")
    assert said_by("ruff format", str(lessons))[0]
    assert "F401" in said_by("ruff check", str(lessons))[1]
