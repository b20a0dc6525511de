"""Circuits on ciphertexts of CKKS: a client with the secret key, a server without (lessons 31 and 32).

parameters      ring, primes and scales for a circuit, inside the table of 128-bit security of 2024.
client, server  who holds the secret key, and who holds public keys only.
executor        what runs a circuit on a server.
encrypted_run   client and server in one.
room            whether the values of a circuit fit the modulus.
noise_estimate  how exact a result will be, before anything is encrypted.
serialization   keys and ciphertexts in files.
two_processes   client and server as processes with files between them; their code lies in programs.
schedule        two workers on one circuit.
seal            the library.
"""

from privlab.he.ckks.client import Client
from privlab.he.ckks.encrypted_run import Encrypted, decrypt, encrypt
from privlab.he.ckks.executor import Executor
from privlab.he.ckks.noise_estimate import Precision
from privlab.he.ckks.parameters import MOST_BITS, MOST_BITS_2024, Parameters
from privlab.he.ckks.room import Fitting
from privlab.he.ckks.schedule import Plan, estimates, pipelined, plan
from privlab.he.ckks.serialization import load, save
from privlab.he.ckks.server import Server
from privlab.he.ckks.two_processes import TwoProcesses, run_as_two_processes

__all__ = [
    "MOST_BITS", "MOST_BITS_2024", "Client", "Encrypted", "Executor", "Fitting", "Parameters", "Plan", "Precision",
    "Server", "TwoProcesses", "decrypt", "encrypt", "estimates", "load", "pipelined", "plan", "run_as_two_processes",
    "save",
]  # fmt: skip
