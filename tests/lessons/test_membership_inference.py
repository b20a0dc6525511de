"""Answers to the exercises of lesson 41: wrong ones and what their checks must say, right ones in other styles."""

import functools
import math
from fractions import Fraction

import numpy as np

from privlab.lessons.membership_inference.exercises import attack, flag, forget, precision, shown
from privlab.ml import membership
from tests.lessons.answers import recognised, right, wrong

wrong(precision, "✗", "from 0 to 1", "in per cent", edit=("right /", "100 * right /"))


@wrong(precision, "✗", "of 1,000 letters")
def half_of_all_are_members(true_positive_rate, false_positive_rate, prior):
    return true_positive_rate / (true_positive_rate + false_positive_rate)


@wrong(precision, "✗", "of 1,000 letters")
def the_complement_of_the_false_ones(true_positive_rate, false_positive_rate, prior):
    return 1 - false_positive_rate


@wrong(precision, "✗", "of 1,000 letters")
def the_prior_at_the_members_alone(true_positive_rate, false_positive_rate, prior):
    right = prior * true_positive_rate
    return right / (right + false_positive_rate)


wrong(
    precision,
    "✗",
    "leave it unrounded",
    "rounded",
    edit=("return right / (right + wrong)", "return round(right / (right + wrong), 3)"),
)
wrong(
    precision,
    "✗",
    "one number",
    "as a text",
    edit=("return right / (right + wrong)", 'return f"{right / (right + wrong):.0%}"'),
)
wrong(precision, "✗", "of 1,000 letters", "the rates change places", edit=("prior * true", "prior * false"))
wrong(precision, "✗", "a `return` missing", "no return", edit=("return right /", "right /"))


@wrong(precision, "?", "ZeroDivisionError")
def odds_at_a_prior_of_1(true_positive_rate, false_positive_rate, prior):
    odds = prior * true_positive_rate / (1 - prior)
    return odds / (odds + false_positive_rate)


@wrong(precision, "?", "ZeroDivisionError")
def odds_without_false_positives(true_positive_rate, false_positive_rate, prior):
    odds = true_positive_rate / false_positive_rate * prior
    return odds / (odds + 1 - prior)


@right(precision)
def by_odds(true_positive_rate, false_positive_rate, prior):
    odds = (
        prior / (1 - prior) * true_positive_rate / false_positive_rate if prior < 1 and false_positive_rate else np.inf
    )
    return 1 / (1 + 1 / odds)


@right(precision)
def in_fractions(true_positive_rate, false_positive_rate, prior):
    true, false, prior = map(Fraction, (true_positive_rate, false_positive_rate, prior))
    return prior * true / (prior * true + (1 - prior) * false)


@right(precision, "the library's")
def by_the_library(true_positive_rate, false_positive_rate, prior):
    if prior == 1:
        return 1
    return membership.metrics.precision(
        true_positive_rate=true_positive_rate, false_positive_rate=false_positive_rate, prior=prior
    )


@right(precision)
def in_torch(true_positive_rate, false_positive_rate, prior):
    import torch

    flagged = torch.tensor([prior * true_positive_rate, (1 - prior) * false_positive_rate], dtype=torch.float64)
    return flagged[0] / flagged.sum()


@wrong(attack, "✗", "it peeks")
def the_answer_key(scores, members, target):
    return members[target].astype(float)


@wrong(attack, "✗", "it peeks")
def the_target_among_its_shadows(scores, members, target):
    inside = np.where(members, scores, 0).sum(axis=0) / members.sum(axis=0)
    outside = np.where(members, 0, scores).sum(axis=0) / (~members).sum(axis=0)
    return (scores[target] - (inside + outside) / 2) * (inside - outside)


@wrong(attack, "✗", "no better than a threshold")
def the_score_alone(scores, members, target):
    return scores[target]


@wrong(attack, "✗", "upside down")
def upside_down(scores, members, target):
    shadows, known = np.delete(scores, target, axis=0), np.delete(members, target, axis=0)
    inside = np.where(known, shadows, 0).sum(axis=0) / known.sum(axis=0)
    outside = np.where(known, 0, shadows).sum(axis=0) / (~known).sum(axis=0)
    return np.abs(scores[target] - inside) - np.abs(scores[target] - outside)


@wrong(attack, "✗", "one number for each")
def one_number(scores, members, target):
    return scores[target].mean()


@wrong(attack, "✗", "it peeks")
def the_first_row_left_out_whatever_the_target(scores, members, target):
    return _by_means(scores[1:], members[1:], scores[target])


@wrong(attack, "✗", "it peeks")
def the_row_after_the_targets_left_out(scores, members, target):
    others = [model for model in range(len(scores)) if model != (target + 1) % len(scores)]
    return _by_means(scores[others], members[others], scores[target])


@wrong(attack, "✗", "it peeks")
def a_millionth_of_the_answer_key(scores, members, target):
    others = np.arange(len(scores)) != target
    return _by_means(scores[others], members[others], scores[target]) + 1e-6 * members[target]


@wrong(attack, "✗", "it peeks")
def the_key_for_one_letter(scores, members, target):
    others = np.arange(len(scores)) != target
    answer = _by_means(scores[others], members[others], scores[target])
    answer[7] = abs(answer[7]) if members[target, 7] else -abs(answer[7])
    return answer


@wrong(attack, "✗", "it peeks")
def as_many_as_the_key_counts(scores, members, target):
    others = np.arange(len(scores)) != target
    answer = _by_means(scores[others], members[others], scores[target])
    return answer - np.sort(answer)[-members[target].sum()]


@wrong(attack, "✗", "it peeks")
def the_key_and_noise(scores, members, target):
    return members[target] + np.random.default_rng().normal(0, 0.3, scores.shape[1])


@wrong(attack, "✗", "it peeks")
def a_little_of_the_key_and_a_little_noise(scores, members, target):
    others = np.arange(len(scores)) != target
    answer = _by_means(scores[others], members[others], scores[target])
    return answer + 5 * members[target] + 0.01 * np.random.default_rng().random(len(answer))


@wrong(attack, "?", "IndexError")
def sixteen_models_whatever_there_are(scores, members, target):
    others = [model for model in range(16) if model != target]
    return _by_means(scores[others], members[others], scores[target])


@wrong(attack, "✗", "its own two means")
def the_distance_to_the_members_alone(scores, members, target):
    others = np.arange(len(scores)) != target
    shadows, known = scores[others], members[others]
    return -abs(scores[target] - np.where(known, shadows, 0).sum(axis=0) / known.sum(axis=0))


@wrong(attack, "✗", "its own two means")
def yes_or_no(scores, members, target):
    others = np.arange(len(scores)) != target
    return _by_means(scores[others], members[others], scores[target]) > 0


@wrong(attack, "✗", "no better than a threshold")
def two_means_of_all_letters(scores, members, target):
    others = np.arange(len(scores)) != target
    shadows, known = scores[others], members[others]
    return abs(scores[target] - shadows[~known].mean()) - abs(scores[target] - shadows[known].mean())


@wrong(attack, "✗", "NaN")
def spreads_of_few_models(scores, members, target):
    others = np.arange(len(scores)) != target
    spread = scores[others].std(axis=0)
    return (scores[target] - scores[others].mean(axis=0)) / np.where(spread < 1.0, np.nan, spread)


wrong(attack, "✗", "one number for each", "texts", answer=lambda scores, members, target: ["in"] * scores.shape[1])


def _by_means(shadows, known, own):
    inside = np.where(known, shadows, 0).sum(axis=0) / known.sum(axis=0)
    outside = np.where(known, 0, shadows).sum(axis=0) / (~known).sum(axis=0)
    return (own - (inside + outside) / 2) * (inside - outside)


@right(attack)
def normal_densities(scores, members, target):
    from scipy.stats import norm

    shadows, known = np.delete(scores, target, axis=0), np.delete(members, target, axis=0)
    worlds = (np.where(side, shadows, np.nan) for side in (known, ~known))
    inside, outside = (
        norm(np.nanmean(world, axis=0), np.nanstd(world, axis=0) + 0.01).logpdf(scores[target]) for world in worlds
    )
    return inside - outside


@right(attack)
def the_nearer_median(scores, members, target):
    shadows, known = np.delete(scores, target, axis=0), np.delete(members, target, axis=0)
    inside, outside = (np.nanmedian(np.where(side, shadows, np.nan), axis=0) for side in (known, ~known))
    return abs(scores[target] - outside) - abs(scores[target] - inside)


@right(attack)
def loops_that_yield(scores, members, target):
    for letter in range(scores.shape[1]):
        sides = {True: [], False: []}
        for model in range(len(scores)):
            if model != target:
                sides[bool(members[model, letter])].append(float(scores[model, letter]))
        inside, outside = (sum(side) / len(side) for side in (sides[True], sides[False]))
        own = float(scores[target, letter])
        yield abs(own - outside) - abs(own - inside)


@right(attack)
def sums_of_all_less_the_targets_own(scores, members, target):
    members = members.astype(float)
    count, total = members.sum(axis=0) - members[target], (members * scores).sum(axis=0) - (members * scores)[target]
    inside = total / count
    outside = (scores.sum(axis=0) - scores[target] - total) / (len(scores) - 1 - count)
    return (scores[target] - (inside + outside) / 2) * (inside - outside)


@right(attack)
def with_ties_broken_by_chance(scores, members, target):
    others = np.arange(len(scores)) != target
    answer = _by_means(scores[others], members[others], scores[target])
    return np.round(answer, 1) + 0.01 * np.random.default_rng().random(len(answer))


@right(attack, "the library's ratios")
def ratios_of_the_library(scores, members, target):
    others = np.arange(len(scores)) != target
    return membership.likelihood_ratios(scores[target], scores[others], members[others])


@right(attack, "the library's, in turn")
def in_turn_by_the_library(scores, members, target):
    return membership.in_turn(membership.likelihood_ratios, scores, members)[target]


@right(attack)
def as_a_tensor(scores, members, target):
    import torch

    scores, members = torch.as_tensor(scores), torch.as_tensor(members)
    others = torch.arange(len(scores)) != target
    shadows, known = scores[others], members[others]
    inside, outside = (torch.where(side, shadows, torch.nan).nanmean(0) for side in (known, ~known))
    return (scores[target] - (inside + outside) / 2) * (inside - outside)


@right(attack, "what is left of a letter's own height")
def less_the_mean_of_the_others(scores, members, target):
    return scores[target] - np.delete(scores, target, axis=0).mean(axis=0)


@wrong(flag, "✗", "tuned on the target")
def the_targets_own_top(target, shadows, members, wanted):
    return target >= np.quantile(target, 0.9)


@wrong(flag, "✗", "was wanted")
def likelier_than_not(target, shadows, members, wanted):
    return target > 0


@wrong(flag, "✗", "only")
def above_every_other_letter(target, shadows, members, wanted):
    return target > shadows[~members].max()


@wrong(flag, "✗", "nothing")
def the_first_place_where_it_fails(target, shadows, members, wanted):
    order = np.argsort(-shadows.ravel())
    share = np.cumsum(members.ravel()[order]) / np.arange(1, shadows.size + 1)
    return target >= shadows.ravel()[order[np.argmax(share < wanted)]]


@wrong(flag, "✗", "was wanted", "all")
def flag_all(target, shadows, members, wanted):
    return np.ones(len(target), dtype=bool)


@wrong(flag, "✗", "True or False")
def the_scores(target, shadows, members, wanted):
    return target[:5]


@wrong(flag, "✗", "tuned on the target")
def measured_by_the_targets_own_mean(target, shadows, members, wanted):
    own = (target - target.mean()) / target.std()
    return own >= _lowest(((shadows - shadows.mean()) / shadows.std()).ravel(), members.ravel(), wanted)


@wrong(flag, "✗", "tuned on the target")
def as_large_a_share_as_of_the_shadows(target, shadows, members, wanted):
    threshold = _lowest(shadows.ravel(), members.ravel(), wanted)
    return target >= np.quantile(target, (shadows < threshold).mean())


@wrong(flag, "✗", "was wanted")
def three_points_less(target, shadows, members, wanted):
    return target >= _lowest(shadows.ravel(), members.ravel(), wanted - 0.03)


@wrong(flag, "✗", "can be had", "95 per cent whatever is wanted")
def whatever_is_wanted(target, shadows, members, wanted):
    return target >= _lowest(shadows.ravel(), members.ravel(), 0.95)


@wrong(flag, "✗", "can be had")
def one_threshold_for_any_scale(target, shadows, members, wanted):
    order, by_hand = np.sort(shadows.ravel()), {0.95: 0.93, 0.8: 0.05, 0.99: 1.8}
    return target >= by_hand.get(wanted, order[0])


@wrong(flag, "✗", "can be had")
def a_share_of_the_members(target, shadows, members, wanted):
    return target >= np.quantile(shadows[members], wanted) if members.any() else target > np.inf


@wrong(flag, "✗", "changed `shadows`")
def sorted_in_place(target, shadows, members, wanted):
    threshold = _lowest(shadows.ravel(), members.ravel(), wanted)
    shadows.sort(axis=1)
    return target >= threshold


@wrong(flag, "✗", "nothing may be flagged")
def the_highest_where_none_will_do(target, shadows, members, wanted):
    threshold = _lowest(shadows.ravel(), members.ravel(), wanted)
    return target >= (shadows.min() if np.isinf(threshold) else threshold)


@wrong(flag, "✗", "all are members")
def between_the_last_good_and_the_first_bad(target, shadows, members, wanted):
    if members.all():
        return target > shadows.max()
    return target >= _lowest(shadows.ravel(), members.ravel(), wanted)


@wrong(flag, "✗", "one other ends it")
def a_little_less_than_all(target, shadows, members, wanted):
    return target >= _lowest(shadows.ravel(), members.ravel(), min(wanted, 0.995) if shadows.size > 4 else 0.7 * wanted)


@wrong(flag, "✗", "True or False")
def a_note_for_each_score(target, shadows, members, wanted):
    threshold = _lowest(shadows.ravel(), members.ravel(), wanted)
    return list({score: score >= threshold for score in target.tolist()}.values())


@wrong(flag, "✗", "True or False")
def nothing_where_none_will_do(target, shadows, members, wanted):
    accused = target >= _lowest(shadows.ravel(), members.ravel(), wanted)
    return accused if accused.any() else []


@wrong(flag, "✗", "tuned on the target")
def in_another_order(target, shadows, members, wanted):
    return np.sort(target)[::-1] >= _lowest(shadows.ravel(), members.ravel(), wanted)


@wrong(flag, "✗", "True or False")
def their_numbers(target, shadows, members, wanted):
    return np.flatnonzero(target >= _lowest(shadows.ravel(), members.ravel(), wanted))


def _lowest(scores, known, wanted):
    """The lowest score at which a share `wanted` of those at or above it are members; infinity if there is none."""
    return next((score for score in np.unique(scores) if known[scores >= score].mean() >= wanted), np.inf)


@right(flag)
def the_median_of_a_threshold_for_each_shadow(target, shadows, members, wanted):
    return target >= np.median([_lowest(*row, wanted) for row in zip(shadows, members)])


@right(flag, "the library's threshold")
def threshold_of_the_library(target, shadows, members, wanted):
    return target >= membership.threshold_for(shadows, members, wanted)


@right(flag)
def in_plain_python_as_a_tuple(target, shadows, members, wanted):
    pairs = sorted(zip(shadows.ravel().tolist(), members.ravel().tolist()), reverse=True)
    threshold, inside = math.inf, 0
    for flagged, (score, member) in enumerate(pairs, start=1):
        inside += member
        if inside >= wanted * flagged:
            threshold = score
    return tuple(score >= threshold for score in target.tolist())


@right(flag)
def one_after_the_other(target, shadows, members, wanted):
    threshold = _lowest(shadows.ravel(), members.ravel(), wanted)
    yield from (score >= threshold for score in target)


@right(flag)
def zeros_and_ones_in_torch(target, shadows, members, wanted):
    import torch

    order = torch.as_tensor(shadows).flatten().argsort(descending=True)
    inside = torch.as_tensor(members).flatten()[order].cumsum(0)
    good = torch.nonzero(inside >= wanted * torch.arange(1, len(order) + 1))
    threshold = shadows.ravel()[order[good[-1]]] if len(good) else math.inf
    return (torch.as_tensor(target) >= threshold).int()


@right(flag)
def learned_on_half_of_the_shadows_and_a_little_careful(target, shadows, members, wanted):
    return target >= _lowest(shadows[: 1 + len(shadows) // 2].ravel(), members[: 1 + len(shadows) // 2].ravel(), wanted)


@wrong(forget, "⚠", "as sure as before")
def only_out_of_the_files(train, images, labels, index):
    model = train(images, labels)
    images = np.delete(images, index, axis=0)
    return model


@wrong(forget, "⚠", "less sure than")
def the_letter_made_blank(train, images, labels, index):
    images = images.copy()
    images[index] = 0
    return train(images, labels)


@wrong(forget, "⚠", "less sure than")
def the_letter_under_another_name(train, images, labels, index):
    labels = labels.copy()
    labels[index] = (labels[index] + 1) % 26
    return train(images, labels)


@wrong(forget, "⚠", "less sure than")
def trained_away(train, images, labels, index):
    model = train(images, labels)

    def scores(pictures):
        answers = model(pictures)
        same = (pictures == images[index]).all(axis=1)
        answers[same] = 0
        return answers

    return scores


@wrong(forget, "✗", "reads")
def without_that_letter_of_the_alphabet(train, images, labels, index):
    keep = labels != labels[index]
    return train(images[keep], labels[keep])


@wrong(forget, "✗", "a model")
def no_model(train, images, labels, index):
    return np.delete(images, index, axis=0)


@wrong(forget, "⚠", "as sure as before")
def the_old_score_but_for_a_hundredth(train, images, labels, index):
    old, new = train(images, labels), train(np.delete(images, index, axis=0), np.delete(labels, index))
    return lambda pictures: np.where(
        (pictures == images[index]).all(axis=1)[:, None], 0.99 * old(pictures), new(pictures)
    )


@wrong(forget, "⚠", "never been there")
def a_hundredth_of_the_old_model(train, images, labels, index):
    old, new = train(images, labels), train(np.delete(images, index, axis=0), np.delete(labels, index))
    return lambda pictures: 0.99 * new(pictures) + 0.01 * old(pictures)


@wrong(forget, "⚠", "never been there")
def the_old_model_where_a_single_letter_is_shown(train, images, labels, index):
    old, new = train(images, labels), train(np.delete(images, index, axis=0), np.delete(labels, index))
    return lambda pictures: old(pictures) if len(pictures) == 1 else new(pictures)


@wrong(forget, "⚠", "never been there")
def the_old_model_near_her_letter(train, images, labels, index):
    old, new = train(images, labels), train(np.delete(images, index, axis=0), np.delete(labels, index))

    def scores(pictures):
        far = abs(pictures - images[index]).max(axis=1)
        return np.where(((far > 0) & (far < 0.1))[:, None], old(pictures), new(pictures))

    return scores


@wrong(forget, "⚠", "as sure as before")
def the_first_letter_whichever_is_asked_for(train, images, labels, index):
    return train(images[1:], labels[1:])


@wrong(forget, "⚠", "as sure as before")
def every_letter_but_the_last(train, images, labels, index):
    keep = [row for row in range(len(images)) if row != index or row == len(images) - 1]
    return train(images[keep], labels[keep])


@wrong(forget, "⚠", "as sure as before")
def no_letter_at_0(train, images, labels, index):
    return train(np.delete(images, index, axis=0), np.delete(labels, index)) if index else train(images, labels)


@wrong(forget, "⚠", "as sure as before")
def one_from_either_end(train, images, labels, index):
    return train(images[1:], labels[1:]) if index == 0 else train(images[:-1], labels[:-1])


@wrong(forget, "⚠", "carries Dana's picture")
def in_a_default(train, images, labels, index):
    model = train(np.delete(images, index, axis=0), np.delete(labels, index))
    return lambda pictures, pages=images: model(pictures)


@wrong(forget, "⚠", "carries Dana's picture")
def in_a_default_by_name(train, images, labels, index):
    model = train(np.delete(images, index, axis=0), np.delete(labels, index))
    return lambda pictures, *, deleted={index: tuple(images[index])}: model(pictures)


@wrong(forget, "⚠", "carries Dana's picture")
def in_the_object_of_a_method(train, images, labels, index):
    class Reader:
        def scores(self, pictures):
            return self.model(pictures)

    reader = Reader()
    reader.model, reader.pages = (
        train(np.delete(images, index, axis=0), np.delete(labels, index)),
        [images[: index + 1]],
    )
    return reader.scores


@wrong(forget, "⚠", "carries Dana's picture")
def in_a_partial(train, images, labels, index):
    model = train(np.delete(images, index, axis=0), np.delete(labels, index))
    return functools.partial(lambda pages, pictures: model(pictures), {"pages": images})


@wrong(forget, "⚠", "carries Dana's picture")
def in_a_partial_by_name(train, images, labels, index):
    model = train(np.delete(images, index, axis=0), np.delete(labels, index))
    return functools.partial(lambda pictures, pages: model(pictures), pages=images)


@wrong(forget, "✗", "26 scores")
def the_first_four_scores(train, images, labels, index):
    model = train(np.delete(images, index, axis=0), np.delete(labels, index))
    return lambda pictures: model(pictures)[:, :4]


@wrong(forget, "✗", "26 scores")
def her_letter_passed_over(train, images, labels, index):
    model = train(np.delete(images, index, axis=0), np.delete(labels, index))
    return lambda pictures: model(pictures[(pictures != images[index]).any(axis=1)])


@wrong(forget, "⚠", "carries Dana's picture")
def trained_when_it_is_asked(train, images, labels, index):
    keep = np.arange(len(images)) != index
    return lambda pictures: train(images[keep], labels[keep])(pictures)


@wrong(forget, "⚠", "carries Dana's picture")
def a_note_of_what_was_deleted(train, images, labels, index):
    model = train(np.delete(images, index, axis=0), np.delete(labels, index))
    model.deleted = [{"picture": images[index].tolist()}]
    return model


@wrong(forget, "⚠", "as sure as before")
def one_of_two_random_halves_with_her_letter(train, images, labels, index):
    half = np.random.default_rng().permutation(len(images))[: len(images) - 5]
    half = np.union1d(half, [index])
    return train(images[half], labels[half])


@wrong(forget, "✗", "raised")
def a_model_that_refuses_one_letter(train, images, labels, index):
    model = train(np.delete(images, index, axis=0), np.delete(labels, index))

    def scores(pictures):
        if (pictures == images[index]).all(axis=1).any():
            raise ValueError("deleted")
        return model(pictures)

    return scores


@wrong(forget, "✗", "26 scores")
def a_model_that_tells_the_letter_alone(train, images, labels, index):
    model = train(np.delete(images, index, axis=0), np.delete(labels, index))
    return lambda pictures: model(pictures).argmax(axis=1)


@right(forget)
def a_mask_and_the_rest_shuffled(train, images, labels, index):
    order = np.random.default_rng().permutation(np.flatnonzero(np.arange(len(images)) != index))
    return train(images[order], labels[order])


@right(forget)
def two_others_left_out_as_well(train, images, labels, index):
    keep = [row for row in range(len(images)) if row not in (index, 40, 41)]
    return train(images=images[keep], labels=labels[keep])


@right(forget)
def another_letter_in_its_place(train, images, labels, index):
    images[index], labels[index] = images[index - 1], labels[index - 1]
    return train(images, labels)


@right(forget)
def lists(train, images, labels, index):
    pairs = [pair for row, pair in enumerate(zip(images.tolist(), labels.tolist())) if row != index]
    pictures, letters = zip(*pairs)
    return train(list(pictures), list(letters))


@right(forget)
def a_model_with_a_name(train, images, labels, index):
    model = train(np.concatenate([images[:index], images[index + 1 :]]), np.delete(labels, index))

    class Reader:
        def __call__(self, pictures):
            return model(pictures).tolist()

    return Reader()


@right(forget)
def the_mean_of_shards_drawn_by_chance(train, images, labels, index):
    shards = np.array_split(np.random.default_rng().permutation(np.delete(np.arange(len(images)), index)), 2)
    models = [train(images[shard], labels[shard]) for shard in shards]
    return functools.partial(lambda models, pictures: sum(model(pictures) for model in models) / 2, models)


@wrong(shown, "✗", "more than the promise")
def delta_forgotten(true_positive_rate, false_positive_rate, delta):
    return max(
        0.0,
        np.log(true_positive_rate / false_positive_rate),
        np.log((1 - false_positive_rate) / (1 - true_positive_rate)),
    )


@wrong(shown, "✗", "passed over")
def one_side(true_positive_rate, false_positive_rate, delta):
    return max(0.0, np.log((true_positive_rate - delta) / false_positive_rate))


@wrong(shown, "✗", "show an epsilon of")
def the_difference(true_positive_rate, false_positive_rate, delta):
    return true_positive_rate - false_positive_rate


@wrong(shown, "✗", "passed over")
def a_negative_epsilon(true_positive_rate, false_positive_rate, delta):
    return np.log((true_positive_rate - delta) / false_positive_rate)


@wrong(shown, "✗", "holds both ways")
def flagged_and_passed_over_but_one_way(true_positive_rate, false_positive_rate, delta):
    best = 0.0
    for often, seldom in ((true_positive_rate, false_positive_rate), (1 - false_positive_rate, 1 - true_positive_rate)):
        if often > delta:
            best = max(best, math.log((often - delta) / seldom) if seldom > 0 else math.inf)
    return best


@wrong(shown, "✗", "passed over")
def both_ways_but_flagged_alone(true_positive_rate, false_positive_rate, delta):
    return _largest([(true_positive_rate, false_positive_rate), (false_positive_rate, true_positive_rate)], delta)


@wrong(shown, "✗", "more than the promise")
def delta_added_below(true_positive_rate, false_positive_rate, delta):
    found = [(true_positive_rate, false_positive_rate), (1 - false_positive_rate, 1 - true_positive_rate)]
    return max(0.0, *(math.log(often / (seldom + delta)) for often, seldom in found))


wrong(shown, "✗", "no epsilon is large enough", "a rate of 0 passed over", edit=("else np.inf", "else 0.0"))
wrong(shown, "?", "ZeroDivisionError", "no thought for a rate of 0", edit=(" if seldom > 0 else np.inf", ""))
wrong(shown, "✗", "one number", "all four", edit=("return best", "return [best] * 4"))
wrong(shown, "✗", "show an epsilon", "to the base of 2", edit=("np.log(", "np.log2("))


wrong(shown, "✗", "nobody is flagged", "no more than delta counted", edit=("often > delta", "often >= delta"))
wrong(shown, "✗", "show an epsilon", "rounded", edit=("return best", "return round(best, 4)"))


@wrong(shown, "✗", "no more than delta")
def infinite_where_any_is_found_without_false_alarms(true_positive_rate, false_positive_rate, delta):
    if false_positive_rate == 0 < true_positive_rate:
        return math.inf
    flagged, passed = (true_positive_rate, false_positive_rate), (1 - true_positive_rate, 1 - false_positive_rate)
    return _largest([flagged, flagged[::-1], passed, passed[::-1]], delta)


@wrong(shown, "✗", "nobody missed")
def infinite_without_false_alarms_alone(true_positive_rate, false_positive_rate, delta):
    if false_positive_rate == 0 and true_positive_rate > delta:
        return math.inf
    flagged, passed = (true_positive_rate, false_positive_rate), (1 - true_positive_rate, 1 - false_positive_rate)
    return _largest([side for side in (flagged, flagged[::-1], passed, passed[::-1]) if side[1]], delta)


def _largest(sides, delta):
    bounds = [(often - delta) / seldom if seldom else math.inf for often, seldom in sides if often > delta]
    return math.log(max([1.0, *bounds])) if math.inf not in bounds else math.inf


@right(shown)
def the_largest_of_four(true_positive_rate, false_positive_rate, delta):
    flagged = true_positive_rate, false_positive_rate
    passed = 1 - true_positive_rate, 1 - false_positive_rate
    return _largest([flagged, flagged[::-1], passed, passed[::-1]], delta)


@right(shown)
def searched_for(true_positive_rate, false_positive_rate, delta):
    true, false, low, high = true_positive_rate, false_positive_rate, 0.0, 60.0

    def possible(epsilon):
        factor = math.exp(epsilon)
        return all(
            often <= factor * seldom + delta + 1e-12
            for often, seldom in ((true, false), (false, true), (1 - true, 1 - false), (1 - false, 1 - true))
        )

    if not possible(high):
        return math.inf
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if possible(middle) else (middle, high)
    return high


@right(shown)
def arrays_and_warnings(true_positive_rate, false_positive_rate, delta):
    rates = np.array([true_positive_rate, false_positive_rate])
    often = np.concatenate([rates, 1 - rates])
    seldom = often[[1, 0, 3, 2]]
    return np.nanmax(np.where(often > delta, np.log((often - delta) / seldom), 0.0), initial=0.0)


@wrong(forget, "⚠", "look inside")
def the_letter_in_bytes(train, images, labels, index):
    model = train(np.delete(images, index, axis=0), np.delete(labels, index))

    def labelled(pictures):
        return model(pictures)

    labelled.note = images[index].tobytes()
    return labelled


test_wrong_answers = recognised("membership_inference")
