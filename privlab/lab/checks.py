"""check, hint, solution, use: how a reader's answer is judged and helped along."""

import contextlib
import dis
import functools
import inspect
import logging
import re
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from privlab.lab import progress_file
from privlab.lab.apart import SECONDS, Ended, Progress, load_libraries, run_apart
from privlab.lab.arithmetic import in_words, noted_arithmetic, of_an_error, spoils
from privlab.lab.exercise import Exercise, Verdict, exercises, find
from privlab.lab.results import own, shown
from privlab.lab.ways_out import leaves_a_thread, watched_ways
from privlab.language import translate
from privlab.settings import PACKAGE

LONGEST = 120  # letters of a call that is told

_hints_given: dict[str, int] = {}


class _NotTried(Exception):
    pass


class _Raised(Exception):
    pass


class _NothingReturned(Exception):
    pass


class _GoesOn(Exception):
    pass


class _Calls:
    """What came of the calls of an answer: `last`, the arguments and the result of the last one; `spoilt`, a sentence
    on the first result that numpy's arithmetic may have spoilt, in a list.
    """

    def __init__(self):
        self.last: tuple[tuple, Any] | None = None
        self.spoilt: list[str] = []


def refuses(answer: Callable, *arguments: Any) -> bool:
    """Whether the reader's own function raises ValueError, within a check; the check's watch over it would end the
    check there.
    """
    with np.errstate(all="ignore"):
        try:
            own(answer)(*arguments)
        except ValueError:
            return True
    return False


def attempted(answer: Callable, *arguments: Any) -> tuple[Any, Exception | None]:
    """What the reader's own function returns, a generator's numbers as a list, and the exception that it raised."""
    with np.errstate(all="ignore"):
        try:
            result = own(answer)(*arguments)
            return list(result) if inspect.isgenerator(result) else result, None
        except Exception as error:
            return None, error


@contextlib.contextmanager
def _all_is_printed():
    """A context in which what is logged or warned of is printed each time, where a check looks at what is printed."""
    # Python's own prints to whatever is the stderr by then; who else listens, such as pytest, may keep what it hears
    root, printing = logging.getLogger(), logging.lastResort or logging.StreamHandler()
    root.addHandler(printing)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("always", category=UserWarning)
            warnings.showwarning = _print_warning
            yield
    finally:
        root.removeHandler(printing)


def _print_warning(message, category, filename, lineno, file=None, line=None):
    print(warnings.formatwarning(message, category, filename, lineno, line), file=file or sys.stderr)


def _watched(answer, exercise, progress, seen):
    """The answer as a check calls it: a first None means that it was not tried, or that a `return` was forgotten; an
    exception is told as the reader's, with the input.

    seen : a `_Calls`, which is filled.
    """
    if answer is None or answer is ...:
        raise _NotTried
    if not callable(answer):
        return answer
    calls = 0

    @functools.wraps(answer, updated=())
    def call(*arguments, **named):
        nonlocal calls
        calls += 1
        progress.begin()
        with noted_arithmetic() as met:
            try:
                result = answer(*arguments, **named)
            except (Exception, SystemExit) as error:
                raise _Raised(_reason(error, _typed(exercise, arguments), met)) from error
            finally:
                progress.end()
        seen.last = arguments, result
        if met and not seen.spoilt and spoils(met, result):
            seen.spoilt = [translate("in {call} {what}", call=_typed(exercise, arguments), what=in_words(met))]
        if leaves_a_thread():
            raise _GoesOn
        if calls == 1 and (result is None or result is ...):
            raise _NotTried if result is ... or _does_nothing(answer) else _NothingReturned
        return result

    call.watched = answer
    return call


def _does_nothing(answer):
    """Whether a function's body is dots, a docstring or `pass`: it has constants and no names."""
    code = getattr(inspect.unwrap(answer), "__code__", None)
    doing = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
    return code is not None and {step.opname for step in dis.get_instructions(code)} <= doing


def _typed(exercise, arguments):
    """The call as a reader would type it, with the names of what cannot be typed; in short where that is long."""
    given = inspect.signature(exercise.reference).parameters
    values = []
    for name, value in zip(given, arguments):
        said = shown(value)
        values.append(name if re.search(r"\.\.\.|\ban? [A-Za-z]|<|the function ", said) else said)
    said = f"{exercise.name}({', '.join(values)})"
    return said if len(said) <= LONGEST else f"{exercise.name}(...)"


def _reason(error, call, met):
    """A sentence about what the reader's code raised in a call, and what its arithmetic had met before."""
    if isinstance(error, MemoryError):
        return translate("your code asked for more memory than a check may use")
    words = " ".join(str(error).split())
    said = translate("your code raised {kind}: {error}", kind=type(error).__name__, error=words)
    if not call.endswith("(...)"):
        said += translate(", for {call}", call=call)
    if met:
        return translate("{said}; before that {what}", said=said, what=in_words(met))
    met = of_an_error(error)
    return translate("{said}: {what}", said=said, what=in_words(met)) if met else said


def _unusable(error, exercise, last):
    """A sentence about a result that the check did not foresee, with the error's words where the course chose them."""
    step = traceback.extract_tb(error.__traceback__)[-1]
    chosen = (step.line or "").startswith("raise ") and Path(step.filename).is_relative_to(PACKAGE)
    if last is None or chosen:
        words = " ".join(str(error).split())
        return translate(
            "your code gave something the check cannot use ({kind}: {error})", kind=type(error).__name__, error=words
        )
    arguments, result = last
    return translate(
        "your code gave {result} for {call}, which the check cannot use: the text above says what belongs there",
        result=shown(result),
        call=_typed(exercise, arguments),
    )


def judge(exercise: Exercise, answer: Any, seconds: float = SECONDS) -> Verdict:
    """The verdict of an exercise's check on an answer, within `seconds` of the processor's time.

    Nothing is printed and nothing is recorded, and what the answer changes is forgotten: it runs apart.
    """
    progress, seen = Progress(), _Calls()
    if callable(answer):
        load_libraries(answer)

    def judged():
        try:
            with watched_ways() as ways, _all_is_printed():
                verdict = exercise.judge(_watched(answer, exercise, progress, seen), Verdict)
            if verdict and ways:
                verdict = Verdict.not_private(
                    translate("your code {way}: what leaves that way is for others to read", way=ways[0])
                )
            return verdict.mark, "; ".join([verdict.sentence, *(() if verdict else seen.spoilt)])
        except _NotTried:
            return "○", translate('not tried yet; hint("{id}") helps', id=exercise.id)
        except _NothingReturned:
            return "✗", "wrong: " + translate("{name}(...) returned None: is a `return` missing?", name=exercise.name)
        except _GoesOn:
            return (
                "⚠",
                "right, but not private: "
                + translate("your code leaves a thread that goes on, and prints or sends when it likes"),
            )
        except _Raised as error:
            return "?", str(error)
        except Exception as error:  # an answer of a kind that the check did not foresee
            return "?", "; ".join([_unusable(error, exercise, seen.last), *seen.spoilt])

    try:
        return Verdict(*run_apart(judged, progress, seconds))
    except Ended as error:
        return Verdict("?", str(error))


def check(id: str, answer: Any, *, whose: str | None = None) -> Verdict:
    """The verdict on an answer, which shows itself: ○ not tried, ? it raised, ✗ wrong, ⚠ right but not private, ✓
    right. It is noted in the reader's progress.

    id : str, the exercise, "raises.share".
    answer : what the reader wrote, usually a function.
    whose : str, "Bob's", where the answer is not the reader's: the verdict says so, and nothing is noted.
    Raises KeyError for an unknown id.
    """
    verdict = judge(find(exercises, id), answer)
    if whose is None:
        progress_file.record("checks", id, verdict.mark)
    return Verdict(verdict.mark, verdict.sentence, id, whose)


def use(id: str, answer: Any) -> Any:
    """The reader's answer when its check passes, else the course's own, so that what follows runs in any case."""
    exercise = find(exercises, id)
    if judge(exercise, answer):
        return answer
    print(translate("(from here on with the course's own {name}, until yours passes its check)", name=exercise.name))
    return exercise.reference


class Text:
    """A text that shows itself, as Markdown where that is possible."""

    def __init__(self, plain, markdown=None):
        self.plain, self.markdown = plain, markdown or plain

    def __repr__(self):
        return self.plain

    def _repr_markdown_(self):
        return self.markdown


def hint(id: str) -> Text:
    """The next hint for an exercise, of three; asked again after the third, the third."""
    hints = find(exercises, id).hints
    given = _hints_given[id] = min(_hints_given.get(id, 0) + 1, len(hints))
    progress_file.record_help("hints", id, given)
    after = "" if given < len(hints) else translate(' (the last one; then there is solution("{id}"))', id=id)
    return Text(
        translate(
            "Hint {given} of {all}: {hint}{after}", given=given, all=len(hints), hint=hints[given - 1], after=after
        )
    )


def solution(id: str) -> Text:
    """One right answer to an exercise, as code to read."""
    code = find(exercises, id).solution
    progress_file.record_help("solutions", id)
    return Text(code, f"```python\n{code}\n```")
