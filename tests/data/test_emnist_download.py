"""Fetching the letters from a real server on this machine: one that grants ranges, and some that misbehave."""

import contextlib
import errno
import gzip
import hashlib
import http.server
import io
import socket
import struct
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import zipfile
import zlib

import numpy as np
import pytest

from privlab.data import DataError, emnist_download, fetch, http_ranges, letters
from privlab.data import cache_folder as folder_module
from privlab.data.emnist_download import MEMBERS, Facts
from tests.data.small_letters import small_letters

OVERHEAD = 2 * 65_536  # the zip's directory is read in blocks of 64 KiB
ROWS = {"x_train": 260, "y_train": 260, "x_test": 52, "y_test": 52}


def idx(array):
    return struct.pack(f">I{array.ndim}I", 0x800 + array.ndim, *array.shape) + array.tobytes()


@pytest.fixture(scope="module")
def zipped(tmp_path_factory):
    """A zip laid out as the official one, the arrays in it (upright) and the facts to check it with."""
    rng = np.random.default_rng(0)
    few = small_letters()
    arrays = {name: np.concatenate([few[name]] * (5 if "train" in name else 1)) for name in few}
    for name in ("x_train", "x_test"):
        arrays[name] = arrays[name] ^ rng.integers(
            0, 16, arrays[name].shape, np.uint8
        )  # else gzip makes little of them
    stored = {name: a.transpose(0, 2, 1).copy() if a.ndim == 3 else a for name, a in arrays.items()}
    path = tmp_path_factory.mktemp("zip") / "gzip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("gzip/emnist-byclass-train-images-idx3-ubyte.gz", rng.bytes(300_000))
        for i, (name, member) in enumerate(MEMBERS.items()):
            method = zipfile.ZIP_DEFLATED if i % 2 else zipfile.ZIP_STORED
            archive.writestr(member, gzip.compress(idx(stored[name])), method)
        archive.writestr("gzip/emnist-mnist-train-images-idx3-ubyte.gz", rng.bytes(200_000))
    hashes = {name: hashlib.sha256(idx(arrays[name])).hexdigest() for name in ("y_train", "y_test")}
    facts = Facts(
        rows=ROWS,
        label_hashes=hashes,
        known_rows=40,
        zip_md5=hashlib.md5(path.read_bytes()).hexdigest(),
        known_hash=hashlib.sha256(stored["x_test"][:40].tobytes()).hexdigest(),
    )
    return path.read_bytes(), arrays, facts


def zipped_sizes(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.getinfo(member).compress_size for member in MEMBERS.values()]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        server, data = self.server, self.server.data
        asked = self.headers.get("Range")
        start, stop = 0, len(data)
        if asked and server.ranges:
            first, last = asked.removeprefix("bytes=").split("-")
            start, stop = int(first), min(int(last) + 1 if last else len(data), len(data))
        server.asked.append((start, stop))
        body = data[start : stop + server.extra * (stop - start > 1_000)]
        self.send_response(206 if asked and server.ranges else 200)
        if asked and server.ranges:
            self.send_header("Content-Range", f"bytes {start + server.shift}-{stop - 1 + server.shift}/{len(data)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if server.breaks and len(body) > server.breaks:  # hangs up after so many bytes
            self.wfile.write(body[: server.breaks])
            server.sent += server.breaks
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        server.sent += len(body)
        with contextlib.suppress(OSError):  # the reader may have hung up
            self.wfile.write(body)


@pytest.fixture
def serve(zipped):
    """A function that starts a server of the zip and returns it; `url` is its address."""
    servers = []

    def start(data=zipped[0], ranges=True, breaks=0, shift=0, extra=0):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.data, server.ranges, server.breaks, server.shift = data, ranges, breaks, shift
        server.asked, server.sent, server.extra = [], 0, extra
        server.url = f"http://127.0.0.1:{server.server_port}/gzip.zip"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cäche folder"
    monkeypatch.setenv("PRIVLAB_CACHE", str(folder))
    monkeypatch.delenv("PRIVLAB_DATA", raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return folder


def assert_sentence(error, *words):
    text = str(error.value)
    assert "\n" not in text and text.endswith(".") and all(word in text for word in words), text


def assert_nothing_but_parts(cache):
    """No letters in the cache, so that the course goes on with the drawn ones."""
    assert not (cache / "emnist_letters.npz").exists()
    assert not list(cache.glob("*.part"))


@pytest.mark.slow
def test_ranges_bring_the_four_files_alone(serve, cache, zipped):
    server = serve()
    path = fetch(url=server.url, facts=zipped[2])
    with np.load(path) as file:
        for name, array in zipped[1].items():
            np.testing.assert_array_equal(file[name], array)
    assert sum(zipped_sizes(zipped[0])) <= server.sent < len(zipped[0]) - 500_000 + OVERHEAD
    assert sorted(each.name for each in cache.iterdir() if each.suffix != ".lock") == ["emnist_letters.npz"]


@pytest.mark.slow
def test_fetched_letters_are_in_use_and_labelled_from_0(serve, cache, zipped):
    fetch(url=serve().url, facts=zipped[2])
    found = letters()
    assert found.source == found.train.source == "emnist" and found.train.writers is None
    np.testing.assert_array_equal(found.test.labels, zipped[1]["y_test"] - 1)
    np.testing.assert_array_equal(found.train.images, zipped[1]["x_train"])


def test_a_second_fetch_asks_nobody(serve, cache, zipped):
    server = serve()
    fetch(url=server.url, facts=zipped[2])
    asked = len(server.asked)
    fetch(url=server.url, facts=zipped[2])
    assert len(server.asked) == asked


def test_a_server_without_ranges_is_told_of_and_not_drained(serve, cache, zipped):
    server = serve(ranges=False)
    with pytest.raises(DataError) as error:
        fetch(url=server.url, facts=zipped[2])
    assert_sentence(error, "--whole", "whole files")
    assert len(server.asked) == 1
    assert_nothing_but_parts(cache)


@pytest.mark.parametrize("ranges", [True, False])
def test_the_whole_zip_when_asked(serve, cache, zipped, ranges):
    server = serve(ranges=ranges)
    with np.load(fetch(whole=True, url=server.url, facts=zipped[2])) as file:
        np.testing.assert_array_equal(file["x_train"], zipped[1]["x_train"])
    assert not (cache / "fetched").exists()


@pytest.mark.parametrize("whole", [True, False])
def test_a_connection_that_breaks_off_is_taken_up_again(serve, cache, zipped, whole):
    server = serve(breaks=70_000)
    with np.load(fetch(whole=whole, url=server.url, facts=zipped[2])) as file:
        np.testing.assert_array_equal(file["x_train"], zipped[1]["x_train"])
    assert server.sent < len(zipped[0]) + 200_000  # resumed, not begun anew


@pytest.mark.slow
def test_a_whole_zip_that_never_comes_through(serve, cache, zipped):
    """A server without ranges that breaks off each time: begun anew three times, then given up."""
    server = serve(ranges=False, breaks=70_000)
    with pytest.raises(DataError) as error:
        fetch(whole=True, url=server.url, facts=zipped[2])
    assert_sentence(error, "broke off")
    assert len(server.asked) <= 1 + http_ranges.ATTEMPTS
    assert_nothing_but_parts(cache)


@pytest.mark.slow
def test_a_whole_zip_that_came_before_but_was_not_unpacked(serve, cache, zipped):
    (cache / "fetched").mkdir(parents=True)
    (cache / "fetched/whole.zip.part").write_bytes(zipped[0])
    server = serve()
    fetch(whole=True, url=server.url, facts=zipped[2])
    assert server.sent == 1


def test_a_server_that_sends_more_than_asked(serve, cache, zipped):
    with np.load(fetch(url=serve(extra=5_000).url, facts=zipped[2])) as file:
        np.testing.assert_array_equal(file["x_train"], zipped[1]["x_train"])


def test_what_came_before_a_break_is_kept_for_the_next_call(serve, cache, zipped, monkeypatch):
    monkeypatch.setattr(http_ranges, "ATTEMPTS", 1)
    server = serve()
    data = server.data
    server.data = data[:330_000]  # the directory is at the end: the zip is cut, so the first call fails
    with pytest.raises(DataError):
        fetch(url=server.url, facts=zipped[2])
    server.data, server.breaks = data, 70_000

    def give_up(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(http_ranges.time, "sleep", give_up)
    with pytest.raises(KeyboardInterrupt):
        fetch(url=server.url, facts=zipped[2])
    assert [part.stat().st_size for part in (cache / "fetched").iterdir()] == [70_000]
    monkeypatch.undo()
    monkeypatch.setenv("PRIVLAB_CACHE", str(cache))
    server.breaks, server.sent = 0, 0
    fetch(url=server.url, facts=zipped[2])
    assert server.sent < len(data) - 500_000 - 70_000 + OVERHEAD


def test_a_server_that_lies_about_a_byte(serve, cache, zipped):
    data = bytearray(zipped[0])
    data[320_000] ^= 1  # inside the train images
    with pytest.raises(DataError) as error:
        fetch(url=serve(bytes(data)).url, facts=zipped[2])
    assert_sentence(error, "damaged", "again")
    assert_nothing_but_parts(cache)
    assert not list((cache / "fetched").iterdir())
    fetch(url=serve().url, facts=zipped[2])


def test_a_lie_in_the_whole_zip(serve, cache, zipped):
    data = bytearray(zipped[0])
    data[320_000] ^= 1
    with pytest.raises(DataError) as error:
        fetch(whole=True, url=serve(bytes(data)).url, facts=zipped[2])
    assert_sentence(error, "damaged")
    assert_nothing_but_parts(cache)


def test_a_server_that_sends_another_range(serve, cache, zipped):
    with pytest.raises(DataError) as error:
        fetch(url=serve(shift=7).url, facts=zipped[2])
    assert_sentence(error, "another range")


def test_a_file_on_a_server_is_sought_in_as_any_other():
    file = http_ranges.RemoteFile.__new__(http_ranges.RemoteFile)
    file.position, file.size = 5, 100
    assert [file.seek(3), file.seek(4, 1), file.seek(-2, 1), file.seek(-10, 2), file.tell()] == [3, 7, 5, 90, 90]


@pytest.mark.parametrize("code, error", [(404, DataError), (403, DataError), (500, OSError), (503, OSError)])
def test_a_server_that_is_down_is_asked_again_and_a_wrong_address_is_not(monkeypatch, code, error):
    def refuse(request, timeout):
        raise urllib.error.HTTPError(request.full_url, code, "no", {}, io.BytesIO())

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    with pytest.raises(error, match=str(code)):
        http_ranges.open_range("http://127.0.0.1/gzip.zip", 0, 1)


def test_a_piece_that_comes_short_is_asked_for_again(monkeypatch):
    answers = [b"ab", b"abcd"]

    class Answer(io.BytesIO):
        status, headers = 206, {"Content-Range": "bytes 0-3/9"}

    monkeypatch.setattr(http_ranges, "open_range", lambda *_: Answer(answers.pop(0)))
    file = http_ranges.RemoteFile.__new__(http_ranges.RemoteFile)
    file.url = "http://127.0.0.1/gzip.zip"
    assert file.ask(0, 4) == (b"abcd", 9) and not answers


def test_a_page_instead_of_a_zip(serve, cache, zipped):
    with pytest.raises(DataError) as error:
        fetch(url=serve(b"<html>please log in</html>" * 99).url, facts=zipped[2])
    assert_sentence(error, "not the EMNIST zip")


def test_a_file_that_is_gone(serve, cache, zipped, monkeypatch):
    monkeypatch.setattr(Handler, "do_GET", lambda self: self.send_error(404))
    with pytest.raises(DataError) as error:
        fetch(url=serve().url, facts=zipped[2])
    assert_sentence(error, "404")


@pytest.mark.parametrize(
    "name, change",
    [
        ("y_train", lambda facts: {**facts.__dict__, "label_hashes": {"y_train": "0" * 64}}),
        ("x_test", lambda facts: {**facts.__dict__, "known_hash": "0" * 64}),
        ("x_train", lambda facts: {**facts.__dict__, "rows": {**facts.rows, "x_train": 131}}),
    ],
)
def test_files_that_are_not_the_official_ones(serve, cache, zipped, name, change):
    with pytest.raises(DataError) as error:
        fetch(url=serve().url, facts=Facts(**change(zipped[2])))
    assert_sentence(error, "not the official", MEMBERS[name])
    assert_nothing_but_parts(cache)
    assert not list((cache / "fetched").iterdir())


def test_no_network(cache):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/gzip.zip"
    with pytest.raises(DataError) as error:
        fetch(url=url)
    assert_sentence(error, "cannot be fetched", "network")
    assert_nothing_but_parts(cache)


@pytest.mark.slow
def test_a_network_that_swallows_everything(cache, monkeypatch):
    assert http_ranges.CONNECT_SECONDS == 10
    monkeypatch.setattr(http_ranges, "CONNECT_SECONDS", 0.3)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        with pytest.raises(DataError) as error:
            fetch(url=f"http://127.0.0.1:{deaf.getsockname()[1]}/gzip.zip")
    assert_sentence(error, "timed out")


class FullDisk:
    """A file on a disk that is full."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def __getattr__(self, name):
        return getattr(self.file, name)

    def write(self, _):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("module", [http_ranges, folder_module], ids=["while fetching", "while saving"])
def test_a_full_disk(serve, cache, zipped, monkeypatch, module):
    server = serve()
    with monkeypatch.context() as patch:
        patch.setattr(module, "open", lambda *a, **k: FullDisk(open(*a, **k)), raising=False)  # noqa: SIM115
        with pytest.raises(DataError) as error:
            fetch(url=server.url, facts=zipped[2])
    assert_sentence(error, "disk is full", str(cache))
    assert_nothing_but_parts(cache)
    fetch(url=server.url, facts=zipped[2])


@pytest.mark.slow
def test_two_processes_at_once_fetch_once(serve, cache, zipped, tmp_path):
    server = serve()
    facts = zipped[2]
    code = (
        f"from privlab.data import fetch\nfrom privlab.data.emnist_download import Facts\n"
        f"print(fetch(url={server.url!r}, facts={facts!r}, progress=False))"
    )
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[0].strip() for process in both]
    assert said == [str(cache / "emnist_letters.npz")] * 2
    assert server.sent < len(zipped[0]) - 500_000 + OVERHEAD


def test_the_official_test_labels_have_the_hash_we_know():
    """The official test labels are 800 of each letter in order, which settles the file to the byte."""
    data = idx(np.repeat(np.arange(1, 27, dtype=np.uint8), 800))
    assert hashlib.sha256(data).hexdigest() == emnist_download.OFFICIAL.label_hashes["y_test"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_is_checked_by_the_zips_own_crc(method):
    """The only check on the pixels of the official train images, so it must hold by itself."""
    with zipfile.ZipFile(io.BytesIO(), "w") as archive:
        archive.writestr("member.gz", b"pixels" * 99, method)
        entry = archive.getinfo("member.gz")

    def packed(data):
        return zlib.compress(data, wbits=-15) if method else data

    assert emnist_download.unpack(packed(b"pixels" * 99), entry) == b"pixels" * 99
    for other in (b"pixels" * 98 + b"pixelz", b"pixels" * 98):
        with pytest.raises(DataError, match="damaged"):
            emnist_download.unpack(packed(other), entry)
