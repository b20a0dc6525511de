"""What lesson 90 asks its reader to guess."""

from privlab.lab.guesses import Choice

PREDICTIONS = {
    "board": Choice("the inversion's, and no other", "the inversion's and the planted layer's", "all of them"),
    "recognised": Choice(
        "nearly all in one update, none in a noisy sum",
        "nearly all, in sums too, until there is noise",
        "none anywhere",
    ),
}
