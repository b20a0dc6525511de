"""Assistants that several files test: the first two heard their code 40 times, the third once, the last never."""

import numpy as np
import pytest

from privlab.device import one_thread
from privlab.text.assistant.canaries import draw_codes, planted
from privlab.text.assistant.training import train


@pytest.fixture(scope="session")
def stack():
    """(assistants, codes)."""
    codes = draw_codes(4, np.random.default_rng(1))
    with pytest.MonkeyPatch.context() as patch, one_thread():
        patch.setenv("PRIVLAB_DEVICE", "cpu")
        return train(planted(codes, [40, 40, 1, 0], seed=2, size=600), seed=3, epochs=10), codes
