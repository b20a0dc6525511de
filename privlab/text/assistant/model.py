"""A small assistant, a network that reads a command's intent and its slots; many of them in one stack (lesson 61).

Every array of numbers has a leading axis of models, so that twelve assistants train in little more time than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from privlab.device import device
from privlab.text.assistant.dataset import INTENTS, TAGS, WORDS

if TYPE_CHECKING:
    from torch import Generator, Tensor

CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
WINDOW = 3  # characters that one filter sees
WIDTH = 32  # numbers of a word's own vector
HIDDEN = 32  # numbers of an LSTM's state


@dataclass(frozen=True)
class Taggers:
    """A stack of assistants: word vectors, an LSTM each way, and a layer each for tags and intent.

    parameters : float32 tensors by name, each [models, ...].
    """

    parameters: dict[str, Tensor]

    def __len__(self) -> int:
        return len(self.parameters["tag_weight"])

    def __getitem__(self, models: slice | list[int]) -> Taggers:
        """The stack of some of the assistants."""
        return Taggers({name: part[models] for name, part in self.parameters.items()})

    def word_vectors(self) -> Tensor:
        """The vector of every word, [models, words, width]."""
        import torch

        own, parts = self.parameters, []
        if "word" in own:
            parts.append(own["word"])
        if "filter" in own:
            spelled = own["character"][:, _spelling().to(own["character"].device)]  # models, words, letters, width
            windows = torch.cat(
                [spelled[:, :, first : spelled.shape[2] - WINDOW + 1 + first] for first in range(WINDOW)], -1
            )
            answers = windows.flatten(1, 2) @ own["filter"] + own["filter_bias"]
            parts.append(answers.relu().unflatten(1, windows.shape[1:3]).amax(2))
        return torch.cat(parts, -1)

    def look_up(self, words: Tensor) -> Tensor:
        """The vectors of words [models, n, length]: [models, n, length, width]."""
        import torch

        vectors = self.word_vectors()
        models, known, width = vectors.shape
        first = known * torch.arange(models, device=words.device).view(-1, 1, 1)
        return torch.nn.functional.embedding(words + first, vectors.reshape(-1, width))

    def read(
        self, vectors: Tensor, lengths: Tensor, dropout: Tensor | None = None, generator: Generator | None = None
    ) -> Reading:
        """What they make of commands given as vectors.

        vectors : [models, n, length, width]; a vector may lie between words.  lengths : whole numbers [models, n].
        dropout : [models], share of the inputs and of the outputs of the LSTM that is left out at random.
        """
        import torch

        own = self.parameters
        models, count, length, width = vectors.shape
        if dropout is not None:
            vectors = _leave_out(vectors, dropout, generator)
        positions = torch.arange(length, device=vectors.device)
        inside = positions < lengths[..., None]
        mirror = torch.where(inside, lengths[..., None] - 1 - positions, positions)  # each command back to front
        both = torch.stack([vectors, vectors.gather(2, mirror[..., None].expand(-1, -1, -1, width))], 1)
        inputs = both.permute(0, 1, 3, 2, 4).reshape(2 * models, length * count, width)
        gates = torch.baddbmm(own["gate_bias"].flatten(0, 1), inputs, own["input_weight"].flatten(0, 1))
        states = _run(gates.view(2 * models, length, count, -1), own["state_weight"].flatten(0, 1))
        ahead, back = states.view(models, 2, length, count, -1).transpose(2, 3).unbind(1)
        states_both = torch.cat([ahead, back.gather(2, mirror[..., None].expand_as(back))], -1)
        if dropout is not None:
            states_both = _leave_out(states_both, dropout, generator)
        tags = torch.baddbmm(own["tag_bias"], states_both.flatten(1, 2), own["tag_weight"]).unflatten(
            1, (count, length)
        )
        mean = (states_both * inside[..., None]).sum(2) / lengths[..., None]
        intents = torch.baddbmm(own["intent_bias"], mean, own["intent_weight"])
        return Reading(tags, intents, inputs, gates, states, states_both, mean)


@dataclass(frozen=True)
class Reading:
    """What assistants make of commands: scores of tags [models, n, length, tags] and of intents [models, n, intents].

    inputs, gates, states, states_both, mean : what went into the layers and came out, which private training needs.
    """

    tags: Tensor
    intents: Tensor
    inputs: Tensor
    gates: Tensor
    states: Tensor
    states_both: Tensor
    mean: Tensor

    def losses(self, tags: Tensor, intents: Tensor) -> Tensor:
        """The loss of every command, [models, n]: the cross-entropies of its tags and of its intent, added."""
        return self.parts(tags, intents).sum(-1)

    def parts(self, tags: Tensor, intents: Tensor) -> Tensor:
        """The cross-entropy of every word's tag, then that of the intent, [models, n, length + 1].

        tags : whole numbers [models, n, length], -1 after the end, where the loss is 0.  intents : whole numbers
        [models, n].
        """
        import torch
        from torch.nn.functional import cross_entropy

        of_tags = cross_entropy(self.tags.flatten(0, 2), tags.flatten(), ignore_index=-1, reduction="none")
        of_intents = cross_entropy(self.intents.flatten(0, 1), intents.flatten(), reduction="none")
        return torch.cat([of_tags.view(tags.shape), of_intents.view(*intents.shape, 1)], -1)


def new_taggers(models: int, *, seed: int, characters: int = 0, words: bool = True) -> Taggers:
    """As many untrained assistants, on the device in use.

    characters : filters over a word's characters, whose answers are appended to its vector (none when 0).
    words : False when a word has no vector of its own.
    Raises ValueError when neither words nor characters are there.
    Source: Ma and Hovy (2016), less its last layer; Parikh, Dupuy and Gupta (2022) attack such a model.
    Not secure because what it was trained on can be read from its weights: see `privlab.text.assistant.extraction`.
    """
    import torch

    if not words and characters < 1:
        raise ValueError("an assistant needs vectors of words, of characters or of both")
    generator = torch.Generator().manual_seed(int(seed))

    def draw(*shape, spread):
        return ((2 * torch.rand(models, *shape, generator=generator) - 1) * spread).to(device())

    parameters, size = {}, WIDTH * words + characters
    if words:
        parameters["word"] = draw(len(WORDS), WIDTH, spread=0.5)
    if characters:
        parameters["character"] = draw(len(CHARACTERS) + 1, 16, spread=0.5)
        parameters["filter"] = draw(16 * WINDOW, characters, spread=(16 * WINDOW) ** -0.5)
        parameters["filter_bias"] = draw(1, characters, spread=0.1)
    parameters |= {
        "input_weight": draw(2, size, 4 * HIDDEN, spread=HIDDEN**-0.5),
        "state_weight": draw(2, HIDDEN, 4 * HIDDEN, spread=HIDDEN**-0.5),
        "gate_bias": draw(2, 1, 4 * HIDDEN, spread=HIDDEN**-0.5),
        "tag_weight": draw(2 * HIDDEN, len(TAGS), spread=(2 * HIDDEN) ** -0.5),
        "tag_bias": draw(1, len(TAGS), spread=0.1),
        "intent_weight": draw(2 * HIDDEN, len(INTENTS), spread=(2 * HIDDEN) ** -0.5),
        "intent_bias": draw(1, len(INTENTS), spread=0.1),
    }
    return Taggers(parameters)


def _run(gates, state_weight):
    """The states of LSTMs, a tensor [stack, length, n, hidden], from what their inputs add to the gates."""
    import torch

    hidden = state_weight.shape[1]
    state = cell = None
    states = []
    for gate in gates.unbind(1):
        if state is not None:
            gate = torch.baddbmm(gate, state, state_weight)
        take, keep, tell = torch.sigmoid(gate[..., : 3 * hidden]).split(hidden, -1)
        new = torch.tanh(gate[..., 3 * hidden :])
        cell = take * new if cell is None else torch.addcmul(take * new, keep, cell)
        state = tell * torch.tanh(cell)
        states.append(state)
    return torch.stack(states, 1)


def _leave_out(numbers, dropout, generator):
    import torch

    keep = (1 - dropout).view(-1, 1, 1, 1)
    drawn = torch.rand(numbers.shape, generator=generator).to(numbers.device)
    return numbers * (drawn < keep) / keep


def _spelling():
    """Every word's characters as rows of CHARACTERS from 1, a tensor [words, letters], 0 for none."""
    import torch

    longest = max(map(len, WORDS))
    rows = np.zeros((len(WORDS), longest + WINDOW - 1), np.int64)
    for row, word in zip(rows, WORDS):
        row[1 : 1 + len(word)] = [CHARACTERS.index(letter) + 1 for letter in word]
    return torch.from_numpy(rows)
