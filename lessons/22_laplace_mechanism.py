# %% [markdown]
# # Noise that keeps a promise
#
# **You will be able to** add noise of the right size to a number, bring a sum into a form that may be released, say
# what a promise of ε covers and what it does not, break a textbook implementation, and audit a mechanism that you have
# not written.
#
# About 65 minutes. Before it: [21 A poll nobody can hold against you](21_randomized_response.ipynb). Source: the
# article *Computing on private data*; Dwork, McSherry, Nissim and Smith, *Calibrating noise to sensitivity* (2006).

# %%
from privlab.lab import *
from privlab import dp
from privlab.lessons import laplace_mechanism as this

rng = start("22_laplace_mechanism", seed=22)

# %% [markdown]
# ## 1. Two worlds, one number
#
# This time Lena trusts the pollster with her true answer, and he publishes the number of *yes*. In one world she says
# *no* and it is 6,000, in the other *yes* and it is 6,001. Nothing else differs. What may he publish so that nobody can
# tell which world this is?
#
# > Two data sets are **neighbours** if they differ in one person. A mechanism is **ε-differentially private** if no set
# > of outputs is more than $e^{\varepsilon}$ times likelier from one neighbour than from the other.
# >
# > The **sensitivity** $\Delta$ is the most that one person can change the true value. The **Laplace mechanism** adds
# > noise with density $e^{-|y|/b}/2b$ and **scale** $b = \Delta/\varepsilon$.

# %%
def noisy_count(count, epsilon, rng):
    return count + rng.laplace(0, 1 / epsilon)

print("  ".join(f"{noisy_count(6_000, 1.0, rng):,.1f}" for _ in range(7)))

# %% [markdown]
# The noise is 1 on average, up or down, on a count of 6,000. The poll of lesson 21, where all flipped their own coins,
# was off by 87 or so. Here are the two worlds:
#
# > **Predict.** Which output tells most about Lena? One far out on the right?

# %%
predict("laplace_mechanism.telling_output")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
explore(this.draw_worlds, alt="Left, two peaks side by side; right, the ratio of their "
        "heights, which rises between two dotted lines and never leaves them",
        panels=2, size=(9, 3.6),
        epsilon=slider(0.1, 4.0, 1.0, 0.1), sensitivity=slider(1, 5, 1))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("laplace_mechanism.telling_output", "all above 6,001, and all alike")

# %% [markdown]
# All outputs above 6,001 tell the same: they are $e^{\varepsilon}$ times likelier from a *yes*. The ratio runs from one
# bound to the other and stops there.
#
# *Why it never leaves them.* Let the true values be $v$ and $v'$, at most $\Delta$ apart. The densities of an output
# $y$ are in the ratio
#
# $$\frac{e^{-|y - v|/b}}{e^{-|y - v'|/b}} = e^{(|y - v'| - |y - v|)/b} \le e^{|v - v'|/b} \le e^{\Delta/b} =
# e^{\varepsilon}.$$
#
# The first $\le$ is the triangle inequality: $y$ is at most $|v - v'|$ further from one value than from the other. A
# bound for every single output holds for every set of them.
#
# Two more facts. Up or down, the noise exceeds $b \ln(1/\beta)$ with chance $\beta$. And the mechanism works for
# several numbers at once, when $\Delta$ is the largest *sum* of changes ($\ell_1$): densities are multiplied, so the
# exponents add up. The numbers of *yes* and of *no* both move when Lena changes her mind, so $\Delta = 2$.

# %%
noise = dp.laplace.release(np.zeros(100_000), sensitivity=1, epsilon=0.5, rng=rng)
claim("noise of scale 2 exceeds 2 ln 20 in 5 % of draws, within half a point",
      abs(np.mean(np.abs(noise) > 2 * np.log(20)) - 0.05) < 0.005)
claim("opendp charges ε = 1/2 for scale 2, within 1e-5",
      0 <= dp.floating_point.opendp_epsilon(sensitivity=1, scale=2) - 0.5 < 1e-5)
no_yes = np.array([[4_000, 6_000], [3_999, 6_001]])
claim("two counts move by 2 in sum", np.abs(no_yes[1] - no_yes[0]).sum() == 2)

# %% [markdown]
# ### Your turn
#
# Write `release(value, sensitivity, epsilon, rng)`: the value with Laplace noise of the right scale.

# %% exercise="laplace_mechanism.release"

# %%
check("laplace_mechanism.release", release)

# %% [markdown]
# You can now say why noise of scale $\Delta/\varepsilon$ hides one person, whatever comes out.
#
# ## 2. What may be released
#
# Two hundred companies were broken into. Each tells its loss, in thousand dollars, to an insurer all trust, who would
# like to publish the total. A loss has no upper end.
#
# > **Predict.** How much noise does the total need?

# %%
predict("laplace_mechanism.noise_of_a_total")

# %%
losses = rng.lognormal(3.5, 1.2, 200)
print(f"total {losses.sum():,.0f}, median {np.median(losses):.0f}, largest {losses.max():.0f}")
for largest in (1e3, 1e6, 1e9):
    noise_scale = dp.laplace.scale(sensitivity=largest, epsilon=1.0)
    print(f"a loss may reach {largest:,.0f}: noise of scale {noise_scale:,.0f}")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("laplace_mechanism.noise_of_a_total", "more than any amount")

# %% [markdown]
# More than any amount: where a loss has no bound, one company may move the total further than any noise reaches. So the
# insurer fixes a bound before he looks.
#
# > To **clip** a value to $[a, b]$ is to put $a$ for all below it and $b$ for all above. A sum of clipped values has
# > sensitivity $b - a$.
#
# A low bound cuts large losses off (a bias), a high one needs much noise. Drag the bound and look for the least error:

# %%
explore(this.draw_clipping, alt="What is clipped away falls with the bound, the noise rises; "
        "the error follows the larger of the two", size=(8, 3.8), fixed=dict(losses=losses),
        bound=slider(10, 2_000, 200, 10), epsilon=slider(0.1, 4.0, 1.0, 0.1))

# %% [markdown]
# Near 630 the error is least, about 7 %. But that curve was drawn from the secret losses: in earnest the bound comes
# from what is public, such as last year's report.
#
# ### Your turn
#
# Write `private_sum(losses, bound, epsilon, rng)` for losses of 0 or more. Below yours the check is shown one that
# takes its `own_bound` from the data.

# %% exercise="laplace_mechanism.private_sum"

# %%
check("laplace_mechanism.private_sum", private_sum)

# %%
def own_bound(losses, bound, epsilon, rng):
    return losses.sum() + rng.laplace(0, losses.max() / epsilon)

check("laplace_mechanism.private_sum", own_bound, whose="a colleague's")

# %% [markdown]
# The noise itself tells how large the largest loss is. Now let one giant lose 50,000, three quarters of the total.
#
# > **Predict.** Which bound gives a total that is nearly right *and* private, at ε = 1?

# %%
predict("laplace_mechanism.bound_for_a_giant")

# %%
giant, without = np.append(losses, 50_000), np.append(losses, 0)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
show(this.draw_clipping, alt="The error never falls below half of the total", size=(8, 3.8),
     bound=630, epsilon=1.0, losses=giant)
limits = np.geomspace(1, 1e6, 400)
biases = [dp.laplace.clipping_errors(values, bounds=limits, epsilon=1.0)[0]
          for values in (giant, without)]
near = [dp.laplace.probability_within(25_000, scale=limits / 1.0, bias=bias)
        for bias in biases]
claim("at ε = 1 no bound is within 25,000 in both worlds more than half the time",
      np.minimum(*near).max() < 0.5)
outcome("laplace_mechanism.bound_for_a_giant", "none does")

# %% [markdown]
# No bound does, and no other mechanism is reliable either. Guess "with the giant" whenever the output is nearer to the
# total with him than to the one without. A mechanism that comes within half a giant of the truth with chance $p$, in
# both worlds, makes this guess right with chance $p$ or more. But ε-privacy makes the guess *with* at most
# $e^\varepsilon$ times likelier where he is than where he is not, so $p \le e^\varepsilon (1 - p)$: at ε = 1 that is at
# most $e/(1+e)$ = 73 %.

# %% [markdown]
# One outlier that dominates: at a small ε, privacy and accuracy exclude each other. (The article lists accuracy among
# the properties of differential privacy. It is a wish beside it, and here it cannot be granted.)
#
# Who are the neighbours? In the article one person's value is *replaced*, and the number of people is known. In its
# sequel, on training data, one person *comes or goes*.
#
# ### Your turn
#
# Write `sensitivities(low, high)`: for a sum of numbers from `low` to `high`, the sensitivity when one is replaced, and
# when one comes or goes.

# %% exercise="laplace_mechanism.sensitivities"

# %%
check("laplace_mechanism.sensitivities", sensitivities)

# %%
sensitivities = use("laplace_mechanism.sensitivities", sensitivities)
claim("a sum of numbers from -80 to 10 moves by 90 when one is replaced, by 80 when one comes",
      tuple(sensitivities(-80, 10)) == (90, 80))

# %% [markdown]
# You can now say why the bound of a sum comes from outside the data, and how large its sensitivity is for either kind
# of neighbours.
#
# ## 3. What comes after, and what one knows already
#
# One noisy count was 6,003.7, which no count can be. May one round it, or cut it off, or feed it to a model that
# guesses Lena's answer?
#
# > **Post-processing**: whatever is computed from a private release alone is as private as the release.
#
# We do all three to 400,000 releases from each world, and count how much likelier each outcome is from one of them, but
# for the rare ones.

# %%
no, yes = (dp.laplace.release(np.full(400_000, count), sensitivity=1, epsilon=1.0, rng=rng)
           for count in (6_000, 6_001))
learnt = dp.audit.learn_threshold(no[:1_000], yes[:1_000])
for name, change in (("rounded", np.rint),
                     ("rounded, at least 6,000", lambda out: np.maximum(np.rint(out), 6_000)),
                     ("a guess learnt from 2,000 releases", lambda out: out > learnt)):
    ratio = dp.audit.largest_ratio(change(no), change(yes), least=4_000)
    claim(f"{name}: at most e times likelier, within 5 %", ratio < 1.05 * np.e)

# %% [markdown]
# What is done afterwards never looks at the data again. As a proof: if $f$ is done to the release $M$, then $f(M)$
# falls into a set $S$ exactly when $M$ falls into the set of all outputs that $f$ takes into $S$; and for that set, as
# for any, $M$ keeps its promise.
#
# The article has a story: a report gives the exact total of all losses, the news tell how much one company lost, and
# the rest follows (lesson 12). Now the total is private, each loss clipped to 500. Let somebody know *every loss but
# one*, the worst that can be known.
#
# > **Predict.** How much do they learn about the last one, which lost 180?

# %%
predict("laplace_mechanism.last_loss")

# %%
published, loss = np.meshgrid(np.linspace(-5_000, 5_000, 1_001), np.linspace(0, 500, 101))
noise_scale = dp.laplace.scale(sensitivity=500, epsilon=1.0)
likely = dp.laplace.density(published, loss, scale=noise_scale)

# %% [markdown]
# They take all that they know off the release: the last loss and the noise are left. Drag what is left, and ε:

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("at ε = 1, whatever comes out, no loss is more than e times likelier than another",
      (likely.max(axis=0) / likely.min(axis=0)).max() <= np.e + 1e-9)
explore(this.draw_what_is_left, alt="After the exact total the loss is a line at 180; after "
        "the private one it is a low tent over all losses", epsilon=slider(0.1, 4.0, 1.0, 0.1),
        rest=slider(0, 500, 380, 10), fixed=dict(bound=500, loss=180))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("laplace_mechanism.last_loss",
        "which of two losses is likelier, by a factor of e^ε at most")

# %% [markdown]
# The exact total would tell the loss. The private one moves the odds between any two losses by $e^{\varepsilon}$ at
# most, even for somebody who knows all the others. (The article says that auxiliary information then costs no privacy.
# More exactly: what was known before stays known, and the release adds that factor at most.)
#
# **Groups.** The promise is one person's. Inputs that differ in $c$ places are $c$ steps apart, each a factor of
# $e^{\varepsilon}$. So it is for losses that are known to go together: whoever knows that two companies always lose the
# same learns of that loss up to a factor of $e^{2\varepsilon}$.

# %%
points = np.linspace(-40, 40, 801)
for people in (1, 3, 10):
    ratio = np.max(dp.laplace.density(points, people, scale=1.0)
                   / dp.laplace.density(points, 0, scale=1.0))
    print(f"{people:>2} who change together: up to {ratio:,.1f} times likelier")
    claim(f"that is e to the {people} ε", abs(np.log(ratio) - people) < 1e-9)

# %% [markdown]
# At ε = 1 a family of three is protected as by ε = 3, a village hardly at all. (This rule is for promises without a δ.
# Those of lesson 42, with Gaussian noise, lose more.)
#
# You can now say why nothing that is done with a release weakens its promise, and for whom the promise is weaker.
#
# ## 4. The last digit tells
#
# ### Break it
#
# The proof of section 1 speaks of real numbers, and a computer has none. A textbook draws a uniform number $U$, a
# multiple of $2^{-53}$, and adds $\pm b \ln U$ to the value. Not every floating-point number can come out of that.
#
# The textbook is one line. Look for what decides its last digits: `np.log(uniform)`, rounded as every number is.

# %%
source(dp.floating_point.textbook_release)

# %% [markdown]
# > **Predict.** Of 20,000 outputs released from the value 0, how many could also have come from 1? By the proof: all.

# %%
predict("laplace_mechanism.outputs_from_1")

# %%
candidates, reachable = dp.floating_point.candidates, dp.floating_point.reachable
textbook_release = dp.floating_point.textbook_release

row = dp.floating_point.neighbouring_numbers(0.3, 48)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
show(this.draw_reachable, alt="Two rows of 48 numbers: the dark ones of the upper row are "
     "mostly light in the lower", size=(8, 1.9), start=0.3, first=reachable(row, 0.0, 1.0),
     second=reachable(row, 1.0, 1.0))
outputs = textbook_release(0.0, 1.0, *dp.floating_point.draw(20_000, rng))
claim("all can come from 0", reachable(outputs, 0.0, 1.0).all())
claim("more than half cannot come from 1", np.mean(reachable(outputs, 1.0, 1.0)) < 0.5)
outcome("laplace_mechanism.outputs_from_1", reachable(outputs, 1.0, 1.0).sum())

# %% [markdown]
# Promised was ε = 1. More than half of the outputs rule the value 1 out, each on its own, so that ε is infinite.
# (Mironov 2012.)
#
# ### Your turn
#
# Write `possible(output, value, scale)`: whether the textbook can release `output` from `value`. `candidates(output,
# value, scale)` gives the uniform numbers that come near, and the sign; `textbook_release(value, scale, uniform, sign)`
# what they lead to.

# %% exercise="laplace_mechanism.possible"

# %%
check("laplace_mechanism.possible", possible)

# %% [markdown]
# The cure is a grid. The library opendp makes its noise of whole numbers, exactly, and releases multiples of $2^{-20}$
# only. From 0 and from 1 the same outputs are possible, each at most $e^{\varepsilon}$ times likelier. (Its noise comes
# from the operating system and cannot be replayed.)

# %%
possible = use("laplace_mechanism.possible", possible)
released = dp.floating_point.opendp_releases(0.0, scale=1.0, samples=2_000)
claim("all 2,000 releases of opendp lie on the grid",
      dp.floating_point.on_grid(released).all())
claim("hardly any of the textbook's do", dp.floating_point.on_grid(outputs).mean() < 0.01)
claim("possible() finds most of the textbook's outputs impossible from 1",
      np.mean([possible(output, 1.0, 1.0) for output in outputs[:2_000]]) < 0.5)

# %% [markdown]
# You can now say why a proof on paper does not make a program private.
#
# ## 5. Break it: an audit
#
# You are handed a mechanism that promises ε = 1, and no proof. You can run it.
#
# > An **audit** runs it on two neighbours. On one half of the outputs it looks for the event that tells them apart
# > best; on the other half it counts that event anew. From the counts follows a lower bound on ε, too high with chance
# > 1 in 1,000 at most.
#
# Why two halves? Among many events one stands out by luck; counted anew, luck is gone. See where the code draws
# either half: on `half=0` it chooses the event, on `half=1` it counts it.

# %%
source(dp.audit.lower_bound)

# %% [markdown]
# Ten mechanisms follow, five correct and five broken. The broken ones:
#
# - *half the scale*: a count with half the noise that it needs;
# - *sensitivity forgotten*: a sum of values from 0 to 10 with the noise of a count;
# - *seed reused*: two counts with the same noise;
# - *clip after sum*: values may be of any size, and only their sum is clipped;
# - *rounding that leaks*: the exact sum plus noise that was rounded to whole numbers.
#
# Here is the third as code. Look at the shape of its noise: one number for both counts.

# %%
source(dp.audit_targets.seed_reused)

# %% [markdown]
# > **Predict.** Which of the broken ones is hardest to catch?

# %%
predict("laplace_mechanism.hardest_to_catch")

# %%
correct, broken = dp.audit_targets.CORRECT, dp.audit_targets.BROKEN
bounds = {name: dp.audit.lower_bound(*case, samples=200_000, seed=22).epsilon
          for name, case in (correct | broken).items()}
for name, bound in bounds.items():
    print(f"{name:<22} ε is at least {bound:.2f}  {'caught' if bound > 1 else 'passes'}")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the five broken ones are caught, and only they",
      [name for name in bounds if bounds[name] > 1] == list(broken))
outcome("laplace_mechanism.hardest_to_catch", min(broken, key=bounds.get))

# %% [markdown]
# Hardest is the clip after the sum, which reaches only 1.56. An audit sees what its two neighbours show: here the sum
# moves by 16.5 at noise of scale 10. Had the others' values been 0, it would move by 30. No correct one exceeds 1.
#
# Aim the audit at your own `release`. And then at the textbook of section 4, whose ε is infinite:

# %%
release = use("laplace_mechanism.release", release)
yours = dp.audit.vectorized(lambda value, rng: release(value, 1, 1.0, rng))
found = dp.audit.lower_bound(yours, 0, 1, samples=40_000, seed=1)
print(f"your release: ε is at least {found.epsilon:.2f}")

def textbook(value, samples, rng):
    return textbook_release(value, 1.0, *dp.floating_point.draw(samples, rng))

result = dp.audit.lower_bound(textbook, 0, 1, samples=400_000, seed=1)
claim("the audit lets the textbook pass", not result.catches(1))

# %% [markdown]
# It looks at intervals, not at last digits. You can now say what an audit shows, that a promise is broken, and what it
# never shows: that it is kept.

# %% [markdown]
# ## With your own column
#
# Any numbers, and bounds that do *not* come from them; here proline in 178 wines, in milligrams a litre:

# %%
from sklearn.datasets import load_wine

column = load_wine().data[:, 12]  # yours: np.loadtxt("file.csv", delimiter=",", usecols=2)
low, high, own_epsilon = 0, 2_000, 1.0
total = dp.laplace.release(column.clip(low, high).sum(),
                           sensitivity=high - low, epsilon=own_epsilon, rng=rng)
print(f"private mean {total / len(column):.0f}, true mean {column.mean():.0f}")

# %% [markdown]
# This is right when a row is a person, when one row is *replaced*, and when how many rows there are is public. It is
# made of floating-point numbers (section 4), so do not release it.
#
# **In earnest.** *opendp*: clamp, sum, `make_laplace`, on its grid. What people get wrong: bounds read off the data;
# neighbours, since for a person who comes or goes the sensitivity is the larger of $|low|$ and $|high|$; and several
# rows of one person.

# %% [markdown]
# ## What this does not protect
#
# - **Groups**, and those who are known to be alike, beyond $c\,\varepsilon$; and **what the crowd tells** about
#   everybody in it.
# - **Against being asked again**: every release costs, and lesson 23 keeps the books.
# - **Against whoever holds the data**, or the seed of the noise.
# - **An outlier that dominates**: it is hidden, or the result is good, not both.
#
# ## Summary
#
# With noise of scale $\Delta/\varepsilon$ a release moves the odds about one person by $e^{\varepsilon}$ at most, even
# for somebody who knows all the others, and whatever is done with it. Sums are clipped first, by a bound from outside
# the data. Proofs are about real numbers; code is audited, and released on a grid.

# %%
display(quiz("laplace_mechanism.quiz1"), quiz("laplace_mechanism.quiz2"),
        quiz("laplace_mechanism.quiz3"))

# %% [markdown]
# ## References
#
# - *Computing on private data*, the article this lesson follows.
# - C. Dwork, F. McSherry, K. Nissim and A. Smith, *Calibrating noise to sensitivity in private data analysis* (2006).
# - I. Mironov, *On significance of the least significant bits for differential privacy* (2012).
# - C. Canonne, G. Kamath and T. Steinke, *The discrete Gaussian for differential privacy* (2020): exact noise of whole
#   numbers.
# - M. Jagielski, J. Ullman and A. Oprea, *Auditing differentially private machine learning* (2020).
#
# Next: [23 Every answer costs](23_composition_and_selection.ipynb).
