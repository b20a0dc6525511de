"""What went into any dense layer before a ReLU, a whole batch at once, from the layer's gradient (lesson 51)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

from privlab.arrays import Floats, Rows
from privlab.device import one_thread
from privlab.fl.gradients.sparse_basis import smallest, sparse_directions
from privlab.validation import real_numbers, whole_number

if TYPE_CHECKING:
    from torch import Tensor

GAP = 10  # where a singular value falls by this factor, what follows is rounding
SETS = 200_000
BASES, POLISHES = 100, 3  # ways to tell the letters apart that are looked at, and how often each is mended
ALONE = 400  # different directions of rows that are looked at
TURNS, AT_ONCE = 30, 256  # times that rows are drawn at random, and how many choices at a time

Accept = Callable[[Rows, Rows], bool]


@dataclass(frozen=True)
class LayerInversion:
    """What went into a dense layer.

    inputs      [B, n], or [0, n] where none was found; without a bias gradient each of length 1.
    came_back   [B, m], what came back to the neurons for each input, times its length where that is not known.
    batch_size  how many different inputs there are at least, or None where no number fits.
    certified   whether every neuron fires for exactly the inputs that its gradient says: the attacker's proof.
    reason      one sentence that says how it ended.
    """

    inputs: Floats
    came_back: Floats
    batch_size: int | None
    certified: bool
    reason: str


def invert_layer(
    weight_gradient: Floats,
    bias_gradient: Floats | None,
    weight: Tensor,
    bias: Tensor | None,
    rng: np.random.Generator,
    *,
    max_samples: int = 16,
    sets: int = SETS,
    accept: Accept | None = None,
    following: tuple[Tensor, Floats] | None = None,
) -> LayerInversion:
    """What went into a dense layer before a ReLU.

    weight_gradient  [m, n].
    bias_gradient    [m], or None where it is not known or the layer has no bias: then inputs come back up to their
                     lengths.
    weight, bias     the layer's own, [m, n] and [m], the bias None where it has none.
    accept           None for the certificate of the neurons; or another proof, a function that is given inputs [B, n]
                     and what came back [B, m], and returns whether they explain the gradient.
    following        of the dense layer right behind the ReLU its weight [k, m] and the gradient of that, [k, m]; None
                     where there is no such layer or it is not known.
    The others, the source and the errors: as in `privlab.fl.gradients.analytic.invert_relu_layer`.
    """
    import torch

    max_samples = whole_number("the largest batch to be tried", max_samples)
    sets = whole_number("the number of sets", sets)
    scaled = bias_gradient is not None
    parts = [weight_gradient] if bias_gradient is None else [weight_gradient, bias_gradient]
    seen = np.column_stack([real_numbers("a gradient", part) for part in parts])
    neurons, width = weight.shape
    if seen.shape != (neurons, width + scaled):
        raise ValueError(
            f"the gradient is not shaped like the layer: {list(seen.shape)} instead of {[neurons, width + scaled]}"
        )
    if not np.isfinite(seen).all():
        raise ValueError("the gradient holds numbers that are missing (NaN) or infinite: it cannot be inverted")

    def nothing(size, reason):
        return LayerInversion(np.zeros((0, width)), np.zeros((0, neurons)), size, False, reason)

    fired = np.flatnonzero(seen.any(axis=1))
    if not len(fired):
        return nothing(None, "no batch size fits: no neuron of the layer fired")
    with one_thread():
        rows = torch.as_tensor(seen).to(weight.device)
        left, values, right = torch.linalg.svd(rows[fired], full_matrices=False)
        size = batch_size(values.cpu().numpy(), max_samples)
        if size is None:
            return nothing(None, "no batch size fits: the singular values fall nowhere to rounding")
        if size > max_samples:
            return nothing(size, f"the update holds {size} samples, more than the {max_samples} to be tried")
        task = _Task(rows, fired, left[:, :size], values, right[:size], weight, bias, scaled)
        return task.search(rng, sets, accept, None if accept else following)


def batch_size(singular_values: Floats, max_samples: int = 16) -> int | None:
    """How many letters a layer's gradient holds: the place where its singular values fall to rounding.

    Equal letters count once, and letters that are mixtures of others do not count.

    singular_values  [n], falling.
    max_samples      up to which the deepest fall is taken, beyond it the first one.
    Returns None when none of the first half falls to a tenth of the one before.
    """
    values = np.maximum(singular_values, 1e-300)
    if len(values) == 1:
        return 1
    falls = (values[:-1] / values[1:])[: max(1, len(values) // 2)]
    if falls[:max_samples].max() > GAP:
        return int(falls[:max_samples].argmax()) + 1
    beyond = np.flatnonzero(falls > GAP)
    return int(beyond[0]) + 1 if len(beyond) else None


class _Task:
    """One layer's gradient: `seen` = left x values x right, of rank B; its last column is the bias's where `scaled`."""

    def __init__(self, seen, fired, left, values, right, weight, bias, scaled):
        self.fired, self.left, self.values, self.right = fired, left, values[: right.shape[0]], right
        self.rest = float(values[len(right)]) if len(values) > len(right) else 0.0
        self.weight, self.scaled = weight.detach().to(seen), scaled
        self.bias = seen.new_zeros(len(seen)) if bias is None else bias.detach().to(seen)

    def search(self, rng, sets, accept, following):
        """The `LayerInversion`; without a certificate the last guess."""
        size = len(self.values)
        relative = self.rest / float(self.values[-1])
        tolerance = min(max(1e-6, 100 * relative), 3e-3)
        rows = self.left / self.left.norm(dim=1, keepdim=True)
        seed = int(rng.integers(2**62))
        bases = (
            [self.left.new_ones(1, 1)]
            if size == 1
            else chain(
                self.alone(rows),
                self.told_behind(following, tolerance, seed, sets),
                sparse_directions(rows, self.average_sums(), tolerance, seed, sets),
            )
        )
        guess, came_back = self.weight[:0], self.weight.T[:0]
        for basis in islice(bases, BASES):
            for _ in range(1 if accept else POLISHES):
                solution = self.solve(basis)
                if solution is None:
                    break
                guess, came_back = solution
                sums, fits = self.sums(guess, came_back, basis)
                proof = self.proof(guess, came_back, sums, fits, basis, accept)
                if proof:
                    return self.found(guess, came_back, True, f"certified: {proof}")
                basis = self.polished(rows, basis, sums[:, self.fired] <= 0)
        reason = f"not certified: an update of {size} samples was not taken apart"
        return self.found(guess, came_back, False, reason)

    def found(self, guess, came_back, certified, reason):
        """The `LayerInversion` of a guess."""
        return LayerInversion(guess.cpu().numpy(), came_back.cpu().numpy(), len(self.values), certified, reason)

    def proof(self, guess, came_back, sums, fits, basis, accept):
        """What proves a guess, some words; "" when nothing does."""
        if accept:
            proved = accept(guess.cpu().numpy(), came_back.cpu().numpy())
            return f"the {len(guess)} letters found give just this update" if proved else ""
        proved = fits and self.certified(basis, sums, came_back)
        different = f"at least {len(guess)} different letters" if len(guess) > 1 else "at least one letter"
        return f"{different}, and all {len(self.bias)} neurons fire as they say" if proved else ""

    def alone(self, rows):
        """The basis of letters that fire some neurons alone, where all are found: a list of one, or of none.

        Neurons that one letter alone fires have rows of one direction. So have others where all that comes back is
        alike, as with two classes; but only a letter leaves neurons silent to which nothing of it came back.
        """
        import torch

        leaders, followers = _leaders(rows)
        columns = rows[:0]
        for place in leaders[followers > 1][:ALONE]:
            letter = rows[place] * self.values @ self.right
            letters = [letter[:-1] / letter[-1]] if self.scaled else [letter, -letter]
            for one in letters if self.scaled or not self.bias.any() else []:
                silent = (self.weight @ one + self.bias)[self.fired] <= 0
                if silent.sum() < rows.shape[1]:
                    continue
                column = smallest(rows[silent])
                rest = column - columns.T @ torch.linalg.lstsq(columns.T, column).solution if len(columns) else column
                if (rows[silent] @ column).abs().max() < 1e-6 and rest.norm() > 1e-4:
                    columns = torch.cat([columns, column[None]])
        return [columns.T] if len(columns) == rows.shape[1] else []

    def told_behind(self, following, tolerance, seed, sets):
        """Bases found with the help of the layer behind the ReLU; none where it does not help.

        Its gradient's columns span what came back to it, and that, sent back through its weights, is what came back to
        each neuron that all letters fired: of such neurons a model in the middle of its training has many. They fix how
        the two layers' directions belong together. What is then missing at the other neurons is what the silent letters
        did not send: with few of them silent it has many zeros, and the letters show in it as they do in the gradient.
        Source: our own.
        """
        import torch

        if following is None:
            return
        size, (weight, gradient) = len(self.values), following
        spans, strengths, _ = torch.linalg.svd(torch.as_tensor(gradient).to(self.left), full_matrices=False)
        if len(strengths) < size or strengths[size - 1] < 1e-9 * strengths[0]:
            return
        sent = weight.detach().to(self.left).T[self.fired] @ spans[:, :size]
        turn, all_fire = self.joined(sent, max(tolerance, 1e-6), seed)
        if turn is None:
            return
        missing = (sent - self.left @ turn)[~all_fire]
        missing = missing / missing.norm(dim=1, keepdim=True)
        missing = missing[_leaders(missing)[0]]  # neurons for which the same letter alone is silent say the same
        if len(missing) >= size:
            for basis in sparse_directions(missing, missing.new_zeros(len(missing)), tolerance, seed, sets):
                yield turn @ basis

    def joined(self, sent, tolerance, seed):
        """The matrix [B, B] that most rows of `left` are turned by into those of `sent`, and for which rows it does.

        Random rows propose it (Fischler and Bolles 1981, RANSAC); None where hardly more rows agree than chose it.
        """
        import torch

        total, size = self.left.shape
        draws = torch.Generator(device=sent.device).manual_seed(seed)
        loud = sent.norm(dim=1)
        best, fits = None, self.left.new_zeros(total, dtype=torch.bool)
        for _ in range(TURNS):
            keys = torch.rand(AT_ONCE, total, generator=draws, dtype=sent.dtype, device=sent.device)
            chosen = keys.topk(size, dim=1).indices
            turns, singular = torch.linalg.solve_ex(self.left[chosen], sent[chosen])
            turns = turns[(singular == 0) & turns.isfinite().flatten(1).all(1)]
            off = (self.left @ turns - sent).norm(dim=2) < tolerance * loud
            place = off.sum(1).argmax() if len(off) else None
            if place is not None and off[place].sum() > max(size + 4, fits.sum()):
                best, fits = turns[place], off[place]
            if fits.sum() > size + 4:
                best = torch.linalg.lstsq(self.left[fits], sent[fits]).solution
                return best, (self.left @ best - sent).norm(dim=1) < tolerance * loud
        return best, fits

    def average_sums(self):
        """The neurons' sums for an average of the letters: the shortest mixture of weight 1 that the update holds.

        Zeros where the letters' lengths are not known: then no neuron seems more silent than another.
        """
        if not self.scaled:
            return self.left.new_zeros(len(self.fired))
        ones = self.right[:, -1]
        average = ones @ self.right[:, :-1] / (ones @ ones)
        return (self.weight @ average + self.bias)[self.fired]

    def solve(self, basis):
        """Inputs [B, n] and what came back [B, m], the columns of `basis` being the letters' directions; or None."""
        import torch

        singular = torch.linalg.svdvals(basis)
        if singular[-1] < 1e-10 * singular[0]:
            return None
        inputs = torch.linalg.solve(basis, self.values[:, None] * self.right)
        back = (self.left @ basis).T
        if self.scaled:
            inputs, lengths = inputs[:, :-1] / inputs[:, -1:], inputs[:, -1:]
        else:  # a letter and its negative give the same gradient, and fire other neurons
            signs = (back.square() * (inputs @ self.weight[self.fired].T)).sum(1, keepdim=True).sign()
            lengths = signs * inputs.norm(dim=1, keepdim=True)
            inputs = inputs / lengths
        came_back = inputs.new_zeros(len(inputs), len(self.bias))
        came_back[:, self.fired] = back * lengths
        return (inputs, came_back) if inputs.isfinite().all() else None

    def sums(self, guess, came_back, basis):
        """The neurons' sums [B, m], and whether some length of each letter fits what came back."""
        import torch

        slopes = guess @ self.weight.T
        if self.scaled or not self.bias.any():
            return slopes + self.bias, True
        fires = came_back.abs() > 100 * self.rounding(basis) * came_back.abs().max(1, keepdim=True).values
        turns = -self.bias / slopes  # the length at which a neuron's sum is zero
        longer = torch.where((slopes > 0) == fires, turns, 0).amax(1).clamp(min=1e-12)
        shorter = torch.where((slopes > 0) != fires, turns, torch.inf).amin(1)
        middle = torch.where(shorter.isfinite(), (longer * shorter.clamp(min=0)).sqrt(), 2 * longer)
        return slopes * middle[:, None] + self.bias, bool((longer < shorter).all())

    def rounding(self, basis):
        """How large rounding alone may make what came back, as a part of each letter's largest, [B, 1]."""
        largest = (self.left @ basis).abs().max(0).values
        return (10 * self.rest * (basis / self.values[:, None]).norm(dim=0) / largest + 1e-14)[:, None]

    def certified(self, basis, sums, came_back):
        """Whether every neuron fires for just the letters for which something came back to it."""
        came_back = came_back.abs() / came_back.abs().max(1, keepdim=True).values
        rounding = self.rounding(basis)
        clear = sums.abs() > 1e3 * self.rest / self.values[-1] + 1e-12  # sums that rounding cannot have turned
        loud = (sums <= 0) & (came_back > 100 * rounding) & clear
        faint = (sums > 0) & (came_back <= rounding) & clear
        by_chance = int(10 * float(rounding.mean()) * sums.numel())  # as many true ones lie below rounding
        return bool(loud.sum() == 0 and faint.sum() <= by_chance)

    def polished(self, rows, basis, silent):
        """The basis fitted anew to the neurons that its own letters leave silent."""
        import torch

        return torch.stack(
            [smallest(rows[quiet]) if quiet.sum() >= len(basis) else column for quiet, column in zip(silent, basis.T)],
            dim=1,
        )


def _leaders(rows):
    """The first of all rows, each of length 1, that point the same way, up to sign; and how many follow each."""
    import torch

    alike = (rows @ rows.T).abs() > 1 - 1e-9
    leaders = (alike.int().argmax(1) == torch.arange(len(rows), device=rows.device)).nonzero()[:, 0]
    return leaders, alike[leaders].sum(1)
