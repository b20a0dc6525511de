"""Lesson 00, Start here: its exercises, figures and experiments."""
