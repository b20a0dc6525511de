"""Models: networks that read letters, private training, attacks on what a model remembers."""
