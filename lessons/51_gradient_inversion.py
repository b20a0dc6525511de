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
from privlab.fl.pictures import draw_letters

private = letters().test
place = np.flatnonzero(private.labels == 0)[0]  # 0 is a, 25 is z
secret, label = private.images[place], private.labels[place]
show(draw_letters, alt="A handwritten letter a, white on black",
     size=(2.4, 2.4), letters=[secret], titles=["Amara's a"])

# %% [markdown]
# Learning together without pooling data is called *federated learning*. A **client** (the tablet) has data, a **server** has the model, and in each **round**:
#
# > The server sends its model. The client computes the **gradient**, how its loss changes with every weight and bias of the model, and sends it.
# > The server takes a step against it.
#
# The server is *honest but curious*: it follows the protocol and looks at all it gets. The model is small: 784 pixels, 256 neurons, 26 letters.
#
# > **Predict.** The cell prints the last 26 numbers of the gradient, one for each letter's bias. What can be read from them?

# %%
from privlab.fl import client_gradient, dense_network

model = dense_network(seed=1, activation="relu")
gradient = client_gradient(model, secret, label)
print(f"Amara's tablet sends {len(gradient.numbers):,} numbers; the last 26 are")
for half in (slice(0, 13), slice(13, 26)):
    print(" ".join(f"{number:+.2f}" for number in gradient.biases[-1][half]))

# %% [markdown]
# Two hundred thousand numbers, and no picture. But one of the 26 is negative, and it is the first. That is no accident. The network turns its 26 outputs into probabilities $p$, its loss is $-\ln p_\text{true}$, and then
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
from privlab.fl.pictures import draw_rows

show(draw_rows, alt="Six rows of the weight gradient as pictures: some show the letter, "
     "lighter or darker than the grey around it, the others are plain grey",
     panels=6, size=(6.6, 1.4), weights=gradient.weights[0])

# %% [markdown]
# Every row that is not zero is the letter, times a number: bright where $d$ is positive, dark where it is negative. Neurons whose sum was negative did
# not *fire*: a ReLU passes nothing back through them, $d = 0$, and there is nothing to divide by.
#
# ### Your turn
# Write `divide(weight_gradient, bias_gradient)`: the 784 pixels, from an array of n x 784 numbers and one of n. Take a neuron that fired.

# %% exercise="gradient_inversion.divide"

# %%
check("gradient_inversion.divide", divide)

# %% [markdown]
# Is what comes out her letter, or nearly? *Nearly* would not impress, so the question needs a strict answer:
#
# > **Byte-exact.** A reconstruction, with pixels from 0 to 1, is byte-exact when all 784 pixels equal the true whole numbers 0..255 after rounding.
#
# ### Your turn
# Write `byte_exact(reconstruction, truth)`: True or False, for an array of floats and one of bytes.

# %% exercise="gradient_inversion.byte_exact"

# %%
check("gradient_inversion.byte_exact", byte_exact)

# %%
from privlab.fl import invert_by_division

divide = use("gradient_inversion.divide", divide)
byte_exact = use("gradient_inversion.byte_exact", byte_exact)
stolen = divide(gradient.weights[0], gradient.biases[0]).reshape(28, 28)
claim("the server has Amara's letter, byte for byte", byte_exact(stolen, secret))

others = rng.choice(len(private), 20, replace=False)  # one may be luck: 20, each a new network
seen = [client_gradient(dense_network(seed), private.images[other], private.labels[other])
        for seed, other in enumerate(others)]
exact = [byte_exact(invert_by_division(each), private.images[other])
         for each, other in zip(seen, others)]
claim(f"{sum(exact)} of 20 other letters came back byte for byte", all(exact))

# %% [markdown]
# ## 3. What chance would get
#
# The tablet's maker shrugs: *letters all look alike; any a resembles hers*. Fair. An attack must beat the thief who has no gradient at all, and owns
# a collection of public letters. The best he can hope for is that one of them happens to be close.
#
# > **Chance score.** The mean squared error, on pixels from 0 to 1, between a private letter and the nearest public one.
# > We call a letter **recovered** when the error is under 0.001.
#
# First for Amara's letter:

# %%
from privlab.fl import nearest_public
from privlab.fl.pictures import draw_theft

public = public_letters().images
nearest, _ = nearest_public(secret, public)
show(draw_theft, alt="Three pictures: Amara's letter, the stolen one, which is the same, and "
     "the nearest public letter, which differs",
     panels=3, size=(6.4, 2.4), secret=secret, stolen=stolen, public=public[nearest[0]])

# %% [markdown]
# Hundreds of *pixels* agree by chance, since most of every letter is black; the error is not fooled by that. Now 300 letters. And one more doubt: does the
# attack get *this* letter out of *this* gradient, or a letter out of anything? A **negative control** gives the same attacker what cannot hold Amara's
# letter: another client's gradient, and random numbers.
#
# > **Predict.** Of 300 private letters, how many have a public one so near that it counts as *recovered*?

# %%
from privlab.fl import recovered
from privlab.fl.pictures import draw_chance

many = rng.choice(len(private), 300, replace=False)
_, errors = nearest_public(private.images[many], public)
show(draw_chance, alt="Histogram of the nearest public letter's error for 300 private "
     "letters; all of it lies right of the line at 0.001", errors=errors)
claim("chance recovers none of 300 letters", not (errors < 0.001).any())
noise = gradient.each(lambda part: rng.normal(size=part.shape))
for name, other in (("another client's gradient", seen[0]), ("random numbers", noise)):
    claim(f"from {name} the attacker does not recover her letter",
          not recovered(invert_by_division(other), secret))

# %% [markdown]
# None, and nothing out of noise: a letter that is recovered was stolen, not guessed.
#
# ## 4. Without a division
#
# The maker changes the model: the first layer is now a *convolution*, one small 5x5 kernel that slides over the picture. Its gradient adds up what
# all places pass back, and the quotient is a blend of 5x5 patches. Is the letter safe now?

# %%
from privlab.fl import convolutional_network

sliding = convolutional_network(seed=2)
seen_sliding = client_gradient(sliding, secret, label)
quotient = seen_sliding.weights[0][0, 0] / seen_sliding.biases[0][0]
show(draw_letters, alt="The letter, and beside it a blurred square of five by five pixels",
     panels=2, size=(4.4, 2.4), letters=[secret, quotient],
     titles=["letter, 28x28", "quotient, 5x5"])

# %% [markdown]
# It is not safe, because there is a way that needs no formula. The server knows the model and can compute the gradient of any picture it likes:
#
# > **Gradient matching** (Zhu, Liu and Han 2019). Start with random pixels. Compute the gradient that they would have; change them so that it comes nearer
# > to the gradient seen: minimise $\lVert \nabla(x') - g \rVert^2$ over $x'$.
#
# A tiny example: one pixel $x$, one weight 2, and the gradient $(2x - 1)\,x$. The true pixel is 0.8; the attacker sees 0.48 and walks downhill from
# two starts.

# %%
def match(guess, seen=0.48):
    for _ in range(100):
        guess -= 0.1 * ((2 * guess - 1) * guess - seen) * (4 * guess - 1)
    return guess

print(f"from 1.0 to {match(1.0):.3f}, from -0.5 to {match(-0.5):.3f}")

# %% [markdown]
# The first is the pixel; the second is a twin that has the same gradient. A real gradient has far more
# numbers than the letter has pixels, and a twin would have to fit them all.
#
# The steps there are L-BFGS's, a method that learns the curvature on the way. It wants a smooth network, so a sigmoid comes first, then the convolution.
# The label is inferred as before.
#
# > **Predict.** The middle picture is all that the server saw. After how many iterations can you read the right one?

# %%
from privlab.fl import match_gradient
from privlab.fl.pictures import draw_matching, gradient_picture

smooth = dense_network(seed=3, activation="sigmoid")
seen_smooth = client_gradient(smooth, secret, label)
attack = match_gradient(smooth, seen_smooth, infer_label(seen_smooth.biases[-1]), seed=1)
explore(draw_matching, alt="Three pictures: the letter, the gradient as grey noise, and "
        "what the server has after the chosen number of iterations", panels=3, size=(6.4, 2.4),
        iterations=slider(0, 20, 20), fixed=dict(
            secret=secret, seen=gradient_picture(seen_smooth.numbers), path=attack.path))

# %% [markdown]
# Three or four iterations are enough for the eye, and soon after every byte is right. The convolution has more to untangle:

# %%
attack_sliding = match_gradient(sliding, seen_sliding,
                                infer_label(seen_sliding.biases[-1]), seed=1)
explore(draw_matching, alt="Three pictures as before, for the convolutional network: "
        "it takes more iterations until the letter can be read", panels=3, size=(6.4, 2.4),
        iterations=slider(0, 300, 300, step=10), fixed=dict(
            secret=secret, seen=gradient_picture(seen_sliding.numbers),
            path=attack_sliding.path))

# %% [markdown]
# It ends at the same place, some dozens of iterations later. How does the server know when to stop? It compares gradients, which needs no truth: the picture that has the gradient seen is the letter.
# The control gives the attacker the weights of another model.

# %%
for name, found in (("sigmoid", attack), ("convolutional", attack_sliding)):
    claim(f"{name} network: the gradients match and the letter is byte-exact",
          found.matched and byte_exact(found.image, secret))
other_model = dense_network(seed=4, activation="sigmoid")
control = match_gradient(other_model, seen_smooth, label, iterations=60, seed=1, starts=1)
claim("control: with another model's weights nothing matches and nothing is recovered",
      not control.matched and not recovered(control.image, secret))

# %% [markdown]
# ## Break it
#
# The maker tries three repairs. The tablet multiplies the gradient by a **secret number**; it rounds to **half precision**, 16 bits instead of 64; it
# **leaves out the bias gradients**, so that there is nothing to divide by.
#
# > **Predict.** Which of the three keeps the letter?
#
# Against the third: a row is still the letter, at an unknown brightness. But pixels are whole bytes, so try every brightness of the brightest pixel, and
# keep the one that makes all the others whole.

# %%
scaled = gradient.each(lambda part: 0.0137 * part)
half = gradient.each(lambda part: part.astype(np.float16))
claim("a secret number cancels", byte_exact(invert_by_division(scaled), secret))
claim("half precision is precise enough", byte_exact(invert_by_division(half), secret))

row = gradient.weights[0][np.abs(gradient.weights[0]).sum(axis=1).argmax()].reshape(28, 28)
shape = row / row.flat[np.abs(row).argmax()]
whole = [top for top in range(128, 256)
         if np.allclose(top * shape, np.rint(top * shape), rtol=0, atol=1e-6)]
claim("without biases one brightness alone fits, and with it the letter is byte-exact",
      len(whole) == 1 and byte_exact(whole[0] * shape / 255, secret))

# %% [markdown]
# None of them. Each changed the numbers and left the information. What hides a number is known from lesson 11: **shares**. Let the tablet cut its gradient
# in two and send the halves to two servers that do not talk.
#
# ### Your turn
# Write `split(numbers)`: two arrays that add up to `numbers`, modulo $2^{64}$, each telling nothing. `numbers` is the gradient in fixed point, an
# array of `uint64`, whose `+` and `-` are modulo $2^{64}$ already. Draw from `secrets`, the operating system's generator: `rng` has a seed, printed
# above, and whoever knows it can repeat its numbers. The check attacks your shares.

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
# ## What this does not protect
#
# - *The data never leave the device* helps against a lost database, not against whoever collects the updates.
# - Two shares protect while their servers do not talk. Once the sum over a few clients is opened, the sum can be inverted: lesson 52, still to come.
# - We attacked one letter, a fresh model and gradients in 64 bits. Division of a batch gives a blend; how seven letters come out of it all the same, and
#   what float32, training and noise change, is for the second half of this lesson.
# - A repair counts only against an attacker who knows of it.
#
# ## Summary
#
# The gradient of one letter holds its label, the only negative bias of the last layer, and the letter itself: behind a dense layer a row over its bias,
# elsewhere by matching. Byte-exact, where chance recovers none of 300. Changing a gradient is not hiding it.

# %%
quiz("gradient_inversion.quiz1")

# %%
quiz("gradient_inversion.quiz2")

# %% [markdown]
# ## References
#
# - *Preserving the privacy of AI training data*, the article this lesson follows; it inverts one sample exactly, and three of a batch of seven.
# - Zhu, Liu, Han (2019), *Deep leakage from gradients*, NeurIPS, arXiv 1906.08935: matching.
# - Zhao, Mopuri, Bilen (2020), *iDLG: improved deep leakage from gradients*, arXiv 2001.02610: the label from a sign.
# - Phong, Aono, Hayashi, Wang, Moriai (2018), *Privacy-preserving deep learning via additively homomorphic encryption*, IEEE TIFS 13(5): the division.
# - McMahan, Moore, Ramage, Hampson, Agüera y Arcas (2017), *Communication-efficient learning of deep networks from decentralized data*, AISTATS: federated learning.
#
# Next: this is the last lesson so far; [the map](00_start_here.ipynb) shows them all.
