# %% [markdown]
# # Four raises and no secrets told
#
# **You will be able to** share a secret so that the shares tell nothing, read from a transcript who saw what, work out
# a secret from shares that tell too much, catch a liar with a commitment, and reconstruct a sum when a party has left
# or forged its share.
#
# About 65 minutes. Before it: [00 Start here](00_start_here.ipynb). Source: the article *Computing on private data*;
# Shamir, *How to share a secret* (1979).

# %%
from privlab.lab import *
from privlab import mpc
from privlab.lessons import raises as this

rng = start("11_raises", seed=26)

# %% [markdown]
# ## 1. Shares that add up
#
# Alice, Bob, Carlos and David got a raise. Each would like to know the average, to see how fair their own is. None of
# them will name a raise, and there is nobody they all trust with it. Can they find the average anyway?
#
# > **Shares** of a secret are numbers, one for each party, that add up to it.
#
# Alice got 3,800 dollars. She makes up three numbers, gives them to the other three, and keeps what is missing:

# %%
Shared = mpc.Shared
alice = Shared((-1_000, 2_500, 900, 1_400), modulus=None)
print(f"{alice.reconstruct():,}")

# %% [markdown]
# She keeps -1,000; Bob gets 2,500, Carlos 900 and David 1,400. The others do as she does. Then each adds up the four
# shares that it holds, and says their sum aloud.
#
# > The **transcript** is who sent what to whom. A party can learn only from what it saw of it, and from its own secret.
#
# > **Predict.** What do the four sums that are said aloud add up to? Why? And what of the transcript has Bob seen?

# %%
predict("raises.sum_of_sums")

# %% [markdown]
# A row is a secret in shares, a column is what one party holds in the end:

# %%
names = mpc.secure_sum.NAMES[:4]
article = [alice, *(Shared(row, modulus=None) for row in (
    (700, 400, 650, 764), (750, -100, 832, 1_500), (1_500, 900, -3_000, 3_990)))]
print(mpc.secure_sum.table_of(article))
total, transcript = mpc.secure_sum.sum_of(article)
sums = [transcript.value(name, "everyone") for name in names]

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the sums are 1950, 3700, -618 and 7654", sums == [1950, 3700, -618, 7654])
claim("they total 12,686 dollars", total == 12_686)
claim("the average raise is 3,171.50 dollars", total / 4 == 3171.5)
outcome("raises.sum_of_sums", "the total of the four raises")
transcript.seen_by("Bob")

# %% [markdown]
# Columns and rows hold the same sixteen numbers, so they have the same total. Four raises have been added and none was
# said: Bob saw these eleven of the twenty lines, and no raise is among them.
#
# (The table is the article's own. The article says that Bob's sum was negative; in its table that is Carlos's, -618.
# Bob's is 3,700.)
#
# > **The adversary** of this lesson is **semi-honest**: a party, or several together, that does what the protocol says
# > and then works out what it can from what it saw. One that lies, a **malicious** one, comes in section 4. Each pair
# > of parties has a **private channel**: nobody else reads what one sends the other.
#
# This is the whole protocol; each `send` is a line of the transcript.

# %%
source(mpc.secure_sum.sum_of)

# %% [markdown]
# Now change Alice's raise, and let more parties join. The shares given away, up to 3,000 dollars, stay as they are;
# only what Alice keeps changes. (They are drawn with a seed, so that everybody sees the same picture.)

# %%
eight = [3_800, 2_514, 2_982, 3_390, 4_100, 1_900, 2_750, 3_300]
shares = np.array([
    mpc.additive.share_in_integers(secret, parties=8, bound=3_000, owner=owner, rng=rng).shares
    for owner, secret in enumerate(eight)])
explore(this.draw_sums,
        alt="Bars: each party's secret raise beside the sum of shares it publishes",
        parties=slider(3, 8, 4), raise_of_alice=slider(0, 8_000, 3_800, 100),
        fixed=dict(raises=eight, shares=shares, names=mpc.secure_sum.NAMES))

# %% [markdown]
# ## 2. What Bob can work out
#
# The totals agree wherever the sliders stand, and no published sum comes near its raise. The article concludes that the
# sign and the size of the shares are irrelevant. For the total they are. For Alice too?
#
# ### Break it
#
# Bob takes the sum that Alice published, 1,950. He adds the share that she gave him, 2,500: it is part of her raise and
# missing from her column. He takes off the share that he gave her, 700: it is in her column and no part of her raise.
#
# > **Predict.** Her raise is 3,800. How near does he come?

# %%
predict("raises.how_near")

# %%
guess = mpc.secure_sum.estimate_of(transcript, "Alice", "Bob")
print(f"Bob's estimate {guess:,}, Alice's raise {alice.reconstruct():,}")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("Bob is off by 50 dollars", abs(guess - 3_800) == 50)
outcome("raises.how_near", abs(guess - 3_800))

# %% [markdown]
# Off by 50, and nobody helped him. What he lacks is only what Alice exchanged with Carlos and David: she gave away 900
# and 1,400 and got 750 and 1,500, which nearly cancels.
#
# ### Your turn
#
# Write `estimate(published, gave, got)`: what an observer makes of the victim's `published` sum, the share that she
# `gave` the observer and the share that she `got` from the observer.

# %% exercise="raises.estimate"

# %%
check("raises.estimate", estimate)

# %% [markdown]
# Now sit in David's place. Type a raise of your own, and run on: all four share theirs anew, in shares up to 1,000
# dollars, and Bob works out yours.

# %%
yours = value_box("3,390", this.dollars, name="a raise")
yours

# %%
around = [mpc.additive.share_in_integers(secret, parties=4, bound=1_000, owner=owner, rng=rng)
          for owner, secret in enumerate([3_800, 2_514, 2_982, yours.value])]
_, heard = mpc.secure_sum.sum_of(around)
his = mpc.secure_sum.estimate_of(heard, "David", "Bob")
print(f"Bob's estimate {his:,}, your raise {yours.value:,}")

# %% [markdown]
# Was Bob lucky? The error is a sum of four shares that he does not know. If they are uniform from $-R$ to $R$ dollars,
# its standard deviation is $2R/\sqrt 3$, whatever the raise. Drag the largest share:

# %%
errors = mpc.secure_sum.estimates(
    [3_800, 2_514, 2_982, 3_390], 20_000, bound=1_000, rng=rng) - 3_800
expected = mpc.secure_sum.standard_deviation(parties=4, bound=1_000)
claim("shares up to 1,000 dollars: the error's standard deviation is 2R/√3 within 3 %",
      abs(errors.std() / expected - 1) < 0.03)
claim("within 50 dollars in fewer than one run of 25", np.mean(np.abs(errors) <= 50) < 1 / 25)
explore(this.draw_estimates, alt="Histogram of Bob's estimates: a hill over Alice's raise",
        largest_share=slider(100, 3_000, 1_000, 100),
        fixed=dict(secret=3_800, errors=errors / 1_000))

# %% [markdown]
# ## 3. Shares that tell nothing
#
# The 50 dollars were luck. But the hill always stands over the raise, and larger shares only make it wider. Is there a
# share so large that it tells nothing at all? On a clock there is.
#
# > A **uniform share** is drawn evenly from 0 to $M - 1$, and shares are added **modulo** $M$: after $M - 1$ comes 0
# > again. The **modulus** is $M$.
#
# For sums of dollars take $M = 2^{64}$; a number from $M/2$ up stands for a negative one. These shares must be secret,
# so the operating system draws them (`secrets`), not the seeded `rng`, which anyone can replay.

# %%
raises = [3_800, 2_514, 2_982, 3_390]
same, on_a_clock = mpc.secure_sum.sum_of([mpc.share(secret, parties=4) for secret in raises])
claim("uniform shares modulo 2^64 give the same total", same == 12_686)
far_off = mpc.secure_sum.estimate_of(on_a_clock, "Alice", "Bob")
claim("Bob's estimate is now off by more than a million dollars", abs(far_off - 3_800) > 1e6)

# %% [markdown]
# Is that luck again? Let Alice have one of two raises, 2,000 or 5,000, and run each 20,000 times, with shares up to 500
# dollars and with uniform ones. (No one's secret: seeded.)
#
# > **Predict.** In which of the two pictures can you tell which raise it was?

# %%
predict("raises.which_picture")

# %%
two = (2_000, 5_000)
small, uniform = (
    [mpc.secure_sum.estimates([secret, 2_514, 2_982, 3_390], 20_000, bound=bound, rng=rng)
     for secret in two] for bound in (500, None))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
show(this.draw_two_secrets,
     alt="Left, two hills of estimates; right, the same flat line twice",
     panels=2, size=(9, 3.8), small=small, uniform=uniform, secrets=two)
claim("from small shares Bob tells the raises apart in at least 95 % of the runs",
      mpc.secure_sum.probability_to_tell_apart(*small) > 0.95)
claim("from uniform shares he does no better than a coin, within 2 %",
      mpc.secure_sum.probability_to_tell_apart(*uniform) < 0.52)
outcome("raises.which_picture", "the one with shares up to 500 dollars")

# %% [markdown]
# Left two hills, right the same flat line twice. Why? Take $M = 10$ and two parties. Bob holds the share 7. Which share
# must Alice hold, for each secret?

# %%
print({secret: (secret - 7) % 10 for secret in range(10)})

# %% [markdown]
# Whatever the secret is, one share of Alice's goes with Bob's 7. So for each secret Bob gets a 7 once in ten times, and
# his 7 does not speak for any of them.
#
# *Why uniform shares tell nothing*: of $n$ shares all but one are drawn, and each way to draw them has the same
# probability, $1/M^{n-1}$. Take any $n - 1$ shares. To each secret belongs exactly one last share, and so one of these
# ways. So the $n - 1$ shares are as likely under one secret as under any other.
#
# ### Your turn
#
# Write `share(secret, parties, modulus)`: a list of shares that add up to the secret modulo the modulus. Whoever has
# all of them but one, whichever it is, must learn nothing about the secret. The check tests both. Below yours it is
# shown a `leaky` one that only adds up.

# %% exercise="raises.share"

# %%
check("raises.share", share)

# %%
def leaky(secret, parties, modulus):
    return [secret] + [0] * (parties - 1)

check("raises.share", leaky, whose="a leaky friend's")

# %% [markdown]
# ## 4. Friends and liars
#
# The leaky one has the right total and keeps no secret. Uniform shares protect Alice from Bob. What if Bob and Carlos
# put their heads together? And David too?
#
# > A **coalition** is a group of parties that share all that they saw.
#
# The same sum, now with the shares of `share`. Of four parties, two will learn what the other two got together: it
# follows from the total.
#
# > **Predict.** Do two learn more? And three?

# %%
predict("raises.coalitions")

# %%
share = use("raises.share", share)
signed = mpc.additive.signed
_, heard_by_all = mpc.secure_sum.sum_of(
    [Shared(tuple(share(secret, 4, 2**64))) for secret in raises])
of_alice, of_david = (mpc.secure_sum.estimate_of(heard_by_all, victim, "Bob", "Carlos")
                      for victim in ("Alice", "David"))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("Bob and Carlos learn what Alice and David got together",
      signed(of_alice + of_david) == 7_190)
claim("but not what Alice got: they are off by over a million", abs(signed(of_alice)) > 1e6)
three = signed(mpc.secure_sum.estimate_of(heard_by_all, "Alice", "Bob", "Carlos", "David"))
claim("three of four learn the fourth raise to the dollar", three == 3_800)
outcome("raises.coalitions", "three do, two do not")

# %% [markdown]
# ### Break it
#
# David speaks last. He has heard 1,950, 3,700 and -618 and says what he likes: 14,968, and the average is a proud
# 5,000. An envelope stops him.
#
# > A **hash** is a short fingerprint of any bytes. The same bytes always have the same one; nobody can work out the
# > bytes from it, and nobody knows two inputs that have the same.
#
# > A **commitment** to a number is a hash of the number and a random **nonce**. It hides the number, and it **binds**:
# > nobody can open it to another number later.
#
# All four commit before anyone speaks. Then each says its sum and its nonce, and the others hash them to compare.
# David's true sum is 7,654.

# %%
opens = mpc.commitments.opens
envelope, nonce = mpc.commitments.commit(7_654)
lie = 4 * 5_000 - (1_950 + 3_700 - 618)
claim("the honest sum opens David's envelope", opens(envelope, 7_654, nonce))
claim("14,968 does not", lie == 14_968 and not opens(envelope, lie, nonce))

# %% [markdown]
# He can still refuse to open it, and then he alone knows the total. Commitments catch the lie, not the leaving.
#
# ### Your turn
#
# Write `commit(value, nonce)`, the commitment to a whole number with a nonce of 32 random bytes. It should open to one
# value only, and tell nothing to somebody who tries all raises from 0 to 9,999.

# %% exercise="raises.commit"

# %%
check("raises.commit", commit)

# %% [markdown]
# ## 5. When somebody leaves
#
# If David leaves, his shares are gone, and so is the total. Can three of four do without him, while two still learn
# nothing?
#
# > **Shamir's shares** are the heights, at 1, 2, 3, …, of a random polynomial modulo a prime $p$; its height at 0 is
# > the secret. It has $t + 1$ coefficients, where $t$ is the **threshold**: the secret, and $t$ that are drawn evenly
# > from 0 to $p - 1$, zero as likely as any other. Any $t + 1$ shares fix it, and any $t$ tell nothing.
#
# *Why $t$ shares tell nothing*: through the $t$ heights and any height at 0 goes exactly one polynomial of degree at
# most $t$. So each secret is left with one polynomial, and all were equally likely. (*At most*: who never draws a zero
# as the last coefficient rules secrets out.)
#
# First the secret 3 modulo 11 with $t = 1$, so that the polynomial is a line.

# %%
shamir, height_at = mpc.shamir, mpc.height_at
tiny = shamir.share(3, parties=4, threshold=1, prime=11, rng=rng)
print("heights at 1, 2, 3, 4:", [one.value for one in tiny])
claim("the last two parties find 3", shamir.reconstruct(tiny[2:], threshold=1) == 3)
lines = [height_at([tiny[0], shamir.Share(2, height, prime=11)]) for height in range(11)]
claim("through Alice's share one line goes to each secret", sorted(lines) == list(range(11)))

# %% [markdown]
# Alice alone cannot say which line it is. In code: whoever has a secret draws the coefficients and gives each party the
# height at its own number.

# %%
source(mpc.shamir.share)

# %% [markdown]
# Now the raises with $t = 2$: each party adds up the shares that it holds, as before, and David leaves.

# %%
dealt = [shamir.share(secret, parties=4, threshold=2) for secret in raises]
held = [a + b + c + d for a, b, c, d in zip(*dealt)]
claim("without David the other three find 12,686",
      shamir.reconstruct(held[:3], threshold=2) == 12_686)

# %% [markdown]
# Any three find the total, and two learn nothing from their shares. The price: three who put together *all* shares that
# they hold, and not just their sums, find every single raise. With additive shares that takes all four.
#
# A share to spare also unmasks a forgery: if one was changed, they no longer lie on one polynomial.
#
# ### Your turn
#
# Write `reconstruct(shares, threshold)`: the secret, or a `ValueError` when there are too few shares or one was
# tampered with. `height_at(shares, x)` is the height at `x` of the polynomial through the shares; each share has a
# `party` (its `x`) and a `value`.

# %% exercise="raises.reconstruct"

# %%
check("raises.reconstruct", reconstruct)

# %% [markdown]
# Until now one notebook played all parties. Here are four processes that talk over TCP, each given its own raise alone,
# with the library `mpyc`. The fourth is given yours. This notebook still knows all four, because it hands them out; on
# four machines each would type in its own. There the channels must be made private first, with TLS, which mpyc has
# options for: here they are bare TCP inside one machine, and whoever reads all bytes of a network has all shares.
#
# mpyc uses Shamir's shares; its threshold for four parties is 1, so any two together can read everything, where
# additive shares withstood them. For two parties it would be 0, and a share the secret itself: so `run` asks for three
# or more. The program of each party comes first:

# %%
source(mpc.programs.total.total)

# %%
answers = mpc.parties.run("total", [*raises[:3], yours.value])
print(f"the total {answers[0]:,}")
claim("each of four processes learns the same total, that of the three and yours",
      answers == [sum(raises[:3]) + yours.value] * 4)

# %% [markdown]
# ## With your own numbers
#
# One whole number for each of two to eight parties:

# %%
hours = {"north": 412, "south": 388, "east": 455}  # yours
shared_hours = [mpc.share(number, parties=len(hours)) for number in hours.values()]
all_hours, _ = mpc.secure_sum.sum_of(shared_hours)
print(f"{len(hours)} parties, {all_hours:,} hours in all")

# %% [markdown]
# One notebook has dealt for everybody, so this hides nothing from you. Between people who do not trust each other every
# party runs a process of its own, as above. Fractions are counted in a small unit first: cents, not dollars.
#
# **In earnest.** *mpyc*, with `--ssl` and a certificate for each party; *MP-SPDZ*, where parties may lie; *Prio* (the
# IETF's DAP), where millions of phones report to two servers. What people get wrong is the threshold: any more parties
# than that can together read everything, and in mpyc it is always less than half of the parties.

# %% [markdown]
# ## What this does not protect
#
# - **What the total tells.** The average and three raises give the fourth, whatever the protocol: against all others
#   together no protocol helps, and additive shares withstand as many as any can. [Lesson
#   12](12_what_a_result_reveals.ipynb) is about what a result reveals.
# - **Against more than the threshold** with Shamir's shares: that is the price of going on without David.
# - **Against whoever reads the network**, unless each pair of parties has a private channel.
# - **Against a false raise.** Nobody checks what goes in.
# - **Against leaving**, unless there is a threshold; and who takes part is known to all.
#
# ## Summary
#
# Shares that add up give the right total whatever they look like. They hide the secret only if they are uniform modulo
# a number: from small ones Bob had an estimate of Alice's raise, once within 50 dollars. Commitments catch a party that
# changes its mind, a threshold survives one that leaves.

# %%
display(quiz("raises.quiz1"), quiz("raises.quiz2"), quiz("raises.quiz3"))

# %% [markdown]
# ## References
#
# - *Computing on private data*, the article this lesson follows.
# - A. Shamir, *How to share a secret*, Communications of the ACM 22 (1979).
# - D. Evans, V. Kolesnikov and M. Rosulek, *A Pragmatic Introduction to Secure Multi-Party Computation* (2018).
# - R. McEliece and D. Sarwate, *On sharing secrets and Reed-Solomon codes* (1981): with more shares to spare, forged
#   ones are even corrected.
# - B. Schoenmakers, *MPyC*, multiparty computation in Python.
#
# Next: [12 What a result reveals](12_what_a_result_reveals.ipynb).
