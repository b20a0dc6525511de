"""Lesson 42, Learning from letters without keeping any: its exercises, figures and experiments."""

from privlab.lessons.private_training.experiments import compare_widths, dense_network, half_size
from privlab.lessons.private_training.figures import (
    draw_clipping,
    draw_delta,
    draw_leakage,
    draw_two_accounts,
    draw_utility,
    draw_widths,
)

__all__ = [
    "compare_widths",
    "dense_network",
    "draw_clipping",
    "draw_delta",
    "draw_leakage",
    "draw_two_accounts",
    "draw_utility",
    "draw_widths",
    "half_size",
]
