"""Lesson 51, Letters stolen from gradients: its exercises, figures and experiments."""

from privlab.lessons.gradient_inversion.experiments import inversion_trial, whole_batches, whole_by_nearest, written
from privlab.lessons.gradient_inversion.figures import (
    draw_batch_matching,
    draw_batches,
    draw_breaks,
    draw_nearest,
    draw_rows,
    draw_stages,
)

__all__ = [
    "draw_batch_matching",
    "draw_batches",
    "draw_breaks",
    "draw_nearest",
    "draw_rows",
    "draw_stages",
    "inversion_trial",
    "whole_batches",
    "whole_by_nearest",
    "written",
]
