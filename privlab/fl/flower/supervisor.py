"""Keeps the processes of a federation: starts them when asked, and ends them all when whoever asked is gone (lesson
55).

A program: `supervisor.py FOLDER`, with a JSON object for each wish, a line each, on its standard input, and for each
the wish's number and an answer on its standard output. The input ends when the federation is stopped, and just as well
when the kernel is killed.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import psutil

GRACE = 1.0  # seconds between asking the processes to end and ending them: none has anything to save


def main(folder):
    """None; grants wishes until there are no more, then leaves no process of the federation and no file of it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the reader interrupts a cell, not the federation
    processes = {}
    try:
        for line in sys.stdin:
            wish = json.loads(line)
            print(json.dumps([wish["number"], grant(wish, processes, folder)]), flush=True)
    except BrokenPipeError:
        pass
    finally:
        end(processes, folder)
        shutil.rmtree(folder, ignore_errors=True)


def grant(wish, processes, folder):
    """The answer to one wish: `start` a process by a name, `code` it ended with (null while it runs), `end` it."""
    if wish["wish"] == "start":
        with open(os.path.join(folder, f"{wish['name']}.log"), "ab") as log:
            processes[wish["name"]] = subprocess.Popen(
                wish["words"],
                env=wish["environment"],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return processes[wish["name"]].pid
    process = processes[wish["name"]]
    if wish["wish"] == "end" and process.poll() is None:
        process.terminate()
    return process.poll()


def end(processes, folder):
    """None; asks all processes to end, the newest first, and ends those that do not, with whatever they have started."""
    for process in reversed(processes.values()):
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + GRACE
    while belonging(folder) and time.monotonic() < until:
        for process in processes.values():
            process.poll()
        time.sleep(0.05)
    while left := belonging(folder):  # again, for what they were just about to start
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=1)
        for process in processes.values():
            process.poll()


def belonging(folder):
    """The processes that belong to the federation of that folder, a list: it stands in the environment of all of them."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get("PRIVLAB_FEDERATION") == folder and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


if __name__ == "__main__":
    main(sys.argv[1])
