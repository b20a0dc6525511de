"""What lesson 54 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "rarely_asked": Choice("it learns faster", "it learns as fast", "it suffers"),
    "behind_by": Number(0, 80, "points"),
    "stamped_letters": Number(0, 100, "%"),
}
