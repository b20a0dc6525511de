"""Three clinics: what they can choose, what they have, what it costs in bytes (lesson 90)."""

from dataclasses import replace

import numpy as np
import pytest

from privlab.lessons.capstone.scenario import Choice, Clinics, gather
from privlab.lessons.capstone.training import Dense, Head
from tests.lessons.capstone_choices import OPEN


@pytest.mark.parametrize(
    "field, value, fragment",
    [
        ("aggregation", "sum", "'plain' or 'secure sum'"),
        ("epsilon", 0, "positive finite number, or None"),
        ("epsilon", -1.0, "positive"),
        ("epsilon", np.inf, "finite"),
        ("epsilon", "3", "positive"),
        ("epsilon", [3], "positive"),
        ("max_norm", 0.0, "max_norm must be"),
        ("max_norm", None, "positive finite number, got None"),
        ("public_start", 1, "True or False"),
        ("aggregation", ["plain"], "secure sum"),
        ("clients", 0, "at least 1 and at most 60"),
        ("clients", 61, "at most 60"),
        ("clients", 2.5, "whole number"),
        ("batch", 0, "at least 1"),
        ("public_start", "yes", "True or False"),
        ("selection", "random", "'activity'"),
        ("released", "scores", "'letters'"),
        ("to", "me", "'clinics'"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_in_one_sentence(field, value, fragment):
    with pytest.raises(ValueError, match=fragment) as error:
        Choice(**{field: value})
    assert field in str(error.value) and "\n" not in str(error.value)


@pytest.mark.slow
def test_a_clinic_without_letters_is_refused(clinics):
    with pytest.raises(ValueError, match="at least 20 letters"):
        gather(19)
    with pytest.raises(ValueError, match="drawn letters: a clinic can have"):
        gather(10**6)
    with pytest.raises(ValueError, match="every clinic needs letters"):
        replace(clinics, sizes=np.r_[np.zeros(20, int), clinics.sizes[20:]])


def test_letters_are_dealt_once_and_each_tablet_has_one(clinics):
    for made in (clinics, gather(50)):
        assert (
            isinstance(made, Clinics)
            and made.sizes.min() >= 1
            and made.sizes.sum() == len(made.images) == len(made.labels)
        )
        own = np.concatenate([made.letters_of(tablet) for tablet in range(len(made.sizes))])
        assert np.array_equal(own, np.arange(len(made.images)))
    assert len({image.tobytes() for image in clinics.images}) == len(clinics.images)
    assert not {image.tobytes() for image in clinics.images} & {image.tobytes() for image in clinics.test_images}


def test_a_round_takes_no_more_letters_than_the_choice_says(clinics, rng):
    used, called = clinics.round(Choice(clients=15, batch=5), rng)
    assert len(used) == len(set(called)) == 15 and max(map(len, used)) == 5
    for indices, tablet in zip(used, called):
        assert set(indices) <= set(clinics.letters_of(tablet)) and len(set(indices)) == len(indices)


@pytest.mark.slow
@pytest.mark.parametrize("head", [True, False])
@pytest.mark.parametrize("selection", ["uniform", "activity"])
def test_a_blank_page_changes_no_draw_and_moves_a_sum_by_the_clip_at_most(clinics, rng, head, selection):
    """Neighbours, as `Choice` has them: a page that is blank, its gradient 0. The control: it does move the sum."""
    choice = Choice("secure sum", 3.0, 0.25, 15, 5, head, selection)
    model = (Head if head else Dense)(clinics)
    moved = []
    for seed in range(20):
        used, called = clinics.round(choice, np.random.default_rng(seed))
        page = int(rng.choice(np.concatenate(used)))
        images = clinics.images.copy()
        images[page] = 0
        same, again = replace(clinics, images=images).round(choice, np.random.default_rng(seed))
        assert np.array_equal(called, again) and all(map(np.array_equal, used, same))
        whole, without = (
            model.clipped_sum(indices, choice.max_norm).double().cpu().numpy()
            for indices in (np.concatenate(used), np.setdiff1d(np.concatenate(used), page))
        )
        moved.append(np.linalg.norm(whole - without) / choice.max_norm)
    assert 0.5 < max(moved) <= 1.0001


@pytest.mark.slow
def test_bytes_are_those_of_the_model_down_and_of_shares_up():
    plain = replace(OPEN, aggregation="plain")
    assert plain.megabytes == 30 * 60 * 8 * 386 * 26 * 2 / 1e6 and OPEN.megabytes == 2 * plain.megabytes
    assert replace(OPEN, clients=15).seconds == OPEN.seconds == pytest.approx(OPEN.megabytes / 60)
    assert len(Head(gather(50)).clipped_sum([0], 1.0)) == OPEN.numbers
