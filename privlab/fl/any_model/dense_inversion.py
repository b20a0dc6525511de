"""Samples out of one dense layer of any model: exactly, with labels, and certified by what the client would have sent.

(lesson 51)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from privlab.fl.any_model.client_model import ClientModel
from privlab.fl.any_model.tracing import DenseUse, dense_inputs
from privlab.fl.gradients.layer_inversion import batch_size, invert_layer

if TYPE_CHECKING:
    from torch import Tensor

LARGEST = 64  # batch that is looked for in the singular values
EXPLAINED = 1e-3  # relative distance within which one label explains what came back to a layer
LENGTHS = (-4, 4, 81)  # powers of ten of a sample's length that are tried, and how many
COARSE, LIKELY = 10, 4  # every tenth length tells which labels are likely, and how many of them are tried
SAME = 1e-3  # distance within which two searches found the same sample
REACHED, LOST = 1e-6, 0.1  # relative distance within which a search has arrived, and beyond which it is lost
STEPS = 600  # of a search for what the layers before passed on


@dataclass(frozen=True)
class Found:
    """What an attack has in hand.

    samples    [k, *input_shape], different ones.
    batch      indices into `samples` and labels, an entry for each sample of the batch, copies too; None where the
               labels are not known.
    certified  whether it is proved.
    reason     one sentence that says how it ended.
    """

    samples: Tensor
    batch: tuple[list[int], list[int]] | None
    certified: bool
    reason: str


def different_samples(client: ClientModel) -> int | None:
    """How many different samples there are at least, by the rank of the dense layer that says it most clearly; or None.

    A batch that is as large as a layer is wide leaves no fall of the singular values.
    """
    best: tuple[float, int | None] = (0.0, None)
    for use in client.uses:
        rows = _rows(client, use)
        if rows is None or why_not(client, use):
            continue
        values = np.linalg.svd(rows, compute_uv=False)
        size = batch_size(values, LARGEST)
        if size is not None and size < len(values):
            fall = values[size - 1] / max(values[size], 1e-300)
            best = max(best, (fall, size), key=lambda pair: pair[0])
    return best[1] if best[0] > 1e3 else None


def why_not(client: ClientModel, use: DenseUse) -> str:
    """Why a dense layer cannot be inverted whatever the batch is, a sentence; or ""."""
    if client.gradient_of(use)[0] is None:
        return f"the gradient of {use.weight} did not come back"
    if use.uses > 1:
        return f"{use.weight} works {use.uses} times on each sample, and its gradient is the sum of all"
    if use.inputs.dim() != 2 or len(use.inputs) != len(client.probes):
        return f"{use.weight} works on several places of each sample, and its gradient is the sum of all"
    if client.steps > 1 and not _direct(client, use):
        return f"several local steps change the layers before {use.weight}, and with them what goes into it"
    return ""


def invert_dense(
    client: ClientModel,
    use: DenseUse,
    rng: np.random.Generator,
    *,
    sets: int,
    labels: list[int] | None = None,
    different: int | None = None,
) -> Found:
    """The samples behind the gradient of one dense layer, for which `why_not` says nothing.

    sets       as in `invert_layer`.    labels  of the batch where they are known.
    different  how many different samples another layer tells of.
    """
    rows, direct, scaled = _rows(client, use), _direct(client, use), client.gradient_of(use)[1] is not None
    size = batch_size(np.linalg.svd(rows, compute_uv=False), LARGEST)
    hindered = _hindered(client, use, size, different)
    if hindered or size is None:
        return _nothing(client, hindered)
    inputs, came_back, why = _divided(rows, scaled) if size == 1 else _taken_apart(client, use, rng, sets, labels)
    if why:
        return _nothing(client, why)
    if not direct:
        samples, error, agreed = _back_through(client, use, inputs)
        if error > LOST:
            return _nothing(client, "no search through the layers before it came near what they passed on")
        if error > REACHED or not agreed:
            why = "the layers before it let several samples pass as the same, or a search ended early"
    elif not scaled:
        samples, came_back, alone = _lengthened(client, use, inputs, came_back, labels)
        why = "" if alone else "without biases several lengths of a sample would send the same"
    else:
        samples = _samples(client, inputs)
    told = _told(client, use, samples, came_back, labels, neurons=size > 1 and client.steps == 1 and scaled)
    return Found(samples, told.batch, False, why) if why else told


def _hindered(client, use, size, different):
    """Why so many samples cannot be taken out of this layer, a sentence; or ""."""
    if size is None:
        return "as many different samples as the layer tells apart, or more, or noise on it"
    if size < (different or 1):
        return f"it is too narrow to tell {different} samples apart"
    if client.gradient_of(use)[1] is None and not _direct(client, use):
        return "without a bias gradient the layers before it cannot be gone back through"
    if client.gradient_of(use)[1] is None and client.steps > 1:
        return "without a bias gradient several local steps cannot be done again"
    if size > 1 and not use.silences:
        return f"{size} different samples came back, and no neuron is silent: nothing tells them apart"
    return ""


def _taken_apart(client, use, rng, sets, labels):
    """What went into the layer and what came back, [B, n] and [B, m], and a sentence where it was not taken apart."""

    def accept(inputs, came_back):
        return bool(_told(client, use, _samples(client, inputs), came_back, labels).certified)

    found = invert_layer(
        *client.gradient_of(use),
        *client.parameters_of(use),
        rng,
        max_samples=LARGEST,
        sets=sets,
        accept=accept if client.steps > 1 else None,
        following=_following(client, use) if client.steps == 1 else None,
    )
    return found.inputs, found.came_back, "" if found.certified else found.reason.removeprefix("not certified: ")


def _following(client, use):
    """The weight and its gradient of the dense layer right behind this one's ReLU; None where there is none."""
    import torch

    for behind in client.uses:
        fired = use.sums.clamp(min=0)
        if behind.uses == 1 and behind.inputs.shape == fired.shape and torch.allclose(behind.inputs, fired):
            weight, gradient = client.parameters_of(behind)[0], client.gradient_of(behind)[0]
            return None if gradient is None else (weight, gradient)
    return None


def _nothing(client, reason):
    return Found(client.probes[:0], None, False, reason)


def _told(client, use, samples, came_back, labels, neurons=False):
    """The `Found` of samples and what came back to the layer for them: labels, copies, and what certifies it all."""
    import torch

    batch = _explained(client, use, samples, torch.as_tensor(came_back).to(client.like), labels)
    if batch is not None:
        indices, kinds = batch
        residual = client.residual(samples[indices], torch.tensor(kinds, device=client.like.device))
        if residual < client.tolerance:
            copies = len(indices) - len(samples)
            extra = f", {copies} of the batch equal to others" if copies else ""
            return Found(
                samples,
                batch,
                True,
                f"certified: they would have sent just this, at least {len(samples)} different{extra}",
            )
    if neurons:
        return Found(samples, batch, True, "certified by the neurons: each fires for just the samples it tells of")
    return Found(samples, batch, False, "what was found would have sent something else")


def _explained(client, use, samples, back, labels):
    """Indices and labels of the batch that explain what came back, or None."""
    import torch

    alone = client.came_back(samples, use.weight)  # [k, classes, m]
    entries = []
    for index, (wanted, rows) in enumerate(zip(back, alone)):
        strengths = (rows @ wanted) / (rows**2).sum(1).clamp(min=1e-300)
        errors = (strengths[:, None] * rows - wanted).norm(dim=1) / wanted.norm()
        errors[strengths <= 0] = torch.inf
        label = int(errors.argmin())
        if client.steps > 1 or errors[label] < EXPLAINED:
            entries.append((index, label, float(strengths[label])))
        else:
            mixed = _mixture(rows.cpu().numpy(), wanted.cpu().numpy())
            if mixed is None:
                return None
            entries += [(index, kind, strength) for kind, strength in mixed]
    counts = _counts(client, [strength for *_, strength in entries], len(labels or []))
    indices = [index for (index, _, _), count in zip(entries, counts) for _ in range(count)]
    return indices, [label for (_, label, _), count in zip(entries, counts) for _ in range(count)]


def _mixture(rows, wanted):
    """Several labels of one sample and how strongly each came back, or None when no mixture explains it."""
    from scipy.optimize import nnls

    scale = np.abs(rows).max()
    strengths, rest = nnls(rows.T / scale, wanted / scale)
    if rest > EXPLAINED * np.linalg.norm(wanted / scale):
        return None
    _, values, right = np.linalg.svd(rows.T, full_matrices=False)
    free = right[-1] * np.sign(right[-1].sum())
    if values[-1] < 1e-9 * values[0] and (free > 0).all():  # all labels, as often as the model expects, send nothing
        strengths = strengths - free * (strengths / free).min()
    return [(kind, strength) for kind, strength in enumerate(strengths) if strength > 1e-4 * strengths.max()]


def _counts(client, strengths, size):
    """How many samples of the batch each strength stands for: whole numbers, the smallest that fit."""
    strengths = np.array(strengths)
    if not client.mean:
        return np.maximum(np.rint(strengths), 1).astype(int)
    for total in [size] if size else range(len(strengths), 4 * LARGEST):
        counts = strengths * total
        if np.abs(counts - np.rint(counts)).max() < 0.05 and np.rint(counts).min() >= 1:
            return np.rint(counts).astype(int)
    return np.ones(len(strengths), int)


def _rows(client, use):
    """The layer's gradient with its bias's as a last column where it came back; None where nothing did."""
    weight, bias = client.gradient_of(use)
    return weight if weight is None or bias is None else np.column_stack([weight, bias])


def _divided(rows, scaled):
    """The one sample behind a gradient of rank 1 and what came back for it, [1, n] and [1, m]; and no hindrance."""
    left, values, right = np.linalg.svd(rows, full_matrices=False)
    direction, back = right[:1], (left[:, :1] * values[0]).T
    if not scaled:
        return direction, back, ""
    return direction[:, :-1] / direction[:, -1:], back * direction[:, -1:], ""


def _samples(client, inputs):
    import torch

    return torch.as_tensor(inputs).to(client.like).reshape(-1, *client.input_shape)


def _direct(client, use):
    """Whether the samples themselves go into a dense layer, in their own order."""
    import torch

    flat = client.probes.flatten(1)
    return use.inputs.shape == flat.shape and torch.allclose(use.inputs, flat, rtol=1e-9, atol=1e-12)


def _lengthened(client, use, directions, came_back, labels):
    """Samples as long as what came back says, what came back for each, and whether only one length of each fits."""
    share = 1 / (len(labels) if labels else len(directions)) if client.mean else 1.0
    fitting = [_lengths(client, use, *pair, share) for pair in zip(directions, came_back)]
    lengths = np.array([found[:1] or [1.0] for found in fitting])
    return _samples(client, directions * lengths), came_back / lengths, all(len(found) == 1 for found in fitting)


def _lengths(client, use, direction, came_back, share):
    """The lengths of a sample that fit what came back, the best first; below 0 where it points the other way.

    Without biases a sample may be long and well known, or short and not, and send the same.
    """
    import torch
    from scipy.optimize import brentq

    one, wanted = _samples(client, direction[None]), torch.as_tensor(came_back).to(client.like)

    def would_send(lengths, kinds):
        scale = torch.as_tensor(lengths).to(client.like).reshape(-1, *[1] * len(client.input_shape))
        rows = client.came_back(scale * one, use.weight, kinds)
        return share * scale.reshape(-1, 1, 1) * rows

    def longer(power, sign, kind):
        return float((would_send([sign * 10.0**power], [kind])[0, 0] - wanted) @ wanted)

    powers, found = np.linspace(*LENGTHS), []
    for sign in (1, -1):
        rows = would_send(sign * 10.0 ** powers[::COARSE], None)
        aligned = rows * ((rows @ wanted) / (rows**2).sum(2).clamp(min=1e-300)).clamp(min=0)[..., None]
        likely = (aligned - wanted).norm(dim=2).amin(0).argsort()[:LIKELY].tolist()
        beyond = ((would_send(sign * 10.0**powers, likely) - wanted) @ wanted > 0).cpu().numpy()
        for place, label in np.argwhere(beyond[1:] != beyond[:-1]):
            power = brentq(longer, powers[place], powers[place + 1], args=(sign, likely[label]), xtol=1e-15, rtol=1e-14)
            length = sign * 10.0**power
            misfit = (would_send([length], [likely[label]])[0, 0] - wanted).norm() / wanted.norm()
            if misfit < EXPLAINED:
                found.append((float(misfit), length))
    return [length for _, length in sorted(found)]


def _back_through(client, use, inputs):
    """The samples that the layers before pass on as these inputs, how far off, and whether two searches agree."""
    import torch

    samples, errors, agreed = [], [], True
    for value in torch.as_tensor(inputs).to(client.like):
        tries = sorted((_search(client, use, value[None]) for _ in range(2)), key=lambda each: each[1])
        (best, error), (other, _) = tries
        agreed &= float((best - other).abs().max()) < SAME
        samples.append(best[0])
        errors.append(error)
    return torch.stack(samples), max(errors), agreed


def _search(client, use, value):
    """A sample that goes into the layer as `value`, from a random start, and its relative distance."""
    import torch

    sample = client.random(1).requires_grad_()
    optimiser = torch.optim.LBFGS(
        [sample], max_iter=STEPS, history_size=50, tolerance_grad=0, tolerance_change=0, line_search_fn="strong_wolfe"
    )
    length = (value**2).sum()

    def distance():
        optimiser.zero_grad()
        loss = ((dense_inputs(client.model, sample, use.weight) - value) ** 2).sum() / length
        loss.backward(inputs=[sample])
        return loss

    optimiser.step(distance)
    return sample.detach(), float(distance().detach()) ** 0.5
