"""Wrong answers to the exercises of lesson 41, and what their checks must say."""

import numpy as np

from privlab.lessons.membership_inference.exercises import attack, flag, forget, precision, shown
from tests.lessons.answers import recognised, wrong

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


test_wrong_answers = recognised("membership_inference")
