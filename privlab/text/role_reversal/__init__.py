"""A corpus of roles, its reversal, and a teacher whose students are fairer (lesson 63)."""
