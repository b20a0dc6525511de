"""Federated learning.

gradients   what one update gives away: labels, division, exact inversion, matching, and defenses on a gradient.
imprint     what a layer that the server planted takes out of a sum.
secagg      sums of masked updates, of which the server learns nothing else.
simulation  many devices in one process, that differ as real ones do.
flower      a federation of real processes, on the library Flower.
"""
