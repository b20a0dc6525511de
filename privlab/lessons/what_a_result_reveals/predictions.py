"""What lesson 12 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "inputs_left": Choice("1 and 16", "1 and 11", "4 and 8", "4 and 16"),
    "which_questions": Choice(
        "the tally alone", "the tally and the largest", "the tally and the rounded mean", "all four"
    ),
    "other_five": Number(0, 100, "million dollars at most, for each of them"),
    "read_otherwise": Number(0, 1_000, "letters"),
}
