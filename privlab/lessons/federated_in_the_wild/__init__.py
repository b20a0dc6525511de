"""Lesson 54, Devices as they are: its exercises, figures and experiments."""

from privlab.lessons.federated_in_the_wild.experiments import labels_on_devices, scores_of_periods, two_groups
from privlab.lessons.federated_in_the_wild.figures import (
    draw_counts,
    draw_courses,
    draw_gain,
    draw_mixes,
    draw_outcomes,
    draw_periods,
    draw_round,
    draw_shares,
    draw_watcher,
)

__all__ = [
    "draw_counts",
    "draw_courses",
    "draw_gain",
    "draw_mixes",
    "draw_outcomes",
    "draw_periods",
    "draw_round",
    "draw_shares",
    "draw_watcher",
    "labels_on_devices",
    "scores_of_periods",
    "two_groups",
]
