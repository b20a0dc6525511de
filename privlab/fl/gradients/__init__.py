"""What one update gives away: who holds a gradient holds letters (lesson 51).

A gradient is the sum over n letters of (what came back) x (what went in), a layer at a time. B letters in a batch,
m neurons of the first layer; pixels are floats from 0 to 1 once a letter has been read back.

gradient         a client and what it sends: `Gradient`, `client_gradient`.
models           the networks that are attacked; their weights come from a seed.
analytic         letters without a search: labels, division, exact inversion of a batch, through a convolution.
layer_inversion  what went into any dense layer before a ReLU.
sparse_basis     directions with many zeros, which tell the letters of a batch apart.
matching         letters by a search: change a picture until its gradient is the one seen.
model_updates    several local steps, and a batch read out of what they change.
metrics          how much came back: byte-exact, recovered, and what chance would have got.
defenses         what is done to a gradient before it is sent: clip, noise, rounding, pruning, signs.
"""

from __future__ import annotations

from privlab.fl.gradients.analytic import (
    Inversion,
    infer_label,
    infer_labels,
    invert_by_division,
    invert_convolution,
    invert_relu_layer,
)
from privlab.fl.gradients.defenses import add_noise, clip, eight_bits, half_precision, length, prune, signs, total
from privlab.fl.gradients.gradient import Gradient, client_gradient, loss_gradient, pixels
from privlab.fl.gradients.layer_inversion import SETS, batch_size
from privlab.fl.gradients.matching import Reconstruction, match_batch, match_gradient
from privlab.fl.gradients.metrics import (
    RECOVERED,
    arranged,
    byte_exact,
    equal_pixels,
    matched,
    mean_squared_error,
    nearest_public,
    recovered,
)
from privlab.fl.gradients.model_updates import client_update, invert_update
from privlab.fl.gradients.models import convolution_dense_network, dense_network, trained
from privlab.fl.gradients.sparse_basis import vanishing

__all__ = [
    "RECOVERED",
    "SETS",
    "Gradient",
    "Inversion",
    "Reconstruction",
    "add_noise",
    "arranged",
    "batch_size",
    "byte_exact",
    "client_gradient",
    "client_update",
    "clip",
    "convolution_dense_network",
    "dense_network",
    "eight_bits",
    "equal_pixels",
    "half_precision",
    "infer_label",
    "infer_labels",
    "invert_by_division",
    "invert_convolution",
    "invert_relu_layer",
    "invert_update",
    "length",
    "loss_gradient",
    "match_batch",
    "match_gradient",
    "matched",
    "mean_squared_error",
    "nearest_public",
    "pixels",
    "prune",
    "recovered",
    "signs",
    "total",
    "trained",
    "vanishing",
]
