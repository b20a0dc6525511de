"""Lesson 00: how the course works, on one published count."""

from privlab.lessons.start_here.figures import AN_A, draw_noisy_counts

__all__ = ["AN_A", "draw_noisy_counts"]
