# %% [markdown]
# # A nurse may be he, a queen is she
#
# **You will be able to** measure whom a language model takes a nurse for, foretell by arithmetic what a student model
# takes over from its teacher, repair the text and the teacher's answers by role reversal, tell a repaired model from
# one that knows nothing, and say what the repair does not reach.
#
# About 60 minutes. Before it: [62 Fair words and unfair answers](62_measuring_fairness.ipynb). Source: the
# article *Advances in trustworthy machine learning at Alexa AI*; Gupta and others, *Mitigating gender bias in
# distilled language models via counterfactual role reversal* (2022), of which the full text was not to be had:
# the formulas are our reading, and no figure of theirs is reproduced.

# %%
from privlab.lab import *
from privlab import text
from privlab.lessons import role_reversal as this

rng = start("63_role_reversal", seed=63)

# %% [markdown]
# ## 1. Who said that?
#
# Mira's writing aid finishes sentences. It learned from text in which most engineers are *he* and most nurses *she*,
# and she does not want it to tell every nurse so. We generate such a text, to know what was planted: sixteen
# professions, *he* in 70 to 95 % of the cases for eight of them, in 30 to 5 % for the others. And words of kinship,
# father, queen, aunt, whose pronoun is **rightly** gendered.

# %%
written = text.role_reversal.sentences(5_000, rng)
sentences = text.role_reversal.encode(written)
unseen = text.role_reversal.encode(text.role_reversal.sentences(1_000, rng))
for sentence in written[:5]:
    print(sentence)

# %% [markdown]
# A **language model** gives each next word a probability. Ours reads word by word (a recurrent network, GRU) and knows
# 86 words.
#
# > The **log ratio** of a word is $\ln \frac{p(\text{he})}{p(\text{she})}$ behind "the WORD said that".
# > The **disparity** is the mean of its absolute value over the sixteen professions.
#
# A log ratio of 0 is even; 0.9 against 0.1 is 2.2. In code, `next_word` holds the logarithms of what may come
# behind "that":

# %%
source(text.role_reversal.log_ratios)

# %% [markdown]
# > **Predict.** The model sees each profession in about 150 sentences. Will it smooth the planted shares, take them
# > over, or exaggerate?

# %%
predict("role_reversal.planted_shares")

# %%
teacher = text.role_reversal.language_model(embedding=48, hidden=96, seed=1)
text.role_reversal.train(teacher, sentences, epochs=6, seed=1)
models = {"teacher": teacher}
professions, shares = text.role_reversal.PROFESSIONS, text.role_reversal.SHARES
ratios = {"teacher": text.role_reversal.log_ratios(teacher, professions)}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
show(this.draw_professions, alt="Dots: the chance of he behind sixteen professions, near the "
     "planted shares, high for the first eight and low for the others", size=(8, 4.2),
     model="teacher", ratios=ratios)
claim("the teacher's disparity is at least 1.4", text.role_reversal.disparity(teacher) >= 1.4)
claim("and it knows that a queen is she: a right log ratio of at least 2.5",
      text.role_reversal.legitimate(teacher) >= 2.5)
outcome("role_reversal.planted_shares", "it takes them over")

# %% [markdown]
# It takes over what it reads, profession by profession, as roughly as 5,000 sentences show the planted shares. You can
# now measure whom a language model takes a nurse for.
#
# ## 2. A student learns from a teacher
#
# The teacher is too large for a phone. So a smaller **student** is trained:
#
# > **Distillation** (Hinton, Vinyals and Dean 2015). The loss is $(1-\alpha)$ times the cross-entropy with the text
# > plus $\alpha$ times the divergence from the teacher's probabilities. The student learns from the mixture of both.
# > Here $\alpha = \tfrac12$.
#
# The code calls $\alpha$ the `weight`. Its last line is the mixture:

# %%
source(text.role_reversal.distillation_loss)

# %% [markdown]
# > **Predict.** Nobody has told the student anything of gender but these two. What will its disparity be?

# %%
predict("role_reversal.students_disparity")

# %%
models["base"] = text.role_reversal.student(sentences, seed=2, teacher=teacher)
disparities = {name: text.role_reversal.disparity(model) for name, model in models.items()}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the student's disparity is at least 1.4 as well", disparities["base"] >= 1.4)
claim("within 0.35 of the teacher's",
      abs(disparities["base"] - disparities["teacher"]) <= 0.35)
outcome("role_reversal.students_disparity", "about the teacher's")

# %% [markdown]
# (DistilGPT2's model card calls it *more* biased than its teacher; ours is not.)
#
# One can foretell such a figure. Suppose a part of what the student learns from were *even*, with he and she equally
# likely behind every profession, and the rest were as the text has it. A student that learns well gives the mixture
# back.
#
# ### Your turn
#
# Write `foretell(shares, even)`: the disparity of such a student, from an array of planted shares of *he* and the even
# part, 0 to 1.

# %% exercise="role_reversal.foretell"

# %%
check("role_reversal.foretell", foretell)

# %% [markdown]
# So far nothing is even. What can be made so: the teacher's answers, whose part is $\alpha$; the text, whose part is
# $1 - \alpha$; or both.

# %%
foretell = use("role_reversal.foretell", foretell)
for even in (0, 0.5, 0.8, 1):
    print(f"even part {even}: disparity {float(foretell(shares, even)):.2f}")
explore(this.draw_predicted, alt="A falling curve, steep at first: the disparity against the "
        "even part; a dot marks where the chosen repair stands",
        weight=slider(0.0, 1.0, 0.5, 0.05),
        repaired=choice(["nothing", "teacher", "text", "both"], "teacher"))

# %% [markdown]
# The curve falls fastest at its start: half a repair takes more than half. And a trap: with $\alpha = 1$ repairing the
# *text* does nothing. The student learns the teacher's answers alone, and behind "the nurse said that" no word has a
# gender, so the teacher says what it always said.
#
# You can now say how much of a bias comes from the teacher and how much from the text.
#
# ## 3. The world with roles reversed
#
# How does one make a text even? Not by striking out pronouns:
#
# > **Counterfactual role reversal.** Exchange every gender word for its partner: he and she, his and her, father and
# > mother, king and queen. Learn from the sentence *and* its reverse.

# %%
PAIRS = text.role_reversal.PAIRS
for sentence in ("the nurse said that she was tired .",
                 "the queen met her cousin near the gate ."):
    print(f"{sentence}\n   {text.role_reversal.reverse(sentence)}")

# %% [markdown]
# In the reverse of the second a king meets *his* cousin: in neither sentence is a queen a he. (Our pairs are one to
# one. In English "her" stands for *his* and for *him*, which many lists get wrong; here *him* does not occur.)
#
# ### Your turn
#
# Write `balance(sentence)`: the list of sentences to learn from instead of this one. `PAIRS` holds pairs of words.

# %% exercise="role_reversal.balance"

# %%
check("role_reversal.balance", balance)

# %% [markdown]
# And the teacher? Ask it twice. Once about the sentence; once about its reverse, and **map the answer back**: what it
# says there of *she* counts here for *he*. The paper names four ways to combine; $p$ is the first answer, $\tilde p$
# the second, and all are scaled to sum 1:
#
# > **mean** of $\ln p$ and $\ln\tilde p$; **expMean**, of $p$ and $\tilde p$; **max** of both; **swap**, $\tilde p$
# > alone.
#
# Three words, *he, she, tired*, behind "the nurse said that" (its reverse is itself), and behind "the queen said that":

# %%
nurse, queen = np.log([0.1, 0.8, 0.1]), np.log([0.01, 0.95, 0.04])
for way in ("mean", "expMean", "max", "swap"):
    rows = [text.role_reversal.combine(seen, mapped, way) for seen, mapped in
            ((nurse, nurse[[1, 0, 2]]), (queen, queen))]
    print(f"{way:8}", "   ".join(" ".join(f"{word:.2f}" for word in row) for row in rows))

# %% [markdown]
# Of the nurse the first three make he and she even, and *swap* only turns the bias round. The queen stays: in the
# reversed world the teacher was asked about a *king*, said *he*, and that is mapped back to *she*.
#
# ### Your turn
#
# Write `combine(seen, reversed_roles, exchange)`, the **mean**. It gets the log-probabilities of all words on the
# sentence and on its reverse, *not yet mapped back*, and `exchange`, an array with the place of each word's partner.
# Give back probabilities, an array of the same length that sums to 1.

# %% exercise="role_reversal.combine"

# %%
check("role_reversal.combine", combine)

# %% [markdown]
# You can now say how a text and how a teacher's answers are made even, and why the queen stays she.
#
# ## 4. Foretold, and measured
#
# The teacher's side of it, in the course's code: asked, asked about the reverse, mapped back, combined.

# %%
source(text.role_reversal.teacher_targets)

# %% [markdown]
# > **Predict.** Three students: one learns from the text and its reverse, one from the combined teacher, one from both.
# > Your figures from section 2?

# %%
predict("role_reversal.three_students")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
repairs = {"text": dict(augment=True), "teacher's answers": dict(way="mean"),
           "both": dict(way="mean", augment=True)}
for name, repair in repairs.items():
    models[name] = text.role_reversal.student(sentences, seed=2, teacher=teacher, **repair)
all_ratios = ratios | {name: text.role_reversal.log_ratios(model, professions)
                       for name, model in models.items()}
explore(this.draw_professions, alt="Dots: the chance of he behind sixteen professions for the "
        "chosen model, beside the planted shares", size=(8, 4.2),
        model=choice(list(models), "both"), fixed=dict(ratios=all_ratios))

# %%
all_disparities = {name: text.role_reversal.disparity(model) for name, model in models.items()}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
for name in ("text", "teacher's answers"):
    claim(f"{name} made even: between 0.3 and 0.55 of the base student's disparity is left",
          0.3 <= all_disparities[name] / all_disparities["base"] <= 0.55)
claim("both made even: at most 0.25, which is odds of 1.3 to 1",
      all_disparities["both"] <= 0.25)
fluency = {name: text.role_reversal.perplexity(each, unseen) for name, each in models.items()}
claim("both: the perplexity is at most 1.05 times the base student's",
      fluency["both"] <= 1.05 * fluency["base"])
claim("both: kinship keeps a right log ratio of at least 2.5",
      text.role_reversal.legitimate(models["both"]) >= 2.5)
outcome("role_reversal.three_students",
        "about 0.4 of the base student's with one, and nearly even with both")

# %% [markdown]
# (The **perplexity** says how many words a model hesitates between; lower is more fluent.)
#
# Arithmetic said 0.68 of 1.69, which is 0.40, for each half repair; so it came, and of these three only both together
# are even. It costs next to nothing in fluency, and the queen keeps her pronoun.
#
# There is a fourth way, which the arithmetic foretells: *swap*, with the text as it is. At $\alpha = \tfrac12$ the
# student learns one half from a text that is biased one way and one half from a teacher that is biased as much the
# other way. In a longer run, with the other two ways to combine as well:

# %%
recorded("disparity_base", "disparity_augment", "disparity_mean", "disparity_expmean",
         "disparity_max", "disparity_both", "disparity_swap", "perplexity_ratio",
         "legitimate_log_ratio")

# %% [markdown]
# *Swap* is even, too. But one wrong cancels the other at that $\alpha$ alone, and only as long as the teacher is as
# biased as the text. *Mean*, *expMean* and *max* all make the teacher's he and she even in a neutral context, exactly;
# elsewhere they differ, and here that does not show.
#
# And Mira's assistant *writes*. The same beginnings, finished by the base student and by the one with both repairs:

# %% tags=["nbval-ignore-output"]
finished = text.role_reversal.finished
for beginning in ("the nurse", "the pilot", "the queen"):
    print(f"{beginning} ...")
    for name in ("base", "both"):
        for sentence in finished(models[name], [beginning] * 2, seed=1):
            print(f"  {name:6} {sentence}")

# %%
counted = {}
for name, word in (("base", "nurse"), ("both", "nurse"), ("both", "queen")):
    said = finished(models[name], [f"the {word}"] * 600, seed=2)
    hers, his = (sum(f" {she} " in sentence or f" {of_hers} " in sentence for sentence in said)
                 for she, of_hers in (("she", "her"), ("he", "his")))
    counted[name, word] = his / (his + hers)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("a base student's nurse is he in fewer than 30 % of sentences",
      counted["base", "nurse"] < 0.3)
claim("with both repairs in 40 to 60 %", 0.4 < counted["both", "nurse"] < 0.6)
claim("and the queen is he in fewer than 5 %", counted["both", "queen"] < 0.05)

# %% [markdown]
# You can now foretell what each repair leaves, and check it on the model and on what it writes.
#
# ## Break it
#
# Mira's deadline is today. A colleague has a student of the same size with hardly any disparity, in a quarter of the
# time, with no reversal at all.
#
# > **Predict.** How?

# %%
predict("role_reversal.how")

# %%
hurried = text.role_reversal.language_model(embedding=32, hidden=64, seed=3)
models["hurried"] = text.role_reversal.train(hurried, sentences, epochs=2, seed=3)
legitimate = {name: text.role_reversal.legitimate(model) for name, model in models.items()}
all_disparities["hurried"] = text.role_reversal.disparity(hurried)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
show(this.draw_students, alt="Six models by their disparity and by how right they are on "
     "kinship; only both lies in the green corner, hurried is even and wrong", size=(7.5, 4.2),
     students=list(models), disparities=list(all_disparities.values()),
     legitimate=list(legitimate.values()))
claim("the hurried student has a disparity of at most 0.5", all_disparities["hurried"] <= 0.5)
claim("and takes the queen for a he nearly as often: log ratio at most 0.5",
      legitimate["hurried"] <= 0.5)
outcome("role_reversal.how",
        "It has not learned yet: a nurse is as often he as she, and so is a queen.")

# %% [markdown]
# It has not learned yet what a nurse is. It has not learned what a queen is either. A disparity near 0 may be bought
# with all that a model should know; ask for both figures, and for a third, its fluency.
#
# ### Your turn
#
# Write `release(students)`: the list of the names that are fit for release. `students` is a dict from each name to a
# dict of its figures: `disparity` (at most 0.25), `legitimate`, the log ratio of kinship (at least 2.5), and
# `perplexity` (at most 1.05 times that of `"base"`).

# %% exercise="role_reversal.release"

# %%
check("role_reversal.release", release)

# %% [markdown]
# ## 5. What does not carry over
#
# A customer builds on Mira's student: frozen, with a classifier on top that reads "he fixed the engine and met the
# neighbour" and says whether the work is technical. In the customer's own data three of four technical people are men.
#
# > The **downstream gap**: how far the classifier's probability moves when the gender words are exchanged.
#
# > **Predict.** Base student and repaired student: which has the larger gap?

# %%
predict("role_reversal.larger_gap")

# %%
gaps = {name: text.role_reversal.downstream_gap(models[name], seed=4)
        for name in ("base", "both")}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the base student's gap is at least 0.25", gaps["base"] >= 0.25)
claim("the repaired student's is the same within 0.05",
      abs(gaps["both"] - gaps["base"]) <= 0.05)
even = [abs(text.role_reversal.downstream_gap(models[name], seed=4, skew=0.5))
        for name in ("base", "both")]
claim("with even data of the customer's both are within 0.05 of none", max(even) <= 0.05)
outcome("role_reversal.larger_gap", "neither")

# %% [markdown]
# No difference. The paper finds the same: fairer open text did not make fairer embeddings or a fairer task. But mind
# that ours is so *by construction*: the classifier sees the pronoun and learns the customer's data. It is no
# evidence about GPT-2.
#
# You can now say what a repair of a model's text does not reach.

# %% [markdown]
# ## With your own sentences
#
# What `reverse` does with yours: it knows sixteen words, and no grammar:

# %%
yours = "the doctor lost his keys , said the mother .", "hers was the best ."
for sentence in yours:
    print(text.role_reversal.reverse(sentence))

# %% [markdown]
# A word that is not in `PAIRS` stays, as *hers* does.
#
# **In earnest.** For English text a tagger must tell *her* (his) from *her* (him); names, titles and languages with
# grammatical gender take more than a list. What people get wrong: to reverse what is true of one gender only (*she is
# pregnant*); to augment the test set too; and to read evenness off templates like those that were trained on.

# %% [markdown]
# ## What this does not protect
#
# - **What is built on the model**, as just seen.
# - **Biases without a word to exchange.** Reversal knows eight pairs. A name, a hobby, a manner of speech are in none.
# - **More than two.** Pairs are two by two; people are not.
# - **What is right.** Which words are rightly gendered we said ourselves, with a list. On real text somebody has to
#   decide it.
#
# ## Summary
#
# A student takes over its teacher's and its text's bias, and arithmetic says how much. Reversing the text or the
# teacher's answers repairs half the mixture, both all of it, and the queen stays she. Half-trained looks fair and knows
# nothing. What is built on top has its own data, and its own gap.

# %%
display(quiz("role_reversal.quiz1"), quiz("role_reversal.quiz2"), quiz("role_reversal.quiz3"))

# %% [markdown]
# ## References
#
# - *Advances in trustworthy machine learning at Alexa AI*, the article this lesson follows.
# - U. Gupta and others, *Mitigating gender bias in distilled language models via counterfactual role reversal* (2022),
#   Findings of ACL.
# - G. Hinton, O. Vinyals and J. Dean, *Distilling the knowledge in a neural network* (2015).
# - K. Lu and others, *Gender bias in neural natural language processing* (2018): counterfactual augmentation.
#
# Next: [90 Three clinics and one reader](90_capstone.ipynb).
