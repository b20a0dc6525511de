"""Circuits on ciphertexts of CKKS: a client with the secret key, a server without (lessons 31 and 32).

parameters      ring, primes and scales for a circuit, inside the table of 128-bit security.
client, server  who holds the secret key, and who holds public keys only.
executor        what runs a circuit on a server.
encrypted_run   client and server in one.
noise_estimate  how exact a result will be, before anything is encrypted.
serialization   keys and ciphertexts in files.
schedule        two workers on one circuit.
seal            the library.
"""

from privlab.he.ckks.client import Client
from privlab.he.ckks.encrypted_run import Encrypted, decrypt, encrypt
from privlab.he.ckks.executor import Executor
from privlab.he.ckks.noise_estimate import Precision
from privlab.he.ckks.parameters import MOST_BITS, Parameters
from privlab.he.ckks.schedule import Plan, estimates, pipelined, plan
from privlab.he.ckks.serialization import load, save
from privlab.he.ckks.server import Server

__all__ = [
    "MOST_BITS", "Client", "Encrypted", "Executor", "Parameters", "Plan", "Precision", "Server", "decrypt", "encrypt",
    "estimates", "load", "pipelined", "plan", "save",
]  # fmt: skip
