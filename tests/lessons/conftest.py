"""Fixtures of the lessons' tests."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def clinics():
    """The three clinics of lesson 90, with 1,000 letters each."""
    from privlab.lessons.capstone.scenario import gather

    return gather(1_000)


@pytest.fixture
def rng():
    return np.random.default_rng(9)
