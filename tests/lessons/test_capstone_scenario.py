"""Three clinics: each attacker with a choice it wins against and one it does not, the record of the board, briefs,
notes (lesson 90).
"""

import re
from dataclasses import replace

import numpy as np
import pytest

from privlab.dp.gaussian import noise_multiplier_for
from privlab.lessons.capstone.attacks import (
    audit_noise,
    invert,
    membership,
    outlines,
    plant,
    recognise,
    watch,
    what_the_server_sees,
)
from privlab.lessons.capstone.briefs import BRIEFS
from privlab.lessons.capstone.outcomes import FILE, GRID, board_made, every_choice, recorded_outcome, run, spent
from privlab.lessons.capstone.release_note import FORMS, read_note
from privlab.lessons.capstone.scenario import DELTA, ROUNDS, Choice, Clinics, gather
from privlab.lessons.capstone.training import Dense, Head, accuracy, backdoor, train

CARELESS = Choice()
SUM = Choice("secure sum", None, 0.25, 15, 5)
OPEN = Choice("secure sum", 3.0, 0.25, 60, 400, True)
WARD = Choice("plain", 8.0, 0.25, 15, 400, True, "activity", to="clinics")


@pytest.fixture(scope="module")
def clinics():
    return gather(1_000)


@pytest.fixture
def rng():
    return np.random.default_rng(9)


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
    assert len({each.tobytes() for each in clinics.images}) == len(clinics.images)
    assert not {each.tobytes() for each in clinics.images} & {each.tobytes() for each in clinics.test_images}


def test_a_round_takes_no_more_letters_than_the_choice_says(clinics, rng):
    used, called = clinics.round(Choice(clients=15, batch=5), rng)
    assert len(used) == len(set(called)) == 15 and max(map(len, used)) == 5
    for places, tablet in zip(used, called):
        assert set(places) <= set(clinics.letters_of(tablet)) and len(set(places)) == len(places)


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
            model.clipped_sum(places, choice.max_norm).double().cpu().numpy()
            for places in (np.concatenate(used), np.setdiff1d(np.concatenate(used), page))
        )
        moved.append(np.linalg.norm(whole - without) / choice.max_norm)
    assert 0.5 < max(moved) <= 1.0001


def test_the_inversion_gets_one_update_and_no_sum_of_many_and_no_head(clinics):
    for choice, all_back in ((CARELESS, True), (SUM, False), (replace(CARELESS, public_start=True), False)):
        loot = invert(choice, clinics, np.random.default_rng(1))
        assert loot.back.all() == all_back and loot.back.any() == all_back
    # a small secure sum is not protected by being one
    assert invert(replace(SUM, clients=3, batch=1), clinics, np.random.default_rng(1)).back.all()


def test_the_planted_layer_gets_the_sum_and_nothing_through_noise_of_the_clinics(clinics):
    assert plant(SUM, clinics, np.random.default_rng(1)).back.all()
    assert plant(CARELESS, clinics, np.random.default_rng(1)).back.all()
    assert not plant(replace(SUM, epsilon=8.0), clinics, np.random.default_rng(1)).back.any()
    # noise that the server adds itself hides nothing from it
    assert plant(replace(CARELESS, epsilon=1.0), clinics, np.random.default_rng(1)).back.all()


def test_suspects_are_recognised_in_small_updates_alone_and_strangers_never(clinics):
    head = Choice("plain", None, 0.25, 15, 5, True)
    for choice, found in (
        (head, True),
        (replace(head, epsilon=0.1), True),
        (replace(head, aggregation="secure sum"), False),
        (replace(head, aggregation="secure sum", clients=3), True),
        (replace(head, aggregation="secure sum", clients=3, epsilon=8.0), False),
    ):
        named, strangers = recognise(choice, clinics, np.random.default_rng(1))
        assert named.all() == named.any() == found and strangers == 0, choice


def test_a_shape_is_drawn_from_the_features_of_one_letter(clinics):
    """0.40 to 0.53 of sixty letters were named, by how many public letters were learned on; a guess: 1 in 2,967."""
    one = Choice("plain", 3.0, 0.25, 15, 1, True)
    pictures, truth, named = outlines(one, clinics, np.random.default_rng(4))
    assert pictures.shape == truth.shape == (60, 28, 28) and len(named) == 60 and 0.25 < named.mean() < 1
    assert np.mean((pictures - truth / 255) ** 2) < 0.7 * np.mean((truth.mean(axis=0) / 255 - truth / 255) ** 2)
    for change in ({"batch": 5}, {"public_start": False}, {"aggregation": "secure sum"}):
        with pytest.raises(ValueError, match="a batch of 1"):
            outlines(replace(one, **change), clinics, np.random.default_rng(4))


def test_members_are_told_apart_without_noise_and_not_with_much(clinics):
    def gained(**change):
        return membership(replace(OPEN, **change), clinics, np.random.default_rng(1))

    assert gained(epsilon=None) > 0.4 > 0.15 > gained(epsilon=1.0)
    assert gained(epsilon=None, public_start=False) > 0.7
    assert gained(epsilon=None, released="letters") < gained(epsilon=None) - 0.05


def test_members_of_the_clinics_own_rounds_are_told_apart_far_less_than_at_worst(clinics):
    """Careless, measured with three seeds: 0.05 to 0.07, against 0.87. The control: few letters that are all in every
    round.
    """
    gained = membership(CARELESS, clinics, np.random.default_rng(1), worst=False)
    assert gained < 0.15 < 0.7 < membership(CARELESS, clinics, np.random.default_rng(1))
    assert membership(replace(CARELESS, batch=400, clients=10), gather(50), np.random.default_rng(1), worst=False) > 0.3


def test_noise_other_than_planned_is_what_is_added(clinics):
    thin = OPEN.noise_std / ROUNDS**0.5
    assert accuracy(train(OPEN, clinics, noise_std=OPEN.noise_std)) == accuracy(train(OPEN, clinics))
    assert accuracy(train(OPEN, clinics, noise_std=thin)) > accuracy(train(OPEN, clinics)) + 0.02
    assert membership(OPEN, clinics, np.random.default_rng((0, 1)), noise_std=thin) > 0.3


def test_a_liar_ruins_what_nobody_sees_and_not_what_the_server_bounds(clinics):
    plain = replace(OPEN, aggregation="plain")
    honest = train(plain, clinics)
    seen, unseen = (train(each, clinics, byzantine=True) for each in (plain, OPEN))
    assert accuracy(honest) > 0.75 and backdoor(honest) < 0.15
    assert accuracy(seen) > accuracy(honest) - 0.08
    assert accuracy(unseen) < accuracy(honest) - 0.3 and backdoor(unseen) > 0.9


def test_more_budget_and_more_letters_read_more(clinics):
    few = gather(50)
    assert accuracy(train(OPEN, clinics)) > accuracy(train(replace(OPEN, epsilon=0.1), clinics)) + 0.2
    assert accuracy(train(OPEN, clinics)) > accuracy(train(OPEN, few)) + 0.2
    assert accuracy(train(OPEN, clinics)) > accuracy(train(replace(OPEN, public_start=False), clinics)) + 0.2


def test_the_audit_catches_noise_for_one_round_and_passes_what_is_right(rng):
    """A right noise is caught with a chance of at most 0.001, by the audit's confidence; the seed is fixed."""

    def audited(noise_std):
        return audit_noise(max_norm=OPEN.max_norm, noise_std=noise_std, rng=rng)

    thin = OPEN.max_norm * noise_multiplier_for(3.0, DELTA)
    assert audited(thin / 2**0.5).catches(3.0)
    assert not audited(OPEN.noise_std / 2**0.5).catches(3.0)
    assert audited(OPEN.noise_std / 2**0.5).epsilon > 0.3


def test_the_watcher_names_the_busy_where_they_are_preferred(clinics, rng):
    assert watch(replace(CARELESS, selection="activity"), clinics, rng) > 0.95
    assert 0.4 < watch(CARELESS, clinics, rng) < 0.6
    assert watch(replace(CARELESS, clients=60, selection="activity"), clinics, rng) == 0.5


def test_the_secure_sum_is_the_sum_and_plain_is_one_update(rng):
    updates = rng.normal(size=(7, 50))
    seen, noise_std = what_the_server_sees(SUM, updates, rng)
    assert np.abs(seen - updates.sum(axis=0)).max() < 1e-9 and noise_std == 0
    seen, noise_std = what_the_server_sees(replace(SUM, epsilon=3.0), np.zeros((3, 20_000)), rng)
    assert abs(seen.std() / noise_std - 1) < 0.03 and noise_std == replace(SUM, epsilon=3.0).noise_std
    seen, noise_std = what_the_server_sees(replace(CARELESS, epsilon=3.0), updates, rng)
    assert np.array_equal(seen, updates[0]) and noise_std == 0


def test_what_is_spent_follows_the_noise_that_was_added():
    for epsilon in (0.1, 1.0, 8.0):
        for max_norm in (0.25, 4.0):
            choice = replace(OPEN, epsilon=epsilon, max_norm=max_norm)
            assert spent(choice) == pytest.approx(epsilon, rel=1e-6) == spent(choice, "server")
    assert spent(CARELESS) == np.inf
    assert spent(WARD) == pytest.approx(8.0) and spent(WARD, "server") == np.inf
    assert spent(OPEN, noise_std=OPEN.noise_std / ROUNDS**0.5) > 20 and spent(OPEN, noise_std=0.0) == np.inf


@pytest.mark.parametrize(
    "call, fragment",
    [
        (lambda: spent(OPEN, "Server"), "'everyone' or 'server'"),
        (lambda: spent("plain"), "a Choice is needed"),
        (lambda: spent(OPEN, noise_std=-1.0), "at least 0"),
        (lambda: spent(OPEN, noise_std="a"), "at least 0"),
        (lambda: run("plain", 50), "a Choice is needed"),
        (lambda: run(OPEN, 50, trials=0), "trials must be"),
        (lambda: recorded_outcome("plain", 50), "a Choice is needed"),
        (lambda: BRIEFS["open"].unmet("x"), "a Choice is needed"),
        (lambda: read_note(3, OPEN, recorded_outcome(OPEN, 1_000), 1.0), "a note is a text"),
        (lambda: read_note("", OPEN, recorded_outcome(OPEN, 1_000), -1), "at least 0"),
        (lambda: BRIEFS["village"].meeting([["accuracy"]]), "has the demands"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(call, fragment):
    with pytest.raises(ValueError, match=fragment) as error:
        call()
    assert "\n" not in str(error.value)


def test_bytes_are_those_of_the_model_down_and_of_shares_up():
    plain = replace(OPEN, aggregation="plain")
    assert plain.megabytes == 30 * 60 * 8 * 386 * 26 * 2 / 1e6 and OPEN.megabytes == 2 * plain.megabytes
    assert replace(OPEN, clients=15).seconds == OPEN.seconds == pytest.approx(OPEN.megabytes / 60)
    assert len(Head(gather(50)).clipped_sum([0], 1.0)) == OPEN.numbers


def test_the_board_is_whole_and_possible():
    with np.load(FILE) as file:
        outcomes = file["outcomes"]
    assert outcomes.shape == (*map(len, GRID.values()), 9) and np.isfinite(outcomes).all()
    assert len(every_choice()) == outcomes[0, ..., 0].size == 1_440
    assert outcomes.min() >= 0 and outcomes[..., :8].max() <= 1
    assert board_made() == "recorded: python tools/run_board.py; 2 cores, 24 GiB; 2026-11-28"
    with pytest.raises(ValueError, match="the board has epsilon .* not 2.0"):
        recorded_outcome(replace(OPEN, epsilon=2.0), 1_000)
    with pytest.raises(ValueError, match="the board has letters 50, 1000, not 7"):
        recorded_outcome(OPEN, 7)


def test_more_letters_than_the_busiest_tablet_has_are_all_of_them(clinics):
    assert recorded_outcome(replace(OPEN, batch=int(clinics.sizes.max())), 1_000) == recorded_outcome(OPEN, 1_000)
    for choice in (replace(OPEN, batch=int(clinics.sizes.max()) - 1), replace(WARD, batch=int(clinics.sizes.max()))):
        with pytest.raises(ValueError, match="the board has batch"):  # with "plain" a batch bounds the liar, too
            recorded_outcome(choice, 1_000)


def test_who_has_the_picture_recognises_it():
    for letters in GRID["letters"]:
        outcomes = [recorded_outcome(each, letters) for each in every_choice()]
        assert all(each.recognised >= max(each.inverted, each.planted) for each in outcomes)
        assert any(each.recognised > 0 == each.planted for each in outcomes) and any(
            each.recognised == 0 for each in outcomes
        )


@pytest.mark.parametrize(
    "choice, letters",
    [
        (OPEN, 1_000),
        (WARD, 1_000),
        (CARELESS, 1_000),
        (CARELESS, 50),
        (replace(OPEN, epsilon=None, released="letters"), 50),
        (replace(OPEN, aggregation="plain", clients=3, epsilon=1.0), 50),
    ],
)
def test_the_board_says_what_a_run_says(choice, letters):
    """Six of 2,880 rows measured anew, as they were recorded; trainings on another processor may differ in a letter or
    two.
    """
    live, told = run(choice, letters, trials=2), recorded_outcome(choice, letters)
    for name, value in vars(live).items():
        assert value == pytest.approx(getattr(told, name), abs=0.02), name


def test_two_briefs_can_be_met_and_one_cannot():
    assert BRIEFS["open"].unmet(OPEN) == [] and BRIEFS["ward"].unmet(WARD) == []
    for brief in (BRIEFS["open"], BRIEFS["ward"]):
        assert brief.unmet(CARELESS) and 0 < len(brief.meeting(brief.demands)) < 60
    village = BRIEFS["village"]
    assert village.meeting(village.demands) == village.meeting(["accuracy", "epsilon"]) == []
    for name in village.demands:
        rest = [each for each in village.demands if each != name]
        assert bool(village.meeting(rest)) == (name in ("accuracy", "epsilon"))
    with pytest.raises(ValueError, match="not money"):
        village.meeting(["money"])


def test_no_choice_bounds_a_liar_in_a_secure_sum():
    brief = BRIEFS["ward"]
    assert {each.aggregation for each in brief.meeting(["liar"])} == {"plain"}
    assert brief.meeting(["liar"]) and not [each for each in brief.meeting(["liar"]) if spent(each, "server") < np.inf]


READS, LIAR = "It reads {accuracy:.0f} % of letters right", "One lying tablet can spoil it or plant a backdoor"
TRUST = "\nThe server sees every update, without noise"
GOOD = (
    f"{READS}.\n"
    "The budget is epsilon {epsilon:.2f} at delta 1e-5 for one letter\n"
    "Who wrote many letters spends the budget many times\n"
    "One lying tablet can spoil it or plant a backdoor\nSigned: A. Reader"
)


def kinds(text, choice=OPEN, noise_std=None):
    outcome = recorded_outcome(choice, 1_000)
    noise_std = choice.noise_std if noise_std is None else noise_std
    text = text.format(accuracy=100 * outcome.accuracy, epsilon=min(spent(choice, noise_std=noise_std), 1e6))
    return [each.kind for each in read_note(text, choice, outcome, noise_std)]


def test_a_note_that_says_what_is_proved_may_be_signed():
    assert kinds(GOOD) == []
    assert kinds(GOOD, noise_std=OPEN.noise_std / 2) == []
    assert (
        kinds(
            GOOD
            + "\nOur attacks read no letter and recognised none\nNobody gains more than 91 points on who was a member"
        )
        == []
    )
    assert kinds(GOOD + TRUST, WARD) == []
    none = replace(OPEN, epsilon=None)
    assert kinds(f"{READS}\nNo budget was kept\n{LIAR}\nSigned: A", none) == []
    assert kinds(f"{READS}\n{LIAR}\nSigned: A", none) == ["missing"]


@pytest.mark.parametrize(
    "line, kind",
    [
        ("No letter can be recovered", "promise"),
        ("The reader is anonymous.", "promise"),
        ("Nobody gains more than 8 points on who was a member", "promise"),
        ("No budget was kept", "false"),
        ("The budget is epsilon 2.9 at delta 1e-5 for one letter", "promise"),
        ("The budget is epsilon 4 at delta 1e-5 for one letter", "false"),
        ("The budget is epsilon 3 at delta 1e-5 for one clinic", "promise"),
        (TRUST[1:], "false"),
        ("The server sees every update", "unknown"),
        ("Signed: Your Name", "missing"),
        ("The budget is epsilon 2.99 at delta 1e-5 for one letter", "promise"),
        ("All is well", "unknown"),
        ("Signed:", "unknown"),
    ],
)
def test_a_line_that_says_more_or_other_than_holds_is_found(line, kind):
    assert kinds(f"{GOOD}\n{line}") == [kind]


def test_two_accuracies_are_one_too_many():
    assert kinds(f"{GOOD}\nIt reads 99 % of letters right") == ["false", "false"]
    assert kinds(f"{GOOD}\nIt reads 80.5 % of letters right") == ["false"]
    assert kinds(f"{GOOD}\n{READS}") == []


@pytest.mark.parametrize(
    "epsilon, stated, kind",
    [
        (0.1, "0.10", []),
        (0.1, "0.0995", []),
        (0.1, "0.0951", ["promise"]),
        (0.1, "0.12", ["false"]),
        (3.0, "2.995", []),
        (3.0, "2.991", ["promise"]),
    ],
)
def test_a_stated_budget_is_rounded_and_no_more(epsilon, stated, kind):
    assert kinds(GOOD.replace("{epsilon:.2f}", stated), replace(OPEN, epsilon=epsilon)) == kind


def test_what_a_note_must_not_leave_out():
    for line in GOOD.split("\n"):
        assert kinds(GOOD.replace(line, "")) == ["missing"]
    assert kinds(GOOD, WARD) == ["missing"]
    assert kinds(GOOD + "\nOur attacks read no letter and recognised none" + TRUST, replace(WARD, batch=5)) == ["false"]
    assert kinds(GOOD.replace("{epsilon:.2f}", "3.0"), noise_std=0.0) == ["promise", "missing"]


def test_the_forms_that_are_shown_are_those_that_are_read():
    for form in FORMS.split("\n"):
        line = re.sub(r"\bN\b", "3", form).replace(" (or: tablet, clinic)", "").replace("your name", "A")
        assert "unknown" not in kinds(line)
