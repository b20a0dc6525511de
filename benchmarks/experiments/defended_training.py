"""Membership under defenses: many networks trained together, a defense on every gradient (lesson 53)."""

import numpy as np

from privlab.dp.dpsgd_accountant import noise_multiplier_for
from privlab.lessons.global_model_attack.experiments import DEFENSES, DELTA, DROPPED, EPSILON, MAX_NORM, MEMBERSHIP
from privlab.ml.membership.attacks import QuantileAttack, describe, in_turn, likelihood_ratios, log_odds, margin
from privlab.ml.membership.metrics import recall_at
from privlab.ml.membership.shadow_models import Networks, as_rows, draw_members

SAMPLE_RATE, STEPS, LEARNING_RATE = 0.1, 400, 0.003  # the probability that a step takes a letter; Adam's steps
FALSE_POSITIVES = 0.01


def members_found(defense, private, outside, reader, models=8, letters=1_000, seed=0):
    """The members found at a false-positive rate of 1 % by each attack, dict from `MEMBERSHIP` to float.

    Each model is trained on half of the letters; each is the target in turn, all others are its shadows.

    defense : one of `DEFENSES`, on every gradient of every training. A secure sum hands over the same gradient as none.
    private : letters with labels that are trained on or left out.  outside : others, for the quantile attack.
    reader : of public letters.  models, letters : even int.  seed : whole number, of every random choice.
    Raises ValueError for another defense.
    """
    rng = np.random.default_rng((seed, 41))
    pool = rng.choice(len(private.images), letters, replace=False)
    images, labels = private.images[pool], private.labels[pool]
    others = rng.choice(len(outside.images), 2 * letters, replace=False)
    inside = draw_members(models, letters=letters, rng=rng)
    networks = train_defended(defense, images, labels, inside, seed)
    scores = networks.scores(images)
    odds, margins = log_odds(scores, labels), margin(scores, labels)
    unseen = margin(networks.scores(outside.images[others]), outside.labels[others])
    quantile = QuantileAttack(
        describe(reader, outside.images[others], outside.labels[others]), unseen.T, FALSE_POSITIVES
    )
    scored = (
        margins,
        margins - quantile.cutoffs(describe(reader, images, labels)).T,
        in_turn(likelihood_ratios, odds, inside),
    )
    return {
        attack: float(np.mean([recall_at(score, member, FALSE_POSITIVES) for score, member in zip(rows, inside)]))
        for attack, rows in zip(MEMBERSHIP, scored)
    }


def train_defended(defense, images, labels, members, seed=0, steps=STEPS):
    """`Networks`, one for each row of `members`, whose server sees every gradient through a defense.

    Each step takes each member by a coin of its own. Clipping and noise are of single letters, the rest is of the sum.

    defense : one of `DEFENSES`.  images, labels, members, seed : as in
    `privlab.ml.membership.shadow_models.train_together`.
    steps : int, of Adam.
    Raises ValueError for another defense.
    """
    import torch

    if defense not in DEFENSES:
        raise ValueError(f"the defense must be one of {', '.join(DEFENSES)}, got {defense!r}")
    models, size = len(members), int(members[0].sum())
    networks = Networks(models, hidden=128, seed=seed)
    where = networks.weights[0].device
    pixels, answers = as_rows(images), torch.as_tensor(np.asarray(labels)).long().to(where)
    own = torch.as_tensor(np.nonzero(members)[1].reshape(models, size)).to(where)
    noise_std = 0.0
    if defense == "dp":
        noise_std = MAX_NORM * noise_multiplier_for(EPSILON, DELTA, sample_rate=SAMPLE_RATE, steps=steps)
    optimizer = torch.optim.Adam(networks.weights, LEARNING_RATE)
    generator = torch.Generator().manual_seed(seed)
    most = int(SAMPLE_RATE * size + 6 * np.sqrt(SAMPLE_RATE * size)) + 1  # of a batch; more come in one of 10^8 steps
    for _ in range(steps):
        coins, order = torch.rand(models, size, generator=generator).sort(dim=1)
        rows = own.gather(1, order[:, :most].to(where))
        taken = (coins[:, :most] < SAMPLE_RATE).to(where, torch.float32)
        parts = _summed(
            networks.weights, pixels[rows], answers[rows], taken, MAX_NORM if defense in ("clipping", "dp") else None
        )
        for weight, part in zip(networks.weights, parts):
            if noise_std:
                part = part + noise_std * torch.randn(part.shape, generator=generator).to(where)
            weight.grad = _CHANGES.get(defense, lambda part: part)(part) / (SAMPLE_RATE * size)
        optimizer.step()
    return networks


def _summed(weights, pixels, answers, taken, max_norm):
    """The gradients of all models, each a sum over its batch, letters weighted by `taken` and clipped if asked."""
    import torch

    with torch.no_grad():
        first, first_bias, last, last_bias = weights
        hidden = torch.relu(torch.baddbmm(first_bias, pixels, first))
        above = torch.softmax(torch.baddbmm(last_bias, hidden, last), dim=-1)
        above -= torch.nn.functional.one_hot(answers, above.shape[-1])
        below = above @ last.transpose(1, 2) * (hidden > 0)
        if max_norm:
            # the squared length of a letter's gradient: of each layer what came in times what came back
            squares = sum(
                (1 + (came**2).sum(-1)) * (back**2).sum(-1) for came, back in ((pixels, below), (hidden, above))
            )
            taken = taken * (max_norm / squares.sqrt()).clamp(max=1)
        above, below = above * taken[..., None], below * taken[..., None]
        return (
            pixels.transpose(1, 2) @ below,
            below.sum(1, keepdim=True),
            hidden.transpose(1, 2) @ above,
            above.sum(1, keepdim=True),
        )


def _rounded(part):
    step = part.abs().amax(dim=(1, 2), keepdim=True).clamp(min=1e-12) / 127
    return (part / step).round() * step


def _pruned(part):
    flat = part.abs().flatten(1)
    least = flat.kthvalue(int(DROPPED * flat.shape[1]) + 1, dim=1).values
    return part * (part.abs() >= least[:, None, None])


def _signs(part):
    return part.sign() * part.abs().mean(dim=(1, 2), keepdim=True)


_CHANGES = {"fp16": lambda part: part.half().float(), "int8": _rounded, "pruning": _pruned, "sign": _signs}
