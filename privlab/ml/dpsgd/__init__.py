"""Private training: DP-SGD, which clips each example's gradient and adds noise to their sum.

max_norm bounds an example's gradient, noise_multiplier is the noise's standard deviation over max_norm, sample_rate is
the probability with which a step takes each example, learning_rate the length of a step.

per_example: by hand, and by Opacus.  ghost_clipping: the same sums without a gradient for each example.
linear_head: a last layer on frozen features.  edpsgd: micro-batches instead of examples.
"""

from privlab.ml.dpsgd import edpsgd, ghost_clipping, linear_head, per_example
from privlab.ml.dpsgd.edpsgd import decaying_noise_multipliers, train_edpsgd
from privlab.ml.dpsgd.ghost_clipping import bookkept_sum, ghost_sum
from privlab.ml.dpsgd.linear_head import head_accuracy, plan_head, train_head
from privlab.ml.dpsgd.per_example import (
    clip_each,
    example_gradients,
    opacus_sum,
    per_example_sum,
    poisson_batch,
    private_sum,
    train,
)

__all__ = [
    "bookkept_sum",
    "clip_each",
    "decaying_noise_multipliers",
    "edpsgd",
    "example_gradients",
    "ghost_clipping",
    "ghost_sum",
    "head_accuracy",
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
]
