# %% [markdown]
# # Every answer costs
#
# **You will be able to** add up what many releases give away, by four rules, put a meter in front of data and break one
# that has a hole, choose one of several options privately, say where that must fail, and let several parties make the
# noise together.
#
# About 75 minutes. Before it: [11 Four raises and no secrets told](11_raises.ipynb) and [22 Noise that keeps a
# promise](22_laplace_mechanism.ipynb). Source: the article *Computing on private data*; Dwork and Roth, *The
# Algorithmic Foundations of Differential Privacy* (2014).

# %%
from privlab.lab import *
from privlab import dp, mpc
from privlab.lessons import composition_and_selection as this

rng = start("23_composition_and_selection", seed=23)

# %% [markdown]
# ## 1. The same question every day
#
# Each day Lena's company publishes how many of its 40 people took a nap at work, plus Laplace noise of scale
# $1/\varepsilon$, which is $\varepsilon$-private. The others know that twelve of them did. Is Lena the thirteenth? She
# is, and every published count is wrong by a few naps.
#
# ### Break it
#
# A colleague writes all the counts down.
#
# > **Predict.** Five counts follow, then the average of a thousand. How near to 13 does it come?

# %%
predict("composition_and_selection.average_of_1000")

# %%
def release(epsilon):
    return 13 + rng.laplace(0, 1 / epsilon)

print(" ".join(f"{release(0.5):.1f}" for _ in range(5)))
average = np.mean([release(0.5) for _ in range(1_000)])
print(f"average of a thousand: {average:.2f}")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("a thousand releases average to 13, within 0.4", abs(average - 13) < 0.4)
outcome("composition_and_selection.average_of_1000", abs(average - 13))

# %% [markdown]
# Fresh noise averages out, so a thousand releases are far from $\varepsilon = 0.5$. What are they, then?
#
# > The **privacy loss** of what came out is $\ln(\text{its chance here} / \text{its chance in the neighbouring
# > world})$: here Lena took a nap, there she did not. (Where any number may come out, its chance is the density.) The
# > losses of independent releases **add up**.
#
# Of three releases:

# %%
def loss(published, epsilon):
    return epsilon * (abs(published - 12) - abs(published - 13))

losses = [loss(release(0.5), 0.5) for _ in range(3)]
print(" + ".join(f"{single:.2f}" for single in losses), f"= {sum(losses):.2f}")
claim("no single loss exceeds ε", max(np.abs(losses)) <= 0.5 + 1e-12)

# %% [markdown]
# > **Basic composition.** Releases that are $\varepsilon_1, \dots, \varepsilon_k$-private are together
# > $(\varepsilon_1 + \dots + \varepsilon_k)$-private.
#
# Nothing more is to be proved: if no loss exceeds its $\varepsilon$, no sum exceeds theirs. It holds as well where each
# question depends on the answers before it, as an attacker's will. But losses have both signs. Will the sum come near?
#
# > **Predict.** A hundred releases of ε = 0.1 lose at most 10 in all. Where do most runs end up?

# %%
predict("composition_and_selection.total_loss")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
explore(this.draw_total_loss, alt="A hill of total losses just right of 0; the sum of all "
        "epsilons stands far to its right, the exact epsilon between them",
        releases=slider(5, 500, 100, 5), epsilon=slider(0.05, 1.0, 0.1, 0.05),
        fixed=dict(delta=1e-6))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("composition_and_selection.total_loss", "just right of 0")

# %% [markdown]
# Nearly all runs lose 3 or less, and the sum of all ε, 10, guards against runs that hardly ever happen. You can now say
# what a privacy loss is, and why losses of both signs add up to less than the ε do.
#
# ## 2. What a thousand answers cost
#
# Who accepts a tiny chance $\delta$ of those rare runs pays less:
#
# > A release is **$(\varepsilon, \delta)$-private** if no event is likelier in one of two neighbouring worlds than
# > $e^\varepsilon$ times its chance in the other, plus $\delta$.
#
# In a world with many people $\delta$ must be far smaller than one over their number: whoever publishes the record of
# one person in a million, drawn by lot, is $(0, 10^{-6})$-private.

# %% [markdown]
# | rule | $k$ releases of $\varepsilon$ cost, at $\delta$ |
# | --- | --- |
# | basic | $k\varepsilon$, and $\delta = 0$ |
# | advanced | $\varepsilon\sqrt{2k\ln(1/\delta)} + k\varepsilon(e^\varepsilon - 1)$ |
# | zero-concentrated | $\rho + 2\sqrt{\rho\ln(1/\delta)}$ with $\rho = k\varepsilon^2/2$ |
#
# All three hold for releases of every ε-private mechanism. The last two grow like $\sqrt k$ while $k\varepsilon^2$ is
# small. $\rho$ is a budget that simply adds up, and $\varepsilon^2/2$ is what one release takes of it.

# %%
print(f"a thousand of ε = 0.1: basic {dp.composition.basic(0.1, 1_000):.2f}")
print(f"advanced {dp.composition.advanced(0.1, 1_000, delta=1e-6):.2f}")
print(f"zero-concentrated {dp.composition.zero_concentrated(0.1, 1_000, delta=1e-6):.2f}")
gains = [k for k in range(1, 100) if dp.composition.advanced(0.01, k, 1e-6) < 0.01 * k]
claim("for small ε the advanced rule pays from about 2 ln(1/δ) = 28 releases",
      27 < gains[0] < 30)

# %% [markdown]
# Such formulas are bounds. If the chance of every loss is known, δ can also be computed exactly. Take the fair-coin
# poll of lesson 21, and somebody who means *yes*: the answer is *yes* with chance 3/4, a loss of $\ln 3$, and *no* with
# chance 1/4, a loss of $-\ln 3$. Asked twice, it loses $2\ln 3$, 0 or $-2\ln 3$.
#
# ### Your turn
#
# Write `delta_of(losses, probabilities, epsilon)`, the δ at which ε holds; `losses` and `probabilities` are arrays, a
# number for each outcome. An outcome of loss $L$ and probability $p$ here has the probability $p\,e^{-L}$ in the other
# world. $e^\varepsilon$ times that is allowed here. What $p$ exceeds it by, added up over all outcomes, is δ.

# %% exercise="composition_and_selection.delta_of"

# %%
check("composition_and_selection.delta_of", delta_of)

# %% [markdown]
# For a thousand releases there are too many sums to list. But **adding independent numbers convolves their
# distributions**, and a Fourier transform turns a convolution into a product: the thousandth power of the transform is
# the transform of a thousand releases. So the losses are put on a grid of step 0.0001. The chance of a loss between two
# points is shared between them, so that it stays what it was in both worlds. That spreads losses out, and δ never comes
# out too small. Find the line of the code that does three things: transform, power, and back.

# %%
source(dp.pld.PrivacyLoss.compose)

# %% [markdown]
# Between the formulas and the exact sum stands the **Rényi** rule. Of the whole distribution of the loss $L$ it keeps
# one number for each order $\alpha$, the **Rényi divergence**
#
# $$D_\alpha = \frac{1}{\alpha - 1} \ln \mathbb{E}\, e^{(\alpha - 1) L}.$$
#
# Those of $k$ releases add up to $k D_\alpha$, and for every $\alpha > 1$ it follows that $\varepsilon = k D_\alpha +
# \ln(1/\delta)/(\alpha - 1)$ holds at δ (Markov's inequality; the code's last step is a little sharper). The best
# $\alpha$ counts. Zero-concentrated privacy knows only that $D_\alpha \le \rho\,\alpha$.

# %%
delta_of = use("composition_and_selection.delta_of", delta_of)
twice, sums = np.convolve([1 / 4, 0, 3 / 4], [1 / 4, 0, 3 / 4]), np.log(3) * np.arange(-2, 3)
print(f"poll twice, ε = 1.5: δ = {float(delta_of(sums, twice, 1.5)):.4f}")
costs = dp.composition.all_rules(0.1, 1_000, 1e-6)
for rule, cost in costs.items():
    print(f"a thousand of ε = 0.1, {rule}: {cost:.2f}")

# %% [markdown]
# The library *dp-accounting*, by Google, does the same sums. What it says of them:

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
from dp_accounting import dp_event, rdp
from dp_accounting.pld import privacy_loss_distribution as library

by_library = library.from_laplace_mechanism(10).self_compose(1_000).get_epsilon_for_delta(1e-6)
claim("dp-accounting's exact ε is ours within 1e-4",
      abs(by_library - dp.pld.laplace(0.1).compose(1_000).epsilon(1e-6)) < 1e-4)
accountant = rdp.RdpAccountant().compose(dp_event.LaplaceDpEvent(10), 1_000)
claim("and its Rényi ε is ours too", abs(accountant.get_epsilon(1e-6) - costs["Rényi"]) < 1e-4)
accountant = rdp.RdpAccountant().compose(dp_event.ZCDpEvent(0.1**2 / 2), 1_000)
share = accountant.get_epsilon(1e-6) / costs["zero-concentrated"]
claim("its zero-concentrated ε is 5 % below ours, by a better last step", 0.94 < share < 0.96)
claim("basic > advanced > zero-concentrated > Rényi > exact",
      list(costs) == sorted(costs, key=costs.get)[::-1])

# %% [markdown]
# 100 by the basic rule, 19 exactly, for the same thousand counts and the same noise. All rules are true; the exact one
# wastes nothing.
#
# > **Predict.** For ten releases instead of a thousand, which rule is the worst?

# %%
predict("composition_and_selection.worst_rule")

# %%
grid = np.unique(np.geomspace(1, 1_000, 20).round().astype(int))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
explore(this.draw_rules, alt="Five curves of the cost of many releases: the basic rule is a "
        "straight line, the others bend below it, the exact one lowest",
        releases=slider(10, 1_000, 400, 10), epsilon=choice([0.02, 0.1, 0.5], 0.1),
        fixed=dict(delta=1e-6, grid=grid,
                   curves=this.curves_of_rules((0.02, 0.1, 0.5), grid, 1e-6)))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("composition_and_selection.worst_rule",
        max(rules := dp.composition.all_rules(0.1, 10, 1e-6), key=rules.get))

# %% [markdown]
# Drag the releases down to 10: for a few of them the square roots cost more than they save, and the exact rule follows
# the basic one. You can now say what a thousand answers cost by each rule, and what δ buys.
#
# ## 3. A meter that refuses
#
# Now the company lets its people ask: how many took a nap, in any group they like? No group of one, it says.
#
# ### Break it
#
# Two groups are enough, *all* and *all but Lena*. Their **difference** is Lena, and the noise goes when both are asked
# often:

# %%
naps = np.array([1] * 13 + [0] * 27)  # Lena is number 12

def everybody(epsilon):
    return naps.sum() + rng.laplace(0, 1 / epsilon)

def all_but_lena(epsilon):
    return np.delete(naps, 12).sum() + rng.laplace(0, 1 / epsilon)

pairs = [everybody(0.5) - all_but_lena(0.5) for _ in range(1_000)]
print(f"average difference: {np.mean(pairs):.2f}")
claim("a thousand pairs of questions tell that Lena took a nap", np.mean(pairs) > 0.5)

# %% [markdown]
# Each answer was private, and together they were not. Somebody has to count:
#
# > A **privacy budget** is the most that all answers together may cost. A **meter** writes each cost down before it
# > asks the data, and refuses what would exceed the budget.
#
# A refusal follows from the costs alone, so that it tells nothing, and the costs may be chosen along the way: such a
# meter is known as a **privacy filter**. Here the budget is 4.

# %%
BudgetSpent = dp.BudgetSpent
budget, pairs = dp.Budget(4), []
try:
    while True:
        pairs.append(budget.ask(everybody, 0.5) - budget.ask(all_but_lena, 0.5))
except BudgetSpent as refusal:
    print(f"after {len(pairs)} pairs: {refusal}")
claim("all of the budget is spent, and no more", budget.left == 0)

# %% [markdown]
# Each of 4,000 attackers spends all of a budget on Lena. Drag it:

# %%
differences = rng.laplace(size=(4_000, 100)) - rng.laplace(size=(4_000, 100))
explore(this.draw_differencing, alt="Two overlapping hills of averages, with and without "
        "Lena's nap; the larger the budget the narrower", budget=slider(1, 100, 4),
        fixed=dict(epsilon=0.5, differences=differences))

# %% [markdown]
# Four pairs leave such an attacker little better than a coin; a budget of 100 makes nine in ten right. A wiser one, who
# knows the other twelve, spends all 4 on a single question about *all*:

# %%
at_once = np.mean(rng.laplace(0, 1 / 4, size=20_000) < 0.5)
claim("one question for all of the budget is right in 93 %, within 1 %",
      abs(at_once - 0.93) < 0.01)

# %% [markdown]
# No attack on a budget of 4 is right in more than 98.2 %, which is $e^4/(1+e^4)$ (lesson 22), where naps and none are
# as likely. So set the budget by what *anybody* might do with it. It has a price: an honest analyst runs out of
# questions just as fast. You can now say what a meter counts, and what may decide whether it refuses.
#
# ### Your turn
#
# Write `meter(budget)`. It returns a function `ask(mechanism, epsilon)` that gives back `mechanism(epsilon)` or raises
# `BudgetSpent`. The check plays an analyst who tries everything, senseless costs too. (In floating point `0.1 + 0.1 +
# 0.1 > 0.3`, so that a budget of 0.3 refuses the third question of 0.1; `Fraction(str(0.1))`, from the module
# `fractions`, counts it as it is written.)

# %% exercise="composition_and_selection.meter"

# %%
check("composition_and_selection.meter", meter)

# %% [markdown]
# ## 4. A choice nobody can be blamed for
#
# The company votes on its outing, and everybody may approve of as many places as they like: **approval voting**. The
# lake has 22 approvals, the museum 20. Noise on a name makes no sense. What can a private choice be?
#
# > **Exponential mechanism** (McSherry and Talwar 2007). Choose option $r$ with a chance proportional to
# > $e^{\varepsilon u(r) / 2\Delta}$, where $u$ is its score and $\Delta$ the most by which one person changes a score.
#
# Whoever changes all their approvals moves each score by 1, so $\Delta = 1$.
#
# *Why it is ε-private.* The chance of $r$ is $e^{\varepsilon u(r)/2\Delta}$ divided by the sum of these for all
# options. One person moves each $u$ by $\Delta$ at most, and so the numerator by a factor of $e^{\varepsilon/2}$ at
# most, and the sum as well: together $e^\varepsilon$. As code:

# %%
approvals, epsilon = np.array([22, 20, 12, 4]), 1.0
weights = np.exp(epsilon * approvals / 2)
probabilities = weights / weights.sum()
print(" ".join(f"{probability:.1%}" for probability in probabilities))

# %% [markdown]
# The lake is likely, the museum may well win, and no voter can be sure to have decided it. How bad can the choice be?
#
# > With $n$ options the chosen score lies more than $(2\Delta/\varepsilon)\ln(n/\beta)$ below the best one with a
# > chance of at most $\beta$.
#
# There are two ways to draw it: by these chances, or as the option with the largest $\varepsilon u / 2\Delta$ plus
# **Gumbel noise**, which is $-\ln(-\ln U)$ of a uniform number $U$. The library opendp takes the second. See the last
# line of ours:

# %%
source(dp.exponential.choose_by_gumbel)

# %% [markdown]
# > **Predict.** With 400 voters in the same shares, how likely is the lake?

# %%
predict("composition_and_selection.lake")

# %%
gumbel = dp.exponential.choose_by_gumbel(approvals, epsilon, rng, trials=2_000)
theirs = dp.exponential.choose_by_opendp(approvals, epsilon, trials=2_000)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
for name, drawn in (("Gumbel noise", gumbel), ("opendp", theirs)):
    shares = np.bincount(drawn, minlength=4) / len(drawn)
    claim(f"{name} gives the same chances within 6 %",
          np.abs(shares - probabilities).max() < 0.06)
short = 22 - approvals[dp.exponential.choose(approvals, epsilon, rng, trials=20_000)]
shortfall = dp.exponential.shortfall(4, epsilon, doubt=0.05)
claim("at most 5 % of the choices are worse than promised", np.mean(short > shortfall) <= 0.05)
moved = [dp.exponential.probabilities(approvals + np.array(change) - 1, epsilon)
         for change in np.ndindex(3, 3, 3, 3)]
claim("of all 81 ways to change one's approvals, none moves a chance by more than e^ε",
      np.abs(np.log(moved / probabilities)).max() <= epsilon)
places = dict(shares=(0.55, 0.5, 0.3, 0.1), names=("lake", "museum", "cooking", "karaoke"))
explore(this.draw_choice, alt="Bars: the chance of each of four outings", fixed=places,
        epsilon=slider(0.05, 4.0, 1.0, 0.05), people=slider(10, 400, 40, 10))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("composition_and_selection.lake",
        100 * dp.exponential.probabilities(400 * np.array(places["shares"]), 1.0)[0])

# %% [markdown]
# What one person may move stays the same while the lead grows with the crowd. (Where voters only join or leave, all
# scores move the same way, and the 2 may go.)
#
# ### Your turn
#
# Write `choose(scores, epsilon, sensitivity, rng)`: the place of the option that the exponential mechanism chooses.
# Scores may be in the thousands, where $e^u$ is too large a number for a computer.

# %% exercise="composition_and_selection.choose"

# %%
check("composition_and_selection.choose", choose)

# %% [markdown]
# Two shops would like a private list of the customers they have in common. Score each possible list by how many of
# 10,000 names it gets right, listed or left out: one customer moves a score by 1. But there are $2^{10000}$ lists, and
# $\ln n$ is so large that the bound above says nothing.
#
# What does the mechanism do? A score is a sum over names, so the weight of a list is a product, and each name is
# decided by itself: right with chance $e^{\varepsilon/2}/(1 + e^{\varepsilon/2})$, like the poll of lesson 21 at
# $\varepsilon/2$. At ε = 1 it gets 38 % of all names wrong:

# %%
wrong_of_six = np.indices([2] * 6).reshape(6, -1).sum(axis=0)  # in each of all 64 lists of six
share = dp.exponential.probabilities(-wrong_of_six, 1.0) @ wrong_of_six / 6
claim("of six names the mechanism itself gets 38 % wrong, as the poll at ε/2 does",
      abs(share - 1 / (1 + np.exp(1 / 2))) < 1e-12)

# %% [markdown]
# No other mechanism that treats all names alike does well at such an ε. Whether a name is on the true list depends on
# **one** person, so it may be named at most $e^\varepsilon$ times as often as one that is not. (*Alike*: whoever always
# publishes one fixed list tells nothing, and may be lucky.)
#
# > **Predict.** 1,000 are in common, 9,000 not. At ε = 1, how much of the best private list is true?

# %%
predict("composition_and_selection.private_list")

# %%
within = dp.exponential.shortfall(2**10_000, epsilon=1.0, doubt=0.05)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the promise for lists is worse than getting all 10,000 wrong", within > 10_000)
explore(this.draw_intersection, alt="Two rising curves over epsilon: how many common names "
        "are named, and how much of the list is true, which starts near a tenth",
        epsilon=slider(0.1, 12.0, 1.0, 0.1), fixed=dict(common=1_000, others=9_000))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("composition_and_selection.private_list",
        100 * float(dp.exponential.truest_list(common=1_000, others=9_000, epsilon=1.0)))

# %% [markdown]
# Less than a quarter. The article is right about such lists. *How many* are in common is another matter: one person
# moves that by 1, and a Laplace release tells it within a few. You can now say when a private choice is good, and why
# no private list of names is.
#
# ## 5. Noise from many hands
#
# So far somebody held the data. Five teams want the total of their naps, as in lesson 11, and the total should be
# private too. If one party adds the noise, it can subtract it.
#
# > **Discrete Laplace** noise is a whole number, $n$ with a chance in proportion to $e^{-\varepsilon |n|}$. It is a sum
# > of $h$ shares, each the difference of two **Pólya** numbers of shape $1/h$.

# %% [markdown]
# *Why.* A Pólya number is a negative binomial one whose shape need not be whole. Numbers of shapes $r$ and $s$ add up
# to one of shape $r + s$. So $h$ of shape $1/h$ add up to one of shape 1: a geometric number, $n$ with a chance in
# proportion to $e^{-\varepsilon n}$. The difference of two geometric numbers is discrete Laplace noise.
#
# Everybody adds a share. A coalition knows its own and subtracts them. The noise must be *sized* for those who are
# left: $h$ is the number of honest parties.

# %%
tiny = dp.distributed_noise.shares_of_noise(1.0, honest=3, parties=5, trials=1, rng=rng)[0]
print(f"five shares of noise: {tiny.tolist()}")
explore(this.draw_remaining, alt="Two step curves, the noise that epsilon 1 needs and what "
        "remains of it; sized for all five, what remains is too narrow",
        honest=slider(1, 5, 5), coalition=slider(0, 4, 2), fixed=dict(epsilon=1.0, parties=5))

# %% [markdown]
# Sized for all five, the noise that two leave when they subtract theirs gives ε = 1.49 instead of 1. Sized for three,
# it gives 1 exactly.
#
# ### Your turn
#
# Write `noise_share(epsilon, parties, coalition, rng)`: one party's share, such that the total is ε-private although a
# coalition of that size subtracts its own. In numpy a Pólya number is `rng.negative_binomial(shape, 1 -
# np.exp(-epsilon))`.

# %% exercise="composition_and_selection.noise_share"

# %%
check("composition_and_selection.noise_share", noise_share)

# %% [markdown]
# Now five real processes. Each draws its noise from the operating system, in its own memory, and shares only its number
# plus noise; the noisy total alone is opened. Their threshold is two, so two may collude, and the noise is sized for
# three. All are semi-honest and have private channels, as in lesson 11: who adds no noise is not found out.
#
# This is what each party runs; look at what it shares, and at the only thing that is opened:

# %%
source(mpc.programs.noisy_total.noisy_total)

# %%
mine = dict(epsilon=1.0, honest=3, adds_noise=True, releases=1)
totals = mpc.parties.run("noisy_total", [dict(mine, number=naps) for naps in (3, 1, 4, 2, 3)])
claim("all five learn the same total, off by less than 40",
      len({tuple(total) for total in totals}) == 1 and abs(totals[0][0] - 13) < 40)

# %% [markdown]
# How is noise tested that nobody may see? With zeros for numbers, a thousand times over, and two parties that add
# nothing: as if a coalition had subtracted its own.

# %%
silent = [dict(mine, number=0, releases=1_000, adds_noise=i < 3) for i in range(5)]
noise = np.array(mpc.parties.run("noisy_total", silent)[0])
claim("what three honest parties add is the discrete Laplace of ε = 1 (chi-square)",
      dp.distributed_noise.fit_p_value(noise, epsilon=1.0) > 1e-9)
claim("and not that of ε = 2", dp.distributed_noise.fit_p_value(noise, epsilon=2.0) < 1e-9)

# %% [markdown]
# You can now say for how many parties shared noise is sized, and why.
#
# ## Two tools, side by side
#
# | | multiparty computation | differential privacy |
# | --- | --- | --- |
# | guarantee | [only the result is seen](11_raises.ipynb#3.-Shares-that-tell-nothing) | [nobody moves a chance by more than $e^\varepsilon$](22_laplace_mechanism.ipynb#1.-Two-worlds,-one-number) |
# | typical use | [a few who compete: auction, vote](12_what_a_result_reveals.ipynb#1.-Those-who-put-in,-those-who-get-out) | [a crowd: a poll](21_randomized_response.ipynb#1.-A-coin-that-protects-you) |
# | parties | [two](12_what_a_result_reveals.ipynb#4.-Whom-do-we-both-know?) or [a few, some of them honest](11_raises.ipynb#4.-Friends-and-liars) | [one that is trusted, or none](21_randomized_response.ipynb#3.-What-trusting-nobody-costs) |

# %% [markdown]
# | | multiparty computation | differential privacy |
# | --- | --- | --- |
# | exactness | [to the dollar](11_raises.ipynb#1.-Shares-that-add-up) | [noise, and choices that may miss](#4.-A-choice-nobody-can-be-blamed-for) |
# | auxiliary information | [with it the result tells more](12_what_a_result_reveals.ipynb#3.-One-story-in-the-newspaper) | [changes nothing in the promise](22_laplace_mechanism.ipynb#3.-What-comes-after,-and-what-one-knows-already) |
# | cost | [processes and messages](11_raises.ipynb#5.-When-somebody-leaves) | [a budget that runs out](#3.-A-meter-that-refuses) |
#
# One hides the way to the result, the other blurs the result; [together](#5.-Noise-from-many-hands) they do both.

# %% [markdown]
# ## With your own questions
#
# A budget before a table, here 178 wines, and three questions of 0.3; a fourth would be refused:

# %%
from sklearn.datasets import load_wine

wines, own_budget = load_wine().data, dp.Budget(1.0)  # yours
for name, column, high in (("alcohol", 0, 20), ("malic acid", 1, 10), ("proline", 12, 2_000)):
    noisy_sum = own_budget.ask(lambda epsilon: dp.laplace.release(
        wines[:, column].clip(0, high).sum(), sensitivity=high, epsilon=epsilon, rng=rng), 0.3)
    print(f"{name}: {noisy_sum / len(wines):.2f}, truly {wines[:, column].mean():.2f}")
print(f"left: {own_budget.left:.1f}")

# %% [markdown]
# **In earnest.** *opendp*'s `Context.compositor`, which keeps the meter and chooses the noise; *dp-accounting* for ε of
# what was run elsewhere. What people get wrong: the **privacy unit**, when one person has many rows; δ, which lies far
# below one over the number of people; and a new budget for every analyst, or every month.

# %% [markdown]
# ## What this does not protect
#
# - **Against a budget that starts anew** every day, or one for each analyst who then talk to each other.
# - **Against a party that adds no noise**, or a false number: nobody sees it. The sizing counts the honest.
# - **What a crowd has in common.** That naps are popular is no one's secret.
#
# ## Summary
#
# Losses add up: a thousand releases of ε = 0.1 cost 100 by the basic rule, and 19 by the exact one, at $\delta =
# 10^{-6}$. A meter must refuse before it looks, and by costs alone. The exponential mechanism chooses well among few
# options; a list of names it cannot save. Noise can be made by many hands, sized for those that are honest.

# %%
display(quiz("composition_and_selection.quiz1"), quiz("composition_and_selection.quiz2"),
        quiz("composition_and_selection.quiz3"))

# %% [markdown]
# ## References
#
# - *Computing on private data*, the article this lesson follows.
# - C. Dwork, G. Rothblum and S. Vadhan, *Boosting and differential privacy* (2010): advanced composition.
# - M. Bun and T. Steinke (2016); I. Mironov (2017): zero-concentrated and Rényi privacy.
# - V. Doroshenko and others, *Connect the dots* (2022): the grid of exact composition.
# - F. McSherry and K. Talwar, *Mechanism design via differential privacy* (2007).
# - C. Dwork and others, *Our data, ourselves* (2006); S. Goryczka and L. Xiong (2017): noise made by several parties.
#
# Next: [24 Counts that give the table back](24_reconstruction.ipynb).
