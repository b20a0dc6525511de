"""Real parties: a program file, started once for each party, that talk over TCP (lesson 11)."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

from privlab.mpc.party import PORT_TAKEN
from privlab.mpc.secure_sum import NAMES

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(__file__).with_name("programs")


class PartyDied(RuntimeError):
    """A party ended in mid-protocol; the others were stopped. `party` is its place, counted from 0."""

    def __init__(self, party, message):
        super().__init__(message)
        self.party = party


class _PortTaken(Exception):
    pass


def run(program, inputs, names=NAMES, seconds=60):
    """What each party printed, in the parties' order: one value for each, read from JSON.

    Every party is a process that is given its own input alone. However the run ends, no process is left behind.
    program : str or path, a program file, such as "total" for privlab/mpc/programs/total.py.
    inputs : list with the input of each party, anything that JSON can hold.
    names : the parties' names for messages, at least as many.
    seconds : float, the time after which all of them are stopped.
    Raises ValueError for fewer than three parties, `PartyDied` when one ends before its time, TimeoutError.
    Source: the protocols are those of mpyc (Schoenmakers), which build on Shamir's shares.
    Not secure because all parties run on one machine, under one user, who could look into each of them.
    """
    if not 3 <= len(inputs) <= len(names):
        raise ValueError(
            f"it takes 3 to {len(names)} parties, got {len(inputs)}: "
            "with two, mpyc's threshold is 0 and every share is the secret itself"
        )
    path = pathlib.Path(program)
    path = path if path.suffix == ".py" else PROGRAMS / f"{program}.py"
    for _ in range(5):  # a port that was free may be taken before a party opens it
        with contextlib.suppress(_PortTaken):
            return _run_once(path, inputs, names, time.monotonic() + seconds)
    raise PartyDied(None, "the parties found no free port in five attempts: another program takes them")


def _run_once(path, inputs, names, deadline):
    with contextlib.ExitStack() as stack:
        addresses = [f"127.0.0.1:{port}" for port in free_ports(len(inputs))]
        parties = []
        for i, mine in enumerate(inputs):
            out, err = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(2))
            process = _start(path, i, addresses, out, err)
            stack.callback(_stop, process)
            parties.append((process, out, err))
            with contextlib.suppress(OSError):  # a party that has ended already is told of below
                process.stdin.write(json.dumps(mine).encode() + b"\n")
                process.stdin.flush()
        _wait(parties, names, deadline)
        return [json.loads(_text(out).splitlines()[-1]) for _, out, _ in parties]


def free_ports(count):
    """A list of `count` different TCP ports of this machine that no program holds."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _start(path, party, addresses, out, err):
    peers = [word for address in addresses for word in ("-P", address)]
    known = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, "PYTHONPATH": known, "MPYC_NONUMPY": "1"}  # whole numbers start twice as fast
    return subprocess.Popen(
        [sys.executable, "-P", "-X", "utf8", str(path), *peers, "-I", str(party), "--no-log"],
        stdin=subprocess.PIPE,
        stdout=out,
        stderr=err,
        env=environment,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _wait(parties, names, deadline):
    while True:
        codes = [process.poll() for process, _, _ in parties]
        if PORT_TAKEN in codes:
            raise _PortTaken
        died = [i for i, code in enumerate(codes) if code not in (None, 0)]
        if died:
            first = min(died, key=lambda i: codes[i])  # one that was killed has a code below zero: it comes first
            last = (_text(parties[first][2]).splitlines() or ["it gave no reason"])[-1]
            raise PartyDied(
                first,
                f"{names[first]} (party {first + 1} of {len(parties)}) ended in mid-protocol "
                f"with code {codes[first]}: {last}; the others were stopped",
            )
        if all(code == 0 for code in codes):
            return
        if time.monotonic() > deadline:
            late = ", ".join(name for name, code in zip(names, codes) if code is None)
            raise TimeoutError(f"the parties did not finish in time and were stopped; still at work: {late}")
        time.sleep(0.01)


def _stop(process):
    if process.poll() is None:
        process.kill()
    process.wait()
    with contextlib.suppress(OSError):
        process.stdin.close()


def _text(file):
    file.seek(0)
    return file.read().decode("utf-8", errors="replace").strip()
