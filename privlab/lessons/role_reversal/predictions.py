"""What lesson 63 asks its reader to guess."""

from privlab.lab.guesses import Choice, Words

PREDICTIONS = {
    "planted_shares": Choice("it smooths them", "it takes them over", "it exaggerates them"),
    "students_disparity": Choice("about the teacher's", "half of it", "near none"),
    "three_students": Words(),
    "how": Words(),
    "larger_gap": Choice("the base student", "the repaired student", "neither"),
}
