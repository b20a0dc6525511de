"""A federation of real processes, on the library Flower (lesson 55).

A server (Flower's SuperLink) and nodes (SuperNodes), each with letters of its own: images uint8 [n, 28, 28], labels
[n]. What they run is an app: Python files for the server and for the nodes, such as those in `app`. weights: a list of
arrays, layer by layer; a key, bytes, from which two nodes draw a mask: whole numbers below 2^32.

deployment   starts a server and its nodes, hands apps in, and leaves nothing behind
programs     Flower's programs, and the processes that run them
forkserver   the program that starts them by fork
credentials  an authority, the server's certificate, and a key for each node
installation what each machine gets when they are several, and the commands to type there
weak_masks   the masks that Flower's SecAgg+ draws, seen from outside
app          a Flower app, with the network that it trains (`model`)
"""

from privlab.fl.flower.app import model
from privlab.fl.flower.deployment import APP, Deployment, furthest, weights_of
from privlab.fl.flower.installation import commands
from privlab.fl.flower.weak_masks import folded_seed, mask, pair_key, twin, two_seeds

__all__ = [
    "APP",
    "Deployment",
    "commands",
    "mask",
    "folded_seed",
    "furthest",
    "model",
    "pair_key",
    "twin",
    "two_seeds",
    "weights_of",
]
