"""Gradient matching: draw a letter, ask which gradient it would have, and change it until that is the one seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Labels
from privlab.device import cpu_when_full, one_thread
from privlab.fl.gradients.gradient import Gradient, loss_gradient
from privlab.fl.gradients.models import LETTERS, SIDE
from privlab.validation import real_numbers

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.optim import Optimizer

MATCHED, MATCHED_BATCH = 1e-12, 1e-18  # of a batch the pixels follow the loss less closely
INK, OUTSIDE = 1e-4, 1e-2  # what ink costs, and pixels outside of 0 to 1, where a pruned gradient leaves them open


@dataclass(frozen=True)
class Reconstruction:
    """What gradient matching came to.

    path  [k + 1, 28, 28], the picture at the start and after each of k iterations; of a batch [k + 1, B, 28, 28].
    loss  squared distance of the two gradients at the end, as a part of the gradient's squared length.
    """

    path: Floats
    loss: float

    @property
    def image(self) -> Floats:
        """The last picture or pictures, from 0 to 1 where the attack succeeded."""
        return self.path[-1]

    @property
    def matched(self) -> bool:
        """Whether the picture has the gradient that was seen: the attacker's own proof, which needs no truth."""
        return self.loss < MATCHED


@cpu_when_full
def match_gradient(
    gradient: Gradient,
    model: nn.Module,
    label: int,
    *,
    iterations: int = 500,
    seed: int = 0,
    starts: int = 3,
    pruned: bool = False,
) -> Reconstruction:
    """One letter from its gradient, by L-BFGS from random pixels, on the model's device.

    A start that does not match is followed by another one; the smallest loss wins.

    model       the one that the gradient was computed with; its activations must be smooth.
    label       0 to 25, as `infer_label` finds it.
    iterations  at least 1, the most steps from one start.
    seed        decides the first pixels.
    starts      at least 1, the most starts.
    pruned      whether the small numbers of the gradient were dropped: then a 0 stands for anything that is small, the
                start is black, and of all letters that fit the one with the least ink is sought.
    Raises ValueError when the gradient is not shaped like the model, not finite or zero, or a number is out of range.
    Source: Zhu, Liu and Han (2019), "Deep leakage from gradients".
    """
    if iterations < 1 or starts < 1 or label not in range(LETTERS):
        raise ValueError(
            f"matching needs at least 1 iteration, 1 start and a label from 0 to 25, got {iterations}, "
            f"{starts} and {label}"
        )
    target, rng = _target(gradient, model), np.random.default_rng(seed)
    tried: list[Reconstruction] = []
    with one_thread():
        while len(tried) < starts and not (tried and tried[-1].matched):
            start = (not pruned) * rng.random((1, SIDE, SIDE))
            tried.append(_descend(target, model, [int(label)], iterations, start, pruned=pruned))
    best = min(tried, key=lambda reconstruction: reconstruction.loss)
    return Reconstruction(best.path[:, 0], best.loss)


@cpu_when_full
def match_batch(
    gradient: Gradient,
    model: nn.Module,
    labels: Labels | list[int],
    *,
    iterations: int = 300,
    seed: int = 0,
    learning_rate: float | None = None,
) -> Reconstruction:
    """A batch from its gradient, one start; the path is [k + 1, B, 28, 28].

    labels         B whole numbers from 0 to 25, as `infer_labels` finds them.
    learning_rate  None for L-BFGS; a number above 0 for plain gradient descent on the pixels, as in the article.
    The others, the errors and the source: as in `match_gradient`.
    """
    kinds = real_numbers("labels", labels).astype(int).tolist()
    known = kinds and all(kind in range(LETTERS) for kind in kinds)
    if iterations < 1 or not known or (learning_rate and learning_rate <= 0):
        raise ValueError(
            f"matching needs at least 1 iteration, labels from 0 to 25 and a learning rate above 0, got {iterations}, "
            f"{kinds} and {learning_rate}"
        )
    start = np.random.default_rng(seed).random((len(kinds), SIDE, SIDE))
    with one_thread():
        return _descend(_target(gradient, model), model, kinds, iterations, start, learning_rate, MATCHED_BATCH)


def _target(gradient, model):
    import torch

    parameters = list(model.parameters())
    if [part.shape for part in gradient.parts] != [tuple(parameter.shape) for parameter in parameters]:
        raise ValueError("the gradient is not shaped like the model: match it with the model that the client used")
    numbers = real_numbers("a gradient", gradient.numbers)
    if not np.isfinite(numbers).all() or not numbers.any():
        raise ValueError("the gradient is zero throughout or holds numbers that are missing (NaN): nothing to match")
    return [torch.as_tensor(part).to(like) for part, like in zip(gradient.parts, parameters)]


def _beyond(mine, seen):
    """How far a gradient lies from a pruned one: at a 0 only what exceeds the smallest number that was left."""
    import torch

    kept = seen != 0
    most = seen.abs()[kept].min()
    return torch.where(kept, mine - seen, (mine.abs() - most).clamp(min=0))


def step_by_step_lbfgs(samples: Tensor) -> Optimizer:
    """L-BFGS over `samples`, one iteration a step, that goes on however little a step gains."""
    import torch

    return torch.optim.LBFGS(
        [samples],
        max_iter=1,
        max_eval=25,
        history_size=100,
        tolerance_grad=0,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )


def _descend(target, model, labels, iterations, start, learning_rate=None, enough=MATCHED, pruned=False):
    import torch

    like, length = target[0], sum((part**2).sum() for part in target)
    images = torch.tensor(start[:, None]).to(like).requires_grad_()  # a copy: the start stays in the path
    labels = torch.tensor(labels, device=like.device)
    optimiser = torch.optim.SGD([images], lr=learning_rate) if learning_rate else step_by_step_lbfgs(images)

    def distance():
        optimiser.zero_grad()
        guess = loss_gradient(model, images, labels, differentiable=True)
        apart = [_beyond(mine, seen) if pruned else mine - seen for mine, seen in zip(guess, target)]
        loss = sum((part**2).sum() for part in apart) / length
        if pruned:
            loss = loss + INK * images.abs().mean() + OUTSIDE * ((images - images.clamp(0, 1)) ** 2).mean()
        (images.grad,) = torch.autograd.grad(loss, images)
        return loss.detach()

    path = [start]
    for _ in range(iterations):
        loss = float(optimiser.step(distance))  # of the pictures before this step
        if loss < enough or not np.isfinite(loss):
            break
        path.append(images.detach().cpu().double().numpy()[:, 0].copy())
    else:
        loss = float(distance())
    return Reconstruction(np.array(path), loss if np.isfinite(loss) else np.inf)
