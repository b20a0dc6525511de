# %% [markdown]
# # Devices as they are
#
# **You will be able to** choose which devices to ask and say what the choice tells a watcher, weigh answers so that the
# average stays true, measure what letters that differ cost, score a model whose data are gone, and stop a device that
# lies about how much it has.
#
# About 75 minutes. Before it: [52 The sum and nothing but the sum](52_secure_aggregation.ipynb) and [51 Letters stolen
# from gradients](51_gradient_inversion.ipynb). It follows the article *Advances in trustworthy machine learning at
# Alexa AI* and two papers it speaks of: *Learnings from federated learning in the real world* (Dupuy and others 2022)
# and *FedNLP* (Lin and others 2022). Their data were not to be had: their claims are tested on letters.

# %%
from privlab.lab import *
from privlab import data, dp, fl
from privlab.lessons import federated_in_the_wild as this

rng = start("54_federated_in_the_wild", seed=54)

# %% [markdown]
# ## 1. Who is asked
#
# Amara's tablet is one of four hundred that learn together. She writes a page a day; most owners write a word a week.
# Whom should the server ask? (Letters are shrunk to 14 x 14 pixels here, so that four hundred devices learn in
# seconds.)

# %%
def shrunk(part, most):
    return fl.simulation.shrunk(part.images[:most]), part.labels[:most].astype(np.int64)

private = data.letters()
(pixels, labels), test = shrunk(private.train, 23_000), shrunk(private.test, 2_000)
sizes = fl.simulation.heavy_tailed_sizes(devices=400, letters=8_000)
show(this.draw_shares, alt="A curve far below the diagonal: few devices hold most letters",
     sizes=sizes)

# %% [markdown]
# What a round is, step by step. Press play, and watch what moves: a model down, updates up, and no letter.

# %%
explore(this.draw_round, alt="A server above and twelve devices below; the model goes down to "
        "four of them, they learn, their updates come back up", size=(7.5, 3),
        step=slider(0, 9, 0, play=True))

# %% [markdown]
# The article's server prefers the active:
#
# > **Selection by activity.** The devices of a round are drawn one after another, none twice. In each draw the
# > probability of a device with $n$ letters is proportional to $n^\beta$. $\beta = 0$ asks all alike, $\beta = 1$ in
# > proportion to letters.
#
# As code it is one power and one division:

# %%
source(fl.simulation.selection_probabilities)

# %% [markdown]
# The family is our reading; the paper's own formula was not to be had. The updates are averaged by count, as federated
# averaging does. In the **static** setting all letters are there from the beginning. In the **continual** one there are
# four periods: each device has the letters of the period alone, past ones are deleted.
#
# > **Predict.** In 40 rounds by activity most devices are never asked. What becomes of the model, compared with one for
# > which all are asked alike?

# %%
predict("federated_in_the_wild.rarely_asked")

# %%
def federation(seed):
    return fl.simulation.deal(pixels, labels, sizes, np.random.default_rng(seed), skew=0.3)

gains = {periods: np.array([[fl.simulation.federate_by_activity(
    federation(seed), test, seed=seed, beta=beta, periods=periods)
    for beta in (0.0, 1.0)] for seed in range(3)]) for periods in (1, 4)}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
show(this.draw_gain, alt="Two panels: asked by activity lies above asked alike from the first "
     "rounds on, in both settings", panels=2, static=gains[1], continual=gains[4],
     at=(5, 10, 20, 40))
for name, accuracies in (("static", gains[1]), ("continual", gains[4])):
    ahead = (accuracies[:, 1, 1] - accuracies[:, 0, 1]).mean()
    claim(f"{name}: asked by activity, after 10 rounds at least 5 points more", ahead > 0.05)
outcome("federated_in_the_wild.rarely_asked", "it learns faster")

# %% [markdown]
# It learns faster, as the article says. Why? A device takes a step for each of its batches of sixteen letters, twenty
# at most. Active devices have more batches, so that they do more work in a round. Here every device takes twenty steps:

# %%
equal = np.array([[fl.simulation.federate_by_activity(
    federation(seed), test, seed=seed, beta=beta, equal_steps=True, at=(40,))[0]
    for beta in (0.0, 1.0)] for seed in range(3)])
lead, lead_of_equal = (np.mean(active - alike) for alike, active in (
    gains[1][:, :, -1].T, equal.T))
claim("with as many steps for all, less than half of the lead after 40 rounds is left",
      lead_of_equal < lead / 2)

# %% [markdown]
# So most of the lead is work, which the active pay for with their batteries.
#
# The article also says that the gain is *larger* in the continual setting. Ours do not show it: with weights by count
# it is larger there, with equal weights for all answers smaller, and each time the two 95 % intervals overlap. Recorded
# over 20 federations, after 40 rounds, with the low ends of these intervals:

# %%
recorded("selection_gain_static", "selection_gain_static_low", "selection_gain_continual",
         "selection_gain_continual_low", "selection_gain_static_equal",
         "selection_gain_static_equal_low", "selection_gain_continual_equal",
         "selection_gain_continual_equal_low", "selection_gain_writers")

# %% [markdown]
# The last line is the control: MNIST's real writers wrote about as many digits each, so there is hardly any activity to
# prefer, and hardly any gain.
#
# The article's models were of language. So, recorded too: two hundred devices hold 4,000 short commands, again few of
# them most, and a small transformer learns to say the *next word*. Its **perplexity** is the number of words between
# which it hesitates; after 10 rounds and after 25, asked alike and by activity, with the low end of the gain:

# %%
recorded("language_perplexity_alike_10", "language_perplexity_active_10",
         "selection_gain_language_10", "selection_gain_language_10_low",
         "language_perplexity_alike_25", "language_perplexity_active_25",
         "selection_gain_language_25", "selection_gain_language_25_low")

# %% [markdown]
# Asking the active helps a language model as well, where they do more work, too: after ten rounds and after 25 it
# hesitates between about two fifths fewer words.
#
# Weights by count on top of probabilities by count favour the heavy twice. What weight keeps the average true? If each
# draw is made from all devices again, **with replacement**, a device is drawn `draws * probability` times a round, in
# the mean.
#
# ### Your turn
# Write `weigh(count, probability, draws, total)`: the weight of one answer of a device with `count` of all `total`
# letters, so that in the mean its part of the average is `count / total`.

# %% exercise="federated_in_the_wild.weigh"

# %%
check("federated_in_the_wild.weigh", weigh)

# %%
weigh = use("federated_in_the_wild.weigh", weigh)
probabilities = sizes / sizes.sum()
weights = [float(weigh(count, probability, 10, int(sizes.sum())))
           for count, probability in zip(sizes.tolist(), probabilities.tolist())]
print(f"by activity, 10 draws: weights from {min(weights):.3f} to {max(weights):.3f}")

# %% [markdown]
# Asked in proportion, all count the same: *equal* weights are the true ones, where draws are made with replacement. Our
# server draws *different* devices. How much is the heaviest then short of its part?

# %%
heaviest = sizes.argmax()
called = fl.simulation.calls(probabilities, rng, rounds=4_000, count=10)[heaviest] / 4_000
print(f"the heaviest device has {sizes[heaviest] / sizes.sum():.0%} of all letters, and "
      f"{called / 10:.0%} of the votes")

# %% [markdown]
# No device can be called more than once in a round of ten, so it gets a tenth of the votes at most.
#
# Who pays? The active pay with their batteries, the others with their say, and all with a little privacy.
# Updates can be summed in secret, but whoever watches the network sees which devices the server calls.

# %%
explore(this.draw_watcher, alt="Scatter: how often a device was called against how many "
        "letters it has; with a larger beta the heavy ones stand out", fixed=dict(sizes=sizes),
        beta=slider(0.0, 1.5, 1.0, step=0.1), rounds=slider(10, 200, 200, step=10))

# %%
control, watched = (
    fl.simulation.watcher_score(sizes, fl.simulation.calls(
        fl.simulation.selection_probabilities(sizes, beta), rng, rounds=200, count=10))
    for beta in (0.0, 1.0))
claim("a device of the heaviest tenth was called more often than another in 95 % of pairs or "
      "more; asked alike, in about half",
      watched > 0.95 and 0.3 < control < 0.7)

# %% [markdown]
# You can now say what is gained by asking the active, whom that favours, and what a list of calls tells.

# %% [markdown]
# ## 2. Letters that differ
#
# Real devices also differ in *what* they hold. *FedNLP* deals data unevenly in three ways: the mix of **labels**,
# the **quantity**, and **features**, how things look. Two mixes are compared by the Jensen-Shannon divergence: 0
# bits when they are alike, 1 when they share nothing.

# %%
explore(this.draw_mixes, alt="A chart of letters by devices; with a small strength each "
        "column has few bright cells", fixed=dict(pixels=pixels, labels=labels),
        strength=choice([100.0, 10.0, 1.0, 0.3, 0.1, 0.03], 0.1))

# %% [markdown]
# > **Predict.** A hundred devices with two hundred letters each, mostly of four or five kinds, ten devices a round. How
# > far does federated averaging stay behind the same network that is trained on all these letters in one place?

# %%
predict("federated_in_the_wild.behind_by")

# %%
alike, skewed = (fl.simulation.partition(pixels, labels, kind, np.random.default_rng(1))
                 for kind in ("alike", "label"))
central = fl.simulation.train_centrally(skewed, test, seed=0)
courses = {name: fl.simulation.federate(devices, test, algorithm, seed=0, rounds=60)
           for name, devices, algorithm in (("FedAvg, alike", alike, "FedAvg"),
                                            ("FedAvg", skewed, "FedAvg"),
                                            ("FedOpt", skewed, "FedOpt"),
                                            ("SCAFFOLD", skewed, "SCAFFOLD"))}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
show(this.draw_courses, alt="Four curves: devices alike come near the dotted line, the others "
     "stay below it", courses=courses, central=central)
gap = {name: central - course.accuracy[-1] for name, course in courses.items()}
claim("with mixes that differ the gap is at least 5 points wider",
      gap["FedAvg"] > gap["FedAvg, alike"] + 0.05)
outcome("federated_in_the_wild.behind_by", 100 * gap["FedAvg"])

# %% [markdown]
# Three algorithms were made for devices that differ. *FedOpt* treats the average update as a gradient and steps by
# Adam; *FedProx* pulls each device back to the server's weights; *SCAFFOLD* corrects the drift of each device, for
# twice the bytes. Recorded, means of five federations and, in brackets, their 95 % intervals. The rounds are those up
# to 60 % of letters read right, looked at after every fifth:

# %%
differing = ("rounds_ratio_fedopt", "rounds_ratio_fedprox", "rounds_ratio_scaffold",
             "gap_label", "gap_quantity", "gap_feature", "int8_accuracy_loss")
recorded(*(name + end for name in differing for end in ("", "_low", "_high")))

# %% [markdown]
# FedOpt and SCAFFOLD need about seven tenths of FedAvg's rounds here, FedProx needs more; no interval holds 1. Mixes of
# labels cost most, looks least, and these intervals lie apart. The last line sends each update in whole numbers of
# 8 bits: a quarter of the bytes, and the interval of its cost holds 0.
#
# The article's subject is language. Our commands are made from templates, not spoken by anybody: `play adele at 7` has
# the *intent* music, two *slots*, the answer to *which artist?*, and a short form to be *generated*. One small
# transformer learns each of the four tasks. Here the intent, on fifty devices with mixes that differ:

# %%
world = fl.simulation.text_tasks.world("intent", seed=0)
in_one_place = fl.simulation.text_tasks.train_centrally("intent", world, seed=0, steps=120)
early, late = fl.simulation.text_tasks.federate("intent", world, seed=0, rounds=25, at=(5, 25))
claim("in one place at least 95 % of intents are read right", in_one_place >= 0.95)
claim("federated: under 90 % after 5 rounds, at least 85 % after 25",
      early < 0.9 and late >= 0.85)
recorded("gap_intent", "gap_tags", "gap_question", "gap_command", "four_tasks_gap")

# %% [markdown]
# The recorded gaps are means of ten federations, whose spread was not kept. The gap is small where one word decides,
# and large where a whole command has to be written. In *FedNLP* it is large for both: classification has .51 against
# .79 in one place. Our commands are easier.
#
# You can now say what mixes that differ cost, and which of three algorithms win some of it back.

# %% [markdown]
# ## 3. When data are gone
#
# Amara's tablet deletes her letters once they are learnt. How does the server know whether its model is any good? It
# asks devices for two numbers, *right* and *all*. When?
#
# ### Your turn
# Write `follow(periods, score, learn)`: a list with the result of `score(batch)` for each batch of `periods`, where
# `learn(batch)` teaches the model. `periods` hands out one batch after the other. Keep none: letters are to be gone
# once they are learnt.

# %% exercise="federated_in_the_wild.follow"

# %%
check("federated_in_the_wild.follow", follow)

# %%
scores = this.scores_of_periods(pixels, labels, test, seed=0)
show(this.draw_periods, alt="Three curves: the score after learning lies far above the two "
     "others, which lie close together", scores=scores)
before, after, truth = scores.T
claim("scored after learning, every period looks at least 10 points better",
      (after > before + 0.1).all())
claim("scored before, it is within 12 points of the truth", (abs(before - truth) < 0.12).all())

# %% [markdown]
# Score before learning. The score is of the letters that come now, not of those that are gone.
#
# Labels have to be made on the device, too, since nobody sends letters to be labelled. Does a model learn from its own
# readings? Or from what the user does with a reading, which here misleads every fifth time?

# %%
accuracy = {kind: this.labels_on_devices(pixels, labels, test, seed=0, kind=kind)
            for kind in ("server", "own", "signals")}
claim("its own readings add at most 3 points", accuracy["own"] < accuracy["server"] + 0.03)
claim("what users do adds at least 10 points", accuracy["signals"] > accuracy["server"] + 0.1)

# %% [markdown]
# **Availability** differs as well: here devices that write *n* to *z* are free one time in ten, the others nine in ten,
# and only who is free can be asked. As a remedy, an update counts by one over the probability that its device is free:

# %%
rare, weighed = (this.two_groups(pixels, labels, test, seed=0, weighed=weighed)
                 for weighed in (False, True))
claim("writers of n to z, seldom free, are read at least 20 points worse",
      rare[1] < rare[0] - 0.2)
claim("weighing them up gives their letters at least 20 points back",
      weighed[1] > rare[1] + 0.2)

# %% [markdown]
# You can now say why a score is taken before learning, and whose letters a server hears of.

# %% [markdown]
# ### Counting without training
#
# Often no model is wanted, only a number. **Federated analytics**: each device answers a question about its own data,
# and the answers are added up. Here: in which fifth of the alphabet lies the letter that you have most of? A device
# sends five numbers, a 1 and four zeros. Nobody reads them: they go through the secure sum of lesson 52. Before that
# each device adds its share of discrete noise (lesson 53), so that the sum itself is private, at ε = 3 and δ = 10⁻⁵ for
# a whole device. A device answers once: with it or without it one count differs by 1.

# %%
most = np.array([np.bincount(labels[skewed.rows_of(device)], minlength=26).argmax()
                 for device in range(100)])
answers = np.eye(5)[most * 5 // 26]  # [devices, fifths]
noise_std = dp.gaussian.noise_multiplier_for(epsilon=3.0, delta=1e-5)

# %% [markdown]
# Ten devices may be lost and ten may tell their noise, so that the noise of eighty has to be enough:

# %%
step = 2.0**-32  # of the fixed point
noise = fl.secagg.distributed_dp.discrete_gaussian(noise_std / 80**0.5 / step, 500) * step
polled = fl.secagg.Federation(100, lost=10, accomplices=10).sum(
    answers + noise.reshape(100, 5), lost=[4, 17])
truly = answers[list(polled.online)].sum(axis=0)
claim("each of five counts, of the 98 that answered, is right to 10 devices",
      np.abs(polled.total - truly).max() < 10)

# %% [markdown]
# The server sees the sum alone. The noise is the same for a hundred devices as for a million. Drag their number, and ε:

# %%
explore(this.draw_counts, alt="Five pairs of bars, true and noisy counts: with many devices "
        "or a large epsilon they agree, with few devices and a small one they do not",
        size=(6.4, 3.2), epsilon=choice([0.1, 0.3, 1.0, 3.0, 8.0], 1.0),
        devices=choice([100, 1_000, 10_000], 100), fixed=dict(shares=truly / truly.sum()))

# %% [markdown]
# And what else fits into a sum?
#
# ### Your turn
# Write `average(devices, secure_sum, tell)`: the average of the updates, each weighted by its count. `devices` is a
# list of (update, count). `secure_sum(vectors)` takes a list, one vector of each device, and gives back their sum,
# which is all that the server sees. `tell(value)` would send a value to the server in the clear.

# %% exercise="federated_in_the_wild.average"

# %%
check("federated_in_the_wild.average", average)

# %% [markdown]
# Averages by count fit. A server that selects by count does not: it must know each $n$. Nor do clipping by the server,
# medians and Krum, which look at each update. That is a conflict, and the next section needs both sides of it.
#
# You can now say how devices are counted without a model, and what fits into a sum that nobody sees into.
#
# ## Break it
#
# Mallory's tablet is one of two hundred. It wants every letter with a **white corner** to be read as *x*: a *backdoor*.
# It trains on its letters and on stamped copies, and sends what it learnt. Only, it *says* that it has 10,000 letters.
#
# > **Predict.** One device of two hundred says so, to a server that asks by activity and averages by count. What share
# > of stamped letters will be read as x?

# %%
predict("federated_in_the_wild.stamped_letters")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
servers = {"nobody attacks": {},
           "attack, true count": dict(attack="plain"),
           "attack, claims 10,000": dict(attack="plain", claim=10_000),
           "... updates clipped": dict(attack="norm", claim=10_000, robust="clip"),
           "... equal weights, clipped": dict(attack="norm", claim=10_000, rule="equal",
                                              robust="clip"),
           "... and claims capped": dict(attack="norm", claim=10_000, cap=0.9, beta=0.5,
                                         rule="equal", robust="clip")}
outcomes = {name: fl.simulation.train_under_attack(
    pixels, labels, test, seed=1, rounds=45, **server) for name, server in servers.items()}
show(this.draw_outcomes, alt="Rows of servers; the backdoor is near 0 without attack, near "
     "100 with the false count, also when clipped, and low again in the last row",
     size=(6.4, 3.4), rounds=45, outcomes=outcomes)

# %%
backdoor = {name: outcome.backdoor for name, outcome in outcomes.items()}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("without the lie the backdoor stays under 25 %", backdoor["attack, true count"] < 0.25)
claim("with it more than 80 % of stamped letters are read as x",
      backdoor["attack, claims 10,000"] > 0.8)
claim("clipping alone does not help: over 80 % as well", backdoor["... updates clipped"] > 0.8)
claim("with equal weights and a cap as well it is under 20 %",
      backdoor["... and claims capped"] < 0.2)
outcome("federated_in_the_wild.stamped_letters", 100 * backdoor["attack, claims 10,000"])

# %% [markdown]
# With its true count the tablet is seldom called and weighs little. The lie buys *weight*, and being called in every
# round. Clipping bounds a length and no weight. Equal weights leave
# the liar a voice in every round; the cap takes that. (A server with a cap believes no claim beyond the count that nine
# of ten devices stay below. The last row also asks with β = ½.) The attackers of the last three rows know the rule and
# keep to the length that it lets pass.
#
# You write the fifth row. It is not enough alone: it bounds what a claim is worth in a round, not how often the device
# is called.

# %% [markdown]
# ### Your turn
# Write `repair(updates, claims, norm)`: the mean of the updates [devices, weights], each changed so that whatever a
# device claims or sends, its part is at most `norm / devices` long. An update no longer than `norm` stays as it is.
# Updates with NaN or infinity in them were refused as they came.

# %% exercise="federated_in_the_wild.repair"

# %%
check("federated_in_the_wild.repair", repair)

# %% [markdown]
# Could the server find the odd one out? Here are rules that were made for it:

# %%
source(fl.simulation.robust_aggregate)

# %% [markdown]
# **Multi-Krum**, near the end, keeps the updates that lie nearest to the others: see how `distances` become one number
# for each update. Here are twenty colluders of two hundred. First they send long updates; then they stay as near to the
# mean of the honest as the nearest honest one:

# %%
krum = dict(byzantine=20, beta=0.0, rule="equal", robust="multi-Krum")
loud, near = (fl.simulation.train_under_attack(
    pixels, labels, test, seed=1, attack=attack, **krum).backdoor
    for attack in ("boost", "near"))
claim("loud colluders get under 40 %, those who know the rule more than half",
      loud < 0.4 and near > 0.5)
recorded("liar_backdoor", "liar_control", "liar_repaired", "krum_naive", "krum_adaptive")

# %% [markdown]
# **Vote** looks at each weight of the model by itself. It counts the devices that raise it and those that lower it.
# Where the two counts differ by at least half of the devices, it takes the clipped mean; elsewhere the weight stays as
# it is. The last attackers in the table know that: they push where so many agree that they change no vote.

# %%
recorded("vote_control", "vote_near", "vote_norm", "vote_loud", "vote_adaptive",
         "vote_accuracy_lost")

# %% [markdown]
# Those near the honest, who fooled Krum, are left with 4 %, and those who know the vote with 7 %. Colluders who are
# only as long as the honest keep a quarter, and loud ones nearly a third, whom Krum left a tenth: neither of the two
# rules is best against all. The vote costs nine points: a weight that few devices need is not learnt any more. All
# lines of the two tables are means of five trainings; how far the five lie apart was not kept.
#
# You can now say what a lie about a count buys, and what each rule against it bounds.

# %% [markdown]
# ## With your own updates
#
# One row of numbers for each device. Here twenty devices fit a logistic regression to 75 of scikit-learn's digits each,
# and one of them sends fifty times its result, turned round:

# %%
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

own_rows, own_kinds = load_digits(return_X_y=True)
own_updates = torch.tensor(np.array([
    LogisticRegression(max_iter=500).fit(own_rows[i:1500:20] / 16, own_kinds[i:1500:20]).coef_
    for i in range(20)])).flatten(1).float()  # yours: [devices, numbers]
own_updates[0] *= -50

# %%
for rule in ("mean", "clip", "median"):
    joint = fl.simulation.robust_aggregate(own_updates, np.full(20, 1 / 20), rule)
    read = (own_rows[1500:] @ joint.numpy().reshape(10, 64).T).argmax(1) == own_kinds[1500:]
    claim(f"{rule}: {'under 10' if rule == 'mean' else 'over 70'} % of other digits are read",
          read.mean() < 0.1 if rule == "mean" else read.mean() > 0.7)

# %% [markdown]
# Every rule but the mean looks at single updates, and those who know a rule can aim at what it lets pass, as above.
#
# **In earnest.** *Flower* has `FedAvg`, `FedProx`, `FedAdam` (our FedOpt) and the rules `Krum`, `FedMedian`,
# `FedTrimmedAvg` as strategies. What people get wrong: `num_examples`, which is a claim of the client and its weight in
# the average; a test on the server's data alone; to choose the most active, and be surprised whom the model serves; and
# to ask for a robust rule and a secure sum, which hides what the rule must look at.

# %% [markdown]
# ## What this does not protect
#
# - A cap, equal weights and clipping bound one liar. Many colluders are many voices.
# - Clipping is done by the server here, which therefore sees each update: lesson 52's sum and this repair exclude each
#   other, unless each device proves that it clipped.
# - Selection by activity tells who writes much.
# - Our letters and commands are small; the order of the algorithms is that of these tasks.
#
# ## Summary
#
# Asking the active teaches faster and tells a watcher who they are. Mixes that differ cost accuracy; FedOpt and
# SCAFFOLD win rounds back. Score before learning. A count is a claim, and who may claim weight may own the model.

# %%
display(quiz("federated_in_the_wild.quiz1"), quiz("federated_in_the_wild.quiz2"))

# %% [markdown]
# ## References
#
# - *Advances in trustworthy machine learning at Alexa AI*, the article.
# - Dupuy, Roosta, Long, Chung, Gupta, Avestimehr (2022), *Learnings from federated learning in the real world*, ICASSP,
#   arXiv 2202.03925.
# - Lin, He, Zeng, Wang, Huang, Dupuy, Gupta, Soltanolkotabi, Ren, Avestimehr (2022), *FedNLP*, Findings of NAACL,
#   arXiv 2104.08815.
# - Reddi and others (2021), *Adaptive federated optimization*, ICLR: FedOpt. Karimireddy and others (2020), *SCAFFOLD*,
#   ICML. Li and others (2020), MLSys: FedProx.
# - Bagdasaryan, Veit, Hua, Estrin, Shmatikov (2020), *How to backdoor federated learning*, AISTATS. Blanchard and
#   others (2017), NeurIPS: Krum.
#
# Next: [55 Beyond one machine](55_beyond_one_machine.ipynb).
