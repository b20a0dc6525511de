"""How a tagger learns commands: without and with a guarantee for each of them (lesson 61)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from privlab.arrays import Floats
from privlab.device import one_thread
from privlab.text.assistant.dataset import TAGS, Commands
from privlab.text.assistant.model import Taggers, new_taggers

if TYPE_CHECKING:
    import torch
    from torch import Tensor

BATCH = 50
LEARNING_RATE = 0.01
PRIVATE_LEARNING_RATE = 0.04


@one_thread()
def train(
    data: Commands,
    *,
    seed: int,
    epochs: int = 20,
    dropout: ArrayLike = 0.0,
    decay: float = 0.0,
    characters: int = 0,
    words: bool = True,
) -> Taggers:
    """Assistants that have learned their commands, one for each training set of the stack.

    data : a stack [models, n, ...].  seed : for the start, the order and what is left out.
    epochs : how often each command is seen.  dropout : 0 <= dropout < 1, or one for each model.
    decay : by what share times the learning rate weights shrink at each step.  characters, words : see `new_taggers`.
    Raises ValueError for settings that cannot be.
    """
    import torch

    models, size = data.lengths.shape
    shares = np.broadcast_to(np.asarray(dropout, dtype=np.float32), models)
    if epochs < 1 or not ((shares >= 0) & (shares < 1)).all() or not 0 <= decay < 1 / LEARNING_RATE:
        raise ValueError(
            f"training takes epochs of at least 1, dropout from 0 to under 1 and a decay from 0, "
            f"got {epochs}, {dropout!r} and {decay}"
        )
    taggers = new_taggers(models, seed=seed, characters=characters, words=words)
    parameters = {name: part.requires_grad_() for name, part in taggers.parameters.items()}
    data = to_tensors(data, parameters["tag_bias"].device)
    left_out = torch.tensor(shares).to(data.words.device) if shares.any() else None
    generator = torch.Generator().manual_seed(int(seed) + 1)
    optimizer = torch.optim.Adam(parameters.values(), lr=LEARNING_RATE, foreach=True)
    for _ in range(epochs):
        for batch in _batches(data.lengths, generator):
            part = rows_of(data, batch)
            reading = taggers.read(taggers.look_up(part.words), part.lengths, left_out, generator)
            optimizer.zero_grad()
            reading.losses(part.tags, part.intents).mean(1).sum().backward()
            optimizer.step()
            if decay:
                with torch.no_grad():
                    torch._foreach_mul_(list(parameters.values()), 1 - LEARNING_RATE * decay)
    return Taggers({name: part.detach() for name, part in parameters.items()})


def _batches(lengths, generator):
    """Random batches of commands of about the same length, so that little time goes into blanks: their rows."""
    import torch

    longest = lengths.amax(0).cpu()
    for several in torch.randperm(len(longest), generator=generator).split(5 * BATCH):
        yield from several[longest[several].argsort()].split(BATCH)


def to_tensors(data: Commands, device: str | torch.device) -> Commands:
    """The commands as tensors on a device."""
    import torch

    return Commands(*(torch.tensor(part).to(device) for part in data))


def rows_of(data: Commands, batch: slice | Tensor) -> Commands:
    """Some commands of every training set of a stack, cut to the longest of them."""
    lengths = data.lengths[:, batch]
    longest = int(lengths.max())
    return Commands(data.words[:, batch, :longest], data.tags[:, batch, :longest], data.intents[:, batch], lengths)


@one_thread()
def accuracy(taggers: Taggers, data: Commands) -> tuple[Floats, Floats]:
    """How well each assistant reads commands: (shares of intents right [models], F1 of the slots [models]).

    data : [n, ...], the same for all.  A slot counts when its kind, its start and its end are right.
    """
    import torch

    data = to_tensors(
        Commands(*(np.broadcast_to(part, (len(taggers), *part.shape)) for part in data)),
        taggers.parameters["tag_bias"].device,
    )
    data = rows_of(data, slice(None))
    with torch.no_grad():
        reading = taggers.read(taggers.look_up(data.words), data.lengths)
    right = (reading.intents.argmax(-1) == data.intents).float().mean(1).cpu().numpy()
    said, true = reading.tags.argmax(-1).cpu().numpy(), data.tags.cpu().numpy()
    return right, np.array([_f1(one, true[0], true[0] >= 0) for one in said])


def _f1(said, true, inside):
    pairs = [(_slots(one[here]), _slots(other[here])) for one, other, here in zip(said, true, inside)]
    both = sum(len(one & other) for one, other in pairs)
    return 2 * both / max(1, sum(len(one) + len(other) for one, other in pairs))


def _slots(tags):
    """The slots of one command, a set of (start, end, kind)."""
    slots, start, kind = set(), None, None
    for position, tag in enumerate([*(TAGS[row] for row in tags), "O"]):
        if start is not None and tag != f"I-{kind}":
            slots.add((start, position, kind))
            start = None
        if tag.startswith("B-"):
            start, kind = position, tag[2:]
    return slots


@one_thread()
def train_privately(
    data: Commands, *, max_norm: float = 1.0, noise_multiplier: float, steps: int = 100, batch: float = 100, seed: int
) -> Taggers:
    """Assistants trained by DP-SGD, one for each training set of the stack. The unit of privacy is one command.

    data : a stack [models, n, ...].  max_norm : the most a command may move the sum.
    noise_multiplier : the standard deviation of the noise over `max_norm`; 0 clips and promises nothing.
    steps : how often the weights move.  batch : how many commands a step sees on average (each is drawn by a coin).
    Raises ValueError when a number is out of range.
    Source: Abadi et al. (2016); the lengths from two factors: Goodfellow (2015), Li et al. (2022).
    Not secure because the noise is drawn from a generator with a seed: a release draws it from the operating system.
    """
    import torch

    size = data.lengths.shape[1]
    _refuse_private(size, max_norm, noise_multiplier, steps, batch)
    taggers = new_taggers(len(data.lengths), seed=seed)
    parameters = taggers.parameters
    data = to_tensors(data, parameters["tag_bias"].device)
    generator = torch.Generator().manual_seed(int(seed) + 1)
    optimizer = torch.optim.Adam(parameters.values(), lr=PRIVATE_LEARNING_RATE, foreach=True)
    for _ in range(steps):
        drawn = (torch.rand(size, generator=generator) < batch / size).nonzero()[:, 0]
        sums = clipped_sum(taggers, rows_of(data, drawn), max_norm)[0] if len(drawn) else {}
        for name, part in parameters.items():
            noise = torch.randn(part.shape, generator=generator).to(part.device)
            part.grad = (sums.get(name, 0) + noise_multiplier * max_norm * noise) / batch
        optimizer.step()
    return Taggers({name: part.detach() for name, part in parameters.items()})


def _refuse_private(size, max_norm, noise_multiplier, steps, batch):
    if not (0 <= noise_multiplier < np.inf and 0 < max_norm < np.inf and steps >= 1 and 0 < batch <= size):
        raise ValueError(
            f"private training takes a noise multiplier >= 0, a max norm > 0, steps >= 1 and a batch of 1 to {size}, "
            f"got {noise_multiplier}, {max_norm}, {steps} and {batch}"
        )


def clipped_sum(taggers: Taggers, data: Commands, max_norm: float) -> tuple[dict[str, Tensor], Tensor]:
    """The sums of clipped gradients and the lengths before: (tensors like the parameters, [models, n]).

    taggers : without characters.  data : tensors [models, n, ...].  max_norm : above 0.
    Raises ValueError for assistants that read characters.
    """
    import torch

    own = taggers.parameters
    if "filter" in own:
        raise ValueError("private training takes assistants with vectors of words alone, not of characters")
    vectors = taggers.look_up(data.words).detach().requires_grad_()
    reading = taggers.read(vectors, data.lengths)
    of_gates, of_tags, of_intents, of_vectors = torch.autograd.grad(
        reading.losses(data.tags, data.intents).sum(), (reading.gates, reading.tags, reading.intents, vectors)
    )
    models, count, length = data.words.shape

    def by_command(numbers):
        return numbers.view(models, 2, length, count, -1).transpose(2, 3)

    with torch.no_grad():
        before = torch.nn.functional.pad(reading.states[:, :-1], (0, 0, 0, 0, 1, 0))
        into = {
            ("input_weight", "state_weight", "gate_bias"): (
                _and_one(torch.cat([by_command(reading.inputs), by_command(before)], -1)),
                by_command(of_gates),
            ),
            ("tag_weight", "tag_bias"): (_and_one(reading.states_both), of_tags),
            ("intent_weight", "intent_bias"): (_and_one(reading.mean[:, :, None]), of_intents[:, :, None]),
        }
        same_word = (data.words[..., None] == data.words[..., None, :]).to(vectors.dtype)
        squares = (same_word * (of_vectors @ of_vectors.mT)).sum((-1, -2))
        for inputs, outputs in into.values():
            product = ((inputs @ inputs.mT) * (outputs @ outputs.mT)).sum((-1, -2))
            squares += product.sum(1) if product.dim() == 3 else product
        lengths = squares.clamp_min(0).sqrt()
        scale = (max_norm / lengths.clamp_min(1e-12)).clamp_max(1)[..., None, None]
        sums: dict[str, Tensor] = {}
        for names, (inputs, outputs) in into.items():
            scaled = outputs * (scale[:, None] if outputs.dim() == 5 else scale)
            total = inputs.flatten(-3, -2).mT @ scaled.flatten(-3, -2)
            sums.update(zip(names, total.split([own[name].shape[-2] for name in names], -2)))
        known, width = own["word"].shape[1:]
        row = data.words + known * torch.arange(models, device=data.words.device).view(-1, 1, 1)
        flat = of_vectors.new_zeros(models * known, width)
        sums["word"] = flat.index_add_(0, row.flatten(), (of_vectors * scale).flatten(0, 2)).view(models, known, width)
    return sums, lengths


def _and_one(inputs):
    """The inputs and a 1 beside them, whose weight is the bias."""
    import torch

    return torch.nn.functional.pad(inputs, (0, 1), value=1.0)
