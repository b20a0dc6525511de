# %% [markdown]
# # Counts that give the table back
#
# **You will be able to** read one person's answer off two harmless counts, compute a whole table from counts that are
# exact or nearly so, say how much noise stops that and what it costs, ask a thousand questions and pay for the first
# yes alone, and say what a shuffle of answers is worth.
#
# About 75 minutes. Before it: [21 A poll nobody can hold against you](21_randomized_response.ipynb) and [23 Every
# answer costs](23_composition_and_selection.ipynb). Source: the article *Computing on private data*; Dinur and Nissim,
# *Revealing information while preserving privacy* (2003).

# %%
from privlab.lab import *
from privlab import dp
from privlab.lessons import reconstruction as this

rng = start("24_reconstruction", seed=24)

# %% [markdown]
# ## 1. A count is an equation
#
# The 64 people of Lena's firm were asked whether they are looking for another job: 1 for yes, 0 for no. Nobody may see
# the table of answers. But a statistics desk tells anybody *how many* of a group are looking, and what can a count of
# many people give away? To be safe the desk refuses groups of fewer than five, and groups that leave out fewer than
# five.
#
# > **The adversary** of this lesson is anybody who may ask, Lena's boss for one. He knows who works there and chooses
# > his groups; of the table he sees counts alone. The desk is honest and cannot be broken into.

# %%
table = rng.integers(0, 2, 64)
ask = this.desk(table)
print(f"{ask(range(32))} of the first 32 people are looking, {ask(range(32, 64))} of the rest")

# %% [markdown]
# ### Break it
#
# Write `differencing(ask, people, person)`: the answer, 0 or 1, of one person, from counts that the desk gives. A group
# is a list of places, from 0 to `people - 1`.

# %% exercise="reconstruction.differencing"

# %%
check("reconstruction.differencing", differencing)

# %%
differencing = use("reconstruction.differencing", differencing)
got = [differencing(ask, 64, person) for person in range(64)]
claim("the desk's counts give all 64 answers, one by one", got == table.tolist())

# %% [markdown]
# > A **differencing attack** subtracts two counts whose groups differ in one person.
#
# No rule about the size of *one* group sees it: it is the pair that tells, and the two need not be asked on the same
# day, nor by the same person.
#
# A desk might compare each question with all that were asked before. Then ask about groups that have nothing obvious in
# common: a random half of the firm, again and again. Each count is an **equation**, $\sum_j g_{ij}\,x_j = c_i$, with
# $g_{ij} = 1$ for those who are in group $i$, and the answers $x_j$ are the unknowns.

# %%
groups = dp.reconstruction.random_groups(256, 64, rng)
counts = groups @ table
print(f"first group: {groups[0].sum()} people, of whom {counts[0]} are looking")

# %% [markdown]
# > **Predict.** How many exact counts of random halves does it take to know all 64 answers by linear algebra?

# %%
predict("reconstruction.groups_needed")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("64 random groups are 64 independent equations",
      np.linalg.matrix_rank(groups[:64]) == 64)
solved = np.rint(np.linalg.solve(groups[:64], counts[:64]))
claim("their counts, and no more, give all 64 answers", (solved == table).all())
outcome("reconstruction.groups_needed", "64, one for each person")

# %% [markdown]
# As many as there are unknowns. And since an answer is 0 or 1, and not any number, even fewer will do. Twelve people
# have $2^{12}$ = 4,096 tables. After each of nine counts, so many of them still fit:

# %%
few = rng.integers(0, 2, (9, 12))
left = [len(dp.reconstruction.consistent_tables(few[:asked], few[:asked] @ table[:12]))
        for asked in range(1, 10)]
print("tables left:", *left)
claim("six counts leave one table of twelve people", left[5] == 1)

# %% [markdown]
# ### A block of six people
#
# A census publishes no list either, but tables: how many, of what age. These lines are of a block of three women and
# three men that we made up. Ages run from 0 to 100.

# %%
print("blocks that fit this line and those above it:")
for lines, line in enumerate(this.BLOCK, 1):
    print(f"{len(this.blocks(lines)):>6,}  {line}")
print("the one that is left: ages", *this.blocks(6)[0])

# %% [markdown]
# Six innocent lines, and the age and sex of everybody. The US Census Bureau tried such an attack on its own tables of
# 2010, and replaced its old protection by differential privacy for 2020 (Abowd 2018). What it had found is disputed to
# this day: much of it could also be guessed without the tables, from what is common in a block (Francis 2022).
#
# A **negative control** is what an attack gets where there is nothing to get; only what it gets beyond that is a leak.
# Section 2 has two.

# %% [markdown]
# You can now say why counts are equations, and why no rule about the size of a group stops whoever solves them.
#
# ## 2. Noise that is too small
#
# The desk learns, and rounds each count to a multiple of 3: it is off by 1 at most. (It could be off in any other way;
# what follows holds for every desk that errs by at most $E$.)
#
# > **Reconstruction** (Dinur and Nissim 2003). If every group is answered within $E$, a table that fits all answers is
# > wrong about at most $4E$ people.
#
# *Why.* Take a table that fits, and the group of all whom it calls 1 and who are 0. The table counts them all, in truth
# the count is 0, and both are within $E$ of the same answer: the group has at most $2E$ people. So has that of all whom
# it calls 0 and who are 1.

# %% [markdown]
# Ten people have 1,024 groups and as many tables. Let two desks be off by 1 at most. One rounds. The other tries to
# confuse: it answers halfway between the true table's counts and those of another table, in which four people differ.

# %%
small, other = table[:10], table[:10].copy()
other[[*np.flatnonzero(small == 0)[:2], *np.flatnonzero(small == 1)[:2]]] ^= 1
every = np.arange(1_024)[:, None] >> np.arange(10) & 1
for name, answers in (("rounded", 3 * np.rint(every @ small / 3)),
                      ("halfway", every @ (small + other) / 2)):
    fitting = dp.reconstruction.consistent_tables(every, answers, most_off=1)
    wrong = (fitting != small).sum(axis=1).max()
    print(f"{name}: {len(fitting)} of 1,024 tables fit, wrong about {wrong} people at most")
    claim("the desk is off by 1 at most, and no table that fits is wrong about more than 4",
          np.abs(answers - every @ small).max() <= 1 and wrong <= 4)

# %% [markdown]
# The second desk reaches the bound: some table that fits is wrong about four. Nobody asks about $2^{64}$ groups,
# though. Random ones do almost as well, says the same paper: some $n (\log n)^2$ of them give nearly all of $n$ answers
# back, by a **linear program** (the numbers from 0 to 1 whose counts are off by the least), as long as $E$ is far below
# $\sqrt n$. **Least squares** does it too: the numbers whose counts are off by the least when each error is squared.
# Both take more equations than there are unknowns, none of which quite holds.
#
# ### Your turn
#
# Write `reconstruct(groups, counts)`: the bits, 0 or 1, one for each person. `groups` has a row for each question and a
# column for each person; `counts` may be off.

# %% exercise="reconstruction.reconstruct"

# %%
check("reconstruction.reconstruct", reconstruct)

# %% [markdown]
# In the library:

# %%
source(dp.reconstruction.least_squares)

# %% [markdown]
# The desk now adds noise: up to 4, up or down, on counts of about 18.
#
# > **Predict.** 256 such counts of random halves: how many of the 64 answers come back?

# %%
predict("reconstruction.back_despite_noise")

# %%
noisy = counts + rng.uniform(-4, 4, 256)
squares = (dp.reconstruction.least_squares(groups, noisy) == table).mean()
program = (dp.reconstruction.linear_program(groups, noisy) == table).mean()

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("least squares gets more than 85 % of the answers", squares > 0.85)
claim("the linear program more than 75 %", program > 0.75)
outcome("reconstruction.back_despite_noise", 100 * squares)

# %% [markdown]
# How much of that could one have had without the attack? Two **negative controls**: guess what most people answer, and
# give the attack counts of *another* table.

# %%
most_common = max(table.mean(), 1 - table.mean())
others = groups @ rng.integers(0, 2, 64) + rng.uniform(-4, 4, 256)
control = (dp.reconstruction.least_squares(groups, others) == table).mean()
claim("guessing the more frequent answer for all gets 65 % at most", most_common <= 0.65)
claim("counts of other answers give this table no better than coins", abs(control - 0.5) < 0.2)

# %% [markdown]
# Now drag. On the left the people whose answer comes back, on the right how many do as the counts get worse. The noise
# is uniform between its bounds.

# %%
explore(this.draw_back, alt="Left, a mark for each person, most of them right; right, a curve "
        "that falls from all answers towards half as the counts get worse", panels=2,
        size=(9, 3.9), people=slider(16, 128, 64, 16), each=slider(1, 8, 4),
        most_off=slider(0, 20, 4))

# %% [markdown]
# With four questions for each person much is lost from about $\sqrt n$ on. With fewer questions the fall comes sooner,
# with more of them later: the noise must grow *with the number of questions*. At noise of up to 16 a single round of
# questions gives little. So an attacker goes on: each question again, sixteen times, to take the mean; or, where the
# desk remembers its answers, sixteen times as many groups.

# %%
once = counts + rng.uniform(-16, 16, 256)
again = np.mean([counts + rng.uniform(-16, 16, 256) for _ in range(16)], axis=0)
many = dp.reconstruction.random_groups(16 * 256, 64, rng)
more = many @ table + rng.uniform(-16, 16, len(many))
back = [(dp.reconstruction.least_squares(*asked) == table).mean()
        for asked in ((groups, once), (groups, again), (many, more))]
claim("one round gets 80 % at most, sixteen more than 85 %", back[0] < 0.8 and back[1] > 0.85)
claim("so do sixteen times as many groups", back[2] > 0.85)

# %% [markdown]
# You can now say how large noise has to be to stop least squares, and what a control is for.
#
# ## 3. Noise that is enough
#
# How much noise would be right for 256 questions? Lesson 22 knows: Laplace noise of scale sensitivity$/\varepsilon$,
# where the sensitivity is that of *all counts together*. If Lena changes her answer, each count moves by 1 whose group
# she is in.
#
# > The **sensitivity** of many counts together is the number of groups that one person is in, for the person who is in
# > most.
#
# It follows from the groups, which are public, and not from the answers.

# %%
often = dp.reconstruction.most_often_asked(groups)
print(f"somebody is in {often} of the 256 groups: noise of scale {often} / ε on each count")

# %% [markdown]
# > **Predict.** All 256 counts together with ε = 1: how many of the answers does the same attack get?

# %%
predict("reconstruction.back_within_budget")

# %%
release = dp.laplace.release
private = [release(counts, sensitivity=often, epsilon=1.0, rng=rng) for _ in range(50)]
gets = np.mean([dp.reconstruction.least_squares(groups, one) == table for one in private])

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("at ε = 1 the attack gets between 40 % and 60 %: coins", 0.4 < gets < 0.6)
nearly_off = release(counts, sensitivity=often, epsilon=2_000, rng=rng)
claim("at ε = 2,000, nearly without noise, the same attack gets all",
      (dp.reconstruction.least_squares(groups, nearly_off) == table).all())
outcome("reconstruction.back_within_budget", 100 * gets)

# %% [markdown]
# Not this attack alone fails. Let any attacker's guess be right with chance $a$ where the answer is yes and with chance
# $b$ where it is no. By the promise $a \le e^\varepsilon(1-b)$ and $b \le e^\varepsilon(1-a)$; added up, the mean of
# $a$ and $b$ is at most $e^\varepsilon/(1+e^\varepsilon)$. At ε = 1 nobody gets more than 73 % of answers that are fair
# coins, on average.

# %%
explore(this.draw_budget, alt="A dashed line that rises from half to all of the answers near "
        "epsilon 1, and far to its right a curve that does so between 10 and 200",
        size=(8, 3.8), people=slider(16, 128, 64, 16), each=slider(1, 8, 4),
        epsilon=choice([0.1, 1, 10, 100, 1_000, 10_000], 1))

# %% [markdown]
# Safe, and useless: noise of 150 on counts of 18. By lesson 23 a small $\delta$ makes it cheaper. With Gaussian noise,
# that of the bell curve, of standard deviation $\sqrt{m/2\rho}$ on each count, all counts of somebody in $m$ groups
# cost $\rho$ (Bun and Steinke 2016). So the noise grows with the *root* of the questions. For $n$ questions that is a
# multiple of $\sqrt n$, and the two results meet: noise far below $\sqrt n$ does not stop the attack, and noise of a
# few times $\sqrt n$ is private.

# %% [markdown]
# Is there another way? Noise each *answer* once, as in lesson 21, and count in the noisy table: whatever is asked
# afterwards is post-processing and free.

# %%
said = dp.randomized_response.respond(np.tile(table, (200, 1)), 1.0, rng)
keep = dp.randomized_response.truth_probability(1.0)
estimates = ((said - (1 - keep)) / (2 * keep - 1)) @ groups.T  # [200 noisy tables, 256]
off = np.sqrt(np.mean((estimates - counts) ** 2))
print(f"off by {off:.0f}, where noise on each count is off by {np.sqrt(2) * often:.0f}")
claim("the noisy table is 20 times as good for these 256 questions at ε = 1", off * 20 < often)
claim("and gives the attacker 73 % of the answers, what ε allows, within 2 %",
      abs(np.mean(said == table) - keep) < 0.02)

# %% [markdown]
# So many counts of few people are the wrong question; a few counts of many people are the right one.
#
# ### Your turn
#
# Write `private_counts(groups, bits, epsilon, rng)`: the count of each group plus Laplace noise of its own, so that all
# counts together are ε-private and no noisier than that takes. Groups that share nobody need less noise than those that
# overlap.

# %% exercise="reconstruction.private_counts"

# %%
check("reconstruction.private_counts", private_counts)

# %% [markdown]
# You can now say what the sensitivity of many counts is, and what privacy for all of them costs.
#
# ## 4. Pay for the yes alone
#
# The works council of a large firm wants to be warned: *in which week do more than 1,000 of our people look for another
# job?* For a hundred weeks that is a hundred questions, and nearly all answers are no.
#
# > The **sparse vector technique** (Dwork and others 2009) puts noise on the *threshold*, once, and on each count. It
# > says no until a noisy count reaches the noisy threshold, says yes, and stops.
#
# Three counts near the threshold at ε = 1, with noise of scale 2 on the threshold and of scale 4 on each count:

# %%
stops = dp.sparse_vector.stop_probabilities([990, 1_000, 1_020], 1_000,
                                            threshold_scale=2.0, count_scale=4.0)
print("yes to the first, second, third, to none:", *(f"{stop:.1%}" for stop in stops))

# %% [markdown]
# > **Predict.** A yes comes after a thousand no. What does all of that cost, compared with a yes to the first question?

# %%
predict("reconstruction.silent_questions")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
explore(this.draw_losses, alt="With noise on the threshold the loss rises to the promised "
        "epsilon and stays there; without it it rises far above", size=(8, 3.8),
        epsilon=slider(0.1, 4.0, 1.0, 0.1), questions=slider(1, 200, 30))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
loss = dp.sparse_vector.loss_of_a_yes(1_000, threshold_scale=2.0, count_scale=4.0)
claim("after a thousand questions the loss is within ε = 1", loss <= 1 + 1e-9)
outcome("reconstruction.silent_questions", "as much as one")

# %% [markdown]
# All answers together are ε-private, however many no there were. (The two worlds of the figure are chosen to tell much.
# In one all counts lie 1 below the threshold and the last one on it, in the other it is the other way round.)
#
# *Why.* One person changes, and each count moves by 1 at most. Compare with runs whose noisy threshold is 1 higher.
# Its noise has scale $2/\varepsilon$, so such runs are as frequent up to a factor of $e^{\varepsilon/2}$. In them every
# no is at least as likely as before, all of them at once. Only the yes has more to overcome: 1 for the threshold and 1
# for its count, with noise of scale $4/\varepsilon$, which is again a factor of $e^{\varepsilon/2}$. Together
# $e^\varepsilon$: all no share one noisy threshold, which is never told.

# %% [markdown]
# ### Your turn
#
# Write `above_threshold(counts, threshold, epsilon, rng)`: the place of the first count that is above the threshold, or
# `None`. One person may raise some counts by 1 and lower others by 1.

# %% exercise="reconstruction.above_threshold"

# %%
check("reconstruction.above_threshold", above_threshold)

# %% [markdown]
# The library's takes the sensitivity as well, and looks at one count after the other:

# %%
source(dp.sparse_vector.above_threshold)

# %% [markdown]
# For the hundred weeks: 700 people are looking in each, and in the 73rd 1,300. Beside it, a hundred Laplace releases
# that share ε = 1 by the basic rule, 0.01 each.

# %%
above_threshold = use("reconstruction.above_threshold", above_threshold)
weeks = np.full(100, 700)
weeks[72] = 1_300
alarms = [above_threshold(weeks.tolist(), 1_000, 1.0, rng) for _ in range(1_000)]
released = release(np.tile(weeks, (1_000, 1)), sensitivity=1, epsilon=0.01, rng=rng)
false = np.mean((released[:, :72] > 1_000).any(axis=1))
claim("every alarm of a thousand comes in week 73", set(alarms) == {72})
claim("a hundred releases give a false alarm before it in more than half the runs",
      false > 0.5)

# %% [markdown]
# Several variants of it that were published are not private (Lyu, Su and Li 2017). Here are two that look like savings,
# judged by the same check: one puts no noise on the threshold, one none on the counts.

# %%
def bare_threshold(counts, threshold, epsilon, rng):
    above = counts + rng.laplace(0, 4 / epsilon, len(counts)) >= threshold
    return int(above.argmax()) if above.any() else None

check("reconstruction.above_threshold", bare_threshold, whose="the desk's")

# %%
def bare_counts(counts, threshold, epsilon, rng):
    above = np.array(counts) >= threshold + rng.laplace(0, 2 / epsilon)
    return int(above.argmax()) if above.any() else None

check("reconstruction.above_threshold", bare_counts, whose="the intern's")

# %% [markdown]
# The second is worse than it looks: a no to one count and a yes to the next proves that the next is larger, whatever ε
# says. With two groups that differ in Lena that is a differencing attack through the noise.

# %% [markdown]
# You can now say what all the no cost together, and why the threshold needs noise of its own.
#
# ## 5. Answers that are shuffled
#
# In lesson 21 nobody is trusted, and the poll pays for it: 67 times the error. In lesson 22 somebody is trusted with
# everything. There is something between the two.
#
# > In the **shuffle model** everybody randomizes an answer, and a **shuffler** passes all answers on in random order,
# > without names. It is trusted to forget who sent what, and with nothing else.
#
# Of shuffled yes and no there remains *how many* said yes. Lena's own answer no longer has her name on it: it hides
# among the coins of the others.

# %%
with_no, with_yes = dp.shuffling.yes_probabilities(1.0, people=5)
print("Lena's no: ", *(f"{chance:.2f}" for chance in with_no[2]))
print("Lena's yes:", *(f"{chance:.2f}" for chance in with_yes[2]), " for 0 to 5 yes of five")

# %% [markdown]
# (Two of the other four truly mean yes.) Of a single answer, one chance is 2.7 times the other. Here it is so at the
# ends alone, which are rare; in the middle the two are nearer to each other.
#
# > **Predict.** 1,000 people answer with ε = 1 each. After the shuffle, which ε has the number of yes, at δ = 10⁻⁶?

# %%
predict("reconstruction.shuffled_epsilon")

# %%
crowds = [10, 20, 30, 50, 70, 100, 200, 300, 500, 1_000]
curves = {epsilon: this.shuffled_curve(epsilon, crowds, delta=1e-6)
          for epsilon in (0.5, 1.0, 2.0)}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
explore(this.draw_shuffled, alt="The epsilon of shuffled answers falls with the number of "
        "people, that of the general bound starts to fall much later", size=(8, 3.8),
        people=slider(10, 1_000, 1_000, 10), local_epsilon=choice([0.5, 1.0, 2.0], 1.0),
        fixed=dict(delta=1e-6, crowds=crowds, curves=curves))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
exact, bound = (curve[-1] for curve in curves[1.0])
claim("exactly it is below 0.13, by the general bound below 0.57",
      exact < 0.13 and bound < 0.57)
outcome("reconstruction.shuffled_epsilon", exact)

# %% [markdown]
# The solid line is exact: δ is added up over the numbers of yes as in lesson 23, for whatever the others truly say that
# is worst for Lena. The dashed one is a theorem for answers of any kind (Feldman, McMillan and Talwar 2021). With
# $\varepsilon_0$ for the ε of each answer:
#
# $$\varepsilon \le \ln\Big(1 + \tfrac{e^{\varepsilon_0} - 1}{e^{\varepsilon_0} + 1}\Big(8\sqrt{\tfrac{e^{\varepsilon_0}
# \ln(4/\delta)}{n}} + \tfrac{8 e^{\varepsilon_0}}{n}\Big)\Big)$$
#
# Both fall like one over $\sqrt n$: each answer has as much noise as before, and the noise of all covers Lena. What if
# some of the others are the boss's friends, and tell him what they sent?

# %%
told = dp.shuffling.central_epsilon(1.0, people=20, delta=1e-6)
print(f"980 of 1,000 tell the boss what they sent: ε = {told:.2f} for the other 20")
claim("then the shuffle is worth next to nothing", told > 0.9)

# %% [markdown]
# Those who talk do not hide anybody. What stays, even if all of them talk or the shuffler does, is the ε of her own
# answer. You can now say what a shuffle is worth, and whom it needs.

# %% [markdown]
# ## With your own table
#
# A column of 0 and 1; here whether a tumour was benign, for 569 patients, from a file that scikit-learn ships. Counts
# are rounded to tens, as many offices do:

# %%
from sklearn.datasets import load_breast_cancer

benign = load_breast_cancer().target  # yours: 0 or 1 for each person
asked = dp.reconstruction.random_groups(4 * len(benign), len(benign), rng)
tens = 10 * np.rint(asked @ benign / 10)
share = (dp.reconstruction.least_squares(asked, tens) == benign).mean()
claim("counts rounded to tens give more than 95 % of 569 diagnoses back", share > 0.95)

# %% [markdown]
# It works where counts of many overlapping groups can be had, one by one or as tables. A handful of counts it does not
# break.
#
# **In earnest.** *opendp*'s `Context.compositor`, which divides one budget among all questions. If all of them are
# known beforehand, no sparse vector is needed: choose the largest with `make_noisy_max`, as in lesson 23. What people
# get wrong: rules on sizes of groups instead of a budget; noise that ignores how many tables come out; a second yes for
# the price of one.

# %% [markdown]
# ## What this does not protect
#
# - **What was published already.** Exact counts of last year are equations for ever.
# - **Against two desks** with a budget each, whose counts are put together.
# - **What most have in common.** It can be guessed without any table.
# - **The second yes**, which costs another ε; and a count that is told along with it.
# - **Against a shuffler that remembers**, beyond the ε of each answer.
#
# ## Summary
#
# A count is an equation: 64 exact ones give 64 answers, and refusing small groups does not change that. With noise far
# below $\sqrt n$, or rounding, the equations still nearly hold. The sensitivity of many counts is the number of groups
# that the person in most of them is in. A question that is mostly answered no can be paid for once. A shuffle protects
# better the more people stay silent about their answers.

# %%
display(quiz("reconstruction.quiz1"), quiz("reconstruction.quiz2"),
        quiz("reconstruction.quiz3"))

# %% [markdown]
# ## References
#
# - *Computing on private data*, the article this lesson follows.
# - I. Dinur and K. Nissim, *Revealing information while preserving privacy* (2003): both attacks of section 2.
# - C. Dwork and A. Roth, *The algorithmic foundations of differential privacy* (2014): chapter 8 on reconstruction,
#   section 3.6 on the sparse vector technique.
# - C. Dwork, M. Naor, O. Reingold, G. Rothblum and S. Vadhan, *On the complexity of differentially private data
#   release* (2009); M. Lyu, D. Su and N. Li, *Understanding the sparse vector technique for differential privacy*
#   (2017).
# - J. Abowd, *The U.S. Census Bureau adopts differential privacy* (2018); P. Francis, *A note on the misinterpretation
#   of the US Census re-identification attack* (2022).
# - M. Bun and T. Steinke, *Concentrated differential privacy* (2016): Gaussian noise and its $\rho$.
# - A. Cheu and others, *Distributed differential privacy via shuffling* (2019); U. Erlingsson and others,
#   *Amplification by shuffling* (2019); V. Feldman, A. McMillan and K. Talwar, *Hiding among the clones* (2021).
#
# Next: [31 Computing on what you cannot read](31_circuits_and_depth.ipynb).
