"""Four tasks on text, and the small transformer that learns them in one place or on many devices (lesson 54)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from privlab.arrays import Floats, Integers
from privlab.fl.simulation.local_training import FlatNetwork
from privlab.fl.simulation.population import STRENGTH, Devices, deal
from privlab.text.assistant.dataset import INTENTS, LONGEST, TAGS, WORDS, encode, utterances

if TYPE_CHECKING:
    import torch

WIDTH, BLOCKS = 32, 2  # of the transformer
DEVICES, EACH = 50, 60


class Transformer(FlatNetwork):
    """A network for `words` it knows, the `longest` input, and `outputs` a place, each of which sees later ones unless
    it is causal.

    Source: Vaswani et al. (2017), two blocks of one head, normalisation before each part.
    """

    def __init__(self, words: int, longest: int, outputs: int, *, causal: bool = False):
        self.longest, self.causal = longest, causal
        block = ((WIDTH, 3 * WIDTH), (WIDTH, WIDTH), (WIDTH, 2 * WIDTH), (1, 2 * WIDTH), (2 * WIDTH, WIDTH))
        super().__init__(((words, WIDTH), (longest, WIDTH), *block * BLOCKS, (WIDTH, outputs), (1, outputs)))

    def initial_weights(self, seed: int) -> "torch.Tensor":
        """The weights before training, float32 [size]; the biases are 0."""
        import torch

        generator, weights = torch.Generator().manual_seed(seed), torch.zeros(self.size)
        for number, part in enumerate(self.parts(weights)):
            if len(part) > 1:
                inputs = WIDTH if number < 2 else len(part)  # a word's vector is looked up, not multiplied
                part.normal_(0, inputs**-0.5, generator=generator)
        return weights

    def scores(self, weights: "torch.Tensor", words: "torch.Tensor") -> "torch.Tensor":
        """Scores [models, n, longest, outputs] for commands int64 [models, n, longest]; 0 is no word. weights:
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

    inputs: Integers
    answers: Integers
    intents: Integers


def network(task: str) -> Transformer:
    """The `Transformer` for a task."""
    outputs = {"intent": len(INTENTS), "tags": len(TAGS), "question": 1, "command": len(TOKENS)}[task]
    return Transformer(len(TOKENS), LENGTHS[task], outputs, causal=task == "command")


def examples(task: str, count: int, rng: np.random.Generator) -> Examples:
    """`Examples` of a task, drawn at random.

    intent: one answer at the first place. tags: an answer for each word. question: a slot's name is asked for, the
    answer is the place where it begins. command: the intent and every slot's words, to be written after the command.
    Raises ValueError for another task.
    """
    if task not in TASKS:
        raise ValueError(f"the task must be one of {', '.join(TASKS)}, got {task!r}")
    spoken = utterances(3 * count if task == "question" else count, rng)
    if task == "question":
        spoken = [utterance for utterance in spoken if any(tag != "O" for tag in utterance.tags)][:count]
    inputs, answers = np.zeros((count, LENGTHS[task]), np.int64), np.full((count, LENGTHS[task]), NOTHING)
    encoded, number_of = encode(spoken), {token: number for number, token in enumerate(TOKENS)}
    for row, utterance in enumerate(spoken):
        words = list(encoded.words[row, : len(utterance.words)])
        if task == "intent":
            words, answers[row, 0] = [number_of["<separator>"], *words], encoded.intents[row]
        elif task == "tags":
            answers[row, : len(words)] = encoded.tags[row, : len(words)]
        elif task == "question":
            starts = [index for index, tag in enumerate(utterance.tags) if tag.startswith("B-")]
            asked = starts[rng.integers(len(starts))]
            words = [number_of[ASKS[utterance.tags[asked][2:]]], number_of["<separator>"], *words]
            answers[row, 0] = asked + 2
        else:
            slots = [word for word, tag in zip(words, utterance.tags) if tag != "O"]
            written = [number_of[f"<{utterance.intent}>"], *slots, number_of["<end>"]]
            words = [*words, number_of["<separator>"], *written]
            answers[row, len(words) - 1 - len(written) : len(words) - 1] = written  # asked for one place earlier
        inputs[row, : len(words)] = words
    return Examples(inputs, answers, encoded.intents)


def losses(
    task: str, shape: Transformer, weights: "torch.Tensor", inputs: "torch.Tensor", answers: "torch.Tensor"
) -> "torch.Tensor":
    """The loss of each model on its examples, [models]. inputs, answers: int64 [models, n, length]."""
    from torch.nn.functional import cross_entropy

    scores = shape.scores(weights, inputs)
    if task == "question":
        scores, answers = scores[..., 0].masked_fill(inputs == 0, -1e4), answers[..., 0]
        return cross_entropy(scores.flatten(0, 1), answers.flatten(), reduction="none").view(answers.shape).mean(1)
    every = cross_entropy(scores.flatten(0, 2), answers.flatten(), ignore_index=NOTHING, reduction="none")
    return every.view(len(inputs), -1).sum(1) / (answers != NOTHING).flatten(1).sum(1)


def score(task: str, shape: Transformer, weights: "torch.Tensor", test: Examples) -> float:
    """How well one model does, 0..1: share of right answers, of exact commands, or the F1 score of the slots' tags.

    weights  [size].  A command is exact when every word is right after the right ones before it.
    """
    import torch

    inputs, answers = torch.from_numpy(test.inputs), torch.from_numpy(test.answers)
    with torch.no_grad():
        scores = torch.cat([shape.scores(weights[None], part[None])[0] for part in inputs.split(500)])
    if task == "question":
        return float((scores[..., 0].masked_fill(inputs == 0, -1e4).argmax(1) == answers[:, 0]).float().mean())
    read, asked = scores.argmax(-1), answers != NOTHING
    if task == "tags":
        read, right = read[asked], answers[asked]
        return float(2 * ((read == right) & (right > 0)).sum() / ((read > 0).sum() + (right > 0).sum()))
    return float(((read == answers) | ~asked).all(1).float().mean())


class World(NamedTuple):
    """Devices that speak different commands, what they learn from, and a test."""

    devices: Devices
    known: Examples
    test: Examples


def world(task: str, *, seed: int) -> World:
    """A `World` of 50 devices with 60 commands each, whose mixes of intents differ, and a test of 1,000."""
    rng = np.random.default_rng((seed, 31))
    known = examples(task, 2 * DEVICES * EACH, rng)
    devices = deal(known.inputs, known.intents, np.full(DEVICES, EACH), rng, skew=STRENGTH)
    return World(devices, known, examples(task, 1_000, rng))


def train_centrally(task: str, made: World, *, seed: int, steps: int = 400) -> float:
    """The score of a training in one place, 0..1, by Adam on 80 commands a step."""
    import torch

    devices, known, test = made
    shape, rng = network(task), np.random.default_rng((seed, 35))
    weights = shape.initial_weights(seed)[None].requires_grad_()
    adam = torch.optim.Adam([weights], 0.003, betas=(0.9, 0.99))
    for _ in range(steps):
        rows = devices.rows[rng.integers(len(devices.rows), size=(1, 80))]
        weights.grad = _gradient(task, shape, weights, known, rows)
        adam.step()
    return score(task, shape, weights.detach()[0], test)


def federate(task: str, made: World, *, seed: int, rounds: int = 50, at: Sequence[int] = (20, 50)) -> Floats:
    """The scores after the rounds of `at`, by federated averaging of ten devices, ten steps on eight commands each."""
    devices, known, test = made
    shape, rng, scores = network(task), np.random.default_rng((seed, 33)), []
    weights = shape.initial_weights(seed)
    for number in range(1, rounds + 1):
        chosen = rng.choice(len(devices), 10, replace=False)
        learnt = weights.expand(10, -1).clone()
        for _ in range(10):
            rows = devices.rows[devices.starts[chosen][:, None] + rng.integers(EACH, size=(10, 8))]
            gradient = _gradient(task, shape, learnt.requires_grad_(), known, rows)
            learnt = learnt.detach() - 0.2 * gradient
        weights = weights + (learnt - weights).mean(0)
        if number in at:
            scores.append(score(task, shape, weights, test))
    return np.array(scores)


def _gradient(task, shape, weights, known, rows):
    import torch

    inputs, answers = torch.from_numpy(known.inputs[rows]), torch.from_numpy(known.answers[rows])
    return torch.autograd.grad(losses(task, shape, weights, inputs, answers).sum(), weights)[0]
