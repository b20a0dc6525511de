"""What a planted layer takes: letters out of a sum of gradients (lesson 53).

An `Imprint` has groups of bins: all neurons of a group compute one number of a letter x, and the letters whose number
lies between two neighbouring thresholds lie in one cell. d is what a letter passes back to each neuron that it fires;
a cell holds d (x, 1), 785 numbers, summed over its letters.

planted_layer  the plan, the network that is sent, and what each cell of its gradient holds.
peeling        letters that lie alone in one group are taken out of the others, until none is left.
adaptive       the attacker who knows clip and noise.
pixel_levels   a code of each pixel instead of the pixel, which is read through more noise.
sign_attack    a layer that asks instead of sorting: signs alone answer it.
"""

from privlab.fl.imprint.adaptive import Stolen, divide_runs, least_error, steal
from privlab.fl.imprint.peeling import Peeled, peel, whole_bytes
from privlab.fl.imprint.pixel_levels import LevelCode, code_network, level_code, read_code
from privlab.fl.imprint.planted_layer import Imprint, differences, divide_cells, expected_alone, network, plan
from privlab.fl.imprint.sign_attack import levels_network, read_levels

__all__ = [
    "Imprint",
    "LevelCode",
    "Peeled",
    "Stolen",
    "code_network",
    "differences",
    "divide_cells",
    "divide_runs",
    "expected_alone",
    "least_error",
    "level_code",
    "levels_network",
    "network",
    "peel",
    "plan",
    "read_code",
    "read_levels",
    "steal",
    "whole_bytes",
]
