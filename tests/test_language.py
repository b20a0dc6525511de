"""The language in which the course speaks."""

import pytest

from privlab import language
from privlab.lab.exercise import Verdict, exercises, find, quizzes
from privlab.lab.guesses import predictions
from privlab.lab.questions import Question


@pytest.fixture
def german(monkeypatch):
    monkeypatch.setattr(language, "_spoken", "de")


def test_english_is_what_stands_in_the_code():
    assert language.languages()[0] == "en" and language.language() == "en"
    assert language.translate("no such sentence, {name}", name="Bob") == "no such sentence, Bob"
    assert language.translate("braces {stay} without values") == "braces {stay} without values"


def test_the_setting_chooses_and_a_lesson_has_the_last_word(monkeypatch):
    monkeypatch.setenv("PRIVLAB_LANGUAGE", "de")
    assert language.language() == "de" and language.translate("Your guess") == "Deine Vermutung"
    monkeypatch.setattr(language, "_spoken", "")
    language.speak("en")
    assert language.translate("Your guess") == "Your guess"


def test_a_language_that_the_course_lacks_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setenv("PRIVLAB_LANGUAGE", "tlh")
    with pytest.raises(ValueError, match="the course speaks en and de, not 'tlh': set PRIVLAB_LANGUAGE to one of"):
        language.translate("Your guess")


def test_a_sentence_without_a_translation_stays_english(german):
    assert language.translate("no such sentence, {name}", name="Bob") == "no such sentence, Bob"


def test_verdicts_hints_questions_and_guesses_speak_german(german):
    verdict = Verdict("✗", "wrong: so nicht", "raises.share", "eines Freundes")
    assert repr(verdict) == "✗ raises.share, Antwort eines Freundes: falsch: so nicht"
    assert verdict.parts == ("falsch", "so nicht")
    assert find(exercises, "raises.share").hints[1].startswith("Der letzte Anteil ist")
    assert Question(find(quizzes, "raises.quiz2")).plain().splitlines()[1] == "  Nichts."
    asked = predictions("raises")["raises.coalitions"]
    assert asked.listed()[1] == "drei schon, zwei nicht"
    assert asked.near("three do, two do not", "drei schon, zwei nicht")
    assert predictions("raises")["raises.how_near"].said(50) == "50 Dollar daneben"


def test_a_verdict_on_a_leak_is_german_to_the_last_word(german):
    from privlab.lab.checks import judge

    verdict = judge(find(exercises, "raises.share"), lambda secret, parties, modulus: [secret] + [0] * (parties - 1))
    assert verdict.parts == (
        "richtig, aber nicht privat",
        "wird 3,800 aufgeteilt, so hat Partei 1 jedes Mal 3,800: Das ist das Geheimnis selbst",
    )
