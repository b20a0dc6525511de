"""Private training: clipped gradients and noise on their sum (lesson 42)."""
