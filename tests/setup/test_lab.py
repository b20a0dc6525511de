"""JupyterLab as `python -m privlab lab` starts it."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import types
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from privlab.setup import lab, letters
from privlab.setup.errors import SetupError
from privlab.setup.workbook import Workbook

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
live = pytest.importorskip("live", reason="playwright is not installed")
START = (
    "import sys; from privlab.setup import lab; from privlab.setup.workbook import Workbook; "
    "lab.Workbook = lambda: Workbook(sys.argv[1], sys.argv[2]); lab.main(sys.argv[3:])"
)
CELL = {"cell_type": "code", "source": "1 + 1", "metadata": {}, "execution_count": None, "outputs": [], "id": "c000"}


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """The process, address and token of a started course, whose user has settings that would open it to everybody."""
    folder = tmp_path_factory.mktemp("mein Kurs é")
    (folder / "notebooks").mkdir()
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    text = json.dumps({"cells": [CELL], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
    (folder / "notebooks" / "00_start_here.ipynb").write_text(text, encoding="utf-8")
    (folder / ".jupyter").mkdir()
    careless = {"ServerApp": {"ip": "0.0.0.0"}, "IdentityProvider": {"token": ""}}
    (folder / ".jupyter" / "jupyter_server_config.json").write_text(json.dumps(careless), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "HOME": str(folder),
        "PRIVLAB_DATA": "drawn",
        "JUPYTER_TOKEN": "",
        "PRIVLAB_CACHE": str(letters.cache_folder()),
    }
    words = [
        str(folder / "notebooks"),
        str(folder / "workbook"),
        "--no-browser",
        "--port",
        str(port),
        "--LabApp.expose_app_in_browser=True",
    ]
    with open(folder / "log", "w", encoding="utf-8") as log:
        command = [sys.executable, "-c", START, *words]
        process = subprocess.Popen(command, env=environment, stderr=log, stdout=log, cwd=ROOT)
    try:
        end = time.monotonic() + 90
        while not (
            found := re.search(
                r"(http://\S+?)/lab/tree/00_start_here.ipynb\?token=(\w{20,})",
                (folder / "log").read_text(encoding="utf-8"),
            )
        ):
            assert process.poll() is None and time.monotonic() < end, (folder / "log").read_text(encoding="utf-8")
            time.sleep(0.2)
        yield process, *found.groups()
    finally:
        process.terminate()
        process.wait(20)


def ask(address, token=""):
    """What the server answers, as JSON."""
    request = urllib.request.Request(address, headers={"Authorization": f"token {token}"} if token else {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


@pytest.mark.slow
def test_on_loopback_with_a_token_whatever_the_user_has_set(started):
    process, address, token = started
    with pytest.raises(urllib.error.HTTPError, match="403"):
        ask(f"{address}/api/contents")
    assert "00_start_here.ipynb" in [each["name"] for each in ask(f"{address}/api/contents", token)["content"]]
    listens = [each.laddr.ip for each in psutil.Process(process.pid).net_connections() if each.status == "LISTEN"]
    assert set(listens) == {"127.0.0.1"}


def test_the_course_s_settings_are_the_defaults(started):
    _, address, token = started
    tracker, news = (
        ask(f"{address}/lab/api/settings/@jupyterlab/{name}", token)["schema"]["properties"]
        for name in ("notebook-extension:tracker", "apputils-extension:notification")
    )
    assert tracker["kernelShutdown"]["default"] is True
    assert news["fetchNews"]["default"] == "false" and news["checkForUpdates"]["default"] is False


@pytest.mark.slow
def test_closing_a_lesson_ends_its_kernel(started):
    _, address, token = started

    def kernels(number):
        end = time.monotonic() + 30
        while len(ask(f"{address}/api/kernels", token)) != number and time.monotonic() < end:
            time.sleep(0.2)
        return len(ask(f"{address}/api/kernels", token))

    with live.chromium() as browser:
        if browser is None:
            pytest.skip("no Chromium, Chrome or Edge here")
        page = browser.new_page()
        page.goto(f"{address}/lab/tree/00_start_here.ipynb?token={token}")
        page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext != null", timeout=60_000)
        page.evaluate(live.READY)
        assert kernels(1) == 1
        page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
        page.evaluate("window.jupyterapp.commands.execute('application:close')")
        assert kernels(0) == 0
        assert page.get_by_text("Jupyter news").count() == 0


def test_the_course_s_style_sheet_follows_the_course_and_a_reader_s_own_stays(tmp_path):
    there = tmp_path / ".jupyter" / "custom" / "custom.css"
    for before, after in ((None, True), (b"/* What is printed as it was */", True), (b"body {}", False)):
        if before:
            there.write_bytes(before)
        lab.lay_style(tmp_path)
        assert (there.read_bytes() == (lab.SETTINGS / "custom.css").read_bytes()) == after


def test_all_that_jupyter_and_its_kernels_write_lies_in_the_workbook(tmp_path, monkeypatch):
    monkeypatch.delenv("PRIVLAB_PROGRESS", raising=False)
    found = lab.environment(tmp_path)
    written = {name for name in found if name not in ("JUPYTER_CONFIG_PATH", "JUPYTER_PREFER_ENV_PATH")}
    assert {"JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR", "PRIVLAB_PROGRESS"} < written
    assert all(Path(found[name]).is_relative_to(tmp_path) for name in written)


def test_words_of_the_reader_come_last(tmp_path, monkeypatch):
    assert lab.arguments(tmp_path, ["--port", "9999"])[-2:] == ["--port", "9999"]
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert "--allow-root" in lab.arguments(tmp_path, [])
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "--allow-root" not in lab.arguments(tmp_path, [])


@pytest.fixture
def under_a_hub(tmp_path, monkeypatch):
    """The course as a JupyterHub starts it, of an empty workbook; what the hub's own server is told, in a list."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "workbook" / ".jupyter" / "matplotlib").mkdir(parents=True)
    for name, value in lab.environment(tmp_path / "workbook").items():
        monkeypatch.setenv(name, value)  # put back afterwards
    monkeypatch.setenv("JUPYTERHUB_SERVICE_URL", "http://127.0.0.1:8000/user/ada")
    monkeypatch.setattr(lab, "Workbook", lambda: Workbook(tmp_path / "notebooks", tmp_path / "workbook"))
    for name in ("at_first_start", "tell_jupyter"):
        monkeypatch.setattr(lab, name, lambda *_: None)
    told = []
    server = types.SimpleNamespace(main=lambda words: told.append(words) or 0)
    monkeypatch.setitem(sys.modules, "jupyterhub", types.ModuleType("jupyterhub"))
    monkeypatch.setitem(sys.modules, "jupyterhub.singleuser", server)
    return told


def test_where_a_hub_starts_it_the_server_is_the_hub_s_in_the_user_s_workbook(under_a_hub, tmp_path):
    assert lab.main(["--debug"]) == 0
    ((*words, last),) = under_a_hub
    assert f"--ServerApp.root_dir={tmp_path / 'workbook'}" in words and last == "--debug"
    assert not [word for word in words if "ServerApp.ip" in word or "default_url" in word]  # the hub says these


def test_a_hub_without_jupyterhub_in_its_python_is_one_sentence(under_a_hub, monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterhub.singleuser", None)
    with pytest.raises(SetupError, match="Spawner.cmd"):
        lab.main([])


@pytest.fixture
def fetches(monkeypatch, tmp_path):
    """The calls of a fetch that finds no network, in an empty cache."""
    calls = []

    def fetch(whole):
        calls.append(whole)
        raise letters.DataError("No network.")

    monkeypatch.setattr(letters, "fetch", fetch)
    monkeypatch.setattr(letters, "render", lambda: calls.append("drawn"))
    monkeypatch.setenv("PRIVLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("PRIVLAB_DATA", raising=False)
    return calls


def test_only_the_first_start_asks_the_network_for_letters(fetches, tmp_path, capsys):
    workbook = Workbook(tmp_path, tmp_path / "workbook")
    letters.at_first_start(workbook)
    letters.at_first_start(workbook)
    assert fetches == [False, "drawn", "drawn"]
    assert capsys.readouterr().err == "No network. The course goes on with the drawn letters.\n"


def test_no_letters_are_fetched_where_some_are_named(fetches, tmp_path, monkeypatch):
    monkeypatch.setenv("PRIVLAB_DATA", "drawn")
    letters.at_first_start(Workbook(tmp_path, tmp_path / "workbook"))
    assert fetches == ["drawn"]


@pytest.mark.slow
def test_a_classroom_s_folder_fills_the_cache_and_nothing_is_fetched(fetches, tmp_path, monkeypatch):
    for name in ("emnist_letters.npz", "drawn-0123/public.npz"):
        (tmp_path / "handed" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "handed" / name).write_bytes(name.encode())
    monkeypatch.setenv("PRIVLAB_WHEELS", str(tmp_path / "handed"))
    letters.at_first_start(Workbook(tmp_path, tmp_path / "workbook"))
    assert fetches == ["drawn"]
    found = sorted(str(path.relative_to(tmp_path / "cache")) for path in (tmp_path / "cache").rglob("*.npz"))
    assert found == ["drawn-0123/public.npz", "emnist_letters.npz"]
    (tmp_path / "cache" / "emnist_letters.npz").write_bytes(b"mine")
    letters.take(tmp_path / "handed")
    assert (tmp_path / "cache" / "emnist_letters.npz").read_bytes() == b"mine"  # what is there is not overwritten


@pytest.mark.slow
def test_data_reports_and_its_status_says_whether_real_letters_came(fetches, monkeypatch, capsys):
    assert letters.main(["--whole"]) == 1
    said = capsys.readouterr()
    assert fetches == [True, "drawn"] and "No network." in said.err
    assert said.out.startswith("letters: drawn letters, in ")
    monkeypatch.setattr(letters, "fetch", lambda whole: None)
    assert letters.main([]) == 0
    with pytest.raises(letters.SetupError, match="--whole"):
        letters.main(["--everything"])
