"""Word tests beside the gap of a task, sensitivity beside a swap of pronouns, role reversal of a teacher and of its
text.
"""

import sys

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab.text.fairness import biographies, ceat, debiasing, prediction_sensitivity
from privlab.text.fairness.embeddings import contexts, glove
from privlab.text.fairness.weat import weat
from privlab.text.role_reversal import metrics
from privlab.text.role_reversal.corpus import corpus, encode
from privlab.text.role_reversal.distillation import language_model, student, train

TESTS = ("WEAT-6", "WEAT-7", "WEAT-8")
TRIALS = 3
RELABELLINGS = 100
SKEWS = (-0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4)
PLANTED = (0.0, 0.1, 0.2, 0.3, 0.4)
SENTENCES = 8_000
PROXY = dict(pronouns=False, hobbies=0.9)


def run(full=False, seed=0, trials=None):
    """The figures of lessons 62 and 63, means over `trials` seeds, 3 by default; the long form trains every kind of
    student.
    """
    trials = trials or TRIALS
    yield from _word_tests(seed, trials)
    yield from _tasks(seed, trials)
    yield from _measures(seed, trials)
    yield from _reversal(full, seed, trials)


def _word_tests(seed, trials):
    """WEAT on GloVe, which is exact; CEAT on recorded contexts, with labels drawn anew."""
    for test in TESTS:
        yield figure(test.lower().replace("-", "_"), weat(glove(), test).effect, "d")
    significant, counts = [], {test: [] for test in TESTS}
    for trial in range(trials):
        rng = np.random.default_rng((seed, trial))
        for test in TESTS:
            table = ceat.associations(contexts(), test, 1_000, rng)
            significant.append(ceat.significant(ceat.relabelled(table, RELABELLINGS, rng)).sum())
            count, ways = ceat.permutation_p(table[:200])
            counts[test].append(count / ways)
    yield figure("ceat_shuffled_significant", float(np.mean(significant)), f"of {RELABELLINGS}")
    for test, found in counts.items():
        yield figure(f"ceat_permutation_p_{test[-1]}", float(np.mean(found)), "p")


def _tasks(seed, trials):
    """One set of vectors under many skews; edits of the vectors under one; a test on the task's own text."""
    vectors = glove()
    debiased, equal = debiasing.debiased(vectors), debiasing.made_equal(vectors)
    gaps = {}
    for trial in tqdm(range(trials), "tasks", file=sys.stderr, disable=None):
        key = [seed, trial]
        for name, chosen, skew in (
            ("low", vectors, -0.4),
            ("high", vectors, 0.4),
            ("sold", vectors, 0.3),
            ("debiased", debiased, 0.3),
            ("equal", equal, 0.3),
        ):
            gaps.setdefault(name, []).append(biographies.measure(chosen, skew, key)[0])
    mean = {name: float(np.mean(found)) for name, found in gaps.items()}
    yield figure("gap_range_same_vectors", mean["high"] - mean["low"], "gap")
    yield figure("gap_change_debiased", float(np.mean(np.abs(np.subtract(gaps["sold"], gaps["debiased"])))), "gap")
    yield figure("weat7_change", weat(vectors, "WEAT-7").effect - weat(debiased, "WEAT-7").effect, "d")
    yield figure("gap_he_is_she", mean["equal"], "gap")
    own = []
    for trial in range(trials):
        for place, skew in enumerate(SKEWS):
            rng = np.random.default_rng((seed, trial, place))
            train_on, even = biographies.write(2_000, skew, rng), biographies.write(2_000, 0, rng)
            predictions, _ = biographies.read(vectors, train_on, even)
            own.append(
                (
                    weat(debiasing.of_text(train_on), debiasing.OWN_TEST).effect,
                    biographies.gap(predictions, even.occupations, even.men),
                )
            )
    yield figure("own_text_spearman", _spearman(*zip(*own)), "rank correlation")


def _measures(seed, trials):
    """Sensitivity and swap against the planted skew, with pronouns and with a proxy in their place."""
    for name, kind in (("pronouns", {}), ("proxy", PROXY)):
        rows = [
            (
                skew,
                prediction_sensitivity.measure(
                    skew, int(np.random.default_rng((seed, trial, place)).integers(2**31)), **kind
                ),
            )
            for trial in tqdm(range(trials), name, file=sys.stderr, disable=None)
            for place, skew in enumerate(PLANTED)
        ]
        skews = [skew for skew, _ in rows]
        yield figure(
            f"aps_{name}_spearman", _spearman(skews, [found["sensitivity"] for _, found in rows]), "rank correlation"
        )
        swap = [found["counterfactual"] for _, found in rows]
        if name == "pronouns":
            yield figure("counterfactual_pronouns_spearman", _spearman(skews, swap), "rank correlation")
        else:
            yield figure("counterfactual_proxy", float(max(swap)), "probability")


def _reversal(full, seed, trials):
    """Students of a biased teacher, with the text, the teacher's answers or both reversed."""
    kinds = {"base": {}, "both": dict(way="mean", augment=True)}
    if full:
        kinds |= {
            "augment": dict(augment=True),
            "mean": dict(way="mean"),
            "expmean": dict(way="expMean"),
            "max": dict(way="max"),
            "swap": dict(way="swap"),
            "augment_teacher_only": dict(augment=True, weight=1.0),
        }
    found, perplexities, generated, legitimate, gaps = {}, {}, {}, [], {}
    for trial in tqdm(range(trials), "role reversal", file=sys.stderr, disable=None):
        rng = np.random.default_rng((seed, trial, 63))
        text, unseen = encode(corpus(SENTENCES, rng)), encode(corpus(2_000, rng))
        seeds = [int(each) for each in rng.integers(2**31, size=4)]
        teacher = train(language_model(48, 96, seeds[0]), text, epochs=8, seed=seeds[1])
        for name, kind in kinds.items():
            model = student(text, seeds[2], 10, teacher, **kind)
            found.setdefault(name, []).append(metrics.disparity(model))
            perplexities.setdefault(name, []).append(metrics.perplexity(model, unseen))
            if name in ("base", "both"):
                gaps.setdefault(name, []).append(metrics.downstream_gap(model, seeds[3]))
                generated.setdefault(name, []).append(metrics.generated(model, seeds[3]))
            if name == "both":
                legitimate.append(metrics.legitimate(model))
                gaps.setdefault("even data", []).append(metrics.downstream_gap(model, seeds[3], skew=0.5))
    for name in ("base", "augment", "mean", "both", "expmean", "max", "swap", "augment_teacher_only"):
        yield figure(
            f"disparity_{name}",
            float(np.mean(found[name])) if name in found else None,
            "log ratio",
            {"base": metrics.predicted(0), "augment": metrics.predicted(0.5), "mean": metrics.predicted(0.5)}.get(name),
        )
    for name, values in generated.items():
        yield figure(f"disparity_generated_{name}", float(np.mean(values)), "log ratio")
    yield figure("perplexity_ratio", float(np.mean(np.divide(perplexities["both"], perplexities["base"]))), "ratio")
    yield figure("legitimate_log_ratio", float(np.mean(legitimate)), "log ratio")
    for name, key in (("base", "base"), ("both", "both"), ("even_data", "even data")):
        yield figure(f"downstream_gap_{name}", float(np.mean(gaps[key])), "probability")


def _spearman(first, second):
    from scipy.stats import spearmanr

    return float(spearmanr(first, second).statistic)
