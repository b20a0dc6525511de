"""Differential privacy: mechanisms, what their releases cost together, and the attacks that keep them honest.

Two data sets are neighbours if they differ in one person. The sensitivity is the most by which one person changes a
value. A mechanism publishes a release of it, with noise; epsilon and delta are its budget. A release's loss is the
logarithm of its probability here over its probability in the neighbouring world. A noise multiplier is a standard
deviation over the sensitivity, a sample rate the probability with which a step takes each record.

randomized_response  everybody adds noise to their own answer (lesson 21)
laplace              noise on a number, its scale, and what clipping costs (lesson 22)
floating_point       the attack on the last digits of such noise (lesson 22)
audit                a lower bound on epsilon from outputs alone (lesson 22)
audit_targets        mechanisms to audit, five of them broken (lesson 22)
composition          what several releases cost together; `Budget`, which refuses when it is spent (lesson 23)
pld                  the same exactly, from the distribution of the privacy loss (lesson 23)
exponential          one of several options, chosen privately (lesson 23)
distributed_noise    noise of which each party adds a share (lesson 23)
reconstruction       a table computed back from counts (lesson 24)
sparse_vector        the first of many counts above a threshold, for the price of one (lesson 24)
shuffling            randomized answers whose senders nobody knows (lesson 24)
gaussian             the Gaussian mechanism, exactly (lesson 42)
dpsgd_accountant     the cost of training on batches drawn by chance (lesson 42)
"""

from privlab.dp import (
    audit,
    audit_targets,
    composition,
    distributed_noise,
    dpsgd_accountant,
    exponential,
    floating_point,
    gaussian,
    laplace,
    pld,
    randomized_response,
    reconstruction,
    shuffling,
    sparse_vector,
)
from privlab.dp.composition import Budget, BudgetSpent

__all__ = (
    "Budget",
    "BudgetSpent",
    "audit",
    "audit_targets",
    "composition",
    "distributed_noise",
    "dpsgd_accountant",
    "exponential",
    "floating_point",
    "gaussian",
    "laplace",
    "pld",
    "randomized_response",
    "reconstruction",
    "shuffling",
    "sparse_vector",
)
