"""Commitments: a number in a sealed envelope (lesson 11)."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def commit(value: int, nonce: bytes | None = None) -> tuple[bytes, bytes]:
    """The commitment to `value`, 32 bytes that tell nothing about it, and the nonce that opens it, 32 bytes.

    nonce : 32 bytes, only where it must be shown again; left out, the operating system draws it.
    Raises ValueError for a nonce of another length, TypeError when `value` is not a whole number.
    Source: Evans, Kolesnikov and Rosulek (2018), section 2.1; hiding and binding rest on SHA-256.
    Not secure because a sum that was committed to honestly may still be a lie: only changing one's mind is caught.
    """
    nonce = secrets.token_bytes(32) if nonce is None else nonce
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"a commitment is to a whole number, got {value!r}")
    if len(nonce) != 32:  # a fixed length: else the end of the nonce could be read as the beginning of the value
        raise ValueError(f"the nonce must have 32 bytes, got {len(nonce)}")
    return hashlib.sha256(nonce + str(value.__index__()).encode()).digest(), nonce


def opens(commitment: bytes, value: int, nonce: bytes) -> bool:
    """Whether `value` and `nonce` open the commitment."""
    return hmac.compare_digest(commit(value, nonce)[0], commitment)
