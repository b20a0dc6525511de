"""The progress file: atomic, shared by kernels, never lost."""

import json
import multiprocessing
import pathlib

import pytest

from privlab.lab import progress, progress_file, quiz, start


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
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 of ")
