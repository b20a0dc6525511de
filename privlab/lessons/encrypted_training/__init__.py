"""Lesson 32, Training on pictures nobody sees: its exercises, figures and experiments."""
