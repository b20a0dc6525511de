"""Lesson 13: lies on shares and MACs that catch them, products without a dealer, one message of two, a garbled gate."""

from privlab.lessons.when_a_party_cheats.experiments import (
    CHECKS,
    PRIMES,
    costs,
    lie,
    lies_that_pass,
    marked_by,
    pairs_that_fit,
    shares_of,
)
from privlab.lessons.when_a_party_cheats.figures import draw_lies, draw_product

__all__ = [
    "CHECKS",
    "PRIMES",
    "costs",
    "draw_lies",
    "draw_product",
    "lie",
    "lies_that_pass",
    "marked_by",
    "pairs_that_fit",
    "shares_of",
]
