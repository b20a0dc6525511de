# %% [markdown]
# # Start here
#
# **You will be able to** run a lesson, predict what a cell will say, drag a figure, have an answer checked, and find
# your way through the course.
#
# About 20 minutes. Nothing is needed before it. The four articles behind the course are named at the end.

# %%
from privlab.lab import *
from privlab import data, setup
from privlab.lessons import start_here as this

rng = start("00_start_here", seed=7)

# %% [markdown]
# Lena's company asks its 40 employees: *have you ever taken a nap at work?* She would answer truthfully, if nobody
# could hold it against her. Can forty people tell the truth together, and nobody alone? That is what this course is
# about. This page shows how it works, on Lena's question.
#
# ## Run
#
# A lesson is made of text and cells of code. Click into the cell below and press **Shift + Enter**: it runs, prints,
# and the next one waits.

# %%
naps = 12
people = 40
print(f"{naps} of {people} took a nap: {naps / people:.0%}")

# %% [markdown]
# Every cell can be changed and run again: set `naps` to 13. A cell uses what the cells above it have set, so run them
# in order; *Run > Run All Cells* runs the whole lesson and always reaches the end, whether you have solved its
# exercises or not. (It does nothing while the kernel is still starting: wait until the top right says *Idle*.)
#
# Nobody need read a lesson in one go: between its sections stands how many of its minutes have passed. Save, and when
# you come back, click into the section and choose *Run > Run All Above Selected Cell*.
#
# Now somebody looks at that count every day. One day it is 12; then Lena gives her answer, and it is 13.

# %%
before, after = 12, 13
print(f"Lena took a nap: {after - before == 1}")
claim("two exact counts tell what Lena did", after - before == 1)

# %% [markdown]
# The line with the tick is a **claim**. A sentence that matters in this course is not only written but checked: if it
# stopped being true, the cell would stop with an error, on your machine as on ours.
#
# ## Predict
#
# Before a surprise you are asked to guess, so that you see what surprised you. Run the cell below the question, choose,
# and press *Keep this guess*. It is shown beside what came out. Cells whose code would tell are
# folded; run them first, then click on their three dots to read them.
#
# > **Predict.** Each day the company adds a random whole number from -3 to 3, each as likely as the others, to the true
# > count, 12. How often, in 1,000 days, will it publish exactly 12?

# %%
predict("start_here.exactly_12")

# %%
published = 12 + rng.integers(-3, 4, size=1_000)
print(f"exactly 12 on {(published == 12).sum()} of 1,000 days")
print(f"{published.mean():.1f} on average")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("start_here.exactly_12", (published == 12).sum())

# %% [markdown]
# About one day in seven, since there are seven numbers to draw from; and yet the average of many days is right. One
# published count says little about Lena; a thousand of them, averaged, say nearly everything. Lesson 23 is about that.
#
# ## Drag
#
# A figure with a slider is alive once its cell has run: drag the handle, or click on it and use the arrow keys, or type
# into the box beside it. Without a kernel, as on GitHub, it is a picture. (On a small screen *View > Simple
# Interface* gives the lesson the whole width.)

# %%
explore(this.draw_noisy_counts, largest_noise=slider(0, 12, 3),
        alt="Two flat blocks, what is published with and without Lena's nap; they overlap")

# %% [markdown]
# With no noise the two worlds never overlap: one look tells them apart. The more noise, the more of the published
# counts could have come from either. But at each end stands one that tells: 9 is possible only without the nap, and 16
# only with it. Lesson 22 has a noise that has no such ends. Under the figure stands its line of numbers; it says what
# the picture shows to a reader who cannot see it.
#
# ## Draw
#
# In lessons 51 and 53 letters are stolen that were meant for nobody. There, as here, you can draw one of your own: with
# mouse or finger, or with the keyboard.

# %%
pad = letter_pad(data.letter_from_strokes(this.AN_A), data.letter_from_strokes, name="an a")
pad

# %% [markdown]
# The course makes it 28 pixels wide and high, and centres it as it does with all letters. When you have drawn, run:

# %%
show(data.pictures.draw_letters, alt="The letter as large pixels, white on black",
     size=(2.4, 2.4), letters=[pad.letter], titles=["28 x 28 pixels"])

# %% [markdown]
# ## Be checked
#
# An exercise is a cell with three dots, then a cell that checks it. Run both as they are first: the circle means *not
# tried*.
#
# Write `publish(count, rng)`: the count plus a whole number drawn evenly from -3 to 3.

# %% exercise="start_here.publish"

# %%
check("start_here.publish", publish)

# %% [markdown]
# A check can say five things. Try to get each of them:
#
# | mark | what it means | try |
# | --- | --- | --- |
# | ○ | not tried yet | leave the dots |
# | ? | your code raised an error, or never ended | `return count / 0` |
# | ✗ | wrong, with an input on which it fails | `return 12` |
# | ⚠ | **right, but not private**, with the leak shown | `return count` |
# | ✓ | right, and as private as was asked | |
#
# The fourth is why this course exists. `return count` gives the right average and gives Lena away; a test of the result
# alone would let it pass. ✓ says that the answer does what was asked, noise included. How much that noise protects is a
# question of its own: here, as the figure showed, not against the two ends.

# %% [markdown]
# Stuck? Ask for a hint. There are three for every exercise, each says more than the one before;
# `solution("start_here.publish")` comes last.

# %%
hint("start_here.publish")

# %% [markdown]
# What follows an exercise needs an answer. `use` takes yours if it passed its check, and the course's own if not.

# %%
publish = use("start_here.publish", publish)
week = [int(publish(12, rng)) for _ in range(7)]
print(f"a week of published counts: {week}")
claim("every published count is within 3 of the truth", set(week) <= set(range(9, 16)))

# %% [markdown]
# ## Answer
#
# Each lesson ends with questions. Every option has something to say, so open the wrong ones too.

# %%
quiz("start_here.quiz1")

# %% [markdown]
# What you have done is noted on this machine, in the hidden file `.progress.json` of your workbook, and sent nowhere.
# `progress()` says in any lesson how it stands and what to do next:

# %%
progress()

# %% [markdown]
# ## Words
#
# Each technical word is defined where it first comes up. `glossary("sensitivity")` says in any lesson what it means;
# these are all of them:

# %%
glossary()

# %% [markdown]
# ## This machine
#
# What the course found here. The handwritten letters are *drawn* ones, made by the course from pen strokes, unless the
# real EMNIST letters were fetched: `python3 course.py data` does that. A lesson runs on either, and says which;
# only lesson 90 always takes the drawn ones.

# %% tags=["nbval-ignore-output"]
print("\n".join(setup.doctor.lines()))

# %% [markdown]
# ## The map
#
# | lesson | the question it answers |
# | --- | --- |
# | [11 Four raises and no secrets told](11_raises.ipynb) | How do four people learn their average raise, and nobody learns a raise? |
# | [12 What a result reveals](12_what_a_result_reveals.ipynb) | What does an answer tell, however well it was computed? |
# | [13 When a party cheats](13_when_a_party_cheats.ipynb) | How is a lie on shares caught, and how do two multiply without a dealer? |
# | [21 A poll nobody can hold against you](21_randomized_response.ipynb) | How can Lena answer and be sure that nobody knows? |
# | [22 Noise that keeps a promise](22_laplace_mechanism.ipynb) | How much noise hides one person in a count? |
# | [23 Every answer costs](23_composition_and_selection.ipynb) | What do a thousand answers give away together? |
# | [24 Counts that give the table back](24_reconstruction.ipynb) | How many counts does it take until the table is known? |
# | [31 Computing on what you cannot read](31_circuits_and_depth.ipynb) | How can a service compute on numbers that it cannot see? |
# | [32 Training on pictures nobody sees](32_encrypted_training.ipynb) | How does a service train a model that it cannot read? |
# | [41 Was your letter in the training set?](41_membership_inference.ipynb) | What do a model's answers tell about who it learned from? |
# | [42 Learning from letters without keeping any](42_private_training.ipynb) | How can a model learn from everybody and remember nobody? |
# | [51 Letters stolen from gradients](51_gradient_inversion.ipynb) | What does a training step tell the one who collects it? |
# | [52 The sum and nothing but the sum](52_secure_aggregation.ipynb) | How can a server learn a sum and no part of it? |
# | [53 The model that sorts its clients' letters](53_global_model_attack.ipynb) | What does a server get that sends a planted model? |
# | [54 Devices as they are](54_federated_in_the_wild.ipynb) | Whom to ask, and what if one of them lies? |
# | [55 Beyond one machine](55_beyond_one_machine.ipynb) | What is left of the promises once real processes keep them? |
# | [61 The PIN in the weights](61_canary_extraction.ipynb) | Does an assistant repeat what it heard once? |
# | [62 Fair words and unfair answers](62_measuring_fairness.ipynb) | Does a test on words tell how a model treats people? |
# | [63 A nurse may be he, a queen is she](63_role_reversal.ipynb) | What repairs a biased model, and what does the repair not reach? |
# | [90 Three clinics and one reader](90_capstone.ipynb) | Everything at once: what do you choose, what does it cost, what may you sign? |
#
# Lessons can be taken in this order or by what you are curious about; each says what it builds on.
# The numbers have gaps on purpose: the first digit is the subject. Close a lesson when you go on, since each open one
# keeps its memory; on the next day it shows all that it showed, and runs again from its first cell.
#
# Every lesson has a solved twin, in the folder `solved`. Try first: an answer that was only read is soon forgotten.
# Broke something? `python3 course.py reset 00_start_here` brings the lesson back and keeps your copy.

# %% [markdown]
# ## Summary
#
# Run, predict, drag, be checked, answer. A claim has been checked; a ⚠ is an answer that is right and leaks.
#
# The course follows four articles, *Computing on private data*, *Preserving the privacy of AI training data*, *Building
# machine learning models with encrypted data* and *Advances in trustworthy machine learning*. It tries what they claim,
# and where something does not hold, the lesson says so.
#
# Next: [11 Four raises and no secrets told](11_raises.ipynb).
