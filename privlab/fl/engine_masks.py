"""The masks that the engine's SecAgg+ draws, seen from outside: a key of 256 bits becomes a seed of 32 (lesson 55)."""
import secrets
import warnings

import numpy as np

KEY_BYTES = 32


def engine_mask(key, length):
    """The mask that the engine makes of a key: whole numbers below 2^32, int64 [length]. key : 32 bytes.

    Not secure because the key is folded to 32 bits, and stretched by a generator made for simulations.
    Source: `pseudo_rand_gen` of flwr 1.41, which is called here.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the engine's protobuf files are one version older
        from flwr.common.secure_aggregation.secaggplus_utils import pseudo_rand_gen
    return pseudo_rand_gen(key, 2**32, [(length,)])[0]


def folded(key):
    """The seed that the engine makes of a key, a whole number below 2^32: its words of four bytes, XORed. key : bytes."""
    return int(np.bitwise_xor.reduce(np.frombuffer(key, "<u4")))


def twin(key):
    """Another key of the same length with the same seed, bytes: all but four bytes are drawn anew. key : bytes."""
    drawn = secrets.token_bytes(len(key) - 4)
    return drawn + (folded(drawn) ^ folded(key)).to_bytes(4, "little")
