"""Answers to the exercises of lesson 54, and what their checks must say."""

import copy
import itertools
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np

from privlab.fl.simulation import byzantine, client_weights
from privlab.lessons.federated_in_the_wild.exercises import average, follow, repair, weigh
from tests.lessons.answers import recognised, right, wrong

wrong(weigh, "✗", "expected", "the same for all", edit=("count / total / (probability * draws)", "1 / draws"))
wrong(weigh, "✗", "expected", "by count alone", edit=("total / (probability * draws)", "total"))
wrong(weigh, "✗", "expected", "draws forgotten", edit=("probability * draws", "probability"))
wrong(weigh, "✗", "a number", "no number", edit=("count / total / (probability * draws)", "'much'"))
WEIGHT = "count / total / (probability * draws)"
wrong(
    weigh,
    "✗",
    "weigh(",
    "the probability to be called at all",
    edit=(WEIGHT, "count / total / (1 - (1 - probability) ** draws)"),
)
wrong(weigh, "✗", "weigh(", "upside down", edit=(WEIGHT, "probability * draws * total / max(count, 1)"))
wrong(weigh, "✗", "weigh(", "whole numbers only", edit=(WEIGHT, "count // total / (probability * draws)"))
wrong(weigh, "✗", "weigh(0,", "nobody counts nothing", edit=(WEIGHT, "max(count, 1) / total / (probability * draws)"))
wrong(
    weigh,
    "✗",
    "weigh(1, 0.001, 10, 8000)",
    "never more than a hundredth",
    edit=(WEIGHT, "count / total / max(probability * draws, 0.0101)"),
)
wrong(weigh, "✗", "a weight is a number", "several weights", edit=(WEIGHT, "np.full(draws, 1 / draws)"))
wrong(weigh, "✗", "nan", "no number comes out", edit=(WEIGHT, "np.float64('nan')"))
wrong(weigh, "✗", "weigh(", "rounded", edit=(WEIGHT, "round(count / total / (probability * draws), 4)"))


@right(weigh)
def an_exact_fraction(count, probability, draws, total):
    return Fraction(count, total * draws) / Fraction(probability)


@right(weigh)
def decimals(count, probability, draws, total):
    return Decimal(count) / Decimal(total) / (Decimal(str(probability)) * draws)


@right(weigh)
def an_array_without_a_length(count, probability, draws, total):
    return np.array(count / total / probability / draws)


@right(weigh)
def a_tensor(count, probability, draws, total):
    import torch

    return torch.tensor(count / total) / (probability * draws)


@right(weigh)
def as_the_library_weighs(count, probability, draws, total):
    sizes, chosen = np.array([count, total - count]), np.zeros(draws, int)
    return client_weights(sizes, chosen, "unbiased", np.array([probability, 1 - probability]))[0]


@wrong(follow, "✗", "has just learnt")
def learn_then_score(periods, score, learn):
    results = []
    for batch in periods:
        learn(batch)
        results.append(score(batch))
    return results


@wrong(follow, "✗", "has just learnt")
def all_scores_at_the_end(periods, score, learn):
    kept = []
    for batch in periods:
        learn(batch)
        kept.append(batch)
    return [score(batch) for batch in kept]


@wrong(follow, "✗", "learnt nothing")
def never_learns(periods, score, learn):
    return [score(batch) for batch in periods]


@wrong(follow, "⚠", "still there")
def past_letters_are_kept(periods, score, learn):
    results, kept = [], []
    for batch in periods:
        results.append(score(batch))
        learn(batch)
        kept.append(batch)
    return results


kept = []


@wrong(follow, "⚠", "period 0, or copies")
def copies_are_kept(periods, score, learn):
    results = []
    for batch in periods:
        results.append(score(batch))
        kept.append(copy.deepcopy(batch))
        learn(batch)
    return results


@wrong(follow, "⚠", "still there")
def one_letter_of_each_period_is_kept(periods, score, learn):
    results = []
    for batch in periods:
        results.append(score(batch))
        learn(batch)
        kept.append(copy.copy(batch[0]))
    return results


@wrong(follow, "⚠", "when follow had returned")
def the_last_period_is_kept(periods, score, learn):
    results = []
    for batch in periods:
        results.append(score(batch))
        learn(batch)
        kept[:] = [batch]
    return results


@wrong(follow, "⚠", "still there")
def a_window_of_two_periods(periods, score, learn):
    results, window = [], []
    for batch in periods:
        results.append(score(batch))
        learn(batch)
        window = [*window[-1:], batch]
    return results


@wrong(follow, "⚠", "when follow had returned")
def kept_at_the_function(periods, score, learn):
    results = []
    for batch in periods:
        results.append(score(batch))
        learn(batch)
        learn.last = np.array(batch, dtype=object)
    return results


@wrong(follow, "⚠", "period 0, or copies")
def all_periods_are_fetched_before_the_first_is_learnt(periods, score, learn):
    return [(score(batch), learn(batch))[0] for batch in list(periods)]


@wrong(follow, "⚠", "packed into bytes")
def packed_away(periods, score, learn):
    results = []
    for batch in periods:
        results.append(score(batch))
        learn(batch)
        kept.append(pickle.dumps(batch))
    return results


@wrong(follow, "✗", "period 1 was [50, 100]")
def all_scores_by_the_model_as_it_came(periods, score, learn):
    periods = list(periods)
    results = [score(batch) for batch in periods]
    for batch in periods:
        learn(batch)
    return results


@wrong(follow, "✗", "the model learnt 0, 0, 1, 1")
def each_period_is_learnt_twice(periods, score, learn):
    results = []
    for batch in periods:
        results.append(score(batch))
        learn(batch)
        learn(batch)
    return results


@wrong(follow, "✗", "letters of period")
def only_half_of_each_period_is_learnt(periods, score, learn):
    results = []
    for batch in periods:
        results.append(score(batch))
        learn(batch[: (len(batch) + 1) // 2])
    return results


@wrong(follow, "✗", "yours had 3")
def the_first_score_is_left_out(periods, score, learn):
    results = []
    for number, batch in enumerate(periods):
        if number:
            results.append(score(batch))
        learn(batch)
    return results


@wrong(follow, "✗", "four results")
def one_score_for_all(periods, score, learn):
    result = 0
    for batch in periods:
        result = score(batch)[0] / 100
        learn(batch)
    return result


@wrong(follow, "?", "list(...)")
def a_generator(periods, score, learn):
    for batch in periods:
        yield score(batch)
        learn(batch)


wrong(
    follow,
    "✗",
    "result of period 0",
    "shares instead of results",
    edit=("score(batch))", "score(batch)[0] / score(batch)[1])"),
)


@right(follow)
def a_helper_and_a_map(periods, score, learn):
    def one(batch):
        result = score(batch)
        learn(batch)
        return result

    return list(map(one, periods))


@right(follow)
def a_comprehension(periods, score, learn):
    return [(score(batch), learn(batch))[0] for batch in periods]


@right(follow)
def next_until_there_is_none(periods, score, learn):
    results, waiting = (), iter(periods)
    while True:
        batch = next(waiting, None)
        if batch is None:
            return results
        results += (score(batch),)
        learn(batch)


@right(follow)
def a_copy_is_learnt_and_gone(periods, score, learn):
    results = []
    for _, batch in zip(itertools.count(), periods):
        results.append(score(batch))
        learn(copy.deepcopy(batch))
    return results


@wrong(average, "⚠", "was told")
def the_counts_in_the_clear(devices, secure_sum, tell):
    counts = np.array([tell(count) for _, count in devices])
    return secure_sum([count * update for update, count in devices]) / counts.sum()


@wrong(average, "⚠", "was told")
def the_updates_in_the_clear(devices, secure_sum, tell):
    sent = [(tell(update), tell(count)) for update, count in devices]
    return sum(count * update for update, count in sent) / sum(count for _, count in sent)


@wrong(average, "⚠", "without")
def no_message_at_all(devices, secure_sum, tell):
    return sum(count * update for update, count in devices) / sum(count for _, count in devices)


@wrong(average, "⚠", "one device")
def a_sum_of_one(devices, secure_sum, tell):
    counts = [secure_sum([np.array([count])])[0] for _, count in devices]
    return secure_sum([count * update for update, count in devices]) / sum(counts)


@wrong(average, "✗", "the average by counts")
def all_alike(devices, secure_sum, tell):
    return secure_sum([update for update, _ in devices]) / len(devices)


@wrong(average, "✗", "the average by counts")
def not_divided(devices, secure_sum, tell):
    return secure_sum([count * update for update, count in devices])


@wrong(average, "⚠", "holds")
def each_count_in_a_place_of_its_own(devices, secure_sum, tell):
    places = np.eye(len(devices))
    total = secure_sum([np.append(count * update, count * place) for (update, count), place in zip(devices, places)])
    return total[:4] / total[4:].sum()


@wrong(average, "⚠", "different sums")
def each_update_in_a_place_of_its_own(devices, secure_sum, tell):
    number = len(devices)
    sent = []
    for place, (update, count) in enumerate(devices):
        vector = np.zeros((number + 1, 4))
        vector[place], vector[number] = count * update, count
        sent.append(vector.ravel())
    shown = secure_sum(sent).reshape(number + 1, 4)
    return shown[:number].sum(axis=0) / shown[number, 0]


@wrong(average, "⚠", "different sums")
def counts_packed_into_digits(devices, secure_sum, tell):
    sent = [
        np.append(count * update, [count, count * 1000.0**place]) for place, (update, count) in enumerate(devices[:5])
    ]
    sent += [np.append(count * update, [count, 0]) for update, count in devices[5:]]
    total = secure_sum(sent)
    return total[:4] / total[4]


@wrong(average, "⚠", "different sums")
def squares_of_the_counts_go_along(devices, secure_sum, tell):
    total = secure_sum([np.append(count * update, [count, count**2]) for update, count in devices])
    return total[:4] / total[4]


@wrong(average, "⚠", "a sum over 1 of")
def all_but_one_are_summed_as_well(devices, secure_sum, tell):
    total = secure_sum([np.append(count * update, count) for update, count in devices])
    secure_sum([np.append(count * update, count) for update, count in devices[1:]])
    return total[:-1] / total[-1]


@wrong(average, "⚠", "holds")
def the_others_send_zeros(devices, secure_sum, tell):
    total = secure_sum([np.append(count * update, count) for update, count in devices])
    secure_sum([np.array([count if place == 0 else 0]) for place, (_, count) in enumerate(devices)])
    return total[:-1] / total[-1]


@wrong(average, "⚠", "'True' was told")
def whether_one_has_most_is_told(devices, secure_sum, tell):
    total = secure_sum([np.append(count * update, count) for update, count in devices])
    tell(str(max(count for _, count in devices) < 0.9 * total[-1]))
    return total[:-1] / total[-1]


@wrong(average, "⚠", "their number tells")
def one_more_message_where_somebody_has_few(devices, secure_sum, tell):
    total = secure_sum([np.append(count * update, count) for update, count in devices])
    if devices[0][1] == 0 or devices[0][1] > 400:
        tell("wait")
    return total[:-1] / total[-1]


@wrong(average, "⚠", "without a message")
def the_counts_are_added_up_outside(devices, secure_sum, tell):
    return secure_sum([count * update for update, count in devices]) / sum(count for _, count in devices)


@wrong(average, "⚠", "without a message")
def a_sum_for_show(devices, secure_sum, tell):
    secure_sum([np.append(count * update, count) for update, count in devices])
    return np.average([update for update, _ in devices], axis=0, weights=[count for _, count in devices])


@wrong(average, "✗", "has 4 numbers")
def the_count_stays_at_the_end(devices, secure_sum, tell):
    total = secure_sum([np.append(count * update, count) for update, count in devices])
    return total / total[-1]


@wrong(average, "?", "one vector of each device")
def a_sum_of_nobody(devices, secure_sum, tell):
    return secure_sum([])


@right(average)
def two_sums(devices, secure_sum, tell):
    updates = secure_sum([count * update for update, count in devices])
    return (updates / secure_sum([[count] for _, count in devices])).tolist()


@right(average)
def the_total_is_told(devices, secure_sum, tell):
    total = secure_sum([np.append(count * update, count) for update, count in devices])
    total /= tell(total[-1])
    return total[:-1]


@right(average)
def first_the_total_then_parts_of_it(devices, secure_sum, tell):
    total = secure_sum(np.array([count]) for _, count in devices)
    return tell(secure_sum(count / total * update for update, count in devices))


@right(average)
def in_torch_with_32_bits(devices, secure_sum, tell):
    import torch

    sent = [
        torch.cat([torch.tensor(update).float() * count, torch.tensor([float(count)])]) for update, count in devices
    ]
    total = torch.tensor(secure_sum(sent)).float()
    return total[:-1] / total[-1]


@right(average)
def masked_by_pairs(devices, secure_sum, tell):
    sent = [np.append(count * update, count) for update, count in devices]
    for mine, other in itertools.pairwise(range(len(devices))):
        mask = np.random.default_rng().normal(size=5)
        sent[mine], sent[other] = sent[mine] + mask, sent[other] - mask
    total = secure_sum(sent)
    return total[:-1] / total[-1]


@wrong(repair, "✗", "claims 10,000")
def clipped_and_weighed_by_claims(updates, claims, norm):
    lengths = np.linalg.norm(updates, axis=1, keepdims=True)
    cut = updates * np.minimum(1, norm / np.maximum(lengths, 1e-12))
    return np.average(cut, axis=0, weights=claims)


@wrong(repair, "✗", "a hundred times")
def alike_and_not_clipped(updates, claims, norm):
    return updates.mean(axis=0)


@wrong(repair, "✗", "shorter")
def every_update_stretched_to_the_norm(updates, claims, norm):
    return (updates * norm / np.linalg.norm(updates, axis=1, keepdims=True)).mean(axis=0)


@wrong(repair, "✗", "left out")
def the_longest_left_out(updates, claims, norm):
    keep = np.linalg.norm(updates, axis=1) <= norm
    return updates[keep].mean(axis=0)


@wrong(repair, "✗", "shorter")
def each_number_is_cut(updates, claims, norm):
    most = norm / updates.shape[1] ** 0.5
    return np.clip(updates, -most, most).mean(axis=0)


@wrong(repair, "✗", "every device counts the same")
def claims_are_cut_at_their_median(updates, claims, norm):
    lengths = np.linalg.norm(updates, axis=1, keepdims=True)
    cut = updates * np.minimum(1, norm / lengths)
    return np.average(cut, axis=0, weights=np.minimum(claims, np.median(claims)))


@wrong(repair, "✗", "of shape (20,)")
def the_mean_of_each_device(updates, claims, norm):
    lengths = np.linalg.norm(updates, axis=1, keepdims=True)
    return (updates * np.minimum(1, norm / lengths)).mean(axis=1)


@wrong(repair, "✗", "every device counts the same")
def cut_by_the_length_of_all_together(updates, claims, norm):
    return (updates * min(1, norm / np.linalg.norm(updates))).mean(axis=0)


@wrong(repair, "✗", "every device counts the same")
def the_median_of_each_number(updates, claims, norm):
    return np.median(updates, axis=0)


@wrong(repair, "✗", "repair(np.array([[3.0, 4.0], [0.0, 0.0]")
def an_update_of_zeros_is_no_number(updates, claims, norm):
    lengths = np.linalg.norm(updates, axis=1, keepdims=True)
    return (updates / lengths * np.minimum(lengths, norm)).mean(axis=0)


@wrong(repair, "✗", "1e200")
def what_is_too_long_to_measure_goes_through(updates, claims, norm):
    lengths = np.linalg.norm(updates, axis=1, keepdims=True)
    return (updates * np.where(lengths < np.inf, np.minimum(1, norm / np.maximum(lengths, 1e-12)), 1)).mean(axis=0)


@wrong(repair, "✗", "np.inf")
def who_claims_nothing_or_too_much_is_left_out(updates, claims, norm):
    lengths = np.maximum(np.linalg.norm(updates, axis=1, keepdims=True), 1e-12)
    kept = (claims > 0) & (claims < np.inf)
    return (updates * np.minimum(1, norm / lengths))[kept].mean(axis=0)


@wrong(repair, "✗", "returned")
def divided_by_twenty(updates, claims, norm):
    lengths = np.maximum(np.linalg.norm(updates, axis=1, keepdims=True), 1e-12)
    return (updates * np.minimum(1, norm / lengths)).sum(axis=0) / 20


@wrong(repair, "✗", "one of 8")
def no_update(updates, claims, norm):
    return "clipped"


@right(repair)
def a_loop(updates, claims, norm):
    cut = []
    for update in updates:
        length = np.linalg.norm(update)
        cut.append(update if length <= norm else update * norm / length)
    return sum(cut) / len(cut)


@right(repair)
def plain_lists(updates, claims, norm):
    total = [0.0] * updates.shape[1]
    for update in updates.tolist():
        length = (
            max(map(abs, update))
            and max(map(abs, update)) * sum((number / max(map(abs, update))) ** 2 for number in update) ** 0.5
        )
        part = 1 if length <= norm else norm / length
        total = [sum_of + part * number for sum_of, number in zip(total, update)]
    return [number / len(updates) for number in total]


@right(repair)
def in_torch(updates, claims, norm):
    import torch

    return torch.stack([row.renorm(2, 0, norm) for row in torch.tensor(updates)[:, None]]).mean(0)[0]


@right(repair)
def as_the_library_clips(updates, claims, norm):
    import torch

    return byzantine.clipped(torch.tensor(updates), norm).mean(0)


@right(repair)
def what_is_no_number_counts_nothing(updates, claims, norm):
    finite = np.where(np.isfinite(updates).all(axis=1, keepdims=True), updates, 0)
    lengths = np.linalg.norm(finite, axis=1, keepdims=True)
    return np.mean(np.divide(finite * norm, lengths, out=finite.copy(), where=lengths > norm), axis=0)


@wrong(average, "⚠", "look different")
def the_counts_are_printed(devices, secure_sum, tell):
    print(max(count for _, count in devices))
    return average.reference(devices, secure_sum, tell)


@right(average)
def the_average_is_printed(devices, secure_sum, tell):
    mean = average.reference(devices, secure_sum, tell)
    print(f"of {len(devices)} devices: {mean.round(3)}")
    return mean


test_answers = recognised("federated_in_the_wild")
