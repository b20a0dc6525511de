"""Shares that carry a MAC: a party that says another share than it holds is caught (lesson 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from privlab.mpc.additive import Shared, share, signed, uniform
from privlab.mpc.commitments import commit, opens
from privlab.mpc.secure_sum import NAMES
from privlab.mpc.shamir import PRIME
from privlab.mpc.transcript import EVERYONE, Transcript
from privlab.validation import is_prime


class Cheated(ValueError):
    """What was said does not fit the MAC: somebody lied, and all stop. Who it was is not known."""


@dataclass(frozen=True)
class Authenticated:
    """A secret in shares, and its MAC in shares: the global key times the secret, modulo a prime.

    `x + y`, `x - y` and `x * 3` are worked out by each party on its own, and so is `x.plus(5, key)`.
    """

    value: Shared
    mac: Shared

    def __add__(self, other: Authenticated) -> Authenticated:
        return Authenticated(self.value + other.value, self.mac + other.mac)

    def __sub__(self, other: Authenticated) -> Authenticated:
        return Authenticated(self.value - other.value, self.mac - other.mac)

    def __mul__(self, public: int) -> Authenticated:
        return Authenticated(self.value * public, self.mac * public)

    def plus(self, public: int, key: Shared) -> Authenticated:
        """The secret and a public number: one party adds it to its share, all add it times their share of the key."""
        return Authenticated(self.value + public, self.mac + key * public)


def deal_key(parties: int, *, modulus: int = PRIME, rng: np.random.Generator | None = None) -> Shared:
    """The global key in shares, uniform from 0 to modulus - 1; nobody is to know it.

    parties : at least 2.
    modulus : a prime; modulo another number some lies change no MAC.
    rng : seeded, for a key that is only shown; left out, the operating system draws.
    Raises ValueError for fewer than two parties or a modulus that is not prime.
    Source: Damgård, Pastro, Smart and Zakarias (2012), "Multiparty computation from somewhat homomorphic encryption".
    Not secure because whoever calls it has all the shares. In SPDZ each party draws its own.
    """
    if not is_prime(modulus):
        raise ValueError(f"the modulus must be a prime, such as 2^61 - 1, got {modulus}: else some lies pass")
    return share(signed(uniform(modulus, rng), modulus), parties=parties, modulus=modulus, rng=rng)


def authenticate(secret: int, key: Shared, *, rng: np.random.Generator | None = None) -> Authenticated:
    """The secret and its MAC, each in uniform shares for the parties that hold the key.

    secret : at least -modulus/2 and below modulus/2, the key's modulus.
    key : as `deal_key` returns it.
    rng : seeded, for shares that are only shown; left out, the operating system draws.
    Source: Damgård, Pastro, Smart and Zakarias (2012), with the global key's shares and no key of each party's own.
    Not secure because it puts the key together. In SPDZ the parties make MACs by homomorphic encryption, beforehand.
    """
    parties, modulus = len(key.shares), key.modulus
    assert modulus is not None
    mac = signed(key.reconstruct() * secret, modulus)
    value, mac_shares = (share(number, parties=parties, modulus=modulus, rng=rng) for number in (secret, mac))
    return Authenticated(value, mac_shares)


class Triple(NamedTuple):
    """Three secrets with MACs that nobody knows, c = a b. For one multiplication only."""

    a: Authenticated
    b: Authenticated
    c: Authenticated


def deal_triple(key: Shared, *, rng: np.random.Generator | None = None) -> Triple:
    """A fresh triple with MACs under the key, from a dealer whom all trust.

    rng : seeded, for a triple that is only shown; left out, the operating system draws.
    Source: Beaver (1991); Damgård, Pastro, Smart and Zakarias (2012).
    Not secure because the dealer knows a, b and the key.
    """
    modulus = key.modulus
    assert modulus is not None
    a, b = (signed(uniform(modulus, rng), modulus) for _ in range(2))
    return Triple(*(authenticate(number, key, rng=rng) for number in (a, b, signed(a * b, modulus))))


def open_checked(secret: Authenticated, *, key: Shared, said: Shared | None = None) -> tuple[int, Transcript]:
    """The number that is opened, when it fits its MAC, and the transcript.

    said : what each party says its share is; left out, what it holds.
    Raises `Cheated` when somebody has said another share than it holds, but for one case in as many as the modulus.
    Source: Damgård, Pastro, Smart and Zakarias (2012); Damgård, Keller, Larraia and others (2013) for the key that
    stays secret.
    Not secure because all parties are played here by one program.
    """
    names, transcript = NAMES[: len(key.shares)], Transcript()
    said = secret.value if said is None else said
    for name, part in zip(names, said.shares):
        transcript.send(name, EVERYONE, "share", part)
    opened = said.reconstruct()
    sigmas = secret.mac - key * opened  # each party works out its own
    sealed = [commit(sigma) for sigma in sigmas.shares]
    for name, (envelope, _) in zip(names, sealed):
        transcript.send(name, EVERYONE, "envelope", envelope)
    for name, sigma, (envelope, nonce) in zip(names, sigmas.shares, sealed):
        transcript.send(name, EVERYONE, "sigma, nonce", (sigma, nonce))
        if not opens(envelope, sigma, nonce):
            raise Cheated(f"{name}'s envelope does not open to what {name} says: stop, and trust no number of this run")
    if sigmas.reconstruct() != 0:
        raise Cheated("what was said does not fit its MAC: somebody lied. Stop, and trust no number of this run")
    return opened, transcript


def bytes_sent(transcript: Transcript, *, parties: int) -> tuple[int, int]:
    """How many messages all parties send, and how many bytes these hold: 8 for a number, the length of an envelope.

    transcript : what goes to everyone counts once for each of the others.
    """

    def size(value):
        if isinstance(value, Sequence) and not isinstance(value, bytes):
            return sum(map(size, value))
        return len(value) if isinstance(value, bytes) else 8

    copies = [(size(m.value), parties - 1 if m.receiver == EVERYONE else 1) for m in transcript.messages]
    return sum(count for _, count in copies), sum(bytes_ * count for bytes_, count in copies)
