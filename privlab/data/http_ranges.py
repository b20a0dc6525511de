"""Pieces of a large file on a server, by HTTP ranges, resumed where a connection broke off."""

from __future__ import annotations

import http.client
import io
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privlab.data.cache_folder import errors_in_words
from privlab.data.types import DataError
from privlab.settings import command

if TYPE_CHECKING:
    from tqdm import tqdm

CONNECT_SECONDS = 10
ATTEMPTS = 3  # in a row that bring nothing new
BLOCK = 1 << 16
BROKEN = (OSError, http.client.HTTPException)  # what a network can do to us; urllib's errors are OSErrors


def open_range(url: str, start: int, stop: int | None = None) -> http.client.HTTPResponse:
    """The server's answer to a request for bytes start..stop-1 (to the end when stop is None).

    Its `status` is 206 when the server grants ranges and 200 when it sends the whole file.
    Raises DataError when the server refuses, OSError when it cannot be reached.
    """
    last = "" if stop is None else stop - 1
    request = urllib.request.Request(
        url, headers={"Range": f"bytes={start}-{last}", "Accept-Encoding": "identity", "User-Agent": "privlab"}
    )
    try:
        return urllib.request.urlopen(request, timeout=CONNECT_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code >= 500:
            raise OSError(f"the server answers {error.code}") from error
        raise DataError(f"The server answers {error.code} ({error.reason}) for {url}: check the address.") from error


def ranges_of(response: http.client.HTTPResponse, start: int, url: str) -> int:
    """Size of the whole file, from an answer to a range.

    Raises DataError when the server gave another range than asked for, or knows no ranges.
    """
    if response.status != 206:
        raise DataError(
            f"The server of {url} sends only whole files, about 560 MB: run {command('data --whole')} if you want that."
        )
    given = response.headers.get("Content-Range", "")
    unit, _, rest = given.partition(" ")
    span, _, size = rest.partition("/")
    if unit != "bytes" or not size.isdigit() or span.partition("-")[0] != str(start):
        raise DataError(f"The server of {url} answers with another range ({given!r}) than asked for: try again later.")
    return int(size)


def cannot_reach(url: str, error: Exception) -> DataError:
    """DataError for a network that does not answer."""
    reason = getattr(error, "reason", error)
    return DataError(
        f"The letters cannot be fetched from {url} ({reason or type(error).__name__}): check the network "
        f"and run {command('data')} again; what has come so far is kept."
    )


class RemoteFile(io.RawIOBase):
    """A file on a server, to be read in pieces and sought in, as `zipfile` does.

    url : str, http or https.
    Raises DataError when the server cannot be reached or knows no ranges.
    """

    def __init__(self, url):
        super().__init__()
        self.url, self.position = url, 0
        self.size = self.ask(0, 1, attempts=1)[1]

    def ask(self, start: int, stop: int, attempts: int = ATTEMPTS) -> tuple[bytes, int]:
        """Bytes start..stop-1, and the size of the whole file."""
        problem: Exception
        for attempt in range(attempts):
            try:
                with open_range(self.url, start, stop) as response:
                    size = ranges_of(response, start, self.url)
                    data = response.read(stop - start + 1)
                if len(data) == min(stop, size) - start:
                    return data, size
                problem = OSError("the connection broke off")
            except BROKEN as error:
                problem = error
            time.sleep(0.1 * attempt)
        raise cannot_reach(self.url, problem) from problem

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.position = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.position, io.SEEK_END: self.size}[whence]
        return self.position

    def readinto(self, buffer: Any) -> int:
        stop = min(self.position + len(buffer), self.size)
        if stop <= self.position:
            return 0
        data, _ = self.ask(self.position, stop)
        buffer[: len(data)] = data
        self.position = stop
        return len(data)


def download(url: str, path: Path, bar: tqdm, start: int = 0, length: int | None = None, whole: bool = False) -> None:
    """Brings `length` bytes of a file on a server, from byte `start` on, into the file `path`.

    What `path` holds already is kept and filled up; a connection that breaks off is taken up again.
    length : int, or None for all that follows. bar : a tqdm bar that counts bytes.
    whole : accept the whole file, from its first byte on, from a server without ranges.
    Raises DataError when the network fails three times in a row without a new byte, or the disk is full.
    """
    have = furthest = bytes_in(path)
    if length is None and have:
        have -= 1  # so that there is a byte to ask for, also when all have come
    bar.update(have)
    problem: Exception
    failures = 0
    while have != length:
        try:
            with open_range(url, start + have, None if length is None else start + length) as response:
                if whole and response.status == 200:
                    bar.update(-have)
                    have, length = 0, response.length
                else:
                    size = ranges_of(response, start + have, url)
                    length = size - start if length is None else length
                append(response, path, have, length, bar)
            if length is None:  # a server that does not say how much it sends, and has sent it all
                length = bytes_in(path)
            problem = OSError("the connection broke off")
        except BROKEN as error:
            problem = error
        have = bytes_in(path)
        failures = 0 if have > furthest else failures + 1
        furthest = max(have, furthest)
        if failures == ATTEMPTS and have != length:
            raise cannot_reach(url, problem) from problem
        time.sleep(0.2 * failures)


def bytes_in(path: Path) -> int:
    """Size of a file, 0 when there is none."""
    return path.stat().st_size if path.exists() else 0


def append(response: http.client.HTTPResponse, path: Path, have: int, length: int | None, bar: tqdm) -> None:
    """Writes the response into the file `path` after its first `have` bytes, up to `length` bytes in all."""
    with errors_in_words(path.parent):
        file = open(path, "r+b" if path.exists() else "wb")  # noqa: SIM115 (closed below)
    with file:
        file.truncate(have)
        file.seek(have)
        while block := response.read(BLOCK if length is None else min(BLOCK, length - have)):
            with errors_in_words(path.parent):
                file.write(block)
                file.flush()
            have += len(block)
            bar.update(len(block))
