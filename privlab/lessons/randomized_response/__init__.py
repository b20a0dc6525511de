"""Lesson 21, A poll nobody can hold against you: its exercises, figures and experiments."""
