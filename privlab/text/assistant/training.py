"""How a tagger learns commands: without and with a guarantee for each of them (lesson 61)."""

import numpy as np

from privlab.device import one_thread
from privlab.text.assistant.dataset import TAGS, Commands
from privlab.text.assistant.model import Taggers, new_taggers

BATCH = 50
RATE = 0.01


@one_thread()
def train(data, seed, epochs=20, dropout=0.0, decay=0.0, characters=0, words=True):
    """Assistants that have learned their commands, `Taggers`, one for each training set of the stack.

    data : `Commands`, a stack [models, n, ...].  seed : whole number, for the start, the order and what is left out.
    epochs : int, how often each command is seen.  dropout : float 0 <= dropout < 1, or one for each model.
    decay : float, by what share times the learning rate weights shrink at each step.  characters, words : see
    `new_taggers`.
    Raises ValueError for settings that cannot be.
    """
    import torch

    models, size = data.lengths.shape
    rates = np.broadcast_to(np.asarray(dropout, dtype=np.float32), models)
    if epochs < 1 or not ((rates >= 0) & (rates < 1)).all() or not 0 <= decay < 1 / RATE:
        raise ValueError(
            f"training takes epochs of at least 1, dropout from 0 to under 1 and a decay from 0, "
            f"got {epochs}, {dropout} and {decay}"
        )
    taggers = new_taggers(models, seed, characters=characters, words=words)
    parameters = {name: part.requires_grad_() for name, part in taggers.parameters.items()}
    data = to_tensors(data, parameters["tag_bias"].device)
    rates = torch.tensor(rates).to(data.words.device) if rates.any() else None
    generator = torch.Generator().manual_seed(int(seed) + 1)
    optimizer = torch.optim.Adam(parameters.values(), lr=RATE, foreach=True)
    for _ in range(epochs):
        for batch in _batches(data.lengths, generator):
            some = rows_of(data, batch)
            reading = taggers.read(taggers.look_up(some.words), some.lengths, rates, generator)
            optimizer.zero_grad()
            reading.losses(some.tags, some.intents).mean(1).sum().backward()
            optimizer.step()
            if decay:
                with torch.no_grad():
                    torch._foreach_mul_(list(parameters.values()), 1 - RATE * decay)
    return Taggers({name: part.detach() for name, part in parameters.items()})


def _batches(lengths, generator):
    """Random batches of commands of about the same length, so that little time goes into blanks: lists of places."""
    import torch

    longest = lengths.amax(0).cpu()
    for some in torch.randperm(len(longest), generator=generator).split(5 * BATCH):
        yield from some[longest[some].argsort()].split(BATCH)


def to_tensors(data, place):
    """The `Commands` as tensors on a device."""
    import torch

    return Commands(*(torch.tensor(part).to(place) for part in data))


def rows_of(data, batch):
    """Some commands of every training set of a stack, `Commands` cut to the longest of them."""
    lengths = data.lengths[:, batch]
    longest = int(lengths.max())
    return Commands(data.words[:, batch, :longest], data.tags[:, batch, :longest], data.intents[:, batch], lengths)


@one_thread()
def accuracy(taggers, data):
    """How well each assistant reads commands: (shares of intents right [models], F1 of the slots [models]).

    data : `Commands` [n, ...], the same for all.  A slot counts when its kind, its start and its end are right.
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
    return right, np.array([_f1(some, true[0], true[0] >= 0) for some in said])


def _f1(said, true, inside):
    pairs = [(_slots(one[here]), _slots(other[here])) for one, other, here in zip(said, true, inside)]
    both = sum(len(one & other) for one, other in pairs)
    return 2 * both / max(1, sum(len(one) + len(other) for one, other in pairs))


def _slots(tags):
    """The slots of one command, a set of (start, end, kind)."""
    found, start, kind = set(), None, None
    for place, tag in enumerate([*(TAGS[each] for each in tags), "O"]):
        if start is not None and tag != f"I-{kind}":
            found.add((start, place, kind))
            start = None
        if tag.startswith("B-"):
            start, kind = place, tag[2:]
    return found


@one_thread()
def train_privately(data, seed, noise, steps=100, batch=100, clip=1.0, rate=0.04):
    """Assistants trained by DP-SGD, `Taggers`, one for each training set of the stack. The unit of privacy is one
    command.

    data : `Commands`, a stack [models, n, ...].  seed : whole number.
    noise : float >= 0, the standard deviation of the noise over `clip`; 0 clips and promises nothing.
    steps : int, how often the weights move.  batch : float, how many commands a step sees on average (each is drawn by
    a coin).
    clip : float > 0, the most a command may move the sum.  rate : Adam's learning rate.
    Raises ValueError when a number is out of range.
    Source: Abadi et al. (2016); the lengths from two factors: Goodfellow (2015), Li et al. (2022).
    Not secure because the noise is drawn from a generator with a seed: a release draws it from the operating system.
    """
    import torch

    size = data.lengths.shape[1]
    if not (0 <= noise < np.inf and 0 < clip < np.inf and steps >= 1 and 0 < batch <= size):
        raise ValueError(
            f"private training takes noise >= 0, clip > 0, steps >= 1 and a batch of 1 to {size}, "
            f"got {noise}, {clip}, {steps} and {batch}"
        )
    taggers = new_taggers(len(data.lengths), seed)
    parameters = taggers.parameters
    data = to_tensors(data, parameters["tag_bias"].device)
    generator = torch.Generator().manual_seed(int(seed) + 1)
    optimizer = torch.optim.Adam(parameters.values(), lr=rate, foreach=True)
    for _ in range(steps):
        drawn = (torch.rand(size, generator=generator) < batch / size).nonzero()[:, 0]
        sums = clipped_sum(taggers, rows_of(data, drawn), clip)[0] if len(drawn) else {}
        for name, part in parameters.items():
            random = torch.randn(part.shape, generator=generator).to(part.device)
            part.grad = (sums.get(name, 0) + noise * clip * random) / batch
        optimizer.step()
    return Taggers({name: part.detach() for name, part in parameters.items()})


def clipped_sum(taggers, data, clip):
    """The sums of clipped gradients and the lengths before: (dict of tensors like the parameters, floats [models, n]).

    taggers : `Taggers` without characters.  data : `Commands` of tensors [models, n, ...].  clip : float > 0.
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
        scale = (clip / lengths.clamp_min(1e-12)).clamp_max(1)[..., None, None]
        sums = {}
        for names, (inputs, outputs) in into.items():
            scaled = outputs * (scale[:, None] if outputs.dim() == 5 else scale)
            total = inputs.flatten(-3, -2).mT @ scaled.flatten(-3, -2)
            sums.update(zip(names, total.split([own[name].shape[-2] for name in names], -2)))
        known, width = own["word"].shape[1:]
        place = data.words + known * torch.arange(models, device=data.words.device).view(-1, 1, 1)
        flat = of_vectors.new_zeros(models * known, width)
        sums["word"] = flat.index_add_(0, place.flatten(), (of_vectors * scale).flatten(0, 2)).view(
            models, known, width
        )
    return sums, lengths


def _and_one(inputs):
    """The inputs and a 1 beside them, whose weight is the bias."""
    import torch

    return torch.nn.functional.pad(inputs, (0, 1), value=1.0)
