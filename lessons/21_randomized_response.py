# %% [markdown]
# # A poll nobody can hold against you
#
# **You will be able to** answer a question so that nobody can be sure of the truth, estimate a share from such answers,
# say what one answer gives away, choose a coin and a number of people, and break a poll that asks twice.
#
# About 55 minutes. Before it: [00 Start here](00_start_here.ipynb). Source: the article *Computing on private data*;
# Warner, *Randomized response* (1965).

# %%
from privlab.lab import *
from privlab import dp
from privlab.lessons import randomized_response as this

rng = start("21_randomized_response", seed=21)

# %% [markdown]
# ## 1. A coin that protects you
#
# Lena is asked whether she will vote for the incumbent. Her employer would love to know; the pollster needs only the
# share of *yes*. Can she answer so that the poll learns something and the employer is left guessing?
#
# > **Randomized response.** Flip a fair coin. Tails: tell the truth. Heads: flip again, and say *yes* on heads, *no* on
# > tails.
#
# The definition, as code:

# %%
def respond(truth, rng):
    return truth if rng.random() < 1 / 2 else int(rng.random() < 1 / 2)

# %% [markdown]
# Ten people who would truly say *yes* (1). The coins come from the seeded `rng`, so that you see what we see; Lena's
# own coin nobody may replay.

# %%
print([respond(1, rng) for _ in range(10)])

# %% [markdown]
# Some said *no* (0), because the coin made them. Whoever reads only the list cannot say which answers are coins, and
# Lena can always answer: the coin made me.
#
# > **Predict.** Of 10,000 people, 6,000 would truly say *yes*. How many *yes* will the pollster count?

# %%
predict("randomized_response.yes_counted")

# %%
truths = np.array([1] * 6_000 + [0] * 4_000)
answers = np.array([respond(truth, rng) for truth in truths])
print(f"{answers.sum():,} of 10,000 said yes")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("randomized_response.yes_counted", answers.sum())

# %% [markdown]
# Nearer 5,500 than 6,000: half the answers are coins, and half of those land on *yes*. If a share $p$ is truly *yes*, a
# share
#
# $$\tfrac12\, p + \tfrac12 \cdot \tfrac12 = \tfrac p2 + \tfrac14$$
#
# says *yes*, on average. Turned round, $N$ *yes* among $n$ answers give the estimate $\hat p = 2N/n - \tfrac12$.

# %%
guess = 2 * answers.sum() / 10_000 - 1 / 2
print(f"estimate {guess:.1%}, truth 60.0%")
claim("the poll is within two points of the truth", abs(guess - 0.6) < 0.02)

# %% [markdown]
# Nobody has said anything they could not deny, and the estimate came within two points. Now watch a poll come in, of
# 2,500 people. Press play, or drag how many have answered. An answer is true with chance 3/4: in half of the cases it
# is told, in a quarter the second coin happens to say the same.

# %%
ln3 = np.log(3)  # what two fair coins are worth: section 2
voters = rng.permutation(np.repeat([1, 0], [1_500, 1_000]))
explore(this.draw_poll, alt="Left, a square for each person, dark for yes; right, the "
        "estimate, which wanders at first and settles on the truth", panels=2, size=(9, 3.6),
        answered=slider(10, 2_500, 400, 10, play=True),
        fixed=dict(answers=dp.randomized_response.respond(voters, ln3, rng), truths=voters,
                   epsilon=ln3))

# %% [markdown]
# With ten answers the estimate may even lie above 100 %. It is still right *on average*, and it settles.
#
# ### Your turn
#
# Coins need not be fair. Write `estimate(answers, truth_probability)`: the share of true *yes*, when each answer, 0 or
# 1, is the true one with chance `truth_probability`, for whatever reason. (With the two fair coins that is 3/4.)

# %% exercise="randomized_response.estimate"

# %%
check("randomized_response.estimate", estimate)

# %% [markdown]
# ## 2. What a denial is worth
#
# Lena said *yes*. Her employer asks: how much more likely is that from someone who means it? With two fair coins a
# true *yes* says *yes* with chance $\tfrac12 + \tfrac14 = \tfrac34$, a true *no* with chance $\tfrac14$: three times.
# And a *no* is three times likelier from a true *no*.
#
# > A way to answer is **ε-differentially private** if no answer is more than $e^{\varepsilon}$ times likelier from one
# > truth than from another.
#
# So here $\varepsilon = \ln 3$. In general, an answer that is true with chance $k > \tfrac12$ is worth
# $\varepsilon = \ln\frac{k}{1-k}$. The library `opendp` agrees:

# %%
ours = dp.randomized_response.epsilon_of(3 / 4)
library = dp.randomized_response.opendp_epsilon(3 / 4)
print(f"ours {ours:.4f}   opendp {library:.4f}   ln 3 {ln3:.4f}")
claim("two fair coins are worth ε = ln 3", abs(library - ln3) < 1e-12)

# %% [markdown]
# What does that factor do to a belief?
#
# > **Predict.** The employer thought there was a 10 % chance that Lena means *yes*. She says *yes*. What does he think
# > now?

# %%
predict("randomized_response.belief")

# %%
belief = dp.randomized_response.posterior(prior=0.10, epsilon=ln3)
print(f"before 10 %, after {100 * belief:.0f} %")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the odds have tripled, from 1:9 to 3:9", abs(belief / (1 - belief) - 3 / 9) < 1e-9)
outcome("randomized_response.belief", 100 * belief)

# %% [markdown]
# Not 75 %, and not certainty: 25 %. Whatever he knew before, one answer multiplies his *odds* by 3 or divides them by
# 3, never more. From 90 % he gets to 96 %, and most of that he knew already.
#
# In the library the rule is two lines. Look at `weight`: each *no* is a factor of $e^{\varepsilon}$ in favour of *no*,
# and each *yes* takes one away.

# %%
source(dp.randomized_response.posterior)

# %% [markdown]
# Drag how often the first coin says "the truth", and what he believed before:

# %%
explore(this.draw_belief, alt="Two curves, the belief after a yes and after a no, which part "
        "from the diagonal the more often the truth is told", size=(7.5, 3.8),
        truth_percent=slider(5, 95, 50), prior_percent=slider(0, 100, 10))

# %% [markdown]
# At 5 % the curves nearly lie on the diagonal: a *yes* says next to nothing. At 95 % one *yes* takes a belief of 10 %
# to 81 %; $\varepsilon$ is 3.66.
#
# ### Your turn
#
# Write `respond_with(truth, epsilon, rng)`: an answer, 0 or 1, that is ε-differentially private and as often true as
# that allows. Below yours the check is shown one who `admits` everything.

# %% exercise="randomized_response.respond_with"

# %%
check("randomized_response.respond_with", respond_with)

# %%
def admits(truth, epsilon, rng):
    return truth

check("randomized_response.respond_with", admits, whose="an honest person's")

# %% [markdown]
# ## 3. What trusting nobody costs
#
# The pollster asks back: how many people must I ask? If an answer is true with chance $k$, then $n$ answers give the
# share with a **standard error**, the typical distance from the truth, of
#
# $$\frac{1}{2k-1}\sqrt{\frac{k(1-k)}{n}}\,, \qquad\text{with two fair coins } \sqrt{\frac{3}{4n}} .$$
#
# Run the poll of 10,000 a thousand times and look. The library's `respond` is yours for everybody at once: see its last
# line, where each person has a coin of their own.

# %%
source(dp.randomized_response.respond)

# %%
def poll(truths, epsilon, rng):
    answers = dp.randomized_response.respond(truths, epsilon, rng)
    return dp.randomized_response.estimate_share(answers, epsilon)

polls = [poll(truths, ln3, rng) for _ in range(1_000)]
formula = np.sqrt(3 / (4 * 10_000))
claim("1,000 polls stray as the formula says, within 10 %",
      abs(np.std(polls) / formula - 1) < 0.1)
claim("they are right on average, to a tenth of a point", abs(np.mean(polls) - 0.6) < 0.001)
print(f"standard error {formula:.2%}")

# %% [markdown]
# If there were somebody whom all could trust with the truth, they could count the true answers and add noise to
# the *count* alone. One person changes it by 1, so noise of size $1/\varepsilon$ is enough (lesson 22 shows why),
# and the share errs by $\sqrt2/(n\varepsilon)$.
#
# > Noise added by each person is the **local** model, noise added once by somebody trusted the **central** one.
#
# > **Predict.** How much larger is the local error, at 10,000 people and $\varepsilon = 1.1$, which is about $\ln 3$?

# %%
predict("randomized_response.local_error")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
explore(this.draw_errors, alt="Two falling lines, the local error and the steeper central one",
        size=(8, 3.8), epsilon=slider(0.1, 4.0, 1.1, 0.1),
        people=slider(100, 20_000, 10_000, 100))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("randomized_response.local_error",
        dp.randomized_response.standard_error(10_000, 1.1) * 10_000 * 1.1 / np.sqrt(2))

# %% [markdown]
# Sixty-seven times. The local error falls with $\sqrt n$, the central one with $n$: the more people, the dearer it is
# to trust nobody. The dotted line is the error of having asked only a sample of all people, half of whom mean *yes*,
# with no noise at all. Where the central line is far below it, the noise costs nothing that matters.
#
# ### Your turn
#
# Write `people_needed(epsilon, error)`: how many people, a whole number, bring the standard error of the local poll
# down to `error`.

# %% exercise="randomized_response.people_needed"

# %%
check("randomized_response.people_needed", people_needed)

# %% [markdown]
# ## 4. An employer with patience
#
# ### Break it
#
# Lena's employer has the poll repeated, every day for a month. Lena means *yes*, Omar at the next desk means *no*; both
# flip their coins anew each time, and both can deny every single answer.
#
# > **Predict.** He begins at 50 %. After how many days is he 99 % sure of Lena?

# %%
predict("randomized_response.days_until_sure")

# %%
month = {name: dp.randomized_response.respond(np.full(30, truth), ln3, rng)
         for name, truth in (("Lena", 1), ("Omar", 0))}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
show(this.draw_days, alt="Belief day by day: Lena's climbs to 100 %, Omar's falls to 0 %",
     size=(8, 3.6), epsilon=ln3, months=month)
lena = month["Lena"].sum()
claim("a month of deniable answers gives Lena away: above 99.9 %",
      dp.randomized_response.posterior(0.5, epsilon=ln3, yes=lena, no=30 - lena) > 0.999)
outcome("randomized_response.days_until_sure",
        1 + (np.cumsum(2 * month["Lena"] - 1) >= 5).argmax())

# %% [markdown]
# A lead of five *yes* over *no* does it: it makes the odds $3^5 = 243$ to 1. With three true answers in four the lead
# grows by one in two days, so five take about ten. Each day brings the odds a factor of up to 3, so that 30 days are
# $30\,\varepsilon$-private together: a promise of nothing. Lesson 23 is about such sums.
#
# ### Your turn
#
# Write `respondent(truth, epsilon, rng)`. It returns a function without arguments that gives today's answer, 0 or 1.
# Each day's answer should be as often true as ε allows, and a month of them should tell no more than one.

# %% exercise="randomized_response.respondent"

# %%
check("randomized_response.respondent", respondent)

# %%
respondent = use("randomized_response.respondent", respondent)
months = [[ask() for _ in range(30)]
          for ask in (respondent(1, ln3, rng) for _ in range(500))]
seen_true = np.mean([np.mean(month) > 1 / 2 for month in months])
claim("of 500 who mean yes, the month gives away about 3 in 4, like one day",
      abs(seen_true - 0.75) < 0.08)

# %% [markdown]
# One who remembers the answer is safe from averaging. (Google's RAPPOR remembers it too. But where truths change, day
# by day, the changes show.)
#
# The next attempt is to look at fewer people. Lena's team has eight members, five of whom mean *yes*: 62.5 %. Here is
# what five polls make of it:

# %%
team = np.array([1] * 5 + [0] * 3)
five = [poll(team, ln3, rng) for _ in range(5)]
print("  ".join(f"{guess:.0%}" for guess in five))
claim("for eight people the standard error is over 30 points",
      dp.randomized_response.standard_error(8, ln3) > 0.30)

# %% [markdown]
# A subgroup small enough breaks the *poll*, not the promise: the bound holds for a group of one, and the estimate is
# worthless there. In a group that is large and of one mind it is the other way round: the poll of 1,000 people who all
# mean *yes* comes out near 100 %, and then the truth of every one of them is known, coins or not.
#
# Last, somebody who lies. An answer that nobody flipped a coin for cannot be told from one of a coin.
#
# > **Predict.** One per cent of 10,000 people, all of whom mean *no*, skip the coins and say *yes*. By how much does
# > the estimate move?

# %%
predict("randomized_response.liars")

# %%
for epsilon in (ln3, 0.1):
    keep = dp.randomized_response.truth_probability(epsilon)
    print(f"ε = {epsilon:.1f}: by {0.01 * keep / (2 * keep - 1):.1%} on average")
none = np.zeros(10_000, dtype=int)
honest = dp.randomized_response.respond(none, 0.1, rng)
lying = np.where(np.arange(10_000) < 100, 1, honest)
honest_share, share = (dp.randomized_response.estimate_share(answers, 0.1)
                       for answers in (honest, lying))
moved = share - honest_share

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("at ε = 0.1, a hundred liars move the estimate by more than 8 points", moved > 0.08)
outcome("randomized_response.liars", "by more, the smaller ε is")

# %% [markdown]
# Each liar moves the estimate by as much as $k/(2k-1)$ people who change their minds: at ε = 0.1 by ten people. In a
# trusted count a liar counts as one. The stronger the privacy, the heavier the lie.

# %% [markdown]
# ## With your own poll
#
# A column of yes and no; here whether a tumour was benign, for 569 patients, from a file that scikit-learn ships:

# %%
from sklearn.datasets import load_breast_cancer

benign, own_epsilon = load_breast_cancer().target, 1.0  # yours: 0 or 1 for each person
said = dp.randomized_response.respond(benign, own_epsilon, rng)
estimated = dp.randomized_response.estimate_share(said, own_epsilon)
error = dp.randomized_response.standard_error(len(benign), own_epsilon)
print(f"estimated {estimated:.0%} ± {1.96 * error:.0%}, truly {benign.mean():.0%}")

# %% [markdown]
# In a poll each person's own device flips the coins, and not with a seeded `rng`.
#
# **In earnest.** *opendp*, `make_randomized_response_bool(prob)`. What people get wrong: `prob` is the chance of a true
# answer, $e^\varepsilon/(1 + e^\varepsilon)$, and not that of the first coin; every further question costs an ε of its
# own; and people who are asked again must repeat their answer.

# %% [markdown]
# ## What this does not protect
#
# - **Against being asked again**, unless the answer is remembered.
# - **What the group tells.** If nearly all mean *yes*, so does Lena, most likely; the poll was made to find that out.
# - **Who was asked**, and that there was a question.
# - **The poll**, from those who lie.
#
# ## Summary
#
# Two coins let Lena deny her answer: it moves anybody's odds by a factor of 3 at most, which is ε = ln 3. The share
# comes out with an error of $\sqrt{3/(4n)}$: for 10,000 people 67 times that of a trusted count, and the more people,
# the more times. Fresh coins every day are averaged away.

# %%
display(quiz("randomized_response.quiz1"), quiz("randomized_response.quiz2"),
        quiz("randomized_response.quiz3"))

# %% [markdown]
# ## References
#
# - *Computing on private data*, the article this lesson follows.
# - S. Warner, *Randomized response*, Journal of the American Statistical Association 60 (1965).
# - C. Dwork and A. Roth, *The Algorithmic Foundations of Differential Privacy* (2014), section 3.2.
# - Ú. Erlingsson, V. Pihur and A. Korolova, *RAPPOR* (2014): answers that are remembered.
# - A. Cheu, A. Smith and J. Ullman, *Manipulation Attacks in Local Differential Privacy* (2019): clients that lie.
#
# Next: [22 Noise that keeps a promise](22_laplace_mechanism.ipynb).
