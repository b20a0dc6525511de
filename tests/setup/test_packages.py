"""The locks, and how the packages in them are brought into an environment."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from privlab.setup import packages

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [ROOT / f"requirements{which}.lock" for which in ("", "-test", "-site")]
RECORD = json.loads((ROOT / "tests" / "wheels.json").read_text(encoding="utf-8"))
MACHINES = {
    "Linux x86_64": ("linux", "posix", "Linux", "x86_64"),
    "Linux aarch64": ("linux", "posix", "Linux", "aarch64"),
    "macOS arm64": ("darwin", "posix", "Darwin", "arm64"),
    "Windows x86_64": ("win32", "nt", "Windows", "AMD64"),
}


def requirements():
    """Every requirement of the locks."""
    return [Requirement(line) for lock in LOCKS for line in lock.read_text(encoding="utf-8").splitlines()]


def without_wheel(requirement):
    """The machines on which a requirement's marker asks for it, and there is no wheel."""
    found = []
    for machine in RECORD["without"].get(f"{requirement.name}{requirement.specifier}", []):
        name, python = machine.rsplit(" ", 1)
        marked = dict(zip(("sys_platform", "os_name", "platform_system", "platform_machine"), MACHINES[name]))
        marked.update(
            python_version=python,
            python_full_version=f"{python}.9",
            implementation_name="cpython",
            platform_python_implementation="CPython",
        )
        if requirement.marker is None or requirement.marker.evaluate(marked):
            found.append(machine)
    return found


def test_every_pin_has_a_wheel_wherever_its_marker_asks_for_it():
    assert sorted({f"{each.name}{each.specifier}" for each in requirements()}) == RECORD["pins"]  # else: tools/lock.py
    assert {str(each): without_wheel(each) for each in requirements() if without_wheel(each)} == {}


def test_a_pin_that_lost_its_marker_is_found():
    (psi,) = [each for each in requirements() if each.name == "openmined-psi"]
    psi.marker = None
    assert "Windows x86_64 3.12" in without_wheel(psi) and "Linux aarch64 3.11" in without_wheel(psi)


def test_locks_pin_exactly_and_name_no_cuda_package_and_no_index():
    for each in requirements():
        assert re.fullmatch(r"==[\w.!+]+", str(each.specifier)), each
        assert not re.match(r"(nvidia|cuda|triton)", each.name), each
        assert each.url is None, each  # and Requirement takes no option such as --index-url
    assert packages.pinned("torch", LOCKS) == "torch==2.13.0"


@pytest.fixture
def asked(monkeypatch):
    """The commands that would be run; the answers come from the list `asked.answers`, then all succeed."""

    class Asked(list):
        answers = []

    found = Asked()

    def said_by(python, *command):
        found.append(command)
        return found.answers.pop(0) if found.answers else None

    monkeypatch.setattr(packages, "said_by", said_by)
    monkeypatch.setattr(packages, "uv_may", lambda python: True)
    return found


def test_torch_without_a_gpu_comes_from_the_cpu_index_without_retries_then_from_pip(asked):
    asked.answers = ["no network"]
    assert packages.install_torch("python", "torch==2.13.0", LOCKS[0], nvidia=False) is None
    first, second = asked
    assert first[first.index("--index-url") + 1] == packages.CPU_INDEX and first[-1] == "torch==2.13.0"
    assert first[len(first) - first[::-1].index("--retries")] == "0"  # the last one counts
    assert "--index-url" not in second and second[-3:] == ("--constraint", str(LOCKS[0]), "torch==2.13.0")
    assert all(command[command.index("--timeout") + 1] == "10" for command in asked)


def test_torch_with_a_gpu(asked, monkeypatch):
    packages.install_torch("python", "torch==2.13.0", LOCKS[0], nvidia=True)
    assert len(asked) == 1 and "--index-url" not in asked[0]  # Linux: PyPI's own is for CUDA
    monkeypatch.setattr(os, "name", "nt")
    packages.install_torch("python", "torch==2.13.0", LOCKS[0], nvidia=True)
    assert packages.CUDA_INDEX in asked[1]


def test_uv_is_tried_and_pip_takes_over(asked):
    assert packages.install("python", LOCKS[:1], LOCKS, wheels=None, nvidia=False) is None
    assert [command[:2] for command in asked] == [("pip", "install"), ("pip", "install"), ("uv", "pip")]
    asked.clear()
    asked.answers = [None, None, "uv met a certificate it does not know"]
    assert packages.install("python", LOCKS[:1], LOCKS, wheels=None, nvidia=False) is None
    assert asked[-1][:2] == ("pip", "install") and str(LOCKS[0]) in asked[-1]
    asked.clear()
    asked.answers = [None, "uv cannot be had"]
    packages.install("python", LOCKS[:1], LOCKS, wheels=None, nvidia=False)
    assert len(asked) == 3 and not any(command[0] == "uv" for command in asked)


@pytest.mark.slow
def test_uv_is_not_used_where_pip_has_an_index_of_its_own(monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name in [name for name in os.environ if name.startswith("PIP_") and name != "PIP_CONFIG_FILE"]:
        monkeypatch.delenv(name)
    assert packages.uv_may(sys.executable)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    assert not packages.uv_may(sys.executable)


def test_no_torch_no_packages(asked):
    asked.answers = ["no network", "no network"]
    assert packages.install("python", LOCKS[:1], LOCKS, wheels=None, nvidia=False) == "no network"
    assert len(asked) == 2


@pytest.mark.parametrize(
    "said, sentence",
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full: free about 2 GB, again."),
        ("WARNING: Retrying ... ConnectTimeoutError", "could not be downloaded: check the network"),
        ("error: subprocess-exited-with-error", "mend what pip says here, again.\nerror: subprocess"),
    ],
)
def test_reasons(said, sentence):
    assert sentence in packages.reason(said, None, 2, "again.")


def test_whether_there_is_an_nvidia_gpu(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not packages.has_nvidia()
    tool = tmp_path / "nvidia-smi"
    for says, answer in (("GPU 0: some card", True), ("No devices were found", False)):
        tool.write_text(f"#!/bin/sh\necho '{says}'\n")
        tool.chmod(0o755)
        assert packages.has_nvidia() is answer


def test_the_set_up_needs_the_standard_library_only():
    code = "import sys; import privlab.setup.packages; print(*{name.split('.')[0] for name in sys.modules})"
    names = subprocess.check_output([sys.executable, "-S", "-E", "-c", code], cwd=ROOT, encoding="utf-8").split()
    assert set(names) - {"privlab", "__main__"} <= sys.stdlib_module_names
