"""A federation of real processes, on the library Flower (lesson 55)."""
