"""Noise as it is drawn, not as it is declared: every mechanism is run where nothing but its noise is left.

Each spread is measured on so many numbers that it lies 6 standard errors from the bound that is asked for, or more; the
seeds are fixed, but for noise of the operating system, which errs in less than one run of 10^9.
"""

import numpy as np
import pytest
import torch

from privlab.dp import distributed_noise, exponential, laplace, randomized_response
from privlab.fl.gradients.defenses import add_noise
from privlab.fl.gradients.gradient import Gradient
from privlab.fl.secagg.distributed_dp import discrete_gaussian
from privlab.ml.dpsgd import edpsgd, linear_head, per_example
from privlab.ml.dpsgd.training import train
from privlab.mpc.laplace_shares import share_of_noise
from privlab.text.assistant import training
from privlab.text.assistant.canaries import planted
from tests.ml.dpsgd.networks import made

pytestmark = pytest.mark.usefixtures("cpu", "one_thread")


def near(numbers, spread, *, rel=0.05):
    """Whether numbers have mean 0, within 6 standard errors, and that standard deviation, within a part `rel`."""
    numbers = np.concatenate([np.ravel(part) for part in numbers]).astype(float)
    assert abs(numbers.mean()) < 6 * spread / np.sqrt(numbers.size)
    assert numbers.std() == pytest.approx(spread, rel=rel)


@pytest.mark.parametrize("sensitivity, epsilon", [(1, 1), (10, 0.5), (0.3, 4)])
def test_laplace_noise_of_a_release(sensitivity, epsilon):
    """40,000 numbers: the standard error of the spread of Laplace noise is √(5 / 4n), 0.6 %."""
    zeros, rng = np.zeros(40_000), np.random.default_rng(1)
    near(
        [laplace.release(zeros, sensitivity=sensitivity, epsilon=epsilon, rng=rng)], np.sqrt(2) * sensitivity / epsilon
    )


@pytest.mark.parametrize("sensitivity, epsilon", [(1, 1), (3, 2)])
def test_gumbel_noise_and_the_plain_draw_choose_as_often_as_they_say(sensitivity, epsilon):
    """Of 40,000 draws each option comes within 6 standard errors; a factor of 2 in the exponent is far outside."""
    scores, rng = [0.0, 1.0, 3.0], np.random.default_rng(1)
    weights = np.exp(epsilon * np.array(scores) / (2 * sensitivity))
    expected = weights / weights.sum()
    for choose in (exponential.choose, exponential.choose_by_gumbel):
        drawn = choose(scores, epsilon, rng, sensitivity=sensitivity, trials=40_000)
        off = np.bincount(drawn, minlength=3) / 40_000 - expected
        assert (np.abs(off) < 6 * np.sqrt(expected * (1 - expected) / 40_000)).all()


@pytest.mark.parametrize("epsilon", [0.5, np.log(3), 3])
def test_answers_are_true_as_often_as_they_say(epsilon):
    """Of 40,000 answers, within 6 standard errors, for a yes and for a no."""
    keep = np.exp(epsilon) / (1 + np.exp(epsilon))
    for truth in (0, 1):
        answers = randomized_response.respond(np.full(40_000, truth), epsilon, np.random.default_rng(truth))
        assert abs((answers == truth).mean() - keep) < 6 * np.sqrt(keep * (1 - keep) / 40_000)


@pytest.mark.parametrize("epsilon, honest", [(0.5, 1), (1.0, 4)])
def test_shares_of_discrete_laplace_noise_add_up_to_it(epsilon, honest):
    """The variance of the sum is 2 r / (1 - r)², r = e^-ε; drawn with a seed, and by each party from the system.

    40,000 and 4,000 sums: the standard error of the spread is less than 1 %, and 2.5 %.
    """
    ratio = np.exp(-epsilon)
    spread = np.sqrt(2 * ratio) / (1 - ratio)
    shares = distributed_noise.shares_of_noise(
        epsilon, honest=honest, parties=honest, trials=40_000, rng=np.random.default_rng(1)
    )
    near([shares.sum(axis=1)], spread)
    secret = [sum(share_of_noise(epsilon=epsilon, honest=honest) for _ in range(honest)) for _ in range(4_000)]
    near([secret], spread, rel=0.16)


@pytest.mark.parametrize("spread", [3.0, 1e6])
def test_discrete_gaussian_noise_of_clients(spread):
    """40,000 numbers: the standard error of the spread is 0.35 %."""
    near([discrete_gaussian(spread, 40_000)], spread)


def test_noise_on_a_gradient():
    zeros = Gradient((np.zeros((100, 200)),), (np.zeros(100),))
    near(add_noise(zeros, 0.3, np.random.default_rng(1)).parts, 0.3)


@pytest.mark.parametrize("max_norm, noise_multiplier", [(0.25, 4.0), (3.0, 0.5)])
def test_a_noisy_sum_and_a_private_training_by_hand(max_norm, noise_multiplier):
    """Gradients of zeros; one step of learning rate `expected` moves each number by its noise."""
    zeros = (torch.zeros(3, 100, 200), torch.zeros(3, 100))
    settings = dict(max_norm=max_norm, noise_multiplier=noise_multiplier)
    near(
        per_example.private_sum(zeros, **settings, generator=torch.Generator().manual_seed(1)),
        max_norm * noise_multiplier,
    )
    model, pixels, labels = made("dense", 40)
    before = [value.detach().clone() for value in model.parameters()]
    sums = tuple(torch.zeros_like(value) for value in before)
    account = train(
        model, per_example.cross_entropies, (pixels, labels), epsilon=1.0, delta=1e-3, sample_rate=0.5, steps=1,
        max_norm=max_norm, optimizer=torch.optim.SGD(model.parameters(), 20.0), clipped_sum=lambda *_, **__: sums,
        seed=1,
    )  # fmt: skip
    noise_multiplier = account.noise_multiplier
    near([(new.detach() - old) for new, old in zip(model.parameters(), before)], max_norm * noise_multiplier)


@pytest.mark.parametrize("max_norm, noise_multiplier", [(0.25, 2.0), (4.0, 0.5)])
def test_a_head_trained_on_rows_of_zeros_is_noise_alone(max_norm, noise_multiplier):
    """Three steps, of which the last one counts: with momentum its weights are sums of three draws."""
    rows, labels, steps = torch.zeros(10, 800), torch.zeros(10).long(), 3
    weights = linear_head.train_head(
        rows, labels, max_norm=max_norm, noise_multiplier=noise_multiplier, steps=steps, learning_rate=10.0, seed=1
    )
    factors = [sum(linear_head.MOMENTUM**k for k in range(steps - step)) for step in range(steps)]
    near([weights.numpy()], max_norm * noise_multiplier * np.sqrt(np.square(factors).sum()))


def test_a_step_on_micro_batches_adds_noise_by_layer():
    model, pixels, labels = made("dense", 0)
    summed, _ = edpsgd.step(
        model, pixels, labels, np.zeros(0, int), parts=4, max_norms=np.array([0.3, 0.4]), noise_multiplier=2.0,
        generator=torch.Generator().manual_seed(1),
    )  # fmt: skip
    near(summed[:2], 2.0 * 0.3 * np.sqrt(2))


@pytest.mark.parametrize("max_norm", [0.1, 1.0, 5.0])
def test_assistants_are_trained_with_noise_for_their_clip(monkeypatch, max_norm):
    """One step on sums of zeros, by plain descent in place of Adam: each number moves by noise over the batch."""
    data = planted([[1, 2, 3, 4]], 1, seed=1, size=20)
    bounds = []
    monkeypatch.setattr(training, "clipped_sum", lambda taggers, data, bound: (bounds.append(bound), ({}, None))[1])
    monkeypatch.setattr(torch.optim, "Adam", lambda parts, lr, foreach: torch.optim.SGD(list(parts), lr=1.0))
    first = training.new_taggers(1, seed=1).parameters
    moved = training.train_privately(data, max_norm=max_norm, noise_multiplier=2.0, steps=1, batch=10, seed=1)
    near([moved.parameters[name] - part for name, part in first.items()], 2.0 * max_norm / 10)
    assert bounds == [max_norm]


def test_commands_come_into_a_step_by_draws_of_their_own(monkeypatch):
    """Sizes of 60 steps that take 10 of 20 on average: within 6 standard errors, and not all alike."""
    data, sizes = planted([[1, 2, 3, 4]], 1, seed=1, size=20), []
    monkeypatch.setattr(
        training, "clipped_sum", lambda taggers, data, bound: (sizes.append(data.words.shape[1]), ({}, None))[1]
    )
    training.train_privately(data, noise_multiplier=0.0, steps=60, batch=10, seed=1)
    assert abs(np.mean(sizes) - 10) < 6 * np.sqrt(5 / 60) and len(set(sizes)) > 4


def test_a_reader_from_scratch_adds_the_noise_that_stands_on_its_bill(monkeypatch):
    """Rows of zeros: the centre is noise, and so is the symmetric matrix whose directions are taken."""
    from benchmarks.experiments.scratch_reader import ScratchReader

    reader, rows, mu = object.__new__(ScratchReader), torch.zeros(50, 300), 0.25
    centre = reader._noisy_centre(torch.zeros(50, 20_000), mu, torch.Generator().manual_seed(1))
    near([50 * centre], 1 / mu)
    reader.centre, seen = torch.zeros(300), []
    real = torch.linalg.eigh
    monkeypatch.setattr(torch.linalg, "eigh", lambda matrix: (seen.append(matrix), real(matrix))[1])
    reader._noisy_directions(rows, mu, torch.Generator().manual_seed(1))
    (matrix,) = seen
    assert torch.equal(matrix, matrix.T)
    near([50 * matrix[np.triu_indices(300)]], 1 / mu)


def test_what_a_mechanism_draws_is_compared_with_what_belongs_there():
    """The measure itself: a spread that is a tenth off, and a mean that is not 0, are seen."""
    drawn = np.random.default_rng(1).normal(0, 1, 20_000)
    near([drawn], 1.0)
    for wrong in (1.1 * drawn, drawn + 0.1):
        with pytest.raises(AssertionError):
            near([wrong], 1.0)
