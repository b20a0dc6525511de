"""A corpus of roles, its reversal, and a teacher whose students are fairer (lesson 63).

Sentences are int64 [n, 12], numbers of WORDS; `exchange()` says for each word which one it is exchanged with. SHARES
of "he" are planted for sixteen PROFESSIONS. The log ratio of a word is log p(he) / p(she) behind it, the disparity the
mean of its absolute value over professions; kinship has a right pronoun, and its log ratio is legitimate.

corpus        sentences with a planted bias, and the same with roles reversed.
distillation  a small language model, and students that learn from a teacher whose answers are corrected.
metrics       what reversal should change in a model, and what it should keep.
"""

from privlab.text.role_reversal.corpus import PAIRS, PROFESSIONS, SHARES, encode, exchange, reverse, sentence, sentences
from privlab.text.role_reversal.distillation import (
    WAYS,
    combine,
    distillation_loss,
    finished,
    language_model,
    log_probabilities,
    student,
    teacher_targets,
    train,
)
from privlab.text.role_reversal.metrics import (
    disparity,
    downstream_gap,
    legitimate,
    log_ratios,
    perplexity,
    predicted_disparity,
)

__all__ = [
    "PAIRS",
    "PROFESSIONS",
    "SHARES",
    "WAYS",
    "combine",
    "disparity",
    "distillation_loss",
    "downstream_gap",
    "encode",
    "exchange",
    "finished",
    "language_model",
    "legitimate",
    "log_probabilities",
    "log_ratios",
    "perplexity",
    "predicted_disparity",
    "reverse",
    "sentence",
    "sentences",
    "student",
    "teacher_targets",
    "train",
]
