"""How assistants learn commands, and how well they read new ones (lesson 61)."""
import numpy as np

from privlab.device import one_thread
from privlab.text.commands import TAGS, Commands
from privlab.text.tagger import Taggers, new_taggers

BATCH = 50
RATE = 0.01


@one_thread()
def train(data, seed, epochs=20, dropout=0.0, decay=0.0, characters=0, words=True):
    """Assistants that have learned their commands, `Taggers`, one for each training set of the stack.

    data : `Commands`, a stack [models, n, ...].  seed : whole number, for the start, the order and what is left out.
    epochs : int, how often each command is seen.  dropout : float 0 <= dropout < 1, or one for each model.
    decay : float, by what share times the learning rate weights shrink at each step.  characters, words : see `new_taggers`.
    Raises ValueError for settings that cannot be.
    """
    import torch

    models, size = data.lengths.shape
    rates = np.broadcast_to(np.asarray(dropout, dtype=np.float32), models)
    if epochs < 1 or not ((rates >= 0) & (rates < 1)).all() or not 0 <= decay < 1 / RATE:
        raise ValueError(f"training takes epochs of at least 1, dropout from 0 to under 1 and a decay from 0, "
                         f"got {epochs}, {dropout} and {decay}")
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

    data = to_tensors(Commands(*(np.broadcast_to(part, (len(taggers), *part.shape)) for part in data)),
                      taggers.parameters["tag_bias"].device)
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
    found, start = set(), None
    for place, tag in enumerate([*(TAGS[each] for each in tags), "O"]):
        if start is not None and tag != f"I-{kind}":
            found.add((start, place, kind))
            start = None
        if tag.startswith("B-"):
            start, kind = place, tag[2:]
    return found
