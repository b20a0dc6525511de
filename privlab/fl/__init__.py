"""Federated learning: clients that send gradients, and what a server can read out of them."""
from privlab.fl.client import Gradient, client_gradient
from privlab.fl.convolution import invert_convolution
from privlab.fl.exact_inversion import Inversion, invert_layer, invert_relu_layer
from privlab.fl.inversion import infer_label, infer_labels, invert_by_division
from privlab.fl.matching import Reconstruction, match_batch, match_gradient
from privlab.fl.networks import convolution_dense_network, convolutional_network, dense_network, trained
from privlab.fl.scores import arranged, byte_exact, equal_pixels, matched, mean_squared_error, nearest_public, recovered
from privlab.fl.updates import client_update, invert_update, labels_behind
from privlab.lessons.gradient_inversion.experiments import (
                                                            inversion_trial,
                                                            large_batches,
                                                            whole_batches,
                                                            whole_by_chance,
                                                            written,
)

__all__ = ["Gradient", "Inversion", "Reconstruction", "arranged", "byte_exact", "client_gradient", "client_update",
           "convolution_dense_network", "convolutional_network", "dense_network", "equal_pixels", "infer_label",
           "infer_labels", "inversion_trial", "invert_by_division", "invert_convolution", "invert_layer",
           "invert_relu_layer", "invert_update", "labels_behind", "large_batches", "match_batch", "match_gradient",
           "matched", "mean_squared_error", "nearest_public", "recovered", "trained", "whole_batches", "whole_by_chance",
           "written"]
