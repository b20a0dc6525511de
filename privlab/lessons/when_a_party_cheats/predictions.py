"""What lesson 13 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "product": Choice("40 times 25, and 1 more", "41 times 25", "a number that means nothing"),
    "lies_that_pass": Number(0, 1_000, "of 1,000 lies"),
    "how_many": Choice("any two", "all three", "not even three"),
    "another_gate": Choice("yes, he can open no row", "yes, the result is none", "no, he notices nothing"),
}
