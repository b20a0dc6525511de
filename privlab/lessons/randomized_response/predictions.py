"""What lesson 21 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "yes_counted": Number(0, 10_000, "people", step=100),
    "belief": Number(0, 100, "%"),
    "local_error": Number(1, 1_000, "times", wide=True),
    "days_until_sure": Number(1, 30, "days"),
    "liars": Choice("by one point, whatever ε is", "by more, the smaller ε is", "by less, the smaller ε is"),
}
