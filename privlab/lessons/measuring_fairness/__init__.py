"""Lesson 62, Fair words and unfair answers: its exercises, figures and experiments."""
