"""What lesson 55 asks its reader to guess."""

from privlab.lab.guesses import Choice

PREDICTIONS = {
    "after_round_2": Choice("there is none", "that of round 1", "the average of two"),
    "masked_average": Choice("nothing", "a hundred-thousandth", "a hundredth"),
    "who_notices": Choice("the nodes", "the victim alone", "nobody"),
    "handed_in": Choice(
        "a signature of each node, and a model comes back",
        "an address, and letters come back",
        "an address, and nothing comes back",
    ),
}
