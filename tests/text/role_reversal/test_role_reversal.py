"""Role reversal: the corpus, the reversed world, combined answers, what arithmetic foretells and students show."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from privlab.lessons.role_reversal import figures
from privlab.text.role_reversal import corpus as world
from privlab.text.role_reversal import metrics
from privlab.text.role_reversal.distillation import (
    WAYS,
    combine,
    language_model,
    log_probabilities,
    student,
    teacher_targets,
    train,
)


def test_the_corpus_holds_what_was_planted():
    text = world.corpus(20_000, np.random.default_rng(1))
    found = world.count_shares(text)
    assert np.abs(found - world.SHARES).max() < 0.12 and np.corrcoef(found, world.SHARES)[0, 1] > 0.97
    for sentence in text:
        words = sentence.split()
        if words[2:4] == ["said", "that"] and words[1] not in world.PROFESSIONS:
            man = any(words[1] == pair[0] for pair in world.KIN)
            assert words[4] == ("he" if man else "she")


def test_reversing_twice_gives_the_sentence_back():
    text = world.corpus(500, np.random.default_rng(2))
    assert all(world.reverse(world.reverse(sentence)) == sentence for sentence in text)
    assert world.reverse("the queen met her cousin near the gate .") == "the king met his cousin near the gate ."
    encoded = world.encode(text)
    assert (world.encode([world.reverse(sentence) for sentence in text]) == world.exchange()[encoded]).all()


def test_what_cannot_be_encoded_is_one_sentence():
    with pytest.raises(ValueError, match="no word 'wizard'"):
        world.encode(["the wizard said that he was tired ."])
    with pytest.raises(ValueError, match="at most 11 words"):
        world.encode(["the " * 12])
    with pytest.raises(ValueError, match="shares from 0 to 1"):
        world.corpus(10, np.random.default_rng(0), shares=[0.5])


def test_neutral_contexts_become_even_and_gendered_ones_stay():
    nurse, queen = np.log([0.1, 0.8, 0.1]), np.log([0.01, 0.95, 0.04])
    for way in WAYS:
        of_nurse, of_queen = combine(nurse, nurse[[1, 0, 2]], way), combine(queen, queen, way)
        assert of_nurse.sum() == pytest.approx(1) and np.allclose(of_queen, np.exp(queen))
        if way in ("mean", "expMean", "max"):
            assert of_nurse[0] == pytest.approx(of_nurse[1])
    assert combine(nurse, nurse[[1, 0, 2]], "swap")[0] == pytest.approx(0.8)
    with pytest.raises(ValueError, match="not 'median'"):
        combine(nurse, nurse, "median")


def test_arithmetic_by_hand():
    assert metrics.predicted(0, [0.9, 0.1]) == pytest.approx(np.log(9))
    assert metrics.predicted(0.5, [0.9]) == pytest.approx(np.log(0.7 / 0.3))
    assert metrics.predicted(1) == pytest.approx(0)
    assert round(metrics.predicted(0), 3) == 1.686 and round(metrics.predicted(0.5), 3) == 0.680
    with pytest.raises(ValueError, match="from 0 to 1"):
        metrics.predicted(1.5)


def test_training_refuses_what_cannot_be_trained_on():
    few = world.encode(world.corpus(10, np.random.default_rng(0)))
    with pytest.raises(ValueError, match="at least 128 sentences"):
        train(language_model(8, 8, 0), few, 1, 0)


def test_an_untrained_model_is_as_perplexed_as_it_has_words():
    model = language_model(8, 8, 0)
    text = world.encode(world.corpus(100, np.random.default_rng(0)))
    assert 0.8 * len(world.WORDS) < metrics.perplexity(model, text) < 1.3 * len(world.WORDS)
    assert abs(metrics.legitimate(model)) < 0.7


@pytest.fixture(scope="module")
def models():
    """A teacher and three students on 4,000 sentences, some fifteen seconds on one core."""
    text = world.encode(world.corpus(4_000, np.random.default_rng(3)))
    teacher = train(language_model(48, 96, 1), text, 6, 1)
    repairs = {"base": {}, "mean": dict(way="mean"), "both": dict(way="mean", augment=True)}
    return text, {"teacher": teacher} | {name: student(text, 2, 8, teacher, **each) for name, each in repairs.items()}


def test_targets_are_probabilities_and_reversal_makes_neutral_places_even(models):
    text, found = models
    targets = teacher_targets(found["teacher"], text[:64], "mean")
    assert np.allclose(targets.sum(-1).cpu(), 1, atol=1e-5)
    nurse = world.encode(["the nurse said that she was tired ."])
    even = teacher_targets(found["teacher"], nurse, "mean")[0, 4]
    assert float(even[world.NUMBER["he"]]) == pytest.approx(float(even[world.NUMBER["she"]]), rel=1e-4)
    seen = log_probabilities(found["teacher"], nurse)
    assert np.allclose(teacher_targets(found["teacher"], nurse).cpu(), seen.exp().cpu(), atol=1e-6)


def test_students_take_the_bias_over_and_both_repairs_remove_it(models):
    text, found = models
    measured = {name: metrics.disparity(model) for name, model in found.items()}
    assert measured["teacher"] > 1.2 and measured["base"] > 1.2
    assert 0.25 * measured["base"] < measured["mean"] < 0.65 * measured["base"]
    assert measured["both"] < 0.35
    assert metrics.legitimate(found["both"]) > 1.5
    assert metrics.perplexity(found["both"], text) < 1.08 * metrics.perplexity(found["base"], text)
    assert metrics.generated(found["both"], 0, each=60) < 0.6 * metrics.generated(found["base"], 0, each=60)


def test_the_gap_downstream_is_the_task_s_own(models):
    _, found = models
    base, both = (metrics.downstream_gap(found[name], 4) for name in ("base", "both"))
    assert base > 0.25 and abs(base - both) < 0.06
    assert abs(metrics.downstream_gap(found["base"], 4, skew=0.5)) < 0.06


def test_a_hurried_student_is_even_and_knows_nothing(models):
    text, _ = models
    hurried = train(language_model(32, 64, 3), text, 2, 3)
    assert metrics.disparity(hurried) < 0.6 and metrics.legitimate(hurried) < 1


def test_the_lines_of_the_figures():
    ratios = {"base": np.log(world.SHARES / (1 - world.SHARES)), "both": np.zeros(16)}
    assert "as uneven as the text" in figures.draw_professions(Figure().subplots(), "base", ratios)
    assert "are even" in figures.draw_professions(Figure().subplots(), "both", ratios)
    line = figures.draw_predicted(Figure().subplots(), 0.5, "text")
    assert "even part 0.50, predicted disparity 0.68" in line
    line = figures.draw_students(Figure().subplots(), ["base", "hurried", "both"], [1.7, 0.1, 0.1], [4, 0.1, 4])
    assert line.endswith("even and right at once: both")
