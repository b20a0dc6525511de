"""Lesson 53, The model that sorts its clients' letters: its exercises, figures and experiments."""

from privlab.lessons.global_model_attack.experiments import (
    ATTACKS,
    DEFENSES,
    MEMBERSHIP,
    letters_found,
    read_under,
    recovered_under,
    returned,
    share_recovered,
)
from privlab.lessons.global_model_attack.figures import draw_cells, draw_matrix, draw_noise, draw_stolen, draw_theory

__all__ = [
    "ATTACKS",
    "DEFENSES",
    "MEMBERSHIP",
    "draw_cells",
    "draw_matrix",
    "draw_noise",
    "draw_stolen",
    "draw_theory",
    "letters_found",
    "read_under",
    "recovered_under",
    "returned",
    "share_recovered",
]
