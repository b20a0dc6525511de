"""An assistant that learns commands, and what its weights remember (lesson 61)."""
