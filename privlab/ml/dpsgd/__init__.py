"""Private training: DP-SGD, which clips each example's gradient and adds noise to their sum.

max_norm bounds an example's gradient, noise_multiplier is the noise's standard deviation over max_norm, sample_rate is
the probability with which a step takes each example, learning_rate the length of a step.

training: a budget goes in, a trained model and its account come out.  account: what a training has cost.
per_example: by hand, and by Opacus.  ghost_clipping: the same sums without a gradient for each example, from pieces
that layers makes.  linear_head: a last layer on frozen features.  edpsgd: micro-batches instead of examples.
"""

from privlab.ml.dpsgd import account, edpsgd, ghost_clipping, layers, linear_head, per_example, training
from privlab.ml.dpsgd.account import Account
from privlab.ml.dpsgd.edpsgd import decaying_noise_multipliers, train_edpsgd
from privlab.ml.dpsgd.ghost_clipping import bookkept_sum, ghost_sum
from privlab.ml.dpsgd.linear_head import head_accuracy, plan_head, train_head
from privlab.ml.dpsgd.per_example import (
    clip_each,
    cross_entropies,
    example_gradients,
    opacus_sum,
    per_example_sum,
    poisson_batch,
    private_sum,
)
from privlab.ml.dpsgd.training import train

__all__ = [
    "Account",
    "account",
    "bookkept_sum",
    "clip_each",
    "cross_entropies",
    "decaying_noise_multipliers",
    "edpsgd",
    "example_gradients",
    "ghost_clipping",
    "ghost_sum",
    "head_accuracy",
    "layers",
    "linear_head",
    "opacus_sum",
    "per_example",
    "per_example_sum",
    "plan_head",
    "poisson_batch",
    "private_sum",
    "train",
    "train_edpsgd",
    "train_head",
    "training",
]
