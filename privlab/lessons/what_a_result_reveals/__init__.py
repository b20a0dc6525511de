"""Lesson 12: inputs that fit a result, news about a total, two letters under one mask."""

from privlab.lessons.what_a_result_reveals.figures import draw_consistent, draw_news, draw_reuse

__all__ = ["draw_consistent", "draw_news", "draw_reuse"]
