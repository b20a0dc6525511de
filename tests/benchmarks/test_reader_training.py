"""Training of the networks that read letters, and how they are kept."""

from dataclasses import replace

import pytest
import torch

from benchmarks.experiments.reader_training import accuracy, save_reader, train_reader
from privlab.data.drawn.dataset import SETS, draw
from privlab.data.types import Pictures
from privlab.ml.letter_classifier import as_pixels, load_reader, new_reader

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def few():
    return Pictures(*draw(replace(SETS["public"], first_writer=500_000, writers=60), 3_000), "drawn")


@pytest.mark.slow
def test_a_short_training_learns_and_repeats_itself(few):
    """3,000 letters, 3 passes: 40 % of other writers' letters where chance reads 4 %; the same from the same seed."""
    before = torch.random.get_rng_state()
    reader = train_reader(few, seed=3, epochs=3, width=8, hidden=64)
    assert torch.equal(before, torch.random.get_rng_state())
    others = Pictures(*draw(replace(SETS["public"], first_writer=600_000, writers=20)), "drawn")
    assert accuracy(reader, others) > 0.4
    again = train_reader(few, seed=3, epochs=3, width=8, hidden=64)
    assert all(torch.equal(one, two) for one, two in zip(reader.parameters(), again.parameters()))
    other = train_reader(few, seed=4, epochs=1, width=8, hidden=64)
    assert not torch.equal(next(reader.parameters()), next(other.parameters()))


@pytest.mark.slow
def test_too_few_letters_to_train_on(few):
    with pytest.raises(ValueError, match="at least one batch of 256 letters, got 3"):
        train_reader(Pictures(few.images[:3], few.labels[:3], None, "drawn"), seed=0)


def test_weights_survive_saving(tmp_path, monkeypatch, few):
    torch.manual_seed(0)
    reader = new_reader(width=4, hidden=16).eval()
    save_reader(reader, tmp_path / "reader-public.npz")
    monkeypatch.setattr("privlab.ml.letter_classifier.WEIGHTS", tmp_path)
    loaded = load_reader("drawn")
    with torch.no_grad():
        one, two = reader(as_pixels(few.images[:50])), loaded(as_pixels(few.images[:50]))
    assert torch.allclose(one, two, atol=1e-2) and not loaded.training
