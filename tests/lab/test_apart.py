"""Code that runs apart: whatever it does, this process and its variables stay as they were."""

import functools
import os
import random
import signal
import sys
import time

import pytest

from privlab.lab import apart
from privlab.lab.apart import Ended, Progress, load_libraries, run_apart

pytestmark = pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="no copy of a process here")


@pytest.mark.slow
def test_what_the_work_returns_comes_back_and_what_it_changes_does_not():
    kept = [1]
    assert run_apart(lambda: kept.append(2) or sum(kept)) == 3 and kept == [1]


@pytest.mark.slow
def test_what_the_work_raises_comes_back_too():
    class Own(Exception):
        pass

    with pytest.raises(ZeroDivisionError):
        run_apart(lambda: 1 / 0)

    def raises_its_own():
        raise Own("a reason")

    with pytest.raises(RuntimeError, match="Own: a reason"):  # pickle cannot carry a class that is made in a function
        run_apart(raises_its_own)


def forever(progress):
    progress.begin()
    while True:
        pass


def swallowing(progress):
    progress.begin()
    while True:
        try:  # noqa: SIM105 (suppress would not swallow as this does)
            forever(progress)
        except BaseException:
            pass


def one_long_call(progress):
    progress.begin()
    return sum(range(10**12))


def deaf(progress):
    progress.begin()
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        pass


@pytest.mark.slow
@pytest.mark.parametrize("work", [forever, swallowing, one_long_call, deaf])
def test_what_never_ends_is_ended(work, monkeypatch):
    monkeypatch.setattr(apart, "CALL_SECONDS", 0.2)
    progress = Progress()
    with pytest.raises(Ended, match="does a loop never end"):
        run_apart(lambda: work(progress), progress)


@pytest.mark.slow
def test_what_waits_is_ended_by_the_clock(monkeypatch):
    monkeypatch.setattr(apart, "WALL_SECONDS", 0.3)
    with pytest.raises(Ended, match="wait for something"):
        progress = Progress()
        run_apart(lambda: progress.begin() or time.sleep(60), progress)


@pytest.mark.slow
def test_many_slow_calls_are_told_from_one_that_never_ends():
    progress = Progress()

    def slow():
        while True:
            progress.begin()
            sum(range(10**5))
            progress.end()

    with pytest.raises(Ended, match="too slow to be checked: [0-9,]+ calls"):
        run_apart(slow, progress, seconds=1.5)  # starting the copy takes some of it


@pytest.mark.slow
def test_code_that_ends_its_process_is_told_so():
    with pytest.raises(Ended, match="ended the whole program"):
        run_apart(lambda: os._exit(0))
    with pytest.raises(Ended, match="ended the whole program"):
        run_apart(lambda: os.kill(os.getpid(), signal.SIGSEGV))
    with pytest.raises(SystemExit):
        run_apart(lambda: sys.exit("bye"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a process from taking memory")
def test_code_that_takes_all_memory_is_stopped(monkeypatch):
    monkeypatch.setattr(apart, "MEMORY", 2**28)
    with pytest.raises(MemoryError):
        run_apart(lambda: len(bytearray(2**29)))


def test_the_reader_s_own_seed_is_still_there():
    random.seed(5)
    expected = random.Random(5).random()
    assert run_apart(random.random) == expected == random.random()


@pytest.mark.slow
def test_no_process_and_no_file_is_left():
    import psutil

    this = psutil.Process()
    run_apart(lambda: 1)  # what is opened once is open now
    files, children = this.num_fds(), set(this.children())  # other tests of this process may have left some
    for _ in range(5):
        run_apart(lambda: 1)
    assert this.num_fds() <= files and set(this.children()) <= children


@pytest.mark.slow
def test_libraries_that_the_work_loads_are_loaded_once(monkeypatch):
    monkeypatch.delitem(sys.modules, "privlab.mpc.commitments", raising=False)

    def loading():
        import privlab.mpc.commitments

        return bool(privlab.mpc.commitments)

    assert run_apart(loading) and "privlab.mpc.commitments" in sys.modules


def test_what_a_function_imports_is_loaded_before_when_it_is_an_installed_library(tmp_path, monkeypatch):
    packages = tmp_path / "site-packages"
    packages.mkdir()
    for folder, name in ((packages, "made_up_library"), (packages, "made_up_other"), (tmp_path, "made_up_file")):
        (folder / f"{name}.py").write_text("print('loading')\ndone = True\n")
        monkeypatch.syspath_prepend(folder)

    def outer():
        import made_up_file
        import made_up_nowhere

        def inner():
            from made_up_library import done

            return done

        def other():
            from made_up_other import nothing

            return nothing

        return inner, other, made_up_file, made_up_nowhere

    load_libraries(outer)
    load_libraries(functools.partial(outer))  # it has no code of its own
    loaded = {name for name in sys.modules if name.startswith("made_up_")}
    assert loaded == {"made_up_library", "made_up_other"}
    for name in loaded:
        del sys.modules[name]
