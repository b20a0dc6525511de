"""What lesson 53 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "alone_in_a_cell": Number(0, 9, "of the nine alone, on average"),
    "sums_that_fall": Choice(
        "in nearly all, with one group or three",
        "with three groups in nearly all, with one in fewer",
        "with one group in nearly all, with three in fewer",
    ),
    "which_keep": Choice(
        "all of them", "rounding and clipping do, dropping nine tenths and signs do not", "only clipping does"
    ),
    "prepared_server": Choice(
        "none, of either",
        "nine from a tenth, none from signs",
        "nine from a tenth, and from signs all with a label of their own",
    ),
}
