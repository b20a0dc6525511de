"""What lesson 23 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "average_of_1000": Number(0.0, 2.0, "away", step=0.01),
    "total_loss": Choice("near 10", "near 5", "just right of 0"),
    "worst_rule": Choice("basic", "advanced", "zero-concentrated", "Rényi"),
    "lake": Number(0, 100, "%"),
    "private_list": Number(0, 100, "%"),
}
