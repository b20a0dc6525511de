"""What a planted layer takes: letters out of a sum of gradients (lesson 53)."""
