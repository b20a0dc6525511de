"""Numbers that can be raised to secret powers in any order: the group of Ed25519 (lesson 12)."""
import concurrent.futures
import hashlib
import os
import secrets

PURPOSE = b"privlab lesson 12: items of a set\0"
CHUNK = 250


def hash_to_group(item):
    """A point of the group, 32 bytes, of which nobody knows the logarithm: the item's hash, mapped to the curve.

    libsodium's map (Elligator 2) takes 32 uniform bytes to a point of the curve and multiplies it by 8, the cofactor:
    the curve has 8 times as many points as the group, and what lies outside would tell a key's remainder modulo 8.
    It reaches about half of the group, which does not matter here: such points are as hard to link as any.
    item : str. Raises TypeError for anything else.
    Source: Bernstein and others (2013), "Elligator"; RFC 9380 calls a map like this one `encode_to_curve`.
    """
    from nacl.bindings import crypto_core_ed25519_from_uniform

    if not isinstance(item, str):
        raise TypeError(f"items are text, such as phone numbers, got {item!r}: make it a str first")
    return crypto_core_ed25519_from_uniform(hashlib.sha512(PURPOSE + item.encode()).digest()[:32])


def random_key():
    """A secret exponent, 32 bytes, uniform below the order of the group; the operating system draws it."""
    from nacl.bindings import crypto_core_ed25519_scalar_reduce

    return crypto_core_ed25519_scalar_reduce(secrets.token_bytes(64))


def power(point, key):
    """The point raised to the key, 32 bytes; power(power(p, a), b) and power(power(p, b), a) are the same point.

    point : 32 bytes; it may come from the other party, so it is checked.
    key : 32 bytes, as `random_key` returns them.
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
    shown = point.hex() if isinstance(point, bytes) else repr(point)
    raise ValueError(f"{shown[:16]}... is not a point of the group: stop, the other party does not follow the protocol")


def powers(points, key):
    """Each point raised to the key, a list in the order of the points. Works on all cores; raises as `power` does."""
    return _on_all_cores(lambda point: power(point, key), points)


def hashed_powers(items, key):
    """Each item hashed to the group and raised to the key, a list in the order of the items. Works on all cores."""
    return _on_all_cores(lambda item: power(hash_to_group(item), key), items)


def _on_all_cores(work, values):
    """Threads suffice: libsodium computes outside Python's lock, and so the key never leaves this process."""
    values = list(values)
    chunks = [values[start:start + CHUNK] for start in range(0, len(values), CHUNK)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        return [each for chunk in threads.map(lambda chunk: [work(value) for value in chunk], chunks) for each in chunk]
