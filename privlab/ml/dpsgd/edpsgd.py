"""eDP-SGD in our reading: gradients of micro-batches instead of examples, clips set by the training itself (lesson 42).

The paper names three parts, micro-batches, a scaled clip for each layer, and noise that decays from epoch to epoch, and
not their constants. Those are ours.
"""

import numpy as np

from privlab.device import cpu_when_full
from privlab.validation import positive, whole_number


def micro_batches(examples, parts, rng):
    """The micro-batch of each example, int [examples] from 0 to parts - 1, drawn for each on its own.

    Dealt out in turn, one more example would move all that follow it, and no sensitivity would hold.
    rng : numpy Generator: shown randomness, a release draws in secret.
    Raises ValueError when there is no part or a number is not whole.
    """
    return rng.integers(
        whole_number("the number of micro-batches", parts), size=whole_number("examples", examples, least=0)
    )


def micro_gradients(model, pixels, labels, groups, parts):
    """The gradient of the mean loss of each micro-batch: a tuple of tensors [parts, ...], one for each parameter.

    groups : int [n], the micro-batch of each example, as `micro_batches` gives it. An empty one has gradient 0.
    """
    import torch

    found = []
    for part in range(parts):
        mine = torch.as_tensor(groups == part, device=pixels.device)
        if mine.any():
            loss = torch.nn.functional.cross_entropy(model(pixels[mine]), labels[mine])
            found.append(torch.autograd.grad(loss, list(model.parameters())))
        else:
            found.append(tuple(torch.zeros_like(value) for value in model.parameters()))
    return tuple(torch.stack(each) for each in zip(*found))


def clip_layers(gradients, clips):
    """The micro-batches' gradients, each layer of each shortened to the length of that layer's clip where it is longer.

    gradients : tensors [parts, ...], weights and biases in turn. clips : floats > 0, one for each layer.
    Raises ValueError when their number does not fit or a gradient is not finite.
    Source: He et al. (2023) for clips by layer.
    """
    if len(gradients) != 2 * len(clips):
        raise ValueError(f"{len(gradients) // 2} layers need as many clips, got {len(clips)}")
    clipped = []
    for clip, *layer in zip(clips, gradients[::2], gradients[1::2]):
        lengths = sum(part.flatten(1).square().sum(1) for part in layer).sqrt()
        if not lengths.isfinite().all():
            raise ValueError("a gradient holds a number that is not finite, and no clipping bounds it")
        factors = (positive("clip", float(clip)) / lengths.clamp(min=1e-12)).clamp(max=1)
        clipped += [part * factors.view(-1, *[1] * (part.ndim - 1)) for part in layer]
    return tuple(clipped)


def rescaled(clips, noisy, sizes, noise, clip, parts):
    """The layers' clips for the next step, their squares adding up to that of `clip`.

    They follow the lengths of the sums just released, less what the noise alone would measure. What is computed from a
    release costs nothing: the true gradients' lengths would be one more question to the data.
    clips : floats [layers], of the step before. noisy : lengths of the noisy sums by layer, floats [layers].
    sizes : numbers in each layer. noise : float, as `step` adds it. clip : float > 0. parts : int, micro-batches.
    """
    drowned = noise**2 * len(clips) * np.square(clips) * sizes
    signal = np.maximum(np.square(noisy) - drowned, (0.02 * parts * clip) ** 2)
    wanted = clip * np.sqrt(signal / signal.sum())
    mixed = 0.9 * np.asarray(clips) + 0.1 * wanted
    return clip * mixed / np.sqrt(np.sum(mixed**2))


def step(model, pixels, labels, groups, parts, clips, noise, generator):
    """The noisy sum of the micro-batches' clipped gradients, a tuple of tensors, and its lengths by layer.

    A layer with clip c gets noise of standard deviation noise * c * √layers: all layers together then cost what one
    release with `noise` costs, in units of the length of all clips together. The rest as in the functions above.
    One example changes one micro-batch's gradient, from any to any other of length C at most: by up to 2C, not C.
    """
    import torch

    summed = [part.sum(0) for part in clip_layers(micro_gradients(model, pixels, labels, groups, parts), clips)]
    layers = len(clips)
    for place, part in enumerate(summed):
        if noise:
            deviation = noise * float(clips[place // 2]) * layers**0.5
            summed[place] = part + torch.normal(0.0, deviation, part.shape, generator=generator).to(part)
    lengths = [
        float(sum(part.square().sum() for part in summed[2 * layer : 2 * layer + 2]).sqrt()) for layer in range(layers)
    ]
    return tuple(summed), np.array(lengths)


def decaying_noise(first, decay, epochs):
    """The noise of each epoch, floats [epochs]: the first, and each next one `decay` times the one before.

    first : float > 0. decay : float above 0, at most 1. epochs : int.
    Raises ValueError for a decay out of range or a number of epochs that cannot be.
    """
    epochs = whole_number("the number of epochs", epochs)
    if not 0 < decay <= 1:
        raise ValueError(f"decay must be above 0 and at most 1, got {decay}")
    return positive("first noise", first) * decay ** np.arange(epochs)


@cpu_when_full
def train_efficiently(model, pixels, labels, *, noises, clip, rate, steps, pace, parts=8, seed=0):
    """None; trains `model` in place by eDP-SGD as we read it.

    pixels : float tensor [n, 1, 28, 28]. labels : int tensor [n]. noises : floats, one for each epoch of `steps` steps.
    clip : float > 0, the length of all layers' clips together. rate : the chance with which a step takes each example.
    pace : float > 0, the learning rate. parts : int, micro-batches a step. seed : int, of batches and noise.
    What it costs: `privlab.dp.dpsgd_accountant.epsilon_by_renyi` of half of `noises`, since the sensitivity is twice
    the clip.
    Source: our reading of Dupuy, Arava, Gupta and Rumshisky (2022).
    Not secure because its batches and noise come from a seed that is shown.
    """
    import torch

    from privlab.ml.dpsgd.per_example import poisson_batch

    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    parameters = list(model.parameters())
    layers = len(parameters) // 2
    sizes = np.array([parameters[2 * layer].numel() + parameters[2 * layer + 1].numel() for layer in range(layers)])
    clips = np.full(layers, clip / layers**0.5)
    for noise in noises:
        for _ in range(steps):
            batch = torch.as_tensor(poisson_batch(len(pixels), rate, rng), device=pixels.device)
            groups = micro_batches(len(batch), parts, rng)
            summed, lengths = step(model, pixels[batch], labels[batch], groups, parts, clips, noise, generator)
            clips = rescaled(clips, lengths, sizes, noise, clip, parts)
            with torch.no_grad():
                for value, part in zip(parameters, summed):
                    value -= pace * part / parts
