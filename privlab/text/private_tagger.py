"""Assistants that learn privately: each command's gradient is clipped, and noise covers the sum (lesson 61).

A command's own gradient is never built. A layer that maps a to a W has the gradient sum_t a_t d_t over the words t, where d_t
is the gradient of its output; its squared length is sum_ts (a_t . a_s)(d_t . d_s), so the two factors are enough.
"""
import numpy as np

from privlab.device import one_thread
from privlab.text.learning import rows_of, to_tensors
from privlab.text.tagger import Taggers, new_taggers


@one_thread()
def train_privately(data, seed, noise, steps=100, batch=100, clip=1.0, rate=0.04):
    """Assistants trained by DP-SGD, `Taggers`, one for each training set of the stack. The unit of privacy is one command.

    data : `Commands`, a stack [models, n, ...].  seed : whole number.
    noise : float >= 0, the standard deviation of the noise over `clip`; 0 clips and promises nothing.
    steps : int, how often the weights move.  batch : float, how many commands a step sees on average (each is drawn by a coin).
    clip : float > 0, the most a command may move the sum.  rate : Adam's learning rate.
    Raises ValueError when a number is out of range.
    Source: Abadi et al. (2016); the lengths from two factors: Goodfellow (2015), Li et al. (2022).
    Not secure because the noise is drawn from a generator with a seed: a release draws it from the operating system.
    """
    import torch

    size = data.lengths.shape[1]
    if not (0 <= noise < np.inf and 0 < clip < np.inf and steps >= 1 and 0 < batch <= size):
        raise ValueError(f"private training takes noise >= 0, clip > 0, steps >= 1 and a batch of 1 to {size}, "
                         f"got {noise}, {clip}, {steps} and {batch}")
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
        reading.losses(data.tags, data.intents).sum(), (reading.gates, reading.tags, reading.intents, vectors))
    models, count, length = data.words.shape

    def by_command(numbers):
        return numbers.view(models, 2, length, count, -1).transpose(2, 3)

    with torch.no_grad():
        before = torch.nn.functional.pad(reading.states[:, :-1], (0, 0, 0, 0, 1, 0))
        into = {("input_weight", "state_weight", "gate_bias"): (_and_one(torch.cat(
                    [by_command(reading.inputs), by_command(before)], -1)), by_command(of_gates)),
                ("tag_weight", "tag_bias"): (_and_one(reading.states_both), of_tags),
                ("intent_weight", "intent_bias"): (_and_one(reading.mean[:, :, None]), of_intents[:, :, None])}
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
        sums["word"] = flat.index_add_(0, place.flatten(), (of_vectors * scale).flatten(0, 2)).view(models, known, width)
    return sums, lengths


def _and_one(inputs):
    """The inputs and a 1 beside them, whose weight is the bias."""
    import torch

    return torch.nn.functional.pad(inputs, (0, 1), value=1.0)
