"""What lesson 52 asks its reader to guess."""

from privlab.lab.guesses import Choice, Number

PREDICTIONS = {
    "opened_sum": Choice("by less than a billionth", "by about a thousandth", "by about one"),
    "late_message": Number(0, 7, "of Dora's letters"),
    "letters_in_reports": Number(0, 56, "letters of 56"),
    "eleventh": Choice("nothing", "a sum with a mask left on it", "the sum of the other 21"),
    "last_mask": Choice("that with the accomplice, who does", "its own, a decryptor", "several, nobody"),
    "letters_in_the_sum": Number(0, 9, "letters"),
}
