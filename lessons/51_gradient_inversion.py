# %% [markdown]
# # Letters stolen from gradients
#
# **You will be able to** say what a client of federated learning sends, read a label, a letter and a whole batch of
# letters out of it, tell a stolen letter from a lucky guess, prove a theft without knowing the letters, and take apart
# defenses that change a gradient and hide nothing.
#
# About 90 minutes. Before it: [00 Start here](00_start_here.ipynb); for the last exercise [11 Four raises and no
# secrets told](11_raises.ipynb). It follows the article *Preserving the privacy of AI training data*, and the
# papers *Deep leakage from gradients* (Zhu, Liu and Han 2019) and *SPEAR* (Dimitrov and others 2024).

# %%
from privlab.lab import *
from privlab import data, fl
from privlab.lessons import gradient_inversion as this

rng = start("51_gradient_inversion", seed=51)

# %% [markdown]
# ## 1. What a client sends
#
# Amara writes by hand on a tablet. Its maker wants to read handwriting better, and promises: *your handwriting never
# leaves your tablet*. Only an update is sent, and from many updates the maker's server improves its model. Here is
# Amara's letter. Does it stay with her?

# %%
private = data.letters().test
(given,), (label,) = this.written("a", private, rng)
pad = letter_pad(given, data.letter_from_strokes, name="an a")
pad

# %% [markdown]
# Draw an *a*, and it is yours that Amara wrote. Then run on:

# %%
secret = pad.letter
show(data.pictures.draw_letters, alt="A handwritten letter a, white on black",
     size=(2.4, 2.4), letters=[secret], titles=["Amara's a"])

# %% [markdown]
# Learning together without pooling data is called *federated learning*. A **client** (the tablet) has data,
# a **server** has the model, and in each **round**:
#
# > The server sends its model. The client computes the **gradient**, how its loss changes with every weight and bias of
# > the model, and sends it. The server takes a step against it.
#
# The server is *honest but curious*: it follows the protocol and looks at all it gets. The model is small: 784 pixels,
# 256 neurons, 26 letters.
#
# > **Predict.** The cell prints the last 26 numbers of the gradient, one for each letter's bias. What can be read from
# > them?

# %%
predict("gradient_inversion.last_numbers")

# %%
fresh = fl.gradients.dense_network(seed=12, activation="relu")
gradient = fl.client_gradient(fresh, secret, label)
print(f"{len(gradient.numbers):,} numbers; the last 26:\n{gradient.biases[-1].round(2)}")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("gradient_inversion.last_numbers", "which letter she wrote")

# %% [markdown]
# Two hundred thousand numbers, and no picture. But one of the 26 is negative, and it is the first. That is no accident.
# The network turns its 26 outputs into probabilities $p$, its loss is $-\ln p_\text{true}$, and then
#
# $$\frac{\partial\,\text{loss}}{\partial b_k} = p_k - [k\text{ is the true letter}] .$$
#
# All probabilities are positive; only at the true letter is 1 taken off.
#
# ### Your turn
# Write `infer_label(last_bias_gradient)`: the place 0..25 of the letter, from an array of 26 numbers.

# %% exercise="gradient_inversion.infer_label"

# %%
check("gradient_inversion.infer_label", infer_label)

# %% [markdown]
# Nobody opened the tablet, and the server knows *which* letter it was. Surely not *how* she wrote it?
#
# You can now say what a client sends, and why one sign among 26 numbers is the label.

# %% [markdown]
# ## 2. One division
#
# A neuron of the first layer computes $z = w \cdot x + b$ from the letter $x$. Let $d$ stand for
# $\partial\,\text{loss}/\partial z$, whatever number that is. By the chain rule
#
# $$\frac{\partial\,\text{loss}}{\partial w} = d\,x, \qquad \frac{\partial\,\text{loss}}{\partial b} = d .$$
#
# > **Inversion by division.** The weights' gradient of one neuron over its bias's gradient is the letter: $d\,x / d =
# > x$.
#
# One neuron alone gives the whole letter back: for the pixels 0, 0.5, 1 and $d = 0.2$ its weights get 0, 0.1, 0.2.
# Divided by 0.2, there they are. The server needs no second neuron, and not even the model.
#
# > **Predict.** A row of Amara's weight gradient has 784 numbers, one for each pixel. Laid out as a picture, what will
# > the first six rows look like?

# %%
predict("gradient_inversion.first_rows")

# %%
infer_label = use("gradient_inversion.infer_label", infer_label)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the server knows that Amara wrote an a", infer_label(gradient.biases[-1]) == 0)
show(this.draw_rows, alt="Six rows of the weight gradient as pictures: some show the letter, "
     "lighter or darker than the grey around it, the others are plain grey",
     panels=6, size=(6.6, 1.4), weights=gradient.weights[0])
outcome("gradient_inversion.first_rows", "some show the letter, others nothing")

# %% [markdown]
# Every row that is not zero is the letter, times a number: bright where $d$ is positive, dark where it is negative.
# Neurons whose sum was negative did not *fire*: a ReLU passes nothing back through them, $d = 0$, and there is nothing
# to divide by.
#
# ### Your turn
# Write `divide(weight_gradient, bias_gradient)`: the 784 pixels, from an array of n x 784 numbers and one of n. Take a
# neuron that fired.

# %% exercise="gradient_inversion.divide"

# %%
check("gradient_inversion.divide", divide)

# %% [markdown]
# Is what comes out her letter, or nearly? *Letters all look alike*, shrugs the maker, *any a resembles hers*. So the
# question needs strict answers:
#
# > **Byte-exact.** All 784 pixels equal the true whole numbers 0..255 after rounding.
# >
# > **Recovered.** The mean squared error, on pixels from 0 to 1, is under 0.001.
# >
# > **Chance score.** The error of the thief who has no gradient: the nearest letter in a public collection.
#
# And a **negative control** gives the same attacker what cannot hold her letter: another client's gradient, and random
# numbers.
#
# > **Predict.** Of 300 private letters, how many have a public one so near that it counts as *recovered*?

# %%
predict("gradient_inversion.recovered_by_chance")

# %%
divide = use("gradient_inversion.divide", divide)
pixels = divide(gradient.weights[0], gradient.biases[0])
stolen = np.asarray(pixels, dtype=float).reshape(28, 28)
byte_exact, recovered = fl.gradients.byte_exact, fl.gradients.recovered

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the server has Amara's letter, byte for byte", byte_exact(stolen, secret))
other = fl.client_gradient(fl.gradients.dense_network(2), *this.written("a", private, rng))
noise = gradient.map(lambda part: rng.normal(size=part.shape))
for name, sent in (("another client's gradient", other), ("random numbers", noise)):
    claim(f"from {name} the attacker does not recover her letter",
          not recovered(fl.gradients.invert_by_division(sent), secret))

many = rng.choice(len(private), 300, replace=False)
public = data.public_letters().images
_, errors = fl.gradients.nearest_public(private.images[many], public)
show(this.draw_nearest, alt="Histogram of the nearest public letter's error for 300 private "
     "letters; all of it lies right of the line at 0.001", errors=errors)
claim("chance recovers none of 300 letters", not (errors < 0.001).any())
outcome("gradient_inversion.recovered_by_chance", (errors < 0.001).sum())

# %% [markdown]
# None by chance, and nothing out of noise: a letter that is recovered was stolen, not guessed.
#
# You can now say why one row over its bias is the letter, and what must be compared before one speaks of a theft.

# %% [markdown]
# ## 3. Seven letters, by matching
#
# The maker changes two things. The tablet waits until Amara has written seven letters and sends *one* gradient, the
# average of all seven. And the neurons become smooth ones, sigmoids. The quotient of a row is now a blend of seven
# letters. Is the word safe?

# %%
smooth = fl.gradients.dense_network(seed=3, activation="sigmoid")
word, word_labels = this.written("privacy", private, rng)
word_seen = fl.client_gradient(smooth, word, word_labels)
quotients = word_seen.weights[0][:7] / word_seen.biases[0][:7, None]
show(this.draw_batches,
     alt="The seven letters of the word privacy, and below them seven blurs",
     size=(6.4, 2.2), rows=[word, quotients.reshape(7, 28, 28)], titles=["written", "divided"])

# %% [markdown]
# It is not safe, because there is a way that needs no formula. The server has the model and can compute the gradient of
# any pictures it likes:
#
# > **Gradient matching** (Zhu, Liu and Han 2019). Start with random pixels. Compute the gradient that they would have;
# > change them so that it comes nearer to the gradient seen: minimise $\lVert \nabla(x') - g \rVert^2$ over $x'$.
#
# A real gradient has far more numbers than seven letters have pixels, so it is unlikely that other pictures have the
# same gradient.
#
# One function computes both gradients, the one the tablet sent and the one of the server's pictures:

# %%
source(fl.gradients.loss_gradient)

# %% [markdown]
# The labels come first. A fresh model gives every letter nearly the same probabilities $p$. So the last bias gradient,
# the average of seven, is nearly $p$ less a seventh for each time that a label occurs, and seven times $(p -
# \text{gradient})$ counts the labels. Then the article walks downhill in plain steps (*stochastic gradient descent*).
# Somebody must choose their learning rate. L-BFGS learns the curvature on the way, and chooses by itself.
#
# > **Predict.** Plain steps with a learning rate of 100, with one of 1,000, and L-BFGS may take 100 steps each. Which
# > get all seven letters back, byte for byte?

# %%
predict("gradient_inversion.letters_matched")

# %%
guessed = fl.gradients.infer_labels(word_seen, smooth, 7)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("the labels counted are those of the word", guessed == sorted(word_labels))
limit = dict(iterations=100, seed=1)
plain = {f"plain steps of {rate:,}": fl.gradients.match_batch(
    word_seen, smooth, guessed, **limit, learning_rate=rate) for rate in (100, 1_000)}
attack = fl.gradients.match_batch(word_seen, smooth, guessed, **limit)
arranged, matched = fl.gradients.arranged, fl.gradients.matched  # each to its true letter
for name, attempt in (plain | {"L-BFGS": attack}).items():
    print(f"{name}: {matched(attempt.image, word)[1].sum()} of 7 letters byte-exact")
explore(this.draw_batch_matching, alt="The word above, and below it what the server has after "
        "the chosen number of iterations: noise first, the same letters at the end",
        size=(6.4, 2.2), iterations=slider(0, 12, 0, play=True), fixed=dict(
            truths=word, path=[arranged(pictures, word) for pictures in attack.path]))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
arrived = [name for name, attempt in plain.items() if matched(attempt.image, word)[1].all()]
outcome("gradient_inversion.letters_matched",
        ["L-BFGS alone", "L-BFGS, and " + "".join(arrived), "all three"][len(arrived)])

# %% [markdown]
# The eye reads the word long before the bytes are right. Plain steps arrive too, where the learning rate is right; with
# 100 they are still on the way. How does the server know when to stop? It compares gradients, which needs no truth.
#
# Encouraged, Amara's friend Ben writes another word of seven letters: *secrets*. Its letters s and e come twice.
#
# > **Predict.** How many of Ben's seven letters come back?

# %%
predict("gradient_inversion.bens_letters")

# %%
ben, ben_labels = this.written("secrets", private, rng)
ben_seen = fl.client_gradient(smooth, ben, ben_labels)
counted = fl.gradients.infer_labels(ben_seen, smooth, 7)
attack = fl.gradients.match_batch(ben_seen, smooth, counted, **limit)
errors, _ = matched(attack.image, ben)
close = [letter for letter, error in zip("secrets", errors) if error < 0.001]

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("3 of 7 are recovered, c, r and t: their labels are alone", close == ["c", "r", "t"])
outcome("gradient_inversion.bens_letters", len(close))

# %% [markdown]
# Two letters of one label send back nearly the same numbers: a fresh model gives both nearly the same probabilities.
# The gradient holds their *sum* well and each of them badly, and matching crawls: many more steps bring the others a
# little nearer. The article reports 3 of 7; a batch with repeated labels would look like that, which is our guess: it
# does not print its batch. It is a limit of the *method*. Is it one of the gradient?
#
# You can now say how matching works, and which batches slow it down.

# %% [markdown]
# ## 4. Seven letters, exactly
#
# Back to the ReLU network. For a letter $x_i$ its neurons get back numbers $d_i$, and the first layer's gradient is
# $G = \sum_i d_i\,x_i^\top$. Three facts take it apart:
#
# > 1. Seven different letters make $G$ a matrix of **rank** seven: its eighth singular value is zero. *How many there
# >    are is not secret.*
# > 2. A ReLU that is silent for letter $i$ gets back nothing: $d_i$ is **zero** there, for about half of the neurons.
# > 3. Mixtures of several $d_i$ have far fewer zeros. *The directions with most zeros are the letters'.*

# %%
model = fl.gradients.dense_network(seed=5)
relu_seen = fl.client_gradient(model, ben, ben_labels)
values = np.linalg.svd(relu_seen.weights[0], compute_uv=False)
claim("the eighth singular value is a billionth of the seventh", values[7] < 1e-9 * values[6])
back = relu_seen.weights[0] @ np.linalg.pinv(ben.reshape(7, 784) / 255)  # column i is d_i
mixture = back[:, 0] + 0.5 * back[:, 1]
for name, numbers in (("s", back[:, 0]), ("e", back[:, 1]), ("s + e / 2", mixture)):
    print(f"{name:<10} {(np.abs(numbers) < 1e-9).sum():>4} zeros of 256")

# %% [markdown]
# How does one find a $d_i$ among all mixtures of seven? The singular value decomposition gives a matrix $U$, a **row**
# of seven numbers for each neuron, and every mixture is $U q$ for some seven numbers $q$. So is each $d_i$, for a $q$
# that nobody knows.
#
# **Guess six neurons.** Six rows of $U$ leave one direction $q$ on which all six vanish. If by luck all six neurons
# were silent for the same letter, then $U q$ is that letter's $d_i$, up to a factor, and its other silent neurons
# vanish too, dozens at once: count the zeros. Luck has a chance of $2^{-6}$ for each letter, and a computer guesses
# thousands of times a second. (Dimitrov and others 2024, *SPEAR*, in our reading.)
#
# ### Your turn
# Write `direction(rows)`: the numbers $q$, not all 0, with $\text{row} \cdot q = 0$ for each of the `rows`, an array of
# 6 x 7 numbers. Any length and either sign will do. The check tries 1 x 2 to 8 x 9 as well.

# %% exercise="gradient_inversion.direction"

# %%
check("gradient_inversion.direction", direction)

# %%
direction = use("gradient_inversion.direction", direction)
left = np.linalg.svd(relu_seen.weights[0])[0][:, :7]  # U: seven numbers for each neuron
fired = np.linalg.norm(left, axis=1) > 1e-9      # by at least one letter
left = left[fired]
sixes = (rng.choice(len(left), 6, replace=False) for _ in range(1_000))
guesses = np.array([left @ np.ravel(direction(left[six])) for six in sixes
                    if np.linalg.matrix_rank(left[six]) == 6],  # else they leave several
                   dtype=float)
guesses /= np.abs(guesses).max(axis=1, keepdims=True)
zeros = (np.abs(guesses) < 1e-9).sum(axis=1)

# %%
best = guesses[zeros.argsort()[-5:]]
alike = np.abs(np.corrcoef(best, back[fired].T)[:5, 5:])  # with the true d_i
claim("half of the guesses have fewer than 30 zeros, the best has more than 60",
      np.median(zeros) < 30 and zeros.max() > 60)
claim("and each of the five with most zeros is one of Ben's seven, up to a factor",
      (alike.max(axis=1) > 0.999).all())

# %% [markdown]
# The course's code takes seven rows at a time and gets seven directions at once. The inverse of their matrix does it:
# its column $j$ is zero on all rows but row $j$.

# %%
source(fl.gradients.vanishing)

# %%
taken = fl.gradients.invert_relu_layer(relu_seen, model, rng)
print(taken.reason)
claim("the attacker found out the batch size", taken.batch_size == 7)
claim("7 of 7 letters byte-exact, repeated labels or not", matched(taken.images, ben)[1].all())
show(this.draw_batches,
     alt="The word secrets as it was written, and the same letters got back",
     size=(6.4, 2.2), rows=[ben, arranged(taken.images, ben)], titles=["written", "got back"])

# %% [markdown]
# The attacker said *certified* and has never seen Ben's letters. Its proof needs no truth: for the letters it found,
# and the model it knows, it computes which neurons **fire**, and compares with the neurons that got something **back**.
# All $7 \cdot 256$ must agree; wrong letters would have to agree by luck at 1,792 places. It says *at least* seven
# different letters: a letter that was sent twice, or is a mixture of others, adds no rank.
#
# ### Your turn
# Write `certified(images, weights, biases, came_back)`: True when the letters explain the gradient. `images` [B, 784],
# `weights` [m, 784], `biases` [m]; `came_back` [B, m] is zero where nothing came back.

# %% exercise="gradient_inversion.certified"

# %%
check("gradient_inversion.certified", certified)

# %% [markdown]
# A control: the same attacker, with another model's weights, and with a gradient of random numbers. And one more repair
# by the maker: a **convolution** in front, small kernels sliding over the picture. The dense layer behind it gives up
# what the convolution passed on, over a thousand known sums of pixels for each letter; 784 pixels follow by solving
# linear equations.

# %%
another = fl.gradients.dense_network(seed=6)
wrong = fl.gradients.invert_relu_layer(relu_seen, another, rng, sets=2000)
claim("control: with another model nothing is certified", not wrong.certified)
noise = relu_seen.map(lambda part: rng.normal(size=part.shape))
nothing = fl.gradients.invert_relu_layer(noise, model, rng)
print("control, random numbers:", nothing.reason)
sliding = fl.gradients.convolution_dense_network(seed=2)
passed = fl.client_gradient(sliding, ben, ben_labels)
taken = fl.gradients.invert_convolution(passed, sliding, rng)
claim("through the convolution: certified, 7 of 7 byte-exact",
      taken.certified and matched(taken.images, ben)[1].all())

# %% [markdown]
# All this is no property of letters. `fl.attack` points it at any torch model: it watches the model run, says which
# attacks apply and which not and why, and gives its evidence. Here on three small colour pictures that are not from 0
# to 1, and a model that somebody wrote in a hurry:

# %%
import torch
from torch.nn.functional import cross_entropy

first, last = torch.nn.Linear(3 * 16 * 16, 96, bias=False), torch.nn.Linear(96, 40)

class Hurried(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = first, last

    def forward(self, x):
        return self.last(self.first(x.flatten(1)).clamp(min=0))

# %%
hurried = Hurried()
with torch.no_grad():
    for part in hurried.parameters():
        part.copy_(torch.from_numpy(rng.normal(0, 0.05, part.shape)))
pictures, kinds = torch.from_numpy(rng.normal(size=(3, 3, 16, 16))), torch.tensor([5, 39, 5])
loss = cross_entropy(hurried.double()(pictures), kinds)
sent = torch.autograd.grad(loss, list(hurried.parameters()))
report = fl.attack(hurried, cross_entropy, sent, input_shape=(3, 16, 16))
print(report.best.name, report.best.reason, sep="\n")
claim("three of three, with their labels, without biases",
      report.best.errors(pictures).max() < 1e-12 and sorted(report.best.labels) == [5, 5, 39])

# %% [markdown]
# You can now say how zeros tell letters apart, and what a certificate proves that a picture does not.

# %% [markdown]
# ## 5. Where it breaks
#
# So far everything favoured the thief: 64-bit numbers, fresh weights, one step, seven letters. Real clients send 32 or
# 16 bits; they take several steps and send what changed (an **update**, *federated averaging*); the model is trained.
#
# > **Predict.** Which of these saves the letters?

# %%
predict("gradient_inversion.which_saves")

# %%
sizes, trials = (1, 3, 5, 7, 9), 2
ways = {"64 bits": {}, "32 bits": dict(precision="float32"), "5 steps": dict(steps=5),
        "16 bits": dict(precision="float16")}
whole = {name: this.whole_batches(private, sizes, trials=trials, **way)
         for name, way in ways.items()}
nearest = this.whole_by_nearest(private, public, sizes, trials=trials)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
explore(this.draw_breaks, alt="How many of two batches came back whole, over the batch size: "
        "all for 64 and 32 bits and five steps, none beyond one letter for 16 bits, or by "
        "chance",
        which=choice(list(whole)),
        fixed=dict(sizes=sizes, whole=whole, trials=trials, nearest=nearest))

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("gradient_inversion.which_saves", "16 bits")

# %% [markdown]
# Thirty-two bits and five steps save nothing: the letters are the same in each step, so the rank stays, and so do most
# zeros; the attacker repeats the client's steps to check. Sixteen bits blur the zeros, and *this* attacker gets a
# single letter, and fails with three or more. It was not built for sixteen bits: a failed attack proves nothing.
#
# A trained model? Early in a training some neurons come to fire for nearly every letter and others for none: fewer tell
# letters apart, and the search is longer. Later it gets easier again. The curves are recorded, on real letters: ten
# batches at each point, of 3, 5 and 7 letters.

# %%
middle = fl.gradients.trained(model, data.letters().train, steps=300, seed=1)
taken, exact = this.inversion_trial(private, 4, rng, model=middle)
claim("a model in its training: 4 of 4, certified", taken.certified and exact.all())
_, errors = fl.gradients.nearest_public(ben, public)
claim("chance, beside all this: none of Ben's letters recovered", (errors > 0.001).all())

# %%
name, stages = "inversion_batch{}_trained{}_rate", (0, 50, 100, 200, 300, 625, 1250, 3000)
rates = {size: {steps: recorded_value(name.format(size, steps)) for steps in stages}
         for size in (3, 5, 7)}
show(this.draw_stages, alt="Whole batches over steps of training: of 7 letters eight "
     "of ten batches come back after 50 steps, else all", size=(6.4, 3.6), rates=rates,
     nearest=recorded_value("inversion_chance_recovered") / 300)
recorded("inversion_chance_recovered", "inversion_batch7_all_exact_rate",
         "inversion_batch7_seconds", "inversion_batch7_float32_rate",
         "inversion_batch7_float16_rate", "inversion_batch7_update5_rate",
         "inversion_batch7_convolution_rate", "inversion_batch16_all_exact_rate",
         "inversion_batch16_seconds",
         *(f"inversion_batch{size}_exact" for size in (20, 22, 24)))

# %% [markdown]
# 10 *trials* are ten batches; 20, 22 and 24 letters are one batch each, on 1,024 neurons. We aimed at every stage of
# training: after 50 steps two of ten batches of seven resist, nowhere else does one. Each letter more halves the chance
# of a lucky guess. So large batches take long, and luck decides how long: a first 24 were given up after nine minutes,
# others fell within one. `python3 course.py benchmarks inversion --full` does it, on a GPU where there is one.
#
# ## Break it
#
# The maker tries three more repairs. The tablet multiplies the gradient by a **secret number**; it rounds one letter's
# gradient to **half precision**; it **leaves out the bias gradients**, so that there is nothing to divide by.
#
# > **Predict.** Which of the three keeps Amara's letter?

# %%
predict("gradient_inversion.which_keeps")

# %% [markdown]
# Against the third: a row is still the letter, at an unknown brightness. But pixels are whole bytes, so try every
# brightness of the brightest pixel, and keep the one that makes all the others whole.

# %%
scaled = gradient.map(lambda part: 0.0137 * part)
half = gradient.map(lambda part: part.astype(np.float16))
divided = fl.gradients.invert_by_division

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
claim("a secret number cancels", byte_exact(divided(scaled), secret))
claim("half precision is precise enough", byte_exact(divided(half), secret))

row = gradient.weights[0][np.abs(gradient.weights[0]).sum(axis=1).argmax()].reshape(28, 28)
shape = row / row.flat[np.abs(row).argmax()]
bright = [top for top in range(128, 256)
         if np.allclose(top * shape, np.rint(top * shape), rtol=0, atol=1e-6)]
claim("without biases one brightness alone fits, and with it the letter is byte-exact",
      len(bright) == 1 and byte_exact(bright[0] * shape / 255, secret))
outcome("gradient_inversion.which_keeps", "none of them")

# %% [markdown]
# None of them. Each changed the numbers and left the information. What hides a number is known from lesson
# 11: **shares**. Let the tablet cut its gradient in two and send the halves to two servers that do not talk.
#
# ### Your turn
# Write `split(numbers)`: two arrays that add up to `numbers`, modulo $2^{64}$, each telling nothing. `numbers` is the
# gradient in fixed point, an array of `uint64`, whose `+` and `-` are modulo $2^{64}$ already. Draw from `secrets`, the
# operating system's generator: `rng` has a seed, printed above, and whoever knows it can repeat its numbers. The check
# attacks your shares.

# %% exercise="gradient_inversion.split"

# %%
check("gradient_inversion.split", split)

# %%
split = use("gradient_inversion.split", split)
numbers = np.rint(gradient.numbers * 2**40).astype(np.int64).view(np.uint64)
first, second = split(numbers)
claim("together the shares are the gradient", np.array_equal(first + second, numbers))
share = first.view(np.int64).astype(float)  # one server's view: neuron 0's row over its bias
from_share = (share[:784] / share[256 * 784]).reshape(28, 28)
claim("one server alone recovers nothing", not recovered(from_share, secret))

# %% [markdown]
# You can now say which changes of a gradient hide nothing, and what hides it from each of two servers.

# %% [markdown]
# ## With your own model
#
# A torch model, its loss, and the gradient that a client would send. Here four of scikit-learn's digits, once with a
# ReLU and once with a smooth neuron:

# %%
from sklearn.datasets import load_digits

own_inputs, own_kinds = load_digits().images[:4] / 16, load_digits().target[:4]  # yours
own_inputs, own_kinds = torch.as_tensor(own_inputs), torch.as_tensor(own_kinds)
for neurons in (torch.nn.ReLU(), torch.nn.Tanh()):
    torch.manual_seed(51)
    own_model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 100), neurons,
                                    torch.nn.Linear(100, 10)).double()
    own_loss = cross_entropy(own_model(own_inputs), own_kinds)
    own_sent = torch.autograd.grad(own_loss, list(own_model.parameters()))
    own_report = fl.attack(own_model, cross_entropy, own_sent, input_shape=(8, 8))
    print(f"{own_report.best.name}: {own_report.best.reason}")

# %% [markdown]
# `print(own_report)` says what else was tried and why it does not apply; when nothing comes back,
# `docs/why_did_my_attack_fail.md` says what to look for. Give it the model in the mode, `train()` or `eval()`, in which
# the client worked, and the steps that the client took. Batches of dozens, wide pictures and 16 bits stop it, which is
# no promise.
#
# **In earnest.** *breaching* has priors for photographs, text and planted models. What people get wrong: to compare
# with the truth in another order or another normalisation; to attack the loss that they meant and not the one that was
# taken; and to call a failed attack a defense.

# %% [markdown]
# ## What this does not protect
#
# - *The data never leave the device* helps against a lost database, not against whoever collects the updates.
# - Two shares protect while their servers do not talk. Once the sum over a few clients is opened, the sum can be
#   inverted: [52 The sum and nothing but the sum](52_secure_aggregation.ipynb).
# - Batches beyond 24 letters were not robbed here: expensive, not impossible. With every letter more, the chance of a
#   lucky guess halves.
# - Sixteen bits stopped this attacker. That is no proof against the next one.
# - A repair counts only against an attacker who knows of it.
#
# ## Summary
#
# The gradient of one letter holds its label and, behind a dense layer, the letter: a row over its bias. A batch comes
# back by matching where labels differ, and exactly, whatever the labels, where neurons fall silent; the attacker proves
# it without the truth. Chance recovers none. Changing a gradient is not hiding it.

# %%
display(quiz("gradient_inversion.quiz1"), quiz("gradient_inversion.quiz2"))

# %% [markdown]
# ## References
#
# - *Preserving the privacy of AI training data*, the article this lesson follows; it inverts one sample exactly, and
#   three of a batch of seven.
# - Zhu, Liu, Han (2019), *Deep leakage from gradients*, NeurIPS, arXiv 1906.08935: matching.
# - Zhao, Mopuri, Bilen (2020), *iDLG: improved deep leakage from gradients*, arXiv 2001.02610: the label from a sign.
# - Phong, Aono, Hayashi, Wang, Moriai (2018), *Privacy-preserving deep learning via additively homomorphic encryption*,
#   IEEE TIFS 13(5): the division.
# - Dimitrov, Baader, Müller, Vechev (2024), *SPEAR: exact gradient inversion of batches in federated learning*,
#   NeurIPS, arXiv 2403.03945: the zeros.
# - McMahan, Moore, Ramage, Hampson, Agüera y Arcas (2017), *Communication-efficient learning of deep networks from
#   decentralized data*, AISTATS: federated learning.
#
# Next: [52 The sum and nothing but the sum](52_secure_aggregation.ipynb).
