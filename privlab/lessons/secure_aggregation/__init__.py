"""Lesson 52, The sum and nothing but the sum: its exercises, figures and experiments."""

from privlab.lessons.secure_aggregation.figures import draw_round, draw_rows_seen, draw_step

__all__ = ["draw_round", "draw_rows_seen", "draw_step"]
