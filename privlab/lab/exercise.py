"""Exercises, quiz questions, and the verdicts of a check.

○ not tried, ? it raised, ✗ wrong, ⚠ right but not private or not fair, ✓ right.
"""

import ast
import html
import importlib
import importlib.util
import inspect
import pathlib
import textwrap
import types
from collections.abc import Callable, Sequence
from typing import Any

from privlab.language import later, translate

MARKS = ("○", "?", "✗", "⚠", "✓")


COLUMNS = 88
HEADS = (later("wrong"), later("right, but not private"), later("right, but not fair"))
HEAD = dict(  # of a sentence without one
    zip(MARKS, (later("not tried yet"), later("no answer yet"), "wrong", later("right, but"), later("right")))
)
# White letters on these are read easily (contrast of 5 and more), on a light page and on a dark one.
GROUNDS = dict(zip(MARKS, ("#5f6368", "#5b4b9a", "#b3261e", "#8a5300", "#1a7f37")))


class Verdict:
    """What a check says: one of the five marks and a sentence. True only when the mark is ✓.

    id : str, the exercise, when the verdict is shown to a reader; its hints are named then.
    whose : str, "Bob's", when the answer is not the reader's; no next step is named then.
    """

    def __init__(self, mark, sentence, id=None, whose=None):
        self.mark, self.sentence, self.id, self.whose = mark, sentence, id, whose

    def __bool__(self):
        return self.mark == "✓"

    @property
    def next_step(self) -> str:
        """What to call next, as code; empty when nothing is left to do."""
        return f'hint("{self.id}")' if self.id and not self and not self.whose else ""

    def __repr__(self):
        answer = translate(", {whose} answer", whose=self.whose) if self.whose else ""
        head, _, rest = self.sentence.partition(": ")
        sentence = f"{translate(head)}: {rest}" if head in HEADS else self.sentence
        said = f"{self.mark} {self.id}{answer}: {sentence}" if self.id else f"{self.mark} {sentence}"
        lines = (
            [said, translate("Next: {step}", step=self.next_step)] if self.next_step and self.mark != "○" else [said]
        )
        return "\n".join(_wrapped(line, "  " * (number > 0)) for number, line in enumerate(lines))

    @property
    def parts(self) -> tuple[str, str]:
        """What stands beside the mark, "right, but not private", and the sentence below it, which may be empty."""
        head, _, rest = self.sentence.partition(": ")
        if head not in HEADS:
            head, rest = HEAD[self.mark], self.sentence
        return translate(head), "" if self.mark == "○" or rest == head else rest

    def _repr_html_(self):
        head, rest = self.parts
        answer = f"<code>{html.escape(self.id or '')}</code>" + (
            f" {html.escape(translate('{whose} answer', whose=self.whose))}" if self.whose else ""
        )
        parts = [
            f'<div><span style="background: {GROUNDS[self.mark]}; color: white; padding: 1px 8px; border-radius: 3px; '
            f'font-weight: bold">{self.mark} {html.escape(head)}</span> {answer}</div>'
        ]
        if rest:
            parts.append(f'<p style="margin: 6px 0 0 0">{html.escape(rest)}</p>')
        if self.next_step:
            step = translate("Next: {step}", step=f"<code>{html.escape(self.next_step)}</code>")
            parts.append(f'<p style="margin: 6px 0 0 0">{step}</p>')
        frame = f"border-left: 4px solid {GROUNDS[self.mark]}; padding: 2px 12px; max-width: {COLUMNS}ch; "
        return f'<div style="{frame}overflow-wrap: break-word">{"".join(parts)}</div>'

    @classmethod
    def right(cls, sentence: str = "right") -> "Verdict":
        """The verdict ✓."""
        return cls("✓", sentence)

    @classmethod
    def wrong(cls, sentence: str) -> "Verdict":
        """The verdict ✗; the sentence names the input on which the answer fails."""
        return cls("✗", f"wrong: {sentence}")

    @classmethod
    def not_private(cls, sentence: str) -> "Verdict":
        """The verdict ⚠; the sentence shows the leak."""
        return cls("⚠", f"right, but not private: {sentence}")

    @classmethod
    def not_fair(cls, sentence: str) -> "Verdict":
        """The verdict ⚠ of an answer that is right and treats people unequally; the sentence shows how."""
        return cls("⚠", f"right, but not fair: {sentence}")


def _wrapped(line, indent=""):
    """The line broken between words, at most 88 columns wide where its words allow it."""
    return textwrap.fill(
        line, COLUMNS, initial_indent=indent, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


class Exercise:
    """One exercise: the stub a reader fills, three hints, a solution, and a check.

    id : "topic.name": the folder of its file and the name of the function that solves it.
    stub, solution : str, Python, taken from that function's source. The stub never raises and gives None or `...`.
    hints : three str, from a nudge to the recipe.
    judge : function(answer, verdict) that judges an answer; `check` registers it.
    """

    def __init__(self, function, hints, show, stub):
        self.english_hints, self.name = hints, function.__name__
        file = pathlib.Path(inspect.getsourcefile(function))
        topic = file.parent.name if file.name == "exercises.py" else file.stem  # an instructor's own file
        self.id = f"{topic}.{self.name}"
        self._function, self._show, self._stub = function, show, stub
        self.is_value = not inspect.signature(function).parameters

    def check(self, function: Callable[..., Verdict]) -> Callable[..., Verdict]:
        """Registers `function(answer, verdict)`, which judges an answer and returns a verdict."""
        self.judge = function
        return function

    def __call__(self, *given: Any) -> Any:
        """What the solution gives: the solution of a later exercise may use it."""
        return self._function(*given)

    @property
    def hints(self) -> tuple[str, ...]:
        """The three hints, in the language in use."""
        return tuple(map(translate, self.english_hints))

    @property
    def reference(self) -> Any:
        """The answer of the solution."""
        return self._function() if self.is_value else self._function

    @property
    def stub(self) -> str:
        """What a reader starts from: the signature and `...`, unless the exercise says otherwise."""
        signature, _ = self._source()
        return self._stub.strip() if self._stub else self._shown(f"{signature}\n    ...")

    @property
    def solution(self) -> str:
        """One right answer, as code."""
        signature, body = self._source()
        if self.is_value:  # lines below the first stay aligned with it
            code = body.replace("    return ", f"{self.name} = ", 1).replace("\n", "\n" + " " * (len(self.name) - 8))
        else:
            code = f"{signature}\n{body}"
        return self._shown(code)

    def _source(self):
        """The solution's signature and its body, indented."""
        source = inspect.getsource(self._function)
        tree = ast.parse(source).body[0]
        lines = source.splitlines()
        first = tree.body[0].lineno - 1
        return "\n".join(lines[tree.lineno - 1 : first]), "\n".join(lines[first:])

    def _shown(self, code):
        return "\n".join([*self._show, "", "", code] if self._show else [code])


def exercise(*hints: str, show: Sequence[str] = (), stub: str | None = None) -> Callable[[Callable], Exercise]:
    """A decorator that makes an `Exercise` of its solution: a function, or one without parameters that returns a value.

    hints : three str, from a nudge to the recipe.
    show : lines of Python to show above stub and solution, such as imports that the file of exercises has anyway.
    stub : str, where it is more than the signature and `...`.
    """
    return lambda function: Exercise(function, hints, show, stub)


class Quiz:
    """One multiple-choice question. options : tuple of (text, whether it is right, feedback)."""

    def __init__(self, id, question, options):
        self.id, self.question, self.options = id, question, options


def module_of(file: pathlib.Path) -> types.ModuleType:
    """The module that a file of exercises makes when it is run, an instructor's own too: `survey.py`."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _all(kind, topic):
    beside = pathlib.Path(f"{topic}.py")  # an instructor's own, beside the notebook
    if topic.isidentifier() and importlib.util.find_spec(f"privlab.lessons.{topic}") is None and beside.is_file():
        module = module_of(beside)
    else:
        module = importlib.import_module(f"privlab.lessons.{topic}.exercises")
    return {entry.id: entry for entry in vars(module).values() if isinstance(entry, kind)}


def exercises(topic: str) -> dict[str, Exercise]:
    """The exercises of a topic ("raises") by their id, in the order of its file."""
    return _all(Exercise, topic)


def quizzes(topic: str) -> dict[str, Quiz]:
    """The quiz questions of a topic by their id, in the order of its file."""
    return _all(Quiz, topic)


def find(collection: Callable[[str], dict[str, Any]], id: str) -> Any:
    """The exercise or question of that id; `collection` is `exercises` or `quizzes`.

    Raises KeyError in one sentence when there is none.
    """
    topic = str(id).split(".")[0]
    try:
        known = collection(topic)
    except ModuleNotFoundError as error:
        if error.name != f"privlab.lessons.{topic}":
            raise
        raise Unknown(f'there is no topic {topic!r}: an id reads like "raises.share"') from None
    if id not in known:
        raise Unknown(f"there is no {id!r} among {', '.join(known)}")
    return known[id]


class Unknown(KeyError):
    """No exercise or question has that id; shown as one sentence."""

    def __str__(self):
        return self.args[0]
