"""What is read out of a gradient directly: its labels, and of one letter the letter itself (lesson 51)."""
import numpy as np

from privlab.fl.networks import SIDE
from privlab.validation import real_numbers, whole_number


def infer_label(gradient):
    """The label 0..25 of the one letter behind a `Gradient`.

    The last bias gradient is the model's probabilities, less 1 at the true letter: its only negative number.
    Raises ValueError when there is not exactly one negative number, so that this is not the gradient of one letter.
    Source: Zhao, Mopuri and Bilen (2020), "iDLG: improved deep leakage from gradients".
    """
    last = _finite(gradient.biases[-1])
    if (last < 0).sum() != 1:
        raise ValueError(f"the last bias gradient has {(last < 0).sum()} negative numbers instead of one: "
                         "it is not the gradient of a single letter")
    return int(last.argmin())


def infer_labels(gradient, model, size):
    """The labels of a batch of `size` letters behind a `Gradient`, sorted; right for models not trained yet.

    The last bias gradient is the mean of the model's probabilities, less each label's part of the batch. The model's
    probabilities of noise stand in for those of the letters. On a trained model they may be wrong.

    model : the torch module that the gradient was computed with; size : int, at least 1.
    Raises ValueError when the size is below 1 or the gradient is not finite.
    Source: Zhao, Mopuri and Bilen (2020), for one letter; the counting for a batch is our reading.
    """
    import torch

    size = whole_number("the number of letters in a batch", size)
    last = _finite(gradient.biases[-1])
    like = next(model.parameters())
    noise = np.random.default_rng(0).uniform(0, 0.4, (512, 1, SIDE, SIDE))  # about as bright as letters
    with torch.no_grad():
        expected = model(torch.as_tensor(noise).to(like)).softmax(1).mean(0).cpu().double().numpy()
    counts, labels = size * (expected - last), []
    for _ in range(size):
        labels.append(int(counts.argmax()))
        counts[labels[-1]] -= 1
    return sorted(labels)


def invert_by_division(gradient):
    """The letter behind a `Gradient`, floats [28, 28] from 0 to 1: one row of the first layer's weights over its bias.

    A neuron that computes w x + b passes back some number d: its weights get d x, its bias gets d. The neuron taken
    is the one with the largest d. Of several letters the result is a mixture.

    gradient : `Gradient` of a model whose first layer is dense, 784 pixels wide.
    Raises ValueError when the first layer is not dense, no neuron fired, or the letter was blank.
    Source: Phong et al. (2018), "Privacy-preserving deep learning via additively homomorphic encryption".
    """
    weights, biases = _finite(gradient.weights[0]), _finite(gradient.biases[0])
    if weights.ndim != 2 or weights.shape[1] != SIDE * SIDE:
        raise ValueError("division needs a dense first layer of 784 pixels: a convolution adds up all places of a "
                         "picture, and its quotient is no picture; use match_gradient")
    neuron = np.abs(biases).argmax()
    if biases[neuron] == 0:
        raise ValueError("no neuron of the first layer fired, so the gradient holds nothing to divide by")
    if not weights.any():
        raise ValueError("the weights' gradient is zero throughout: the letter was blank, there is nothing to recover")
    return (weights[neuron] / biases[neuron]).reshape(SIDE, SIDE)


def _finite(part):
    part = real_numbers("a gradient", part)
    if not np.isfinite(part).all():
        raise ValueError("the gradient holds numbers that are missing (NaN) or infinite: it cannot be inverted")
    return part
