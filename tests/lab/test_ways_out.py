"""What leaves code beside its result is listed; what it reads, and what imports do, is not."""

import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import threading

import pytest

from privlab.lab.apart import can_fork, run_apart
from privlab.lab.ways_out import leaves_a_thread, watched_ways, written, written_since


@pytest.mark.parametrize("mode", ["w", "a", "r+"])
def test_a_file_that_is_written_is_listed_and_one_that_is_read_is_not(tmp_path, mode):
    file = tmp_path / "sums.txt"
    file.write_text("12")
    with watched_ways() as ways:
        file.read_text()
        with open(os.devnull, "w"):
            assert ways == []
        with open(file, mode):
            pass
    assert ways == [f"writes to {str(file)!r}"]
    file.write_text("after it")
    assert len(ways) == 1


def test_a_descriptor_opened_for_writing_is_listed(tmp_path):
    with watched_ways() as ways:
        os.close(os.open(tmp_path / "new", os.O_WRONLY | os.O_CREAT))
        os.close(os.open(tmp_path / "new", os.O_RDONLY))
    assert len(ways) == 1 and "new" in ways[0]


def test_the_environment_the_network_and_programs_are_listed(monkeypatch):
    monkeypatch.setenv("PRIVLAB_SUM", "0")
    with watched_ways() as ways:
        os.environ["PRIVLAB_SUM"] = "12"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
            door.sendto(b"12", ("127.0.0.1", 9))
        subprocess.run([sys.executable, "--version"], stdout=subprocess.DEVNULL, check=True)
    assert "sets the variable 'PRIVLAB_SUM' of the environment" in ways and "starts another program" in ways
    assert "sends something over a network" in ways


def test_names_of_folders_and_links_and_a_data_base_are_listed(tmp_path):
    with watched_ways() as ways:
        os.mkdir(tmp_path / "12")
        os.rename(tmp_path / "12", tmp_path / "13")
        os.symlink(tmp_path / "13", tmp_path / "link")
        sqlite3.connect(tmp_path / "sums.db").close()
        sqlite3.connect(":memory:").close()
    assert len(ways) == 4 and all(name in way for name, way in zip(("12", "13", "link", "sums.db"), ways))


def test_what_an_import_writes_is_left_out(tmp_path, monkeypatch):
    written = pathlib.Path(tmp_path, "by_import.txt")
    pathlib.Path(tmp_path, "a_module_that_writes.py").write_text(f"open({str(written)!r}, 'w').close()\n")
    monkeypatch.syspath_prepend(tmp_path)
    with watched_ways() as ways:
        __import__("a_module_that_writes")
    assert written.exists() and ways == []


def test_a_watch_within_a_watch_keeps_the_outer_one(tmp_path):
    with watched_ways() as outer:
        with watched_ways() as inner:
            open(tmp_path / "one", "w").close()
        open(tmp_path / "two", "w").close()
    assert len(inner) == len(outer) == 1


def test_what_is_written_past_python_is_read_in_a_copy():
    def writing():
        before = written()
        print("as ever")
        os.write(1, b"one ")
        os.write(2, b"two")
        sys.__stdout__.reconfigure(line_buffering=False, write_through=False)
        sys.__stdout__.write(" three")
        middle = written()
        return written_since(before), written_since(middle)

    if can_fork():
        assert run_apart(writing) == ("one two three", "")
    assert written() == 0 and written_since(0) == ""


def test_a_thread_that_goes_on_is_seen_and_one_that_has_ended_is_not():
    with watched_ways():
        ended = threading.Thread(target=int)
        ended.start()
        ended.join()
        assert not leaves_a_thread()
        later = threading.Timer(60, print, [12])
        later.daemon = True
        later.start()
        assert leaves_a_thread()
        later.cancel()
    assert not leaves_a_thread()
