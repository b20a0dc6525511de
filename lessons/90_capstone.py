# %% [markdown]
# # Three clinics and one reader
#
# **You will be able to** put a private system together from its parts, run the attackers of this course against your
# own choice, find a demand that nothing meets and say why, and sign a note that promises no more than was proved.
#
# About 70 minutes. Before it: all lessons, at least [42 Learning from letters](42_private_training.ipynb) and 51 to [54
# Devices as they are](54_federated_in_the_wild.ipynb). It brings together the article *Preserving the privacy of AI
# training data* and the article *Advances in trustworthy machine learning at Alexa AI*.

# %%
from privlab.lab import *
from privlab import data, dp, fl
from privlab.lessons import capstone as this

rng = start("90_capstone", seed=90)

# %% [markdown]
# ## 1. The system
#
# Three clinics treat people who learn to write again. Their patients write on tablets, twenty in each clinic, and the
# clinics want one reader that reads such hands. No letter may leave a tablet. You are the **privacy engineer** of all
# three: they will do what you choose, and ask you afterwards what it was worth.
#
# > A **choice** is how updates are added up, the budget and the max norm, how many tablets report in a round with how
# > many letters, where the training starts, who is called, what is released, and to whom.
#
# A training has 30 rounds. This is the choice of somebody whom nobody warned:

# %%
Choice, spent = this.Choice, this.spent

clinics = this.gather(letters_each=1_000)
careless = Choice()
print(careless)
print(f"{len(clinics.labels):,} letters on {len(clinics.sizes)} tablets, "
      f"{clinics.sizes.min()} to {clinics.sizes.max()} on each")

# %% [markdown]
# The letters are drawn ones on every machine here, so that what was recorded is true of what you run. Few tablets have
# many letters, most have few, as in lesson 54.
#
# *Plain* means that the server gets each tablet's update by itself; *secure sum*, that it gets the sum of a round, put
# together from shares. An update is the sum of the letters' gradients, each clipped to the max norm. In code:

# %%
source(this.what_the_server_sees)

# %% [markdown]
# What does the server do with one update?

# %%
loot = this.invert(careless, clinics, np.random.default_rng(1))
show(data.pictures.draw_rows_of_letters, alt="Two rows of the same five handwritten letters",
     size=(5, 1.5), said=f"{loot.back.sum()} of {len(loot.truth)} letters came back",
     rows={"on the tablet": loot.truth,
           "at the server": fl.gradients.arranged(loot.pictures, loot.truth)})
claim("the exact inversion of lesson 51 gets the whole batch", loot.back.all())

# %% [markdown]
# You can now say what a choice fixes, and what a server does with one update.
#
# ## 2. The board
#
# One attacker proves little. `run` trains the reader, once with honest tablets and once with one that lies, and lets
# all attackers loose:
#
# | attacker | from | is told |
# | --- | --- | --- |
# | exact inversion, planted layer | 51, 53 | one update, or the sum |
# | one with a list of suspects | below | the same |
# | likelihood ratios on members | 41 | what is released |
# | the liar with its backdoor | 54 | a tablet of its own |
# | the watcher of calls | 54 | who is called |
# | the audit | 22 | the noise alone |

# %%
bare = this.run(careless, letters_each=1_000)
claim("the careless choice reads fewer than half of the letters", bare.accuracy < 0.5)
claim("inversion and planted layer bring every letter back, so that all are recognised",
      bare.inverted == bare.planted == bare.recognised == 1)
claim("at worst, who has the weights gains more than 70 points on members", bare.members > 0.7)
claim("on members of the clinics' own rounds the same attack gains less than 15",
      this.membership(careless, clinics, np.random.default_rng(1), worst=False) < 0.15)
claim("a lying tablet plants its backdoor in half of the letters or more", bare.backdoor > 0.5)
print(this.board_made())

# %% [markdown]
# Such numbers are recorded for 1,440 choices and two sizes of clinic: your board. *Members, at worst* trains on some
# hundred letters, all in every round, as the budget allows; the clinics do not.
#
# ε is of the whole training, at δ = 10⁻⁵. **Neighbours**: one letter's page is blank in one of them (its gradient
# is 0); how many pages each tablet has is public. So one letter moves a round's sum by at most `max_norm`, in each
# of 30 rounds, and who is called spends nothing. Changing `to` changes no measurement, only against whom ε
# protects. Seconds: a tablet called in every round, a megabyte a second.

# %% [markdown]
# What attackers are given: inversion is not tried beyond 160 letters. A planted layer is tried on a sum of about 300
# letters: what other tablets add, the attacker is told and takes off. With *plain* the server attacks whichever called
# tablet sent the fewest letters.
#
# > **Predict.** Change one thing only, *plain* into *secure sum*. Which of the attackers' bars fall?

# %%
predict("capstone.board")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
explore(this.draw_board, alt="Bars of what a choice comes to: letters read right above, and "
        "below them what each attacker gets", size=(7.5, 3.9),
        aggregation=choice(["plain", "secure sum"]), epsilon=choice(this.OPTIONS["epsilon"]),
        max_norm=choice([0.25, 1.0], 1.0), clients=choice([3, 15, 60], 15),
        batch=choice(this.OPTIONS["batch"], "5"), public_start=choice(["no", "yes"]),
        selection=choice(["uniform", "activity"]), released=choice(["weights", "letters"]),
        to=choice(["everyone", "clinics"]), letters_a_clinic=choice([50, 1_000], 1_000))

# %%
summed, noised, trusted = (
    this.plant(made, clinics, np.random.default_rng(1)).back
    for made in (Choice("secure sum"), Choice("secure sum", epsilon=3.0),
                 Choice("plain", epsilon=3.0)))
print(f"secure sum: {summed.sum()} of {len(summed)} letters; with the clinics' noise: "
      f"{noised.sum()}; plain, with the server's noise: {trusted.sum()} of {len(trusted)}")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("capstone.board", "the inversion's, and no other")

# %% [markdown]
# The secure sum alone empties the inversion's bar and no other. The planted layer takes the sum apart, letter by
# letter. Now try it the other way round: back to *plain*, and ε from none to 3. Noise that is added by a server which
# has seen the updates leaves *its* bars as they were.
#
# Protection of the model and protection from the server are two things, and the board gives an ε for each.
# `run(Choice(...), letters_each)` measures any other choice, in seconds.
#
# You can now read off the board what a choice costs, and whom it protects from whom.

# %% [markdown]
# ## 3. What an empty bar says
#
# Choose a *public start*. Now each tablet holds a reader that was taught on public letters, and trains its last layer
# alone. No gradient of a layer that sees pixels leaves a tablet; inversion and planted layer have nothing to work on.
# Is that privacy?
#
# > **Predict.** One update of five letters, and a list of 805 suspects, the five among them. How many of the five are
# > named, how many others? And in a sum of three such updates, without noise and with?

# %%
predict("capstone.recognised")

# %%
small = Choice("plain", 3.0, 0.25, clients=15, batch=5, public_start=True)
quiet = Choice("secure sum", None, 0.25, clients=3, batch=5, public_start=True)
noisy = Choice("secure sum", 3.0, 0.25, clients=3, batch=5, public_start=True)
for name, made in (("one update", small), ("a sum of three", quiet), ("and noise", noisy)):
    named, strangers = this.recognise(made, clinics, np.random.default_rng(3))
    print(f"{name}: {named.sum()} of {len(named)} recognised, {strangers} of 800 strangers")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("capstone.recognised", "nearly all, in sums too, until there is noise")

# %% [markdown]
# The update of a last layer is a sum of *features times error*. So the features of each letter in it lie in the space
# that its columns span, as long as the letters are few. Those of another letter hardly ever do: the space has at most
# 25 of 386 directions. One who has a list of suspects needs a projection:
#
# $$\text{was it there?} \quad \lVert r - U U^\top r \rVert < 0.05, \qquad U \text{ spans the update's columns.}$$
#
# Here $r$ is a suspect's row of features. As code: `span` is $U$, and `inside` is the line above.

# %%
source(this.recognise)

# %% [markdown]
# Try it with a letter of your own. Draw one; it goes onto the tablet that the server picks. Then run on:

# %%
from dataclasses import replace

place = this.attacked_letters(small, clinics, np.random.default_rng(3))[0][0]
pad = letter_pad(clinics.images[place], data.letter_from_strokes,
                 name=f"the letter {chr(97 + clinics.labels[place])}")
pad

# %%
images = clinics.images.copy()
images[place] = pad.letter
named, _ = this.recognise(small, replace(clinics, images=images), np.random.default_rng(3))
claim("the letter on the pad is recognised in its tablet's update", named[0])

# %% [markdown]
# Somebody was recognised without a picture: an employer with a page of handwriting asks no more. The 26 numbers of an
# error sum to 0, so a sum spans 25 directions at most: more than 25 letters escape *this* attack. And the clinics'
# noise hid the fifteen.
#
# And is there no picture? The features were made from pixels. A linear map, learned on public letters, leads back, not
# to the exact picture but to its shape:

# %%
one = replace(small, batch=1)
pictures, truth, known = this.outlines(one, clinics, np.random.default_rng(4))
show(data.pictures.draw_rows_of_letters, alt="Two rows of the same five letters, the lower "
     "ones blurred", size=(5, 1.5), said=f"5 of {len(truth)} updates, each of one letter",
     rows={"on the tablet": truth[:5], "from features": pictures[:5]})
claim("a quarter of these pictures or more are nearest to their own letter, of all 2,967",
      known.mean() > 0.25)

# %% [markdown]
# You can now say what an attacker without a picture still learns.
#
# ## 4. Three briefs
#
# The board is yours; now somebody asks for something. A brief lists demands, and `unmet` names those that a choice does
# not meet.

# %%
BRIEFS = this.BRIEFS
print(BRIEFS["open"])
print("the careless choice misses:", *BRIEFS["open"].unmet(careless))

# %% [markdown]
# ### Your turn
# The open reader goes to everyone, and nobody trusts the server. Write the `Choice`.

# %% exercise="capstone.open_reader"

# %%
check("capstone.open_reader", open_reader)

# %%
open_reader = use("capstone.open_reader", open_reader)
live, recorded_before = this.run(open_reader, 1_000), this.recorded_outcome(open_reader, 1_000)
claim("trained here, it reads as much as the board has recorded, within 4 points",
      abs(live.accuracy - recorded_before.accuracy) < 0.04)
claim("no letter back, none recognised",
      live.inverted == live.planted == live.recognised == 0)
claim("the attack on members gains less than 20 points at worst", live.members < 0.2)
print(f"ε = {spent(open_reader):.2f} for everyone, {spent(open_reader, 'server'):.2f} for "
      f"the server; {open_reader.megabytes:.0f} MB")
print(BRIEFS["ward"])

# %% [markdown]
# ### Your turn
# The ward's reader stays with the clinics, who run the server themselves. What worries them are tablets that lie about
# in waiting rooms, where anybody can take one. Write the `Choice`.

# %% exercise="capstone.ward_reader"

# %%
check("capstone.ward_reader", ward_reader)

# %%
ward_reader = use("capstone.ward_reader", ward_reader)
kept = this.recorded_outcome(ward_reader, 1_000)
claim("the busiest tablets are named by whoever watches the calls", kept.watcher > 0.9)
claim("every choice that holds a liar down shows each update to the server",
      {made.aggregation for made in BRIEFS["ward"].meeting(["liar"])} == {"plain"})
print(f"ε = {spent(ward_reader):.2f} for a later holder of the weights")
claim("there is no bound towards the clinics, who run the server",
      spent(ward_reader, "server") == float("inf"))
print(BRIEFS["village"])

# %% [markdown]
# ### Your turn
# Write the `Choice` for the village. Or, if there is none: the names of the demands that no choice on the board
# meets *together*, as few as that takes. `BRIEFS["village"].meeting(["accuracy", "server"])` lists all choices that
# meet some demands.

# %% exercise="capstone.village_reader"

# %%
check("capstone.village_reader", village_reader)

# %%
explore(this.draw_every_choice, alt="A dot for each choice, in columns by epsilon; with 50 "
        "letters a clinic none lies in the shaded corner of small epsilon and high accuracy",
        size=(6.8, 3.8), letters_a_clinic=choice([50, 1_000]),
        most_epsilon=choice([0.1, 1.0, 3.0, 8.0], 1.0), least_percent=slider(5, 95, 55))

# %%
as_it_came = this.accuracy(this.Head(this.gather(letters_each=50)))
best = max(this.recorded_outcome(made, 50).accuracy
           for made in BRIEFS["village"].meeting(["epsilon"]))
claim("with ε at most 1 every training reads less than the public reader as it came",
      best < as_it_came - 0.02)
many = this.recorded_outcome(Choice("secure sum", 1.0, 0.25, 60, 400, True), 1_000)
claim("with 1,000 letters a clinic the same ε reads 60 % or more", many.accuracy > 0.6)

# %% [markdown]
# The corner is empty: the noise of a round is made for *one* letter, and is as large for 150 as for 3,000. The village
# does best to leave the public reader alone.
#
# That is an answer, too: *not with this budget and these letters; here is what one of the two would have to be.*
#
# You can now meet a brief, or say which of its demands do not go together.

# %% [markdown]
# ## Break it
#
# A colleague wrote the clinics' noise. Each clinic adds its **share** to the sum, and one of three may side with the
# server and take its own off again. Board, note and `noise_std` count what *stays* then; with all three shares there is
# more. Promised is ε = 3. You have only the noise, not the code. So audit it: one letter as loud as the max norm, in
# every round or in none. (`theirs` is the colleague's code, for this notebook only.)

# %%
DELTA, ROUNDS, noise_multiplier_for = this.DELTA, this.ROUNDS, dp.gaussian.noise_multiplier_for


def theirs(choice, honest):
    return choice.max_norm * noise_multiplier_for(choice.epsilon, DELTA) / honest**0.5


def audit_share(noise_std):
    return this.audit_noise(max_norm=open_reader.max_norm, noise_std=noise_std,
                            rng=np.random.default_rng(4))

audited = audit_share(theirs(open_reader, 2))
control = audit_share(open_reader.noise_std / 2**0.5)
claim("the colleague's noise: more than the promised 3 is spent, that is proved",
      audited.catches(3.0))
claim("control: of noise that is right, no more than 3 is proved", not control.catches(3.0))

# %% [markdown]
# In use nobody would have noticed: with less noise the reader only reads better.
#
# ### Your turn
# Write `share(choice, honest)`: the standard deviation of each clinic's share of a round's noise, when `honest` clinics
# are trusted to leave theirs in. All `ROUNDS` rounds together are to spend the choice's ε at `DELTA`.
# `noise_multiplier_for(epsilon, DELTA, rounds)` is the noise for so many rounds, in units of the max norm.

# %% exercise="capstone.share"

# %%
check("capstone.share", share)

# %%
share = use("capstone.share", share)
mine = float(share(open_reader, 2))
mended = audit_share(mine)
claim("audited again: no more than 3 is proved", not mended.catches(3.0))
thin = theirs(open_reader, 2) * 2**0.5
truly = spent(open_reader, noise_std=thin)
print(f"spent with the colleague's noise {truly:.1f}, "
      f"with yours {spent(open_reader, noise_std=mine * 2**0.5):.2f}")
claim("trained with the colleague's noise, 3 points more are read, or better still",
      this.accuracy(this.train(open_reader, clinics, noise_std=thin)) > live.accuracy + 0.03)
gained = this.membership(open_reader, clinics, np.random.default_rng((0, 1)), noise_std=thin)
claim("and at worst the attack on members gains three times as much",
      gained > 3 * live.members)

# %% [markdown]
# ## 5. What you may sign
#
# The reader goes out with a **release note**. People who never took this course will rely on it. Each line of it is one
# of these, with N a number:

# %%
print(this.FORMS)

# %% [markdown]
# Some of these may never be said. *No letter can be recovered* does not follow from attacks that failed. A measured
# advantage bounds our attacker's and nobody else's. And an ε stands for the noise that was *added*, not for the one
# that was planned.
#
# ### Your turn
# Write `note(choice, outcome, noise_std)`: the text of a note, a sentence a line. `noise_std` is the standard deviation
# that was really added and stays in a round's sum; `spent(choice, noise_std=noise_std)` is its ε, and
# `outcome.accuracy` is the share that is read. Your note must be true of the colleague's training as well, which reads
# 85 %, of the ward's, and of one without noise. Round what is promised up, or to the nearest hundredth; what was
# measured down, or to the nearest.

# %% exercise="capstone.note"

# %%
check("capstone.note", note)

# %%
note = use("capstone.note", note)
facts = open_reader, recorded_before, open_reader.noise_std
text = note(*facts)
print(text)
claim("nothing in it is found wanting", not this.read_note(text, *facts))
print(this.read_note(text + "\nNo letter can be recovered", *facts)[0].sentence)

# %% [markdown]
# You can now sign a note that promises no more than was proved.

# %% [markdown]
# ## What this does not protect
#
# - *People*: the budget is of one letter, and the busiest tablet has 313. *Counts* are public: the watcher has them.
# - Against a liar in a secure sum: to refuse what is too loud somebody must see how loud it is, or have a proof.
# - Against a backdoor: a bound on loudness saves the accuracy, not the stamped letters.
# - Against a server that plants *last layers*. Our attackers did not try.
# - Two things are left out of every ε here: settings were tried on drawn letters, which a real project would have to
#   count; and the noise is seeded, where a release takes lesson 53's.

# %% [markdown]
# ## Summary
#
# A secure sum hides who. A public start hides the exact picture, not its shape. Noise bounds what any attacker learns,
# and towards the server only together with a secure sum. What keeps a server from seeing keeps it from refusing. Too
# few letters cannot be helped by cleverness. A note says what was proved, for which unit, with the noise that was
# added.

# %%
display(quiz("capstone.quiz1"), quiz("capstone.quiz2"))

# %% [markdown]
# ## References
#
# - *Preserving the privacy of AI training data* and *Advances in trustworthy machine learning at Alexa AI*, the
#   articles of this course.
# - Kairouz, McMahan and others (2021), *Advances and open problems in federated learning*, Foundations and Trends in
#   Machine Learning.
# - Kairouz, McMahan and others (2021), *Practical and private (deep) learning without sampling or shuffling*, ICML:
#   neighbours by a blank record.
# - Near, Darais, Lefkovitz, Howarth (2025), *Guidelines for evaluating differential privacy guarantees*, NIST SP
#   800-226.
# - Ponomareva and others (2023), *How to DP-fy ML*, JAIR: what to report beside an ε.
# - Bell and others (2023), *ACORN: input validation for secure aggregation*, USENIX Security: proofs that an update is
#   short.
#
# Next: there is none. [Start here](00_start_here.ipynb) shows what you have done and what is left.
