"""Lesson 22, Noise that keeps a promise: its exercises, figures and experiments."""
