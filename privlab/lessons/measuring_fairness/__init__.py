"""Lesson 62, Fair words and unfair answers: its exercises and figures."""

from privlab.lessons.measuring_fairness.figures import (
    draw_chain,
    draw_measures,
    draw_own_text,
    draw_pairs,
    draw_relabelled,
    draw_test_and_task,
    draw_words,
)

__all__ = [
    "draw_chain",
    "draw_measures",
    "draw_own_text",
    "draw_pairs",
    "draw_relabelled",
    "draw_test_and_task",
    "draw_words",
]
