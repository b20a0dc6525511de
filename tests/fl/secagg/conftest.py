"""Fixtures of secure aggregation."""

import pytest

from privlab.fl.secagg.protocol import Federation
from tests.fl.secagg.rounds import ROOT


@pytest.fixture(scope="module")
def federation():
    return Federation(32, ROOT)
