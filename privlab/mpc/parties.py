"""Real parties: a program file, started once for each party, that talk over TCP (lesson 11)."""

import contextlib
import json
import pathlib
import time
from collections.abc import Sequence
from typing import Any

from privlab.mpc.party import PORT_TAKEN
from privlab.mpc.secure_sum import NAMES
from privlab.processes import HOST, Processes, environment, free_ports, python

PROGRAMS = pathlib.Path(__file__).with_name("programs")


class PartyDied(RuntimeError):
    """A party ended in mid-protocol; the others were stopped. `party` is its place, counted from 0."""

    def __init__(self, party: int | None, message: str) -> None:
        super().__init__(message)
        self.party = party


class _PortTaken(Exception):
    pass


def run(program: str | pathlib.Path, inputs: Sequence[Any], names: Sequence[str] = NAMES, seconds: float = 60) -> list:
    """What each party printed, in the parties' order: one value for each, read from JSON.

    Every party is a process that is given its own input alone. However the run ends, no process is left behind.
    program : a program file, such as "total" for privlab/mpc/programs/total.py.
    inputs : of each party, anything that JSON can hold.
    names : the parties' names for messages, at least as many.
    seconds : the time after which all of them are stopped.
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
    path = path.resolve() if path.suffix == ".py" else PROGRAMS / f"{program}.py"
    deadline = time.monotonic() + seconds
    for _ in range(5):  # a port that was free may be taken before a party opens it
        with contextlib.suppress(_PortTaken):
            return _run_once(path, inputs, names, deadline)
    raise PartyDied(None, "the parties found no free port in five attempts: another program takes them")


def _run_once(path: pathlib.Path, inputs: Sequence[Any], names: Sequence[str], deadline: float) -> list:
    peers = [word for port in free_ports(len(inputs)) for word in ("-P", f"{HOST}:{port}")]
    whole_numbers = environment(MPYC_NONUMPY="1")  # they start twice as fast
    parties = [f"party{number}" for number in range(len(inputs))]
    with Processes() as processes:
        for number, (party, own) in enumerate(zip(parties, inputs)):
            words = python(path, *peers, "-I", number, "--no-log")
            processes.start(party, words, whole_numbers, said=json.dumps(own) + "\n")

        def over() -> bool:
            codes = processes.codes().values()
            return any(codes) or all(code == 0 for code in codes)

        in_time = processes.wait(over, deadline - time.monotonic())
        codes = list(processes.codes().values())
        if PORT_TAKEN in codes:
            raise _PortTaken
        died = [(code, number) for number, code in enumerate(codes) if code]
        if died:
            code, first = min(died)  # one that was killed has a code below zero: it comes first
            raise PartyDied(
                first,
                f"{names[first]} (party {first + 1} of {len(codes)}) ended in mid-protocol "
                f"with code {code}: {processes.last_line(parties[first])}; the others were stopped",
            )
        if not in_time:
            late = ", ".join(name for name, code in zip(names, codes) if code is None)
            raise TimeoutError(f"the parties did not finish in time and were stopped; still at work: {late}")
        return [json.loads(processes.output(party).splitlines()[-1]) for party in parties]
