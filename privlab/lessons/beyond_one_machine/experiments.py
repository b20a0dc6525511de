"""What noise leaves of the model of lesson 55, over how many clients share it."""

import numpy as np

from privlab.fl.flower.app import model

CROWDS = (3, 10, 30, 100, 300, 1000, 3000, 10000)
NOISE_MULTIPLIER, MAX_NORM = 1.0, 2.0  # of the lesson's private run


def noise_of(clients: int) -> float:
    """The standard deviation of one round's noise on each weight of an average of so many clients."""
    return NOISE_MULTIPLIER * MAX_NORM / clients


def read_under_noise(weights: model.Weights, pixels: model.Pixels, labels: model.Labels) -> dict[int | None, float]:
    """Per cent of letters read right with the noise of one round on the weights, by each number of clients in CROWDS;
    without noise by None.
    """

    def read(noise_std: float) -> float:
        rng = np.random.default_rng(55)
        noisy = [array + rng.normal(0, noise_std, array.shape) for array in weights]
        return 100 * model.accuracy(noisy, pixels, labels)

    return {None: read(0)} | {clients: read(noise_of(clients)) for clients in CROWDS}
