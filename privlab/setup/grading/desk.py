"""python -m privlab.setup.grading.desk: judges answers, one a line of JSON, each in a process of its own.

The desk itself runs no code of a learner's. For each answer it makes a copy of itself, which has the course loaded, a
folder of its own, limits of time and memory, and no network; when the verdict is there, or the time is up, the copy and
all that it started are ended. Where no copy can be made (Windows, macOS) each answer has a fresh Python.
"""

import contextlib
import ctypes
import importlib
import io
import json
import linecache
import os
import secrets
import select
import signal
import subprocess
import sys
import tempfile
import time
import types
import warnings
from pathlib import Path
from typing import Any

from privlab import settings
from privlab.lab import checks, progress_file
from privlab.lab.apart import can_fork
from privlab.lab.exercise import Exercise, Verdict, exercises, find
from privlab.setup.grading import guard
from privlab.setup.grading.own import exercises_in

SECONDS = 20.0  # of the processor, for what an answer needs and for the answer's own cell; the check has its own limit
WALL = 90.0  # by the clock, in all
MEMORY = 3 * 2**30  # bytes that an answer may ask for
FILE_BYTES = 10**7  # of a file that is written
MOST_PROCESSES = 24  # that one answer has at a time; a check makes one or two
LOOK = 0.05
UNSHARE_USERS, UNSHARE_NETWORK, SUBREAPER = 0x10000000, 0x40000000, 36  # of Linux: unshare(2), prctl(2)


def main() -> None:
    """Judges what comes on standard input until it ends; the word `one` says that one answer is to be judged here."""
    out = os.dup(1)
    os.set_inheritable(out, False)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    sys.stdout = io.StringIO()
    if sys.argv[1:] == ["one"]:
        job = json.loads(sys.stdin.readline())
        _judge_here(job, out)
        return
    _adopt_orphans()
    for line in sys.stdin:
        job = json.loads(line)
        os.write(out, (json.dumps(judged(job)) + "\n").encode())


def judged(job: dict[str, Any]) -> dict[str, Any]:
    """The job's verdict as `mark` and `said`.

    job : `exercise`, its id; `file`, of an instructor's own exercises, or ""; `source` of the answer's cell; `steps`,
    pairs of a statement that it needs and whether that is the course's own.
    """
    token = secrets.token_hex(16)
    job = {**job, "token": token}
    with tempfile.TemporaryDirectory(prefix="privlab-grade-", ignore_cleanup_errors=True) as scratch:
        job["scratch"] = scratch
        if can_fork():
            _load(job)
            reading, writing = os.pipe()
            child = _copy(job, reading, writing)
            os.close(writing)
        else:
            command = [sys.executable, "-m", "privlab.setup.grading.desk", "one"]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            assert process.stdin and process.stdout
            process.stdin.write((json.dumps(job) + "\n").encode())
            process.stdin.close()
            reading, child = process.stdout.fileno(), process.pid
        try:
            said, why = _heard(reading, child)
        finally:
            _end(child)
            os.close(reading) if can_fork() else process.wait()
    return _read(said, token, why)


def _load(job):
    """Loads what answers to this exercise will load anyway, once for all of them."""
    if not job["file"]:
        topic = job["exercise"].split(".")[0]
        exercises(topic)
        for name in (
            "privlab.lab",
            f"privlab.lessons.{topic}",
            "privlab.mpc",
            "privlab.dp",
            "privlab.fl",
            "privlab.he",
        ):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


def _copy(job, reading, writing):
    """The number of a copy of this process, in which the answer is judged."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    try:
        os.close(reading)
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nowhere, number)
        kept = {0, 1, 2, writing}
        for number in map(int, os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else range(3, 64)):
            if number not in kept:
                with contextlib.suppress(OSError):
                    os.close(number)
        _judge_here(job, writing)
    finally:
        os._exit(0)


def _judge_here(job, out):
    """Judges the answer in this process and writes the verdict, with the job's token, on a pipe."""
    _limit(job["scratch"])
    try:
        mark, said = verdict(job)
    except BaseException as error:  # of an answer's cell also SystemExit
        mark, said = "?", _told(error)
    content = {"token": job["token"], "mark": mark, "said": said[:2_000]}
    with contextlib.suppress(OSError):
        os.write(out, ("\n" + json.dumps(content) + "\n").encode())


def _limit(scratch):
    """Limits of this process: time, memory, the size of files, no core, no network where the system lets it go."""
    os.chdir(scratch)
    os.environ["TMPDIR"] = tempfile.tempdir = scratch
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        import psutil

        most = psutil.Process().memory_info().vms + MEMORY
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (int(2 * SECONDS) + 2, int(2 * SECONDS) + 4))
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            system = ctypes.CDLL(None, use_errno=True)
            if system.unshare(UNSHARE_NETWORK) != 0:
                system.unshare(UNSHARE_USERS | UNSHARE_NETWORK)


def verdict(job: dict[str, Any]) -> tuple[str, str]:
    """The mark and the sentence of a job's answer, judged in this process, whose Python is changed for good.

    Raises what the answer's cell raises.
    """
    exercise = _exercise(job)
    progress_file.recording = False
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    names = vars(module)
    steps = [*job["steps"], (job["source"], False)]
    changed = guard.unchanged()
    first = next(number for number, (_, course_s) in enumerate(steps) if not course_s)
    watched = False
    ordinary = __builtins__
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for number, (source, course_s) in enumerate(steps):
            if course_s:
                names["__builtins__"] = ordinary
                if "use(" in source:  # the course's answer, whatever the learner's is
                    names["use"] = lambda id: find(exercises, id).reference
                exec(compile(source, "<lesson>", "exec"), names)
                continue
            names.pop("use", None)
            if not watched:
                guard.watch(Path(job["scratch"]), _readable())
                watched = True
            names["__builtins__"] = guard.safe_builtins()
            file = f"{guard.FILE} {exercise.id} {number - first}>"
            code = guard.compiled(source, file)
            linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
            exec(code, names)
    if exercise.name not in names:
        return "?", f"the answer's cell defines no {exercise.name}"
    before = changed()
    if before:
        return "?", f"your code changed {before}, which no answer may: leave it out"
    given = names[exercise.name]
    if isinstance(given, Exercise) or given is exercise.reference and not exercise.is_value:
        return "?", "this is the course's own answer and not one of yours: write your own"

    def judge(answer, verdict):
        found = exercise.judge(answer, verdict)
        after = changed()
        if after:
            return verdict("?", f"your code changed {after}, which no answer may: leave it out")
        return found

    shown = types.SimpleNamespace(id=exercise.id, name=exercise.name, reference=exercise.reference, judge=judge)
    found: Verdict = checks.judge(shown, given)  # type: ignore[arg-type]
    return found.mark, found.sentence.removeprefix(f"your code raised {guard.Refused.__name__}: ")


def _exercise(job):
    """The exercise of a job: the course's, or one in an instructor's own file."""
    if job["file"]:
        return exercises_in(Path(job["file"]))[job["exercise"]]
    return find(exercises, job["exercise"])


def _readable():
    """The folders that code may read while an answer runs: Python's, the course's, and the cache of letters."""
    roots = {Path(sys.prefix), Path(sys.base_prefix), settings.PACKAGE, Path("/usr/share"), Path("/proc/self")}
    cache = settings.folder_setting("PRIVLAB_CACHE") or Path(os.path.expanduser("~"), ".cache")
    return tuple(sorted({path.resolve() for path in (*roots, cache)} | roots))


def _told(error):
    """A sentence about what an answer's cell raised."""
    if isinstance(error, guard.Refused):
        return str(error)
    if isinstance(error, SyntaxError):
        return f"your code has an error in line {error.lineno}: {error.msg}"
    if isinstance(error, MemoryError):
        return "your code asked for more memory than an answer may use"
    return f"your code raised {type(error).__name__}: {error}"[:500].replace("\n", " ")


def _heard(reading, child):
    """What a process says until it ends, bytes, and why it was stopped, a sentence or None."""
    import psutil

    parts, size, began = [], 0, time.monotonic()
    process = psutil.Process(child)
    while True:
        ready = select.select([reading], [], [], LOOK)[0] if os.name != "nt" else [reading]
        if ready:
            part = os.read(reading, 1 << 16)
            parts.append(part)
            size += len(part)
            if not part or size > 10**6:
                return b"".join(parts), None
            if part.endswith(b"}\n"):
                return b"".join(parts), None
            continue
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            if times.user + times.system > (SECONDS if can_fork() else 2 * SECONDS):
                return b"", "your code did not finish and was stopped; does a loop never end?"
            if len(process.children(recursive=True)) > MOST_PROCESSES:
                return b"", "your code started many processes and was stopped"
        if time.monotonic() - began > WALL:
            return b"", "your code did not finish and was stopped; does it wait for something?"


def _end(child):
    """Ends a process and all that came from it, until there are none."""
    import psutil

    own = psutil.Process()
    for _ in range(200):
        left = [psutil.Process(child)] if psutil.pid_exists(child) else []
        with contextlib.suppress(psutil.Error):
            left += own.children(recursive=True)
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.suspend() if len(left) > MOST_PROCESSES and os.name != "nt" else process.kill()
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        if not hasattr(os, "waitpid") or os.name == "nt":
            return
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)


def _read(said, token, why):
    """The verdict in what a process said: the line that has the token, and nothing else before it."""
    if why:
        return {"mark": "?", "said": why}
    lines = [line for line in said.split(b"\n") if line]
    try:
        content = json.loads(lines[0]) if len(lines) == 1 else {}
        if content.get("token") == token and content["mark"] in "○?✗⚠✓":
            return {"mark": content["mark"], "said": content["said"]}
    except (ValueError, KeyError, AttributeError, TypeError):
        pass
    if lines:
        return {"mark": "?", "said": "your code wrote where the verdict stands, which no answer may: leave it out"}
    return {"mark": "?", "said": "your code ended the whole program, or needed too much memory or time"}


def _adopt_orphans():
    """On Linux, processes whose parents have ended become this one's, so that they can be ended."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    main()
