"""What lesson 62 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "d_at_random": Number(0.0, 2.0, step=0.05),
    "significant_mixtures": Number(0, 100, "of 100"),
    "gap_of_other_data": Choice("the way of the word tests", "the way of the data", "there is none"),
    "debiased": Choice("both shrink", "WEAT-7 shrinks, the gap stays", "the gap shrinks, WEAT-7 stays", "both stay"),
    "which_measure": Choice("the sensitivity", "the swap", "both", "neither"),
    "nearer_words": Choice("plain noise", "calibrated to density", "both alike"),
}
