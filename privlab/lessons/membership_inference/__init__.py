"""Lesson 41, Was your letter in the training set?: its exercises and figures."""

from privlab.lessons.membership_inference.figures import (
    draw_accused,
    draw_leakage,
    draw_margins,
    draw_rates,
    draw_shadow_numbers,
    draw_shadows,
    draw_sizes,
)

__all__ = [
    "draw_accused",
    "draw_leakage",
    "draw_margins",
    "draw_rates",
    "draw_shadow_numbers",
    "draw_shadows",
    "draw_sizes",
]
