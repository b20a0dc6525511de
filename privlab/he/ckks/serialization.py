"""Keys and ciphertexts in files, which know when they were cut short, changed, or made for other parameters."""

import hashlib
import os
import pathlib
from typing import Any

from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.seal import context, library

KINDS = {
    "ciphertext": "Ciphertext",
    "product key": "RelinKeys",
    "rotation key": "GaloisKeys",
    "secret key": "SecretKey",
}
DIGEST = hashlib.sha256().digest_size


def save(thing: Any, path: str | os.PathLike, parameters: Parameters) -> int:
    """The bytes that the file takes; writes a ciphertext or a key, then a hash of it and one of the parameters.

    thing  a ciphertext or a key of a `Client`. The file is there whole or not at all.
    Not secure because whoever changes the file on purpose can renew the hash: it finds accidents only.
    """
    path = pathlib.Path(path)
    partial = path.with_name(path.name + ".partial")
    thing.save(os.fspath(partial))
    content = _hash_of_file(partial, partial.stat().st_size)
    with open(partial, "ab") as file:
        file.write(content + _hash_of(parameters))
    partial.replace(path)
    return path.stat().st_size


def load(kind: str, path: str | os.PathLike, parameters: Parameters) -> Any:
    """The ciphertext or key in a file.

    kind  "ciphertext", "product key", "rotation key" or "secret key".
    Raises ValueError when the file was cut short or changed, belongs to other parameters, or holds something else;
    FileNotFoundError where there is none.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path.name}: has the other side written it yet?")
    size = path.stat().st_size - 2 * DIGEST
    with open(path, "rb") as file:
        file.seek(max(size, 0))
        content, made_for = file.read(DIGEST), file.read(DIGEST)
    if size <= 0 or _hash_of_file(path, size) != content:
        raise ValueError(f"{path.name} was cut short or changed on its way: ask for it again")
    if made_for != _hash_of(parameters):
        raise ValueError(f"{path.name} belongs to other parameters: both sides must use the same")
    thing = getattr(library(), KINDS[kind])()
    try:
        thing.load(context(parameters)[0], os.fspath(path))
    except (ValueError, RuntimeError):
        raise ValueError(f"{path.name} does not hold a {kind}") from None
    return thing


def _hash_of(parameters: Parameters) -> bytes:
    return hashlib.sha256(repr(parameters).encode()).digest()


def _hash_of_file(path: pathlib.Path, size: int) -> bytes:
    """The hash of the first `size` bytes of a file."""
    hashed = hashlib.sha256()
    with open(path, "rb") as file:
        while size > 0 and (piece := file.read(min(size, 1 << 20))):
            hashed.update(piece)
            size -= len(piece)
    return hashed.digest()
