"""The network that reads commands: torch's LSTM, many in one stack that do not touch each other."""

import numpy as np
import pytest
import torch

from privlab.text.assistant.canaries import all_codes, planted
from privlab.text.assistant.dataset import WORDS, Commands
from privlab.text.assistant.model import CHARACTERS, _leave_out, _spelling, new_taggers

pytestmark = pytest.mark.usefixtures("cpu", "one_thread")


def test_the_lstm_is_that_of_torch():
    taggers = new_taggers(2, seed=1)
    data = Commands(*map(torch.tensor, planted(all_codes()[:2], 1, seed=1, size=5)))
    states = taggers.read(taggers.look_up(data.words), data.lengths).states_both
    for model in range(2):
        own = torch.nn.LSTM(32, 32, batch_first=True, bidirectional=True)
        order = np.concatenate([np.arange(64), np.arange(96, 128), np.arange(64, 96)])  # torch: in, forget, new, out
        for way, suffix in enumerate(("l0", "l0_reverse")):
            for name, part in (("weight_ih", "input_weight"), ("weight_hh", "state_weight"), ("bias_ih", "gate_bias")):
                given = taggers.parameters[part][model, way].mT[order]
                getattr(own, f"{name}_{suffix}").data = given if given.shape[1] > 1 else given[:, 0]
            getattr(own, f"bias_hh_{suffix}").data.zero_()
        for row in range(5):
            length = int(data.lengths[model, row])
            theirs, _ = own(taggers.look_up(data.words)[model, row, :length][None])
            torch.testing.assert_close(states[model, row, :length], theirs[0])


@pytest.mark.parametrize("settings", [{}, {"characters": 8}, {"characters": 8, "words": False}])
def test_models_of_a_stack_do_not_touch_each_other_and_blanks_do_not_count(settings):
    taggers = new_taggers(3, seed=1, **settings)
    data = Commands(*map(torch.tensor, planted(all_codes()[:3], [1, 0, 2], seed=1, size=20)))
    together = taggers.read(taggers.look_up(data.words), data.lengths).losses(data.tags, data.intents)
    alone = taggers[[1]].read(taggers[[1]].look_up(data.words[[1]]), data.lengths[[1]])
    torch.testing.assert_close(alone.losses(data.tags[[1]], data.intents[[1]]), together[[1]])
    longest = int(data.lengths.max())
    cut = taggers.read(taggers.look_up(data.words[..., :longest]), data.lengths)
    torch.testing.assert_close(cut.losses(data.tags[..., :longest], data.intents), together)


def test_what_dropout_leaves_is_scaled_up():
    """100,000 ones of two models: a share of 0.25 and of 0.5 is left out, and the mean stays within 0.02."""
    kept = _leave_out(torch.ones(2, 10, 100, 100), torch.tensor([0.25, 0.5]), torch.Generator().manual_seed(1))
    for model, (share, scaled) in enumerate(((0.25, 4 / 3), (0.5, 2.0))):
        assert kept[model].unique().tolist() == [0.0, pytest.approx(scaled)]
        assert float((kept[model] == 0).float().mean()) == pytest.approx(share, abs=0.02)
        assert float(kept[model].mean()) == pytest.approx(1, abs=0.02)


def test_an_assistant_without_vectors_is_refused():
    with pytest.raises(ValueError, match="vectors") as error:
        new_taggers(1, seed=1, words=False)
    assert "\n" not in str(error.value)


def test_a_word_is_read_by_its_characters():
    rows = _spelling()
    for row, word in zip(rows.tolist(), WORDS):
        assert row[0] == 0 and "".join(CHARACTERS[number - 1] for number in row if number) == word
