"""A circuit of depth 2 and what runs it encrypted, made once for the tests of a module."""

import pytest

from privlab.he.circuits.tracing import trace
from privlab.he.ckks.encrypted_run import Encrypted
from privlab.he.ckks.parameters import Parameters


@pytest.fixture(scope="module")
def quartic():
    circuit = trace(lambda x: x**4 + 2, x=8)
    return circuit, Encrypted(Parameters.for_circuit(circuit, scale_bits=38))
