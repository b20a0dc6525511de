"""Private training without any public data: what it learns, and that its whole bill is right."""

import numpy as np
import pytest
import torch

from benchmarks.experiments.scratch_reader import SHARES, ScratchReader, stroke_rows
from privlab.data.drawn.dataset import SETS, draw
from privlab.dp.gaussian import epsilon_at, total_mu

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def private():
    images, labels, *_ = draw(SETS["private_train"], 1_200)
    return stroke_rows(images)[:, ::8], torch.as_tensor(labels).long()  # every eighth number: quicker, and enough


def test_rows_have_length_one_and_no_letter_changes_anothers():
    images = draw(SETS["private_test"], 20)[0]
    rows = stroke_rows(images)
    assert rows.shape == (20, 1360) and torch.allclose(rows.norm(dim=1), torch.ones(20), atol=1e-5)
    assert torch.allclose(stroke_rows(images[3:5]), rows[3:5], atol=1e-6)
    blank = stroke_rows(np.zeros((1, 28, 28), np.uint8))
    assert blank.isfinite().all()


def test_strokes_in_the_right_direction_answer():
    """A vertical and a horizontal bar: their rows are less alike than two vertical ones a pixel apart."""
    bars = np.zeros((3, 28, 28), np.uint8)
    bars[0, 4:24, 13:15] = bars[1, 4:24, 14:16] = bars[2, 13:15, 4:24] = 255
    rows = stroke_rows(bars)
    assert rows[0] @ rows[1] > 0.95 and rows[0] @ rows[2] < 0.7


@pytest.mark.slow
@pytest.mark.parametrize("epsilon", [1.5, 3.0])
def test_the_whole_bill_is_the_budget(private, epsilon):
    reader = ScratchReader(private[0][:100], private[1][:100], epsilon)
    assert sum(SHARES.values()) == pytest.approx(1)
    assert len(reader.noise_multipliers) == 62
    assert epsilon_at(total_mu(reader.noise_multipliers), delta=1e-5) == pytest.approx(epsilon, abs=1e-6)


@pytest.mark.slow
def test_more_budget_reads_better(private):
    """1,000 letters, 200 others: ε of 100 reads more than half, ε of 0.1 next to nothing; chance reads 4 %."""
    rows, labels = private
    good, bad = (
        ScratchReader(rows[:1000], labels[:1000], epsilon).accuracy(rows[1000:], labels[1000:])
        for epsilon in (100.0, 0.1)
    )
    assert good > 0.5 and bad < 0.2


@pytest.mark.slow
def test_one_letter_moves_each_release_by_at_most_one(private):
    """Silent noise: the sums of 50 rows, with and without the last."""
    rows, _ = private
    rows = rows[:50] / rows[:50].norm(dim=1, keepdim=True)
    assert float(rows[-1].norm()) == pytest.approx(1, abs=1e-5)
    one = rows[-1:]
    assert float((one.T @ one).triu().norm()) <= 1 + 1e-5


def test_bad_input(private):
    with pytest.raises(ValueError, match="epsilon must be a positive"):
        ScratchReader(private[0][:10], private[1][:10], 0)
