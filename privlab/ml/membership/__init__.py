"""Membership inference: was this letter in the training set?

members [models, n] says who was in; a target is attacked with other models as its shadows. Scores are [models, n, 26],
an attack's answers [models, n], high for members; rates are shares of members and of others that are flagged.

attacks: margin, conditional quantile, likelihood ratio, offline too.  metrics: rates, precision, what a budget allows.
shadow_models: many models at once.  one_run_audit: what guesses show of epsilon.
"""

from privlab.ml.membership import attacks, metrics, one_run_audit, shadow_models
from privlab.ml.membership.attacks import (
    QuantileAttack,
    against_shadows,
    describe,
    in_turn,
    likelihood_ratios,
    log_odds,
    margin,
    offline_ratios,
)
from privlab.ml.membership.metrics import (
    advantage_bound,
    area,
    epsilon_lower,
    excess,
    interval,
    rates,
    recall_at,
    recall_bound,
    threshold_for,
)
from privlab.ml.membership.one_run_audit import Leakage, measure_leakage, scores_of_attacks
from privlab.ml.membership.shadow_models import (
    advantage_of_likelihood_ratios,
    draw_members,
    head_scores,
    train_heads,
    train_together,
)

__all__ = [
    "Leakage",
    "QuantileAttack",
    "advantage_bound",
    "advantage_of_likelihood_ratios",
    "against_shadows",
    "area",
    "attacks",
    "describe",
    "draw_members",
    "epsilon_lower",
    "excess",
    "head_scores",
    "in_turn",
    "interval",
    "likelihood_ratios",
    "log_odds",
    "margin",
    "measure_leakage",
    "metrics",
    "offline_ratios",
    "one_run_audit",
    "rates",
    "recall_at",
    "recall_bound",
    "scores_of_attacks",
    "shadow_models",
    "threshold_for",
    "train_heads",
    "train_together",
]
