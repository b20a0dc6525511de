"""The wheel: it holds everything, and a lesson is opened and run from it with no checkout beside."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
from pathlib import Path

import pytest

from privlab.lab.lessons import LESSONS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the empty environment borrows packages by links"),
]
ROOT = Path(__file__).resolve().parents[2]
RUN = (
    "import nbformat, sys, nbclient; book = nbformat.read(sys.argv[1], 4); "
    "nbclient.NotebookClient(book, timeout=120).execute(); print(len(book.cells))"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The path of a wheel that was built from the files of the repository alone."""
    source, folder = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheels")
    for name in ("privlab", "notebooks"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    words = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True)
    (path,) = folder.glob("privlab-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The `bin` of an environment that holds the wheel; packages and JupyterLab's files are borrowed from ours."""
    folder = tmp_path_factory.mktemp("mein Kurs é") / "env"
    venv.create(folder, symlinks=True, with_pip=False)
    scripts = Path(sysconfig.get_path("scripts", "venv", {"base": str(folder)}))
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    words = ["--python", str(scripts / "python"), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True)
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")  # less its .pth files
    (folder / "share").mkdir(exist_ok=True)
    (folder / "share" / "jupyter").symlink_to(Path(sys.prefix, "share", "jupyter"))
    return scripts


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The environment of a user who has nothing yet."""
    from privlab.data.cache_folder import cache_folder

    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PRIVLAB_", "PYTHON", "JUPYTER"))}
    return {
        **kept,
        "HOME": str(tmp_path_factory.mktemp("home")),
        "PRIVLAB_DATA": "drawn",
        "PRIVLAB_DEVICE": "cpu",
        "PRIVLAB_CACHE": str(cache_folder()),
    }


def said_by(installed, home, *words):
    """Exit status and what the command `privlab` says, from a folder that is not the course's."""
    done = subprocess.run([installed / "privlab", *words], env=home, cwd="/", capture_output=True, encoding="utf-8")
    return done.returncode, done.stdout + done.stderr


def test_it_brings_everything_that_is_no_code(wheel):
    import zipfile

    names = set(zipfile.ZipFile(wheel).namelist())
    files = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "privlab").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert not set(files) - names
    for folder in ("notebooks", "notebooks/solved"):
        assert {f"privlab/{folder}/{lesson.name}.ipynb" for lesson in LESSONS} <= names
    assert not [name for name in names if not name.startswith(("privlab/", "privlab-"))]


def test_commands_say_what_an_installed_course_has(installed, home):
    status, said = said_by(installed, home, "reset", "11")
    assert (status, said) == (0, "11_raises is as the course has it.\n")
    status, said = said_by(installed, home, "test")
    assert (status, said.count("\n")) == (1, 1) and "repository" in said
    assert "reset LESSON" in said_by(installed, home, "--help")[1]


def test_a_lesson_is_opened_and_run(installed, home):
    log = Path(home["HOME"], "log")
    with open(log, "w", encoding="utf-8") as out:
        process = subprocess.Popen([installed / "privlab", "--no-browser"], env=home, cwd="/", stdout=out, stderr=out)
    try:
        until = time.monotonic() + 90
        while not (
            found := re.search(r"(http://\S+?)/(?:lab|doc)/\S*\?token=(\w{20,})", log.read_text(encoding="utf-8"))
        ):
            assert process.poll() is None and time.monotonic() < until, log.read_text(encoding="utf-8")
            time.sleep(0.2)
        address, token = found.groups()
        with urllib.request.urlopen(f"{address}/api/contents?token={token}", timeout=30) as answer:
            names = {each["name"] for each in json.load(answer)["content"]}
    finally:
        process.terminate()
        process.wait(20)
    assert {f"{lesson.name}.ipynb" for lesson in LESSONS} <= names
    lesson = Path(home["HOME"], "privlab-workbook", "11_raises.ipynb")
    command = [installed / "python", "-c", RUN, lesson]
    done = subprocess.run(command, env=home, cwd="/", capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-2000:]
