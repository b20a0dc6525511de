"""What lesson 32 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "cubic_outside": Choice(
        "it stays flat, and training goes on",
        "it runs off, and training forgives it",
        "it runs off, and the weights run after it",
    ),
    "lost_level": Choice(
        "into a mask that turns the sum", "into the longer products of the gradient", "into a fresh encryption"
    ),
    "questions": Number(1, 10_000, "questions", wide=True),
}
