"""Lesson 90, Three clinics and one reader: its exercises, figures and experiments."""

from privlab.lessons.capstone.attacks import (
    attacked_letters,
    audit_noise,
    invert,
    membership,
    outlines,
    plant,
    recognise,
    what_the_server_sees,
)
from privlab.lessons.capstone.briefs import BRIEFS
from privlab.lessons.capstone.figures import OPTIONS, draw_board, draw_every_choice
from privlab.lessons.capstone.outcomes import board_made, recorded_outcome, run, spent
from privlab.lessons.capstone.release_note import FORMS, read_note
from privlab.lessons.capstone.scenario import DELTA, ROUNDS, Choice, gather
from privlab.lessons.capstone.training import Head, accuracy, train

__all__ = [
    "BRIEFS",
    "DELTA",
    "FORMS",
    "OPTIONS",
    "ROUNDS",
    "Choice",
    "Head",
    "accuracy",
    "attacked_letters",
    "audit_noise",
    "board_made",
    "draw_board",
    "draw_every_choice",
    "gather",
    "invert",
    "membership",
    "outlines",
    "plant",
    "read_note",
    "recognise",
    "recorded_outcome",
    "run",
    "spent",
    "train",
    "what_the_server_sees",
]
