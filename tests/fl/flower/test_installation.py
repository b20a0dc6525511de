"""A federation on several machines: what is written for each, and the commands, typed as they stand."""

import os
import re
import ssl
import stat
import subprocess
import sys
import sysconfig

import numpy as np
import pytest
from cryptography import x509

from privlab.fl.flower.app import model
from privlab.fl.flower.installation import commands, write_installation
from privlab.processes import Processes, free_ports, port_taken


def test_the_certificate_names_the_hosts_and_loopback_for_the_stated_days(tmp_path):
    folder = tmp_path / "new"
    write_installation(folder, ["server.example", "192.168.1.5", "fd00::5"], 2, days=10)
    server = x509.load_pem_x509_certificate((folder / "server.pem").read_bytes())
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "server.example"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "192.168.1.5", "fd00::5"]
    assert 9.9 < (server.not_valid_after_utc - server.not_valid_before_utc).total_seconds() / 86_400 < 10.1
    context = ssl.create_default_context(cafile=folder / "ca.crt")
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    assert (folder / "key1.pub").is_file() and "server.example:8000" in (folder / "commands.txt").read_text()
    if os.name == "posix":
        assert all(stat.S_IMODE((folder / name).stat().st_mode) == 0o600 for name in ("server.key", "key0", "key1"))


@pytest.mark.parametrize(
    "hosts, nodes, days, said",
    [
        ([], 2, 1, "one at least"),
        ("server", 2, 1, "a list"),
        (["https://server"], 2, 1, "leave out protocol"),
        (["server:8000"], 2, 1, "leave out protocol"),
        (["server"], 0, 1, "number of nodes"),
        (["server"], 2, 0, "more than 0"),
    ],
)
def test_what_cannot_be_written_is_told(tmp_path, hosts, nodes, days, said):
    with pytest.raises(ValueError, match=said):
        write_installation(tmp_path / "new", hosts, nodes, days=days)


@pytest.mark.slow
def test_no_key_is_written_over(tmp_path):
    words = [sys.executable, "-m", "privlab.fl.flower.installation", tmp_path, "--host", "server"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 2 and "no key is written over" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the commands are bash's")
def test_the_commands_run_as_they_stand(tmp_path):
    """On loopback, without the firewall's line; a node calls localhost, and who hands an app in calls 127.0.0.1."""
    rng, (port, own) = np.random.default_rng(0), free_ports(2)
    server, room = tmp_path / "server", tmp_path / "node0"
    write_installation(server, ["localhost"], 1, port=port)
    room.mkdir()
    for name in ("ca.crt", "key0"):
        (room / name).write_bytes((server / name).read_bytes())
    images, labels = rng.integers(256, size=(50, 28, 28), dtype=np.uint8), rng.integers(26, size=50)
    np.savez(room / "letters.npz", images=images, labels=labels)
    text = re.sub(r"^sudo .*$", "", (server / "commands.txt").read_text(), flags=re.MULTILINE)
    for old, new in (("--host 0.0.0.0", "--host 127.0.0.1"), ("9100", str(own)), ("rounds=3", "rounds=1")):
        assert old in text
        text = text.replace(old, new)
    serve, join, hand_in = re.split(r"\n\n(?=#)", text)
    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "FLWR_SUPEREXEC_TASK_POLL_INTERVAL": "0.3"}
    with Processes() as processes:
        processes.start("server", ["bash", "-c", f"cd {server}\n{serve}"], environment)
        assert processes.wait(lambda: port_taken(port), 60), processes.log("server")
        processes.start("in", ["bash", "-c", f"cd {server}\n{hand_in}"], environment)
        registered = processes.wait(lambda: "registered" in processes.log("in"), 60)
        assert registered, processes.log("in")
        processes.start("node", ["bash", "-c", f"cd {room}\n{join}"], environment)
        assert processes.wait((server / "result.npz").is_file, 100), processes.log("in") + processes.log("server")
    with np.load(server / "result.npz") as saved:
        assert not np.array_equal(saved["round1_0"], model.first_weights()[0])


def test_commands_name_the_app_and_the_port():
    text = commands(["server"], 1, port=9000, app="my app")
    assert "flwr run 'my app' ours" in text and text.count("9000") == 3


@pytest.mark.parametrize(
    "wrong", [dict(hosts=["$(id)"]), dict(hosts=["a'b"]), dict(hosts=["a;b"]), dict(days=np.inf), dict(days=1e9)]
)
def test_nothing_is_left_of_what_could_not_be_written(tmp_path, wrong):
    """No host stands in the commands that a shell would run, and the folder's name can be tried again."""
    given = dict(hosts=["a.example"], nodes=1, days=3) | wrong
    with pytest.raises(ValueError, match="neither a host's name|at most 36500"):
        write_installation(tmp_path / "new", given["hosts"], given["nodes"], days=given["days"])
    assert not (tmp_path / "new").exists()


def test_an_address_of_version_6_stands_in_brackets_and_a_port_is_one():
    assert "--superlink [fd00::5]:8000 " in commands(["fd00::5"], 1)
    for port in (0, -5, 70_000):
        with pytest.raises(ValueError, match="port"):
            commands(["a"], 1, port=port)
