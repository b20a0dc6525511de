"""Circuits: additions, multiplications and rotations, what runs them in the clear, and how deep they are (lesson 31)."""
