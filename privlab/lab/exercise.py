"""Exercises and quiz questions, and the verdicts of a check: ○ not tried, ? it raised, ✗ wrong, ⚠ right but not private or fair, ✓."""
import importlib
import inspect
import sys

import numpy as np

MARKS = ("○", "?", "✗", "⚠", "✓")


class Verdict:
    """What a check says: one of the five marks and a sentence. True only when the mark is ✓."""

    def __init__(self, mark, sentence):
        self.mark, self.sentence = mark, sentence

    def __bool__(self):
        return self.mark == "✓"

    def __repr__(self):
        return f"{self.mark} {self.sentence}"

    @classmethod
    def right(cls, sentence="right"):
        """The verdict ✓."""
        return cls("✓", sentence)

    @classmethod
    def wrong(cls, sentence):
        """The verdict ✗; the sentence names the input on which the answer fails."""
        return cls("✗", f"wrong: {sentence}")

    @classmethod
    def not_private(cls, sentence):
        """The verdict ⚠; the sentence shows the leak."""
        return cls("⚠", f"right, but not private: {sentence}")

    @classmethod
    def not_fair(cls, sentence):
        """The verdict ⚠ of an answer that is right and treats people unequally; the sentence shows how."""
        return cls("⚠", f"right, but not fair: {sentence}")


class Exercise:
    """One exercise: the stub a reader fills, three hints, a solution, and wrong answers that must be recognised.

    id : "topic.name"; the stub, the solution and the wrong answers define `name`.
    stub, solution : str, Python. The stub never raises and gives None or `...`.
    hints : three str, from a nudge to the recipe.
    wrong : dict from a label to (mark, code, a fragment that the message must contain).
    """

    def __init__(self, id, stub, hints, solution, wrong):
        self.id, self.hints, self.wrong_answers = id, hints, wrong
        self.stub, self.solution = stub.strip(), solution.strip()
        self.name = id.split(".")[1]
        self._globals = vars(sys.modules[inspect.currentframe().f_back.f_globals["__name__"]])

    def verify(self, function):
        """Registers `function(answer, verdict)`, which judges an answer and returns a verdict."""
        self.judge = function
        return function

    def run(self, code):
        """The answer that `code` defines, run beside the names that the exercise's file imports."""
        namespace = {"np": np, **self._globals}
        exec(compile(code, f"<{self.id}>", "exec"), namespace)
        return namespace[self.name]

    @property
    def reference(self):
        """The answer of the solution."""
        return self.run(self.solution)


class Quiz:
    """One multiple-choice question. options : tuple of (text, whether it is right, feedback)."""

    def __init__(self, id, question, options):
        self.id, self.question, self.options = id, question, options


def _all(kind, topic):
    found = [each for each in vars(topic).values() if isinstance(each, kind)]
    return {each.id: each for each in found}


def exercises(topic):
    """The exercises of a topic ("raises") by their id, in the order of its file."""
    return _all(Exercise, importlib.import_module(f"privlab.exercises.{topic}"))


def quizzes(topic):
    """The quiz questions of a topic by their id, in the order of its file."""
    return _all(Quiz, importlib.import_module(f"privlab.exercises.{topic}"))


def find(collection, id):
    """The exercise or question of that id; `collection` is `exercises` or `quizzes`.

    Raises KeyError in one sentence when there is none.
    """
    topic = str(id).split(".")[0]
    try:
        found = collection(topic)
    except ModuleNotFoundError as error:
        if error.name != f"privlab.exercises.{topic}":
            raise
        raise Unknown(f"there is no topic {topic!r}: an id reads like \"raises.share\"") from None
    if id not in found:
        raise Unknown(f"there is no {id!r} among {', '.join(found)}")
    return found[id]


class Unknown(KeyError):
    """No exercise or question has that id; shown as one sentence."""

    def __str__(self):
        return self.args[0]
