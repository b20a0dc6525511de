"""What belongs to one lesson each, a folder a lesson: its exercises, figures and experiments."""
