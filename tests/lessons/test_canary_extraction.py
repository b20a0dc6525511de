"""Wrong answers to the exercises of lesson 61, and what their checks must say."""

import numpy as np

from privlab.lessons.canary_extraction.exercises import clipped_sum, exposure, mix, release
from tests.lessons.answers import recognised, wrong

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


test_wrong_answers = recognised("canary_extraction")
