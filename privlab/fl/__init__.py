"""Federated learning: clients keep their data and send updates; a server keeps the model and adds the updates up.

n clients (devices, tablets), of which some take part in a round. Letters are uint8 [n, 28, 28], labels 0 to 25.
A `Gradient` holds the numbers that one client sends, layer by layer; `client_gradient` computes it. An update is a
gradient, or what several local steps change. C is the bound on a gradient's length (`max_norm`), σ the noise over C
(`noise_multiplier`). Shares and masks are uint64: numbers modulo 2^64.

gradients   what one update gives away: labels, division, exact inversion, matching, and defenses on a gradient.
any_model   all of it pointed at a model of one's own: `attack`.
imprint     what a layer that the server planted takes out of a sum.
secagg      sums of masked updates, of which the server learns nothing else.
simulation  many devices in one process, that differ as real ones do.
flower      a federation of real processes, on the library Flower.
"""

from privlab.fl import any_model, flower, gradients, imprint, secagg, simulation
from privlab.fl.any_model.report import attack
from privlab.fl.gradients.gradient import Gradient, client_gradient

__all__ = [
    "Gradient",
    "any_model",
    "attack",
    "client_gradient",
    "flower",
    "gradients",
    "imprint",
    "secagg",
    "simulation",
]
