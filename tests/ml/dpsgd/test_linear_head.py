"""The last layer trained privately on frozen features."""

import pytest
import torch

from privlab.dp.gaussian import epsilon_at, total_mu
from privlab.ml.dpsgd.linear_head import clipped_sum, head_accuracy, plan_head, train_head
from privlab.ml.dpsgd.per_example import clip_each

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("clip", [0.05, 0.6, 10.0])
def test_the_sum_is_that_of_gradients_written_down(clip):
    generator = torch.Generator().manual_seed(1)
    rows, weights = torch.randn(30, 9, generator=generator), torch.randn(9, 26, generator=generator)
    labels = torch.randint(26, (30,), generator=generator)
    errors = torch.softmax(rows @ weights, 1) - torch.nn.functional.one_hot(labels, 26)
    (clipped,) = clip_each((rows[:, :, None] * errors[:, None, :],), clip)
    assert torch.allclose(clipped_sum(rows, labels, weights, clip), clipped.sum(0), atol=1e-5)


@pytest.mark.slow
def test_one_letter_moves_the_sum_by_the_clip_at_most(private):
    rows, labels = private[0][:50].clone(), private[1][:50]
    rows[0] *= 1e6
    weights = torch.zeros(rows.shape[1], 26)
    moved = clipped_sum(rows, labels, weights, 0.25) - clipped_sum(rows[1:], labels[1:], weights, 0.25)
    assert float(moved.norm()) == pytest.approx(0.25, rel=1e-3)


@pytest.mark.parametrize("epsilon", [0.5, 1.5, 3.0])
def test_the_plan_costs_what_it_says(epsilon):
    made = plan_head(5_000, epsilon)
    mu = total_mu([made["noise_multiplier"]] * made["steps"])
    assert epsilon_at(mu, delta=1e-5) == pytest.approx(epsilon, abs=1e-6)
    assert plan_head(5_000)["noise_multiplier"] == 0
    for far in (plan_head(10**9, epsilon), plan_head(5_000)):
        assert far["steps"] * far["learning_rate"] == pytest.approx(180_000)


@pytest.mark.slow
def test_a_head_learns_and_noise_costs_accuracy(private):
    """1,500 letters, half to train on: none beats a little noise beats a lot; chance reads 4 %."""
    rows, labels = private
    none, much = (
        train_head(rows[:750], labels[:750], noise_multiplier=noise, learning_rate=100.0, steps=30)
        for noise in (0.0, 300.0)
    )
    some = train_head(rows[:750], labels[:750], noise_multiplier=5.0, learning_rate=100.0, steps=30)
    good, fair, bad = (head_accuracy(weights, rows[750:], labels[750:]) for weights in (none, some, much))
    assert good > 0.5 and good >= fair - 0.02 and fair > bad + 0.1
    again = train_head(rows[:750], labels[:750], noise_multiplier=5.0, learning_rate=100.0, steps=30)
    assert torch.equal(again, some)
    assert not torch.equal(
        train_head(rows[:750], labels[:750], noise_multiplier=5.0, learning_rate=100.0, steps=30, seed=1), some
    )


def test_wrong_labels_are_noticed(private):
    rows, labels = private
    shuffled = labels[torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))]
    weights = train_head(rows[:750], shuffled[:750], noise_multiplier=0.0, learning_rate=100.0, steps=30)
    assert head_accuracy(weights, rows[750:], labels[750:]) < 0.15


def test_identical_letters_and_a_single_one():
    rows = torch.ones(5, 4) / 2
    weights = train_head(rows, torch.full((5,), 3), noise_multiplier=0.0, learning_rate=10.0, steps=5)
    assert head_accuracy(weights, rows, torch.full((5,), 3)) == 1.0
    for steps in (1, 2, 3):
        weights = train_head(rows[:1], torch.tensor([2]), noise_multiplier=1.0, steps=steps)
        assert weights.shape == (4, 26) and weights.isfinite().all()


ROWS, LABELS = torch.ones(3, 4), torch.zeros(3).long()


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: train_head(ROWS[:0], LABELS[:0], noise_multiplier=1.0), "at least one letter"),
        (lambda: train_head(ROWS, LABELS[:2], noise_multiplier=1.0), "3 rows need 3 labels"),
        (lambda: train_head(ROWS, LABELS + 26, noise_multiplier=1.0), "labels from 0 to 25"),
        (lambda: train_head(ROWS * float("nan"), LABELS, noise_multiplier=1.0), "not finite"),
        (lambda: train_head(ROWS / torch.eye(3, 4).sub(1), LABELS, noise_multiplier=1.0), "not finite"),
        (lambda: train_head(ROWS, LABELS, noise_multiplier=-1.0), "noise_multiplier must be"),
        (lambda: train_head(ROWS, LABELS, noise_multiplier=1.0, max_norm=0), "max_norm must be a positive"),
        (lambda: train_head(ROWS, LABELS, noise_multiplier=1.0, steps=0), "steps must be a whole number"),
        (lambda: plan_head(0, 1.0), "n must be a whole number"),
        (lambda: plan_head(100, 0), "epsilon must be a positive"),
        (lambda: plan_head(100, -1.0), "epsilon must be a positive"),
    ],
)
def test_bad_input(call, says):
    with pytest.raises(ValueError, match=says):
        call()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU: what runs on one is tried where there is one")
def test_a_head_on_the_gpu_is_that_on_the_cpu(private):
    rows, labels = private
    here, there = (
        train_head(rows.to(where), labels.to(where), noise_multiplier=2.0, learning_rate=100.0, steps=10)
        for where in ("cpu", "cuda")
    )
    assert torch.allclose(here, there.cpu(), atol=1e-2)
