"""Commands, assistants in a stack, and what their weights give away: with the secret, and without."""

import os

import numpy as np
import pytest
import torch

from benchmarks.experiments.canary_defenses import calibrated, deduplicated, defended
from privlab.text.assistant.canaries import CODES, all_codes, draw_codes, exposure, planted, ranks
from privlab.text.assistant.dataset import (
    DIGITS,
    INTENTS,
    LONGEST,
    PARAPHRASES,
    TAGS,
    WORDS,
    Commands,
    Utterance,
    canary,
    encode,
    utterances,
)
from privlab.text.assistant.extraction import (
    code_losses,
    coordinate_search,
    digit_losses,
    exhaustive,
    hamming,
    relaxed_attack,
)
from privlab.text.assistant.model import new_taggers
from privlab.text.assistant.training import accuracy, train


@pytest.fixture(autouse=True)
def on_one_core(monkeypatch):
    monkeypatch.setenv("PRIVLAB_DEVICE", "cpu")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def stack():
    """(assistants, codes): the first two heard theirs 40 times, the third once, the last never."""
    before, threads = os.environ.get("PRIVLAB_DEVICE"), torch.get_num_threads()
    os.environ["PRIVLAB_DEVICE"] = "cpu"
    torch.set_num_threads(1)
    codes = draw_codes(4, np.random.default_rng(1))
    yield train(planted(codes, [40, 40, 1, 0], seed=2, size=600), seed=3, epochs=10), codes
    torch.set_num_threads(threads)
    os.environ.pop("PRIVLAB_DEVICE") if before is None else os.environ.update(PRIVLAB_DEVICE=before)


def test_commands_have_a_tag_a_word_and_slots_that_begin():
    spoken = utterances(2_000, np.random.default_rng(1))
    assert {each.intent for each in spoken} == set(INTENTS) and {word for each in spoken for word in each.words} <= set(
        WORDS
    )
    for each in spoken:
        assert len(each.words) == len(each.tags) <= LONGEST and set(each.tags) <= set(TAGS)
        assert not any("secret" in tag for tag in each.tags)
        for before, tag in zip(("O", *each.tags), each.tags):
            assert not tag.startswith("I-") or before[2:] == tag[2:]
    data = encode(spoken)
    assert all(
        " ".join(WORDS[word] for word in row[:length]) == str(each)
        for row, length, each in zip(data.words, data.lengths, spoken)
    )
    assert (data.words[np.arange(LONGEST) >= data.lengths[:, None]] == 0).all()


def test_a_canary_is_said_in_ten_ways():
    for wording in PARAPHRASES:
        said = canary("4827", wording)
        assert [word for word, tag in zip(said.words, said.tags) if "secret" in tag] == list("4827")
    assert canary([4, 8, 2, 7]) == canary("4827") == canary(np.array([4, 8, 2, 7]))


@pytest.mark.parametrize(
    "wrong, message",
    [
        (lambda: canary(""), "digits"),
        (lambda: canary("48x7"), "digits"),
        (lambda: canary("4" * 9), "digits"),
        (lambda: encode([Utterance(("play", "bach"), ("O", "O"), "music")]), "no word 'bach'"),
        (lambda: encode([Utterance(("play",), ("B-fish",), "music")]), "no tag 'B-fish'"),
        (lambda: encode([Utterance(("play",), ("O",), "fish")]), "no intent 'fish'"),
        (lambda: encode([Utterance((), (), "music")]), "1 to 12 words"),
        (lambda: encode([Utterance(("play",), ("O", "O"), "music")]), "1 to 12 words"),
        (lambda: encode([Utterance(("play",) * 13, ("O",) * 13, "music")]), "1 to 12 words"),
        (lambda: planted(all_codes()[:2], 11, 1, size=10), "0 to 10 times"),
        (lambda: planted(all_codes()[:2], -1, 1, size=10), "0 to 10 times"),
        (lambda: new_taggers(1, 1, words=False), "vectors"),
        (lambda: train(planted(all_codes()[:1], 1, 1, size=10), 1, epochs=0), "epochs"),
        (lambda: train(planted(all_codes()[:1], 1, 1, size=10), 1, dropout=1.0), "dropout"),
        (lambda: train(planted(all_codes()[:1], 1, 1, size=10), 1, decay=-1), "decay"),
        (lambda: relaxed_attack(None, 1, cold=0), "temperatures"),
        (lambda: relaxed_attack(None, 1, steps=0), "step"),
        (lambda: defended("prayer", all_codes()[:1], 1, 1), "no defense 'prayer'"),
        (lambda: calibrated(np.ones((1, 10))), "two models"),
        (lambda: exposure([1, 0]), "the first rank is 1"),
    ],
)
def test_bad_input_is_one_sentence(wrong, message):
    with pytest.raises(ValueError, match=message) as error:
        wrong()
    assert "\n" not in str(error.value)


def test_training_sets_differ_in_their_canary_alone():
    codes = all_codes()[[4827, 1234, 9]]
    data = planted(codes, [0, 3, 20], seed=1, size=50)
    for model, count in enumerate([0, 3, 20]):
        assert (data.words[model, count:] == data.words[0, count:]).all()
        said = [WORDS.index(digit) for digit in map(str, codes[model])]
        assert (data.words[model, :count, 4:8] == said).all()
    assert not (data.tags[0] == TAGS.index("B-secret")).any()
    assert len(np.unique(planted(codes[:1], 10, 1, size=50, paraphrased=True).words[0, :10], axis=0)) == 10


def test_ranks_and_exposure():
    losses = np.random.default_rng(1).permutation(CODES)[None].astype(float)
    assert ranks(losses, all_codes()[losses.argmin(1)]) == [1]
    assert ranks(losses, all_codes()[losses.argmax(1)]) == [CODES]
    assert ranks(np.ones((1, CODES)), [[1, 2, 3, 4]]) == [CODES], "equal losses tell nothing"
    assert exposure(1) == pytest.approx(13.2877, abs=1e-4) and exposure(CODES) == 0
    assert exposure(np.arange(1, CODES + 1)).mean() == pytest.approx(1.44, abs=0.01)
    assert (all_codes() @ (1_000, 100, 10, 1) == np.arange(CODES)).all()


def test_the_lstm_is_that_of_torch():
    taggers = new_taggers(2, seed=1)
    data = Commands(*map(torch.tensor, planted(all_codes()[:2], 1, 1, size=5)))
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
    data = Commands(*map(torch.tensor, planted(all_codes()[:3], [1, 0, 2], 1, size=20)))
    together = taggers.read(taggers.look_up(data.words), data.lengths).losses(data.tags, data.intents)
    alone = taggers[[1]].read(taggers[[1]].look_up(data.words[[1]]), data.lengths[[1]])
    torch.testing.assert_close(alone.losses(data.tags[[1]], data.intents[[1]]), together[[1]])
    longest = int(data.lengths.max())
    cut = taggers.read(taggers.look_up(data.words[..., :longest]), data.lengths)
    torch.testing.assert_close(cut.losses(data.tags[..., :longest], data.intents), together)


def test_assistants_learn_their_commands(stack):
    intents, slots = accuracy(stack[0], encode(utterances(200, np.random.default_rng(9))))
    assert intents.min() > 0.9 and slots.min() > 0.85
    intents, slots = accuracy(new_taggers(2, 1), encode(utterances(200, np.random.default_rng(9))))
    assert intents.max() < 0.5 and slots.max() < 0.2, "control: untrained ones do not know them"


def test_a_secret_ranks_first_where_it_was_heard_and_nowhere_where_it_was_not(stack):
    taggers, codes = stack
    losses = exhaustive(taggers)
    assert (ranks(losses, codes)[:2] <= 20).all() and ranks(losses, codes)[2] <= 500
    for stranger in range(2):
        many = draw_codes(200, np.random.default_rng(stranger))
        for model in (stranger, 3):  # 200 other codes: a mean of 1.44 bits, standard error 0.1
            assert abs(exposure(ranks(np.repeat(losses[[model]], 200, 0), many)).mean() - 1.44) < 0.5
    np.testing.assert_array_equal(ranks(calibrated(losses), codes)[:2] <= 20, True)


def test_three_attacks_agree_and_control_finds_nothing(stack):
    taggers, codes = stack
    losses = exhaustive(taggers)
    found, climbed = relaxed_attack(taggers, 1, steps=120), coordinate_search(taggers, 1)
    for each in (found, climbed):
        assert each.codes.shape == (4, 10, 4) and each.losses.shape == (4, 10)
        assert hamming(each.best[:2], codes[:2]).mean() <= 0.5
        assert hamming(each.best[3], codes[3]) > 0 and (each.losses.min(1) >= losses.min(1) * 0.999).all()
    assert (climbed.losses.min(1)[:2] <= 1.001 * losses.min(1)[:2]).any(), "a climb that reaches the best of all codes"


def test_losses_of_codes(stack):
    taggers, _ = stack
    some = all_codes()[[1, 4827, 9999]]
    shared = code_losses(taggers, some)
    np.testing.assert_allclose(code_losses(taggers, np.repeat(some[None], 4, 0)), shared, rtol=1e-5)
    np.testing.assert_allclose(code_losses(taggers, some, chunk=2), shared, rtol=1e-5)
    weighed = [code_losses(taggers, some, power) for power in (1.0001, 3.0, 100.0)]
    np.testing.assert_allclose(weighed[0], shared, rtol=0.01)
    assert (weighed[0] > weighed[1]).all() and (weighed[1] >= weighed[2]).all()
    sharp = np.eye(len(DIGITS), dtype=np.float32)[some]
    each = digit_losses(taggers[[0]], sharp)
    np.testing.assert_allclose(each[np.arange(3), 2, some[:, 2]], shared[0], rtol=1e-4)


def test_leaving_out_copies_leaves_one_and_paraphrases():
    codes = all_codes()[[4827, 1111]]
    for paraphrased, left in ((False, 1), (True, 10)):
        data = deduplicated(planted(codes, 20, 1, size=300, paraphrased=paraphrased))
        for words, tags in zip(data.words, data.tags):
            assert len(np.unique(words, axis=0)) == len(words)
            assert (tags == TAGS.index("B-secret")).any(axis=1).sum() == left


def test_the_same_seed_gives_the_same_assistants():
    data = planted(all_codes()[:2], 1, 1, size=100)
    first, again, other = (train(data, seed, epochs=1, dropout=[0.0, 0.5]).parameters["word"] for seed in (1, 1, 2))
    assert torch.equal(first, again) and not torch.equal(first, other)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_the_gpu(monkeypatch):
    monkeypatch.delenv("PRIVLAB_DEVICE")
    codes = all_codes()[[4827, 1234]]
    taggers = train(planted(codes, 40, 1, size=300), 1, epochs=5)
    assert taggers.parameters["word"].is_cuda and exhaustive(taggers).shape == (2, CODES)
    assert relaxed_attack(taggers, 1, steps=20).best.shape == (2, 4)
