"""One party in a process of its own: what a program file calls (lesson 11). Started by `privlab.mpc.parties`.

A party's input arrives on its own standard input, never on a command line, which every user of a machine can read.
"""

from __future__ import annotations

import errno
import functools
import json
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any

PORT_TAKEN = 75


def play(program: Callable[[Any, Any], Awaitable[Any]]) -> None:
    """Runs `program` as this party, and prints what it returns as one line of JSON.

    program : async function of (mpc, mine): the runtime of mpyc, and this party's own input.
    Ends the process with `PORT_TAKEN` when another program holds this party's port.
    """
    mine = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_starter, daemon=True).start()
    from mpyc.runtime import mpc

    # mpyc listens to the whole network; these parties are on one machine, and none of its neighbours should get in
    mpc._loop.create_server = functools.partial(mpc._loop.create_server, host="127.0.0.1")
    try:
        mpc.run(mpc.start())
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            sys.exit(PORT_TAKEN)
        raise
    result = mpc.run(program(mpc, mine))
    mpc.run(mpc.shutdown())
    print(json.dumps(result), flush=True)


def bytes_sent(mpc: Any) -> int:
    """How many bytes this party has sent to all others until now. mpc : the runtime of mpyc."""
    return sum(peer.protocol.nbytes_sent for peer in mpc.parties if peer.pid != mpc.pid)


def _end_with_the_starter():
    """Ends this process when the one that started it is gone, however that ended: its end of the pipe is closed."""
    while os.read(0, 1):  # not sys.stdin: its lock would be held when this process ends by itself
        pass
    os._exit(1)
