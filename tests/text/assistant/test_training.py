"""How assistants learn; in private training, sums and lengths from two factors equal those of commands one by one."""

import numpy as np
import pytest
import torch

from privlab.text.assistant.canaries import all_codes, draw_codes, planted
from privlab.text.assistant.dataset import TAGS, encode, utterances
from privlab.text.assistant.model import Taggers, new_taggers
from privlab.text.assistant.training import (
    _batches,
    _f1,
    _slots,
    accuracy,
    clipped_sum,
    rows_of,
    to_tensors,
    train,
    train_privately,
)

pytestmark = pytest.mark.usefixtures("cpu", "one_thread")


@pytest.mark.slow
def test_assistants_learn_their_commands(stack):
    intents, slots = accuracy(stack[0], encode(utterances(200, np.random.default_rng(9))))
    assert intents.min() > 0.9 and slots.min() > 0.85
    intents, slots = accuracy(new_taggers(2, seed=1), encode(utterances(200, np.random.default_rng(9))))
    assert intents.max() < 0.5 and slots.max() < 0.2, "control: untrained ones do not know them"


def test_the_same_seed_gives_the_same_assistants():
    data = planted(all_codes()[:2], 1, seed=1, size=100)
    first, again, other = (
        train(data, seed=seed, epochs=1, dropout=[0.0, 0.5]).parameters["word"] for seed in (1, 1, 2)
    )
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_decay_makes_weights_smaller():
    data = planted(all_codes()[:1], 1, seed=1, size=60)
    plain, decayed = (
        sum(float(part.square().sum()) for part in train(data, seed=1, epochs=1, decay=decay).parameters.values())
        for decay in (0.0, 5.0)
    )
    assert decayed < 0.95 * plain


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda: train(planted(all_codes()[:1], 1, seed=1, size=10), seed=1, epochs=0), "epochs"),
        (lambda: train(planted(all_codes()[:1], 1, seed=1, size=10), seed=1, dropout=1.0), "dropout"),
        (lambda: train(planted(all_codes()[:1], 1, seed=1, size=10), seed=1, decay=-1), "decay"),
    ],
)
def test_bad_settings_are_one_sentence(wrong, message):
    with pytest.raises(ValueError, match=message) as error:
        wrong()
    assert "\n" not in str(error.value)


def one_by_one(taggers, data, command):
    """The gradients of one command under every model, by taking that command alone."""
    parameters = {name: part.clone().requires_grad_() for name, part in taggers.parameters.items()}
    alone = Taggers(parameters)
    some = rows_of(data, slice(command, command + 1))
    loss = alone.read(alone.look_up(some.words), some.lengths).losses(some.tags, some.intents).sum()
    return dict(zip(parameters, torch.autograd.grad(loss, parameters.values())))


def double(taggers):
    return Taggers({name: part.double() for name, part in taggers.parameters.items()})


@pytest.mark.parametrize("max_norm", [0.5, 3.0, 1e6])
def test_sums_and_lengths_equal_those_of_commands_one_by_one(max_norm):
    codes = draw_codes(2, np.random.default_rng(1))
    data = to_tensors(planted(codes, [3, 0], seed=1, size=15), "cpu")
    taggers = double(new_taggers(2, seed=3))
    sums, lengths = clipped_sum(taggers, rows_of(data, slice(None)), max_norm)
    expected = {name: torch.zeros_like(part) for name, part in taggers.parameters.items()}
    for command in range(15):
        gradient = one_by_one(taggers, data, command)
        own = sum(part.flatten(1).square().sum(1) for part in gradient.values()).sqrt()
        torch.testing.assert_close(lengths[:, command], own)
        for name, part in gradient.items():
            expected[name] += part * (max_norm / own).clamp(max=1).view(-1, *[1] * (part.dim() - 1))
    for name, part in expected.items():
        torch.testing.assert_close(sums[name], part)


def test_no_command_moves_the_sum_by_more_than_the_clip():
    data = to_tensors(planted(draw_codes(2, np.random.default_rng(1)), [8, 0], seed=1, size=12), "cpu")
    taggers = double(new_taggers(2, seed=3))
    whole = clipped_sum(taggers, rows_of(data, torch.arange(12)), 0.5)[0]

    def moved(left_out):
        rest = clipped_sum(taggers, rows_of(data, torch.arange(left_out, 12)), 0.5)[0]
        return sum((whole[name] - rest[name]).flatten(1).square().sum(1) for name in whole).sqrt()

    assert (moved(1) <= 0.5 + 1e-9).all()
    assert moved(8)[0] > 3.9 and moved(8)[1] < moved(8)[0], (
        "control: eight copies move it by eight clips, other eight by less"
    )


@pytest.mark.slow
def test_private_training_learns_and_repeats_itself():
    data = planted(draw_codes(1, np.random.default_rng(1)), 1, seed=1, size=200)
    first, again, noisy = (
        train_privately(data, noise_multiplier=noise, steps=25, batch=60.5, seed=1) for noise in (0.0, 0.0, 50.0)
    )
    test = encode(utterances(100, np.random.default_rng(2)))
    assert torch.equal(first.parameters["word"], again.parameters["word"])
    assert accuracy(first, test)[0][0] > 0.6 > accuracy(noisy, test)[0][0], (
        "control: noise of 50 leaves nothing to learn"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        dict(noise_multiplier=-1),
        dict(noise_multiplier=np.nan),
        dict(noise_multiplier=1, max_norm=0),
        dict(noise_multiplier=1, steps=0),
        dict(noise_multiplier=1, batch=0),
        dict(noise_multiplier=1, batch=11),
    ],
)
def test_bad_input_is_one_sentence(wrong):
    with pytest.raises(ValueError, match="private training takes"):
        train_privately(planted([[1, 2, 3, 4]], 1, seed=1, size=10), seed=1, **{"batch": 5} | wrong)


def test_characters_are_refused():
    data = to_tensors(planted([[1, 2, 3, 4]], 1, seed=1, size=10), "cpu")
    with pytest.raises(ValueError, match="characters"):
        clipped_sum(new_taggers(1, seed=1, characters=4), data, 1.0)


def test_batches_come_in_a_new_order_and_hold_every_command_once():
    generator = torch.Generator().manual_seed(1)
    lengths = torch.randint(3, 12, (1, 610), generator=generator)
    first, second = ([batch.tolist() for batch in _batches(lengths, generator)] for _ in range(2))
    for batches in (first, second):
        assert sorted(row for batch in batches for row in batch) == list(range(610))
        assert max(map(len, batches)) == 50
    assert {frozenset(batch) for batch in first}.isdisjoint(map(frozenset, second))


def test_a_slot_is_its_start_its_end_and_its_kind():
    kind, other = sorted({tag[2:] for tag in TAGS[1:]})[:2]
    tags = [TAGS.index(tag) for tag in ("O", f"B-{kind}", f"I-{kind}", "O", f"B-{kind}", f"B-{other}", f"I-{kind}")]
    assert _slots(tags) == {(1, 3, kind), (4, 5, kind), (5, 6, other)}
    true, said = np.array([tags]), np.array([[0, *tags[:-1]]])
    inside = np.ones((1, 7), bool)
    assert _f1(true, true, inside) == 1 and _f1(said, true, inside) == 0  # one place too late is wrong
