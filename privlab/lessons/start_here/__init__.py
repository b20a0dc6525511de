"""Lesson 00: how the course works, on one published count."""

from privlab.lessons.start_here.figures import draw_noisy_counts

__all__ = ["draw_noisy_counts"]
