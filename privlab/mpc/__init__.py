"""Multiparty computation: parties compute on numbers that none of them sees, and only the result is opened.

n parties, each with a secret x and one share of everybody's; t the threshold, so that t shares tell nothing; M the
modulus, 2^64 where no other is named, and p a prime one; a, b and c = ab a triple. A transcript is who sent what to
whom. The shares of a vector are uint64 [parties, n].

additive          shares that add up to the secret, of numbers and of vectors.
shamir            shares of which any t + 1 suffice, and a forged one is found.
commitments       a number in a sealed envelope.
transcript        who saw what.
secure_sum        the sum message by message, and what small shares tell.
output_leakage    the inputs that fit a result.
psi               private set intersection, and the hashes that fail where it holds.
beaver            products of shared secrets; a reader of letters that sees none.
authenticated     shares with a MAC, by which a lie is caught.
degree_reduction  products of Shamir's shares, without a dealer.
oblivious_transfer  one message of two, and nobody learns which.
garbling          one gate, evaluated by somebody who cannot read it.
fixed_point       fractions modulo 2^64.
laplace_shares    a party's share of discrete Laplace noise.
parties           a process for each party, on the library mpyc; programs are what they run.
auction_and_vote  an auction and a vote by such processes.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from privlab.mpc import (
        additive,
        auction_and_vote,
        authenticated,
        beaver,
        commitments,
        degree_reduction,
        fixed_point,
        garbling,
        laplace_shares,
        oblivious_transfer,
        output_leakage,
        parties,
        programs,
        psi,
        secure_sum,
        shamir,
        transcript,
    )
    from privlab.mpc.additive import Shared, share
    from privlab.mpc.psi import hash_to_group, power, random_key
    from privlab.mpc.shamir import height_at
else:
    _HOME = {"Shared": "additive", "share": "additive", "height_at": "shamir"}
    _HOME |= dict.fromkeys(("hash_to_group", "power", "random_key"), "psi")

    def __getattr__(name):
        """A module of the room, or one of its central functions, imported when it is first used: the process of a party
        needs one or two of them, and an auction among five takes half as long again where each imports all and numpy.
        """
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = importlib.import_module(f"{__name__}.{_HOME.get(name, name)}")
        return getattr(module, name) if name in _HOME else module


__all__ = (
    "Shared",
    "additive",
    "auction_and_vote",
    "authenticated",
    "beaver",
    "commitments",
    "degree_reduction",
    "fixed_point",
    "garbling",
    "hash_to_group",
    "height_at",
    "laplace_shares",
    "oblivious_transfer",
    "output_leakage",
    "parties",
    "power",
    "programs",
    "psi",
    "random_key",
    "secure_sum",
    "shamir",
    "share",
    "transcript",
)
