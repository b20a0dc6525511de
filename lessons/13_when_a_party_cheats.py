# %% [markdown]
# # When a party cheats
#
# **You will be able to** change a result by a lie that nobody sees, put a MAC on shares so that a lie is caught,
# multiply shares without a dealer, hand over one of two messages without learning which, garble a gate, and say of each
# against whom it protects.
#
# About 80 minutes. Before it: [12 What a result reveals](12_what_a_result_reveals.ipynb). Source: the article
# *Computing on private data*; Ben-Or, Goldwasser and Wigderson (1988); Yao (1986); Damgård, Pastro, Smart and Zakarias,
# *Multiparty computation from somewhat homomorphic encryption* (2012).

# %%
from privlab.lab import *
from privlab import mpc
from privlab.lessons import when_a_party_cheats as this

rng = start("13_when_a_party_cheats", seed=13)

# %% [markdown]
# ## 1. A lie that nobody sees
#
# Four engineers add up their raises, as in lesson 11. There an envelope stopped David from changing his sum once he had
# heard the others'. What if he lies from the start?
#
# > **The adversary** of this section and the next is malicious: up to three of the four say what they like. Between
# > two parties there is a private channel, and what is said to all, all hear alike.
#
# Shares are uniform modulo a prime $p = 2^{61} - 1$ here. The prime will matter.
#
# ### Break it
#
# David adds 4,000 to the share of the total that he holds, and then goes on as he should, with an envelope and all.

# %%
p = mpc.shamir.PRIME
raises = [3_800, 2_514, 2_982, 3_390]
alice, bob, carlos, david = (mpc.share(amount, parties=4, modulus=p) for amount in raises)
total = alice + bob + carlos + david
said = this.lie(total, by=4_000)
print(f"average {total.reconstruct() / 4:,}, with David's lie {said.reconstruct() / 4:,}")

# %% [markdown]
# The average is 1,000 dollars too high. David takes off what he added, so he alone knows the true one. Nobody else can
# tell that he lied: his share was uniform, and 4,000 more is uniform too.
#
# Now a product: hours times the wage of an hour, each secret. As in lesson 12 the parties open $d = x - a$ and
# $e = y - b$ with a triple, and work out $c + d\,b + e\,a + d\,e$. When $d$ is opened, David says 1 more than he holds.
#
# > **Predict.** Hours 40, wage 25. What comes out?

# %%
predict("when_a_party_cheats.product")

# %%
x, y = (mpc.share(number, parties=4, modulus=p) for number in (40, 25))
a, b, c = mpc.beaver.deal(4, modulus=p)
d, e = this.lie(x - a, by=1).reconstruct(), (y - b).reconstruct()
product = (c + b * d + a * e + d * e).reconstruct()

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the product is 1,025, and not 1,000", product == 1_025)
outcome("when_a_party_cheats.product", "41 times 25")

# %% [markdown]
# Since $d + 1 = (x + 1) - a$, all went on as if the hours had been one more. David knows neither the hours nor the
# wage, and has added an hour's wage. So where parties may lie, each number needs a mark that fits it and no other, and
# that nobody can make alone.
#
# ## 2. A key that nobody has
#
# > A **message authentication code** (MAC) of a number $x$ is here $\alpha x$ modulo $p$. The **global key** $\alpha$
# > is drawn evenly from 0 to $p - 1$ and shared, so that nobody has it. Of each secret the parties hold shares of $x$
# > and shares of $\alpha x$.
#
# Sums need nothing new: $\alpha x + \alpha y$ is the MAC of $x + y$, and each party adds up its own shares. But who
# adds 2 to a number has to add $2\alpha$ to the MAC. What is that? Modulo 11, for each key:

# %%
print({key: 2 * key % 11 for key in range(11)})

# %% [markdown]
# Eleven keys, and for each another number: David can only guess. (Here the prime matters. Modulo 10 a lie of 5 moves
# the MAC by 0 or by 5, whatever the key.) So when a number is opened, it is checked:
#
# > To open *with a check*, all say their shares of $x$, which add up to some $v$. Party $i$ has shares $\gamma_i$ of
# > the MAC and $\alpha_i$ of the key, and works out $\sigma_i = \gamma_i - \alpha_i v$. All commit to their $\sigma_i$
# > before anybody says one. They must add up to 0.
#
# They do if $v = x$, since the sum is $\alpha x - \alpha v$. If David has added a lie $\delta$ to $v$, the sum is
# $-\alpha\delta$, and to make up for it he would have to know $\alpha$.

# %%
source(mpc.authenticated.open_checked)

# %%
authenticated = mpc.authenticated
key = authenticated.deal_key(4)
marked = [authenticated.authenticate(amount, key) for amount in raises]
checked = marked[0] + marked[1] + marked[2] + marked[3]
opened, transcript = authenticated.open_checked(checked, key=key)
claim("the total is opened, and fits its MAC", opened == 12_686)

# %% [markdown]
# This is SPDZ (say *speeds*), from the initials of its authors. And now David's lie:

# %%
try:
    authenticated.open_checked(checked, key=key, said=this.lie(checked.value, by=4_000))
except authenticated.Cheated as error:
    print(error)

# %% [markdown]
# ### Your turn
#
# Somebody has to make the MACs before the computation. Here you are a dealer whom all trust, as in lesson 12. Write
# `authenticate(secret, keys, modulus)`, where `keys` are the parties' shares of the key. It returns two lists: each
# party's share of the secret, and each party's share of the MAC. All parties but one, with their shares of both and of
# the key, must learn nothing.

# %% exercise="when_a_party_cheats.authenticate"

# %%
check("when_a_party_cheats.authenticate", authenticate)

# %% [markdown]
# How sure is it? David adds $\delta$ to his share and guesses the key: he moves his $\sigma$ by $\delta$ times the
# guess. With a small prime he may be lucky.
#
# > **Predict.** Modulo 11, David lies 1,000 times, each time under a fresh key. How many of his lies pass?

# %%
predict("when_a_party_cheats.lies_that_pass")

# %%
passed = {check: {prime: this.lies_that_pass(check, prime, runs=20_000, rng=rng)
                  for prime in this.PRIMES} for check in this.CHECKS}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
explore(this.draw_lies, alt="Dots that rise towards 100 % as the modulus grows, beside a line",
        check=choice(this.CHECKS), modulus=choice(this.PRIMES, 11),
        lies=slider(100, 20_000, 1_000, 100), fixed=dict(passed=passed))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
share_that_pass = passed["each number alone"][11].mean()
claim("of lies modulo 11 one in eleven passes, within a tenth of that",
      abs(11 * share_that_pass - 1) < 0.1)
outcome("when_a_party_cheats.lies_that_pass", round(1_000 * share_that_pass))

# %% [markdown]
# One in $p$: with $p = 2^{61} - 1$ nobody waits for it. (The other two kinds of check in the figure follow below.)
#
# ### Break it
#
# Why the envelopes? Let David wait until the other three have said their $\sigma$. He takes what is missing to 0:

# %%
with_a_lie = this.lie(checked.value, by=4_000)
sigmas = checked.mac - key * with_a_lie.reconstruct()
*others, davids = sigmas.shares
invented = -sum(others) % p
claim("his true sigma does not do", sum(others) + davids != 0 and invented != davids)
claim("what the others said tells him the one that does", (sum(others) + invented) % p == 0)

# %% [markdown]
# In an envelope he has to choose before he hears. And when he is caught, he has learned something all the same: the
# $\sigma$ add up to $-4000\,\alpha$, and he knows the 4,000.

# %%
found = sigmas.reconstruct() * pow(-4_000, -1, p) % p
claim("David divides, and has the key", found == key.reconstruct() % p)

# %% [markdown]
# So the key is spent, and all stop. The others do not know who it was: any one of the four may have said a wrong share
# or a wrong $\sigma$.
#
# > **Security with abort**: no wrong result is taken for a right one, but for a chance near $1/p$. Any party can stop
# > the computation, and who it was need not come out.
#
# That the result comes out whatever a few parties do can be promised for every computation only when most of them are
# honest (Cleve 1986).

# %% [markdown]
# ### Your turn
#
# A computation opens thousands of numbers, and checks them together, at the end. A plain sum of their $\sigma$ will not
# do: a lie of 1 on one number and of -1 on another cancel (see the figure). So each is multiplied by a weight, drawn by
# all together after the numbers have been said.
#
# Write `honest(opened, macs, key, reveal)`: whether all numbers in `opened` fit. `macs` are their shared MACs, `key`
# the shared key; `reveal(shared)` opens a number to all. With shared numbers you can do `mac - key * 5`. What you open
# is looked at, and so are lies that cancel.

# %% exercise="when_a_party_cheats.honest"

# %%
check("when_a_party_cheats.honest", honest)

# %% [markdown]
# However many lies there are, a weighted sum lets them pass with a chance of $1/p$ by the weights, and of $1/p$ by a
# key that is 0: about $2/p$ in all.
#
# Products go as before, under a fresh key, with MACs on the triple too. Hours and wage get their MACs from your
# `authenticate`; adding the public $d\,e$ takes each party's share of the key:

# %%
authenticate = use("when_a_party_cheats.authenticate", authenticate)
fresh = authenticated.deal_key(4)  # the old key is spent
hours, wage = (this.marked_by(authenticate, number, fresh) for number in (40, 25))
triple = authenticated.deal_triple(fresh)
d_open, _ = authenticated.open_checked(hours - triple.a, key=fresh)
e_open, _ = authenticated.open_checked(wage - triple.b, key=fresh)
pay = (triple.c + triple.b * d_open + triple.a * e_open).plus(d_open * e_open, fresh)
claim("40 times 25 is 1,000", authenticated.open_checked(pay, key=fresh)[0] == 1_000)

# %%
try:
    masked = hours - triple.a
    authenticated.open_checked(masked, key=fresh, said=this.lie(masked.value, by=1))
except authenticated.Cheated as error:
    print(error)

# %% [markdown]
# What does it cost? Each party holds two numbers where it held one, and works on both. What four parties send:

# %%
print(this.costs(parties=4))

# %% [markdown]
# With a check one number costs ten times the bytes, but one check serves a thousand. (To draw the weights together, not
# counted here, takes one more round of envelopes.) The price lies elsewhere: in making MACs and triples beforehand
# without a dealer, by homomorphic encryption or oblivious transfer.
#
# ## 3. A product without a dealer
#
# Three parties can multiply with no triple at all if no two put their heads together. Each holds a height of two random
# lines, Shamir's shares of $x$ and of $y$ with the threshold 1. It multiplies its own two.
#
# > **The adversary** is semi-honest from here on. In this section it is one party of three, in general fewer than half,
# > with any amount of computing; channels are private.
#
# First modulo 11, $x = 3$ and $y = 4$, so that the product is 1. (For show: seeded.)

# %%
xs, ys = (mpc.shamir.share(number, parties=3, threshold=1, prime=11, rng=rng)
          for number in (3, 4))
products, height_at = mpc.degree_reduction.local_products(xs, ys), mpc.height_at
for shares in (xs, ys, products):
    print([share.value for share in shares])

# %% [markdown]
# > **Predict.** How many of the three parties must put their products together to find 1?

# %%
predict("when_a_party_cheats.how_many")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
pairs = [products[:2], products[1:], products[::2]]
print("two of them:", [height_at(pair) for pair in pairs], "all three:", height_at(products))
claim("all three find the product", height_at(products) == 1)
claim("no two do", 1 not in [height_at(pair) for pair in pairs])
outcome("when_a_party_cheats.how_many", "all three")

# %% [markdown]
# A line times a line is a parabola, of degree 2, and at 0 it has the height $xy$. Here in whole numbers, without a
# modulus, so that it can be drawn. The dealers draw the slopes; drag them:

# %%
explore(this.draw_product, alt="Two lines and the parabola that is their product",
        slope_x=slider(-3, 3, 2), slope_y=slider(-3, 3, -1), fixed=dict(secrets=(3, 4)))

# %% [markdown]
# So the product is there already, wherever the sliders stand. But times one more line it would have degree 3 and need
# four parties. And this parabola is not a random one:
#
# ### Break it
#
# Modulo 11 again: the three open their products. Bob, the second, also has his own two shares. Which pairs of secrets
# does he still hold possible? He should think of all ten whose product is 1.

# %%
fit = this.pairs_that_fit(products, mine=(xs[1], ys[1]))
print(fit)
claim("of ten pairs at most two remain, and the true one is there",
      len(fit) <= 2 and (3, 4) in fit)

# %% [markdown]
# So each party shares its product *anew*:
#
# > **Degree reduction**: each party shares its product by a random polynomial of degree at most $t$, the threshold.
# > Each adds up what it was sent, with weights $w_i$. They are chosen so that $\sum w_i z_i$ is the height at 0 of
# > every polynomial of degree below $n$ that has the heights $z_1, \dots, z_n$ at $1, \dots, n$.
#
# The new shares lie on a sum of random polynomials of degree at most $t$, whose height at 0 is $\sum w_i z_i = xy$. For
# three parties the weights are 3, -3 (modulo 11 that is 8) and 1: try them on $z_i = 1$, on $z_i = i$ and on
# $z_i = i^2$, which are 1, 0 and 0 at 0.

# %%
print(mpc.degree_reduction.weights(3, prime=11))
result, sent = mpc.degree_reduction.multiply(xs, ys, threshold=1, rng=rng)
claim("now any two find 1",
      [height_at(pair) for pair in (result[:2], result[1:], result[::2])] == [1, 1, 1])
sent

# %% [markdown]
# ### Your turn
#
# Write `multiply(xs, ys, threshold, send)`: the list of each party's `Share` of the product. `xs` and `ys` hold each
# party's shares. What a party gives another goes through `send(sender, receiver, number)`, which returns what arrives;
# parties are numbered from 1. You have `share(number, parties=..., threshold=..., prime=...)`, as in lesson 11,
# `Share(party, value, prime)` and `weights(parties, prime=...)`.

# %%
share, Share, weights = mpc.shamir.share, mpc.shamir.Share, mpc.degree_reduction.weights

# %% exercise="when_a_party_cheats.multiply"

# %%
check("when_a_party_cheats.multiply", multiply)

# %% [markdown]
# The library's own:

# %%
source(mpc.degree_reduction.multiply)

# %% [markdown]
# Is this what `mpyc` does? Its `x * y` hides all that. Three processes, two of which put in 6 and 7, and each shows us
# its own shares, for once:

# %%
source(mpc.programs.product.product)

# %%
processes = mpc.parties.run("product", [dict(number=n, prime=p) for n in (6, 7, 0)])
of_x, of_y, of_xy = this.shares_of(processes)
claim("mpyc's shares of 6, 7 and 42 lie on lines", [mpc.shamir.reconstruct(shares, threshold=1)
      for shares in (of_x, of_y, of_xy)] == [6, 7, 42])

# %%
local = mpc.degree_reduction.local_products(of_x, of_y)
claim("its parties' own products lie on a parabola",
      height_at(local) == 42 != height_at(local[:2]))

# %% [markdown]
# So between its shares of 6 and 7 and those of 42 stands a degree reduction, as by hand. Yours on the same shares:

# %%
multiply = use("when_a_party_cheats.multiply", multiply)
yours_of_xy = multiply(of_x, of_y, 1, lambda sender, receiver, number: number)
claim("your shares lie on a line that is 42 at 0",
      mpc.shamir.reconstruct(yours_of_xy, threshold=1) == 42)

# %% [markdown]
# A party that lies here changes the result, and nobody notices: mpyc's adversary is semi-honest.
#
# ## 4. One of two messages
#
# Two parties have no honest majority, and no dealer is at hand. What do they multiply with? This is enough for
# everything (Kilian 1988):
#
# > **Oblivious transfer**: the sender has two messages, the receiver chooses one and gets it. The sender does not learn
# > which, the receiver does not learn the other.
#
# In small numbers, modulo 23, with $g = 5$. The sender draws $a = 6$ and says $A = g^a$. The receiver draws $b$, and
# says $B = g^b$ for message 0, but $B = A\,g^b$ for message 1:

# %%
A = pow(5, 6, 23)
requests = {bit: sorted(A**bit * pow(5, b, 23) % 23 for b in range(22)) for bit in (0, 1)}
claim("whatever B the sender sees, one b gives it for bit 0, and one for bit 1",
      requests[0] == requests[1] == list(range(1, 23)))

# %% [markdown]
# So $B$ tells nothing of the bit, to anybody, however long they compute. The sender now locks message 0 by a hash of
# $B^a$, and message 1 by a hash of $(B/A)^a$. The receiver can work out $A^b = g^{ab}$, which is the first of the two
# for bit 0 and the second for bit 1. With $b = 15$:

# %%
for bit in (0, 1):
    B = A**bit * pow(5, 15, 23) % 23
    points = pow(B, 6, 23), pow(B * pow(A, -1, 23), 6, 23)
    print(f"bit {bit}: the sender has {points}, the receiver {pow(A, 15, 23)}")

# %% [markdown]
# > **The adversary** is semi-honest, one of the two. The receiver's bit needs no assumption. That the receiver has one
# > point only rests on the **computational Diffie-Hellman** assumption: of $g$, $g^a$ and $g^b$ nobody can work out
# > $g^{ab}$. (Who had both points could divide them, and would have $A^a$.) And it rests on a hash that is as good as
# > random.
#
# For keys that nobody finds by trying we take the curve of lesson 12, again with `power`:

# %%
message, wire = mpc.oblivious_transfer.transfer((b"the red letter  ", b"the green letter"), 1)
claim("the receiver reads the message of its choice", message == b"the green letter")
print([(line.sender, line.what) for line in wire.messages])

# %% [markdown]
# ### Your turn
#
# Write `choose(bit, offered)`, the receiver's part: it returns the request $B$ and the point $A^b$. You have
# `random_key()`, `power(point, key)`, `generator_power(key)`, which is $g$ to the key, and `point_product`. The sender
# may have sent a point outside the group, as in lesson 12, to see your bit.

# %%
power, random_key = mpc.power, mpc.random_key
generator_power = mpc.oblivious_transfer.generator_power
point_product = mpc.oblivious_transfer.point_product

# %% exercise="when_a_party_cheats.choose"

# %%
check("when_a_party_cheats.choose", choose)

# %% [markdown]
# The library's own. `power` comes first: it refuses a point outside the group before a request is made of it.

# %%
source(mpc.oblivious_transfer.choose)

# %% [markdown]
# ## 5. A gate that nobody reads
#
# Alice and Bob would like to know whether they like each other. If both do, both should know. If only one does, the
# other should not learn it. So they want $x$ *and* $y$, and nothing else:
#
# > A **garbled gate** is a table of four rows, each locked. Alice draws two random **wire labels** for each wire, one
# > that stands for 0 and one for 1. For each $x$ and $y$ a row holds the label of the result, locked under the labels
# > of $x$ and $y$ by a hash. Who has one label of each wire opens one row, and sees a label of the result.

# %% [markdown]
# In which order do the rows stand? The last bit of each label is its **colour**. The two labels of a wire have unlike
# colours, and which has which is drawn. Rows stand in the order of colours, so Bob knows which to open, and its place
# tells nothing.

# %% [markdown]
# Alice gives Bob the table and the label of her bit. The label of *his* bit he must get without telling it, and only
# that one: by oblivious transfer. (He is the receiver.) She also tells him which colour stands for 0 among the
# result's labels. So he can read the label that he finds, and he tells her the result.

# %%
def both(x, y):
    return x and y

bits = [(0, 0), (0, 1), (1, 0), (1, 1)]
learned = [mpc.garbling.evaluate_together(both, *pair)[0] for pair in bits]
claim("for 0 0, 0 1, 1 0 and 1 1 they learn 0, 0, 0 and 1", learned == [0, 0, 0, 1])

# %% [markdown]
# ### Your turn
#
# Write `garble(gate)`, where `gate(x, y)` is 0 or 1 for two bits: the labels of $x$, of $y$ and of the result, each a
# pair, and the four rows. You have `draw_labels()`, `colour(label)` and `lock(first, second, message)`. The labels of
# the result are drawn as well, since another gate may follow. Whoever evaluates your table will look at everything.

# %%
draw_labels, colour, lock = mpc.garbling.draw_labels, mpc.garbling.colour, mpc.garbling.lock

# %% exercise="when_a_party_cheats.garble"

# %%
check("when_a_party_cheats.garble", garble)

# %% [markdown]
# The library's own, for labels that were drawn before:

# %%
source(mpc.garbling.garble)

# %% [markdown]
# ### Break it
#
# Suppose the transfer fails, and Bob has both labels of his wire. He evaluates your table twice:

# %%
garble = use("when_a_party_cheats.garble", garble)
def seen_with_both_labels(x):
    of_alice, of_bob, _, rows = garble(both)
    return len({mpc.garbling.evaluate(rows, of_alice[x], label) for label in of_bob})

claim("if Alice said no he sees one label twice, if yes two",
      [seen_with_both_labels(x) for x in (0, 1)] == [1, 2])

# %% [markdown]
# So he knows what Alice said, even if he said no. Nobody may have two labels of one wire, and each evaluation takes a
# table and labels of its own.
#
# ### Break it, on the other side
#
# Alice says no. But she would like to know what Bob says, and garbles another gate: $y$ alone.
#
# > **Predict.** Does Bob notice?

# %%
predict("when_a_party_cheats.another_gate")

# %%
def only_his(x, y):
    return y

told = [mpc.garbling.evaluate_together(both, 0, his, garbled=only_his)[0] for his in (0, 1)]

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("Alice learns what Bob said", told == [0, 1])
outcome("when_a_party_cheats.another_gate", "no, he notices nothing")

# %% [markdown]
# The table has four rows of random bytes, whatever the gate. And if Bob said yes, he is told that both like each
# other. The protocol is for semi-honest parties. Against a malicious Alice there are two ways: she garbles many gates
# and has to open those that Bob chooses (*cut and choose*), or the bits themselves carry MACs, as in section 2 (Wang,
# Ranellucci and Katz 2017).

# %% [markdown]
# What does it mean to be secure, if not "we saw no leak"?
#
# > A protocol is secure against a semi-honest party if there is a **simulator**: a program that is given this party's
# > input and result alone, and makes up a transcript that nobody can tell from what the party saw. What can be made up
# > from the result tells nothing more.
#
# For Alice, the sender of section 4, a simulator draws a random point: that is all she sees. For Bob it draws his
# labels, makes the one row that they open to the result, and fills the other three with random bytes.
#
# ## With your own gate
#
# Any question of two bits. Shall Bob lend Alice his car: does she need it, and he not?

# %%
def yours(x, y):
    return x and not y  # x: Alice needs it; y: Bob does

print("result:", mpc.garbling.evaluate_together(yours, 1, 0)[0])

# %% [markdown]
# It is one gate, and both sides are in this notebook; for many gates, the label of one gate's result goes into the
# next table. The MACs of section 2 take whole numbers between $-2^{60}$ and $2^{60}$.
#
# **In earnest.** *MP-SPDZ*: MACs as here, with triples made without a dealer (its MASCOT and LowGear), and garbled
# circuits; *emp-toolkit*: garbled circuits and oblivious transfers; *mpyc*: semi-honest, honest majority. What people
# get wrong: the name of a protocol says against whom it holds. Of MP-SPDZ's, *semi*, *hemi* and plain *shamir* are for
# parties that do not lie.

# %% [markdown]
# ## What this does not protect
#
# - **Against a false input.** David may still name any raise as his own: a MAC fits what he put in.
# - **Against stopping.** One party stops everything, and it may do so when it has seen the result and the others not.
# - **Against what the result tells** (lesson 12): who said yes and hears no knows the other's answer.
# - **Sections 3 to 5 against lies**: their protocols are for those who follow them.
# - **Against the dealer** of section 2, who knows the key.
#
# ## Summary
#
# A lie on one share moves the result, and nobody sees it. A MAC under a key that nobody has catches it, but for about
# one lie in $p$; all stop then. With an honest majority, products need no dealer: each shares its product anew. With
# two parties, oblivious transfer and a garbled gate do it, as long as both follow the protocol.

# %%
display(quiz("when_a_party_cheats.quiz1"), quiz("when_a_party_cheats.quiz2"),
        quiz("when_a_party_cheats.quiz3"))

# %% [markdown]
# ## References
#
# - *Computing on private data*, the article this lesson follows.
# - I. Damgård, V. Pastro, N. Smart and S. Zakarias, *Multiparty computation from somewhat homomorphic encryption*
#   (2012); I. Damgård, M. Keller and others, *Practical covertly secure MPC for dishonest majority* (2013).
# - M. Ben-Or, S. Goldwasser and A. Wigderson, *Completeness theorems for non-cryptographic fault-tolerant distributed
#   computation* (1988); R. Gennaro, M. Rabin and T. Rabin (1998) for the reduction in one step.
# - T. Chou and C. Orlandi, *The simplest protocol for oblivious transfer* (2015); J. Kilian (1988).
# - A. Yao, *How to generate and exchange secrets* (1986); D. Beaver, S. Micali and P. Rogaway (1990) for the colours.
# - X. Wang, S. Ranellucci and J. Katz, *Authenticated garbling and efficient maliciously secure two-party computation*
#   (2017).
# - Y. Lindell, *How to simulate it: a tutorial on the simulation proof technique* (2017).
# - R. Cleve, *Limits on the security of coin flips when half the processors are faulty* (1986).
# - M. Keller, *MP-SPDZ* (2020); B. Schoenmakers, *MPyC*.
#
# Next: [21 A poll nobody can hold against you](21_randomized_response.ipynb).
