"""The official EMNIST letters: their files, how to know and read them, and how they are fetched."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from privlab.data.cache_folder import cache_folder, errors_in_words, locked, save_arrays
from privlab.data.emnist_letters import FILE
from privlab.data.http_ranges import RemoteFile, download
from privlab.data.types import DataError
from privlab.settings import command

if TYPE_CHECKING:
    from tqdm import tqdm

URL = "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"
MEMBERS = {  # array in our file -> member of the zip
    "x_train": "gzip/emnist-letters-train-images-idx3-ubyte.gz",
    "y_train": "gzip/emnist-letters-train-labels-idx1-ubyte.gz",
    "x_test": "gzip/emnist-letters-test-images-idx3-ubyte.gz",
    "y_test": "gzip/emnist-letters-test-labels-idx1-ubyte.gz",
}


@dataclass(frozen=True)
class Facts:
    """What is known of the letters files, to check a download with.

    rows : dict, array -> number of rows. label_hashes : dict, array -> sha256 of the uncompressed labels file.
    known_rows, known_hash : sha256 of the first rows of the test images as stored, without the header.
    zip_md5 : of the whole zip.
    """

    rows: dict
    label_hashes: dict
    known_rows: int
    known_hash: str
    zip_md5: str


OFFICIAL = Facts(
    rows={"x_train": 124_800, "y_train": 124_800, "x_test": 20_800, "y_test": 20_800},
    label_hashes={
        "y_train": "e8e94c3f4353d5532fd9604b939cb4c76e7847945b9b0d9ff7884d881dead6bc",
        "y_test": "22dbcde0a929a7f166bdac863b9195b2994d840a1e082f8f6daaeac5606376a6",
    },
    known_rows=14_800,
    known_hash="64613e3dbe230221f6804affa3a2228dfec4b901caa53176168921f273e73073",
    zip_md5="58c8d27c78d21e728a6bc7b3cc06412e",
)


def unpack(compressed: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Bytes of a zip member, from its compressed bytes and its entry (a ZipInfo), checked by the entry's CRC-32.

    Raises DataError when the bytes are not those that the zip's directory promises.
    """
    try:
        data = compressed if entry.compress_type == 0 else zlib.decompress(compressed, wbits=-15)
    except zlib.error as error:
        raise damaged(entry.filename) from error
    if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
        raise damaged(entry.filename)
    return data


def damaged(name: str) -> DataError:
    """DataError for a file that is not what it should be."""
    return DataError(f"{name} arrived damaged and was thrown away: run {command('data')} again.")


def read_letters(gzipped: dict[str, bytes], facts: Facts = OFFICIAL) -> dict[str, NDArray[np.uint8]]:
    """The arrays x_train, y_train, x_test, y_test (a dict): images upright, labels 1..26, checked by the facts.

    gzipped : dict, array -> bytes of its .gz file.
    Raises DataError when a file is not the official one.
    Source: Cohen et al. 2017, https://arxiv.org/abs/1702.05373
    """
    return {name: read_file(name, data, facts) for name, data in gzipped.items()}


def read_file(name: str, gzipped: bytes, facts: Facts) -> NDArray[np.uint8]:
    """One array, from the bytes of its .gz file."""
    try:
        data = gzip.decompress(gzipped)
    except (OSError, EOFError, zlib.error) as error:
        raise damaged(MEMBERS[name]) from error
    shape = (facts.rows[name], 28, 28) if name.startswith("x") else (facts.rows[name],)
    header = struct.pack(f">I{len(shape)}I", 0x800 + len(shape), *shape)
    if not data.startswith(header) or len(data) != len(header) + np.prod(shape):
        raise not_official(name, f"does not hold {shape[0]:,} rows")
    if name in facts.label_hashes and hashlib.sha256(data).hexdigest() != facts.label_hashes[name]:
        raise not_official(name, "has other labels")
    if name == "x_test":
        known = data[len(header) : len(header) + facts.known_rows * 28 * 28]
        if hashlib.sha256(known).hexdigest() != facts.known_hash:
            raise not_official(name, "has other pictures")
    array = np.frombuffer(data, np.uint8, offset=len(header)).reshape(shape)
    return array.transpose(0, 2, 1) if array.ndim == 3 else array  # the official files hold pictures transposed


def not_official(name: str, how: str) -> DataError:
    """DataError for a file that differs from what is known of the official one."""
    return DataError(
        f"{MEMBERS[name]} is not the official EMNIST file (it {how}), so it was thrown away: "
        "tell the course's authors if this happens again."
    )


def fetch(whole: bool = False, url: str = URL, facts: Facts = OFFICIAL, progress: bool = True) -> Path:
    """Path of the real letters in the cache, fetched now unless they lie there.

    About 36 MB come over the network and 115 MB stay on the disk.
    whole : take the whole zip (about 560 MB), for servers that know no ranges.
    url : address of the official zip or of a copy. facts : what the files are checked by.
    progress : whether a terminal shows a bar.
    Raises DataError, in one sentence, when the network, the server, the disk or the files are not as they should be;
    the cache is left as it was, and what was fetched is taken up by the next call.
    """
    folder = cache_folder()
    path = folder / FILE
    if path.is_file():
        return path
    with locked(folder, "fetch"):
        if not path.is_file():  # another process may have fetched it meanwhile
            parts = folder / "fetched"
            with errors_in_words(folder):
                parts.mkdir(exist_ok=True)
            gzipped = from_whole_zip(url, facts, parts, progress) if whole else from_ranges(url, parts, progress)
            try:
                arrays = read_letters(gzipped, facts)
            except DataError:
                clear(parts)
                raise
            save_arrays(path, **arrays)
            clear(parts)
            parts.rmdir()
    return path


def from_ranges(url: str, parts: Path, progress: bool) -> dict[str, bytes]:
    """Bytes of the four .gz files (a dict), each fetched by ranges out of the zip at `url`."""
    remote = RemoteFile(url)
    try:
        with zipfile.ZipFile(io.BufferedReader(remote, 1 << 16)) as directory:
            entries = {name: directory.getinfo(member) for name, member in MEMBERS.items()}
    except (zipfile.BadZipFile, KeyError) as error:
        raise DataError(f"{url} is not the EMNIST zip ({error}): check the address.") from error
    with bar_of_bytes(sum(entry.compress_size for entry in entries.values()), progress) as bar:
        return {
            name: member_by_range(remote, entry, parts / f"{name}-{entry.CRC:08x}.part", bar)
            for name, entry in entries.items()
        }


def member_by_range(remote: RemoteFile, entry: zipfile.ZipInfo, path: Path, bar: tqdm) -> bytes:
    """Bytes of one member of the zip, checked by its CRC-32."""
    header, _ = remote.ask(entry.header_offset, entry.header_offset + 30)
    if header[:4] != b"PK\3\4":
        raise damaged(entry.filename)
    lengths = struct.unpack("<HH", header[26:30])  # of the name and of the extra field, which go before the data
    start = entry.header_offset + len(header) + sum(lengths)
    download(remote.url, path, bar, start, entry.compress_size)
    try:
        return unpack(path.read_bytes(), entry)
    except DataError:
        path.unlink()
        raise


def from_whole_zip(url: str, facts: Facts, parts: Path, progress: bool) -> dict[str, bytes]:
    """Bytes of the four .gz files (a dict), out of the whole zip."""
    path = parts / "whole.zip.part"
    with bar_of_bytes(None, progress) as bar:
        download(url, path, bar, whole=True)
    with open(path, "rb") as file:
        right = hashlib.file_digest(file, "md5").hexdigest() == facts.zip_md5
    if not right:
        path.unlink()
        raise damaged("The zip")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(member) for name, member in MEMBERS.items()}


def bar_of_bytes(total: int | None, progress: bool) -> tqdm:
    """A bar that counts bytes, shown on a terminal only."""
    from tqdm import tqdm

    return tqdm(total=total, desc="fetching letters", unit="B", unit_scale=True, disable=None if progress else True)


def clear(parts: Path) -> None:
    """Removes what lies in the folder of fetched parts."""
    for path in parts.iterdir():
        path.unlink()
