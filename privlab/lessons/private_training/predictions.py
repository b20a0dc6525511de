"""What lesson 42 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "noise_per_letter": Choice("with batches of 5 %", "with everybody", "the same"),
    "budgets_that_help": Choice("ε = 3 with 8,000 letters, ε = 1.5 not with 300", "both", "neither"),
    "huge_epsilon": Choice("ε = 30 with a clip of 10", "ε = 3 with a clip of 0.5", "both the same"),
    "micro_batches": Choice(
        "all three read about the same", "8 read nothing, 128 and DP-SGD do", "8 and 128 read more than DP-SGD"
    ),
    "lira_at_3": Number(0, 90, "points"),
}
