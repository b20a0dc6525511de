"""Models that read letters: a network taught on public ones, private training, attacks on what a model remembers.

n letters, uint8 [n, 28, 28], labels 0 to 25, pixels [n, 1, 28, 28] from 0 to 1; rows [n, d] are features of length 1,
a head [d, 26] is a last layer on them; scores [n, 26] or [models, n, 26]. C is the bound on an example's gradient
(`max_norm`), σ the noise over C (`noise_multiplier`).

letter_classifier  the reader that the course ships, taught on drawn letters alone.
public_features    what that reader sees in others, frozen.
dpsgd              training on clipped gradients with noise on their sum.
membership         attacks that ask who was in a training set, and what a budget leaves of them.
"""

from privlab.ml import dpsgd, letter_classifier, membership, public_features
from privlab.ml.letter_classifier import as_pixels, load_reader, read
from privlab.ml.public_features import PublicFeatures, labels_of

__all__ = [
    "PublicFeatures",
    "as_pixels",
    "dpsgd",
    "labels_of",
    "letter_classifier",
    "load_reader",
    "membership",
    "public_features",
    "read",
]
