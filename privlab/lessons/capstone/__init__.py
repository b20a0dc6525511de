"""Lesson 90, Three clinics and one reader: its exercises, figures and experiments."""
