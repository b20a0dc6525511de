"""The progress file: atomic, shared by kernels, never lost."""

import json
import multiprocessing
import pathlib
from datetime import datetime

import pytest

from privlab.lab import progress, progress_file, quiz, start
from privlab.lab.progress_map import next_step


@pytest.fixture
def file(monkeypatch, tmp_path):
    path = tmp_path / "progress.json"
    monkeypatch.setenv("PRIVLAB_PROGRESS", str(path))
    monkeypatch.setattr(progress_file, "recording", True)
    return path


def read(file):
    return json.loads(file.read_text(encoding="utf-8"))


def test_what_was_right_once_stays_right(file):
    progress_file.record("checks", "raises.share", "⚠")
    assert read(file)["checks"] == {"raises.share": "⚠"}
    progress_file.record("checks", "raises.share", "✓")
    progress_file.record("checks", "raises.share", "✗")
    assert read(file)["checks"] == {"raises.share": "✓"}


def test_tries_answers_hints_and_solutions_are_kept_with_their_dates(file):
    for mark in ("○", "✗", "✗", "✓", "✓", "✗", "✓"):
        progress_file.record("checks", "a.b", mark)
    progress_file.record("quizzes", "a.quiz1", False)
    for number in (1, 2, 2):
        progress_file.record_help("hints", "a.b", number)
    progress_file.record_help("solutions", "a.b")
    done = read(file)
    assert [mark for _, mark in done["tries"]["a.b"]] == ["✗", "✗", "✓", "✗", "✓"], "○ is no try, nor a second run of ✓"
    assert done["checks"] == {"a.b": "✓"} and [right for _, right in done["answers"]["a.quiz1"]] == [False]
    assert [number for _, number in done["hints"]["a.b"]] == [1, 2] and len(done["solutions"]["a.b"]) == 1
    dates = [date for entries in done["tries"].values() for date, _ in entries]
    assert all(datetime.fromisoformat(date).tzinfo for date in dates)


def test_a_file_of_an_earlier_version_goes_on_out_of_sight(monkeypatch, tmp_path):
    monkeypatch.delenv("PRIVLAB_PROGRESS", raising=False)
    monkeypatch.setattr(progress_file, "recording", True)
    monkeypatch.setenv("PRIVLAB_WORKBOOK", str(tmp_path))
    old = {"format": "privlab progress 1", "checks": {"a.b": "✓"}, "quizzes": {"a.quiz1": True}}
    (tmp_path / "progress.json").write_text(json.dumps(old), encoding="utf-8")
    progress_file.record("checks", "a.c", "✗")
    done = progress_file.load()
    assert done["checks"] == {"a.b": "✓", "a.c": "✗"} and done["quizzes"] == {"a.quiz1": True}
    assert all(path.name.startswith(".") for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1, 2]",
        b'{"format": "another"}',
        b"\xff\xfe\x00",
        b"null",
        b'{"format": "privlab progress 1", "checks": [], "quizzes": {}}',
    ],
)
def test_a_foreign_file_is_set_aside_with_a_message(file, capsys, content):
    file.write_bytes(content)
    progress_file.record("checks", "a.b", "✓")
    file.write_bytes(content)
    progress_file.record("checks", "a.c", "✓")
    assert read(file)["checks"] == {"a.c": "✓"}
    kept = sorted(path.name for path in file.parent.glob("*.aside*"))
    assert kept == ["progress.json.aside", "progress.json.aside1"]
    assert all(path.read_bytes() == content for path in file.parent.glob("*.aside*"))
    assert "kept as progress.json.aside " in capsys.readouterr().out


def note_many(kernel):
    for number in range(25):
        progress_file.record("checks", f"kernel{kernel}.{number}", "✓")


@pytest.mark.slow
def test_two_kernels_at_once_lose_nothing(file):
    context = multiprocessing.get_context("spawn")
    kernels = [context.Process(target=note_many, args=(kernel,)) for kernel in range(3)]
    for kernel in kernels:
        kernel.start()
    for kernel in kernels:
        kernel.join(60)
        assert kernel.exitcode == 0
    assert len(read(file)["checks"]) == 75
    assert not list(file.parent.glob("*.new"))


def test_a_disk_that_refuses_costs_the_note_not_the_lesson(file, capsys, monkeypatch):
    progress_file.record("checks", "a.b", "✓")
    before = file.read_bytes()

    def full(*arguments, **named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pathlib.Path, "write_text", full)
    progress_file.record("checks", "a.c", "✓")
    assert file.read_bytes() == before and "could not be noted" in capsys.readouterr().out


def test_a_solved_twin_records_nothing(file):
    start("00_start_here", seed=1, solved=True)
    progress_file.record("checks", "a.b", "✓")
    assert not file.exists()
    start("00_start_here", seed=1)
    progress_file.record("checks", "a.b", "✓")
    assert read(file)["checks"] == {"a.b": "✓"}


def test_a_question_answers_every_option_and_is_noted(file):
    question = quiz("start_here.quiz1")
    for number, (text, right, feedback) in enumerate(question.quiz.options):
        question.buttons[number].click()
        assert ("✓" if right else "✗") in question.feedback[number].value
        assert text in question.static().replace("&#x27;", "'") and feedback[:20] in question.static().replace(
            "&#x27;", "'"
        )
    assert read(file)["quizzes"] == {"start_here.quiz1": True}
    with pytest.raises(KeyError, match="there is no"):
        quiz("start_here.quiz99")


@pytest.mark.slow
def test_progress_draws_what_is_done(file, capsys):
    progress_file.record("checks", "start_here.publish", "✓")
    progress()
    counted, then = capsys.readouterr().out.splitlines()[-2:]
    assert counted.startswith("1 of ") and then == "Next: the question start_here.quiz1 in 00_start_here."


def test_what_to_do_next_is_open_where_something_was_done_last(file):
    assert next_step(progress_file.load()) == "Next: the exercise start_here.publish in 00_start_here."
    progress_file.record("checks", "raises.estimate", "✓")
    progress_file.record("checks", "raises.share", "⚠")
    said = 'Next: the exercise raises.share in 11_raises; your answer is ⚠ now, and hint("raises.share") helps.'
    assert next_step(progress_file.load()) == said
