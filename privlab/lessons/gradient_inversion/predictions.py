"""What lesson 51 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "last_numbers": Choice("nothing", "which letter she wrote", "the brightness of her letter"),
    "first_rows": Choice("grey noise", "some show the letter, others nothing", "each shows another part of the letter"),
    "recovered_by_chance": Number(0, 300, "letters"),
    "letters_matched": Choice(
        "none by plain steps, all by L-BFGS", "all by plain steps, none by L-BFGS", "all by either", "some by either"
    ),
    "bens_letters": Number(0, 7, "letters"),
    "which_saves": Choice("32 bits", "5 steps", "16 bits", "none of them, not even from this attacker"),
    "which_keeps": Choice("a secret number", "half precision", "no biases", "none of them"),
}
