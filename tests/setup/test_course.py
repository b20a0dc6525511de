"""course.py on a small course of its own, in a folder with a space and letters beyond ASCII, as a learner starts it."""

import ast
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

fcntl = pytest.importorskip("fcntl", reason="these tests drive a course on Linux or macOS")
ROOT = Path(__file__).resolve().parents[2]
ECHO = 'import sys, trinket\nprint("handed", trinket.version, *sys.argv[1:], sep="|")\n'
QUICK = (
    "from privlab.setup import packages; packages.PATIENCE = ('--timeout', '1', '--retries', '1'); "
    "import course, sys; course.main(sys.argv[1:])"
)


WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def make_wheel(folder, name, version):
    """A wheel of a package of one line."""
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", f"version = {version!r}\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", WHEEL)
        wheel.writestr(f"{info}/RECORD", "")


class Course:
    """A course of one package in `folder`, whose packages come from `wheels` unless told otherwise."""

    def __init__(self, folder, wheels):
        self.root, self.wheels = folder / "mein Kurs für alle é", wheels
        self.stamp, self.lock = self.root / ".venv" / "course.stamp", self.root / "requirements.lock"
        (self.root / "privlab" / "setup").mkdir(parents=True)
        shutil.copy(ROOT / "course.py", self.root)
        for name in ("__init__.py", "packages.py"):
            shutil.copy(ROOT / "privlab" / "setup" / name, self.root / "privlab" / "setup")
        (self.root / "privlab" / "__init__.py").touch()
        (self.root / "privlab" / "__main__.py").write_text(ECHO, encoding="utf-8")
        self.lock.write_text("trinket==1.0\n", encoding="utf-8")
        for which in ("test", "site"):
            (self.root / f"requirements-{which}.lock").touch()
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "PYTHON"))}
        self.environment["PIP_CONFIG_FILE"] = os.devnull

    def start(self, *words, code=None, **variables):
        """A started course.py, as Popen."""
        command = [sys.executable, *(["-c", code] if code else [str(self.root / "course.py")]), *words]
        environment, folder = {**self.environment, **variables}, self.root if code else "/"
        return subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            start_new_session=True,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *words, **variables):
        """What a course.py that has ended said: exit status, standard output, standard error."""
        process = self.start(*words, **variables)
        said = process.communicate(timeout=90)
        return process.returncode, *said

    def offline(self, *words):
        """The same with the folder of wheels."""
        return self.run("--wheels", str(self.wheels), *words)


def where_is_privlab(course):
    """The path of the privlab that the course's Python imports from another folder."""
    command = [course.root / ".venv" / "bin" / "python", "-X", "utf8", "-c", "import privlab; print(privlab.__file__)"]
    return Path(subprocess.check_output(command, cwd="/", encoding="utf-8").strip())


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    folder = tmp_path_factory.mktemp("Räder und Pakete")
    for name, version in (("trinket", "1.0"), ("trinket", "2.0"), ("bauble", "3.0")):
        make_wheel(folder, name, version)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory, wheels):
    """A course that is set up, and what the set-up said."""
    course = Course(tmp_path_factory.mktemp("made"), wheels)
    return course, course.offline("--port", "9999")


@pytest.fixture
def copied(made, tmp_path, wheels):
    """A course that was set up elsewhere and moved here."""
    course = Course(tmp_path, wheels)
    shutil.copytree(made[0].root / ".venv", course.root / ".venv", symlinks=True)
    return course


@pytest.fixture
def silence():
    """The address of an index that takes every connection and never answers, and the list of connections."""
    server, taken = socket.create_server(("127.0.0.1", 0)), []

    def accept():
        while True:
            try:
                taken.append(server.accept()[0])
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/simple", taken
    server.close()


@pytest.fixture
def course_module():
    spec = importlib.util.spec_from_file_location("course_under_test", ROOT / "course.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_first_start_sets_up_and_hands_over(made):
    course, (status, output, error) = made
    assert (status, output) == (0, "handed|1.0|lab|--port|9999\n")  # standard output is left to the command
    assert re.search(r"once: nothing to download, \d+ GB on the disk", error)
    assert where_is_privlab(course) == course.root / "privlab" / "__init__.py"


def test_second_start_is_quick_and_needs_no_network(made, silence):
    course, _ = made
    address, taken = silence
    before = course.stamp.stat().st_mtime_ns
    began = time.perf_counter()
    status, output, error = course.run("doctor", PIP_INDEX_URL=address)
    assert (status, output, error) == (0, "handed|1.0|doctor\n", "")
    assert time.perf_counter() - began < 2 and not taken
    assert course.stamp.stat().st_mtime_ns == before


def test_a_moved_course_still_starts(copied):
    assert copied.run("reset", "11") == (0, "handed|1.0|reset|11\n", "")
    assert where_is_privlab(copied) == copied.root / "privlab" / "__init__.py"


def test_new_lock_is_installed_into_the_environment_that_is_there(copied, silence):
    course = copied
    (course.root / ".venv" / "kept").touch()
    course.lock.write_text("trinket==2.0\n", encoding="utf-8")
    before = course.stamp.read_text()
    status, output, error = course.run("lab", code=QUICK, PIP_INDEX_URL=silence[0])
    assert status == 1 and "check the network" in error and not output
    assert course.stamp.read_text() == before  # without a network the old one is left as it was
    status, output, error = course.offline("lab")
    assert (status, output) == (0, "handed|2.0|lab\n") and "up to date" in error
    assert (course.root / ".venv" / "kept").exists()


def test_settings_of_the_user_lead_to_no_other_packages(copied, tmp_path):
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "trinket.py").write_text("version = 'foreign'\n")
    copied.lock.write_text("trinket==2.0\n", encoding="utf-8")
    foreign = {"PYTHONPATH": str(tmp_path / "foreign"), "PIP_USER": "1", "PIP_TARGET": str(tmp_path / "target")}
    status, output, error = copied.run("--wheels", str(copied.wheels), "doctor", **foreign)
    assert (status, output) == (0, "handed|2.0|doctor\n"), error
    assert not (tmp_path / "target").exists()


def test_tests_install_what_they_need_on_top(copied):
    (copied.root / "requirements-test.lock").write_text("bauble==3.0\n", encoding="utf-8")
    assert copied.offline("doctor") == (0, "handed|1.0|doctor\n", "")
    assert copied.offline("test", "-k", "shares")[:2] == (0, "handed|1.0|test|-k|shares\n")
    assert list((copied.root / ".venv").rglob("bauble.py"))
    assert copied.run("benchmarks", "x")[::2] == copied.run("doctor")[::2] == (0, "")  # both locks are noted


def test_killed_in_the_middle_is_repaired_by_the_next_call(copied, silence):
    course, (address, taken) = copied, silence
    course.lock.write_text("trinket==2.0\n", encoding="utf-8")
    process = course.start(PIP_INDEX_URL=address)
    end = time.time() + 60
    while not taken and time.time() < end:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)  # its pip lives on for a while, and keeps the next call waiting
    assert taken and (course.root / ".venv").exists() and not course.stamp.exists()
    (course.root / ".venv" / "half made").touch()
    repairing = course.start("--wheels", str(course.wheels))
    assert "waiting for it" in repairing.stderr.readline()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    output, _ = repairing.communicate(timeout=90)
    assert output == "handed|2.0|lab\n" and not (course.root / ".venv" / "half made").exists()


def test_an_environment_whose_python_has_gone_counts_as_half_made(copied, course_module, monkeypatch):
    monkeypatch.setattr(course_module, "STAMP", copied.stamp)
    monkeypatch.setattr(course_module, "PYTHON", copied.root / ".venv" / "bin" / "python")
    assert course_module.stamped()
    course_module.PYTHON.unlink()
    course_module.PYTHON.symlink_to("/no/such/python")
    assert course_module.stamped() == []


def test_two_at_once_wait_for_a_third_and_set_up_one_environment(tmp_path, wheels):
    course = Course(tmp_path, wheels)
    with open(course.root / ".course.lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        both = [course.start("--wheels", str(wheels), "doctor") for _ in range(2)]
        assert all("waiting for it" in process.stderr.readline() for process in both)
        assert not (course.root / ".venv").exists()
    said = [process.communicate(timeout=90) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert [output for output, _ in said] == ["handed|1.0|doctor\n"] * 2
    assert sorted(error.count("Setting up the course") for _, error in said) == [0, 1]


def test_a_network_that_swallows_everything_ends_in_a_sentence(copied, silence):
    course, (address, taken) = copied, silence
    course.lock.write_text("torch==2.13.0\ntrinket==1.0\n", encoding="utf-8")
    code = QUICK.replace("import course", f"packages.CPU_INDEX = packages.CUDA_INDEX = {address!r}; import course")
    status, output, error = course.run("lab", code=code, PIP_INDEX_URL=address)
    assert status == 1 and not output and len(taken) >= 2  # PyTorch's index, then pip's
    assert error.splitlines()[-1].startswith("The packages could not be downloaded: check the network")


def test_a_folder_that_lacks_a_package_is_told_of(copied, tmp_path):
    course = copied
    course.lock.write_text("trinket==1.0\nbauble==3.1\n", encoding="utf-8")
    status, _, error = course.offline()
    assert status == 1 and "bauble==3.1" in error.splitlines()[-1] and "lacks a package" in error
    assert "There is no folder" in course.run("--wheels", str(tmp_path / "none"))[2]


def test_what_this_machine_has_no_build_of_is_left_out(copied):
    course = copied
    course.lock.write_text("openmined-psi==2.0.6\ntenseal==0.3.18\ntrinket==1.0\n", encoding="utf-8")
    status, output, error = course.offline()
    assert (status, output) == (0, "handed|1.0|lab\n")
    assert "openmined-psi has no build for this machine" in error and "tenseal has no build" in error


def test_unknown_command_and_help_make_no_environment(tmp_path, wheels):
    course = Course(tmp_path, wheels)
    status, _, error = course.run("tests")
    assert status == 1 and "There is no command 'tests'" in error
    assert "--wheels FOLDER" in course.run("--help")[1]
    assert not (course.root / ".venv").exists()


def test_another_python_is_told_in_one_sentence(tmp_path, wheels):
    course = Course(tmp_path, wheels)
    for version in ("(3, 8, 10, 'final', 0)", "(3, 15, 0, 'final', 0)"):
        code = f"import sys; sys.version_info = {version}; import course; course.main([])"
        status, _, error = course.run(code=code)
        assert status == 1 and len(error.splitlines()) == 1 and "3.11, 3.12, 3.13 or 3.14" in error
    assert not (course.root / ".venv").exists()


def test_an_older_python_can_read_course_py():
    source = (ROOT / "course.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    with pytest.raises(SyntaxError):
        ast.parse("if (a := 1): pass", feature_version=(3, 7))  # the control: it does tell
    imported = {
        word
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for word in ([node.module] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names])
    }
    assert {word.split(".")[0] for word in imported} - {"privlab"} <= sys.stdlib_module_names


def test_obstacles_each_have_a_sentence(course_module, monkeypatch):
    assert course_module.obstacle() is None
    with monkeypatch.context() as patch:
        patch.setattr(course_module.importlib.util, "find_spec", lambda name: None)
        assert "python3-venv" in course_module.obstacle()
    with monkeypatch.context() as patch:
        patch.setattr(course_module.platform, "system", lambda: "Darwin")
        patch.setattr(course_module.platform, "machine", lambda: "x86_64")
        assert "Intel Mac" in course_module.obstacle()
        patch.setattr(course_module.platform, "machine", lambda: "arm64")
        assert course_module.obstacle() is None
    monkeypatch.setattr(course_module, "WINDOWS", True)
    monkeypatch.setattr(course_module.os, "pathsep", ";")
    monkeypatch.setattr(course_module, "ROOT", Path("C:/" + "x" * 80))
    assert "too long a path for Windows" in course_module.obstacle()
    monkeypatch.setattr(course_module, "ROOT", Path("C:/course"))
    assert course_module.obstacle() is None


def test_where_to_get_a_python_that_fits(course_module, monkeypatch):
    there = {"python3.12": "/usr/bin/python3.12"}
    monkeypatch.setattr(course_module.shutil, "which", there.get)
    assert course_module.other_python() == "type `python3.12 course.py`, which is here"
    there = {"uv": "/usr/bin/uv"}
    monkeypatch.setattr(course_module.shutil, "which", there.get)
    assert "`uv run --no-project --python 3.13 course.py`" in course_module.other_python()
    monkeypatch.setattr(course_module.shutil, "which", {}.get)
    assert "python.org" in course_module.other_python() and "pip install uv" in course_module.other_python()


def test_a_path_that_no_environment_can_have_is_told_of(course_module, monkeypatch):
    monkeypatch.setattr(course_module, "ROOT", Path(f"/kurs{os.pathsep}eins"))
    assert "rename the folder" in course_module.obstacle()


def test_a_disk_that_starts_no_program_is_told_of(course_module, monkeypatch, tmp_path):
    (tmp_path / "python").touch()
    monkeypatch.setattr(course_module, "PYTHON", tmp_path / "python")
    with pytest.raises(SystemExit, match=r"cannot be started \(Permission denied\): move the course"):
        course_module.hand_over(["lab"])


def test_no_space_is_told_before_anything_is_made(course_module, monkeypatch, tmp_path):
    monkeypatch.setattr(course_module, "ENV", tmp_path / ".venv")
    monkeypatch.setattr(course_module, "STAMP", tmp_path / ".venv" / "course.stamp")
    monkeypatch.setattr(course_module.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 10**9))
    with pytest.raises(SystemExit, match="needs 2 GB on this disk: free some space"):
        course_module.set_up(course_module.LOCKS[:1], wheels=str(tmp_path))
    assert not list(tmp_path.iterdir())


def test_the_longest_path_is_as_long_as_course_py_thinks(course_module):
    site = Path(importlib.util.find_spec("numpy").origin).parents[1]
    longest = max(
        len(os.path.relpath(Path(folder, name), site))
        for folder, _, names in os.walk(site)
        for name in names
        if not name.endswith(".pyc")
    )
    on_windows = len(r"\.venv\Lib\site-packages" + "\\") + longest
    assert course_module.LONGEST_ROOT + on_windows < 260
