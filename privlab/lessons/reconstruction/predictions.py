"""What lesson 24 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "groups_needed": Choice("64, one for each person", "2,016, one for each pair", "2^64, one for each group"),
    "back_despite_noise": Number(0, 100, "%"),
    "back_within_budget": Number(0, 100, "%"),
    "silent_questions": Choice("a thousand times as much", "about 30 times as much, the root", "as much as one"),
    "shuffled_epsilon": Number(0.0, 1.0, step=0.01),
}
