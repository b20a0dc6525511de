"""What lesson 31 asks its reader to guess."""

from privlab.lab.guesses import Choice

PREDICTIONS = {
    "product": Choice(
        "to the product, from two parts", "to the product, from three parts", "to nothing that means anything"
    ),
    "least_depth": Choice("yes, at depth 1", "yes, at depth 2", "no"),
    "one_level_more": Choice("time", "size", "precision"),
}
