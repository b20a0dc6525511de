"""Lesson 31, Computing on what you cannot read: its exercises, figures and experiments."""
