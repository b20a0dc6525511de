"""What lesson 51 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "last_numbers": Choice("nothing", "which letter she wrote", "the brightness of her letter"),
    "first_rows": Choice("grey noise", "some show the letter, others nothing", "each shows another part of the letter"),
    "recovered_by_chance": Number(0, 300, "letters"),
    "letters_matched": Choice(
        "L-BFGS alone", "L-BFGS, and plain steps of 1,000", "L-BFGS, and plain steps of 100", "all three"
    ),
    "bens_letters": Number(0, 7, "letters"),
    "which_saves": Choice("32 bits", "5 steps", "16 bits", "none of them, not even from this attacker"),
    "which_keeps": Choice("a secret number", "half precision", "no biases", "none of them"),
}
