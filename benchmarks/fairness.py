"""Word tests beside the gap of a task, sensitivity beside a swap of pronouns, role reversal of a teacher and of its
text.
"""

import sys

import numpy as np
from tqdm import tqdm

from benchmarks import figure
from privlab.device import device, one_thread
from privlab.text.fairness import biographies, ceat, debiasing, prediction_sensitivity, weat
from privlab.text.fairness.embeddings import contexts, glove
from privlab.text.role_reversal import metrics
from privlab.text.role_reversal.corpus import LENGTH, NUMBER, PAIRS, PROFESSIONS, SHARES, encode, sentences
from privlab.text.role_reversal.distillation import language_model, student, train

TESTS = ("WEAT-6", "WEAT-7", "WEAT-8")
TRIALS = 3
RELABELLINGS = 100
SKEWS = (-0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4)
PLANTED = (0.0, 0.1, 0.2, 0.3, 0.4)
SENTENCES = 8_000
EVEN = {"base": 0, "augment": 0.5, "mean": 0.5}  # the even part of what a kind of student learns from
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
        yield figure(test.lower().replace("-", "_"), weat.measure(glove(), test).effect, "d")
    significant, counts = [], {test: [] for test in TESTS}
    for trial in range(trials):
        rng = np.random.default_rng((seed, trial))
        for test in TESTS:
            table = ceat.associations(contexts(), test, 1_000, rng)
            labels = rng.permuted(np.tile(np.arange(16) < 8, (RELABELLINGS, 1)), axis=1)
            significant.append(ceat.significant(ceat.pooled(table, labels)).sum())
            count, ways = ceat.permutation_p(table[:200])
            counts[test].append(count / ways)
    yield figure("ceat_shuffled_significant", float(np.mean(significant)), f"of {RELABELLINGS}")
    for test, shares in counts.items():
        yield figure(f"ceat_permutation_p_{test[-1]}", float(np.mean(shares)), "p")


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
            gaps.setdefault(name, []).append(biographies.measure(chosen, skew, seed=key)[0])
    mean = {name: float(np.mean(of_kind)) for name, of_kind in gaps.items()}
    yield figure("gap_range_same_vectors", mean["high"] - mean["low"], "gap")
    yield figure("gap_change_debiased", float(np.mean(np.abs(np.subtract(gaps["sold"], gaps["debiased"])))), "gap")
    yield figure("weat7_change", weat.measure(vectors, "WEAT-7").effect - weat.measure(debiased, "WEAT-7").effect, "d")
    yield figure("gap_he_is_she", mean["equal"], "gap")
    own = []
    for trial in range(trials):
        for number, skew in enumerate(SKEWS):
            rng = np.random.default_rng((seed, trial, number))
            train_on, even = biographies.write(2_000, skew, rng), biographies.write(2_000, 0, rng)
            predictions, _ = biographies.read(vectors, train=train_on, test=even)
            own.append(
                (
                    weat.measure(debiasing.of_text(train_on), debiasing.OWN_TEST).effect,
                    biographies.gap(predictions, even.occupations, even.men),
                )
            )
    yield figure("own_text_spearman", _spearman(*zip(*own)), "rank correlation")


def _measures(seed, trials):
    """Sensitivity and swap against the planted skew, with pronouns and with a proxy in their place."""
    for name, kind in (("pronouns", {}), ("proxy", PROXY)):
        rows = []
        for trial in tqdm(range(trials), name, file=sys.stderr, disable=None):
            for number, skew in enumerate(PLANTED):
                drawn = int(np.random.default_rng((seed, trial, number)).integers(2**31))
                rows.append((skew, prediction_sensitivity.measure(skew, seed=drawn, **kind)))
        skews = [skew for skew, _ in rows]
        sensitivities = [measured["prediction_sensitivity"] for _, measured in rows]
        yield figure(f"aps_{name}_spearman", _spearman(skews, sensitivities), "rank correlation")
        swap = [measured["counterfactual"] for _, measured in rows]
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
    disparities, perplexities, generated, legitimate, gaps = {}, {}, {}, [], {}
    for trial in tqdm(range(trials), "role reversal", file=sys.stderr, disable=None):
        rng = np.random.default_rng((seed, trial, 63))
        text, unseen = encode(sentences(SENTENCES, rng)), encode(sentences(2_000, rng))
        seeds = rng.integers(2**31, size=4).tolist()
        teacher = language_model(embedding=48, hidden=96, seed=seeds[0])
        train(teacher, text, epochs=8, seed=seeds[1])
        for name, kind in kinds.items():
            model = student(text, seed=seeds[2], epochs=10, teacher=teacher, **kind)
            disparities.setdefault(name, []).append(metrics.disparity(model))
            perplexities.setdefault(name, []).append(metrics.perplexity(model, unseen))
            if name in ("base", "both"):
                gaps.setdefault(name, []).append(metrics.downstream_gap(model, seed=seeds[3]))
                generated.setdefault(name, []).append(generated_disparity(model, seeds[3]))
            if name == "both":
                legitimate.append(metrics.legitimate(model))
                gaps.setdefault("even data", []).append(metrics.downstream_gap(model, seed=seeds[3], skew=0.5))
    for name in ("base", "augment", "mean", "both", "expmean", "max", "swap", "augment_teacher_only"):
        yield figure(
            f"disparity_{name}",
            float(np.mean(disparities[name])) if name in disparities else None,
            "log ratio",
            metrics.predicted_disparity(SHARES, EVEN[name]) if name in EVEN else None,
        )
    for name, values in generated.items():
        yield figure(f"disparity_generated_{name}", float(np.mean(values)), "log ratio")
    yield figure("perplexity_ratio", float(np.mean(np.divide(perplexities["both"], perplexities["base"]))), "ratio")
    yield figure("legitimate_log_ratio", float(np.mean(legitimate)), "log ratio")
    for name, key in (("base", "base"), ("both", "both"), ("even_data", "even data")):
        yield figure(f"downstream_gap_{name}", float(np.mean(gaps[key])), "probability")


def generated_disparity(model, seed, continuations=150):
    """The disparity in open generation, float: mean |log| of sentences with male over those with female words.

    continuations : so many of "the PROFESSION" are sampled; half a sentence is added to both counts.
    """
    import torch

    order = torch.Generator().manual_seed(seed)
    start = encode([f"the {word}" for word in PROFESSIONS])[:, :3].repeat(continuations, axis=0)
    x = torch.tensor(start, device=device())
    with torch.no_grad(), one_thread():
        for _ in range(LENGTH - 3):
            probabilities = model(x)[:, -1].softmax(dim=-1).cpu()
            x = torch.cat([x, torch.multinomial(probabilities, 1, generator=order).to(x.device)], dim=1)
    said = x.cpu().numpy().reshape(len(PROFESSIONS), continuations, LENGTH)
    his, hers = (np.isin(said, [NUMBER[pair[side]] for pair in PAIRS]).any(axis=2).sum(axis=1) for side in (0, 1))
    return float(np.abs(np.log((his + 0.5) / (hers + 0.5))).mean())


def _spearman(first, second):
    from scipy.stats import spearmanr

    return float(spearmanr(first, second).statistic)
