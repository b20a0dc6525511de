"""Matching for any model: the labels first, then samples whose gradient is the one seen, and that look like pictures.

The public libraries do it so: cosine distance, total variation, statistics of batch normalization (lesson 51).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from privlab.device import one_thread
from privlab.fl.any_model.client_model import ClientModel
from privlab.fl.gradients.matching import step_by_step_lbfgs

if TYPE_CHECKING:
    from torch import Tensor

SMOOTH, STARTS = 300, 2  # iterations of L-BFGS, and how often it starts anew
DESCENT, LEARNING_RATE = 4_000, 0.1  # iterations of Adam, and its first steps
VARIATION, STATISTICS = 1e-3, 1e-3  # what differences of neighbouring pixels and of a batch's statistics cost
ENOUGH = 1e-9  # residual at which nothing is left to match


def count_labels(client: ClientModel, size: int, samples: Tensor) -> list[int] | None:
    """The labels of a batch of `size`, sorted, or None where the last layer does not tell them.

    The scores of the last dense layer get back probabilities, less 1 at the label; right for models not trained yet.

    samples  [n, *input_shape], for which the model's probabilities and last features are taken.
    Source: Zhao, Mopuri and Bilen (2020), "iDLG"; without a bias in the manner of Wainakh and others (2022), "LLG".
    """
    import torch

    if not client.crossed or not client.uses or not len(samples):
        return None
    last = client.uses[-1]
    weight, bias = client.gradient_of(last)
    if weight is None and bias is None:
        return None
    kinds = torch.arange(len(samples), device=client.like.device) % client.classes
    use = client.watched(samples, kinds)[-1]
    if bias is None:
        features = use.inputs.detach().mean(0).cpu().numpy()
        bias = weight @ features / max(features @ features, 1e-300)
    expected = use.sums.detach().softmax(1).mean(0).cpu().numpy()
    rate = (client.learning_rate or 1.0) * client.steps if client.steps > 1 else 1.0
    counts = size * expected - bias / rate * (size if client.mean else 1)
    labels = []
    for _ in range(size):
        labels.append(int(counts.argmax()))
        counts[labels[-1]] -= 1
    return sorted(labels)


def match_samples(
    client: ClientModel,
    labels: list[int],
    *,
    seconds: float,
    seed: int,
    public: Tensor | None = None,
    starts: Sequence[Tensor] = (),
) -> tuple[Tensor, float]:
    """Samples with these labels whose gradient is nearest to the one seen, and their residual.

    First by L-BFGS on the squared distance, which is exact on smooth models; where that does not arrive, by Adam on the
    cosine distance with what is known of pictures, and L-BFGS from there.

    seconds  the most that it takes, about.
    public   samples like those sought: they bound the values; None for none.
    starts   samples from which to start, before random ones.
    Source: Zhu, Liu and Han (2019); Geiping and others (2020), "Inverting gradients"; Yin and others (2021), "See
    through gradients", for the statistics.
    """
    import torch

    begun, kinds = time.monotonic(), torch.tensor(labels, device=client.like.device)
    draws = np.random.default_rng(seed)

    def left(share):
        return time.monotonic() - begun < share * seconds

    def residual(samples):
        return client.residual(samples, kinds)

    tried = []
    with one_thread():
        for turn in range(STARTS):
            start = starts[turn] if turn < len(starts) else _random(client, len(labels), draws, public)
            tried.append(_smooth(client, kinds, start, lambda turn=turn: left(0.2 * (turn + 1))))
            if residual(tried[-1]) < client.tolerance:
                return tried[-1], residual(tried[-1])
        tried.append(_prior(client, kinds, min(tried, key=residual), public, lambda: left(0.8)))
        tried.append(_smooth(client, kinds, tried[-1], lambda: left(1)))
    best = min(tried, key=residual)
    return best, residual(best)


def _random(client, count, draws, public):
    """Samples of uniform numbers from 0 to 1, or between the least and the largest of the public ones."""
    import torch

    start = torch.as_tensor(draws.random((count, *client.input_shape))).to(client.like)
    return start if public is None else public.amin(0) + start * (public.amax(0) - public.amin(0))


def _smooth(client, labels, start, going):
    """Samples after L-BFGS on the squared distance of the gradients."""
    samples = start.clone().requires_grad_()
    optimiser = step_by_step_lbfgs(samples)

    def distance():
        optimiser.zero_grad()
        sent = client.sent(samples, labels, differentiable=True)
        loss = sum(((mine - seen) ** 2).sum() for mine, seen in zip(sent, client.seen.values())) / client.length**2
        loss.backward(inputs=[samples])
        return loss.detach()

    best, least = start, np.inf
    for _ in range(SMOOTH):
        before = samples.detach().clone()
        loss = float(optimiser.step(distance))  # of the samples before this step
        if loss < least:
            best, least = before, loss
        if not np.isfinite(loss) or loss < ENOUGH**2 or not going():
            break
    return best


def _prior(client, labels, start, public, going):
    """Samples after Adam on the cosine distance, with total variation and the statistics of batch normalization."""
    import torch

    samples = start.clone().requires_grad_()
    optimiser = torch.optim.Adam([samples], lr=LEARNING_RATE)
    falls = torch.optim.lr_scheduler.MultiStepLR(optimiser, [DESCENT * part // 8 for part in (3, 5, 7)], 0.1)
    statistics = _Statistics(client.model)
    for _ in range(DESCENT):
        optimiser.zero_grad()
        with statistics:
            sent = client.sent(samples, labels, differentiable=True)
        dot, mine = (
            sum((one * other).sum() for one, other in pairs)
            for pairs in (zip(sent, client.seen.values()), zip(sent, sent))
        )
        loss = 1 - dot / (mine.sqrt() * client.length + 1e-300)
        loss = loss + VARIATION * variation(samples) + STATISTICS * statistics.distance(loss)
        loss.backward(inputs=[samples])
        samples.grad.sign_()
        optimiser.step()
        falls.step()
        if public is not None:
            with torch.no_grad():
                samples.clamp_(public.min(), public.max())
        if not going():
            break
    return samples.detach()


def variation(samples: Tensor) -> Tensor:
    """The mean difference of neighbouring pixels; 0 for samples that are no pictures [B, channels, height, width]."""
    if samples.dim() < 3 or min(samples.shape[-2:]) < 2:
        return samples.sum() * 0
    return samples.diff(dim=-1).abs().mean() + samples.diff(dim=-2).abs().mean()


class _Statistics:
    """A context that notes how far a batch is from the running statistics of the model's batch normalizations."""

    def __init__(self, model):
        self.layers = [
            module
            for module in model.modules()
            if getattr(module, "running_mean", None) is not None and int(module.num_batches_tracked) > 0
        ]
        self.seen, self.hooks = [], []

    def __enter__(self):
        self.seen = []
        self.hooks = [layer.register_forward_hook(self.note) for layer in self.layers]

    def __exit__(self, *error):
        for hook in self.hooks:
            hook.remove()

    def note(self, layer, inputs, output):
        values = inputs[0].transpose(0, 1).flatten(1)
        mean = ((values.mean(1) - layer.running_mean) ** 2).mean()
        self.seen.append(mean + ((values.var(1, unbiased=False) - layer.running_var) ** 2).mean())

    def distance(self, like):
        return sum(self.seen, start=0 * like)
