# %% [markdown]
# # The model that sorts its clients' letters
#
# **You will be able to** plant a layer that takes a sum of gradients apart, predict how many letters fall out of it,
# peel the rest, tell a defense from a hope, and make a secure sum that is private.
#
# About 80 minutes. Before it: [51 Letters stolen from gradients](51_gradient_inversion.ipynb) and [52 The sum and
# nothing but the sum](52_secure_aggregation.ipynb). It follows the article *Preserving the privacy of AI training data*
# and the paper *Robbing the Fed* (Fowl and others 2022).

# %%
from privlab.lab import *
from privlab import data, dp, fl
from privlab.lessons import global_model_attack as this

rng = start("53_global_model_attack", seed=53)

# %% [markdown]
# ## 1. A layer that sorts
#
# Amara, Bela and Chiara write on tablets. The maker has learned from the complaints: tablets now add up their gradients
# with **secure aggregation**, and the maker's server sees one sum, of all of them together. But the server still does
# one thing alone: it *sends the model*. What if the model is not made to learn?
#
# Three letters on each tablet:

# %%
private, public = data.letters().test, data.public_letters().images
chosen = rng.choice(len(private.images), 9, replace=False)
secret, labels = private.images[chosen], private.labels[chosen]
pad = letter_pad(secret[0], data.letter_from_strokes, name=f"the letter {chr(97 + labels[0])}")
pad

# %% [markdown]
# The first of them may be your own. Draw it, then run on:

# %%
secret[0] = pad.letter
show(data.pictures.draw_rows_of_letters,
     alt="Nine handwritten letters, white on black, in three rows",
     size=(4.0, 2.6), said="three tablets, three letters each",
     rows=dict(zip(("Amara", "Bela", "Chiara"), secret.reshape(3, 3, 28, 28))))

# %% [markdown]
# A ReLU neuron *fires* when $w \cdot x + b > 0$. Let all neurons have the same $w$, the same weight on every pixel, so
# that $w \cdot x$ is the letter's brightness. Let each have its own bias $-t$. Then a neuron fires for letters brighter
# than its **threshold** $t$.
#
# > An **imprint** is a layer of such neurons. The letters between one threshold and the next lie in one **cell**.
#
# Four letters of brightness 0.1, 0.3, 0.35 and 0.8, four thresholds. Each letter passes back some $d$, here 1, to every
# neuron that it fired:

# %%
brightness, levels = np.array([0.1, 0.3, 0.35, 0.8]), np.array([0, 0.2, 0.4, 0.6])
fired = brightness > levels[:, None]
summed = fired @ brightness
print(fired.astype(int))
print("rows:", summed, " less the next row:", (summed - np.append(summed[1:], 0)).round(9))

# %% [markdown]
# The first row sums all four letters, the next lacks the darkest. So the *difference* of neighbouring rows is what lies
# between two thresholds: 0.1 alone, 0.8 alone, and 0.65, two letters that share a cell and stay mixed. Good thresholds
# spread letters evenly.
#
# ### Your turn
# The server cannot see the secret letters, but it has public ones. Write `thresholds(public, neurons)`: as many
# thresholds as there are neurons, low to high. Here `public` is an array of numbers, the brightness of each public
# letter.

# %% exercise="global_model_attack.thresholds"

# %%
check("global_model_attack.thresholds", thresholds)

# %% [markdown]
# > **Predict.** The article plants as many neurons as there are letters: nine for nine. How many of nine letters will
# > lie alone, on average?

# %%
predict("global_model_attack.alone_in_a_cell")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
explore(this.draw_cells, alt="Hill of public letters' brightness, cut into cells; the nine "
        "secret letters are dots when alone in their cell and crosses when not",
        size=(7.5, 3.6), neurons=slider(2, 288, 9), fixed=dict(public=public.mean(axis=(1, 2)),
                                              secret=secret.mean(axis=(1, 2))))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
edges = np.quantile(public.mean(axis=(1, 2)), np.arange(1, 9) / 9)
placed = np.searchsorted(edges, private.images.mean(axis=(1, 2)))
draws = np.random.default_rng(3)
nines = (draws.choice(placed, 9, replace=False) for _ in range(2_000))
outcome("global_model_attack.alone_in_a_cell",
        float(np.mean([(np.bincount(nine)[nine] == 1).sum() for nine in nines])))

# %% [markdown]
# You can now say what a planted layer sorts by, and when a letter lies alone.

# %% [markdown]
# ## 2. The sum falls apart
#
# Now the real one. The server sends a network of the usual shape, 784, 144, 64 and 26. Its second layer weighs all
# planted neurons alike, so that a letter passes the same $d$ back to each. The tablets compute their gradients as
# always and hand them round in shares, as in lesson 52.

# %%
one_group = fl.imprint.plan(public, bins=144, groups=1, rng=rng)
planted = fl.imprint.network(one_group, rng)

def secure_sum(model):
    tablets = (slice(0, 3), slice(3, 6), slice(6, 9))  # Amara's, Bela's and Chiara's letters
    updates = [fl.client_gradient(model, secret[own], labels[own]).numbers for own in tablets]
    return fl.secagg.as_gradient(fl.secagg.share_updates(updates, bits=40).total, model)

seen = secure_sum(planted)
print(f"the server sees {len(seen.numbers):,} numbers, the sum of three tablets")

# %% [markdown]
# ### Your turn
# Row $i$ of the first layer's gradient is the sum of $d\,x$ over all letters above threshold $i$, its bias the sum of
# $d$. Write `read_cells(weights, biases)`, from arrays of n x 784 and n numbers: the quotient, 784 pixels, of every
# cell that is not empty.

# %% exercise="global_model_attack.read_cells"

# %%
check("global_model_attack.read_cells", read_cells)

# %%
read_cells = use("global_model_attack.read_cells", read_cells)
quotients = list(read_cells(seen.weights[0], seen.biases[0]))
pictures = np.array(quotients, dtype=float).reshape(-1, 28, 28)
exact = np.array([any(fl.gradients.byte_exact(picture, letter) for picture in pictures)
                  for letter in secret])
cells = one_group.cells(secret)[:, 0]  # where each letter lies, in the first group
alone = np.bincount(cells)[cells] == 1
claim(f"byte for byte, out of the sum of three tablets: {exact.sum()} of 9 letters",
      exact.sum() >= 5)
claim("those that lie alone in their cell are among them", exact[alone].all())

# %% [markdown]
# No share was opened and no mask broken. The sum itself came in pieces.
#
# How many are alone is the question of **shared birthdays**. With $K$ equally likely cells each of the other eight
# letters misses mine with chance $1 - 1/K$:
#
# $$\text{expected alone} = 9\,(1 - 1/K)^8, \qquad \text{chance of all nine} = \prod_{i=0}^{8} (1 - i/K).$$
#
# The article has nine neurons for nine letters and shows eight stolen. On this reading that is no typical picture: 3.5
# are expected, all nine come in one sum of a thousand, and exactly eight only if one letter is darker than every
# threshold. (The article does not print its model; it may have chosen the batch.) With 36 neurons 7.2 are expected;
# with 144 it is 8.5, and all nine in three sums of four.
#
# You can now say why a secure sum does not help against the model, and how many letters fall out of it.

# %% [markdown]
# ## 3. Peeling
#
# Doubling the neurons barely helps: birthdays are stubborn. But two letters of the same brightness rarely look alike.
# So plant **three groups** of 48 neurons instead of one of 144, each sorting by another number: brightness, and two
# random mixtures of pixels.
#
# > **Peeling.** A cell whose quotient has 784 *whole* bytes holds one letter, or copies of one: letters that differ
# > mix to bytes in between. It is **certified**, without seeing the truth. Subtract its $d\,(x, 1)$ from its cell in
# > every other group. There a letter that shared the cell is now alone. Repeat.
#
# Each round of the inner loop is one letter: read off, checked, and taken out of its cell in every group.

# %%
source(fl.imprint.peel)

# %% [markdown]
# > **Predict.** Nine letters and 144 neurons, in one group or in three. In how many of 20 sums do all nine come out?

# %%
predict("global_model_attack.sums_that_fall")

# %%
tried = {name: {neurons: this.letters_found(private, public, neurons=neurons, groups=groups,
                                            letters=9, trials=20, seed=1)
                for neurons in (9, 18, 36, 72, 144)}
         for name, groups in (("one group", 1), ("peeling", 3))}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
show(this.draw_theory, alt="Letters found against neurons: one group lies near the birthday "
     "curve, peeling three groups reaches nine much earlier", letters=9, counts=tried)
all_nine = {name: (counts[144] == 9).sum() for name, counts in tried.items()}
claim("144 neurons, peeled: all nine in 18 of 20 sums or more", all_nine["peeling"] >= 18)
claim("in one group: in fewer", all_nine["one group"] < all_nine["peeling"])
outcome("global_model_attack.sums_that_fall",
        "with three groups in nearly all, with one in fewer")

# %% [markdown]
# One group stays a little below the birthday curve, which is for cells that are equally likely. The thresholds come
# from public letters, and the tablets' letters are not quite like those.
#
# Does it stop at nine? A hundred tablets of eight letters make 800, and 1,200 neurons in three groups are not many:

# %%
crowd = rng.choice(len(private.images), 800, replace=False)
large = fl.imprint.plan(public, bins=400, groups=3, rng=rng)
sum_of_100 = fl.client_gradient(fl.imprint.network(large, rng),
                                private.images[crowd], private.labels[crowd])
peeled = fl.imprint.peel(sum_of_100, large)
claim("800 of 800 letters out of one sum",
      this.returned(peeled.images, private.images[crowd]).all())
claim("and the attacker knows that he has them all: no cell is left", peeled.complete)

# %%
other = fl.imprint.peel(sum_of_100.map(lambda part: rng.permuted(part)), large)
claim("control: the same numbers in another order give nothing", len(other.images) == 0)

# %% [markdown]
# You can now say how peeling takes apart a sum in which letters share cells, and how it proves what it found.

# %% [markdown]
# ## 4. Hopes
#
# The tablets' maker promises to change the gradients: round them, drop most of them, send only signs, add a little
# noise, clip them. What can a server still read that knows of the change?
#
# It can prepare: it divides its first layer by 1,000 and multiplies the second by as much. The network computes the
# same, but the first layer's gradient is a thousand times larger and outweighs all the rest. Clipping and noise are
# measured by the length of the whole gradient, and so they hardly touch it.
#
# > **Predict.** Rounding to 16 bits, to 8 bits, dropping the smallest half or nine tenths, signs alone, clipping: which
# > keep the letters?

# %%
predict("global_model_attack.which_keep")

# %%
plan = fl.imprint.plan(public, bins=48, groups=3, rng=rng)
model = fl.imprint.network(plan, rng, amplification=1000)
half_precision, eight_bits = fl.gradients.half_precision, fl.gradients.eight_bits
clip, prune, signs = fl.gradients.clip, fl.gradients.prune, fl.gradients.signs
hopes = {"16 bits": half_precision, "8 bits": eight_bits, "clipped": lambda g: clip(g, 0.01),
         "half": lambda g: prune(g, 0.5), "tenth": lambda g: prune(g, 0.9), "signs": signs}

def changed(model, hope):
    return fl.gradients.total(
        hope(fl.client_gradient(model, secret[own:own + 3], labels[own:own + 3]))
        for own in (0, 3, 6))

left = {name: fl.imprint.steal(changed(model, hope), plan) for name, hope in hopes.items()}
kept = {name: stolen.recovered(secret).sum() for name, stolen in left.items()}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("16 bits and clipping hide nothing", kept["16 bits"] == kept["clipped"] == 9)
claim("8 bits hide next to nothing", kept["8 bits"] >= 7)
claim("without the smaller half some letters still come back", kept["half"] >= 3)
claim("from a tenth, or from signs, none is recovered", kept["tenth"] == kept["signs"] == 0)
outcome("global_model_attack.which_keep",
        "rounding and clipping do, dropping nine tenths and signs do not")

# %% [markdown]
# Rounding is not hiding. And signs, and the largest tenth? Nothing was recovered, by a server that was not prepared
# for *them*.
#
# - Against dropping: for each neuron that sorts plant nine **idle** ones that never fire. Nine tenths of the gradient
#   are zeros, and those are what is dropped.
# - Against signs: do not sort, *ask*. A neuron for every pixel and level fires where the pixel exceeds the level. The
#   last layer's gradient is the neuron's output times the error at each letter: its signs tell which neurons fired. Let
#   the model always read *z*: then only the row of the true label is negative.
#
# The server then counts, for every label and every pixel, the neurons that fired:

# %%
source(fl.imprint.read_levels)

# %% [markdown]
# > **Predict.** How many of nine letters come back now, from a tenth, and from signs?

# %%
predict("global_model_attack.prepared_server")

# %%
idle = fl.imprint.plan(public, bins=48, groups=3, rng=rng, idle=9 * 144)
prepared = fl.imprint.network(idle, rng, amplification=1000)
ready = fl.imprint.steal(changed(prepared, hopes["tenth"]), idle)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("a tenth of the numbers is enough: nine of nine", ready.recovered(secret).all())
read = fl.imprint.read_levels(changed(fl.imprint.levels_network(10), signs), levels=10)
alone = (np.bincount(labels, minlength=26)[labels] == 1) & (labels != 25)
show(data.pictures.draw_rows_of_letters,
     alt="Letters read from signs in ten shades of grey, above the true",
     size=(6.4, 2.0), said=f"{alone.sum()} of 9 letters have a label of their own; "
     "letters of one label come back as one picture",
     rows={"signs": fl.gradients.arranged(read, secret), "letters": secret})
errors, _ = fl.gradients.matched(read, secret)
claim("signs are enough for every letter that has a label of its own",
      (errors[alone] < 0.001).all() and alone.sum() >= 3)
outcome("global_model_attack.prepared_server",
        "nine from a tenth, and from signs all with a label of their own")

# %% [markdown]
# You can now say why a defense is tried against a server that knows it, and what that did to four hopes.

# %% [markdown]
# ## 5. A sum that is private
#
# What bounds *every* attacker is differential privacy, and the article ends with it: the secure sum itself outputs a
# private gradient. Each tablet
#
# 1. clips the gradient of each letter to length $C$ and adds up, so that a letter moves the sum by at most $C$;
# 2. adds **a share of the noise**, before masking. Nobody ever sees a sum without it.
#
# The noise is whole numbers, as masks are: the *discrete Gaussian*, $k$ with a chance in proportion to
# $e^{-k^2/2\sigma^2}$. Shares of it add up almost to one of its kind. At a hundred million steps the gap (Kairouz and
# others 2021) is below what a float holds: lesson 42's exact Gaussian accounting applies. This is how it is drawn, from
# the operating system's random bytes: numbers are proposed, and each is kept as often as the definition says.

# %%
discrete_gaussian = fl.secagg.distributed_dp.discrete_gaussian
source(discrete_gaussian)

# %% [markdown]
# ### Your turn
# Write `share_of_noise(sigma, honest, size)`: one tablet's whole numbers; `honest` shares together have standard
# deviation `sigma`. Draw with `discrete_gaussian(standard_deviation, size)`. (One tablet of three may subtract its own
# share later: so size them for two.)

# %% exercise="global_model_attack.share_of_noise"

# %%
check("global_model_attack.share_of_noise", share_of_noise)

# %%
sigma, size = dp.gaussian.noise_multiplier_for(epsilon=1.5, delta=1e-5), len(seen.numbers)
spent, clipped_sum = fl.secagg.distributed_dp.spent, fl.secagg.distributed_dp.clipped_sum
epsilon = spent(sigma, rounds=1, numbers=size, max_norm=1, delta=1e-5)
print(f"σ = {sigma:.2f} C: ε = {epsilon:.4f}, with rounding")

# %%
share_of_noise = use("global_model_attack.share_of_noise", share_of_noise)
clipped = [clipped_sum(model, secret[own:own + 3], labels[own:own + 3], max_norm=1)
           for own in (0, 3, 6)]
noisy = [gradient.numbers + np.asarray(share_of_noise(sigma * 2**32, 2, size)) / 2**32
         for gradient in clipped]
released = fl.secagg.as_gradient(fl.secagg.share_updates(noisy, bits=32).total, model)
total = fl.gradients.total(clipped)
all_noise = sigma * np.sqrt(3 / 2)
claim("the noise is as large as planned", abs(
    (released.numbers - total.numbers).std() / all_noise - 1) < 0.02)

# %%
summed = fl.secagg.share_updates([gradient.numbers for gradient in clipped]).total
without = fl.secagg.as_gradient(summed, model)
claim("σ = 0, same clip, same attacker: nine of nine",
      fl.imprint.steal(without, plan).recovered(secret).all())
claim("ε = 1.5: none of nine",
      not fl.imprint.steal(released, plan, noise_std=all_noise).recovered(secret).any())

# %% [markdown]
# The same attacker both times, one that knows the clip and the noise: it amplified its layer, averages rows that differ
# by noise alone, and keeps the better of division and peeling.
#
# How close was it? One is tempted to draw letters recovered against $\varepsilon$. That picture would be empty. So the
# axis is $\sigma$:

# %%
sigmas = [1e-7, 1e-6, 1e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 7e-3, 1e-2, 2e-2, 0.1, 1]
measured = {name: {sigma: counts.sum() for sigma, counts in
                   this.recovered_under(private, plan, sigmas,
                                        amplification=amplification).items()}
            for name, amplification in (("amplified", 1000), ("plain", 1))}
measured["levels"] = this.read_under(private, public[:5000], sigmas[6:])
show(this.draw_noise, alt="Letters recovered against noise: all of 45 up to about a "
     "thousandth, by levels up to nearly a hundredth; the epsilons lie further right",
     size=(7.5, 4), recovered=measured, letters=45,
     marks={epsilon: dp.gaussian.noise_multiplier_for(epsilon, 1e-5)
            for epsilon in (1.5, 8, 50)},
     least=np.sqrt(1e-3 / fl.imprint.least_error(secret, 1).min()))

# %%
claim("at σ = 1e-4 at least 40 of 45 are recovered", measured["amplified"][1e-4] >= 40)
claim("from σ = 0.01 on, none, but by levels",
      not any(measured["amplified"][sigma] for sigma in sigmas if sigma >= 0.01))
claim("by levels at least 36 of 45 at σ = 0.005, beyond the line, and none from 0.1 on",
      measured["levels"][5e-3] >= 36 and not measured["levels"][0.1] + measured["levels"][1])

# %% [markdown]
# Even ε = 50 hides every letter here, and the break lies near σ = 0.001, by levels near 0.01: fifteen times less noise.
# That says how weak these attacks are against noise, not how strong ε = 50 is: to *tell whether a letter was there* one
# needs a single bit, not 784 pixels, and lesson 41 asks for just that.

# %% [markdown]
# The dotted line is arithmetic: where a gradient holds the pixels themselves, no unbiased reading beyond it is near
# enough on average. It does not bound an attacker who plants something else. **Levels** plants a code: each pixel
# becomes six numbers, nearly all 0 or 1, and what public letters look like tells the rest. It reads one letter alone in
# its sum, beyond the line. Only ε bounds attacks that nobody has thought of yet.
#
# (The recorded line at the end has σ = 0.72: that is ε = 1.5 for 1,000 rounds, each with about nine letters by chance
# out of 3,000. A letter drawn with a chance of 0.3 % a round needs less noise: lesson 42.)

# %%
dice, stolen_at = np.random.default_rng(4), {}
for power in np.arange(-5, 0.51, 0.25).round(2):
    noise_std = 10.0 ** power
    noisy = fl.gradients.add_noise(total, noise_std, dice)
    stolen = fl.imprint.steal(noisy, plan, noise_std)
    stolen_at[power] = (stolen.nearest(secret), int(stolen.recovered(secret).sum()))
explore(this.draw_stolen, alt="Nine letters and below them what the attacker has at the "
        "chosen noise: sharp, then grainy, then nothing", size=(7.5, 2.4),
        power=slider(-5.0, 0.5, -3.0, step=0.25),
        fixed=dict(secret=secret, stolen=stolen_at, delta=1e-5))

# %% [markdown]
# ## Break it
#
# Must the tablets compute whatever they are sent? They could look at the model first. What would they look for?
#
# ### Your turn
# Write `looks_planted(weights)`: True when a first layer, an array of neurons x 784, is an imprint. Honest layers,
# drawn or trained, must pass.

# %% exercise="global_model_attack.looks_planted"

# %%
check("global_model_attack.looks_planted", looks_planted)

# %%
looks_planted = use("global_model_attack.looks_planted", looks_planted)
disguised = fl.imprint.network(plan, rng, amplification=1000, disguise=1)
honest = fl.gradients.dense_network(seed=5)
first = {name: network[1].weight.detach().cpu().numpy() for name, network in (
    ("planted", model), ("honest", honest), ("disguised", disguised))}

# %%
claim("the planted model is refused", looks_planted(first["planted"]))
claim("an honest one is not", not looks_planted(first["honest"]))
claim("with noise on its rows, as long as they are, the planted layer passes",
      not looks_planted(first["disguised"]))
gradient = fl.client_gradient(disguised, secret, labels)
still = fl.imprint.steal(gradient, plan).recovered(secret).sum()
claim("and at least six of nine letters come out as before", still >= 6)

# %% [markdown]
# So much for the check: it finds the disguises it was written for, and a sharper one may refuse honest models. Garov
# and others (2024) agree in part: the attacks before theirs, this one too, *can* be found by principled checks of
# weights or gradients. Their own, SEER, leaves nothing of the kind: a secret decoder is trained together with the
# model, and reads one letter out of the sum. That no check finds it is not proved; those known do not. And lesson 51's
# exact inversion needs no planted layer at all. Noise needs no check.

# %% [markdown]
# ## All attacks, all defenses
#
# The attacks of lessons 41 and 51 and this one, each against each defense: the share of letters recovered, and for
# membership the members found at a false-positive rate of 1 %, where guessing finds 1 %. Recorded on real letters,
# twenty trials; secure sums are of 32 clients (the imprint has 576 neurons for their 288 letters), pruning drops nine
# tenths, ε is 1.5. For membership the defense acts on every gradient of a training, of eight models. The row computed
# here is of two trials on the letters at hand, drawn or real: it may be off by 0.35.

# %%
table = {attack: {defense: recorded_value(f"matrix_{attack}_{defense}")
                  for defense in this.DEFENSES}
         for attack in (*this.MEMBERSHIP, *this.ATTACKS)}
show(this.draw_matrix, alt="Table of attacks and defenses: only the column of differential "
     "privacy is near zero in every row", size=(9, 3.6), table=table)

# %%
live = {defense: this.share_recovered("imprint", defense, private, public, trials=2, seed=2)
        for defense in this.DEFENSES}
claim("the row of the imprint, computed here, agrees with the recorded one",
      all(abs(live[defense] - table["imprint"][defense]) < 0.35 for defense in this.DEFENSES))
claim("under ε = 1.5 no attack gets a letter, and none finds more members than ε allows",
      max(table[attack]["dp"] for attack in this.ATTACKS) == 0
      and max(table[attack]["dp"] for attack in this.MEMBERSHIP) < np.exp(1.5) * 0.01 + 1e-5)

# %%
recorded("imprint_nine_all_exact_rate", "imprint_nine_36_neurons_rate", "imprint_800_exact",
         "imprint_800_shared_exact", "imprint_10000_exact", "imprint_sigma_eps1_5",
         "dp_recovered", "dp_off_all_recovered_rate")

# %% [markdown]
# Where we know how, the attacker is prepared: out of a sum, matching looks for letters whose label is alone, and out of
# a pruned gradient for the letter with the least ink. A 0 says that *our* attacker failed. The exact inversion makes
# nothing of rounding, pruning or signs, nor of 224 letters in 256 neurons; an honest model's signs hold an outline and
# no grey. The row of the threshold is near guessing: at five false alarms a model, differences below one point are
# chance, also in the column of ε = 1.5. Only that column is low in every row, and for it there is a proof.
#
# You can now say which defense holds against which attack, and which cells of the table are no proof.

# %% [markdown]
# ## With your own vectors, privately
#
# One sum for each client, of rows that are no longer than 1. Here 20 clients have 80 of scikit-learn's digits each, and
# want the mean picture at ε = 1.5, even if two of them tell the server their noise:

# %%
from sklearn.datasets import load_digits

own_rows = load_digits().data[:1_600].reshape(20, 80, 64) / (16 * 8)  # 64 pixels: length 1
own_sums = own_rows.sum(axis=1)
own_noise = [discrete_gaussian(sigma * 2**32 / np.sqrt(18), 64) / 2**32 for _ in own_sums]
own_federation = fl.secagg.Federation(20, lost=0, accomplices=2)
own_total = own_federation.sum(own_sums + own_noise).total
off = np.abs(own_total - own_sums.sum(axis=0)).max() * 16 * 8 / 1_600
claim("the mean of 1,600 pictures is right to two of 16 shades of grey", off < 2)

# %% [markdown]
# Rows that may be longer are clipped first, each by itself. Who is lost takes its share of the noise along, so size the
# shares for those that report at least. The promise is for a row, not for a client.
#
# A layer that you were sent is looked at by `looks_planted(model[0].weight.detach().numpy())`: True is a reason to ask,
# False promises nothing.
#
# **In earnest.** *TensorFlow Federated*, `tff.learning.ddp_secure_aggregator(noise_multiplier,
# expected_clients_per_round)`, is this kind of sum. What people get wrong: noise that the server adds, when it is the
# server that must not see the sum; shares sized for all clients when some are lost or tell; and floating-point noise,
# which does not survive a modulus.

# %% [markdown]
# ## What this does not protect
#
# - The model: noise of $2.58\,C$ drowns a sum of nine, not of thousands: lesson 42.
# - Later rounds: ε here is of one.
# - Against tablets that add no noise, or tell it.
#
# ## Summary
#
# A planted layer sorts letters into cells; the sum keeps the cells apart, and 800 of 800 letters fall out. Differences
# give what birthdays allow, peeling all. Rounding, clipping, dropping, signs are no defenses. Clipping with noise in
# every client's share is one.

# %%
display(quiz("global_model_attack.quiz1"), quiz("global_model_attack.quiz2"),
        quiz("global_model_attack.quiz3"))

# %% [markdown]
# ## References
#
# - *Preserving the privacy of AI training data*, the article this lesson follows: nine neurons, eight of nine letters;
#   none at a budget of 1.5.
# - Fowl, Geiping, Czaja, Goldblum, Goldstein (2022), *Robbing the Fed: directly obtaining private data in federated
#   learning with modified models*, ICLR.
# - Shi and others (2025), *Scale-MIA: a scalable model inversion attack against secure federated learning via latent
#   space reconstruction*, NDSS.
# - Goodrich, Mitzenmacher (2011), *Invertible Bloom lookup tables*: peeling.
# - Kairouz, Liu, Steinke (2021), *The distributed discrete Gaussian mechanism for federated learning with secure
#   aggregation*, ICML.
# - Canonne, Kamath, Steinke (2020), *The discrete Gaussian for differential privacy*, NeurIPS.
# - Garov, Dimitrov, Jovanović, Vechev (2024), *Hiding in plain sight: disguising data stealing attacks in federated
#   learning*, ICLR.
#
# Next: [54 Devices as they are](54_federated_in_the_wild.ipynb).
