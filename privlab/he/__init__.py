"""Homomorphic encryption: computing on numbers that one cannot read (lessons 31 and 32).

x, y, [n] numbers, one in each slot of a ciphertext.  ring dimension of the polynomials, of which ring / 2 are slots.
scale what a number is multiplied by before it is rounded.  level primes of the modulus that are left: a multiplication
uses one up.  depth the most multiplications on any one path of a circuit.  client holds the secret key, server public
keys, executor runs a circuit on a server.  Z [m, n] a minibatch, b [n] weights, u = Z b, h(u) the sigmoid of -u.

toy_ckks  a scheme small enough for paper, and two ways to break it.
circuits  circuits traced from Python functions, linear algebra in them, what runs them in the clear, pictures of them.
ckks      the real scheme, on the library SEAL: parameters, client and server, what runs circuits on ciphertexts.
logreg    logistic regression trained on ciphertexts, from depth 5 a minibatch to a little over 2, by two processes.

One's own circuit: `circuit = he.trace(lambda x: W @ x + b, x=64)`, then `he.Depth()(circuit)`,
`he.Precision(he.Parameters.for_circuit(circuit))(circuit, x=x)`, `he.run_as_two_processes(circuit, {"x": x})`,
`circuit.save(file)` and `he.load(file)`.

The vocabulary of interchangeable evaluators (plain, depth, count, rotations, precision, encrypted) is that of the
Homomorphic Implementor's Toolkit (HIT), which belongs to the article "Building machine learning models with encrypted
data".
"""

from privlab.he import circuits, ckks, logreg, toy_ckks
from privlab.he.circuits import Circuit, Column, Count, Depth, Matrix, Plain, Rotations, Row, load, trace
from privlab.he.ckks import Encrypted, Parameters, Precision, TwoProcesses, run_as_two_processes

__all__ = [
    "Circuit", "Column", "Count", "Depth", "Encrypted", "Matrix", "Parameters", "Plain", "Precision", "Rotations",
    "Row", "TwoProcesses", "circuits", "ckks", "load", "logreg", "run_as_two_processes", "toy_ckks", "trace",
]  # fmt: skip
