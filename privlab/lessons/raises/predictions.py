"""What lesson 11 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "sum_of_sums": Choice("the total of the four raises", "zero, because shares cancel", "a number that means nothing"),
    "how_near": Number(0, 4_000, "dollars away", step=10),
    "which_picture": Choice("the one with shares up to 500 dollars", "the one with uniform shares", "both", "neither"),
    "coalitions": Choice("neither two nor three do", "three do, two do not", "both do"),
}
