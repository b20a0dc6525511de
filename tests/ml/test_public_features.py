"""Frozen public features."""

import numpy as np
import pytest
import torch

from privlab.data.drawn.dataset import SETS, draw
from privlab.ml.public_features import PublicFeatures, _main_directions

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.slow
def test_rows_have_length_one_and_depend_on_their_own_letter_alone(features):
    images = draw(SETS["private_test"], 40)[0]
    rows = features.rows(images)
    assert rows.shape == (40, 64 + 256 + 2) and torch.allclose(rows.norm(dim=1), torch.ones(40), atol=1e-5)
    assert torch.allclose(features.rows(images[7:9]), rows[7:9], atol=1e-5)
    blank = features.rows(np.zeros((1, 28, 28), np.uint8))
    assert blank.isfinite().all() and float(blank.norm()) == pytest.approx(1, abs=1e-5)


def test_the_directions_that_are_kept_are_those_in_which_letters_vary():
    spread = torch.tensor([0.1, 5.0, 0.2, 3.0])
    seen = torch.randn(500, 4, generator=torch.Generator().manual_seed(1)) * spread + 7
    centre, turn = _main_directions(seen, 2)
    assert torch.allclose(centre, seen.mean(0)) and turn.shape == (4, 2)
    weights = turn.square().sum(1) / turn.square().sum()
    assert weights[[1, 3]].sum() > 0.98 and (turn[3].abs().max() > turn[1].abs().max()), "large ones are damped"


@pytest.mark.slow
def test_too_few_public_letters(features):
    with pytest.raises(ValueError, match="512 directions need as many public letters, got 300"):
        PublicFeatures(features.reader, np.zeros((300, 28, 28), np.uint8))
