"""Whom words and classifiers favour, and what repairs change (lesson 62).

X and Y are two lists of target words, A and B two of attributes; a word's association is its mean cosine to A less
that to B, and d the effect size of a word test. n biographies have an occupation 0 to 7 each; `men` says whose they
are. The skew is planted in the data, the gap is measured on answers: both positive where the stereotype has its way.

embeddings              word vectors that come with the course: `glove`, and `contexts`, words in sentences.
weat                    the word test WEAT, with its p value by relabelling.
ceat                    the same on words in sentences, many draws pooled.
biographies             generated biographies, a classifier that reads the occupation out of them, and its gap.
classifier              logistic regression, scikit-learn's.
debiasing               edits of vectors, and vectors learned from the task's own text.
prediction_sensitivity  accumulated prediction sensitivity beside a swap of pronouns.
word_noise              a word replaced by another at random, by noise on its vector or among the words there are.
"""

from privlab.text.fairness import biographies, ceat, classifier, debiasing, prediction_sensitivity, weat, word_noise
from privlab.text.fairness.embeddings import Vectors, contexts, glove
from privlab.text.fairness.weat import TESTS, association

__all__ = [
    "TESTS",
    "Vectors",
    "association",
    "biographies",
    "ceat",
    "classifier",
    "contexts",
    "debiasing",
    "glove",
    "prediction_sensitivity",
    "weat",
    "word_noise",
]
