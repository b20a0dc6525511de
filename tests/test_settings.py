"""What a reader sets, and where the course looks for its own files and the reader's."""

import os
import re
from pathlib import Path

import pytest

from privlab import settings
from privlab.lab import progress_file

ROOT = Path(__file__).resolve().parents[1]
NAME = re.compile(r"\bPRIVLAB_[A-Z_]+")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in settings.VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("value", ["drawn", "drawn ", '"drawn"', " 'drawn' "])
def test_what_a_shell_leaves_around_a_value_is_taken_off(monkeypatch, value):
    monkeypatch.setenv("PRIVLAB_DATA", value)
    assert settings.setting("PRIVLAB_DATA") == "drawn" and settings.setting("PRIVLAB_CACHE") == ""


def test_a_folder_is_absolute_wherever_it_was_named(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    for value, path in (("~/letters", tmp_path / "home" / "letters"), ("letters", tmp_path / "letters"), (" ", None)):
        monkeypatch.setenv("PRIVLAB_DATA", value)
        assert settings.folder_setting("PRIVLAB_DATA") == path


def test_the_workbook_is_where_the_reader_may_write(monkeypatch, tmp_path):
    assert settings.checkout() == ROOT and settings.notebooks() == ROOT / "notebooks"
    assert settings.workbook() == ROOT / "workbook" and progress_file.path() == ROOT / "workbook" / ".progress.json"
    home = Path(os.path.expanduser("~")) / "privlab-workbook"
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda path, mode: False)  # a copy for all, of another user
        assert settings.workbook() == home
    with monkeypatch.context() as patch:
        patch.setattr(settings, "PACKAGE", tmp_path / "privlab")  # installed without a checkout
        assert settings.workbook() == home and settings.notebooks() == tmp_path / "privlab" / "notebooks"
        assert settings.command("data") == "`privlab data`"
    monkeypatch.setenv("PRIVLAB_WORKBOOK", str(tmp_path / "mine"))
    assert settings.workbook() == tmp_path / "mine" and progress_file.path() == tmp_path / "mine" / ".progress.json"


def test_every_variable_stands_in_the_readme_and_no_other_is_read():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    read = {
        name for path in (ROOT / "privlab").rglob("*.py") for name in NAME.findall(path.read_text(encoding="utf-8"))
    }
    assert read - {"PRIVLAB_WHEELS", "PRIVLAB_PROCESSES"} == set(settings.VARIABLES)  # those two are between processes
    assert all(f"| `{name}` |" in text for name in settings.VARIABLES)
