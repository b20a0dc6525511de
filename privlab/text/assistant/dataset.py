"""Commands to a small assistant, made from templates, with an intent each and a tag a word (lesson 61).

No real collection of commands came with a free licence and a package, so the corpus is generated, and the lesson says
so.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

LONGEST = 12
SECRET = "secret"  # the slot of a canary's digits
CARRIER = ("my", "pin", "code", "is")
DIGITS = tuple("0123456789")

VALUES = {
    "name": "anna ben carla david emma felix greta hugo ines jonas".split(),
    "city": "paris rome berlin madrid vienna oslo lisbon dublin prague zurich".split(),
    "artist": "mozart beyonce adele queen abba coldplay bjork sade drake muse".split(),
    "song": "yesterday hello thriller imagine vogue creep".split(),
    "food": "pizza sushi tapas curry ramen burgers".split(),
    "day": "monday tuesday wednesday thursday friday saturday sunday today tomorrow tonight".split(),
    "room": "kitchen bedroom garage office hall".split(),
    "colour": "red green blue yellow white orange".split(),
}
# the fewest and the most digits of a slot: a PIN is not the only number about
NUMBERS = {
    "time": (1, 3),
    "phone": (4, 5),
    "people": (1, 1),
    "amount": (1, 3),
    "customer": (4, 5),
    "temperature": (2, 2),
}
TEMPLATES = {
    "music": (
        "play {song} by {artist}",
        "play some {artist}",
        "i want to hear {song}",
        "put on {artist} in the {room}",
        "play {artist} at {time}",
        "please play the song {song}",
    ),
    "weather": (
        "what is the weather in {city}",
        "will it rain in {city} {day}",
        "weather for {day} please",
        "is it cold in {city} {day}",
        "will it be over {temperature} degrees in {city}",
    ),
    "alarm": (
        "wake me up at {time}",
        "set an alarm for {time} {day}",
        "set the alarm to {time}",
        "wake me {day} at {time}",
        "remind me at {time} to call {name}",
    ),
    "call": (
        "call {name}",
        "call {phone}",
        "please dial {phone}",
        "ring {name} {day}",
        "{name} has the number {phone}",
        "my phone number is {phone}",
    ),
    "table": (
        "book a table for {people} in {city}",
        "reserve {food} for {people} at {time}",
        "find {food} in {city} {day}",
        "table for {people} {day} at {time}",
    ),
    "home": (
        "turn the {room} lights {colour}",
        "make the {room} {colour}",
        "set the {room} to {temperature} degrees",
        "lights off in the {room}",
        "dim the {room} to {amount} percent",
    ),
    "bank": (
        "send {amount} euros to {name}",
        "my customer number is {customer}",
        "transfer {amount} to {name} {day}",
        "i forgot my pin code",
        "what is my balance",
        "my pin code is not working",
        "pay {name} {amount} euros",
    ),
}
INTENTS = tuple(TEMPLATES)
TAGS = ("O", *(f"{begin}-{slot}" for slot in (*VALUES, *NUMBERS, SECRET) for begin in "BI"))
# other ways to say the same, for a canary that is not repeated word for word
PARAPHRASES = (
    "my pin code is {}",
    "the pin code is {}",
    "pin code {}",
    "my pin is {}",
    "it is my pin code {}",
    "please note my pin code {}",
    "the code of my pin is {}",
    "hello my pin code is {}",
    "i think my pin code is {}",
    "yes my pin is {}",
)


def _vocabulary():
    spoken = [template for group in (*TEMPLATES.values(), PARAPHRASES) for template in group]
    words = {word for template in spoken for word in template.split() if not word.startswith("{")}
    return ("", *sorted(words.union(DIGITS, *VALUES.values())))


WORDS = _vocabulary()  # the first is the blank after the end of a command


class Utterance(NamedTuple):
    """One command: its words, a tag for each word ("O", or the place in a slot: "B-time", "I-time") and its intent."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    intent: str

    def __str__(self) -> str:
        return " ".join(self.words)


class Commands(NamedTuple):
    """Commands as numbers, for a network: arrays, or tensors. A stack of training sets has a leading axis of models on
    each of them.

    words, tags : int64 [n, LONGEST], rows of WORDS and TAGS; 0 and -1 after the end.
    intents, lengths : int64 [n], rows of INTENTS and numbers of words.
    """

    words: Any
    tags: Any
    intents: Any
    lengths: Any


def utterance(rng: np.random.Generator) -> Utterance:
    """One random command."""
    intent = INTENTS[rng.integers(len(INTENTS))]
    words: list[str] = []
    tags: list[str] = []
    for word in TEMPLATES[intent][rng.integers(len(TEMPLATES[intent]))].split():
        slot = word.strip("{}")
        if slot == word:
            value, marks = [word], ["O"]
        else:
            value = _value(slot, rng)
            marks = [f"B-{slot}"] + [f"I-{slot}"] * (len(value) - 1)
        words, tags = words + value, tags + marks
    return Utterance(tuple(words), tuple(tags), intent)


def utterances(count: int, rng: np.random.Generator) -> list[Utterance]:
    """`count` random commands."""
    return [utterance(rng) for _ in range(count)]


def canary(code: str | Iterable[int], paraphrase: str = PARAPHRASES[0], *, slot: str | None = SECRET) -> Utterance:
    """The command that holds a secret code: "my pin code is 4 8 2 7".

    code : digits, as a str or whole numbers 0..9.  paraphrase : what is said, with {} where the code goes.
    slot : as what the digits are tagged; nothing else in the data is tagged as a secret. None tags them "O", as words
    outside of every slot.
    Raises ValueError when the code is empty, too long or no digits.
    Source: Carlini et al. (2019), who named planted secrets canaries; Parikh, Dupuy and Gupta (2022).
    """
    digits = tuple(str(digit) for digit in code)
    carrier = tuple(paraphrase.replace("{}", "").split())
    if not digits or not set(digits) <= set(DIGITS) or len(carrier) + len(digits) > LONGEST:
        raise ValueError(f"a code is 1 to {LONGEST - len(carrier)} digits, such as '4827', got {code!r}")
    marks = ["O"] * len(digits) if slot is None else [f"B-{slot}"] + [f"I-{slot}"] * (len(digits) - 1)
    return Utterance(carrier + digits, ("O",) * len(carrier) + tuple(marks), "bank")


def encode(spoken: Sequence[Utterance]) -> Commands:
    """The commands as numbers.

    Raises ValueError for a word, tag or intent the assistant does not know, a command of no word or of too many, and
    for tags that do not fit the words.
    """
    words = np.zeros((len(spoken), LONGEST), np.int64)
    tags = np.full((len(spoken), LONGEST), -1, np.int64)
    intents, lengths = np.zeros(len(spoken), np.int64), np.zeros(len(spoken), np.int64)
    for row, command in enumerate(spoken):
        length = lengths[row] = len(command.words)
        if not 0 < length <= LONGEST or len(command.tags) != length:
            raise ValueError(f"a command has 1 to {LONGEST} words and a tag for each, got {str(command)!r}")
        words[row, :length] = [_row(word, WORDS, "word") for word in command.words]
        tags[row, :length] = [_row(tag, TAGS, "tag") for tag in command.tags]
        intents[row] = _row(command.intent, INTENTS, "intent")
    return Commands(words, tags, intents, lengths)


def _value(slot, rng):
    if slot in VALUES:
        return [VALUES[slot][rng.integers(len(VALUES[slot]))]]
    fewest, most = NUMBERS[slot]
    return [str(digit) for digit in rng.integers(0, 10, rng.integers(fewest, most + 1))]


def _row(value, known, kind):
    if not value or value not in known:
        raise ValueError(
            f"the assistant knows no {kind} {value!r}: it has {len(known)} of them, all in "
            "privlab.text.assistant.dataset"
        )
    return known.index(value)
