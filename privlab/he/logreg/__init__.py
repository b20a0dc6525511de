"""Logistic regression trained on encrypted minibatches (lesson 32).

circuits     in the clear, and as circuits of depth 5, 4 and 3 a minibatch.
unrolling    minibatches at once, in one chain or two: a little over depth 2 a minibatch.
variants     all samples at once, Nesterov's step, a fixed Hessian.
comparison   depth, width and operations of each transformation.
task         threes and eights as 64 numbers.
job          what client and server agree on.
two_parties  the client's process and the server's, with files between them; their code lies in programs.
"""

from privlab.he.logreg.circuits import (
    Cubic,
    Training,
    baseline,
    cubic,
    reassociated,
    sigmoid,
    train_in_the_clear,
    values_of,
    warn_of_values_outside,
    without_masks,
)
from privlab.he.logreg.comparison import effects, in_words, measure, steps
from privlab.he.logreg.job import Job
from privlab.he.logreg.task import Task, three_or_eight
from privlab.he.logreg.two_parties import Trained, train
from privlab.he.logreg.unrolling import unrolled, unrolled_once
from privlab.he.logreg.variants import all_at_once, fixed_hessian, nesterov

__all__ = [
    "Cubic", "Job", "Task", "Trained", "Training", "all_at_once", "baseline", "cubic", "effects", "fixed_hessian",
    "in_words", "measure", "nesterov", "reassociated", "sigmoid", "steps", "three_or_eight", "train",
    "train_in_the_clear", "unrolled", "unrolled_once", "values_of", "warn_of_values_outside", "without_masks",
]  # fmt: skip
