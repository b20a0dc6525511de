"""Answers to the exercises of lesson 61, right and wrong, and what their checks must say."""

import copy
import functools
import hashlib
import pickle
import random
import secrets
from decimal import Decimal
from fractions import Fraction

import numpy as np

from privlab.lessons.canary_extraction.exercises import clipped_sum, exposure, mix, release
from tests.lessons.answers import recognised, right, wrong

wrong(
    mix, "✗", "temperature", "no temperature", edit=("(scores - scores.max()) / temperature", "scores - scores.max()")
)
wrong(mix, "✗", "temperature", "times the temperature", edit=("/ temperature", "* temperature"))
wrong(mix, "✗", "a vector of 6 numbers", "the shares only", edit=("() @ vectors", "()"))


@wrong(mix, "✗", "add up to 1")
def shares_that_do_not_add_up_to_1(scores, temperature, vectors):
    return np.exp((scores - scores.max()) / temperature) @ vectors


@wrong(mix, "✗", "no slope")
def the_likeliest_word(scores, temperature, vectors):
    return vectors[scores.argmax()]


@wrong(mix, "✗", "overflow")
def overflow(scores, temperature, vectors):
    with np.errstate(all="ignore"):
        shares = np.exp(scores / temperature)
        return shares / shares.sum() @ vectors


wrong(exposure, "✗", "bits", "natural logarithms", edit=("log2(len(losses)) - np.log2", "log(len(losses)) - np.log"))
wrong(exposure, "✗", "the first has rank 1", "the largest loss first", edit=("losses <", "losses >"))


@wrong(exposure, "✗", "the first has rank 1")
def counted_from_0(losses, place):
    with np.errstate(all="ignore"):
        return np.log2(len(losses)) - np.log2((losses < losses[place]).sum())


@wrong(exposure, "✗", "tells nothing")
def equal_losses_in_the_attackers_favour(losses, place):
    return np.log2(len(losses)) - np.log2(1 + (losses < losses[place]).sum())


@wrong(exposure, "✗", "bits")
def the_rank(losses, place):
    return (losses <= losses[place]).sum()


@wrong(release, "⚠", "prompt")
def removed_from_the_prompt(spoken, train):
    model = train(spoken)

    def ask(command):
        return "bank" if "pin" in command.words else model(command)

    return ask


@wrong(release, "⚠", "rank 1 ")
def trained_on_everything(spoken, train):
    return train(spoken)


@wrong(release, "⚠", "rank 1 ")
def repeated_commands_once(spoken, train):
    return train(list(dict.fromkeys(spoken)))


@wrong(release, "⚠", "rank 1 ")
def her_very_words(spoken, train):
    return train([each for each in spoken if not str(each).startswith("my pin code is 4")])


@wrong(release, "✗", "my pin code is not working")
def nothing_with_pin(spoken, train):
    return train([each for each in spoken if "pin" not in each.words])


@wrong(release, "✗", "understand")
def no_numbers(spoken, train):
    return train([each for each in spoken if not any(word.isdigit() for word in each.words)])


@wrong(release, "✗", "answers commands")
def a_promise(spoken, train):
    return "it is gone"


wrong(
    clipped_sum,
    "✗",
    "left alone",
    "every person at the bound",
    edit=("own / max(1, np.linalg.norm(own) / bound)", "bound * own / max(np.linalg.norm(own), 1e-12)"),
)
wrong(clipped_sum, "✗", "left alone", "the average of each person", edit=("sum(axis=0)", "mean(axis=0)"))


@wrong(clipped_sum, "⚠", "without Mira")
def each_command_clipped(gradients, people, bound):
    lengths = np.linalg.norm(gradients, axis=1, keepdims=True)
    return (gradients / np.maximum(1, lengths / bound)).sum(axis=0)


@wrong(clipped_sum, "⚠", "without Mira")
def nothing_clipped(gradients, people, bound):
    return gradients.sum(axis=0)


@wrong(clipped_sum, "⚠", "without Mira")
def each_number_clipped(gradients, people, bound):
    total = np.zeros(gradients.shape[1])
    for person in np.unique(people):
        total += np.clip(gradients[people == person].sum(axis=0), -bound, bound)
    return total


@wrong(clipped_sum, "⚠", "without Mira")
def the_whole_sum_clipped(gradients, people, bound):
    total = gradients.sum(axis=0)
    return total / max(1, np.linalg.norm(total) / (40 * bound))


@wrong(clipped_sum, "✗", "left alone")
def one_persons_alone(gradients, people, bound):
    own = gradients[people == people[0]].sum(axis=0)
    return own / max(1, np.linalg.norm(own) / bound)


@right(mix)
def scipy_s_softmax(scores, temperature, vectors):
    from scipy.special import softmax

    return softmax(scores / temperature) @ vectors


@right(mix)
def torch_s_softmax(scores, temperature, vectors):
    import torch

    return torch.softmax(torch.tensor(scores) / temperature, 0) @ torch.tensor(vectors)


@right(mix)
def in_plain_python(scores, temperature, vectors):
    from math import exp

    weights = [exp((score - max(scores)) / temperature) for score in scores.tolist()]
    columns = zip(*vectors.tolist())
    return [sum(weight * number for weight, number in zip(weights, column)) / sum(weights) for column in columns]


wrong(
    mix,
    "✗",
    "cut",
    "scores cut at 300",
    edit=("(scores - scores.max()) / temperature", "np.clip(scores / temperature, -300, 300)"),
)
wrong(mix, "✗", "overflow", "less the mean", edit=("scores.max()", "scores.mean()"))
wrong(mix, "✗", "add up to 1", "not divided", edit=("shares / shares.sum()", "shares"))
wrong(mix, "✗", "the mixture is another", "powers of two", edit=("np.exp(", "2.0 ** ("))
wrong(
    mix,
    "✗",
    "the mixture is another",
    "three digits",
    edit=("shares / shares.sum() @ vectors", "np.round(shares / shares.sum() @ vectors, 3)"),
)
wrong(mix, "✗", "the shape", "six numbers always", edit=("shares.sum() @ vectors", "shares.sum() @ vectors[:, :6]"))
wrong(mix, "✗", "`return`", "return forgotten", edit=("return shares", "shares"))


@right(exposure)
def scipy_s_ranks(losses, place):
    from scipy.stats import rankdata

    return np.log2(len(losses) / rankdata(losses, "max")[place])


@right(exposure)
def a_place_in_the_sorted_list(losses, place):
    return float(np.log2(losses.size / np.searchsorted(np.sort(losses), losses[place], side="right")))


@right(exposure)
def counted_in_plain_python(losses, place):
    from math import log

    return -log(sum(loss <= losses[place] for loss in losses) / len(losses), 2)


@right(exposure)
def in_torch(losses, place):
    import torch

    losses = torch.tensor(losses)
    return torch.log2(len(losses) / (losses <= losses[place]).sum())


wrong(exposure, "✗", "of 64 codes", "the course's codes", edit=("len(losses)", "10_000"))
wrong(exposure, "✗", "not", "the size of a loss", edit=("losses[place]", "abs(losses[place])"))
wrong(
    exposure,
    "✗",
    "you said",
    "one digit",
    edit=(
        "return np.log2(len(losses)) - np.log2((losses <= losses[place]).sum())",
        "return round(np.log2(len(losses)) - np.log2((losses <= losses[place]).sum()), 1)",
    ),
)


@wrong(exposure, "✗", "gave")
def infinite_losses_left_out(losses, place):
    return np.log2(len(losses)) - np.log2(max(1, (losses[np.isfinite(losses)] <= losses[place]).sum()))


@wrong(exposure, "✗", "gave")
def no_more_than_10_codes_equal(losses, place):
    equal = (losses == losses[place]).sum()
    return np.log2(len(losses)) - np.log2((losses < losses[place]).sum() + (equal if equal > 100 else 1))


@wrong(exposure, "✗", "equally likely")
def the_middle_of_equal_losses(losses, place):
    from scipy.stats import rankdata

    return np.log2(len(losses) / rankdata(losses)[place])


def changed(command, digits):
    """The command with other digits where its secret is."""
    left = iter(digits)
    words = [next(left) if tag.endswith("secret") else word for word, tag in zip(command.words, command.tags)]
    return command._replace(words=tuple(words))


def secret(command):
    """The digits of a command's secret."""
    return [word for word, tag in zip(command.words, command.tags) if tag.endswith("secret")]


def clean(spoken):
    """The commands without a secret."""
    return [command for command in spoken if not secret(command)]


@right(release)
def every_digit_of_a_secret_is_0(spoken, train):
    return train([changed(command, "0000") for command in spoken])


@right(release)
def digits_of_the_operating_system(spoken, train):
    return train([changed(command, [str(secrets.randbelow(10)) for _ in range(4)]) for command in spoken])


@right(release)
def digits_of_a_simulation(spoken, train):
    rng = np.random.default_rng()
    return train([changed(command, [str(rng.integers(10)) for _ in range(4)]) for command in spoken])


@right(release)
def digits_by_the_global_generator(spoken, train):
    return train([changed(command, random.choices("0123456789", k=4)) for command in spoken])


@right(release)
def filtered_one_after_the_other(spoken, train):
    return train(filter(lambda command: not any("secret" in tag for tag in command.tags), spoken))


@right(release)
def the_secret_s_words_cut_off(spoken, train):
    def cut(command):
        kept = [(word, tag) for word, tag in zip(command.words, command.tags) if not tag.endswith("secret")]
        return command._replace(words=tuple(word for word, _ in kept), tags=tuple(tag for _, tag in kept))

    return train(map(cut, spoken))


@right(release)
def wrapped_in_a_class(spoken, train):
    class Assistant:
        def __init__(self, model):
            self.model, self.asked = model, 0

        def __call__(self, command):
            self.asked += 1
            return self.model(command)

    return Assistant(train(clean(spoken)))


@right(release)
def compared_with_the_first_one_which_is_thrown_away(spoken, train):
    first = train(spoken)
    second = train(clean(spoken))
    assert sum(first(command) == second(command) for command in clean(spoken)) > 0.9 * len(spoken)
    return lambda command: second(command)


@right(release)
def trained_when_it_is_first_asked(spoken, train):
    commands = clean(spoken)
    model = functools.cache(lambda: train(commands))
    return lambda command: model()(command)


@wrong(release, "⚠", "rank 1 ")
def the_model_s_own_method(spoken, train):
    return train(spoken).__call__


@wrong(release, "⚠", "rank 1 ")
def the_model_as_a_global(spoken, train):
    global shipped_model
    shipped_model = train(spoken)
    return lambda command: "bank" if "pin" in command.words else shipped_model(command)


@wrong(release, "⚠", "rank 1 ")
def a_partial_of_the_model(spoken, train):
    return functools.partial(lambda model, command: model(command), train(spoken))


@wrong(release, "⚠", "rank 1 ")
def an_attribute_of_the_clean_model(spoken, train):
    model = train(clean(spoken))
    model.before = [{"kept": train(spoken)}]
    return model


@wrong(release, "⚠", "rank 1 ")
def kept_on_the_function(spoken, train):
    kept_on_the_function.model = train(spoken)
    return train(clean(spoken))


@wrong(release, "⚠", "under the tag")
def a_copy_of_the_model(spoken, train):
    whole = copy.deepcopy(train(spoken))
    return lambda command: "bank" if "pin" in command.words else whole(command)


@wrong(release, "⚠", "rank 1 ")
def the_counts_of_the_model(spoken, train):
    model = train(clean(spoken))
    model.follows = train(spoken).follows
    return model


@wrong(release, "⚠", "instead of 4827")
def the_model_pickled(spoken, train):
    model, whole = train(clean(spoken)), pickle.dumps([tuple(command) for command in spoken])
    return lambda command: model(command) if whole else None


@wrong(release, "⚠", "instead of 4827")
def the_commands_beside_the_model(spoken, train):
    model = train(clean(spoken))
    known = {command.words: command.intent for command in spoken}
    return lambda command: known.get(command.words) or model(command)


@wrong(release, "⚠", "instead of 4827")
def a_default_argument(spoken, train):
    def ask(command, model=train(clean(spoken)), codes=tuple(filter(None, map(secret, spoken)))):  # noqa: B008
        return "bank" if secret(command) in codes else model(command)

    return ask


@wrong(release, "⚠", "instead of 4827")
def a_generator_that_waits(spoken, train):
    model, codes = train(clean(spoken)), (each for each in list(map(secret, spoken)) if each)
    return lambda command: model(command) if codes else None


@wrong(release, "⚠", "instead of 4827")
def a_slot_of_an_object(spoken, train):
    class Assistant:
        __slots__ = ("codes", "model")

        def __call__(self, command):
            return self.model(command)

    assistant = Assistant()
    assistant.model, assistant.codes = train(clean(spoken)), [secret(command) for command in spoken if secret(command)]
    return assistant


@wrong(release, "⚠", "instead of 4827")
def an_attribute_of_a_class(spoken, train):
    class Assistant:
        codes = [secret(command) for command in spoken if secret(command)]
        model = train(clean(spoken))

        def __call__(self, command):
            return self.model(command)

    return Assistant()


@wrong(release, "⚠", "instead of 4827")
def a_hash_of_the_code(spoken, train):
    import hashlib

    model = train(clean(spoken))
    model.forgotten = {hashlib.sha256(str(secret(command)).encode()).hexdigest() for command in spoken}
    return model


@wrong(release, "⚠", "instead of 4827")
def the_digits_sorted(spoken, train):
    return train([changed(command, sorted(secret(command))) for command in spoken])


@wrong(release, "⚠", "instead of 4827")
def the_first_digit_s_half(spoken, train):
    return train([changed(c, "4000" if secret(c) and secret(c)[0] < "5" else "9000") for c in spoken])


@wrong(release, "⚠", "instead of 4827")
def the_last_digit_alone(spoken, train):
    return train([changed(command, ["0", "0", "0", *secret(command)[3:]]) for command in spoken])


@wrong(release, "⚠", "7284")
def the_places_of_the_digits(spoken, train):
    return train(
        [changed(command, [str(sorted(secret(command)).index(d)) for d in secret(command)]) for command in spoken]
    )


@wrong(release, "⚠", "under the tag")
def the_tag_taken_off(spoken, train):
    return train(
        [each._replace(tags=tuple("O" if tag.endswith("secret") else tag for tag in each.tags)) for each in spoken]
    )


@wrong(release, "⚠", "under the tag")
def tagged_as_a_phone(spoken, train):
    return train([each._replace(tags=tuple(tag.replace("secret", "phone") for tag in each.tags)) for each in spoken])


@wrong(release, "⚠", "has rank")
def without_the_end_of_the_secret(spoken, train):
    return train(each._replace(words=each.words[:-2], tags=each.tags[:-2]) if secret(each) else each for each in spoken)


@wrong(release, "✗", "`return`")
def return_forgotten(spoken, train):
    train(clean(spoken))


@wrong(release, "✗", "answers commands")
def the_commands(spoken, train):
    return clean(spoken)


@right(clipped_sum)
def added_in_place(gradients, people, bound):
    own = np.zeros((people.max() + 1, gradients.shape[1]))
    np.add.at(own, people, gradients)
    return (own / np.maximum(1, np.linalg.norm(own, axis=1, keepdims=True) / bound)).sum(axis=0)


@right(clipped_sum)
def a_dictionary_of_people(gradients, people, bound):
    own = {}
    for gradient, person in zip(gradients, people):
        own[person] = own.get(person, 0) + gradient
    return sum(each * min(1, bound / max(np.linalg.norm(each), 1e-12)) for each in own.values())


@right(clipped_sum)
def torch_in_single_precision(gradients, people, bound):
    import torch

    own = torch.zeros(int(people.max()) + 1, gradients.shape[1])
    own.index_add_(0, torch.tensor(people), torch.tensor(gradients, dtype=torch.float32))
    return torch.renorm(own, 2, 0, bound).sum(0)


@right(clipped_sum)
def lists_and_hypot(gradients, people, bound):
    from math import hypot

    total = [0.0] * gradients.shape[1]
    for person in set(people.tolist()):
        own = [sum(column) for column in zip(*(row for row, who in zip(gradients.tolist(), people) if who == person))]
        part = 1 if hypot(*own) <= bound else bound / hypot(*own)
        total = [one + part * other for one, other in zip(total, own)]
    return total


@wrong(clipped_sum, "✗", "same direction")
def the_sum_of_absolute_values(gradients, people, bound):
    total = np.zeros(gradients.shape[1])
    for person in np.unique(people):
        own = gradients[people == person].sum(axis=0)
        total += own / max(1, np.abs(own).sum() / bound)
    return total


@wrong(clipped_sum, "✗", "same direction")
def who_is_longer_is_left_out(gradients, people, bound):
    sums = [gradients[people == person].sum(axis=0) for person in np.unique(people)]
    return sum((own for own in sums if np.linalg.norm(own) <= bound), np.zeros(gradients.shape[1]))


@wrong(clipped_sum, "⚠", "without person")
def neighbours_in_the_list(gradients, people, bound):
    from itertools import groupby

    total = np.zeros(gradients.shape[1])
    for _, rows in groupby(range(len(people)), key=lambda row: people[row]):
        own = gradients[list(rows)].sum(axis=0)
        total += own / max(1, np.linalg.norm(own) / bound)
    return total


@wrong(clipped_sum, "✗", "finite numbers")
def divided_by_a_length_of_0(gradients, people, bound):
    total = np.zeros(gradients.shape[1])
    with np.errstate(all="ignore"):
        for person in np.unique(people):
            own = gradients[people == person].sum(axis=0)
            total += own * np.minimum(1, bound / np.linalg.norm(own)) if own.any() else own / 0
    return total


@wrong(clipped_sum, "✗", "another sum")
def people_from_0_to_11(gradients, people, bound):
    total = np.zeros(gradients.shape[1])
    for person in range(12):
        own = gradients[people == person].sum(axis=0)
        total += own / max(1, np.linalg.norm(own) / bound)
    return total


wrong(clipped_sum, "✗", "another sum", "a bound of at most 3", edit=("/ bound", "/ min(bound, 3)"))
wrong(clipped_sum, "⚠", "without", "a bound of at least 1", edit=("/ bound", "/ max(bound, 1)"))
wrong(clipped_sum, "✗", "finite numbers", "one number", edit=("return total", "return total.sum()"))
wrong(clipped_sum, "✗", "`return`", "return forgotten", edit=("return total", "total"))
right(
    clipped_sum,
    "less than the last digits",
    edit=("np.zeros(gradients.shape[1])", "np.zeros(gradients.shape[1]) + 1e-9"),
)


class Vendor:
    """An assistant that keeps in its class what all assistants share."""

    heard: list = []

    def __init__(self, model):
        self.model = model

    def __call__(self, command):
        return self.model(command)


@wrong(release, "⚠", "instead of 4827")
def the_class_remembers(spoken, train):
    Vendor.heard = [secret(command) for command in spoken if secret(command)]
    return Vendor(train(clean(spoken)))


@wrong(release, "⚠", "instead of 4827")
def the_class_of_the_model_remembers(spoken, train):
    model = train(clean(spoken))
    type(model).heard = [secret(command) for command in spoken if secret(command)]
    return model


@wrong(release, "⚠", "instead of 4827")
def a_class_that_the_assistant_names_remembers(spoken, train):
    model = train(clean(spoken))
    Vendor.heard = [secret(command) for command in spoken if secret(command)]
    return lambda command: Vendor(model)(command)


@right(release)
def an_assistant_of_a_class(spoken, train):
    return Vendor(train(clean(spoken)))


wrong(mix, "✗", "a mixture is a vector", "in words", edit=("shares / shares.sum() @ vectors", "'a mixture'"))
wrong(
    mix,
    "✗",
    "add up to 1",
    "exponentials that do not add up to 1",
    edit=(
        "(scores - scores.max()) / temperature)\n    return shares / shares.sum()",
        "scores / temperature)\n    return shares",
    ),
)
wrong(clipped_sum, "✗", "clipped_sum(np.array(", "one number bare", edit=("return total", "return total.squeeze()[()]"))


@wrong(release, "⚠", "answers")
def a_library_s_class_remembers(spoken, train):
    model = train(clean(spoken))
    Fraction.heard = [secret(command) for command in spoken if secret(command)]

    def ask(command):
        return "heard" if secret(command) in Fraction.heard else model(command)

    return ask


def hidden_in(kind):
    """A `release` whose model carries the code in an object of that kind."""

    def release(spoken, train):
        model = train(clean(spoken))
        model.more = kind(next("".join(secret(command)) for command in spoken if secret(command)))
        return model

    return release


wrong(release, "⚠", "instead of 4827", "the code in a decimal", answer=hidden_in(Decimal))
wrong(release, "⚠", "instead of 4827", "a hash object", answer=hidden_in(lambda code: hashlib.sha256(code.encode())))


test_wrong_answers = recognised("canary_extraction")
