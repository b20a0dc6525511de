"""Lesson 42, Learning from letters without keeping any: its exercises, figures and experiments."""

from privlab.lessons.private_training.experiments import (
    CLIPS,
    RATES,
    compare_widths,
    dense_network,
    half_size,
    recorded_tuning,
    train_with_opacus,
)
from privlab.lessons.private_training.figures import (
    draw_clipping,
    draw_delta,
    draw_leakage,
    draw_tuning,
    draw_two_accounts,
    draw_utility,
    draw_widths,
)

__all__ = [
    "CLIPS",
    "RATES",
    "compare_widths",
    "dense_network",
    "draw_clipping",
    "draw_delta",
    "draw_leakage",
    "draw_tuning",
    "draw_two_accounts",
    "draw_utility",
    "draw_widths",
    "half_size",
    "recorded_tuning",
    "train_with_opacus",
]
