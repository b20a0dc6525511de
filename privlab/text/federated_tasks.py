"""Four tasks on text and the small transformer that learns them (lesson 54)."""

from typing import NamedTuple

import numpy as np

from privlab.text.assistant.dataset import INTENTS, LONGEST, TAGS, WORDS, encode, utterances

WIDTH, BLOCKS = 32, 2


class Transformer:
    """The shape of a network: `words` it knows, `longest` input, `outputs` a place, and whether a place sees later
    ones.

    Its weights stand in one row; `size` is how many.
    Source: Vaswani et al. (2017), two blocks of one head, normalisation before each part.
    """

    def __init__(self, words, longest, outputs, causal=False):
        self.longest, self.causal = longest, causal
        block = ((WIDTH, 3 * WIDTH), (WIDTH, WIDTH), (WIDTH, 2 * WIDTH), (1, 2 * WIDTH), (2 * WIDTH, WIDTH))
        self.shapes = ((words, WIDTH), (longest, WIDTH), *block * BLOCKS, (WIDTH, outputs), (1, outputs))
        self.places = np.cumsum([0, *(rows * columns for rows, columns in self.shapes)])
        self.size = int(self.places[-1])

    def parts(self, weights):
        """The weights as tensors [..., rows, columns]. weights : tensor [..., size]."""
        return [
            weights[..., start:stop].unflatten(-1, shape)
            for start, stop, shape in zip(self.places, self.places[1:], self.shapes)
        ]

    def first(self, seed):
        """First weights, float32 [size]; the biases are 0. seed : whole number."""
        import torch

        generator, weights = torch.Generator().manual_seed(seed), torch.zeros(self.size)
        for number, part in enumerate(self.parts(weights)):
            if len(part) > 1:
                inputs = WIDTH if number < 2 else len(part)  # a word's vector is looked up, not multiplied
                part.normal_(0, inputs**-0.5, generator=generator)
        return weights

    def scores(self, weights, words):
        """Scores [models, n, longest, outputs] for commands int64 [models, n, longest]; 0 is no word. weights :
        [models, size].
        """
        import torch

        models, count, _ = words.shape
        parts = self.parts(weights)
        first = parts[0].shape[1] * torch.arange(models).view(-1, 1, 1)
        state = torch.nn.functional.embedding(words + first, parts[0].reshape(-1, WIDTH)) + parts[1][:, None]
        hidden = (words == 0)[:, :, None, :]
        if self.causal:
            hidden = hidden | torch.ones(self.longest, self.longest, dtype=torch.bool).triu(1)

        def times(seen, matrix):
            return (seen.flatten(1, 2) @ matrix).unflatten(1, (count, self.longest))

        def normal(seen):
            return torch.nn.functional.layer_norm(seen, (WIDTH,))

        for start in range(2, 2 + 5 * BLOCKS, 5):
            asks, keys, values = times(normal(state), parts[start]).chunk(3, -1)
            attention = (asks @ keys.transpose(-1, -2) / WIDTH**0.5).masked_fill(hidden, -1e4).softmax(-1)
            state = state + times(attention @ values, parts[start + 1])
            inner = (times(normal(state), parts[start + 2]) + parts[start + 3][:, None]).relu()
            state = state + times(inner, parts[start + 4])
        return times(normal(state), parts[-2]) + parts[-1][:, None]


TASKS = ("intent", "tags", "question", "command")
ASKS = {slot: f"<{slot}?>" for slot in sorted({tag[2:] for tag in TAGS if tag != "O"})}
TOKENS = (*WORDS, "<separator>", "<end>", *ASKS.values(), *(f"<{intent}>" for intent in INTENTS))
LENGTHS = {"intent": LONGEST + 1, "tags": LONGEST, "question": LONGEST + 2, "command": 2 * LONGEST + 3}
NOTHING = -100  # a place that asks for no answer


class Examples(NamedTuple):
    """Inputs and answers int64 [n, length of the task], intents int64 [n]; 0 is no word, NOTHING is asked no answer."""

    inputs: np.ndarray
    answers: np.ndarray
    intents: np.ndarray


def network(task):
    """The `Transformer` for a task."""
    outputs = {"intent": len(INTENTS), "tags": len(TAGS), "question": 1, "command": len(TOKENS)}[task]
    return Transformer(len(TOKENS), LENGTHS[task], outputs, causal=task == "command")


def examples(task, count, rng):
    """`Examples` of a task, drawn at random.

    intent : one answer at the first place. tags : an answer for each word. question : a slot's name is asked for, the
    answer is the place where it begins. command : the intent and every slot's words, to be written after the command.
    Raises ValueError for another task.
    """
    if task not in TASKS:
        raise ValueError(f"the task must be one of {', '.join(TASKS)}, got {task!r}")
    spoken = [
        each
        for each in utterances(3 * count if task == "question" else count, rng)
        if task != "question" or any(tag != "O" for tag in each.tags)
    ][:count]
    inputs, answers = np.zeros((count, LENGTHS[task]), np.int64), np.full((count, LENGTHS[task]), NOTHING)
    encoded, place = encode(spoken), {token: number for number, token in enumerate(TOKENS)}
    for row, each in enumerate(spoken):
        said = list(encoded.words[row, : len(each.words)])
        if task == "intent":
            said, answers[row, 0] = [place["<separator>"], *said], encoded.intents[row]
        elif task == "tags":
            answers[row, : len(said)] = encoded.tags[row, : len(said)]
        elif task == "question":
            starts = [number for number, tag in enumerate(each.tags) if tag.startswith("B-")]
            asked = starts[rng.integers(len(starts))]
            said = [place[ASKS[each.tags[asked][2:]]], place["<separator>"], *said]
            answers[row, 0] = asked + 2
        else:
            written = [
                place[f"<{each.intent}>"],
                *(word for word, tag in zip(said, each.tags) if tag != "O"),
                place["<end>"],
            ]
            said = [*said, place["<separator>"], *written]
            answers[row, len(said) - 1 - len(written) : len(said) - 1] = written  # each is asked for one place earlier
        inputs[row, : len(said)] = said
    return Examples(inputs, answers, encoded.intents)


def losses(task, shape, weights, inputs, answers):
    """The loss of each model on its examples, a tensor [models]. inputs, answers : int64 [models, n, length]."""
    from torch.nn.functional import cross_entropy

    scores = shape.scores(weights, inputs)
    if task == "question":
        scores, answers = scores[..., 0].masked_fill(inputs == 0, -1e4), answers[..., 0]
        return cross_entropy(scores.flatten(0, 1), answers.flatten(), reduction="none").view(answers.shape).mean(1)
    each = cross_entropy(scores.flatten(0, 2), answers.flatten(), ignore_index=NOTHING, reduction="none").view(
        len(inputs), -1
    )
    return each.sum(1) / (answers != NOTHING).flatten(1).sum(1)


def score(task, shape, weights, found):
    """How well one model does, 0..1: share of right answers, of exact commands, or the F1 score of the slots' tags.

    weights : tensor [size]. found : `Examples`. A command is exact when every word is right after the right ones before
    it.
    """
    import torch

    inputs, answers = torch.from_numpy(found.inputs), torch.from_numpy(found.answers)
    with torch.no_grad():
        scores = torch.cat([shape.scores(weights[None], part[None])[0] for part in inputs.split(500)])
    if task == "question":
        return float((scores[..., 0].masked_fill(inputs == 0, -1e4).argmax(1) == answers[:, 0]).float().mean())
    said, asked = scores.argmax(-1), answers != NOTHING
    if task == "tags":
        said, right = said[asked], answers[asked]
        return float(2 * ((said == right) & (right > 0)).sum() / ((said > 0).sum() + (right > 0).sum()))
    return float(((said == answers) | ~asked).all(1).float().mean())
