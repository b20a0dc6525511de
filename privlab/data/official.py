"""The official EMNIST letters files: their names, how to know them, and how to read them."""
import gzip
import hashlib
import struct
import zlib
from dataclasses import dataclass

import numpy as np

from privlab.data.errors import DataError

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
    label_hashes={"y_train": "e8e94c3f4353d5532fd9604b939cb4c76e7847945b9b0d9ff7884d881dead6bc",
                  "y_test": "22dbcde0a929a7f166bdac863b9195b2994d840a1e082f8f6daaeac5606376a6"},
    known_rows=14_800,
    known_hash="64613e3dbe230221f6804affa3a2228dfec4b901caa53176168921f273e73073",
    zip_md5="58c8d27c78d21e728a6bc7b3cc06412e",
)


def unpack(compressed, entry):
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


def damaged(name):
    """DataError for a file that is not what it should be."""
    return DataError(f"{name} arrived damaged and was thrown away: run `python -m privlab data` again.")


def read_letters(gzipped, facts=OFFICIAL):
    """The arrays x_train, y_train, x_test, y_test (a dict): images upright, labels 1..26, checked by the facts.

    gzipped : dict, array -> bytes of its .gz file.
    Raises DataError when a file is not the official one.
    Source: Cohen et al. 2017, https://arxiv.org/abs/1702.05373
    """
    return {name: read_file(name, data, facts) for name, data in gzipped.items()}


def read_file(name, gzipped, facts):
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
        known = data[len(header):len(header) + facts.known_rows * 28 * 28]
        if hashlib.sha256(known).hexdigest() != facts.known_hash:
            raise not_official(name, "has other pictures")
    array = np.frombuffer(data, np.uint8, offset=len(header)).reshape(shape)
    return array.transpose(0, 2, 1) if array.ndim == 3 else array   # the official files hold pictures transposed


def not_official(name, how):
    """DataError for a file that differs from what is known of the official one."""
    return DataError(f"{MEMBERS[name]} is not the official EMNIST file (it {how}), so it was thrown away: "
                     "tell the course's authors if this happens again.")
