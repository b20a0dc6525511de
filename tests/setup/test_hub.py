"""A real JupyterHub on loopback: three users work in lesson 11 at once, and none sees another's.

It runs where PRIVLAB_TEST_CLASSROOM names a folder that `tools/classroom_environments.py FOLDER hub` has filled.
"""

import json
import os
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from privlab.data.cache_folder import cache_folder
from privlab.lab.exercise import exercises

HUB = Path(os.environ.get("PRIVLAB_TEST_CLASSROOM", "nowhere"), "hub", "bin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (HUB / "jupyterhub").exists(), reason="PRIVLAB_TEST_CLASSROOM names no JupyterHub"),
]
CONFIG = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.ConfigurableHTTPProxy.command = ["{bin}/configurable-http-proxy"]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{home}/{{username}}"
c.Spawner.cmd = ["{bin}/python", "-P", "-m", "privlab", "lab"]
c.Spawner.environment = {variables}
c.Spawner.start_timeout = 240
c.Spawner.http_timeout = 240
c.JupyterHub.services = [{{"name": "test", "api_token": "{token}"}}]
c.JupyterHub.load_roles = [{{
    "name": "test", "services": ["test"],
    "scopes": ["admin:users", "admin:servers", "tokens", "access:servers"],
}}]
"""
ANSWERS = {  # by user: an answer to raises.share, and its mark
    "ada": (exercises("raises")["raises.share"].solution, "✓"),
    "bea": ("def share(secret, parties, modulus):\n    return [secret] + [0] * (parties - 1)", "⚠"),
    "cai": ("def share(secret, parties, modulus):\n    return [secret] * parties", "✗"),
}


def free_port():
    """A port of this machine that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def ask(address, token, method="GET", content=None):
    """(status, what the server answers as JSON)."""
    data = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(address, data, {"Authorization": f"token {token}"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=240) as answer:
            said = answer.read()
            return answer.status, json.loads(said) if said else None
    except urllib.error.HTTPError as error:
        return error.code, None


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """(address, token, the folder of homes) of a hub with one shared install."""
    folder = tmp_path_factory.mktemp("hub")
    (folder / "home").mkdir()
    for name in ANSWERS:
        (folder / "home" / name).mkdir()
    variables = {
        "PRIVLAB_WORKBOOK": "~/privlab-workbook",
        "PRIVLAB_CACHE": str(cache_folder()),
        "PRIVLAB_DATA": "drawn",
        "PRIVLAB_DEVICE": "cpu",
    }
    port, token = free_port(), secrets.token_hex(16)
    config = CONFIG.format(
        port=port,
        hub_port=free_port(),
        api_port=free_port(),
        bin=HUB,
        home=folder / "home",
        variables=variables,
        token=token,
    )
    (folder / "jupyterhub_config.py").write_text(config, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PRIVLAB_", "JUPYTER"))}
    environment = {**kept, "PATH": f"{HUB}{os.pathsep}{os.environ['PATH']}", "NO_PROXY": "127.0.0.1"}
    with open(folder / "log", "w", encoding="utf-8") as log:
        command = [HUB / "jupyterhub", "-f", str(folder / "jupyterhub_config.py")]
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)
    try:
        end = time.monotonic() + 90
        while True:
            try:
                assert ask(f"http://127.0.0.1:{port}/hub/api/", token)[0] == 200
                break
            except (OSError, AssertionError):
                assert process.poll() is None and time.monotonic() < end, (folder / "log").read_text(encoding="utf-8")
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}", token, folder / "home"
    finally:
        process.terminate()
        process.wait(60)
    print((folder / "log").read_text(encoding="utf-8")[-3000:])


def run_cells(address, token, cells):
    """What a user's kernel printed for each cell, a list of texts."""
    from websocket import create_connection  # of jupyter_server's needs

    kernel = ask(f"{address}/api/kernels", token, "POST", {"name": "python3"})[1]["id"]
    channel = f"{address.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels"
    line = create_connection(channel, header=[f"Authorization: token {token}"], timeout=240)
    printed = []
    for number, code in enumerate(cells):
        header = {
            "msg_id": f"m{number}",
            "username": "",
            "session": "s",
            "msg_type": "execute_request",
            "version": "5.3",
        }
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        line.send(json.dumps(message))
        said = ""
        while True:
            frame = line.recv()
            if isinstance(frame, bytes):  # pictures of live figures
                continue
            got = json.loads(frame)
            if got.get("parent_header", {}).get("msg_id") != f"m{number}":
                continue
            part = got["content"]
            said += part.get("text", "") + part.get("data", {}).get("text/plain", "")
            if got["msg_type"] == "error":
                raise AssertionError(f"{code}\n{part['ename']}: {part['evalue']}")
            if got["msg_type"] == "status" and part["execution_state"] == "idle":
                break
        printed.append(said)
    line.close()
    return printed


def work(hub, name):
    """A user logs in, opens lesson 11, answers, runs all cells and saves: (token, printed, the server's address)."""
    address, admin, _ = hub
    assert ask(f"{address}/hub/api/users/{name}", admin, "POST")[0] == 201
    ask(f"{address}/hub/api/users/{name}/server", admin, "POST")
    end = time.monotonic() + 240
    while not ask(f"{address}/hub/api/users/{name}", admin)[1]["servers"].get("", {}).get("ready"):
        assert time.monotonic() < end, name
        time.sleep(0.5)
    scopes = {"scopes": [f"access:servers!user={name}"]}
    token = ask(f"{address}/hub/api/users/{name}/tokens", admin, "POST", scopes)[1]["token"]
    own = f"{address}/user/{name}"
    status, lesson = ask(f"{own}/api/contents/11_raises.ipynb", token)
    assert status == 200 and len(ask(f"{own}/api/contents", token)[1]["content"]) > 20
    book = lesson["content"]
    for cell in book["cells"]:
        if cell["metadata"].get("exercise") == "raises.share":
            cell["source"] = ANSWERS[name][0]
    code = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    printed = run_cells(own, token, code)
    saved = {"type": "notebook", "format": "json", "content": book}
    assert ask(f"{own}/api/contents/11_raises.ipynb", token, "PUT", saved)[0] == 200
    return token, printed, own


def test_three_users_work_at_once_and_none_sees_another_s(hub):
    homes = hub[2]
    with ThreadPoolExecutor(len(ANSWERS)) as pool:
        worked = dict(zip(ANSWERS, pool.map(lambda name: work(hub, name), ANSWERS)))
    for name, (token, printed, own) in worked.items():
        mark = ANSWERS[name][1]
        assert any(said.startswith(f"{mark} raises.share") for said in printed), (name, mark)
        book = homes / name / "privlab-workbook"
        progress = json.loads((book / ".progress.json").read_text(encoding="utf-8"))
        assert progress["checks"]["raises.share"] == mark
        saved = json.loads((book / "11_raises.ipynb").read_text(encoding="utf-8"))
        assert saved["metadata"]["privlab"]["checks"]["raises.share"] == mark
        for other, (_, _, theirs) in worked.items():
            status = ask(f"{theirs}/api/contents/11_raises.ipynb", token)[0]
            assert status == 200 if other == name else status in (403, 404), (name, other)
        assert ask(own + "/api/contents/11_raises.ipynb", "wrong")[0] == 403
