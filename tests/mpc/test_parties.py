"""Real parties: the total, a party that dies, hangs or finds its port taken, and no process left behind."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest

from privlab.mpc import parties

HEAD = "import asyncio, os, sys, time\nfrom privlab.mpc.party import play\n\n\n"


@pytest.fixture
def program(tmp_path):
    def write(body, top=""):
        path = tmp_path / "program.py"
        code = f"{HEAD}{top}\nasync def program(mpc, mine):\n    {body}\n\n\nplay(program)\n"
        path.write_text(code, encoding="utf-8")
        return path

    return write


@pytest.fixture(autouse=True)
def nothing_left_behind():
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    yield
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before


@pytest.mark.slow
def test_four_processes_find_the_articles_total():
    assert parties.run("total", [3800, 2514, 2982, 3390]) == [12_686] * 4


@pytest.mark.slow
def test_each_process_is_given_its_own_input_and_no_command_line_holds_it(program):
    path = program("await mpc.transfer(0); return [mine, sys.orig_argv, sorted(os.environ.values())]")
    answers = parties.run(path, [384_400, 149_600, 299_792])
    assert [mine for mine, _, _ in answers] == [384_400, 149_600, 299_792]
    for _, words, environment in answers:
        assert not any(secret in word for word in words + environment for secret in ("384400", "149600", "299792"))


@pytest.mark.slow
def test_parties_listen_to_this_machine_only(program):
    top = """
import psutil

def listening():
    return [c.laddr.ip for c in psutil.Process().net_connections("tcp") if c.status == psutil.CONN_LISTEN]

import mpyc.asyncoro as asyncoro
seen = []
made = asyncoro.MessageExchanger.connection_made
asyncoro.MessageExchanger.connection_made = lambda self, transport: (seen.extend(listening()), made(self, transport))[1]
"""
    answers = parties.run(program("return seen", top), [1, 2, 3])
    assert {address for seen in answers for address in seen} == {"127.0.0.1"}


@pytest.mark.slow
@pytest.mark.parametrize("victim", [0, 2])
def test_a_party_that_is_killed_is_named_and_the_others_are_stopped(program, victim):
    path = program(
        f"await mpc.transfer(mine)\n    if mine == {victim}: os.kill(os.getpid(), 9)\n"
        "    return await mpc.transfer(mine)"
    )
    with pytest.raises(parties.PartyDied, match="ended in mid-protocol") as caught:
        parties.run(path, [0, 1, 2, 3])
    assert caught.value.party == victim
    assert str(caught.value).startswith(("Alice (party 1 of 4)", "Carlos (party 3 of 4)")[victim // 2])


@pytest.mark.slow
def test_a_party_whose_program_fails_is_named_with_the_reason(program):
    path = program(
        "await mpc.transfer(mine)\n    if mine == 1: raise ZeroDivisionError('no raise this year')\n"
        "    return await mpc.transfer(mine)"
    )
    with pytest.raises(parties.PartyDied, match="^Bob .* ZeroDivisionError: no raise this year") as caught:
        parties.run(path, [0, 1, 2])
    assert caught.value.party == 1 and "\n" not in str(caught.value)


@pytest.mark.slow
def test_a_party_that_never_answers_ends_in_a_time_out(program):
    path = program("return await mpc.transfer(mine) if mine != 2 else await asyncio.sleep(600)")
    with pytest.raises(TimeoutError, match="did not finish in time .* still at work: .*Carlos"):
        parties.run(path, [0, 1, 2], seconds=4)


@pytest.mark.slow
def test_a_port_that_is_taken_leads_to_another_try(monkeypatch):
    free, tries = parties.free_ports, []

    def one_taken(count):
        tries.append(count)
        return [*free(count - 1), taken.getsockname()[1]] if len(tries) == 1 else free(count)

    monkeypatch.setattr(parties, "free_ports", one_taken)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert parties.run("total", [1, 2, 3]) == [6] * 3
    assert len(tries) == 2


@pytest.mark.parametrize("inputs", [[1], [1, 2], list(range(9))])
def test_too_few_or_too_many_parties_are_refused(inputs):
    with pytest.raises(ValueError, match="it takes 3 to 8 parties"):
        parties.run("total", inputs)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_parties_end_when_the_one_who_started_them_is_killed(program, tmp_path):
    path = program("print(os.getpid(), file=open(f'{__file__}.{mine}', 'w'), flush=True); await asyncio.sleep(600)")
    starter = tmp_path / "starter.py"
    starter.write_text(f"from privlab.mpc.parties import run\nrun({str(path)!r}, [0, 1, 2])\n")
    environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(parties.__file__).parents[2])}
    process = subprocess.Popen([sys.executable, str(starter)], env=environment)
    files = [pathlib.Path(f"{path}.{i}") for i in range(3)]
    end = time.monotonic() + 30
    while not all(file.exists() and file.read_text().strip() for file in files):
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    while any(is_running(int(file.read_text())) for file in files):
        assert time.monotonic() < end
        time.sleep(0.05)


def is_running(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
