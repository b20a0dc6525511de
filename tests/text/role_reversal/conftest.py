"""Models that several files test."""

import numpy as np
import pytest

from privlab.device import one_thread
from privlab.text.role_reversal import corpus
from privlab.text.role_reversal.distillation import language_model, student, train


@pytest.fixture(scope="session")
def models():
    """(sentences, models by name): a teacher and three students on 4,000 sentences, ten seconds on one core."""
    text = corpus.encode(corpus.sentences(4_000, np.random.default_rng(3)))
    with pytest.MonkeyPatch.context() as patch, one_thread():
        patch.setenv("PRIVLAB_DEVICE", "cpu")
        teacher = train(language_model(embedding=48, hidden=96, seed=1), text, epochs=6, seed=1)
        repairs = {"base": {}, "mean": dict(way="mean"), "both": dict(way="mean", augment=True)}
        students = {name: student(text, seed=2, teacher=teacher, **repair) for name, repair in repairs.items()}
    return text, {"teacher": teacher} | students
