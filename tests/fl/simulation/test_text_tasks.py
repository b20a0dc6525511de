"""The four tasks on commands, and the transformer that learns them for many devices at once."""

import numpy as np
import pytest
import torch

from privlab.fl.simulation import text_tasks
from privlab.fl.simulation.text_tasks import ASKS, LENGTHS, NOTHING, TASKS, TOKENS, examples, losses, network, score
from privlab.text.assistant.dataset import utterances


@pytest.mark.parametrize("task", TASKS)
def test_examples_say_what_they_ask(task):
    drawn = examples(task, 50, np.random.default_rng(0))
    assert drawn.inputs.shape == drawn.answers.shape == (50, LENGTHS[task]) and (drawn.inputs < len(TOKENS)).all()
    asked = (drawn.answers != NOTHING).sum(1)
    assert asked.min() >= 1
    if task in ("intent", "question"):
        assert (asked == 1).all()
    if task == "question":  # the answer is a place that holds a word
        assert (drawn.inputs[np.arange(50), drawn.answers[:, 0]] > 0).all()
    if task == "command":  # what is asked for at a place is what stands at the next
        rows, columns = np.nonzero(drawn.answers != NOTHING)
        assert (drawn.answers[rows, columns] == drawn.inputs[rows, columns + 1]).all()


def test_a_question_s_answer_is_the_place_where_its_slot_begins():
    drawn = examples("question", 50, np.random.default_rng(3))
    spoken = utterances(150, np.random.default_rng(3))
    spoken = [each for each in spoken if any(tag != "O" for tag in each.tags)][:50]
    for row, command in enumerate(spoken):
        place = drawn.answers[row, 0]
        tag = command.tags[place - 2]
        assert tag.startswith("B-") and TOKENS[drawn.inputs[row, 0]] == ASKS[tag[2:]]
        assert TOKENS[drawn.inputs[row, place]] == command.words[place - 2]


@pytest.mark.parametrize("task", ["intent", "tags"])
def test_a_loss_is_the_mean_over_what_is_asked(task):
    """Untrained and equal scores: each place that asks costs the logarithm of its outputs, the others nothing."""
    drawn, shape = examples(task, 5, np.random.default_rng(1)), network(task)
    weights = torch.zeros(1, shape.size)
    inputs, answers = (torch.from_numpy(part[None]) for part in (drawn.inputs, drawn.answers))
    outputs = shape.shapes[-1][1]
    assert losses(task, shape, weights, inputs, answers).item() == pytest.approx(np.log(outputs), rel=1e-5)


def test_a_task_that_is_none_is_refused():
    with pytest.raises(ValueError, match="the task must be one of"):
        examples("poem", 3, np.random.default_rng(0))


def test_models_of_a_stack_do_not_touch_each_other_and_a_command_is_not_read_ahead():
    shape, drawn = network("command"), examples("command", 4, np.random.default_rng(1))
    weights, words = torch.stack([shape.initial_weights(0), shape.initial_weights(1)]), torch.from_numpy(drawn.inputs)
    both = shape.scores(weights, torch.stack([words, words]))
    assert torch.allclose(both[1], shape.scores(weights[1:], words[None])[0], atol=1e-5)
    changed = words.clone()
    changed[:, 9:] = 5
    later = shape.scores(weights[:1], changed[None])[0]
    assert torch.allclose(later[:, :9], both[0][:, :9], atol=1e-5) and not torch.allclose(later, both[0], atol=1e-3)


def test_blanks_are_not_looked_at():
    """A command is read the same whatever vector stands for a blank."""
    shape, drawn = network("tags"), examples("tags", 8, np.random.default_rng(1))
    weights, words = shape.initial_weights(0)[None], torch.from_numpy(drawn.inputs[None])
    changed = weights.clone()
    shape.parts(changed)[0][:, 0] += 3 * torch.randn(text_tasks.WIDTH, generator=torch.Generator().manual_seed(1))
    said = words[0] > 0
    before, after = (shape.scores(each, words)[0][said] for each in (weights, changed))
    assert not said.all() and torch.allclose(before, after, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_one_network_learns_every_task_a_little(task):
    made = text_tasks.world(task, seed=0)
    shape = network(task)
    inputs, answers = (torch.from_numpy(part[None, :64]) for part in (made[1].inputs, made[1].answers))
    start = losses(task, shape, shape.initial_weights(0)[None], inputs, answers)
    weights = shape.initial_weights(0)[None].requires_grad_()
    adam = torch.optim.Adam([weights], 0.01)
    for _ in range(30):
        adam.zero_grad()
        losses(task, shape, weights, inputs, answers).sum().backward()
        adam.step()
    assert losses(task, shape, weights, inputs, answers) < start / 2
    assert 0 <= score(task, shape, weights.detach()[0], made[2]) <= 1


@pytest.mark.slow
def test_devices_learn_the_intent_together():
    made = text_tasks.world("intent", seed=0)
    early, late = text_tasks.federate("intent", made, seed=0, rounds=20, at=(2, 20))
    assert early < 0.7 < late
