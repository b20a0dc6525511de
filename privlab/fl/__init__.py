"""Federated learning: clients that send gradients, and what a server can read out of them."""
