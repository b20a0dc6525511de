"""What a client refuses: numbers that are none, and what another key has encrypted."""

import numpy as np
import pytest

from privlab.he.circuits.tracing import trace
from privlab.he.ckks.client import Client
from privlab.he.ckks.encrypted_run import Encrypted
from privlab.he.ckks.parameters import Parameters
from tests.he.examples import X

pytest.importorskip("tenseal")


def test_a_wrong_key_and_foreign_parameters_are_told(quartic):
    circuit, run = quartic
    ciphertexts = run.encrypt(circuit, x=X)
    with pytest.raises(ValueError, match="makes no sense"):
        Client(run.parameters).decrypt(ciphertexts["x"], 8)
    other = Encrypted(Parameters.for_circuit(circuit, scale_bits=30))
    with pytest.raises(ValueError, match="other parameters"):
        other.client.decrypt(ciphertexts["x"], 8)
    with pytest.raises(ValueError, match="other parameters"):
        other.evaluate(circuit, ciphertexts)


def test_every_level_has_its_own_scale(quartic):
    _, run = quartic
    scales = run.parameters.scales
    assert len(set(scales)) == len(scales) == 3
    for level, scale in enumerate(scales):
        cipher = run.client.encrypt(X, level)
        assert cipher.scale == scale and run.server.level(cipher) == level
        assert run.client.decrypt(cipher, 8) == pytest.approx(X, abs=1e-5)


def test_numbers_that_are_none_are_told(quartic):
    circuit, run = quartic
    for slots, level in ((8, 3), (8, -1), (3000, 1)):
        with pytest.raises(ValueError, match=f"{slots} slots at level {level} do not fit"):
            run.client.encrypt(np.zeros(slots), level)
    for wrong in (np.nan, np.inf, 1e300):
        with pytest.raises(ValueError, match="a number to encrypt is not finite, or too large"):
            run(circuit, x=np.full(8, wrong))
        with pytest.raises(ValueError, match="a plain number here is not finite, or too large"):
            run(trace(lambda x: x * x + wrong, x=8), x=X)
