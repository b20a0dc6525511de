"""What lesson 00 asks its reader to guess."""

from privlab.lab.guesses import Number

PREDICTIONS = {"exactly_12": Number(0, 1_000, "days")}
