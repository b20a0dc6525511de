"""The library may be missing."""

import sys

import pytest

from privlab.he.circuits.evaluators import Depth, Plain
from privlab.he.circuits.tracing import trace
from privlab.he.ckks.noise_estimate import Precision
from privlab.he.ckks.parameters import Parameters
from tests.he.examples import X


def test_without_tenseal_the_clear_still_works_and_the_rest_says_what_is_missing(monkeypatch):
    from privlab.he.ckks.client import Client
    from privlab.he.ckks.seal import context

    monkeypatch.setitem(sys.modules, "tenseal", None)
    context.cache_clear()
    circuit = trace(lambda x: x**4 + 2, x=8)
    parameters = Parameters.for_circuit(circuit, scale_bits=38)
    assert Plain()(circuit, x=X) == pytest.approx(X**4 + 2) and Depth()(circuit) == 2
    assert 20 < Precision(parameters)(circuit, x=X) < 30
    with pytest.raises(ImportError, match="tenseal is not installed"):
        Client(parameters)
