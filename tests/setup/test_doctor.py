"""The doctor: what it says of this machine, and of machines on which something is missing or broken."""

import os
import platform
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from privlab.lab.lessons import LESSONS, lesson
from privlab.setup import doctor

ROOT = Path(__file__).resolve().parents[2]
BROKEN = "raise ImportError('libfoo.so.1: cannot open shared object file')\n"


@pytest.fixture
def quick(monkeypatch):
    """The doctor with torch alone to look at, and nothing to start but Python itself."""
    monkeypatch.setattr(doctor, "LESSONS", [lesson("41")])
    monkeypatch.setattr(doctor, "STARTED", {})
    monkeypatch.setattr(doctor, "JUPYTER", "pass")
    monkeypatch.setattr(doctor, "TORCH", "pass")
    monkeypatch.setenv("PRIVLAB_DATA", "drawn")


@pytest.mark.slow
def test_everything_is_imported_and_started_on_a_machine_that_passes_the_suite(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRIVLAB_")}
    environment = {**kept, "PRIVLAB_DATA": "drawn", "PRIVLAB_DEVICE": "cpu", "PRIVLAB_WORKBOOK": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "privlab", "doctor"], cwd=ROOT, encoding="utf-8", env=environment, capture_output=True
    )
    lines = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:8]] == [
        *("Python", "torch", "memory", "letters", "workbook"),
        *("PRIVLAB_DATA", "PRIVLAB_WORKBOOK", "PRIVLAB_DEVICE"),
    ]
    assert lines[1].endswith("on the CPU") and "drawn letters, in " in lines[3] and str(tmp_path) in lines[4]
    assert [line.partition(": ")[2] for line in lines[8:]] == ["can run"] * len(LESSONS) + ["can be started"], lines
    assert done.returncode == 0 and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "code, reason",
    [
        (BROKEN, "ImportError: libfoo.so.1: cannot open shared object file"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "it ended its process (SIGKILL)"),
        ("import sys\nsys.exit(3)", "status 3"),
    ],
)
def test_a_package_that_is_there_and_broken_is_a_line_and_no_traceback(
    quick, monkeypatch, tmp_path, code, reason, capsys
):
    (tmp_path / "torch.py").write_text(code, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(doctor, "environment", lambda **more: {**os.environ, **more})
    assert doctor.main([]) == 1
    said = capsys.readouterr().out
    assert f"lesson 41 Was your letter in the training set?: cannot run, torch cannot be imported: {reason}" in said
    assert "Traceback" not in said and f"PYTHONPATH: {tmp_path}: unset it" in said


@pytest.mark.parametrize(
    "slow, told",
    [
        ("import torch", "torch: 1.0, cannot be imported: it has not answered within 120 s"),
        ("its device", "torch: 1.0, which device it uses cannot be told: it has not answered within 120 s"),
    ],
)
def test_the_line_of_torch_and_those_of_lessons_say_the_same_when_it_is_slow(quick, monkeypatch, capsys, slow, told):
    answers = {slow: ("it has not answered within 120 s", "")}
    monkeypatch.setattr(doctor, "TORCH", "its device")
    monkeypatch.setattr(doctor, "version", lambda name: "1.0")
    monkeypatch.setattr(doctor, "tried", lambda code: answers.get(code, ("", "")))
    doctor.main([])
    lines = capsys.readouterr().out.splitlines()
    lesson_s = next(line for line in lines if line.startswith("lesson 41"))
    assert told in lines and ("torch cannot be imported: it has not" in lesson_s) == (slow == "import torch")


def test_what_cannot_be_started_is_a_reason(quick, monkeypatch, capsys):
    monkeypatch.setattr(doctor, "STARTED", {"41": ("the attacker", "raise TimeoutError('no answer within 1 s')")})
    monkeypatch.setattr(doctor, "JUPYTER", "import nothing_of_that_name")
    monkeypatch.setattr(doctor, "missing", lambda lesson: [])
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    assert doctor.main([]) == 1
    *_, told, lab = capsys.readouterr().out.splitlines()
    assert told.endswith("cannot run, the attacker cannot be started: TimeoutError: no answer within 1 s")
    assert lab == "JupyterLab: cannot be started: ModuleNotFoundError: No module named 'nothing_of_that_name'"


@pytest.mark.slow
def test_what_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(doctor, "SECONDS", 0.2)
    assert doctor.tried("import time\ntime.sleep(60)") == ("it has not answered within 0.2 s", "")


def test_a_line_that_cannot_be_told_is_still_a_line(quick, monkeypatch):
    def memory_line():
        raise PermissionError("/proc/meminfo")

    monkeypatch.setattr(doctor, "memory_line", memory_line)
    assert "memory: cannot be told (PermissionError: /proc/meminfo)" in doctor.lines()


def test_a_container_s_memory_is_what_it_may_take(monkeypatch, tmp_path):
    (tmp_path / "max").write_text("2000000000\n")
    monkeypatch.setattr(doctor, "LIMITS", (tmp_path / "max", tmp_path / "none"))
    assert doctor.memory_line().startswith("memory: 2.0 GB, ")
    (tmp_path / "max").write_text("max\n")
    assert not doctor.memory_line().startswith("memory: 2.0 GB, ")


def test_what_is_missing_for_a_lesson_and_why(monkeypatch):
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    line = doctor.lesson_line(lesson("32"))
    assert "cannot run, tenseal is missing (made for Linux, Windows and Macs with Apple silicon only)" in line
    assert "opendp is missing (`python3 course.py` installs it)" in doctor.lesson_line(lesson("21"))


@pytest.mark.slow
def test_what_has_no_wheel_everywhere_is_known_by_the_name_it_is_imported_by():
    found = map(packages_distributions().get, doctor.ONLY)
    packages = {name.replace("_", "-") for names in found for name in names or []}
    assert packages <= {"tenseal", "openmined-psi"}
    if sys.platform == "linux" and platform.machine() == "x86_64" and sys.version_info < (3, 14):
        assert packages == {"tenseal", "openmined-psi"}


def test_data_and_a_workbook_that_are_not_as_they_should_be_are_told_of(monkeypatch, tmp_path):
    monkeypatch.setenv("PRIVLAB_DATA", str(tmp_path))
    assert "there is no emnist_letters.npz" in doctor.report()
    monkeypatch.setenv("PRIVLAB_WORKBOOK", str(tmp_path / "mine" / "book"))
    assert doctor.workbook_line().startswith(f"workbook: {tmp_path / 'mine' / 'book'}, ")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert doctor.workbook_line().endswith("cannot be written: let PRIVLAB_WORKBOOK name a folder that can")
