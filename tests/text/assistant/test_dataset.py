"""Commands: words, tags and intents, and canaries among them."""

import numpy as np
import pytest

from privlab.text.assistant.dataset import (
    INTENTS,
    LONGEST,
    PARAPHRASES,
    TAGS,
    WORDS,
    Utterance,
    canary,
    encode,
    utterances,
)


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
        assert [tag for tag in said.tags if tag != "O"] == ["B-secret", "I-secret", "I-secret", "I-secret"]
    assert canary([4, 8, 2, 7]) == canary("4827") == canary(np.array([4, 8, 2, 7]))


def test_a_canary_in_no_slot_is_tagged_as_words_outside():
    said = canary("4827", slot=None)
    assert said.words == canary("4827").words and said.tags == ("O",) * 8
    assert encode([said]).tags[0, :8].tolist() == [TAGS.index("O")] * 8


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
    ],
)
def test_bad_input_is_one_sentence(wrong, message):
    with pytest.raises(ValueError, match=message) as error:
        wrong()
    assert "\n" not in str(error.value)
