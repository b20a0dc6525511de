"""Lesson 55, Beyond one machine: its exercises, figures and experiments."""
