"""Wrong answers to the exercises of lesson 00, and what their checks must say."""

from privlab.lessons.start_here.exercises import publish
from tests.lessons.answers import recognised, wrong

wrong(publish, "⚠", "knows what Lena did", "the exact count", edit=("count + rng.integers(-3, 4)", "count"))
wrong(publish, "⚠", "is ruled out", "too little noise", edit=("(-3, 4)", "(-1, 2)"))
wrong(publish, "⚠", "same noise", "noise that repeats itself", edit=("+ rng.", "+ np.random.default_rng(5)."))
wrong(publish, "✗", "publish(20", "no count", edit=("count + rng.integers(-3, 4)", "12"))
wrong(publish, "✗", "evenly", "3 never comes", edit=("(-3, 4)", "(-3, 3)"))
wrong(publish, "?", "ZeroDivisionError", "an error", edit=("+ rng.integers(-3, 4)", "/ 0"))


test_wrong_answers = recognised("start_here")
