"""Lesson 63, A nurse may be he, a queen is she: its exercises, figures and experiments."""
