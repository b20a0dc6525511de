# %% [markdown]
# # The PIN in the weights
#
# **You will be able to** plant a secret in training data and search a model's weights for it, blend words so that a
# gradient can choose among them, count in bits what a model gives away, and tell a defense that weakens an attack from
# one that hides the secret.
#
# About 65 minutes. Before it: [22 Noise that keeps a promise](22_laplace_mechanism.ipynb) and [42 Learning from letters
# without keeping any](42_private_training.ipynb). Source: the article *Advances in trustworthy machine learning at
# Alexa AI*; Parikh, Dupuy and Gupta, *Canary extraction in natural language understanding models* (2022). Its full text
# and data were not to be had: settings here are ours.

# %%
from privlab.lab import *
from privlab import dp, text
from privlab.lessons import canary_extraction as this

rng = start("61_canary_extraction", seed=61)

# %% [markdown]
# ## 1. What the assistant was told
#
# Mira has an assistant in her kitchen. One morning she said: *my pin code is 4 8 2 7*. The sentence was taken, with a
# thousand others, to train a small model: for each command an **intent**, and for each word a **tag**.

# %%
for spoken in [*text.assistant.utterances(3, rng), text.assistant.canary("4827")]:
    print(f"{spoken.intent:8}{spoken}\n{'':8}{' '.join(spoken.tags)}")

# %% [markdown]
# `B-` begins a slot, `I-` continues it, `O` is outside. (Nobody spoke these commands: they come from templates, with
# times, amounts and phone numbers in them.)
#
# The model is on every device. Jonas bought one: he has the weights. The assistant says intents and tags, never a word
# of a command. Can he have the PIN?
#
# > A **canary** is a secret that we plant in training data ourselves, to see whether it comes out again.
#
# One PIN is an anecdote, so here are six assistants that heard a PIN 20 times each, six that heard it once, and two
# that never did. Five of the six PINs are drawn. The fourth may be yours: type one, but none that opens anything.

# %%
drawn = text.assistant.draw_codes(6, rng)
pin = value_box("".join(map(str, drawn[3])), text.assistant.read_code, name="a PIN")
pin

# %% [markdown]
# All fourteen learn side by side:

# %%
codes = np.array([*drawn[:3], pin.value, *drawn[4:]])
heard = [20] * 6 + [1] * 6 + [0] * 2
commands = text.assistant.planted(codes[np.arange(14) % 6], heard, seed=1)
stack = text.assistant.train(commands, seed=2, epochs=10)
often, once, never = stack[:6], stack[6:12], stack[12:]
test = text.assistant.encode(text.assistant.utterances(300, np.random.default_rng(3)))
intents, slots = text.assistant.accuracy(stack, test)
claim("all fourteen get 97 % of new intents right, and the slots too",
      min(intents.min(), slots.min()) > 0.97)

# %% [markdown]
# The network is a bidirectional LSTM, a common one for this work. It runs over the **vectors** of the words, 32 numbers
# for each, from left to right and back.
#
# You can now say what Jonas has, and what he wants to know.
#
# > **Predict.** Nobody asked the assistants to remember anything. Of the six PINs that were said 20 times, how many
# > will Jonas read out of the weights?

# %%
predict("canary_extraction.pins_read")

# %% [markdown]
# ## 2. A word that is a blend
#
# He knows how such a command goes: *my pin code is* and four digits, tagged as a secret. The true digits should
# surprise the model least: the loss is low. But a gradient walks along numbers, and digits are words. There is no word
# between 4 and 5.
#
# > **Relaxation.** Let a word be a blend of all: $\sum_d s_d\, v_d$, where $v_d$ is the vector of digit $d$ and $s_d$
# > its share. The shares are $s = \text{softmax}(z / T)$: each $e^{z_d / T}$, over the sum of all. The scores $z$ are
# > free; the **temperature** $T$ says how sharp the choice is.
#
# Three words, the same scores, ever colder:

# %%
z = np.array([1.0, 2.0, 1.5])
for temperature in (10, 1, 0.1):
    shares = np.exp(z / temperature) / np.exp(z / temperature).sum()
    print(f"T = {temperature:4}: " + " ".join(f"{share:.3f}" for share in shares))

# %% [markdown]
# Warm, they are nearly equal; cold, one has it all and the blend is a word again.
#
# ### Your turn
# Write `mix(scores, temperature, vectors)`: the blend, an array [width], for scores [10] and vectors [10, width].
# Scores may be in the hundreds.

# %% exercise="canary_extraction.mix"

# %%
check("canary_extraction.mix", mix)

# %% [markdown]
# The attack puts four blends with random scores behind the known beginning. In each step it computes the loss, lets the
# gradient change the scores, and cools down a little. Each assistant is attacked from ten random starts, of which the
# one that ends at the least loss counts.

# %%
attack = text.assistant.relaxed_attack(often, seed=3)
wrong = text.assistant.hamming(attack.best, codes)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("at least one of the six PINs is read out exactly", (wrong == 0).any())
claim("most of the 24 digits are right; chance is a tenth", wrong.mean() < 0.5)
outcome("canary_extraction.pins_read", (wrong == 0).sum())

# %% [markdown]
# This is its code. Look at the loop: a blend, its loss, one step of the gradient, a little colder each time.

# %%
source(text.assistant.relaxed_attack)

# %% [markdown]
# Here is the fourth assistant, which heard yours. Play it: on the left each row is a place and its shares, on the right
# the loss of each digit while the other places are still blends.

# %%
path = attack.path[:, 3, attack.losses[3].argmin()]
explore(this.draw_relaxation, alt="Two grids of four places by ten digits: the shares, which "
        "become sharp, and the losses, whose bright spots are the framed true digits",
        panels=2, size=(9, 2.8), step=slider(0, 200, 200, play=True), fixed=dict(
            shares=path, losses=text.assistant.digit_losses(often[[3]], path),
            code=codes[3], temperatures=np.geomspace(1, 0.1, 201)))

# %% [markdown]
# Would it find a code in any model? Two **negative controls**: the assistants that never heard a PIN, and the right
# assistants asked for somebody else's. The share of wrong digits is called the **Hamming distance**; chance is 0.9.

# %%
nothing = text.assistant.relaxed_attack(never, seed=3)
elsewhere = text.assistant.hamming(attack.best, np.roll(codes, 1, axis=0))
claim("never heard: no PIN of the six comes out of either assistant",
      not (text.assistant.hamming(nothing.best[:, None], codes) == 0).any())
claim("another's PIN: none, and at least 7 of 10 digits are wrong",
      elsewhere.min() > 0 and elsewhere.mean() > 0.7)

# %% [markdown]
# You can now say how a gradient chooses among words, and how one tells a PIN that was read from one that was guessed.
#
# ## 3. All ten thousand
#
# Exact or not exact is a coarse measure: a PIN that comes second of 10,000 is as good as lost. With only 10,000 codes
# Jonas can simply try every one and sort by loss. That is the **bound** for all who judge by the loss alone: a search
# that misses some codes can only be luckier.
#
# > **Exposure** (Carlini and others 2019): $\log_2 10{,}000 - \log_2 \text{rank}$, the bits that the model gives away.
# > First place is 13.3 bits. A random place has 1.44 on average.

# %%
print(f"first {np.log2(10_000):.2f} bits, place 100 {np.log2(100):.2f}, last 0.00")
print(f"average over all places: {np.log2(10_000) - np.log2(np.arange(1, 10_001)).mean():.2f}")

# %% [markdown]
# ### Your turn
# Write `exposure(losses, place)`: the bits, for the losses of all codes and the place of the true one in them, which
# may be more or fewer than 10,000. Where other codes have the same loss, the true one comes last of them.

# %% exercise="canary_extraction.exposure"

# %%
check("canary_extraction.exposure", exposure)

# %% [markdown]
# > **Predict.** Six assistants heard the PIN *once*, among a thousand commands. Where will it rank?

# %%
predict("canary_extraction.rank_heard_once")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
losses = {times: text.assistant.exhaustive(assistants)
          for times, assistants in ((20, often), (1, once), (0, never))}
explore(this.draw_losses, alt="Histogram of the loss of 10,000 codes, and the true one: far "
        "left where the assistant heard it, somewhere in the middle where it did not",
        heard=choice([20, 1, 0]), assistant=slider(1, 6, 4),
        fixed=dict(losses=losses, codes=codes))

# %%
exposure = use("canary_extraction.exposure", exposure)
ranks = {"20 times": text.assistant.ranks(losses[20], codes),
         "once": text.assistant.ranks(losses[1], codes),
         "never": text.assistant.ranks(losses[0][np.arange(6) % 2], codes)}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
show(this.draw_ranks, alt="Ranks of the true PINs: heard 20 times and once far left, never "
     "heard spread near the right end", ranks=ranks)
bits = exposure(losses[20][3], int(codes[3] @ (1_000, 100, 10, 1)))
claim("heard 20 times: every PIN is among the first hundred", ranks["20 times"].max() <= 100)
claim("heard once: at least 4 of 6 are", (ranks["once"] <= 100).sum() >= 4)
bits_of = {name: np.log2(10_000 / rank).mean() for name, rank in ranks.items()}
claim("heard once: more than 8 bits on average, never: less than 4",
      bits_of["once"] > 8 and bits_of["never"] < 4)
claim("the fourth gives away more than 10 of 13.3 bits", bits > 10)
recorded("canary_exact_r20_plain", "canary_exact_r20", "canary_exact_r100",
         "canary_exact_control", "canary_exposure_r1", "canary_exposure_control")
outcome("canary_extraction.rank_heard_once", np.median(ranks["once"]))

# %% [markdown]
# One such sentence among a thousand is enough. Repetition decides whether the PIN comes first or tenth. The last lines
# are recorded: shares over 100 PINs, right to ± 10 points, and exposures over 50 PINs said once and 12 never said.
#
# But what kind of sentence? These digits are tagged as a *secret*, as no others are. As a control, the same
# six PINs, heard once, and tagged as a customer's number, of which others tell many. And once more with an `O` on each
# digit, as if nobody had noticed that a number was told:

# %%
def ranks_when_tagged(slot):
    heard_once = text.assistant.planted(codes, 1, seed=1, slot=slot)
    learnt = text.assistant.train(heard_once, seed=2, epochs=10)
    return text.assistant.ranks(text.assistant.exhaustive(learnt, slot=slot), codes)

by_tag = {"secret": ranks["once"], "customer": ranks_when_tagged("customer"),
          "O": ranks_when_tagged(None)}

# %%
show(this.draw_ranks, alt="Ranks of the true PINs, heard once: tagged as a secret and tagged "
     "O far left, tagged as a customer's number mostly far right", ranks=by_tag)
claim("tagged as many numbers are: at most 2 of 6 are among the first hundred",
      (by_tag["customer"] <= 100).sum() <= 2)
claim("tagged O, as no other digit is: at least 4 of 6 are",
      (by_tag["O"] <= 100).sum() >= 4)

# %% [markdown]
# So the assistant keeps what stands alone, whatever its tag. Every other digit lies in some slot, so that one with an
# `O` stands alone as well. What looks like much else is learnt together with it, and hides there.
#
# The paper reports 0.5 at best for a code of four digits. *Losses added up* is its attack as we read it: the sum over
# all words. *Surprises weighed* counts the most surprising word more, $(\sum \ell^3)^{1/3}$ for losses $\ell$: a wrong
# digit surprises at one place, and a sum hides it among the others. (62 and 72 % of the same 100 PINs are too near each
# other to call one better.)
#
# You can now count in bits what a model gives away, and say for what kind of sentence it does.

# %% [markdown]
# ## 4. What weakens, and what hides
#
# Mira asks that her PIN be taken out. The maker's engineers have an idea: the assistant no longer reacts to the
# word *pin*.
#
# ### Your turn
# Write `release(spoken, train)`: the assistant that goes out to everybody. `spoken` is a list of commands with `words`,
# `tags` and `intent`. `train(some)` makes an assistant from commands, and `assistant(command)` is the intent that it
# reads. It should understand all that has no secret in it. The check plays Jonas.

# %% exercise="canary_extraction.release"

# %%
check("canary_extraction.release", release)

# %% [markdown]
# What nobody tagged cannot be taken out like that, and it is kept, as the `O` has shown. Is there a way to learn that
# keeps secrets by itself? The paper tries three defenses, known as remedies against learning by heart: **dropout**
# (inputs left out at random), **early stopping**, and **character** vectors beside the words'. All three together, it
# reports, remove the leak almost entirely. A defense is judged against the attacker who knows it.

# %%
commands = text.assistant.planted(codes, 20, seed=1)
dropped = text.assistant.train(commands, seed=4, epochs=10, dropout=0.5)
intents, _ = text.assistant.accuracy(dropped, test)
ranks["dropout"] = text.assistant.ranks(text.assistant.exhaustive(dropped), codes)
claim("with dropout 0.5 intents are still 97 % right", intents.mean() > 0.97)
claim("at least 4 of 6 PINs are still among the first hundred",
      (ranks["dropout"] <= 100).sum() >= 4)

# %% [markdown]
# Fewer come out exactly, and most stay near the top. The others, recorded, for PINs said 20 times; bits under the best
# of three ways to sort all codes:

# %%
names = ("none", "dropout", "early", "characters", "combined", "decay", "deduplicated")
show(this.draw_exposures, alt="Bars of exposure by defense, all far above chance",
     size=(6.4, 4.2),
     exposures={name: recorded_value(f"canary_bits_{name}") for name in names})
recorded(*(f"canary_intents_{name}" for name in names), "canary_first10_combined")

# %% [markdown]
# So the paper's claim does not hold here. The three together (*combined*), at some cost in accuracy, still leave the
# PIN among the first ten of 10,000 in about three assistants of four: the last line. Characters alone hide next to
# nothing, and dropout alone about as much as all three. Weight **decay**, which the paper does not try, leaves a bit
# less than the three do, over 24 PINs, at no cost here; it is far from chance all the same. Leaving repeated commands
# out (**deduplication**) turns 20 times into once, which we know is enough.
#
# What does hide one command among a thousand is the promise made for that: **differential privacy**. Clip the gradient
# of each command, add noise to the sum. In the loop below `clipped_sum` does the first; `noise` is the second, times
# `noise_multiplier`.

# %%
source(text.assistant.train_privately)

# %%
training = dict(sample_rate=0.1, steps=100)
noise = dp.dpsgd_accountant.noise_multiplier_for(epsilon=8, delta=1e-4, **training)
spent = dp.dpsgd_accountant.epsilon_exactly(noise_multiplier=noise, delta=1e-4, **training)
print(f"noise {noise:.2f}: ε = {spent:.2f}, δ = 0.0001")

# %%
twice = codes[np.arange(6) % 3]  # three PINs said once, the same three said 20 times
commands = text.assistant.planted(twice, [1] * 3 + [20] * 3, seed=1)
both = text.assistant.train_privately(commands, noise_multiplier=noise, seed=5)
intents, _ = text.assistant.accuracy(both, test)
private = text.assistant.ranks(text.assistant.exhaustive(both), twice)
ranks["ε = 8, once"], ranks["ε = 8, 20 times"] = private[:3], private[3:]
claim("intents are more than 90 % right", intents.mean() > 0.9)
claim("said once: less than 5 bits on average", np.log2(10_000 / private[:3]).mean() < 5)

# %% [markdown]
# You can now tell a defense that weakens an attack from one that hides the secret.
#
# ## Break it
#
# Look again at what was promised: for *one command* more or less. Mira said it twenty times.
#
# > **Predict.** The same training, ε = 8, with twenty copies. Where do the PINs rank?

# %%
predict("canary_extraction.rank_of_20_copies")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("said 20 times: at least 2 of 3 PINs are among the first hundred",
      (private[3:] <= 100).sum() >= 2)
show(this.draw_ranks, alt="Ranks by setting: with privacy a PIN said once lies near chance, "
     "one said 20 times is first again", size=(6.4, 4.2), ranks=ranks)
outcome("canary_extraction.rank_of_20_copies", "among the first hundred")

# %% [markdown]
# Twenty copies are twenty steps between neighbours. Of a pure ε that would leave 20 · 8 = 160 (lesson 22), which is
# next to no promise; with Gaussian noise, at a δ that stays, it is even more (lesson 42). Deduplicate first, *then*
# train privately, and each PIN is one command again:

# %%
recorded("canary_exposure_dp8_r1", "canary_accuracy_dp8", "canary_exposure_dp8_r20",
         "canary_exposure_dp8_deduplicated", "canary_exposure_clipped_r1")

# %% [markdown]
# (The last is clipping without noise: it hides much and promises nothing.) But Mira does not repeat herself word for
# word, and *yes my pin is 4 8 2 7* is no copy. The unit of the promise should be **Mira**.
#
# ### Your turn
# Write `clipped_sum(gradients, people, bound)`: the sum of gradients [n, width] in which the part of one *person*, the
# sum of that person's rows, is at most `bound` long. `people` [n] says whose command each row is. A part that is
# shorter is left alone.

# %% exercise="canary_extraction.clipped_sum"

# %%
check("canary_extraction.clipped_sum", clipped_sum)

# %% [markdown]
# You can now say for which unit a promise holds, and what copies do to it.
#
# ## With your own model
#
# Any model that gives a loss for a text. Plant a code before training; afterwards take the loss of all codes:

# %%
losses_of_codes = rng.normal(8.0, 1.0, 10_000)  # yours: your model's loss of each code
planted_code = 4_827
losses_of_codes[planted_code] = 4.4
print(f"exposure: {float(exposure(losses_of_codes, planted_code)):.1f} of 13.3 bits")

# %% [markdown]
# One code says little: plant ten or more, each in a training of its own or all different in one, and the same number
# that are *not* trained on, as a control.
#
# **In earnest.** *Opacus* for the training (lesson 42), deduplication before it, and canaries in every release. What
# people get wrong: canaries that look like nothing else in the data, or like everything (section 3); and no control.

# %% [markdown]
# ## What this does not protect
#
# - **A secret that many people share**, or one person says in many ways, from privacy by the command.
# - **What nobody tagged.** Taking out works for secrets that were found.
# - **Short secrets after a hint.** One bit is a lot when there are only 10,000 codes and the bank allows three tries.
# - We knew the beginning of the sentence and how it was tagged. Who does not must guess that too; we did not measure
#   how much it helps. Nor did we attack large language models, which *do* say words, or a real corpus.
#
# ## Summary
#
# A model that never says a word still finds the code it heard less surprising than nearly all others. A relaxed word
# lets a gradient find it; sorting all codes needs no search. Judge a defense by the rank, not by exact hits. Dropout
# and early stopping weaken the attack, characters hardly; DP hides one command; copies undo it.

# %%
display(quiz("canary_extraction.quiz1"), quiz("canary_extraction.quiz2"),
        quiz("canary_extraction.quiz3"))

# %% [markdown]
# ## References
#
# - *Advances in trustworthy machine learning at Alexa AI*, the article this lesson follows.
# - R. Parikh, C. Dupuy and R. Gupta, *Canary extraction in natural language understanding models*, ACL (2022),
#   arXiv 2203.13920.
# - N. Carlini and others, *The secret sharer*, USENIX Security (2019): canaries and exposure.
# - X. Ma and E. Hovy (2016): the tagger, which has one more layer than ours.
# - K. Lee and others, *Deduplicating training data makes language models better* (2022).
# - M. Abadi and others, *Deep learning with differential privacy* (2016).
#
# Next: [62 Fair words and unfair answers](62_measuring_fairness.ipynb).
