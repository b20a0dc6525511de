"""What lesson 22 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "telling_output": Choice("one far out on the right", "one just above 6,001", "all above 6,001, and all alike"),
    "noise_of_a_total": Choice(
        "about a tenth of the total", "as much as the largest of these losses", "more than any amount"
    ),
    "bound_for_a_giant": Choice("a low one", "one above the giant's loss", "none does"),
    "last_loss": Choice(
        "what it lost, to the dollar", "which of two losses is likelier, by a factor of e^ε at most", "nothing at all"
    ),
    "outputs_from_1": Number(0, 20_000, "outputs", step=500),
    "hardest_to_catch": Choice(
        "half the scale", "sensitivity forgotten", "seed reused", "clip after sum", "rounding that leaks"
    ),
}
