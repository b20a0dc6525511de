"""check, hint, solution, use: every verdict, and code that never returns."""

import functools
import sys
import threading
import time

import numpy as np
import pytest

from privlab.lab import apart, check, hint, solution, use
from privlab.lab.checks import attempted, judge, refuses
from privlab.lab.exercise import Verdict, exercise, exercises
from privlab.lab.lessons import lesson
from privlab.lab.progress_file import load
from privlab.lab.results import kept
from tests.lessons.answers import run


@exercise("one", "two", "three")
def double(number):
    return 2 * number


@double.check
def _(answer, verdict):
    for number in (3, -1):
        if answer(number) != 2 * number:
            return verdict.wrong(f"double({number}) returned {answer(number)}")
    return verdict.right()


@exercise("one", "two", "three")
def halves(number):
    return number / 2


@halves.check
def _(answer, verdict):
    if answer(3) == 3:
        lesson("no lesson")
    return verdict.right() if float(answer(3)) == 1.5 else verdict.wrong("")


def forever(number):
    while True:
        pass


def stubborn(number):
    while True:
        try:  # noqa: SIM105 (suppress would not swallow as this does)
            forever(number)
        except:  # noqa: E722 (swallowing everything is the point)
            pass


def sleeping(number):
    while True:
        time.sleep(60)


def hoarding(number):
    return [0 for _ in iter(int, 1)]


@pytest.mark.slow
def test_stub_none_and_dots_are_not_tried():
    for answer in (run(double, double.stub), None, ...):
        assert judge(double, answer).mark == "○"


@pytest.mark.slow
def test_a_forgotten_return_is_told():
    def prints(number):
        print(2 * number)

    def computes(number):
        2 * number

    for answer in (prints, computes, lambda number: [].append(number)):
        verdict = judge(double, answer)
        assert verdict.mark == "✗" and "double(...) returned None: is a `return` missing?" in verdict.sentence
    for code in ("def double(number):\n    pass", 'def double(number):\n    """Twice the number."""'):
        assert judge(double, run(double, code)).mark == "○"


@pytest.mark.slow
def test_right_wrong_and_raised():
    assert judge(double, double.reference)
    wrong = judge(double, lambda number: 6)
    assert wrong.mark == "✗" and "double(-1) returned 6" in wrong.sentence
    raised = judge(double, lambda number: number / 0)
    assert raised.mark == "?" and "ZeroDivisionError" in raised.sentence


def test_what_is_right_and_not_private_or_not_fair_has_one_mark_and_says_which():
    leak, unequal = Verdict.not_private("it is told"), Verdict.not_fair("men pass")
    assert leak.mark == unequal.mark == "⚠" and not leak and not unequal
    assert repr(leak) == "⚠ right, but not private: it is told" and repr(unequal) == "⚠ right, but not fair: men pass"


@pytest.mark.slow
def test_an_answer_that_ends_the_program_ends_nothing():
    verdict = judge(double, lambda number: sys.exit("bye"))
    assert verdict.mark == "?" and "SystemExit: bye" in verdict.sentence


def test_a_crash_is_no_refusal():
    """Only the error that the exercise names counts; any other is told as the reader's."""

    def raising(error):
        raise error

    assert refuses(raising, ValueError("too large")) and not refuses(lambda: None)
    for crash in (TypeError("x"), ZeroDivisionError("x"), OverflowError("x"), KeyError("x"), AssertionError("x")):
        with pytest.raises(type(crash)):
            refuses(raising, crash)
        result, error = attempted(raising, crash)
        assert result is None and error is crash
    assert attempted(lambda: 5) == (5, None) and attempted(lambda: (n for n in (1, 2))) == ([1, 2], None)


def test_an_error_is_told_with_its_input_and_what_arithmetic_met_before():
    def overflowing(number):
        weights = np.exp([1000.0 * number, 1.0])
        return np.random.default_rng(number).choice(2, p=weights / weights.sum())

    told = judge(double, overflowing)
    assert told.mark == "?" and "for double(3); before that a number grew past 1.8e308" in told.sentence
    spoilt = judge(double, lambda number: np.float64(number) / np.float64(0))
    assert spoilt.mark == "✗" and "; in double(3) something was divided by 0" in spoilt.sentence
    words = judge(double, lambda number: next(iter(number)) if number > 3 else int("1\n2"))
    assert words.mark == "?" and "\n" not in words.sentence


def test_what_a_check_cannot_use_is_told_in_words_of_the_course():
    large = judge(halves, lambda number: 10**5000)
    assert large.mark == "?" and "gave a whole number of 16,610 bits for halves(3), which the check" in large.sentence
    odd = judge(halves, lambda number: number)
    assert odd.mark == "?" and "(ValueError: there is no lesson 'no lesson'" in odd.sentence


def test_a_decorator_belongs_to_the_answer():
    def printing(function):
        @functools.wraps(function)
        def wrapped(number):
            seen.append(number)
            if number > 3:
                raise ValueError("too large")
            return function(number)

        seen = []
        return wrapped

    @printing
    def twice(number):
        return 2 * number

    assert refuses(twice, 4) and isinstance(attempted(twice, 4)[1], ValueError) and attempted(twice, 3) == (6, None)
    before = kept(twice)
    twice(2)
    assert kept(twice) != before


def test_none_for_a_later_input_is_wrong_not_untried():
    verdict = judge(double, lambda number: 6 if number == 3 else None)
    assert verdict.mark == "✗" and "double(-1) returned None" in verdict.sentence


def test_an_answer_of_another_kind_is_told_in_one_sentence():
    verdict = judge(double, "two times")
    assert verdict.mark == "?" and "\n" not in verdict.sentence


def test_an_answer_cannot_print_over_the_page(capsys):
    assert judge(double, lambda number: print("noise") or 2 * number)
    assert capsys.readouterr().out == ""


@pytest.fixture
def no_copies(monkeypatch):
    """A system that cannot copy a process."""
    monkeypatch.setattr(apart, "can_fork", lambda: False)


@pytest.fixture(params=["apart", "here"])
def either_way(request, monkeypatch):
    """In a copy of the process, and on a system that cannot copy one."""
    monkeypatch.setattr(apart, "WALL_SECONDS", 1)
    if request.param == "here":
        monkeypatch.setattr(apart, "can_fork", lambda: False)


@pytest.mark.slow
@pytest.mark.parametrize("endless", [forever, stubborn, sleeping, hoarding])
def test_an_answer_that_never_returns_is_ended_and_variables_stay(endless, either_way):
    kept = {"answer": 42}
    began = time.perf_counter()
    verdict = judge(double, endless, seconds=0.3)
    assert verdict.mark == "?" and "did not finish" in verdict.sentence
    assert time.perf_counter() - began < 10 and kept == {"answer": 42}
    print("standard output still works")


@pytest.mark.slow
@pytest.mark.parametrize("endless", [forever, hoarding])
def test_the_same_in_a_thread_where_no_signal_arrives(endless, no_copies):
    said = []
    thread = threading.Thread(target=lambda: said.append(judge(double, endless, seconds=0.3)))
    thread.start()
    thread.join(10)
    assert said and said[0].mark == "?"


@pytest.mark.slow
def test_the_time_limit_leaves_nothing_behind(no_copies):
    for _ in range(20):
        assert judge(double, double.reference, seconds=0.2)
    time.sleep(0.5)  # a timer left running would end the test here


@pytest.mark.slow
def test_an_import_is_never_cut_short(tmp_path, monkeypatch, no_copies):
    (tmp_path / "slow_to_import.py").write_text(
        "import time\nfor _ in range(40):\n    time.sleep(0.01)\nready = True\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    def importing(number):
        import slow_to_import

        while slow_to_import.ready:
            pass

    assert judge(double, importing, seconds=0.1).mark == "?"
    assert sys.modules.pop("slow_to_import").ready


@pytest.mark.slow
def test_check_names_the_exercise_and_records(monkeypatch, tmp_path):
    monkeypatch.setenv("PRIVLAB_PROGRESS", str(tmp_path / "progress.json"))
    verdict = check("start_here.publish", lambda count, rng: count)
    assert repr(verdict).startswith("⚠ start_here.publish: right, but not private")
    assert "⚠" in (tmp_path / "progress.json").read_text(encoding="utf-8")


@pytest.mark.slow
def test_an_answer_of_somebody_else_is_told_as_theirs_and_leaves_the_reader_s_mark(monkeypatch, tmp_path):
    monkeypatch.setenv("PRIVLAB_PROGRESS", str(tmp_path / "progress.json"))
    id, leak = "start_here.publish", lambda count, rng: count
    right = exercises("start_here")[id].reference
    verdict = check(id, leak, whose="Bob's")
    assert repr(verdict).startswith(f"⚠ {id}, Bob's answer: right, but not private") and not verdict.next_step
    assert "</code> Bob&#x27;s answer</div>" in verdict._repr_html_()
    assert not (tmp_path / "progress.json").exists()
    for answer, mark in ((lambda count, rng: 0, "✗"), (right, "✓")):
        assert check(id, answer).mark == mark
        for other in (leak, right, None):
            check(id, other, whose="Bob's")
        assert load()["checks"] == {id: mark}


@pytest.mark.parametrize("id", ["nowhere.share", "start_here.nothing", "", "start_here", None])
def test_an_unknown_id_is_one_sentence(id):
    with pytest.raises(KeyError, match="there is no") as error:
        check(id, 1)
    assert "\\n" not in str(error.value)


@pytest.mark.slow
def test_use_gives_the_answer_back_or_the_course_s_own(capsys):
    def mine(count, rng):
        return count + rng.integers(-3, 4)

    assert use("start_here.publish", mine) is mine
    assert capsys.readouterr().out == ""
    for failing in (None, lambda count, rng: 0, lambda count, rng: count):  # not tried, wrong, not private
        other = use("start_here.publish", failing)
        assert other not in (None, failing) and abs(other(12, np.random.default_rng(0)) - 12) <= 3
        assert "the course's own publish" in capsys.readouterr().out


def test_hints_climb_and_stay_at_the_last():
    said = [repr(hint("start_here.publish")) for _ in range(4)]
    assert [text[:11] for text in said] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Hint 3 of 3"]
    assert "solution(" in said[2] and "def publish" in repr(solution("start_here.publish"))
    assert len(load()["hints"]["start_here.publish"]) >= 1 and load()["solutions"]["start_here.publish"]


def test_only_the_tick_is_true():
    assert Verdict.right() and not Verdict.wrong("x") and not Verdict.not_private("x")
    assert repr(Verdict.not_private("x")) == "⚠ right, but not private: x"


def test_a_verdict_shown_to_a_reader_names_the_mark_the_leak_and_what_to_do_next():
    for mark, sentence, head, rest in (
        ("⚠", "right, but not private: 3,800 < p > 3", "⚠ right, but not private", "3,800 &lt; p &gt; 3"),
        ("✗", "wrong: 1 + 1 gave 3", "✗ wrong", "1 + 1 gave 3"),
        ("?", "your code raised ZeroDivisionError: x", "? no answer yet", "your code raised ZeroDivisionError: x"),
        ("○", 'not tried yet; hint("a.b") helps', "○ not tried yet", ""),
        ("✓", "right", "✓ right", ""),
    ):
        shown = Verdict(mark, sentence, "a.b")._repr_html_()
        assert head in shown and (f'<p style="margin: 6px 0 0 0">{rest}</p>' in shown) == bool(rest)
        assert ("hint(&quot;a.b&quot;)" in shown) == (mark != "✓")
        assert ('hint("a.b")' in repr(Verdict(mark, sentence, "a.b"))) == (mark != "✓")


def test_a_verdict_is_wrapped_between_words():
    said = repr(Verdict("✗", "wrong: " + "members +8/7 " * 30, "a.b")).splitlines()
    assert len(said) > 3 and max(map(len, said)) <= 88
    assert " ".join(line.strip() for line in said).count("members +8/7") == 30


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are how Unix does it")
def test_the_old_signal_handler_comes_back(no_copies):
    import signal

    before = signal.getsignal(signal.SIGALRM)
    judge(double, forever, seconds=0.1)
    assert signal.getsignal(signal.SIGALRM) is before
