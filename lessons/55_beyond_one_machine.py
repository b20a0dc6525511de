# %% [markdown]
# # Beyond one machine
#
# **You will be able to** run a federation of real processes and leave nothing behind, sum updates under an engine's
# masks and say what its server still sees, be the server that lies, keep a budget over rounds, and tell who may join
# from who may hand in code.
#
# About 75 minutes. Before it: [42 Learning from letters without keeping any](42_private_training.ipynb) and [52 The sum
# and nothing but the sum](52_secure_aggregation.ipynb). It follows the article *Preserving the privacy of AI training
# data*, the article *Advances in trustworthy machine learning at Alexa AI*, and the papers of Bell and others (2020)
# and McMahan and others (2018). The engine is Flower; what is said of it was run with version 1.41.

# %%
from privlab.lab import *
from privlab import data, dp, fl
from privlab.lessons import beyond_one_machine as this

rng = start("55_beyond_one_machine", seed=55)

# %% [markdown]
# ## 1. One process each
#
# Until now a tablet was an object and the line a list in a notebook. Nothing got lost, and nobody knocked. How does a
# federation leave the notebook? One takes an **engine** that others have built:
#
# | we said | Flower says | what it is |
# | --- | --- | --- |
# | server | SuperLink | a process with one port; it keeps messages until they are fetched |
# | a client's machine | SuperNode | a process beside the letters; it asks the SuperLink for work, and nobody calls it |
# | what is run | app | Python for the server, started once a run, and for the nodes, started once a message |
#
# Amara, Bruno and Chen have 400 letters each, in a file that only their own node is told of. Everything talks HTTP, on
# this machine alone. A *superexec* starts the app's pieces for its SuperLink or SuperNode. Below the counts stands the
# app's client, the whole of it: it runs on the node, and what it returns is what leaves the node.

# %%
private = data.letters()
rows = rng.choice(len(private.train.labels), (3, 400), replace=False)
parts = [(private.train.images[row], private.train.labels[row]) for row in rows]
deployment = fl.flower.Deployment(parts, fails={2: 2}).start()  # node 2 fails in round 2
for program, count in deployment.running().items():
    print(count, program)
print((fl.flower.APP / "client.py").read_text().split("ClientApp()")[1].strip())

# %% [markdown]
# Two rounds of federated averaging. In the second the disk of Chen's tablet is full, and its client raises an
# exception.
#
# > **Predict.** What is the model after round 2: none, that of round 1, or the average of two?

# %%
predict("beyond_one_machine.after_round_2")

# %%
model, weights_of, furthest = fl.flower.model, fl.flower.weights_of, fl.flower.furthest
rounds = deployment.run("server_fedavg", "client", rounds=2)
deployment.stop()

def learnt(number, weights, round):
    """What one tablet learns in one round, worked out here."""
    images, labels = parts[number]
    return model.train(weights, model.as_pixels(images), labels, [round, number])

first = model.first_weights()
own = model.average([learnt(node, first, 1) for node in range(3)], [400] * 3)
two = model.average([learnt(node, own, 2) for node in range(2)], [400] * 2)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("round 1, over HTTP and in this notebook: equal to 1e-6",
      furthest(own, weights_of(rounds, "round1_")) <= 1e-6)
claim("round 2 is the average of Amara and Bruno, to 1e-5",
      furthest(two, weights_of(rounds, "round2_")) <= 1e-5)
claim("no process, no port and no file is left", deployment.left() == 0)
outcome("beyond_one_machine.after_round_2", "the average of two")

# %% [markdown]
# The average is this, in Flower and here: each model counts as much as its node has letters, and that is all the server
# does with it.

# %%
source(model.average)

# %% [markdown]
# The two may differ in the last bits: answers are added in the order in which they arrive, and sums of fractions depend
# on the order. A client that raises an exception costs its round no time; one that is *killed* costs a wait, so every
# round has a time limit. And that no process is left is the work of a **keeper**: it starts all processes and holds a
# pipe to this kernel. When the pipe closes it ends them, and it closes even when the kernel is killed.
#
# You can now say which processes a federation is made of, who calls whom, and what the server does with the answers.

# %% [markdown]
# ## 2. Who may join
#
# That SuperLink took whoever knocked. Three things guard a federation of clinics: an **encrypted line** (TLS);
# a **certificate**, by which nodes know the server; a **key** for each node, *registered* with the server.
#
# Here is such a federation, and two strangers knock. It starts by *fork*: one process has imported the engine, the
# others are copies of it. That saves memory and time, and changes nothing else.
#
# Three runs are handed in as well, and their results are read further below. One of them has a server that lies.

# %%
guarded = fl.flower.Deployment(parts, forked=True, guarded=True).start()
runs = {name: guarded.submit(f"server_{name}", client, **config) for name, client, config in (
    ("secagg", "client_secagg", {}), ("malicious", "client_secagg", {}),
    ("dp", "client", dict(rounds=3)))}

# %%
for stranger in (dict(registered=False), dict(misled=True)):
    try:
        guarded.join(*parts[0], **stranger)
    except fl.secagg.Refused as reason:
        print("-", reason)

# %% [markdown]
# You can now say what each of the three guards keeps out.

# %% [markdown]
# ## 3. The sum, by their masks
#
# > **The adversary** of sections 1 to 4 is the server. First it is *semi-honest*: it runs the engine as it is and reads
# > what passes. In *Break it* it is *malicious*: its app sends other lists than it should. Nodes are honest. The line
# > is TLS, all mail passes through the server, and what nodes send each other is sealed with keys that the server hands
# > round. In section 5 the adversary is whoever hands in an app.

# %% [markdown]
# The engine's masks are **SecAgg+** (Bell and others 2020), a near relation of lesson 52: masks in pairs, one of one's
# own, shares with neighbours. In four stages the nodes send keys; sealed shares; the masked model; and shares that take
# the masks off the sum.
#
# Masks need whole numbers. A node sends its weights times letters / `max_weight`. What is beyond ± `clipping_range` is
# cut off, the rest becomes one of $2^{22}$ steps. It is the *model* that is cut, not the update.
#
# > **Predict.** The server averages 25,978 weights under masks, with the engine's own settings: ± 8 and 1,000. How far
# > off is a weight of the average at most: nothing, a hundred-thousandth, a hundredth?

# %%
predict("beyond_one_machine.masked_average")

# %% [markdown]
# And what does the server see on the way? It has written that down for us, since its app is ours.

# %%
masked = guarded.result(runs["secagg"])

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the average under masks is the plain one to 2e-5",
      furthest(own, weights_of(masked, "average")) <= 2e-5)
weights = learnt(0, first, 1)[0]
change = weights - first[0]
neuron = np.abs(change).sum(axis=0).argmax()
show(this.draw_seen, alt="Left, what a neuron has learnt, strokes of letters over each other; "
     "right, grey noise", panels=2, size=(5, 2.7), learnt=change[:, neuron],
     masked=masked["masked0"][:, neuron])
claim("what the server got is almost uncorrelated with the weights: less than 0.05",
      abs(np.corrcoef(weights.ravel(), masked["masked0"].ravel())[0, 1]) < 0.05)
outcome("beyond_one_machine.masked_average", "a hundred-thousandth")

# %%
for number, name in enumerate(("Amara", "Bruno", "Chen")):
    print(f"in the clear, from {name}: {', '.join(masked[f'said{number}'])}")
up = masked["exchanges"][:, 5]
claim("the masked stage takes twice the bytes of a plain round",
      1.9 < up[2] / rounds["exchanges"][0, 5] < 2.1)
claim("keys and shares of three nodes are less than 1 % of it",
      up[[0, 1, 3]].sum() < 0.01 * up[2])

# %% [markdown]
# The server gets noise; and *beside* it, in the clear, how many letters each has, and whatever a client reports.
# `read_right` is the share of its own letters that a tablet's model reads: how well a model knows what it learnt from
# is what lesson 41's attack lives on.
#
# ### Your turn
# Write `choose(largest, letters)`: a pair `clipping_range`, `max_weight`, for nodes whose weights are at most `largest`
# in absolute value, and that have so many `letters` (a list). Nothing may be cut off, nobody may have more letters than
# `max_weight`, and no step may be wider than it must be.

# %% exercise="beyond_one_machine.choose"

# %%
check("beyond_one_machine.choose", choose)

# %% [markdown]
# ### Break it: the server lies
#
# In the last stage the server says who is there and who is gone, and gets shares: of those there the own mask's, of
# those gone the pair key's. Lesson 52 said: *never both*. The second of our runs has a server that names one node
# in **both** lists.
#
# > **Predict.** Who notices?

# %%
predict("beyond_one_machine.who_notices")

# %%
lying = guarded.result(runs["malicious"])
victim = int(lying["victim"])

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the round ended as it should: the average is right to 2e-5",
      furthest(own, weights_of(lying, "average")) <= 2e-5)
claim("no node refused", lying["refused"] == 0)
stolen = weights_of(lying, "stolen")
claim("the server has one node's own model, to 1e-4, and how many letters it has",
      furthest(learnt(victim, first, 1), stolen) <= 1e-4 and lying["letters"] == 400)
claim("it is nobody else's: the others are 0.01 away and more", min(furthest(
    learnt(other, first, 1), stolen) for other in {0, 1, 2} - {victim}) > 0.01)
outcome("beyond_one_machine.who_notices", "nobody")

# %%
malicious_server = fl.secagg.malicious_server
federation = fl.secagg.Federation(3)
server, clients = federation.server, federation.clients
opening = server.announce(100)
for client in clients:
    server.receive(client.report(opening, rng.normal(size=100)))
for number, request in server.label().items():
    lie = malicious_server.both_masks(server, request, victim=victim)
    print("-", malicious_server.answer(clients[number].agree, lie).replace(str(victim), "..."))

# %% [markdown]
# Nobody noticed. The engine's client checks that enough nodes are named, and hands over both kinds. The paper's clients
# refuse; so do lesson 52's, which were asked the same just now. That alone is not enough. The server can tell one half
# of the nodes that the victim is there, and the other that it is gone: each list is in order, and both halves
# help. So lesson 52 had signatures. A threshold does as well, if it is high enough: of n nodes, with c on the server's
# side who answer both lists, it must be more than $(n + c)/2$. When nobody sides with the server that is *more than
# half*.

# %% [markdown]
# ### Your turn
# Write what the engine's client should do: `unmask(there, gone, own, pair, threshold)`. `there` and `gone` are the
# server's lists; `own` and `pair` are dicts from a node to the share that you hold of its own mask and of its pair key,
# for all nodes. Return a list of `(node, share)`, or raise `ValueError`: a sum is of at least `threshold` nodes, and
# the threshold more than half of all.

# %% exercise="beyond_one_machine.unmask"

# %%
check("beyond_one_machine.unmask", unmask)

# %% [markdown]
# ### Break it: masks of 28 bits
#
# Two nodes agree on a key of 256 bits. The engine hands it on as *text* of 44 characters. It XORs the text's eleven
# words of four characters into one, and that one seeds a generator made for simulations. A character has 7 bits, so a
# pair has at most $2^{28}$ masks, not $2^{256}$, and every key has many a **twin** with the same mask. (A node's own
# mask starts from 32 bytes that are no text: $2^{32}$.)
#
# The folding, in code. The number that it returns is all that is left of a key:

# %%
source(fl.flower.folded_seed)

# %%
stream = fl.secagg.stream  # of lesson 52, for your turn
key = fl.flower.pair_key()
other = fl.flower.twin(key)
claim("two keys that differ in at least 20 of 44 characters",
      sum(one != two for one, two in zip(key, other)) >= 20)
claim("have the same mask, in all of 26,000 numbers",
      np.array_equal(fl.flower.mask(key, 26_000), fl.flower.mask(other, 26_000)))
seeds = [fl.flower.folded_seed(fl.flower.pair_key()) for _ in range(100)]
claim("of 32 bits of a seed a hundred keys set 28, never the others",
      np.bitwise_or.reduce(seeds) == 0x7f7f7f7f)
recorded("flower_guess_core_hours")

# %% [markdown]
# The last line says how long one core needs to try every seed of a pair; we did not. The server can tell the right
# seed: the first masked number holds the number of letters, which it was told in the clear. That excludes nearly every
# wrong seed. The next numbers decide, since a model's numbers lie below $2^{22}$, and behind a wrong mask they lie
# anywhere below $2^{32}$.
#
# Of our three nodes each has *two* neighbours: two masks that the server does not know. That does not take $2^{56}$
# trials. The server writes the first number of every mask into a table. For each it looks up the number that would fit
# beside it: the two **meet in the middle**. Here it is, with masks of 10 bits, of which the node adds one and subtracts
# the other (`signs`):

# %%
seeds = range(2**10)
both = 123, 987  # the two seeds, which the server is to find
masks = [fl.flower.mask(seed.to_bytes(4, "little"), 100) for seed in both]
message = np.append([400], rng.integers(2**22, size=99))  # the number of letters, and a model
found = fl.flower.two_seeds((message + masks[0] - masks[1]) % 2**32, 400, seeds, signs=(1, -1))
claim("a million pairs of seeds, a thousand masks drawn, and one pair fits",
      found == [both])

# %% [markdown]
# With 28 bits the table has $2^{28}$ rows, 2 GiB, and takes the same hours as one unknown mask. Of $2^{56}$ pairs the
# first number leaves about $2^{24}$; each further one keeps one in $2^{10}$, so three more decide. A server of three
# nodes needs nobody's help. With more nodes this attack needs the help of all neighbours of its victim but two.
#
# ### Your turn
# Write `mask(key, round, length)`: a uint64 array, uniform, that depends on all of the `key` (32 bytes) and on the
# `round` (bytes), and is the same at both ends of a pair. `stream(seed, length)` of lesson 52 makes such an array out
# of 16 bytes.

# %% exercise="beyond_one_machine.mask"

# %%
check("beyond_one_machine.mask", mask)

# %% [markdown]
# You can now say what the engine's masks hide from an honest server, and two ways in which one that lies gets a model.

# %% [markdown]
# ## 4. A budget for rounds
#
# Masks hide who, not what (lesson 52). A promise about *what* is noise: here the *server* clips each node's update to
# length 2, so it sees each, and adds Gaussian noise to the sum, `noise_multiplier` times the clip. Masks and this noise
# were not run together. What is protected is a whole node, from those who get the model. The engine has an accountant.
# The third of our runs asked for three rounds at `noise_multiplier` 1 within $\varepsilon = 8$, $\delta = 10^{-5}$.

# %%
renyi, renyi_of_gaussian = dp.composition.renyi, dp.composition.renyi_of_gaussian
noisy = guarded.result(runs["dp"])
print(f"{noisy['rounds']} rounds were run, {noisy['spent']:.4f} spent; then the engine said:")
print(str(noisy["refusal"]).split(" (")[0])
ours = [renyi(renyi_of_gaussian(1.0), count, 1e-5) for count in (1, 2, 3)]
print("ours after 1, 2 and 3 rounds:", *(f"{epsilon:.4f}" for epsilon in ours))
claim("ours and theirs are equal to 1e-6", abs(ours[1] - noisy["spent"]) < 1e-6)
test = model.as_pixels(private.test.images[:2000]), private.test.labels[:2000]
claim("after two private rounds of three nodes: at most one letter in eight is read",
      model.accuracy(weights_of(noisy, "weights"), *test) <= 1 / 8)

# %% [markdown]
# The accountant refuses *before* the round, and wants all nodes to count the same. But the model reads next to nothing
# any more: three nodes are far too few. The noise hides one node in the sum, and the sum of three is hardly more than
# one. Here is a better model, of 20 rounds without noise. Drag the number: the noise on the *average* is divided by it.
# The picture adds the noise of one round; every further round adds its own.

# %%
trained = own
for current in range(2, 21):
    trained = model.average([learnt(node, trained, current) for node in range(3)], [400] * 3)
explore(this.draw_budget, alt="A curve over the number of clients: with three the noise "
        "leaves nothing of the model, with hundreds nearly all",
        clients=choice(this.CROWDS, 3),
        fixed=dict(read=this.read_under_noise(trained, *test)))

# %% [markdown]
# ### Your turn
# Write `afford(noise_multiplier, budget, delta)`: how many rounds the budget bears, counted by `renyi` as two cells
# above.

# %% exercise="beyond_one_machine.afford"

# %%
check("beyond_one_machine.afford", afford)

# %% [markdown]
# You can now say what a budget for rounds protects, from whom, and why it takes many nodes.

# %% [markdown]
# ## 5. Break it: whose code?
#
# Every node has a key, the line is encrypted, updates are masked. Now someone hands in an app. Its client is changed in
# three lines: it returns `pixels[:32]`.
#
# > **Predict.** What does it take to hand it in? And what comes back?

# %%
predict("beyond_one_machine.handed_in")

# %% [markdown]
# Before that a fourth tablet joins, Dora's. It was started with `--trusted-entities`: a list of people, one of whom
# must have signed an app.

# %%
guarded.join(*parts[0], trusting=False)
received = guarded.run("server_exfiltrating", "client_exfiltrating")
print("to hand it in it takes:", *guarded.needed_to_submit())
bytes_received = np.rint(255 * received["letters"]).astype(np.uint8)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("32 letters of each of three nodes came back, pixel by pixel",
      sorted(letters.tobytes() for letters in bytes_received)
      == sorted(images[:32].tobytes() for images, _ in parts))
claim("Dora's node refused", received["refused"] == 1)
print(*received["reasons"])
guarded.stop()
claim("no process, no port and no file is left", guarded.left() == 0)
show(data.pictures.draw_letters, alt="Eight letters in a row, as they were written", panels=8,
     size=(8, 1.3), titles=[*"12345678"],
     letters=received["letters"][0][:8].reshape(-1, 28, 28))
outcome("beyond_one_machine.handed_in", "an address, and letters come back")

# %% [markdown]
# An address and a public certificate. (FAB is the engine's word for an app as it travels.) **Keys say who may serve,
# not who may hand in.** A node runs what it is sent, under the account of whoever started it. Two things close this: a
# list on every node, as Dora has, and a login for those who hand in. With the list only apps run that were signed in
# the engine's hub, so our own app runs on no such node. (We read that, and the login by OpenID Connect, in its source,
# and did not run them.) A third makes it smaller: an account for the node that sees no more files than it must.

# %% [markdown]
# ### Two laptops, and a server with many
#
# The same files run on several machines. In the course's folder, one command writes an authority, a certificate that is
# good for as many days as you say, and a key for each node, into a new folder that goes to the server:
#
# ```
# .venv/bin/python -m privlab.fl.flower.installation FOLDER \
#   --host server.example --nodes 2 --days 30
# ```
#
# `--host` is the name or the address under which the nodes call the server; say it twice when there are two. With the
# keys comes this text. A test of the course runs its commands on one machine, under two of its names; only the one with
# `ufw`, which is the firewall's, was never run.

# %%
print(fl.flower.commands(["server.example"], nodes=2, app="privlab/fl/flower/app"))

# %% [markdown]
# Each `export` is what this lesson did for you: without it the engine reports its use to its makers and looks for
# updates. All machines need the same version of the engine, and numpy. Only the server's port is open to others; a node
# listens as well, on its own machine alone. With two laptops the sum tells each what the other sent: masks need three.

# %%
recorded("flower_round_seconds", "flower_secagg_round_seconds", "flower_memory_gb",
         "flower_node_megabytes", "flower_share_seconds_1000", "flower_share_seconds_31",
         "flower_mask_seconds", "flower_left_behind", "flower_strangers_admitted")
explore(this.draw_crowd, alt="Three charts over the number of nodes: bytes, seconds of a "
        "node, memory; with a share for all, bytes and seconds grow with the square", panels=3,
        size=(9, 3), clients=slider(3, 1000, 1000), fixed=dict(
            sharing=recorded_value("flower_share_seconds_1000"),
            masking=recorded_value("flower_mask_seconds"),
            memory=recorded_value("flower_node_megabytes")))

# %% [markdown]
# (The plain round ran as users run it, the masked one by fork and on an encrypted line: the two times do not compare.
# For the time of 1,000 shares, one block of a key was cut and the time multiplied by its 23 blocks.) Among a thousand
# nodes of which each cuts its keys for all others, cutting takes minutes. With 31 shares each it takes a tenth of a
# second; and then the lying server needs the help of sixteen nodes, who do not know that they help.
#
# You can now say who may run code in a federation, and set one up on several machines.

# %% [markdown]
# ## With your own federation
#
# Before a first round one can work out what the engine has to be told. Here for a logistic regression on scikit-learn's
# digits, three nodes, and twenty private rounds:

# %%
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

own_weights = LogisticRegression(max_iter=500).fit(
    load_digits().data / 16, load_digits().target).coef_  # yours, of an earlier training
own_choice = use("beyond_one_machine.choose", choose)
own_range, own_weight = own_choice(float(np.abs(own_weights).max()), [1_200, 80, 410])
own_spent = renyi(renyi_of_gaussian(4.0), 20, 1e-5)
print(f"clipping_range={float(own_range):.1f}, max_weight={own_weight}: "
      f"steps of {float(own_range) / 2**21:.0e}; 20 rounds at noise 4 are ε = {own_spent:.1f}")

# %% [markdown]
# The largest weight is known only after a training, so take one of a public training, with room above it. The ε is of a
# whole node, at δ = 10⁻⁵, and relies on a server that clips and adds the noise.
#
# **In earnest.** *Flower*, `SecAggPlusWorkflow(num_shares, reconstruction_threshold, clipping_range=8.0,
# max_weight=1000)`. What people get wrong: a `max_weight` below the examples of a node; weights beyond
# `clipping_range`, which are cut off without a word; a `reconstruction_threshold` of half or less; `--insecure`, which
# is for one machine alone; and metrics, which go in the clear. *NVFlare* and *OpenFL* are made for clinics that know
# each other.

# %% [markdown]
# ## What this does not protect
#
# - **Against the server**, in this version: one false list gives it a node's model.
# - **What is said beside the masks**: counts and every metric.
# - **Against code**: whoever may hand in an app reads what the node reads.
# - **Against a drop-out at the wrong time.** A node that goes before its shares are out halts the round; the run still
#   ends as *completed*, with the old model.
# - **What the accountant is not told of**: it counts rounds of weights, not metrics, and gives no credit for sampling.
#
# ## Summary
#
# A round of the engine over HTTP is our own to 1e-6. Its masks hide models from an honest server, for twice the bytes.
# Its clients trust the server in the last stage, the masks of its pairs have 28 bits, and its nodes run what they are
# sent. Lesson 52's clients refuse the first; a list of signers closes the last.

# %%
quiz("beyond_one_machine.quiz1")

# %%
quiz("beyond_one_machine.quiz2")

# %%
quiz("beyond_one_machine.quiz3")

# %% [markdown]
# ## References
#
# - *Advances in trustworthy machine learning at Alexa AI* and *Preserving the privacy of AI training data*, the
#   articles this lesson follows.
# - J. H. Bell, K. Bonawitz, A. Gascón, T. Lepoint and M. Raykova, *Secure single-server aggregation with
#   (poly)logarithmic overhead* (2020): SecAgg+.
# - K. Bonawitz and others, *Practical secure aggregation for privacy-preserving machine learning* (2017): never both.
# - H. B. McMahan, D. Ramage, K. Talwar and L. Zhang, *Learning differentially private recurrent language models*
#   (2018): noise for whole clients.
# - D. J. Beutel and others, *Flower: a friendly federated learning framework* (2020), and its manual for version 1.41.
#
# Next: [61 The PIN in the weights](61_canary_extraction.ipynb).
