# %% [markdown]
# # Fair words and unfair answers
#
# **You will be able to** test word vectors for an association and say how sure the test may be, measure how unequally a
# classifier treats people, show when the two have nothing to do with each other, repair what a task learns, and compare
# two ways of looking for bias in one answer.
#
# About 80 minutes. Before it: [00 Start here](00_start_here.ipynb). Source: the article *Advances in trustworthy
# machine learning at Alexa AI*, and three papers of which it tells (below). Their data were not to be had: we test
# their claims in the small and reproduce none of their figures.

# %%
from privlab.lab import *
from privlab import text
from privlab.lessons import measuring_fairness as this

rng = start("62_measuring_fairness", seed=62)

# %% [markdown]
# ## 1. Words between two groups
#
# Ines runs a job board. A program reads biographies and proposes jobs. It knows words as **vectors**, 50 numbers each,
# learned by GloVe from an encyclopedia and newspapers. Before she buys, she asks the vendor: do your vectors think that
# science is for men?
#
# > The **association** of a word is its mean cosine to the words of group A, less that to the words of group B.
#
# Four words, with *he* alone for A and *she* alone for B:

# %%
vectors = text.fairness.glove()
words = ["engineer", "programmer", "nurse", "dancer"]
nearer = text.fairness.association(vectors.of(words), vectors.of(["he"]), vectors.of(["she"]))
print("  ".join(f"{word} {number:+.2f}" for word, number in zip(words, nearer)))

# %% [markdown]
# The engineer is nearer to *he*, the dancer to *she*. The last line of the code is the definition: vectors of length 1
# are multiplied, which gives their cosines, and the two means are subtracted.

# %%
source(text.fairness.association)

# %% [markdown]
# Four words may be chance, so there is a test with lists fixed beforehand:
#
# > **WEAT** (Caliskan, Bryson and Narayanan 2017). Two lists of target words, X and Y, two of attributes, A and B. The
# > effect size is
# > $$d = \frac{\text{mean of X's associations} - \text{mean of Y's}}{\text{standard deviation of all of them}}.$$
# > Its p value: forget who was X and who Y, relabel in every possible way, count how often the difference is as large.
#
# WEAT-6 sets men's names against women's, between career and family; 7 mathematics and 8 science against the arts,
# between men and women. As a control there are four lists of eight words, drawn at random.
#
# > **Predict.** How large will $d$ be for the words drawn at random, its sign aside?

# %%
predict("measuring_fairness.d_at_random")

# %%
lists = {name: text.fairness.TESTS[name] for name in ("WEAT-6", "WEAT-7", "WEAT-8")}
lists["at random"] = rng.choice(vectors.words, (4, 8), replace=False).tolist()
results = {name: text.fairness.weat.measure(vectors, four) for name, four in lists.items()}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
explore(this.draw_words, alt="Sixteen words from left to right by their association: in "
        "WEAT-6 to 8 the words of X lie right, those of Y left; at random they are mixed",
        size=(7.5, 4.6), test=choice(list(lists), "WEAT-8"),
        fixed=dict(results=results, words={name: four[:2] for name, four in lists.items()}))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("measuring_fairness.d_at_random", abs(results["at random"].effect))

# %% [markdown]
# In WEAT-6 every man's name lies right of every woman's: of 12,870 ways to label sixteen names, no other has so large a
# difference. That is the least p value there can be. The differences of cosines are small all the same. $d$ counts in
# standard deviations: two lists whose words each lie close together get a large $d$, however small the difference is.
# So look at both. And one draw at random says little; here are 200:

# %%
lots = [rng.choice(vectors.words, (4, 8), replace=False).tolist() for _ in range(200)]
drawn = np.array([text.fairness.weat.measure(vectors, lot).effect for lot in lots])
claim("of 200 tests with words at random at most 5 have |d| above 1.2",
      (np.abs(drawn) > 1.2).sum() <= 5)

# %% [markdown]
# ### Your turn
#
# Write `p_value(x, y)`: the share of all ways to relabel in which the difference (X's mean less Y's) is at least as
# large as with the labels as they are. `x` and `y` are arrays of associations, of equal length.

# %% exercise="measuring_fairness.p_value"

# %%
check("measuring_fairness.p_value", p_value)

# %% [markdown]
# You can now test word vectors for an association, and say how sure the test is.
#
# ## 2. A thousand draws of sixteen words
#
# A modern model gives a word another vector in each sentence. Which one should be tested?
#
# > **CEAT** (Guo and Caliskan 2021). Draw a sentence for each word and take $d$. Do that $N$ times, and pool the $N$
# > effects as a doctor pools $N$ studies, each weighted by one over its variance. With many studies the p value becomes
# > very small.
#
# Ours are recorded: 79 words in eight plain sentences each, as the model MiniLM sees them. (Natural sentences were not
# to be had; eight templates are little.)

# %%
contexts, ceat = text.fairness.contexts(), text.fairness.ceat
tables = {name: ceat.associations(contexts, name, 1_000, rng)
          for name in ("WEAT-6", "WEAT-7", "WEAT-8")}
for name, table in tables.items():
    result = ceat.pooled(table)
    print(f"CEAT{name[4:]}: pooled effect {result.effect:.2f}, p = {result.p:.1g}")

# %% [markdown]
# Three effects, and p values that a computer cannot tell from 0. Case closed?
#
# > **Predict.** Mix the sixteen targets of CEAT-8: eight of them, drawn at random, are called X, the others Y. Of a
# > hundred such mixtures, how many will CEAT call significant at 5 %?

# %%
predict("measuring_fairness.significant_mixtures")

# %%
labels = rng.permuted(np.tile(np.arange(16) < 8, (100, 1)), axis=1)
shuffled = ceat.pooled(tables["WEAT-8"], labels)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("of 100 random relabellings CEAT calls at least 85 significant",
      ceat.significant(shuffled).sum() >= 85)
explore(this.draw_relabelled, alt="Histogram of pooled effects of random labels; the grey "
        "band of what is not significant gets narrower with the draws and the histogram does "
        "not",
        draws=slider(10, 1_000, 10, 10), fixed=dict(table=tables["WEAT-8"], labels=labels))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("measuring_fairness.significant_mixtures", ceat.significant(shuffled).sum())

# %% [markdown]
# About five would be right. A thousand draws of *the same sixteen words* are not a thousand studies: what was sampled
# is words, and of them there are sixteen. More draws make the grey band narrower and the effect no truer. The p value
# is of other sentences with the same words, and nobody asked that. In the code, `z` at the end grows with the sum of
# weights, which has one term for each draw:

# %%
source(ceat.pooled)

# %% [markdown]
# The remedy is the one of WEAT: relabel the words and count. Two hundred of the draws are enough for that:

# %%
for name, table in tables.items():
    count, ways = ceat.permutation_p(table[:200])
    low, high = {"WEAT-6": (0.08, 0.25), "WEAT-7": (0, 0.05), "WEAT-8": (0.05, 0.2)}[name]
    claim(f"CEAT{name[4:]}: by relabelling, p lies between {low} and {high}",
          low <= count / ways <= high)

# %% [markdown]
# Of three findings beyond doubt one is left below 5 %. The other effects may be real; sixteen words do not show it.
#
# You can now say what a p value of many draws is worth, and ask what was sampled.
#
# ## 3. The gap that people feel
#
# Ines does not sell words. Her program reads a biography and says the occupation. There are eight. In her data more
# than half of the engineers are men, and fewer than half of the nurses. How far these shares lie from a half is the
# **skew**: at 0.4 nine of ten engineers are men. All biographies are generated, so that we know what was planted:

# %%
biographies = text.fairness.biographies
people = biographies.write(2_000, 0.4, rng)
for person in range(3):
    print(f"{biographies.NAMES[people.occupations[person]]:11} {people.text(person)}")

# %% [markdown]
# A skill word is the occupation's own in six of ten cases, else one of any occupation. The classifier is a logistic
# regression on the mean vector of a biography. It is tested where men and women are equally many.
#
# > The **gap** (after De-Arteaga and others 2019): of the men who are engineers, which share is recognised, less that
# > of the women; averaged over the occupations, with a minus where the stereotype says *woman*.
#
# ### Your turn
#
# Write `gap(predictions, occupations, men)`, from two arrays of numbers 0 to 7 and one of True and False. The
# stereotype gives 0 to 3 to men, 4 to 7 to women.

# %% exercise="measuring_fairness.gap"

# %%
check("measuring_fairness.gap", gap)

# %% [markdown]
# Now three sets of data, and *the same vectors* in all of them.
#
# > **Predict.** The tests of section 1 say that science is male in these vectors. Which way will the gap go when the
# > data say the opposite?

# %%
predict("measuring_fairness.gap_of_other_data")

# %%
gap = use("measuring_fairness.gap", gap)
even = biographies.write(3_000, 0, rng)
seen = {}
for skew in (-0.4, 0, 0.4):
    people = biographies.write(3_000, skew, rng)
    predictions, accuracy = biographies.read(vectors, train=people, test=even)
    seen[skew] = gap(predictions, even.occupations, even.men)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("data with the stereotype: a gap of at least 0.12", seen[0.4] >= 0.12)
claim("data against it: at most -0.12", seen[-0.4] <= -0.12)
claim("data without it: within 0.05 of none", abs(seen[0]) <= 0.05)
outcome("measuring_fairness.gap_of_other_data", "the way of the data")

# %% [markdown]
# Any gap you like, from vectors whose word tests never moved: the gap followed the task's data. You can now measure how
# unequally a classifier treats two groups, and say where that comes from.
#
# ## 4. The test and the task
#
# The vendor is eager. *We can debias them*, and he removes the **gender direction**, the mean of *he - she*, *man -
# woman* and four more such differences, from every vector. (Bolukbasi and others 2016 take it from words that ought to
# be neutral, and leave *he* and *she*; the vendor is thorough.)
#
# > **Predict.** What will that do to WEAT-7? And to the gap?

# %%
predict("measuring_fairness.debiased")

# %% [markdown]
# This is the edit. `along` says how far each word lies along the direction; that part is taken off.

# %%
source(text.fairness.debiasing.debiased)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
debiasing = text.fairness.debiasing
edits = {"as sold": vectors, "debiased": debiasing.debiased(vectors),
         "he = she": debiasing.made_equal(vectors)}
tests = {"WEAT-6": "WEAT-6", "WEAT-7": "WEAT-7", "WEAT-8": "WEAT-8",
         "jobs": debiasing.OCCUPATION_TEST}
effects = {edit: {name: text.fairness.weat.measure(edited, test).effect
                  for name, test in tests.items()} for edit, edited in edits.items()}
skews = (-0.4, -0.2, 0.0, 0.2, 0.4)
gaps = {edit: [biographies.measure(edited, skew, seed=1)[0] for skew in skews]
        for edit, edited in edits.items()}
explore(this.draw_test_and_task, alt="Left four bars of word tests, right the gap against the "
        "skew of the data; debiasing changes the bars and not the line", panels=2,
        size=(9, 3.8), edit=choice(list(edits)), skew=choice(skews, 0.4),
        fixed=dict(skews=skews, effects=effects, gaps=gaps))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("debiasing moves WEAT-7 by at least 1.5, past 0",
      effects["as sold"]["WEAT-7"] - effects["debiased"]["WEAT-7"] >= 1.5)
change = np.subtract(gaps["as sold"], gaps["debiased"])
claim("and the gap by at most 0.04, at any skew", np.abs(change).max() <= 0.04)
moved = [effects["as sold"][name] - effects["he = she"][name] for name in tests]
claim("he = she, his = her: no word test moves by more than 0.15", np.abs(moved).max() <= 0.15)
claim("and the gap is within 0.05 of none", np.abs(gaps["he = she"]).max() <= 0.05)
he, she, his, her = vectors.of(["he", "she", "his", "her"])
span = np.linalg.qr(np.transpose([he - she, his - her]))[0]
cut = vectors.changed(vectors.numbers - vectors.numbers @ span @ span.T)
claim("he - she and his - her taken off all words: WEAT-7 below 0, gap within 0.05 of none",
      text.fairness.weat.measure(cut, "WEAT-7").effect < 0
      and abs(biographies.measure(cut, 0.4, seed=1)[0]) <= 0.05)
outcome("measuring_fairness.debiased", "WEAT-7 shrinks, the gap stays")

# %% [markdown]
# Two surprises. Debiasing turned WEAT-7 round, and the gap stayed: with one direction of 50 removed the biographies can
# still be told apart, and our classifier brings all other directions to one scale and learns the same. (One that may
# use only small weights would move a little.) And the edit *he = she*, which gives *he* and *she* one vector, and *his*
# and *her* one, cures the task, and no test sees it: the texts speak of gender with four words, the tests look at many
# more. The last edit moves a test and cures the task. So a test that moves is neither needed nor enough.
#
# ### Your turn
#
# Write `repair(vectors)`: vectors on which a classifier trained on data of skew 0.4 has a gap of at most 0.06, and
# recognises at least 70 % of the occupations. You have `vectors.words`, `vectors.numbers` (435 x 50),
# `vectors.rows(list of words)`, `vectors.changed(numbers)`.

# %% exercise="measuring_fairness.repair"

# %%
check("measuring_fairness.repair", repair)

# %% [markdown]
# Are word tests worthless, then? A **positive control**: learn vectors from the task's own biographies, and test
# *those*, with the task's own words.

# %%
own, gaps_of = [], []
for skew in (-0.4, -0.3, -0.2, 0.2, 0.3, 0.4) * 2:
    people = biographies.write(2_000, skew, rng)
    learned = debiasing.of_text(people)
    own.append(text.fairness.weat.measure(learned, debiasing.OWN_TEST).effect)
    predictions, _ = biographies.read(vectors, train=people, test=even)
    gaps_of.append(biographies.gap(predictions, even.occupations, even.men))
claim("on the task's own text the test has the gap's sign in 12 of 12 tasks",
      (np.sign(own) == np.sign(gaps_of)).all())
show(this.draw_own_text, alt="Left, all gaps at one value of the test; right, negative gaps "
     "where the test is negative and positive where it is positive", panels=2, size=(9, 3.4),
     own=own, general=[effects["as sold"]["jobs"]] * 12, gaps=gaps_of)

# %% [markdown]
# They agree, because the bias of the data is in both; even here $d$ tells the sign and hardly the size.
#
# Cao and others (2022) compared 19 language models: do *intrinsic* measures, such as $d$, go together with *extrinsic*
# ones, such as the gap? They need not. We try three pairs. One is the test on the task's own text. For the other two,
# twenty vendors each take off another part of the gender direction, from none of it to all of it, and each customer has
# data of his own, all of skew 0.4.

# %%
from scipy.stats import pearsonr

strengths = np.linspace(0, 1, 20)
sold = [debiasing.debiased(vectors, strength) for strength in strengths]
theirs = [biographies.measure(each, 0.4, seed=(7, place), people=2_000)[0]
          for place, each in enumerate(sold)]
pairs = {"own text": (own, gaps_of)} | {name: ([
    text.fairness.weat.measure(each, name).effect for each in sold], theirs)
    for name in ("WEAT-7", "WEAT-8")}
for name, pair in pairs.items():
    found = pearsonr(*pair).confidence_interval()
    claim(f"{name} and the gap: the interval of the correlation " + (
        "lies above 0.6" if name == "own text" else "holds 0"),
        found.low > 0.6 if name == "own text" else found.low < 0 < found.high)

# %% jupyter={"source_hidden": true}
# Three pairs of an intrinsic and an extrinsic measure.
explore(this.draw_pairs, alt="Dots of gaps over a word test: on the task's own text they rise "
        "together; where vendors debias, the test runs from end to end and the gap stays",
        size=(6.4, 3.6), pair=choice(list(pairs), "WEAT-7"), fixed=dict(pairs=pairs))

# %% [markdown]
# The vendors' tests go from end to end, and the gap stays where the data put it. The three correlations are of one
# constructed task, and their intervals (95 %, Fisher's, so that one in twenty misses) are wide. That shows *need not*;
# it does not show *never*.
#
# You can now say what a word test tells of a task, and what it does not.

# %% [markdown]
# ## 5. Swap a word, or feel for it
#
# Nadia was not proposed as an engineer. Was it because she is a woman? Two ways to ask of one answer:
#
# > **Counterfactual fairness**, as a swap: exchange *he* and *she*, *his* and *her*. How far does the chance of the
# > answer move?
#
# > **Accumulated prediction sensitivity** (Krishna and others 2022; the formula is our reading): $\sum_i |\partial
# > f_c/\partial x_i|\, v_i$. How much the chance of the answer $c$ depends on each word $x_i$, times $v_i$: how much a
# > second model, which guesses gender, depends on it. The $v_i$ are scaled so that they sum to 1.
#
# Here it is word by word. Two models read the same text, and each is asked how much its answer depends on each word.
# Both are multiplied, and the products are added up. Drag how much the first model depends on the pronoun, and on a
# hobby that nearly all women share:

# %%
explore(this.draw_chain, alt="Five words in rows, each with three bars: how much the answer "
        "depends on it, how much the guess of gender does, and their product; below, the sum",
        size=(8, 3.6), pronoun=slider(0.0, 0.5, 0.3, 0.05), hobby=slider(0.0, 0.5, 0.1, 0.05))

# %% [markdown]
# ### Your turn
#
# Write `sensitivity(words, task_gradient, protected_gradient)` for one text: an array of its words, and the gradients
# of the first and of the second model, one number for each word, of either sign.

# %% exercise="measuring_fairness.sensitivity"

# %%
check("measuring_fairness.sensitivity", sensitivity)

# %% [markdown]
# Two kinds of text. In the first there are pronouns, and hobbies say nothing. The second was cleaned: everybody
# is *they*; but nine of ten men write *football, fishing, woodwork*, and nine of ten women *knitting, netball,
# needlework*. A hobby is a **proxy**.
#
# > **Predict.** Which of the two measures will find the bias in the second kind?

# %%
predict("measuring_fairness.which_measure")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
measures = text.fairness.prediction_sensitivity
kinds = {"pronouns": {}, "they, and hobbies": dict(pronouns=False, hobbies=0.9)}
planted = (0.0, 0.2, 0.4)
runs = {name: [measures.measure(skew, seed=seed, **kind) for seed, skew in enumerate(planted)]
        for name, kind in kinds.items()}
measured = {name: {key: [run[key] for run in of_kind] for key in of_kind[0]}
            for name, of_kind in runs.items()}
explore(this.draw_measures, alt="Two panels, sensitivity and counterfactual swap against the "
        "planted skew; with hobbies the swap stays at 0", panels=2, size=(8, 3.4),
        kind=choice(list(kinds)), fixed=dict(skews=planted, measured=measured))

# %%
proxy, plain = measured["they, and hobbies"], measured["pronouns"]

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("hobbies: the sensitivity at skew 0.4 is at least 1.6 times that at 0",
      proxy["prediction_sensitivity"][2] >= 1.6 * proxy["prediction_sensitivity"][0])
claim("hobbies: the swap finds exactly 0", not any(proxy["counterfactual"]))
claim("hobbies: and the gap at skew 0.4 is at least 0.12", proxy["gap"][2] >= 0.12)
claim("pronouns: the swap grows at least tenfold from 0 to 0.4",
      plain["counterfactual"][2] >= 10 * plain["counterfactual"][0])
outcome("measuring_fairness.which_measure", "the sensitivity")

# %% [markdown]
# A swap sees what is on its list: the code exchanges the pronouns and looks at one probability.

# %%
source(measures.counterfactual)

# %% [markdown]
# Where the list fits, the swap is the better of the two: on a scale one understands, and near 0 where nothing was
# planted. Where the bias goes through a proxy it says 0, exactly, to a gap of more than a tenth.

# %% [markdown]
# ### A word that is sent with noise
#
# Nadia would rather not send her words as they are. Vectors also serve to hide a word: send another one, drawn at
# random among those nearby. The promise is called *metric privacy*: for two words at a distance $r$, nothing that is
# sent is more than $e^{\varepsilon r}$ times as likely for one as for the other. Two ways keep it at the same
# $\varepsilon$. Plain noise is added to the *vector*, and the nearest word is sent. Or noise is calibrated to how
# **densely** words lie (Xu and others 2021, in our reading): each word there is draws noise of its own on its distance,
# and the best is sent.

# %%
noise = text.fairness.word_noise
source(noise.by_density)

# %% [markdown]
# > **Predict.** At $\varepsilon = 10$, and all vectors of length 1: which of the two sends words that are nearer?

# %%
predict("measuring_fairness.nearer_words")

# %%
lengths = {way.__name__: noise.moved(vectors, vectors.words, way(
    vectors, vectors.words, 10.0, rng)) for way in (noise.by_vector, noise.by_density)}
strangers = noise.moved(vectors, vectors.words, rng.permutation(vectors.words).tolist())

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
far = {name: moved.mean() / strangers.mean() for name, moved in lengths.items()}
claim("plain noise: words are sent nearly as far away as drawn by lot, 80 % or more",
      far["by_vector"] > 0.8)
claim("by density: less than 55 % as far", far["by_density"] < 0.55)
claim("and 35 to 60 % of the words stay as they are",
      0.35 < (lengths["by_density"] == 0).mean() < 0.6)
claim("of half of the words and more the nearest other word is at least 0.7 away", np.median(
    np.sqrt(2 - 2 * np.sort(vectors.numbers @ vectors.numbers.T)[:, -2])) >= 0.7)
outcome("measuring_fairness.nearer_words", "calibrated to density")

# %% [markdown]
# Why? A vector of 50 numbers needs noise in 50 directions, as long as $50/\varepsilon$ in the mean, whether there are
# words in that direction or not. Drawn among words, noise goes only where words are. But that is little privacy: at a
# distance of 0.7, where most words have no other, this ε allows a factor of $e^7$, about 1,000, and nearly half of the
# words are sent as they are.

# %% [markdown]
# ## Break it
#
# And the sensitivity? Whoever wants to look fair can turn it down: divide all logits by four, and every answer stays
# the same. And whoever is careless finds what is not there. Below nothing is planted at all. Once the second model is a
# bad one, trained on genders drawn by lot. Once the first has a layer of 16 neurons more and learned its texts by
# heart.

# %%
def score(model, second):
    return measures.of_texts(model, second, none.words).mean()

none = measures.write(2_000, 0, np.random.default_rng(3))
task = measures.fit(none.words, none.jobs, seed=1)
second = measures.fit(none.words, none.men, seed=2)
lots = measures.fit(none.words, rng.integers(2, size=2_000), seed=3)
heart = measures.fit(none.words, none.jobs, seed=4, hidden=16)
floor = score(task, second)
claim("the same answers, less confident: less than 0.6 of it is left",
      score(lambda words: task(words) / 4, second) < 0.6 * floor)
claim("a second model that knows nothing of gender: at least 1.8 times as much",
      score(task, lots) >= 1.8 * floor)
claim("a model that learned by heart: at least 1.8 times as much",
      score(heart, second) >= 1.8 * floor)

# %% [markdown]
# That is about as much as a true skew of 0.4 gives. So compare only models of like confidence, check the second model
# first, and compare with the same measure where nothing is planted, which is not 0 either. The paper finds that its
# measure agrees with people's judgement better than the swap does. We have no people, and claim nothing of the kind.

# %% [markdown]
# ## With your own vectors
#
# Four groups of vectors, of words, sentences or pictures; these are random ones, as a control:

# %%
weat = text.fairness.weat
random = np.random.default_rng(1)
one, other, pleasant, unpleasant = random.normal(size=(4, 8, 50))  # yours: [n, d] each
x, y = (weat.association(words, pleasant, unpleasant) for words in (one, other))
hits, ways = weat.permutation_p(x, y)
print(f"effect {weat.effect_size(x, y):.2f}, p = {hits / ways:.2f} ({ways:,} ways to relabel)")

# %% [markdown]
# A small p value says that these words are not alike, not that a system is unfair; of twenty lists that mean nothing
# one in the mean has a p below 0.05.
#
# **In earnest.** Measure the *task*: *Fairlearn*'s `MetricFrame` gives each group's rate and their difference for any
# predictions. *WEFE* has the word tests. What people get wrong: to report the test that moved; groups too small for a
# rate; and to take a test without an effect for a proof of fairness.

# %% [markdown]
# ## What this does not protect
#
# - **A number is not a remedy.** All of these find; repairing is another matter, and lesson 63 tries it.
# - **Groups nobody listed.** Every measure here begins with somebody naming groups and words. We took two genders since
#   the tests do; people are not two lists.
# - **Data that are wrong themselves.** A gap of 0 says that errors are equal, not that the occupations were fairly had.
#
# ## Summary
#
# WEAT finds associations; its p is as good as its few words. CEAT's p says nothing with short lists: relabel instead.
# The gap of a task followed the task's data. Debiasing moved the test and not the gap; an edit that cures the gap
# moved no test. A swap is exact about the words on its list and blind to all others.

# %%
display(quiz("measuring_fairness.quiz1"), quiz("measuring_fairness.quiz2"),
        quiz("measuring_fairness.quiz3"))

# %% [markdown]
# ## References
#
# - *Advances in trustworthy machine learning at Alexa AI*, the article this lesson follows.
# - A. Caliskan, J. Bryson and A. Narayanan, *Semantics derived automatically from language corpora contain human-like
#   biases* (2017): WEAT.
# - W. Guo and A. Caliskan, *Detecting emergent intersectional biases* (2021): CEAT.
# - Y. T. Cao and others, *On the intrinsic and extrinsic fairness evaluation metrics for contextualized language
#   representations* (2022).
# - S. Krishna and others, *Measuring fairness of text classifiers via prediction sensitivity* (2022).
# - Q. Xu, A. Aggarwal, O. Feyisetan and N. Teissier, *Density-aware differentially private textual perturbations using
#   truncated Gumbel noise* (2021); O. Feyisetan, B. Balle, T. Drake and T. Diethe (2020): noise on the vector.
# - M. De-Arteaga and others, *Bias in bios* (2019); T. Bolukbasi and others, *Man is to computer programmer as woman is
#   to homemaker?* (2016).
# - The vectors: GloVe (Pennington, Socher and Manning 2014), public domain; all-MiniLM-L6-v2, Apache 2.0.
#
# Next: [63 A nurse may be he, a queen is she](63_role_reversal.ipynb).
