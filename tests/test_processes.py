"""Processes that are kept: started, heard, waited for, ended, and nothing left of them however this one ends."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

import psutil
import pytest

from privlab import processes as processes_module
from privlab.processes import Processes, belonging, environment, free_ports, port_taken, python

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
ECHO = [sys.executable, "-u", "-c", "import sys\nfor line in sys.stdin: print(line.strip()[::-1])"]


@pytest.fixture(autouse=True)
def nothing_is_left():
    before = psutil.Process().children(recursive=True)
    yield
    assert not set(psutil.Process().children(recursive=True)) - set(before)


@pytest.mark.slow
def test_a_process_is_told_and_heard_and_ends_with_its_code():
    with Processes() as processes:
        processes.start("echo", ECHO, os.environ, said="one\n")
        processes.say("echo", "two\n")
        assert processes.wait(lambda: processes.output("echo").split() == ["eno", "owt"], 20)
        assert processes.codes() == {"echo": None}
        processes.start("fails", [sys.executable, "-c", "print('so far'); 1 / 0"], os.environ)
        assert processes.wait(lambda: processes.codes()["fails"] is not None, 20)
        assert processes.codes()["fails"] == 1 and processes.output("fails") == "so far\n"
        assert processes.last_line("fails") == "ZeroDivisionError: division by zero"
        assert processes.log("fails").startswith("so far\n") and processes.last_line("nobody") == "it gave no reason"
        processes.say("fails", "is anybody there?")  # it is not, and its code says so
        folder = processes.folder
    assert not folder.exists() and not belonging(str(folder))


@pytest.mark.slow
def test_a_program_finds_privlab_and_works_in_the_folder(tmp_path):
    program = tmp_path / "program.py"
    program.write_text("import os, sys, privlab\nprint(os.getcwd(), sys.argv[1], os.environ['WORD'])")
    with Processes() as processes:
        processes.start("program", python(program, "ä"), environment(WORD="ö"))
        assert processes.wait(lambda: processes.codes()["program"] == 0, 20), processes.log("program")
        assert processes.output("program") == f"{processes.folder} ä ö\n"


def test_no_proxy_stands_between_programs_of_this_machine(monkeypatch):
    for name in ("http_proxy", "HTTPS_PROXY", "grpc_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    found = {name: value for name, value in environment().items() if name.lower().endswith("_proxy")}
    assert found == {"no_proxy": "127.0.0.1,localhost", "NO_PROXY": "127.0.0.1,localhost"}


@pytest.mark.slow
def test_what_does_not_happen_is_waited_for_no_longer():
    with Processes() as processes:
        began = time.monotonic()
        assert processes.wait(lambda: False, 0.1) is False and time.monotonic() < began + 5
        assert processes.wait(lambda: True, 0) is True, "what has happened already has, however late one looks"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_process_that_does_not_end_when_asked_is_ended():
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); "
    with Processes() as processes:
        processes.start("one", [sys.executable, "-c", stubborn + "time.sleep(60)"], os.environ)
        assert processes.wait(lambda: processes.output("one") == "deaf\n", 20)
        began, folder = time.monotonic(), processes.folder
    assert time.monotonic() < began + 15 and not belonging(str(folder))


@pytest.mark.slow
def test_an_interrupt_does_not_shift_the_answers():
    with Processes() as processes:
        processes.start("one", SLEEP, os.environ)
        answers = processes._keeper.stdout
        processes._keeper.stdout = _interrupted()
        with pytest.raises(KeyboardInterrupt):
            processes.codes()
        processes._keeper.stdout = answers
        processes.start("two", SLEEP, os.environ)  # its answer is the one after next
        assert processes.codes() == {"one": None, "two": None}
        processes.end("one")
        assert processes.codes()["one"] is not None and processes.codes()["two"] is None
    assert not processes.folder.exists() and not belonging(str(processes.folder))


def _interrupted():
    raise KeyboardInterrupt
    yield


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no SIGSTOP here")
def test_a_keeper_that_hangs_is_ended_and_cleaned_up_after(monkeypatch):
    monkeypatch.setattr(processes_module, "CLEANING", 0.2)
    processes = Processes()
    processes.start("one", SLEEP, os.environ)
    assert len(belonging(str(processes.folder))) == 1
    processes._keeper.send_signal(signal.SIGSTOP)
    processes.close()
    assert not processes.folder.exists() and not belonging(str(processes.folder))


@pytest.mark.slow
def test_a_keeper_that_was_killed_is_told_of_and_cleaned_up_after():
    processes = Processes()
    processes.start("one", SLEEP, os.environ)
    processes._keeper.kill()
    processes._keeper.wait(5)
    for _closed in (False, True):
        with pytest.raises(RuntimeError, match="start it anew"):
            processes.codes()
        processes.close()
    assert not processes.folder.exists() and not belonging(str(processes.folder))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_nothing_is_left_when_the_starter_is_killed(tmp_path):
    code = (
        "import os, sys, time; from privlab.processes import Processes\n"
        f"one = Processes(); one.start('one', {SLEEP!r}, os.environ); print(one.folder, flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env={**environment(), "TMPDIR": str(tmp_path)}
    )
    folder = starter.stdout.readline().strip()
    assert len(belonging(folder)) == 1 and os.path.exists(folder)
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    until = time.monotonic() + 20
    while (belonging(folder) or os.path.exists(folder)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not belonging(folder) and list(tmp_path.iterdir()) == []


def test_a_keeper_that_cannot_start_leaves_no_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(OSError):
        Processes()
    assert list(tmp_path.iterdir()) == []


def test_ports_are_free_until_somebody_listens():
    ports = free_ports(5)
    assert len(set(ports)) == 5 and not any(map(port_taken, ports))
    with socket.socket() as one:
        one.bind(("127.0.0.1", ports[0]))
        one.listen()
        assert port_taken(ports[0])
