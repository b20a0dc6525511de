"""python -m privlab: test, doctor, benchmarks, and the browser."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from privlab import __main__ as command
from privlab.setup import browser, doctor, figures, suite
from privlab.setup.errors import SetupError

ROOT = Path(__file__).resolve().parents[2]


def test_the_suite_has_two_parts_each_with_the_reader_s_words():
    strict, lax = [words for _, words, _ in suite.parts(["-x"], Path("/letters"))]
    assert strict[0] == "--nbval" and strict[-3:] == ["tests", "notebooks", "-x"] and lax[0] == "--nbval-lax"
    assert strict[1:3] == lax[1:3] == ["-n", str(min(os.cpu_count() + 1, 4))] and lax[-1] == "-x"
    assert "notebooks/51_gradient_inversion.ipynb" in lax and not any("solved" in word for word in lax)
    assert not any("11_raises" in word for word in lax)  # it reads no letters
    assert suite.parts([], Path("/letters"))[1][2] == {"PRIVLAB_DATA": "/letters"}
    assert [variables for _, _, variables in suite.parts([], None)] == [{}]


def test_a_named_file_is_run_alone():
    assert suite.parts(["tests/house/test_imports.py::test_x", "-q"], Path("/letters")) == [
        ("what was named", ["tests/house/test_imports.py::test_x", "-q"], {})
    ]
    assert suite.parts(["notebooks/11_raises.ipynb"], None)[0][1] == ["--nbval", "notebooks/11_raises.ipynb"]
    assert len(suite.parts(["-k", "shares"], None)) == 1


@pytest.mark.parametrize("statuses, worst", [([0, 0], 0), ([0, 1], 1), ([0, 5], 0), ([5, 5], 5), ([2, 1], 2)])
def test_the_suite_returns_the_worst_status(monkeypatch, statuses, worst):
    left = list(statuses)
    monkeypatch.setattr(suite, "_status", lambda part: left.pop(0))
    monkeypatch.setattr(suite.browser, "ensure", lambda: None)
    monkeypatch.setattr(suite, "real_letters", lambda: Path("/letters"))
    assert suite.main([]) == worst and not left


def test_a_part_runs_on_one_thread_with_its_variables(monkeypatch):
    monkeypatch.setattr(suite.subprocess, "run", lambda *words, **how: SimpleNamespace(returncode=how["env"]))
    seen = suite._status(("title", [], {"PRIVLAB_DATA": "/letters"}))
    assert seen["OMP_NUM_THREADS"] == "1" and seen["PRIVLAB_DATA"] == "/letters" and seen["PATH"] == os.environ["PATH"]


def test_the_suite_says_what_it_lacks(monkeypatch):
    monkeypatch.setattr(suite.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SetupError, match="course.py test"):
        suite.main([])


def test_real_letters_are_found_where_they_are_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PRIVLAB_TEST_DATA", str(tmp_path))
    assert suite.real_letters() is None
    (tmp_path / "emnist_letters.npz").touch()
    assert suite.real_letters() == tmp_path


def program(folder, name, status=0):
    """A program in `folder` that ends with the status; its path."""
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.slow
def test_the_browser_is_the_first_that_starts(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    broken, edge = program(tmp_path, "chromium", status=127), program(tmp_path, "microsoft-edge")
    assert [broken, edge] == list(browser.candidates())[:2]
    assert browser.find() == edge


def test_a_browser_that_is_missing_is_installed_or_told_of(monkeypatch, capsys):
    ran, there = [], []
    monkeypatch.setattr(browser, "candidates", lambda: there)
    monkeypatch.setattr(browser, "starts", lambda path: True)
    monkeypatch.setattr(browser, "drives", lambda: True)
    monkeypatch.setattr(browser.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(browser.subprocess, "run", lambda command, **more: ran.append(command))
    assert browser.ensure() is None
    assert [command[-1] for command in ran] == ["chromium", "update", "chromium"]
    assert ran[0][1:4] == ["-m", "playwright", "install"]
    assert capsys.readouterr().err.splitlines()[-1].startswith("The browser tests are left out: install Chromium")
    ran.clear()
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)
    assert browser.ensure() is None and len(ran) == 1  # apt-get is for root
    there.append("/usr/bin/chromium")
    ran.clear()
    assert browser.ensure() == "/usr/bin/chromium" and not ran


@pytest.mark.slow
def test_where_playwright_itself_does_not_start_its_library_is_installed_or_a_line_says_so(monkeypatch, capsys):
    ran = []
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", "/bin/false")  # as on a bare Debian 13, which lacks libatomic1
    assert not browser.drives() and browser.find() is None
    monkeypatch.setattr(browser.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(browser.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(browser, "drives", lambda: len(ran) == 2)
    monkeypatch.setattr(browser, "candidates", lambda: ["/usr/bin/chromium"])
    monkeypatch.setattr(browser, "starts", lambda path: True)
    monkeypatch.setattr(browser.subprocess, "run", lambda command, **more: ran.append(command))
    assert browser.ensure() == "/usr/bin/chromium" and [command[-1] for command in ran] == ["update", "libatomic1"]
    ran.clear()
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)
    assert browser.ensure() is None and not ran
    assert "left out: Playwright does not start" in capsys.readouterr().err.splitlines()[-1]


def test_benchmarks_need_a_browser_too_and_pass_their_words_on(monkeypatch):
    from benchmarks import __main__ as benchmarks

    asked = []
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(figures.browser, "ensure", lambda: asked.append("browser"))
    monkeypatch.setattr(benchmarks, "main", lambda words: asked.append(words))
    figures.main(["lessons", "--json"])
    assert asked == ["browser", ["lessons", "--json"]]


def test_an_unknown_command_shows_the_commands(capsys):
    assert command.main(["dance"]) == 2 and "reset LESSON" in capsys.readouterr().err
    assert command.main(["--help"]) == 0 and "reset LESSON" in capsys.readouterr().out


def test_what_stands_in_the_way_is_one_sentence(monkeypatch, capsys):
    def main(words):
        raise SetupError("The cache cannot be written.")

    monkeypatch.setattr(doctor, "main", main)
    assert command.main(["doctor"]) == 1 and capsys.readouterr().err == "The cache cannot be written.\n"
