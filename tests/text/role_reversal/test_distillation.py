"""Combined answers of a teacher, the loss of a student, and targets that reversal makes even."""

import numpy as np
import pytest
import torch

from privlab.text.role_reversal import corpus, distillation, metrics
from privlab.text.role_reversal.corpus import WORDS
from privlab.text.role_reversal.distillation import (
    WAYS,
    combine,
    distillation_loss,
    finished,
    language_model,
    log_probabilities,
    student,
    teacher_targets,
    train,
)

pytestmark = pytest.mark.usefixtures("cpu", "one_thread")


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


def test_training_refuses_what_cannot_be_trained_on():
    few = corpus.encode(corpus.sentences(10, np.random.default_rng(0)))
    with pytest.raises(ValueError, match="at least 128 sentences"):
        train(language_model(embedding=8, hidden=8, seed=0), few, epochs=1, seed=0)


def test_the_loss_of_a_student_is_least_at_the_mixture_of_text_and_teacher():
    teacher, said = torch.tensor([[0.7, 0.2, 0.1]]), torch.tensor([1])
    mixture = 0.5 * teacher + 0.5 * torch.tensor([[0.0, 1.0, 0.0]])

    def loss(probabilities, weight=0.5):
        return float(distillation_loss(probabilities.log(), said, teacher, weight))

    assert loss(teacher, 1.0) == pytest.approx(0, abs=1e-6) and loss(teacher, 0.0) == pytest.approx(-np.log(0.2))
    assert float(distillation_loss(teacher.log(), said, None, 0.5)) == pytest.approx(-np.log(0.2))
    for other in (teacher, torch.tensor([[0.3, 0.6, 0.1]]), torch.tensor([[0.4, 0.55, 0.05]])):
        assert loss(mixture) < loss(other)


@pytest.mark.slow
def test_a_short_training_already_lowers_the_perplexity_and_repeats_itself():
    text = corpus.encode(corpus.sentences(256, np.random.default_rng(0)))
    teacher = train(language_model(embedding=16, hidden=16, seed=0), text, epochs=10, seed=0)
    assert metrics.perplexity(teacher, text) < 60 < 0.8 * len(corpus.WORDS)
    students = (student(text, seed=seed, epochs=4, teacher=teacher, way="mean") for seed in (1, 1, 2))
    first, again, other = (metrics.perplexity(model, text) for model in students)
    assert first == again != other and max(first, other) < 60


@pytest.mark.slow
def test_targets_are_probabilities_and_reversal_makes_neutral_places_even(models):
    text, found = models
    targets = teacher_targets(found["teacher"], text[:64], "mean")
    assert np.allclose(targets.sum(-1).cpu(), 1, atol=1e-5)
    nurse = corpus.encode(["the nurse said that she was tired ."])
    even = teacher_targets(found["teacher"], nurse, "mean")[0, 4]
    assert float(even[corpus.NUMBER["he"]]) == pytest.approx(float(even[corpus.NUMBER["she"]]), rel=1e-4)
    seen = log_probabilities(found["teacher"], nurse)
    assert np.allclose(teacher_targets(found["teacher"], nurse).cpu(), seen.exp().cpu(), atol=1e-6)


def test_sentences_are_finished_by_the_model_s_own_probabilities(monkeypatch):
    """A model that knows one sentence says it; one that knows two of them says each as often as it is likely."""
    said = "the nurse said that she was tired .".split()

    class Repeats(torch.nn.Module):
        def forward(self, words):
            logits = torch.full((*words.shape, len(WORDS)), -50.0)
            following = said[min(words.shape[1] - 1, len(said) - 1)]
            for word in ("he", "she") if following == "she" else (following,):
                logits[..., WORDS.index(word)] = 0.0
            return logits

    lines = finished(Repeats(), ["the nurse"] * 400, seed=1)
    assert set(lines) == {"the nurse said that she was tired .", "the nurse said that he was tired ."}
    assert 130 < sum(" he " in line for line in lines) < 270  # beyond seven standard deviations
    assert lines == finished(Repeats(), ["the nurse"] * 400, seed=1) != finished(Repeats(), ["the nurse"] * 400, seed=2)


@pytest.mark.parametrize("beginnings", [[], ["the", "the nurse"], ["the unicorn"]])
def test_beginnings_are_of_one_length_and_of_known_words(beginnings):
    with pytest.raises(ValueError, match="one length|no word"):
        finished(None, beginnings, seed=0)


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_two_answers_are_combined_as_the_way_says(kind):
    nurse, turned = kind([0.1, 0.8, 0.1]), kind([0.7, 0.2, 0.1])
    log = np.log if kind is np.array else torch.log
    assert combine(log(nurse), log(turned), "max").tolist() == pytest.approx([0.7 / 1.6, 0.8 / 1.6, 0.1 / 1.6])
    assert combine(log(nurse), log(turned), "expMean").tolist() == pytest.approx([0.4, 0.5, 0.1])
    geometric = np.sqrt([0.07, 0.16, 0.01])
    assert combine(log(nurse), log(turned), "mean").tolist() == pytest.approx((geometric / geometric.sum()).tolist())


def test_what_pads_a_sentence_is_not_learnt(monkeypatch):
    learnt = []

    def noting(logits, words, targets, weight):
        learnt.extend(words.tolist())
        return distillation_loss(logits, words, targets, weight)

    monkeypatch.setattr(distillation, "distillation_loss", noting)
    text = corpus.encode(corpus.sentences(128, np.random.default_rng(0)))
    train(language_model(embedding=8, hidden=8, seed=0), text, epochs=1, seed=0)
    padding = corpus.NUMBER[corpus.PAD]
    assert padding in text and sorted(learnt) == sorted(text[:, 1:][text[:, 1:] != padding].tolist())
