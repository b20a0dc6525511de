# %% [markdown]
# # What a result reveals
#
# **You will be able to** count the inputs that fit a result, choose a result that tells less, intersect two lists
# without showing them, multiply two secrets with a dealer's help, and say what a perfect protocol still gives away.
#
# About 65 minutes. Before it: [11 Four raises and no secrets told](11_raises.ipynb). Source: the article *Computing on
# private data*; Beaver, *Efficient multiparty protocols using circuit randomization* (1991).

# %%
from privlab.lab import *
from privlab import data, mpc
from privlab.lessons import what_a_result_reveals as this

rng = start("12_what_a_result_reveals", seed=12)

# %% [markdown]
# ## 1. Those who put in, those who get out
#
# Alice, Bob, Carlos and David bid for Eve's painting, each in a sealed envelope. The highest bid wins and pays
# the *second* highest; so nobody has a reason to bid less than it is worth to them. But whoever opens the
# envelopes sees all four bids, and a loser's limit is worth knowing next time. Can Eve learn who wins and the
# price, and nobody anything else?
#
# > The **recipient** of a computation is the party to whom the result is opened. It need not be one of those who put
# > something in.
#
# Five real processes, as at the end of lesson 11: four have a bid, Eve has none.

# %%
bids = {"Alice": 90, "Bob": 130, "Carlos": 155, "David": 120}
told = mpc.auction_and_vote.auction(bids, recipients=["Eve"]).results
claim("Eve learns that Carlos wins and pays 130", told["Eve"] == ("Carlos", 130))
claim("the bidders are told nothing", not any(told[name] for name in bids))

# %% [markdown]
# All five computed, on shares. Only at the end, two sent Eve their shares of the result; with her own, three suffice.
#
# > **The adversary** here is semi-honest, as in lesson 11: up to two of the five, who do as the program says and pool
# > what they saw. Channels between the parties are private. Three together could open everything. (Of four parties it
# > is one, and any two could: mpyc takes fewer than half.)
#
# The result can go to any of the parties: here to Alice and Carlos, and not to Bob and David. This time Eve takes no
# part.

# %%
told_two = mpc.auction_and_vote.auction(bids, recipients=["Alice", "Carlos"]).results
claim("Alice and Carlos are told",
      told_two["Alice"] == told_two["Carlos"] == ("Carlos", 130))
claim("Bob and David are not", told_two["Bob"] is None and told_two["David"] is None)

# %% [markdown]
# This is the program of every party. The bids go in as shares, and one line, `output`, opens two numbers to the
# recipients.

# %%
source(mpc.programs.auction.auction)

# %% [markdown]
# Yet Alice now knows that *somebody* offered exactly 130, and that it was not herself. The result tells that, not the
# protocol. No protocol can keep secret what follows from its result.
#
# ## 2. Every input that fits
#
# Four people vote on a new office. Should they open the **tally**, or only whether *at least half* said yes?
#
# > An input is **consistent** with a result if it gives that result. Whoever hears only the result cannot tell these
# > inputs apart.
#
# As it happens, all four say yes.
#
# > **Predict.** After each of the two questions, how many of the 16 possible inputs remain?

# %%
predict("what_a_result_reveals.inputs_left")

# %%
consistent, known_for_sure = mpc.output_leakage.consistent, mpc.output_leakage.known_for_sure
votes = {"Alice": 1, "Bob": 1, "Carlos": 1, "David": 1}
tally = mpc.auction_and_vote.vote(votes, "tally")
passed = mpc.auction_and_vote.vote(votes, "at least half")
print(f"tally: {tally}; at least half: {'YES' if passed else 'NO'}")
remain = [len(consistent("tally", tally, parties=4)),
          len(consistent("at least half", passed, parties=4))]
print(f"inputs that remain: {remain[0]} and {remain[1]} of 16")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the tally tells every vote",
      known_for_sure(consistent("tally", tally, parties=4)).all())
claim("the YES tells nobody's vote",
      not known_for_sure(consistent("at least half", passed, parties=4)).any())
outcome("what_a_result_reveals.inputs_left", f"{remain[0]} and {remain[1]}")

# %% [markdown]
# One input has the tally 4; eleven say YES. Nobody broke the protocol: four real processes opened the result and
# nothing else. What remains is found by trying: of all inputs, those whose answer is the result.

# %%
source(consistent)

# %% [markdown]
# Those who voted know more than the newspaper: their own vote. Suppose the tally is 3 and Alice said no.

# %%
print("a reader of the newspaper:", len(consistent("tally", 3, parties=4)), "inputs")
print("Alice, who said no:", len(consistent("tally", 3, parties=4, known=[0])), "input")

# %% [markdown]
# She knows all the others' votes.
#
# Now four questions, for up to seven people, each with a number from 0 to 1, 2 or 3 (grades, or bids): the *tally*,
# which is the sum; whether the sum is *at least half* of what it could be; the mean, *rounded*; and the *largest*.
#
# > **Predict.** Which of the four questions can give away every number? And which results of it?

# %%
predict("what_a_result_reveals.which_questions")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
explore(this.draw_consistent, alt="Bars: for every result the number of inputs that give it",
        question=choice(["tally", "at least half", "rounded mean", "largest"]),
        parties=slider(2, 7, 5), top=slider(1, 3, 1))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("what_a_result_reveals.which_questions", "the tally and the largest")

# %% [markdown]
# The ends are the danger: a tally at either end has one input, and so has a largest number of 0. A rounded mean and a
# threshold leave several, unless the parties are two.
#
# ### Your turn
#
# Write `opened(votes)` for a list of 0 and 1: what should be opened when all that is asked is whether at least half
# said yes. The check tries every vote, and looks at what you return as somebody would who is curious.

# %% exercise="what_a_result_reveals.opened"

# %%
check("what_a_result_reveals.opened", opened)

# %% [markdown]
# **Who takes part** is not hidden: the parties connect to each other. To hide it, people with nothing to say must join
# too, with inputs that count nothing, or all come through a network such as Tor.
#
# **Where it is used.** Boston's employers add up payrolls under MPC to measure the wage gap (Lapets and others 2018).
# Phones sent Covid exposure counts in shares to two servers, with noise (Apple and Google 2021). The US Census of 2020
# was published with noise (Abowd and others 2022).
#
# ## 3. One story in the newspaper
#
# Six companies were robbed by hackers. None will name its loss, but they open the total: 100 million dollars. From that
# alone, each of them lost anything from 0 to 100. Then a newspaper writes that one of them, which it names, lost "90
# million, give or take 5".
#
# > **Auxiliary information** is whatever was known besides the result.
#
# > **Predict.** What is now known of the other five?

# %%
predict("what_a_result_reveals.other_five")

# %%
low, high = mpc.output_leakage.interval_of_others(total=100, news=90, error=5, others=5)
print(f"each of the other five lost from {low} to {high} million dollars")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("news about one company took 85 % of the others' range away", high == 15)
explore(this.draw_news, alt="A line that falls as the loss in the newspaper grows",
        news=slider(0, 100, 90), error=slider(0, 20, 5), fixed=dict(total=100, companies=6))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("what_a_result_reveals.other_five", high)

# %% [markdown]
# The story was about one company, and five others lost most of their secret. The more one loss dominates, the more a
# rumour about it tells of the rest: drag it. The five had no say, and the protocol no flaw. [Lesson
# 22](22_laplace_mechanism.ipynb) has a cure: add noise to the total, so that it fits many more inputs.
#
# ## 4. Whom do we both know?
#
# Two clinics, in one town, want to know which patients they share. Neither may show its list. A familiar idea:
# exchange *hashes* of the phone numbers, since a hash cannot be turned round.
#
# ### Break it
#
# The town has a million numbers, 555-000000 to 555-999999. One clinic hashes them all:

# %%
numbers = [f"555-{n:06d}" for n in rng.choice(10**6, 1_500, replace=False)]
mine, theirs = numbers[:1_000], numbers[500:]
town = (f"555-{n:06d}" for n in range(10**6))
numbers_read = mpc.psi.read_hashes(mpc.psi.hashed(theirs), town)
print(f"{len(numbers_read):,} of {len(theirs):,} numbers read from their hashes, "
      f"such as {numbers_read[0]}")
claim("every number was found", set(numbers_read) == set(theirs))

# %% [markdown]
# That took a second or two. Hashing needs no secret, so everybody can do it. This protocol needs two secrets:
#
# > **Private set intersection** by Diffie and Hellman: an item is hashed to an element $h$ of a group. The client sends
# > each of its $h$ raised to its secret key $a$. The server raises these to its secret key $b$ and sends them back, and
# > its own items raised to $b$. The client raises those to $a$. Equal items meet, since $(h^a)^b = (h^b)^a$.
#
# What is sent looks random. That is an assumption, the **decisional Diffie-Hellman** one: nobody knows how to tell the
# powers of several elements by one key, $h_1^a$ and $h_2^a$, from random elements, in the group that is used below.
# And both clinics are semi-honest: one that lists what it has no patient for learns more than it should.
#
# With small numbers, modulo 23, for the hash $h = 5$ and keys 6 and 15:

# %%
client_first = pow(pow(5, 6, 23), 15, 23)
server_first = pow(pow(5, 15, 23), 6, 23)
print(client_first, server_first)

# %% [markdown]
# For keys that nobody can find by trying we take another group, whose elements are points of a curve, Ed25519. An item
# is hashed to a point, and nobody knows which power of another item's point that is: who knew could work out the one's
# $h^a$ from the other's.

# %% [markdown]
# The curve has eight times as many points as the group we use, and the 8th power of any point lies in the group (8 is
# the **cofactor**). Somebody could send a point outside it, so that the answer betrays the key modulo 8. `power`
# refuses such points.
#
# ### Your turn
#
# Write `intersection(mine, theirs, send)`: the items of `mine` that are also in `theirs`. Use `random_key()`,
# `hash_to_group(item)`, `power(point, key)`. Whatever passes from side to side goes through `send("client", values)` or
# `send("server", values)`, which returns the values. Only the client should learn what is common, and no more than
# that: not where it stands in the server's list.

# %%
hash_to_group, power, random_key = mpc.hash_to_group, mpc.power, mpc.random_key

# %% exercise="what_a_result_reveals.intersection"

# %%
check("what_a_result_reveals.intersection", intersection)

# %%
intersection = use("what_a_result_reveals.intersection", intersection)
some = intersection(mine[400:600], theirs, lambda who, values: list(values))
claim("of 200 numbers, yours finds the 100 that are common",
      sorted(some) == sorted(mine[500:600]))
common = mpc.psi.intersect(mine, theirs)
by_library = mpc.psi.intersect_with_library(mine, theirs)
claim("of 1,000 and 1,000 numbers, 500 are common", common == mine[500:])
claim("openmined-psi, where it is installed, finds the same", by_library in (None, common))

# %% [markdown]
# The library, `openmined-psi`, is C++ and exists for Linux on x86-64 and macOS on ARM; elsewhere the lesson goes on
# without it.
#
# ### Your turn
#
# For a statistic the clinics need not know *which* patients they share, only *how many*. The client sends the same
# request. Write the server's `answer(request, key)`, a list of points from which the client can count but not tell
# whose they are.

# %% exercise="what_a_result_reveals.answer"

# %%
check("what_a_result_reveals.answer", answer)

# %%
size, size_by_library = (find(mine, theirs, size_only=True)
                         for find in (mpc.psi.intersect, mpc.psi.intersect_with_library))
claim("both ways count 500 common numbers", size == 500 and size_by_library in (None, 500))

# %% [markdown]
# ## 5. A letter read unseen
#
# Amara would like her letter read, by a company that has a good reader. She will not show the letter; they will not
# show the weights of the reader. Reading is multiplication, pixels times weights. Adding shares was easy. Multiplying
# takes help:
#
# > A **dealer** hands out shares of a **Beaver triple**: random $a$ and $b$, and $c = ab$. The parties open $d = x - a$
# > and $e = y - b$, which are uniform, and then $xy = c + d\,b + e\,a + d\,e$.
#
# (Multiply out $xy = (a + d)(b + e)$.) Each party works out its share of the sum from its shares of $a$, $b$ and $c$.
# The dealer is *trusted*: it knows $a$, and with $d$ it has $x$. This notebook plays the dealer and both parties. (mpyc
# would not do: with two parties its shares are the secrets.) Many real systems do without a dealer: the two make
# triples by homomorphic encryption or oblivious transfer.

# %%
beaver = mpc.beaver
x, y = mpc.share(6, parties=2), mpc.share(-7, parties=2)
a, b, c = beaver.deal()
d, e = (x - a).reconstruct(), (y - b).reconstruct()
product = c + b * d + a * e + d * e
claim("the shares of the product add up to -42", product.reconstruct() == -42)

# %% [markdown]
# ### Your turn
#
# A score is a sum of products. Write `dot(xs, ys, deal, reveal)`: the shared sum of all $x_i y_i$. `deal()` returns a
# triple, `reveal(shared)` opens a number to both parties. What you open is looked at.

# %% exercise="what_a_result_reveals.dot"

# %%
check("what_a_result_reveals.dot", dot)

# %% [markdown]
# Now the real one. The company's reader is linear: 784 pixels times 784 x 26 weights give a score for each letter of
# the alphabet, and the best wins. Shares are whole numbers, so the weights count in units of $2^{-24}$ and the pixels
# in $2^{-8}$: **fixed point**.
#
# > **Predict.** Rounded, masked and modulo $2^{64}$: of 1,000 letters, how many are read otherwise than in the clear?

# %%
predict("what_a_result_reveals.read_otherwise")

# %%
letters = data.letters()
pixels = letters.train.images[:8_000].reshape(-1, 784) / np.float32(256)
wanted = np.eye(26)[letters.train.labels[:8_000]]
weights = np.linalg.solve(pixels.T @ pixels + 300 * np.eye(784), pixels.T @ wanted)
asked = letters.test.images[:1_000].reshape(-1, 784)
clear = (asked / 256 @ weights).argmax(axis=1)
triple = beaver.deal_matrices(letters=1_000)
scores, seen = beaver.read_privately(asked, weights, triple)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("all 1,000 letters are read as in the clear", (scores.argmax(axis=1) == clear).all())
claim("of ten letters it reads more than three",
      np.mean(clear == letters.test.labels[:1_000]) > 0.3)
outcome("what_a_result_reveals.read_otherwise", (scores.argmax(axis=1) != clear).sum())

# %% [markdown]
# Not one letter was read otherwise. (The reader is a plain one: it reads more than three letters of ten. Whoever
# guesses reads one of 26.)
#
# It is the formula above, with matrices: the letters $X$ and the mask $A$ are Amara's, the weights $Y$ and the mask $B$
# the company's, each *whole* and not in shares. Only $C = AB$ is in shares, dealt to both. Amara sends $D = X - A$, the
# company sends $E = Y - B$, and
#
# $$XY = \underbrace{X E + C_1}_{\text{Amara works out}} + \underbrace{D B + C_2}_{\text{the company}},$$
#
# since $X(Y - B) + (X - A)B + AB = XY$. So each side multiplies only what it has with what it was sent:

# %%
source(beaver.read_privately)

# %% [markdown]
# What did the company see, and what could it do with a friend?

# %%
masked = seen.value("client", "server")
claim("no masked pixel looks like one: none is below 256", (masked > 255).all())
claim("the company and the dealer together have every letter",
      (masked + triple.a == asked).all())

# %% [markdown]
# ### Break it
#
# Triples cost time, so Amara uses one for two letters, an a and an m. The company subtracts what it saw, and the mask
# is gone:

# %%
images, labels = letters.test.images, letters.test.labels
first, second = images[labels == 0][0], images[labels == 12][1]
used_twice = beaver.deal_matrices(letters=1)
saw = [beaver.read_privately([letter], weights, used_twice)[1].value("client", "server")
       for letter in (first, second)]
difference = (saw[0] - saw[1]).astype(np.int64).reshape(28, 28)
show(this.draw_reuse, alt="Two letters, and both of them in what the server computes",
     panels=3, size=(8, 3), first=first, second=second, difference=difference)
claim("the masks cancel: it is one letter less the other",
      (difference == first.astype(int) - second).all())

# %% [markdown]
# Bright is the a, dark the m: both can be read. So every triple is spent once.
#
# With fresh triples the protocol tells the client nothing but scores. This is a lesson on results, so ask what those
# tell. The client sends 784 pictures of a single white pixel:

# %%
def ask(images):
    return beaver.read_privately(images, weights, beaver.deal_matrices(len(images)))[0]

stolen = beaver.weights_from_scores(ask)
claim("784 questions give all 20,384 weights away, to six digits after the point",
      np.abs(stolen - weights).max() < 1e-6)

# %% [markdown]
# ## With your own lists
#
# Any two lists of texts; write each item in one way only, since `Ada@x.org` is not `ada@x.org`:

# %%
one_list = "ada@x.org ben@x.org eve@y.org".split()  # yours, in lower case
other_list = "dan@z.org eve@y.org".split()
print("in common:", *mpc.psi.intersect(one_list, other_list),
      "   how many:", mpc.psi.intersect(one_list, other_list, size_only=True))

# %% [markdown]
# Both sides must do as they should, both see how many items the other has, and each further run tells more.
#
# **In earnest.** *openmined-psi*, with a process on each side. What people get wrong: `reveal_intersection`, which must
# be the same on both sides and says whether the client learns the items or their number; and `fpr`,
# the chance that a whole request of so many items has a false hit. For auctions and votes *MP-SPDZ* or *mpyc*.

# %% [markdown]
# ## What this does not protect
#
# - **What follows from the result**: a unanimous vote, the second bid, the weights behind scores (so open the best
#   letter alone, and count the questions).
# - **What others know already**: a total and a rumour.
# - **Against false inputs.** A bidder bids anything; a client of the intersection lists the whole town and learns the
#   whole set.
# - **Against the dealer** who joins a party, or a triple used twice.
# - **Who takes part**, and how many numbers they put in.
#
# ## Summary
#
# A protocol hides the inputs, and not what the result tells of them. How much that is can be counted: the inputs that
# fit. A YES fits many, a unanimous tally one. Outside knowledge shrinks them further. So choose what is opened, and to
# whom. Where even the right question tells too much, the answer has to be blurred: that is differential privacy.

# %%
display(quiz("what_a_result_reveals.quiz1"), quiz("what_a_result_reveals.quiz2"),
        quiz("what_a_result_reveals.quiz3"))

# %% [markdown]
# ## References
#
# - *Computing on private data*, the article this lesson follows.
# - D. Beaver, *Efficient multiparty protocols using circuit randomization* (1991).
# - C. Meadows (1986); B. Huberman, M. Franklin and T. Hogg (1999): set intersection by Diffie and Hellman.
# - P. Mohassel and Y. Zhang, *SecureML* (2017); F. Tramèr and others, *Stealing machine learning models via prediction
#   APIs* (2016).
# - A. Lapets and others, *Accessible privacy-preserving web-based data analysis* (2018); Apple and Google, *Exposure
#   Notification Privacy-preserving Analytics* (2021); J. Abowd and others, *The 2020 Census disclosure avoidance system
#   TopDown algorithm* (2022).
# - OpenMined, *PSI*; B. Schoenmakers, *MPyC*; libsodium's Ed25519, through PyNaCl.
#
# Next: [13 When a party cheats](13_when_a_party_cheats.ipynb).
