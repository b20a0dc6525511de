"""Federated learning: clients that send gradients, and what a server can read out of them."""
from privlab.fl.client import Gradient, client_gradient
from privlab.fl.inversion import infer_label, invert_by_division
from privlab.fl.matching import Reconstruction, match_gradient
from privlab.fl.networks import convolutional_network, dense_network
from privlab.fl.scores import byte_exact, equal_pixels, mean_squared_error, nearest_public, recovered

__all__ = ["Gradient", "Reconstruction", "byte_exact", "client_gradient", "convolutional_network", "dense_network",
           "equal_pixels", "infer_label", "invert_by_division", "match_gradient", "mean_squared_error",
           "nearest_public", "recovered"]
