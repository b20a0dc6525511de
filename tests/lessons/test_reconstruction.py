"""Answers to the exercises of lesson 24, wrong and right ones, and what their checks must say."""

import itertools
import math

import numpy as np
from scipy import stats
from scipy.optimize import lsq_linear

from privlab.dp import laplace, reconstruction, sparse_vector
from privlab.lessons.reconstruction.exercises import above_threshold, differencing, private_counts, reconstruct
from tests.lessons.answers import recognised, right, wrong


@wrong(differencing, "?", "the desk wants 5 people or more")
def asks_about_one_person_alone(ask, people, person):
    return ask([person])


@wrong(differencing, "?", "5 or more out of it")
def all_but_one(ask, people, person):
    return ask(range(people)) - ask([other for other in range(people) if other != person])


@wrong(differencing, "?", "each once")
def the_same_person_five_times(ask, people, person):
    return ask([person] * 5) / 5


@wrong(differencing, "?", "by their places 0 to")
def the_next_five_people(ask, people, person):
    return ask(range(person, person + 6)) - ask(range(person + 1, person + 6))


@wrong(differencing, "✗", "the bit of person")
def the_five_first_whoever_it_is(ask, people, person):
    return ask([0, 1, 2, 3, 4, 5]) - ask([1, 2, 3, 4, 5])


@wrong(differencing, "✗", "a bit is 0 or 1")
def the_wrong_way_round(ask, people, person):
    others = [other for other in range(people) if other != person][:5]
    return ask(others) - ask([*others, person])


@wrong(differencing, "✗", "a bit is 0 or 1")
def the_count_of_a_group(ask, people, person):
    return ask([person, *[other for other in range(people) if other != person][:5]])


@wrong(differencing, "✗", "the bit of person")
def whom_the_desk_refuses_has_no_bit(ask, people, person):
    try:
        return ask([person])
    except ValueError:
        return 0


@wrong(differencing, "✗", "a bit is 0 or 1")
def a_group_and_the_others(ask, people, person):
    group = sorted({person, *range(5)})[-5:]
    return ask(group) - ask([other for other in range(people) if other not in group])


@right(differencing)
def from_all_the_others(ask, people, person):
    some = [other for other in range(people) if other != person]
    half = len(some) // 2
    return sum(ask([*part, person]) - ask(part) for part in (some[:half], some[half:])) / 2


@right(differencing)
def with_the_last_five(ask, people, person):
    group = {*range(people - 6, people)} - {person}
    group = set(sorted(group)[:5])
    return bool(ask(group | {person}) - ask(group))


@right(differencing)
def everybody_s_bit_by_linear_algebra(ask, people, person):
    rng = np.random.default_rng(1)
    groups = np.array([rng.permutation(people) < people // 2 + step % 2 for step in range(4 * people)])
    counts = [ask(np.flatnonzero(group)) for group in groups]
    return np.rint(np.linalg.lstsq(groups.astype(float), np.array(counts))[0])[person]


@wrong(reconstruct, "✗", "exact came")
def the_first_equations_alone(groups, counts):
    people = groups.shape[1]
    return (np.linalg.lstsq(groups[: people // 2], counts[: people // 2])[0] > 0.5).astype(int)


@wrong(reconstruct, "✗", "off by up to 2")
def as_many_equations_as_people(groups, counts):
    people = groups.shape[1]
    return (np.linalg.lstsq(groups[:people], counts[:people])[0] > 0.5).astype(int)


wrong(reconstruct, "✗", "a bit is 0 or 1", "not rounded", edit=(" > 0.5).astype(int)", ")"))
wrong(reconstruct, "✗", "came 0% of the bits", "turned round", edit=(" > 0.5)", " < 0.5)"))


@wrong(reconstruct, "✗", "it takes a bit for each")
def a_bit_for_each_question(groups, counts):
    return (counts > counts.mean()).astype(int)


@wrong(reconstruct, "✗", "of the bits")
def everybody_is_one(groups, counts):
    return np.ones(groups.shape[1], int)


@wrong(reconstruct, "✗", "of the bits")
def who_is_in_the_large_counts(groups, counts):
    return (groups.T @ (counts - counts.mean()) > 0).astype(int)


@wrong(reconstruct, "✗", "of the bits")
def with_counts_from_the_middle_of_each_group(groups, counts):
    return (np.linalg.lstsq(groups, counts - groups.sum(axis=1) / 2)[0] > 0.5).astype(int)


@wrong(reconstruct, "✗", "of the bits")
def the_people_in_order_of_their_weight(groups, counts):
    return np.sort((np.linalg.lstsq(groups, counts)[0] > 0.5).astype(int))


@wrong(reconstruct, "✗", "came 2 for a person")
def rounded_and_not_kept_between_0_and_1(groups, counts):
    return np.rint(2 * np.linalg.lstsq(groups, counts)[0])


@right(reconstruct)
def step_by_step_downhill(groups, counts):
    guess = np.full(groups.shape[1], 0.5)
    step = 1 / np.linalg.norm(groups.astype(float), 2) ** 2
    for _ in range(2_000):
        guess = np.clip(guess - step * groups.T @ (groups @ guess - counts), 0, 1)
    return {person: value for person, value in enumerate(guess > 0.5)}.values()


@right(reconstruct)
def the_library_s_least_squares(groups, counts):
    return reconstruction.least_squares(groups, counts)


@right(reconstruct)
def bounded_least_squares(groups, counts):
    return [bool(value > 0.5) for value in lsq_linear(groups, counts, bounds=(0, 1)).x]


@right(reconstruct)
def the_normal_equations(groups, counts):
    return np.rint(np.clip(np.linalg.pinv(groups) @ counts, 0, 1))


@right(reconstruct)
def torch_s_least_squares(groups, counts):
    import torch

    found = torch.linalg.lstsq(torch.tensor(groups, dtype=torch.float64), torch.tensor(counts)[:, None].double())
    return (found.solution[:, 0] > 0.5).int()


COLUMN = "groups.sum(axis=0).max()"

wrong(private_counts, "⚠", "some person is in 6 of the groups", "each count for itself", edit=(COLUMN, "1"))
wrong(private_counts, "✗", "nobody is in more than", "as many as there are questions", edit=(COLUMN, "len(groups)"))
wrong(private_counts, "✗", "nobody is in more than", "the largest group", edit=(COLUMN, "groups.sum(axis=1).max()"))
wrong(
    private_counts,
    "⚠",
    "some person is in",
    "the busiest of those who said yes",
    edit=(COLUMN, "(groups * bits).sum(axis=0).max(initial=1)"),
)
wrong(private_counts, "⚠", "of what belongs", "a tenth too little", edit=(COLUMN, f"0.9 * {COLUMN}"))
wrong(private_counts, "✗", "more than it takes", "a tenth too much", edit=(COLUMN, f"1.1 * {COLUMN}"))
wrong(private_counts, "⚠", "the difference of any two is exact", "one noise for all", edit=(", len(groups))", ")"))
wrong(private_counts, "⚠", "the counts are exact", "no noise", edit=("rng.laplace(0, scale, len(groups))", "0 * scale"))
wrong(private_counts, "⚠", "the same in every call", "a seed", edit=("rng.laplace", "np.random.default_rng(1).laplace"))
wrong(private_counts, "⚠", "counts are off by", "bell-shaped noise", edit=("rng.laplace", "rng.normal"))


@wrong(private_counts, "✗", "cut off")
def never_below_zero(groups, bits, epsilon, rng):
    return np.maximum(groups @ bits + rng.laplace(0, groups.sum(axis=0).max() / epsilon, len(groups)), 0)


@wrong(private_counts, "⚠", "never has any noise")
def the_first_count_is_exact(groups, bits, epsilon, rng):
    noise = rng.laplace(0, groups.sum(axis=0).max() / epsilon, len(groups))
    noise[0] = 0
    return groups @ bits + noise


@wrong(private_counts, "⚠", "who knows one knows something of another")
def two_counts_share_a_noise_s_sign(groups, bits, epsilon, rng):
    noise = rng.laplace(0, groups.sum(axis=0).max() / epsilon, len(groups))
    return groups @ bits + np.abs(noise) * np.sign(noise[0])


@wrong(private_counts, "⚠", "carrying")
def the_true_counts_are_attached(groups, bits, epsilon, rng):
    class Counts(np.ndarray):
        pass

    counts = (groups @ bits + rng.laplace(0, groups.sum(axis=0).max() / epsilon, len(groups))).view(Counts)
    counts.true = groups @ bits
    return counts


own_rng = np.random.default_rng(24)


@wrong(private_counts, "⚠", "whoever reads your code")
def a_seed_in_the_code(groups, bits, epsilon, rng):
    return groups @ bits + own_rng.laplace(0, groups.sum(axis=0).max() / epsilon, len(groups))


@wrong(private_counts, "✗", "it takes")
def the_sum_of_all(groups, bits, epsilon, rng):
    return (groups @ bits).sum() + rng.laplace(0, 1 / epsilon)


@wrong(private_counts, "⚠", "printing")
def what_is_true_is_printed(groups, bits, epsilon, rng):
    print(groups @ bits)
    return groups @ bits + rng.laplace(0, groups.sum(axis=0).max() / epsilon, len(groups))


@wrong(private_counts, "⚠", "who knows one knows something of another")
def half_of_the_noise_from_the_call_before(groups, bits, epsilon, rng, kept={}):  # noqa: B006 (kept on purpose)
    fresh = rng.laplace(0, groups.sum(axis=0).max() / epsilon, len(groups))
    before = kept.get(len(groups), fresh)
    kept[len(groups)] = fresh
    return groups @ bits + np.where(rng.random(len(groups)) < 0.5, fresh, before)


@wrong(private_counts, "⚠", "some person is in")
def groups_that_come_again_once(groups, bits, epsilon, rng):
    most = np.unique(groups, axis=0).sum(axis=0).max()
    return groups @ bits + rng.laplace(0, most / epsilon, len(groups))


@right(private_counts)
def a_difference_of_gammas_in_torch_s_hands(groups, bits, epsilon, rng):
    import torch

    noise = rng.gamma(1, 1, (2, len(groups))) * groups.sum(axis=0).max() / epsilon
    return torch.tensor(groups) @ torch.tensor(bits) + torch.tensor(noise[0] - noise[1])


@right(private_counts)
def a_list_count_by_count(groups, bits, epsilon, rng):
    most = max(sum(column) for column in zip(*groups.tolist()))
    return [sum(g * b for g, b in zip(group, bits)) + rng.laplace(0, most / epsilon) for group in groups]


@right(private_counts)
def rounded_to_whole_numbers(groups, bits, epsilon, rng):
    noisy = groups @ bits + rng.laplace(0, groups.sum(axis=0).max() / epsilon, len(groups))
    return np.rint(noisy).astype(int)


@right(private_counts)
def the_course_s_own_release(groups, bits, epsilon, rng):
    sensitivity = reconstruction.most_often_asked(groups)
    return laplace.release(groups @ bits, sensitivity=sensitivity, epsilon=epsilon, rng=rng)


@right(private_counts)
def noise_of_scipy(groups, bits, epsilon, rng):
    scale = groups.sum(axis=0).max() / epsilon
    return groups @ bits + stats.laplace(scale=scale).rvs(len(groups), random_state=rng)


@right(private_counts)
def the_difference_of_two_waits(groups, bits, epsilon, rng):
    waits = rng.exponential(groups.sum(axis=0).max() / epsilon, (2, len(groups)))
    return groups @ bits + waits[0] - waits[1]


THRESHOLD, COUNT = "threshold + rng.laplace(0, 2 / epsilon)", "count + rng.laplace(0, 4 / epsilon) >="

wrong(above_threshold, "⚠", "no noise on the threshold stays", "a bare threshold", edit=(THRESHOLD, "threshold"))
wrong(above_threshold, "⚠", "in 0 of", "bare counts", edit=(COUNT, "count >="))
wrong(above_threshold, "⚠", "e^ε allows", "a quarter of the noise on counts", edit=("4 / epsilon", "1 / epsilon"))
wrong(above_threshold, "⚠", "stops where it should", "half on counts", edit=("4 / epsilon", "2 / epsilon"))
wrong(above_threshold, "⚠", "stops where it should", "half on the threshold", edit=("2 / epsilon", "1 / epsilon"))
wrong(above_threshold, "✗", "none stops", "twice the noise on counts", edit=("4 / epsilon", "8 / epsilon"))
wrong(above_threshold, "✗", "none stops", "twice the noise on the threshold", edit=("2 / epsilon", "4 / epsilon"))
wrong(
    above_threshold,
    "⚠",
    "whatever leaves besides it",
    "the count as well",
    edit=("return place", "return place, count"),
)
wrong(above_threshold, "✗", "the place of a count, or None", "minus one for none", edit=("return None", "return -1"))
wrong(above_threshold, "⚠", "stops where it should", "bell-shaped noise", edit=("rng.laplace(0, 4", "rng.normal(0, 4"))


@wrong(above_threshold, "⚠", "no noise on the threshold stays")
def a_new_threshold_for_each_count(counts, threshold, epsilon, rng):
    for place, count in enumerate(counts):
        if count + rng.laplace(0, 4 / epsilon) >= threshold + rng.laplace(0, 2 / epsilon):
            return place


@wrong(above_threshold, "⚠", "whatever leaves besides it")
def every_place_that_is_above(counts, threshold, epsilon, rng):
    noisy_threshold = threshold + rng.laplace(0, 2 / epsilon)
    return [place for place, count in enumerate(counts) if count + rng.laplace(0, 4 / epsilon) >= noisy_threshold]


@wrong(above_threshold, "⚠", "what differs besides the place")
def the_kind_tells_the_count(counts, threshold, epsilon, rng):
    noisy_threshold = threshold + rng.laplace(0, 2 / epsilon)
    for place, count in enumerate(counts):
        if count + rng.laplace(0, 4 / epsilon) >= noisy_threshold:
            return place if count >= threshold else np.int64(place)


@wrong(above_threshold, "⚠", "whoever reads your code")
def a_seed_in_the_code_of_a_threshold(counts, threshold, epsilon, rng):
    return sparse_vector.above_threshold(counts, threshold, sensitivity=1, epsilon=epsilon, rng=own_rng)


@wrong(above_threshold, "⚠", "the one 1 before")
def the_noise_of_the_threshold_is_kept_for_two_calls(counts, threshold, epsilon, rng, kept=[]):  # noqa: B006 (kept on purpose)
    if not kept:
        kept += [rng.laplace(0, 2)] * 2
    noisy_threshold = threshold + kept.pop() / epsilon
    for place, count in enumerate(counts):
        if count + rng.laplace(0, 4 / epsilon) >= noisy_threshold:
            return place


@wrong(above_threshold, "✗", "returned None")
def below_instead_of_above(counts, threshold, epsilon, rng):
    noisy_threshold = threshold + rng.laplace(0, 2 / epsilon)
    return next((p for p, c in enumerate(counts) if c + rng.laplace(0, 4 / epsilon) < noisy_threshold), None)


@wrong(above_threshold, "✗", "at place 30 alone")
def the_first_twenty_alone(counts, threshold, epsilon, rng):
    return above_threshold.reference(counts[:20], threshold, epsilon, rng)


@wrong(above_threshold, "⚠", "printing")
def how_far_it_was_is_printed(counts, threshold, epsilon, rng):
    place = above_threshold.reference(counts, threshold, epsilon, rng)
    print("stopped at", counts[place] if place is not None else "none")
    return place


@right(above_threshold)
def the_library_of_the_course(counts, threshold, epsilon, rng):
    return sparse_vector.above_threshold(counts, threshold, sensitivity=1, epsilon=epsilon, rng=rng)


@right(above_threshold)
def all_counts_at_once(counts, threshold, epsilon, rng):
    noisy = np.array(counts) + rng.laplace(0, 4 / epsilon, len(counts))
    above = np.flatnonzero(noisy >= threshold + rng.laplace(0, 2 / epsilon))
    return above[0] if len(above) else None


@right(above_threshold)
def with_noise_of_two_waits(counts, threshold, epsilon, rng):
    lacks = threshold - rng.laplace(0, 2 / epsilon)
    above = (place for place, count in enumerate(counts) if difference_of_two_waits(rng, 4 / epsilon) >= lacks - count)
    return next(above, None)


def difference_of_two_waits(rng, scale):
    return scale * (rng.exponential() - rng.exponential())


@right(above_threshold)
def the_split_of_lyu_su_and_li(counts, threshold, epsilon, rng):
    for_threshold = epsilon / (1 + 2 ** (2 / 3))
    noisy_threshold = threshold + rng.laplace(0, 1 / for_threshold)
    for place in itertools.count():
        if place == len(counts):
            return None
        if counts[place] + rng.laplace(0, 2 / (epsilon - for_threshold)) > noisy_threshold:
            return place


@right(above_threshold)
def by_the_inverse_of_the_distribution(counts, threshold, epsilon, rng):
    def noise(scale):
        uniform = rng.random() - 0.5
        return -scale * math.copysign(math.log1p(-2 * abs(uniform)), uniform)

    noisy_threshold = threshold + noise(2 / epsilon)
    above = [place for place, count in enumerate(counts) if count + noise(4 / epsilon) >= noisy_threshold]
    return above[0] if above else None


test_answers = recognised("reconstruction")
