# %% [markdown]
# # The sum and nothing but the sum
#
# **You will be able to** add gradients that nobody sees, mask an update so that the masks cancel, say why it takes two
# masks, follow a protocol of 32 tablets through dropouts and a dishonest server, and show what the sum alone gives
# away.
#
# About 80 minutes. Before it: [11 Four raises and no secrets told](11_raises.ipynb) and [51 Letters stolen from
# gradients](51_gradient_inversion.ipynb). It follows the article *Preserving the privacy of AI training data*; Bonawitz
# and others (2017); *Flamingo* (2023).

# %%
from privlab.lab import *
from privlab import data, fl, mpc
from privlab.lessons import secure_aggregation as this

rng = start("52_secure_aggregation", seed=52)

# %% [markdown]
# ## 1. Three parties and a sum
#
# In lesson 51 the tablet's maker read Amara's letters out of her gradient. But why did he get it? To improve his model
# he needs no single gradient, only their sum. Amara, Bruno and Chen, whom the article calls x, y and z, could add
# theirs as the four added their raises in lesson 11. Shares, though, are whole numbers, and a gradient is fractions.
#
# > **Fixed point** with $f$ bits: a number becomes the nearest multiple of $2^{-f}$, and the multiple is kept, a whole
# > number modulo $2^{64}$. Negative ones count down from $2^{64}$ (two's complement).
#
# Three numbers, with two bits: 3, -2 and 5 quarters. Their sum is 6 quarters, 1.5. Drag the bits: smaller steps, and
# the sum is off by at most three half steps.

# %%
explore(this.draw_step,
        alt="Three numbers on a line, each joined to the nearest mark of a grid",
        size=(7, 2.4), bits=slider(0, 6, 2), fixed=dict(
            numbers={"x": 0.75, "y": -0.4, "z": 1.3}))

# %% [markdown]
# ### Your turn
# Write `encode(numbers, bits)`: a uint64 array from an array of floats. One client with a NaN (*not a number*) would
# spoil the sum of all: raise `ValueError` for it, and for infinity.

# %% exercise="secure_aggregation.encode"

# %%
check("secure_aggregation.encode", encode)

# %% [markdown]
# Now the real thing. Each of the three has seven letters and the model of lesson 51, and works out its gradient:
# 207,642 numbers. Each cuts it in three shares, keeps one and hands the others round; then each says aloud the sum of
# what it holds.
#
# > **Predict.** By how much will the opened sum differ from the true one, with 32 bits? And what will the attack make
# > of a share?

# %%
predict("secure_aggregation.opened_sum")

# %%
private, model = data.letters().test, fl.gradients.dense_network(seed=1)
batches = rng.choice(len(private.labels), (32, 7), replace=False)  # for 32 tablets, later
updates = np.array([
    fl.client_gradient(model, private.images[batch], private.labels[batch]).numbers
    for batch in batches])
shared = fl.secagg.share_updates(updates[:3])

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the opened sum is right to three half steps of 2^-32",
      np.abs(shared.total - updates[:3].sum(axis=0)).max() <= 3 * 2.0**-33)
outcome("secure_aggregation.opened_sum", "by less than a billionth")

# %% [markdown]
# The attacker is the strongest of lesson 51, the exact inversion of a ReLU layer. It finds the size of the batch by
# itself, certifies what it finds, and says so when no size fits. We give it the update as it is (the *positive
# control*), then the share that Amara handed Bruno.

# %%
def stolen(numbers, truth):
    """How many of the letters come back byte for byte."""
    gradient = fl.secagg.as_gradient(numbers, model)
    attack = fl.gradients.invert_relu_layer(gradient, model, np.random.default_rng(1))
    return fl.gradients.matched(attack.images, private.images[truth])[1].sum()

claim("from the update itself seven of seven letters", stolen(updates[0], batches[0]) == 7)
claim("from a share nothing", stolen(shared.handed(giver=0, receiver=1), batches[0]) == 0)

# %% [markdown]
# A share is uniform noise, whatever the letters were. But with 32 tablets each would send 31 vectors as long as its
# update.
#
# You can now say how fractions are added in shares, what is lost, and what a single share tells.

# %% [markdown]
# ## 2. Masks that cancel
#
# Can each tablet send one message only? Let each two agree on a secret number. One adds it, the other subtracts it:
#
# | | update | with Bruno or Amara | with Chen | sent |
# | --- | --- | --- | --- | --- |
# | Amara | 5 | + 31 | + 44 | 80 |
# | Bruno | 2 | - 31 | + 12 | -17 |
# | Chen | 4 | | - 44 - 12 | -52 |
#
# What is sent adds up to 11, as the updates do.
#
# > A **mask** is noise that two clients can draw and nobody else: uniform modulo $2^{64}$, added by the one, subtracted
# > by the other.
#
# > **The adversary** of sections 1 to 3 is a *semi-honest* server: it follows the protocol and keeps all that it sees.
# > All mail goes through it. In section 4 it is *malicious*: it lies about who is there, tells two tablets two things,
# > and has accomplices among them. Tablets that only spoil a sum are no adversary here: they learn nothing by it.

# %% [markdown]
# Two tablets that have never met need a common secret, and the server carries all their mail. *Key agreement* (X25519,
# on a curve as in lesson 12) does it: each publishes a key in a **directory**, and works out the secret from the
# other's.

# %%
amara, bruno, chen = (fl.secagg.Keys(number) for number in range(3))
directory = {client.number: client.public() for client in (amara, bruno, chen)}
claim("Amara and Bruno have the same secret",
      amara.secret_with(1, directory) == bruno.secret_with(0, directory))
claim("Chen has another one with each", chen.secret_with(0, directory)
      != chen.secret_with(1, directory) != amara.secret_with(1, directory))

# %% [markdown]
# A secret has 32 bytes and a mask 200,000 numbers. A **stream cipher** makes many numbers of a seed of 16 bytes:
# `stream(seed, length)` is AES in counter mode, the same for whoever has the seed, noise for all others. The seed is
# another one in each round: `round_seed(secret, round)`. It hashes the secret with the round, and so tells nothing of
# the secret:

# %%
stream, round_seed = fl.secagg.stream, fl.secagg.round_seed
source(round_seed)

# %% [markdown]
# ### Your turn
# Write `mask(vector, me, shared, round)`: the masked vector, uint64. `me` is your number; `shared` is a dict from each
# other's number to the secret that you share with it; `round` is some bytes. The check looks at what a curious server
# can do with your messages.

# %% exercise="secure_aggregation.mask"

# %%
check("secure_aggregation.mask", mask)

# %% [markdown]
# Four tablets now, Dora is the fourth. We draw their secrets with a seed, so that everyone sees the same picture;
# tablets use the directory.

# %%
fixed_point, decode = mpc.fixed_point.encode, mpc.fixed_point.decode
mask = use("secure_aggregation.mask", mask)
secret = {frozenset((i, j)): rng.bytes(32) for j in range(4) for i in range(j)}
pairs = [{j: secret[frozenset((i, j))] for j in range(4) if j != i} for i in range(4)]
plain = [fixed_point(update) for update in updates[:4]]
masked = [mask(row.copy(), me, pairs[me], b"round 1") for me, row in enumerate(plain)]
claim("the sum of what is sent is the sum of the updates, exactly",
      np.array_equal(sum(masked), sum(plain)))
claim("from what Dora sends nothing", stolen(decode(masked[3]), batches[3]) == 0)
neuron = np.abs(updates[3][:784 * 256]).reshape(256, 784).sum(axis=1).argmax()
show(this.draw_rows_seen, alt="Left, a row of Dora's gradient, strokes of letters over each "
     "other; right, the same row masked, grey noise", panels=2, size=(5, 2.7),
     plain=updates[3][784 * neuron:784 * (neuron + 1)],
     seen=masked[3][784 * neuron:784 * (neuron + 1)])

# %% [markdown]
# You can now say how a mask is agreed on by two who never met, and why the server can add and not look.

# %% [markdown]
# ## 3. A tablet falls silent
#
# Dora's battery dies before she has sent anything. The server adds the other three messages and gets noise: three masks
# with Dora were never cancelled.
#
# So seeds are kept in reserve. Each client cuts its seeds in Shamir's shares (lesson 11) for some helpers. For Dora
# they give away this round's seeds of her three pairs, and the server takes these masks off. It must know how they were
# drawn, and who added: from here on all tablets run `fl.secagg.mask`, which draws a pair's mask from `round_seed`, and
# the smaller number adds.

# %%
unmask = fl.secagg.unmask
drawn = [{j: round_seed(shared, b"round 1") for j, shared in pairs[i].items()}
         for i in range(4)]
sent = [fl.secagg.mask(row, me, drawn[me]) for me, row in enumerate(plain)]
three = sum(sent[:3])
claim("with three masks left over the sum is wrong", (three != sum(plain[:3])).mean() > 0.99)
seeds = {(i, 3): drawn[i][3] for i in range(3)}
repaired = unmask(three, cut=seeds)
claim("the sum of the three is right again", np.array_equal(repaired, sum(plain[:3])))

# %% [markdown]
# This is how `unmask` takes them off: what was added is subtracted, what was subtracted is added. (What `own_seeds` are
# comes next.)

# %%
source(unmask)

# %% [markdown]
# ### Break it
#
# Dora's battery had not died. Her message was stuck in a queue, and arrives a minute later.
#
# > **Predict.** What does the server know now?

# %%
predict("secure_aggregation.late_message")

# %%
late = unmask(sent[3], cut={(3, i): seed for (i, _), seed in seeds.items()})  # hers, now

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the late message without masks: seven of seven letters",
      stolen(decode(late), batches[3]) == 7)
outcome("secure_aggregation.late_message", stolen(decode(late), batches[3]))

# %% [markdown]
# The server need not even wait. It may *say* that Dora is lost. Hence a second mask (Bonawitz and others 2017):
#
# > Each client adds a mask **of its own**, from a seed that it draws afresh in every round, and gives the seed to the
# > helpers in shares. For a client who reported the helpers give its own seed; for one who did not, the seeds of its
# > pairs. **Never both.**
#
# ### Your turn
# Write `add_own(masked)`: the message with one's own mask on it, and the mask's seed of 16 bytes. The check delivers
# your message late.

# %% exercise="secure_aggregation.add_own"

# %%
check("secure_aggregation.add_own", add_own)

# %%
twice, own = zip(*map(use("secure_aggregation.add_own", add_own), np.copy(sent)))
late_again = unmask(twice[3], cut={(3, i): seed for (i, _), seed in seeds.items()})
claim("late again: nothing", stolen(decode(late_again), batches[3]) == 0)
claim("and the sum of the three is right",
      np.array_equal(unmask(sum(twice[:3]), own[:3], seeds), sum(plain[:3])))

# %% [markdown]
# All now hangs on the helpers, who are asked by the server. It tells them who is online and who is lost.
#
# ### Your turn
# Write `give(online, lost, minimum)`: what a helper gives, a list of `("own", i)` for own seeds and `("pair", i, j)`
# for the seed of i, online, and j, lost. `online` and `lost` are lists of numbers. Raise `ValueError` for lists with
# which the server would lay bare one client's update; a sum is of at least `minimum` clients.

# %% exercise="secure_aggregation.give"

# %%
check("secure_aggregation.give", give)

# %% [markdown]
# You can now say why one mask is not enough, and what helpers must never give together.

# %% [markdown]
# ## 4. Thirty-two tablets
#
# With 32 tablets nobody masks with 31 others. Public randomness, drawn once, seats them around a table, and each masks
# with a few on either side (Bell and others 2020). It also draws a committee of **decryptors** among the clients
# (*Flamingo*, Ma and others 2023). Seeds go to them in shares, sealed, and through the server like all mail.
#
# How many neighbours, decryptors and shares? All of it follows from one sentence, the promise:

# %%
import textwrap

federation = fl.secagg.Federation(32, root=rng.bytes(16))
rules = federation.rules
print(textwrap.fill(rules.promise, 88))
print(f"hence {rules.reach} neighbours on either side and {rules.decryptors} decryptors;",
      f"{rules.quorum} must help, {rules.threshold} know nothing")

# %% [markdown]
# An **accomplice** is a client that tells the server all it knows, and does what the server likes. Among three clients,
# such as Amara, Bruno and Chen, the rules bear one accomplice, if nobody is lost. Against two no protocol helps: they
# subtract their own updates from the sum of three.
#
# This is our reading. Flamingo encrypts pair seeds to a common key of the committee; we send shares. And our masks hang
# on the announcement of the round: a server who sends one tablet another model (Pasquini and others 2022) gets masks
# that do not cancel.

# %% [markdown]
# Clients and server are objects that take bytes and return bytes, and sign them. Assumed are a directory that the
# server cannot change, and that key agreement, cipher, hash and signatures hold: X25519, AES, SHA-256 and Ed25519. With
# these the promise holds against a *malicious* server and its accomplices.
#
# > **Predict.** 30 of 32 tablets report. The strongest attack of lesson 51 tries the first eight reports, 56 letters.
# > How many letters does it get?

# %%
predict("secure_aggregation.letters_in_reports")

# %%
from collections import Counter

result = federation.sum(updates, lost=(5, 8), content=b"the model of round 1")
for kind, count in Counter(message.kind for message in result.reached_server()).items():
    print(f"the server got {count} messages of the kind {kind}")
online = list(result.online)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the sum of the 30 is right to 30 half steps of 2^-32",
      np.abs(result.total - updates[online].sum(axis=0)).max() <= 30 * 2.0**-33)

reports = {
    message.sender: np.frombuffer(fl.secagg.unpack(message.data, "report").fields[0], "<u8")
    for message in result.reached_server("report")}
some = online[:8]
got = sum(stolen(decode(reports[i]), batches[i]) for i in some)
claim("the first eight reports: no letter", got == 0)
claim("the same eight updates unmasked: 56 of 56 letters",
      sum(stolen(updates[i], batches[i]) for i in some) == 56)
outcome("secure_aggregation.letters_in_reports", got)

# %% [markdown]
# Now let more tablets fall silent, decryptors or not.
#
# > **Predict.** What does the server get of a sum when the eleventh does?

# %%
predict("secure_aggregation.eleventh")

# %%
order, ends = rng.permutation(32).tolist(), []
for lost in range(13):
    this_time = federation.sum(updates[:, :100], order[:lost])
    right = this_time.total is not None and np.allclose(
        this_time.total, updates[order[lost:], :100].sum(axis=0), rtol=0, atol=1e-9)
    ends.append("the sum is right" if right else "no sum" + ", a share" * len(
        this_time.reached_server("shares")))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("with 22 tablets or more the sum is right; with fewer no sum, and no share",
      ends == ["the sum is right"] * 11 + ["no sum"] * 2)
explore(this.draw_round, alt="32 tablets on a circle, joined to those they mask with; "
        "the lines to those fallen silent are dashed", size=(8, 4), lost=slider(0, 12, 2),
        fixed=dict(order=order, rounds=ends, graph=rules.masking_graph,
                   committee=rules.committee))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("secure_aggregation.eleventh", "nothing")

# %% [markdown]
# ### A dishonest server
#
# Before they give a share the decryptors **cross-check**: each signs the list it was told, and helps only when it has
# seen 14 of 24 signatures under the same one. Two lists cannot both have 14, unless four decryptors sign both.
#
# Below is all that a decryptor gives. Look for the two refusals that stand before it, and for the line that forgets the
# shares, so that they are given once.

# %%
source(fl.secagg.AggregationClient.help)

# %% [markdown]
# Tablets 5 and 8 are lost once more. The server tries what it can:

# %%
malicious_server = fl.secagg.malicious_server
server, clients = federation.server, federation.clients
opening = server.announce(100)
for number in online:
    server.receive(clients[number].report(opening, updates[number, :100]))
requests = server.label()
first = min(requests)
for trick in (malicious_server.both_masks(server, requests[first], victim=0),
              malicious_server.only(server, requests[first], few=[0, 1])):
    print("-", malicious_server.answer(clients[first].agree, trick))
signatures = {}
for index, number in enumerate(requests):
    if index % 2:
        requests[number] = malicious_server.named_lost(server, requests[number], victim=0)
    signatures[number] = clients[number].agree(requests[number])
shown = malicious_server.all_signatures(server, signatures)
said = [malicious_server.answer(clients[number].help, shown) for number in requests]
print("-", ", ".join(sorted({sentence.split(" as ")[0] for sentence in said})))

# %% [markdown]
# In the last trick half of them were told that tablet 0 is online, half that it is lost. Each list alone is in order,
# so each signs. Only the signatures laid side by side show the lie, and nobody helps.

# %% [markdown]
# ### Break it: one accomplice
#
# Now the server has one accomplice, and lies to nobody: it tells all decryptors the same. Below the tablets follow the
# rules that this course had first: five neighbours on either side, and a decryptor agrees when those online hang
# together, so that nobody is cut off from the rest. Tablet 0 is the victim. Its server names as lost all who mask with
# it, except the accomplice. These are nine tablets, and the rules allow ten to be lost.
#
# > **Predict.** The decryptors give the victim's own seed, since it is online, and the seeds of its pairs with the
# > lost. Which of its masks is left, and who knows it?

# %%
predict("secure_aggregation.last_mask")

# %%
def isolate(rules):
    """The round, the server, and the accomplice, who sits beside the victim."""
    accomplice = rules.masking_graph[0][0]
    server = malicious_server.IsolatingServer(rules, victim=0, accomplice=accomplice)
    tablets = fl.secagg.Federation(rules=rules, server=server)
    return tablets.sum(updates), server, tablets.clients[accomplice]

end, isolating, accomplice = isolate(malicious_server.UnrepairedRules(32, rules.root))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("everyone helps, and the sum is right", not end.refused and np.allclose(
    end.total, updates[isolating.online].sum(axis=0), rtol=0, atol=1e-8))
claim("the server and one tablet have seven of the victim's seven letters",
      stolen(isolating.stolen(accomplice), batches[0]) == 7)
outcome("secure_aggregation.last_mask", "that with the accomplice, who does")

# %% [markdown]
# That those online hang together is not enough: they must do so without the accomplices, who know their masks. Whoever
# cuts a ring needs two gaps, each as wide as a tablet has neighbours on one side. With seven on either side the two
# gaps take fourteen tablets, and the server has thirteen at most: ten that it may name as lost, and three accomplices.
# So nobody can be cut off, whoever they are. In large rings fewer neighbours are enough in all but one of 10^9 ways to
# lose tablets, and each decryptor checks the list that it is told. The same server, and the rules with the repair:

# %%
kept, _, _ = isolate(rules)
print(kept.refused[0])
claim("every decryptor refuses, and no share was given",
      kept.total is None and not kept.reached_server("shares"))

# %% [markdown]
# ### Who spoils a round
#
# A tablet can send garbage, or what another should have sent: what is not signed by its sender is refused, and the
# round goes on without it. A decryptor can lie about its shares: of 14, four say what a seed is, so five wrong ones are
# corrected and named. A tablet that deals shares of no seed ends one round, is named, and left out of the next.
#
# You can now say what the server may lie about, what each lie meets, and how many accomplices the promise bears.

# %% [markdown]
# ## 5. What the sum tells
#
# So the server learns the sum and nothing but the sum. Is that little? Take three tablets again, with three letters
# each and a model of 512 neurons. Of nine letters only the sum is opened. (Two controls: the attacker with another
# model's weights, and the sum of the 30 tablets, 210 letters.)
#
# > **Predict.** How many of the nine letters come out of it?

# %%
predict("secure_aggregation.letters_in_the_sum")

# %%
wide, nine = fl.gradients.dense_network(seed=2, hidden=512), batches[:3, :3]
total = fl.secagg.Federation(3).sum([
    fl.client_gradient(wide, private.images[batch], private.labels[batch]).numbers
    for batch in nine]).total
invert, gradient = fl.gradients.invert_relu_layer, fl.secagg.as_gradient(total, wide)
attack = invert(gradient, wide, np.random.default_rng(1))
errors, exact = fl.gradients.matched(attack.images, private.images[nine.ravel()])

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim(f"{sum(exact)} of nine letters byte for byte, from the sum alone", all(exact))
show(data.pictures.draw_letters, alt="Nine letters in a row, read from the sum", panels=9,
     size=(9, 1.3), letters=attack.images, titles=[f"{number}" for number in range(1, 10)])
other = invert(gradient, fl.gradients.dense_network(seed=3, hidden=512),
               np.random.default_rng(1), sets=10_000)
claim("with another model's weights nothing is certified", not other.certified)
crowd = invert(fl.secagg.as_gradient(result.total, model), model, np.random.default_rng(1))
claim("from the sum of 210 letters nothing: " + crowd.reason, len(crowd.images) == 0)
outcome("secure_aggregation.letters_in_the_sum", sum(exact))

# %% [markdown]
# **Secure summation hides who, not what**: the server does not know whose letter is which, and has them all. To the
# attack the sum of three small batches is one batch of nine. The article we follow does not say so; others have, of
# larger sums: Fowl and others (2022), whose attack is lesson 53's, and Pasquini and others (2022). That nine letters
# fall out of an *honest* model's sum, and that all nine are certified, is our own run of SPEAR (lesson 51).
#
# In a crowd this attack fails. That is a limit of this attack, no promise: lesson 53 plants a layer that takes 800
# letters out of a sum. A promise needs noise in the sum, differential privacy.
#
# ### What it costs to learn
#
# Eight tablets train together, once with the server adding what it sees, once with the secure sum. Below it, what was
# measured.

# %%
eight = [(private.images[batch], private.labels[batch]) for batch in batches[:8]]
open_sum = fl.secagg.train(
    fl.gradients.dense_network(seed=4), eight, rounds=5, learning_rate=0.5)
secure = fl.secagg.train(
    fl.gradients.dense_network(seed=4), eight, rounds=5, learning_rate=0.5,
    federation=fl.secagg.Federation(8))
claim("after five rounds the two models are equal in all 207,642 numbers, to the last bit",
      np.array_equal(open_sum, secure))
recorded("masked_recovered", "unmasked_recovered_rate", "sum_all_exact_rate", "mask_slowdown",
         "crowd_1000_seconds", "crowd_1000_bytes_a_client")

# %% [markdown]
# Nothing is lost: both add the same fixed-point numbers. The time over a plain one is of four tablets that mask with
# three others and with a mask of their own. Of 1,000 tablets with 16,000 numbers each, every one sends a quarter more
# than the update itself (128,000 bytes).
#
# ### Tablets that weigh more
#
# Engines of federated learning weigh an update by how many letters are behind it. Then each tablet sends into the
# secure sum its weight times its update, and the weight; the server divides.

# %%
letters = np.array([7] * 31 + [7_000])
rows = [fl.secagg.weighted(update, weight, max_weight=7_000)
        for update, weight in zip(updates, letters)]
mean, weight = fl.secagg.weighted_mean(federation.sum(rows).total, max_weight=7_000)
truth = np.average(updates, axis=0, weights=letters)
claim("the mean is right to a millionth, and the number of letters is right",
      np.abs(mean - truth).max() < 1e-6 and round(weight) == sum(letters))
away = np.linalg.norm(mean - updates[31]) / np.linalg.norm(updates[31])
claim("the mean is one tablet's update, to a twentieth of its length", away < 0.05)

# %% [markdown]
# Weights tell something, too: the server learns the sum of all and, from two sums that differ by one tablet, that
# tablet's weight. And whoever outweighs all others *is* the mean. `max_weight`, the same for all, says how much one
# tablet may count.
#
# You can now say what a right sum, hidden from all, still tells.

# %% [markdown]
# ## With your own vectors
#
# One row for each client, here 20 of a thousand numbers; two clients never report, and the sum is of the others:

# %%
vectors = rng.normal(size=(20, 1_000))  # yours
done = fl.secagg.Federation(20, lost=4, accomplices=2).sum(vectors, lost=[3, 11])
others = np.delete(vectors, [3, 11], axis=0)
claim("the sum of the eighteen that reported, to eight decimals",
      np.abs(done.total - others.sum(axis=0)).max() < 1e-8)

# %% [markdown]
# Rules that cannot keep their promise are refused: try `accomplices=8`.
#
# **In earnest.** An engine, such as *Flower* with SecAgg+, and what [lesson 55](55_beyond_one_machine.ipynb) finds
# wrong with it. What people get wrong: the threshold, which must exceed
# $(n + c)/2$ with $c$ accomplices; the range, beyond which weights are clipped; and to take a sum for privacy, when a
# sum of few, or of one client twice, tells.

# %% [markdown]
# ## What this does not protect
#
# - **What the sum tells**: all of it, if few letters are in it. And two sums that differ by one client differ by its
#   update.
# - **Against made-up clients.** A server that fills the round with tablets of its own subtracts them. The directory
#   must say who is real.
# - **Against more accomplices** than the rules reckon with: four decryptors of 24 know every seed.
# - **Against a model made to be read**, the same for all: lesson 53.
# - **Against lies.** A client may report what it likes, unseen.
#
# ## Summary
#
# Gradients in fixed point are added modulo $2^{64}$. Masks in pairs cancel; a mask of one's own protects a late
# message; helpers give seeds of one kind for each client, and compare notes before; few accomplices cut nobody off. The
# server gets the sum to the last bit and from a single report nothing. From a sum of nine letters it gets nine.

# %%
quiz("secure_aggregation.quiz1")

# %%
quiz("secure_aggregation.quiz2")

# %%
quiz("secure_aggregation.quiz3")

# %% [markdown]
# ## References
#
# - *Preserving the privacy of AI training data*, the article this lesson follows: three parties, secret-shared
#   gradients.
# - K. Bonawitz and others, *Practical secure aggregation for privacy-preserving machine learning* (2017): two masks,
#   dropouts.
# - J. H. Bell, K. Bonawitz, A. Gascón, T. Lepoint and M. Raykova, *Secure single-server aggregation with
#   (poly)logarithmic overhead* (2020): few neighbours.
# - Y. Ma, J. Woods, S. Angel, A. Polychroniadou and T. Rabin, *Flamingo: multi-round single-server secure aggregation
#   with applications to private federated learning* (2023).
# - L. Fowl, J. Geiping, W. Czaja, M. Goldblum and T. Goldstein, *Robbing the Fed* (2022): letters out of large sums.
# - D. Pasquini, D. Francati and G. Ateniese, *Eluding secure aggregation in federated learning via model inconsistency*
#   (2022).
# - A. Shamir, *How to share a secret* (1979).
#
# Next: [53 The model that sorts its clients' letters](53_global_model_attack.ipynb).
