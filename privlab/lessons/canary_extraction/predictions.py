"""What lesson 61 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "pins_read": Number(0, 6, "PINs"),
    "rank_heard_once": Number(1, 10_000, "(1 is the likeliest)", wide=True),
    "rank_of_20_copies": Choice("among the first hundred", "near chance, in the thousands", "anywhere"),
}
