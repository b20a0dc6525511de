"""What lesson 41 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "precision": Number(0, 100, "%"),
    "threshold_for_each": Choice("no, fewer", "yes, some more", "yes, ten times as many"),
    "which_stops": Choice("rounding to two places", "giving only the letter", "both", "neither"),
    "shown_by_attack": Choice("about what was proved", "less than half of it", "more than was proved"),
}
