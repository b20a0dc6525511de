# %% [markdown]
# # A letter stolen from a gradient
#
# **You will be able to** say what a client of federated learning sends, read a label and a letter out of it, tell a stolen letter from a lucky guess,
# and take apart three defenses that change the gradient and hide nothing.
#
# About 60 minutes. Before it: [00 Start here](00_start_here.ipynb); for the last exercise [11 Four raises and no secrets told](11_raises.ipynb).
# It follows the article *Preserving the privacy of AI training data* and the paper *Deep leakage from gradients* (Zhu, Liu and Han 2019).

# %%
from privlab.lab import *

rng = start("51_gradient_inversion", seed=51)

# %% [markdown]
# ## 1. What a client sends
#
# Amara writes by hand on a tablet. Its maker wants to read handwriting better, and promises: *your handwriting never leaves your tablet*. Only an
# update is sent, and from many updates the maker's server improves its model. Here is Amara's letter. Does it stay with her?

# %%
from privlab.data import letters, public_letters
from privlab.fl.pictures import *

private = letters().test
place = np.flatnonzero(private.labels == 0)[0]  # 0 is a, 25 is z
secret, label = private.images[place], private.labels[place]
show(draw_letters, alt="One handwritten letter a, white on black", size=(2.4, 2.4), letters=[secret], titles=["Amara's a"])

# %% [markdown]
# Learning together without pooling data is called *federated learning*. A **client** (the tablet) has data, a **server** has the model, and in each **round**:
#
# > The server sends its model. The client computes the **gradient**, how its loss changes with every weight and bias of the model, and sends it.
# > The server takes a step against it.
#
# The server is *honest but curious*: it follows the protocol and looks at all it gets. The model is small: 784 pixels, 256 neurons, 26 letters.

# %%
from privlab.fl import client_gradient, dense_network

model = dense_network(seed=1, activation="relu")
gradient = client_gradient(model, secret, label)
print(f"Amara's tablet sends {len(gradient.numbers):,} numbers")

# %% [markdown]
# Two hundred thousand numbers, and no picture. Begin with few of them: the gradient of the last 26 biases, one for each letter.
#
# > **Predict.** What can be read from these 26 numbers?

# %%
for half in (slice(0, 13), slice(13, 26)):
    print(" ".join(f"{number:+.2f}" for number in gradient.biases[-1][half]))

# %% [markdown]
# One of them is negative, and it is the first. That is no accident. The network turns its 26 outputs into probabilities $p$, its loss is $-\ln p_\text{true}$, and then
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

# %%
infer_label = use("gradient_inversion.infer_label", infer_label)
found = "abcdefghijklmnopqrstuvwxyz"[infer_label(gradient.biases[-1])]
print(f"Amara wrote: {found}")
claim("the server knows which letter Amara wrote", found == "a")

# %% [markdown]
# Nobody opened the tablet. *Which* letter it was is gone; surely not *how* she wrote it?
#
# ## 2. One division
#
# A neuron of the first layer computes $z = w \cdot x + b$ from the letter $x$. Let $d$ stand for $\partial\,\text{loss}/\partial z$, whatever number that is. By the chain rule
#
# $$\frac{\partial\,\text{loss}}{\partial w} = d\,x, \qquad \frac{\partial\,\text{loss}}{\partial b} = d .$$
#
# > **Inversion by division.** The weights' gradient of one neuron over its bias's gradient is the letter: $d\,x / d = x$.
#
# A letter of three pixels and two neurons:

# %%
x, d = np.array([0.0, 0.5, 1.0]), np.array([0.2, -0.1])
weight_gradient, bias_gradient = np.outer(d, x), d
print(weight_gradient[1] / bias_gradient[1])

# %% [markdown]
# The second neuron alone gave the whole letter back. The server needs no second one, and not even the model.
#
# > **Predict.** A row of Amara's weight gradient has 784 numbers, one for each pixel. Laid out as a picture, what will the first six rows look like?

# %%
show(draw_rows, alt="Six rows of the weight gradient as pictures: some show the letter, lighter or darker than the grey around it, the others are plain grey",
     panels=6, size=(6.6, 1.6), weights=gradient.weights[0])

# %% [markdown]
# Every row that is not zero is the letter, times a number: bright where $d$ is positive, dark where it is negative. Neurons whose sum was negative did
# not *fire*: a ReLU passes nothing back through them, $d = 0$, and there is nothing to divide by.
#
# ### Your turn
# Write `divide(weight_gradient, bias_gradient)`: the 784 pixels, from an array of n x 784 numbers and one of n. Take a neuron that fired.

# %% exercise="gradient_inversion.divide"

# %%
check("gradient_inversion.divide", divide)

# %%
divide = use("gradient_inversion.divide", divide)
stolen = divide(gradient.weights[0], gradient.biases[0]).reshape(28, 28)

# %% [markdown]
# Is that her letter, or nearly? *Nearly* would not impress, so the question needs a strict answer:
#
# > **Byte-exact.** A reconstruction, with pixels from 0 to 1, is byte-exact when all 784 pixels equal the true whole numbers 0..255 after rounding.
#
# ### Your turn
# Write `byte_exact(reconstruction, truth)`: True or False, for an array of floats and one of bytes.

# %% exercise="gradient_inversion.byte_exact"

# %%
check("gradient_inversion.byte_exact", byte_exact)

# %%
byte_exact = use("gradient_inversion.byte_exact", byte_exact)
claim("the server has Amara's letter, byte for byte", byte_exact(stolen, secret))

# %% [markdown]
# One letter may be luck. Twenty, each from a network with new random weights, are not:

# %%
from privlab.fl import invert_by_division

some = rng.choice(len(private), 20, replace=False)
seen = [client_gradient(dense_network(seed), private.images[i], private.labels[i]) for seed, i in enumerate(some)]
exact = [byte_exact(invert_by_division(each), private.images[i]) for each, i in zip(seen, some)]
print(f"{sum(exact)} of 20 letters came back byte for byte")
claim("division returns every letter", all(exact))

# %% [markdown]
# ## 3. What chance would get
#
# The tablet's maker shrugs: *letters all look alike; any a resembles hers*. Fair. An attack must beat the thief who has no gradient at all, and owns
# a collection of public letters. The best he can hope for is that one of them happens to be close.
#
# > **Chance score.** The mean squared error, on pixels from 0 to 1, between a private letter and the nearest public one.
# > We call a letter **recovered** when the error is under 0.001.
#
# For Amara's letter:

# %%
from privlab.fl import mean_squared_error, nearest_public, recovered

public = public_letters().images
nearest, error = nearest_public(secret, public)
show(draw_theft, alt="Three pictures: Amara's letter, the stolen one, which is the same, and the nearest public letter, which differs",
     panels=3, size=(6.4, 2.5), secret=secret, stolen=stolen, public=public[nearest[0]])

# %% [markdown]
# Hundreds of pixels agree by chance, since most of every letter is black: a count of pixels impresses more than it should. The error does not.
#
# > **Predict.** Of 300 private letters, how many have a public one that counts as *recovered*?

# %%
errors = nearest_public(private.images[:300], public)[1]
show(draw_chance, alt="Histogram of the nearest public letter's error for 300 private letters; all of it lies right of the line at 0.001", errors=errors)
claim("chance recovers none of 300 letters", not (errors < 0.001).any())

# %% [markdown]
# So a recovered letter was not guessed. One more doubt: does the attack get *this* letter out of *this* gradient, or a letter out of anything? A **negative control**
# gives the same attacker what cannot hold Amara's letter: another client's gradient, and random numbers.

# %%
noise = gradient.each(lambda part: rng.normal(size=part.shape))
for name, other in (("another client's gradient", seen[0]), ("random numbers", noise)):
    claim(f"from {name} the attacker does not recover her letter", not recovered(invert_by_division(other), secret))

# %% [markdown]
# ## 4. Without a division
#
# The maker changes the model: the first layer is now a *convolution*, one small 5x5 kernel that slides over the picture. Its gradient adds up what
# all places pass back, and the quotient is a blend of 5x5 patches. Is the letter safe now?

# %%
from privlab.fl import convolutional_network

sliding = convolutional_network(seed=2)
seen_sliding = client_gradient(sliding, secret, label)
blend = seen_sliding.weights[0][0] / seen_sliding.biases[0][0]
print(f"the quotient has {blend.size} numbers, the letter {secret.size}")

# %% [markdown]
# It is not safe, because there is a way that needs no formula. The server knows the model and can compute the gradient of any picture it likes:
#
# > **Gradient matching** (Zhu, Liu and Han 2019). Start with random pixels. Compute the gradient that they would have; change them so that it comes nearer
# > to the gradient seen: minimise $\lVert \nabla(x') - g \rVert^2$ over $x'$.
#
# The tiny example has one pixel $x$, one weight 2 and the gradient $(2x - 1)\,x$. The true pixel is 0.8; the attacker sees only 0.48:

# %%
gradient_of = lambda pixel: (2 * pixel - 1) * pixel
guess = 1.0
for _ in range(100):
    guess -= 0.05 * 2 * (gradient_of(guess) - gradient_of(0.8)) * (4 * guess - 1)
print(f"{guess:.3f}")

# %% [markdown]
# Step by step to 0.8. (Start at -1 and you end at -0.3, which has the same gradient; with more numbers seen than pixels sought, such twins go.)
#
# For a real letter the steps are L-BFGS's, a method that learns the curvature on the way. It wants a smooth network, so take a sigmoid first, and infer the label
# as before.
#
# > **Predict.** Below, the middle picture is all that the server saw. After how many iterations can you read the right one?

# %%
from privlab.fl import match_gradient

smooth = dense_network(seed=3, activation="sigmoid")
seen_smooth = client_gradient(smooth, secret, label)
attack = match_gradient(smooth, seen_smooth, infer_label(seen_smooth.biases[-1]), seed=1)
explore(draw_matching, alt="Three pictures: the letter, the gradient as grey noise, and the reconstruction after the chosen number of iterations",
        panels=3, size=(6.4, 2.5), iterations=slider(0, 20, 20),
        fixed=dict(secret=secret, seen=gradient_picture(seen_smooth.numbers), path=attack.path))

# %% [markdown]
# Three or four are enough for the eye, and soon after every byte is right. Now the convolution, which has more to untangle:

# %%
attack_sliding = match_gradient(sliding, seen_sliding, infer_label(seen_sliding.biases[-1]), seed=1)
explore(draw_matching, alt="Three pictures as before, for the convolutional network: it takes more iterations until the letter can be read",
        panels=3, size=(6.4, 2.5), iterations=slider(0, 200, 200, step=5),
        fixed=dict(secret=secret, seen=gradient_picture(seen_sliding.numbers), path=attack_sliding.path))

# %% [markdown]
# It takes some ten times as many, and ends at the same place. How does the server know that it may stop? It compares gradients, which needs no
# truth: when the picture's gradient *is* the one seen, the picture is the letter.

# %%
for name, each in (("sigmoid", attack), ("convolutional", attack_sliding)):
    claim(f"{name} network: the gradients match and the letter is byte-exact", each.matched and byte_exact(each.image, secret))
wrong = match_gradient(dense_network(seed=4, activation="sigmoid"), seen_smooth, label, iterations=60, seed=1, starts=1)
claim("control: with another model's weights nothing matches, nothing is recovered", not wrong.matched and not recovered(wrong.image, secret))

# %% [markdown]
# ## Break it
#
# The maker tries three repairs. The tablet multiplies the gradient by a **secret number**; it rounds to **half precision**, 16 bits instead of 64; it
# **leaves out the bias gradients** of the first layer, so that there is nothing to divide by.
#
# > **Predict.** Which of the three keeps the letter?

# %%
secretly_scaled = gradient.each(lambda part: 0.0137 * part)
half_precision = gradient.each(lambda part: part.astype(np.float16))
claim("a secret number cancels in the division", byte_exact(invert_by_division(secretly_scaled), secret))
claim("half precision is precise enough for a byte", byte_exact(invert_by_division(half_precision), secret))

# %% [markdown]
# Without biases a row still is the letter, at an unknown brightness. But pixels are whole bytes: try every brightness from 1 to 255 for the brightest
# pixel, and keep the one that makes all others whole.

# %%
row = gradient.weights[0][np.abs(gradient.weights[0]).sum(axis=1).argmax()]
shape = row / row[np.abs(row).argmax()]
whole = [top for top in range(128, 256) if np.allclose(top * shape, np.rint(top * shape), atol=1e-6)]
claim("one brightness alone fits, and with it the letter is byte-exact",
      len(whole) == 1 and byte_exact(whole[0] * shape.reshape(28, 28) / 255, secret))

# %% [markdown]
# None of them. Each changed the numbers and left the information. What hides a number is known from lesson 11: **shares**. Let the tablet cut its gradient
# in two and send the halves to two servers that do not talk.
#
# ### Your turn
# Write `split(numbers)`: two arrays that add up to `numbers`, modulo $2^{64}$, each telling nothing. `numbers` is the gradient in fixed point, an
# array of `uint64`, whose `+` and `-` are modulo $2^{64}$ already. The check attacks your shares.

# %% exercise="gradient_inversion.split"

# %%
check("gradient_inversion.split", split)

# %%
split = use("gradient_inversion.split", split)
numbers = np.rint(gradient.numbers * 2**40).astype(np.int64).view(np.uint64)
first, second = split(numbers)
claim("together the shares are the gradient", np.array_equal(first + second, numbers))
pieces = first.view(np.int64)[:256 * 785].astype(float)
from_share = (pieces[:784] / pieces[256 * 784]).reshape(28, 28)
claim("one server alone recovers nothing", not recovered(from_share, secret))

# %% [markdown]
# ## What this does not protect
#
# - *The data never leave the device* protects against a lost database, not against the one who collects updates.
# - Shares protect while the two servers do not talk. Once the sum of all clients is opened, what it tells is another question: with one client, or few,
#   the sum **is** a gradient and can be inverted (lesson 52).
# - What stopped *this* attack need not stop the next. We attacked one letter at a time, a fresh model and gradients in 64 bits. Division of a batch
#   gives a blend; how seven letters come out of it all the same, and what float32, training and noise change, comes with the second half of this lesson.
# - A claim of protection needs the attacker who knows of it: the three repairs above stop only one who does not.

# %% [markdown]
# ## Summary
#
# A gradient of one letter holds the label (the one negative bias of the last layer) and, behind a dense first layer with biases, the letter itself: a
# row over its bias. Where no formula is at hand, gradient matching finds it: the right picture is the one that has the gradient seen. Byte-exact,
# every time, against a chance of none in 300. Changing a gradient is not hiding it.

# %%
quiz("gradient_inversion.quiz1")

# %%
quiz("gradient_inversion.quiz2")

# %%
quiz("gradient_inversion.quiz3")

# %% [markdown]
# ## References
#
# - *Preserving the privacy of AI training data*, the article this lesson follows; it inverts one sample exactly, and three of a batch of seven.
# - Zhu, Liu, Han (2019), *Deep leakage from gradients*, NeurIPS, arXiv 1906.08935: matching.
# - Zhao, Mopuri, Bilen (2020), *iDLG: improved deep leakage from gradients*, arXiv 2001.02610: the label from a sign.
# - Phong, Aono, Hayashi, Wang, Moriai (2018), *Privacy-preserving deep learning via additively homomorphic encryption*, IEEE TIFS 13(5): the division.
# - McMahan, Moore, Ramage, Hampson, Agüera y Arcas (2017), *Communication-efficient learning of deep networks from decentralized data*, AISTATS: federated learning.
#
# This was the last lesson so far. [Back to the map](00_start_here.ipynb).
