"""Lesson 23, Every answer costs: its exercises, figures and experiments."""

from privlab.lessons.composition_and_selection.figures import (
    curves_of_rules,
    draw_choice,
    draw_differencing,
    draw_intersection,
    draw_remaining,
    draw_rules,
    draw_total_loss,
)

__all__ = [
    "curves_of_rules",
    "draw_choice",
    "draw_differencing",
    "draw_intersection",
    "draw_remaining",
    "draw_rules",
    "draw_total_loss",
]
