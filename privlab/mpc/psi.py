"""Private set intersection over the group of Ed25519, and the list of hashes that fails where it holds (lesson 12)."""

from __future__ import annotations

import concurrent.futures
import hashlib
import os
import secrets
from collections.abc import Iterable

PURPOSE = b"privlab lesson 12: items of a set\0"
CHUNK = 250


def hash_to_group(item: str) -> bytes:
    """A point of the group, 32 bytes, of which nobody knows the logarithm: the item's hash, mapped to the curve.

    libsodium's map (Elligator 2) takes 32 uniform bytes to a point of the curve and multiplies it by 8, the cofactor:
    the curve has 8 times as many points as the group, and what lies outside would tell a key's remainder modulo 8.
    It reaches about half of the group, which does not matter here: such points are as hard to link as any.
    Raises TypeError for an item that is no text.
    Source: Bernstein and others (2013), "Elligator"; RFC 9380 calls a map like this one `encode_to_curve`.
    """
    from nacl.bindings import crypto_core_ed25519_from_uniform

    if not isinstance(item, str):
        raise TypeError(f"items are text, such as phone numbers, got {item!r}: make it a str first")
    return crypto_core_ed25519_from_uniform(hashlib.sha512(PURPOSE + item.encode()).digest()[:32])


def random_key() -> bytes:
    """A secret exponent, 32 bytes, uniform below the order of the group; the operating system draws it."""
    from nacl.bindings import crypto_core_ed25519_scalar_reduce

    return crypto_core_ed25519_scalar_reduce(secrets.token_bytes(64))


def power(point: bytes, key: bytes) -> bytes:
    """The point raised to the key, 32 bytes; power(power(p, a), b) and power(power(p, b), a) are the same point.

    point : it may come from the other party, so it is checked.
    key : as `random_key` returns it.
    Raises ValueError when these bytes are no point of the group: off the curve, of small order, or outside the group.
    Source: Diffie and Hellman (1976).
    Not secure because a Python program does not clear its keys from memory; libsodium itself takes constant time.
    """
    from nacl.bindings import crypto_scalarmult_ed25519_noclamp
    from nacl.exceptions import RuntimeError as Refused

    if isinstance(point, bytes) and len(point) == 32:
        try:  # libsodium itself refuses points off the curve, outside the group or of small order: tested
            return crypto_scalarmult_ed25519_noclamp(key, point)
        except Refused:
            pass
    text = point.hex() if isinstance(point, bytes) else repr(point)
    raise ValueError(f"{text[:16]}... is not a point of the group: stop, the other party does not follow the protocol")


def powers(points: Iterable[bytes], key: bytes) -> list[bytes]:
    """Each point raised to the key, in the order of the points. Works on all cores; raises as `power` does."""
    return _on_all_cores(lambda point: power(point, key), points)


def hashed_powers(items: Iterable[str], key: bytes) -> list[bytes]:
    """Each item hashed to the group and raised to the key, in the order of the items. Works on all cores."""
    return _on_all_cores(lambda item: power(hash_to_group(item), key), items)


def _on_all_cores(work, values):
    """Threads suffice: libsodium computes outside Python's lock, and so the key never leaves this process."""
    values = list(values)
    chunks = [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        done = threads.map(lambda chunk: [work(value) for value in chunk], chunks)
        return [point for chunk in done for point in chunk]


def hashed(items: Iterable[str]) -> set[bytes]:
    """The SHA-256 hash of each item, 32 bytes: what is often called "anonymised" and is not.

    Source: Huberman, Franklin and Hogg (1999) begin with this protocol and why it fails.
    Not secure because whoever can list the items that are possible can hash them all.
    """
    return {hashlib.sha256(item.encode()).digest() for item in items}


def read_hashes(hashes: set[bytes], candidates: Iterable[str]) -> list[str]:
    """The items behind the hashes of another party: each candidate is hashed and looked up.

    candidates : all that the items could be.
    """
    return [item for item in candidates if hashlib.sha256(item.encode()).digest() in hashes]


class Client:
    """The one who learns what is common; an item that is named twice counts once."""

    def __init__(self, items: Iterable[str]) -> None:
        self.items, self._key = list(dict.fromkeys(items)), random_key()

    def request(self) -> list[bytes]:
        """First message, to the server: the client's items, each a point raised to the client's key."""
        return hashed_powers(self.items, self._key)

    def common(self, answer: list[bytes], setup: list[bytes]) -> list[str]:
        """The items that the server has as well. answer, setup : what the server sent."""
        twice = self._raised(answer, setup)
        return [item for item, point in zip(self.items, answer) if point in twice]

    def count(self, answer: list[bytes], setup: list[bytes]) -> int:
        """How many items the server has as well, all that a size-only answer tells. answer, setup : as in `common`."""
        return len(self._raised(answer, setup).intersection(answer))

    def _raised(self, answer, setup):
        if len(answer) != len(self.items):
            raise ValueError(f"the client asked about {len(self.items)} items, the server answered for {len(answer)}")
        return set(powers(setup, self._key))


class Server:
    """The one who answers and learns how many items the client has."""

    def __init__(self, items: Iterable[str]) -> None:
        self.items, self._key = list(dict.fromkeys(items)), random_key()

    def setup(self) -> list[bytes]:
        """The server's items, each a point raised to its key; sorted, so that their places tell nothing."""
        return sorted(hashed_powers(self.items, self._key))

    def answer(self, request: list[bytes], size_only: bool = False) -> list[bytes]:
        """The client's points raised to the server's key as well, in the client's order.

        size_only : sorts them, so that the client can count the common items and not name them.
        Raises ValueError when one of the points is not in the group.
        """
        raised = powers(request, self._key)
        return sorted(raised) if size_only else raised


def intersect(client_items: Iterable[str], server_items: Iterable[str], size_only: bool = False) -> list[str] | int:
    """The items common to both, in the client's order, or how many they are when `size_only`.

    Source: Meadows (1986); Huberman, Franklin and Hogg (1999).
    Not secure because nobody checks the client's items: a client that lists every possible item learns the whole set.
    """
    client, server = Client(client_items), Server(server_items)
    setup, answer = server.setup(), server.answer(client.request(), size_only)
    return client.count(answer, setup) if size_only else client.common(answer, setup)


def intersect_with_library(
    client_items: list[str], server_items: list[str], size_only: bool = False
) -> list[str] | int | None:
    """The same by openmined-psi, or None where that library is not installed.

    It exists for Linux on x86-64 and macOS on arm64.
    Source: OpenMined and Google, PSI, a C++ library that follows the same protocol.
    """
    try:
        import private_set_intersection.python as psi
    except ImportError:
        return None
    client, server = psi.client.CreateWithNewKey(not size_only), psi.server.CreateWithNewKey(not size_only)
    setup = server.CreateSetupMessage(1e-9, len(client_items), server_items, psi.DataStructure.RAW)
    answer = server.ProcessRequest(client.CreateRequest(client_items))
    if size_only:
        return client.GetIntersectionSize(setup, answer)
    return [client_items[index] for index in sorted(client.GetIntersection(setup, answer))]
