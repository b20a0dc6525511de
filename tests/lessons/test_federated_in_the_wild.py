"""Wrong answers to the exercises of lesson 54, and what their checks must say."""

import numpy as np

from privlab.lessons.federated_in_the_wild.exercises import average, follow, repair, weigh
from tests.lessons.answers import recognised, wrong

wrong(weigh, "✗", "expected", "the same for all", edit=("count / total / (probability * draws)", "1 / draws"))
wrong(weigh, "✗", "expected", "by count alone", edit=("total / (probability * draws)", "total"))
wrong(weigh, "✗", "expected", "draws forgotten", edit=("probability * draws", "probability"))
wrong(weigh, "✗", "a number", "no number", edit=("count / total / (probability * draws)", "'much'"))


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


test_wrong_answers = recognised("federated_in_the_wild")
