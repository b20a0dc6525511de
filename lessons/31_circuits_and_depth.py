# %% [markdown]
# # Computing on what you cannot read
#
# **You will be able to** add and multiply numbers that you cannot read, turn a function into a circuit and count its
# depth, lower that depth, choose parameters that are deep enough and secure, and say what encryption does not promise.
#
# About 75 minutes. Before it: [00 Start here](00_start_here.ipynb). Source: the article *Building machine learning
# models with encrypted data*; Cheon, Kim, Kim and Song, *Homomorphic encryption for arithmetic of approximate numbers*
# (2017).

# %%
from privlab.lab import *
from privlab import he
from privlab.lessons import circuits_and_depth as this

rng = start("31_circuits_and_depth", seed=31)

# %% [markdown]
# ## 1. A box that adds
#
# Nora runs a practice. A company's server would work out a risk from her patients' blood values, and she may not show
# it a single one. Can it compute on numbers that it cannot read?
#
# > **Homomorphic encryption.** From *encrypt(x)* and *encrypt(y)* anyone makes *encrypt(x + y)* and *encrypt(x · y)*.
# > Only the holder of the **secret key** decrypts.
#
# > **The adversary** of this lesson is the server. It evaluates what it was asked to, and reads all it can; in section
# > 4 it evaluates something else. Whatever it sees should not tell it one value.

# %% [markdown]
# The article draws it so: the client encrypts, the server *evaluates* a function on the **ciphertext**, the client
# decrypts. Here is a scheme small enough for paper. The key is one number. A value is stored 10,000 times larger, which
# is its **scale**. A random $a$ of sixteen digits is the **mask**, and
#
# $$b \;=\; 10{,}000 \cdot value + noise - key \cdot a \quad\text{modulo } 10^{16}:$$
#
# of the result the last sixteen digits count. Sent are $b$ and $a$. The **noise**, a whole number from -3 to 3, is
# there on purpose. Whoever decrypts adds $key \cdot a$ again; what lies above half of $10^{16}$ stands for a negative
# number.
#
# ### Your turn
#
# Build it. `box(secret, rng)` gives two functions: `encrypt(value)` gives $b$ and $a$, `decrypt(b, a)` the value, also
# of sums of ciphertexts.

# %% exercise="circuits_and_depth.box"

# %%
check("circuits_and_depth.box", box)

# %%
box = use("circuits_and_depth.box", box)
encrypt, decrypt = box(2, rng)
(other, mask), (b, a) = encrypt(-2), encrypt(1.5)
print(f"b = {b:,}\na = {a:,}")
print(f"the last sixteen digits of b + 2a: {(b + 2 * a) % 10**16:,}")
print(f"added part by part: {float(decrypt(b + other, a + mask)):.2f}")

# %% [markdown]
# Neither number looks like 1.5. For whoever knows the key the mask falls out, and what is left is 15,000 but for a few
# units. (Here the mask is drawn with a seed; SEAL below asks the operating system.) This is approximate arithmetic: the
# noise sits in the digits that nobody needs. Without it, the server would have the key from one value that it knows.
#
# ### Break it
#
# The server has one ciphertext, knows the scheme, and guesses that blood values lie below 1,000. It tries every key to
# 100,000:

# %%
possible = [guess for guess in range(1, 100_001) if abs(box(guess, rng)[1](b, a)) < 1_000]
print("keys that make sense:", possible)
claim("only the true key is left", possible == [2])

# %% [markdown]
# A wrong key leaves sixteen random digits. A real key has thousands of numbers, and so have $a$ and $b$: they are
# polynomials, whose length is the **ring** dimension. Trying is over.
#
# `he.toy_ckks.Toy` is your box with products.
#
# > **Predict.** What does a product decrypt to, of $b + 2a$ and $b' + 2a'$? How many parts has it?

# %%
predict("circuits_and_depth.product")

# %%
small_key = he.toy_ckks.Toy(secret=(2,), base=10_000, depth=2)
x, y = small_key.encrypt(1.5, rng), small_key.encrypt(-2, rng)
results = {"x + y": x + y, "3x - 1": 3 * x - 1, "x * y": x * y, "x^4": (x * x) * (x * x)}
for name, result in results.items():
    parts = len(result.parts)
    print(f"{name:7}{small_key.decrypt(result):6.2f}   {parts} parts, level {result.level}")

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
outcome("circuits_and_depth.product", "to the product, from three parts")

# %% [markdown]
# A product has three parts, because the key comes squared: $(b + ka)(b' + ka') = bb' + k\,(ab' + a'b) + k^2\,aa'$. (A
# real scheme shrinks it to two, with a special key: **relinearisation**.) And its scale is $10{,}000^2$. So it is
# **rescaled**: every part is divided by 10,000, and the modulus with it. Four digits are gone for good.
#
# > A **level** is one factor of the modulus. A multiplication uses one up, by a plain number too. With none left there
# > is no further product.
#
# Here is all that a rescaling does. Look at what becomes of the modulus:

# %%
source(he.toy_ckks.Cipher.rescale)

# %% [markdown]
# Drag $x$ and the squarings the key was made for. The value grows, the modulus shrinks:

# %%
explore(this.draw_noise, size=(7.5, 3.8),
        alt="Bars of decimal digits, one for each squaring: the grey modulus gets "
        "lower each time, the blue value and the orange noise grow",
        x=slider(0.5, 20.0, 2.5, 0.5), depth=slider(1, 3, 3))

# %% [markdown]
# Where the blue bar outgrows the grey one, the value is lost. You can now say what a ciphertext is made of, and what a
# product costs.
#
# ## 2. A circuit and its depth
#
# The server gets $x$ encrypted and should return $x^4 + 2$. It may only add and multiply, so its program is
# a **circuit**. `trace` writes down what a Python function does:

# %%
trace, plain, count = he.circuits.trace, he.circuits.Plain(), he.circuits.Count()
slow = trace(lambda x: x * x * x * x + 2, x=4)
print(plain(slow, x=[0, 1, 2, 3]))
print(count(slow))

# %% [markdown]
# `Plain` and `Count` are **evaluators**: each says what *add* and *multiply* mean to it. (So does the
# *Homomorphic Implementor's Toolkit* of the article, whose names we keep.) The one that matters most here:
#
# > **Depth**: the most multiplications on any one path, that is, the levels that a circuit uses up.
#
# > **Predict.** $x^4 + 2$ can be computed at depth 3, factor by factor. Can it be computed with less?

# %%
predict("circuits_and_depth.least_depth")

# %%
depth, fast = he.circuits.Depth(), trace(lambda x: (x * x) * (x * x) + 2, x=4)

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
show(he.circuits.draw_circuits, panels=2, size=(9, 2.4),
     alt="Two circuits: left three filled products in a row, right two, for "
     "the square is multiplied by itself",
     circuits={"factor by factor": slow, "squared twice": fast})
claim("squared twice, depth 2 does", (depth(slow), depth(fast)) == (3, 2))
claim("both are x^4 + 2", all(plain(slow, x=range(4)) == plain(fast, x=range(4))))
print("depth, x^2 to x^16:", *(depth(trace(lambda x: x**n, x=4)) for n in range(2, 17)))
outcome("circuits_and_depth.least_depth", f"yes, at depth {depth(fast)}")

# %% [markdown]
# Filled nodes cost a level; `x * x` was written twice and is there once. The depth of a power is its $\log_2$, rounded
# up. Less is impossible: each level at most doubles the degree.
#
# An evaluator has a method for each operation. Look at which of them count in this one:

# %%
source(he.circuits.Depth)

# %% [markdown]
# ### Your turn
#
# The server wants $x^6 + 3x^3 + 2$. As written, factor by factor, it has depth 5. Write `flatten(x)`, the same
# polynomial at a lower depth, from products that you choose: the check takes `**` factor by factor.

# %% exercise="circuits_and_depth.flatten"

# %%
check("circuits_and_depth.flatten", flatten)

# %% [markdown]
# You can now say what depth is, and why another order of the same products lowers it.
#
# ## 3. The real one
#
# **SEAL** is Microsoft's open library for homomorphic encryption, written in C++. **TenSEAL**, by the OpenMined
# community, makes it speak Python and adds vectors. Of its schemes we use **CKKS**, by Cheon, Kim, Kim and Song. It
# is your box, $b + a \cdot secret = scale \cdot x + noise$, where all are polynomials of thousands of terms, those
# of the secret -1, 0 or 1. The modulus is no power of ten but a product of primes, one for each level. It rests on
# *learning with errors*: nobody knows how to solve so many equations with unknown noise.
#
# The same function, first as users of TenSEAL write it: a ring of 8,192, and primes of 48, 38, 38 and 48 bits, so two
# levels.

# %%
import tenseal

context = tenseal.context(tenseal.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[48, 38, 38, 48])
context.global_scale = 2**38
numbers = rng.uniform(-1, 1, 2_048)
vector = tenseal.ckks_vector(context, numbers)
square = vector * vector
result = np.array((square * square + 2).decrypt())
claim("2,048 numbers at once, right to four decimals",
      np.abs(result - numbers**4 - 2).max() < 5e-5)

# %% [markdown]
# And at depth 3?

# %%
try:
    square * vector * vector
except ValueError as error:
    print(f"depth 3: {error}")

# %% [markdown]
# Past the depth the library complains about a *scale*, which helps nobody.
#
# One ciphertext held 2,048 numbers, each in a **slot**. How do so many numbers become one polynomial?
#
# In ring 4 a polynomial has four terms, and $X^4$ counts as $-1$. So it is known by its values at the four complex
# roots of $X^4 = -1$, which come in two conjugate pairs: two numbers fit, one for each pair. To **encode** 1.5 and -2
# is to find the polynomial that has these values there, times the scale, rounded:

# %%
roots = np.exp(1j * np.pi * np.array([1, 3]) / 4)  # one of each pair
terms = np.array([np.sum([1.5, -2] * roots**-power).real / 2 for power in range(4)])
encoded = np.round(2**10 * terms)
print("terms:", *encoded.astype(int))
print("values at the roots:", *(np.polyval(encoded[::-1], roots).real / 2**10).round(3))

# %% [markdown]
# Whoever adds or multiplies two polynomials adds or multiplies their values at every root, and so slot by slot. Ring
# 8,192 has 4,096 slots: always half as many as terms.
#
# Slots of one ciphertext meet by **rotation**: it moves all of them by $k$ places. That takes a key of its own for each
# $k$, about as much time as a product, and no level. With three rotations each of eight slots gets the sum of all:

# %%
row = np.arange(1, 9)
for step in (1, 2, 4):
    row = row + np.roll(row, -step)
print(row)

# %% [markdown]
# Lesson 32 adds up pixels so.
#
# Our evaluator `Encrypted` runs circuits on the same library. `Parameters.for_circuit` chooses ring and primes, and a
# circuit that is too deep for them is refused before anything is computed:

# %%
parameters = he.ckks.Parameters.for_circuit(this.CIRCUITS["depth 2"], scale_bits=38)
run = he.ckks.Encrypted(parameters)
result = run(this.CIRCUITS["depth 2"], x=numbers)
claim("right to six decimals", np.abs(result - numbers**4 - 2).max() < 5e-7)
try:
    run(this.CIRCUITS["depth 3"], x=numbers)
except ValueError as error:
    print(error)

# %% [markdown]
# Both circuits, each with a scale of 38 bits; the time is your machine's.
#
# > **Predict.** Which of time, size and precision suffers most from one level more?

# %%
predict("circuits_and_depth.one_level_more")

# %%
deep = he.ckks.Parameters.for_circuit(this.CIRCUITS["depth 3"], scale_bits=38)
both = {"depth 3": this.cost("depth 3", deep), "depth 2": this.cost("depth 2", parameters)}

# %% jupyter={"source_hidden": true}
# What came out: run this cell first, then open it.
show(this.draw_costs, alt="Bars for both circuits: depth 3 takes more time and more bytes",
     panels=3, size=(9, 3), costs=both,
     sizes={"depth 3": deep.ciphertext_bytes(), "depth 2": parameters.ciphertext_bytes()})
claim("depth 2: every ciphertext is a quarter smaller",
      parameters.ciphertext_bytes() == 0.75 * deep.ciphertext_bytes())
claim("they agree in precision within 2 bits",
      abs(both["depth 2"].bits - both["depth 3"].bits) < 2)
outcome("circuits_and_depth.one_level_more", "time")

# %% [markdown]
# One level less saves a product, a prime of every ciphertext, and time most of all, because the first product, with the
# most primes, is the dear one. Precision stays. Of a longer run:

# %%
recorded("quartic_seconds_ratio_same_precision")

# %% [markdown]
# Why not take many levels at once? Because a key is only as strong as its ring is large for the modulus:
#
# > The **table** of the *Security Guidelines for Implementing Homomorphic Encryption* (2024): for 128-bit security the
# > whole modulus has at most 106 bits in ring 4,096, 214 in 8,192, 430 in 16,384 and 868 in 32,768. The older
# > *Standard* (2018), which SEAL still goes by, has 109, 218, 438 and 881. `Parameters` keeps to the newer one.
#
# Which circuit fits ring 4,096, and at what scale? Drag; each choice is measured.

# %%
explore(this.draw_levels, panels=2, size=(9.5, 3.8),
        alt="Left, the bits of a number at each depth: levels, digits and noise; "
        "right, the whole modulus beside the most that is secure",
        circuit=choice(["depth 3", "depth 2"]), scale=slider(20, 40, 38),
        ring=choice([4096, 8192, 16384], 8192),
        fixed=dict(circuits=this.CIRCUITS, cost=this.cost))

# %%
recorded(*(f"quartic_{circuit}_{what}" for what in ("ring", "bits", "bytes", "seconds")
           for circuit in ("depth3", "depth2")), "quartic_seconds_ratio")

# %% [markdown]
# Here each circuit has the smallest ring that the table of 2018 allows and in which 6 bits after the point are right,
# with the largest scale that fits. Depth 2 has it in ring 4,096, and takes a fifth of the time; depth 3 needs ring
# 8,192. (That has room for a scale of 39 bits, hence the precision.) By the table of 2024 each scale is one bit
# smaller. So a lower depth saves more than a level: it saves half the ring.
#
# ### Your turn
#
# Write `choose(depth, scale_bits)`: the smallest ring that is secure by the table of 2018, and the list of the primes'
# sizes in bits. The first needs 10 bits more than the scale, for what stands before the point. Then comes one of the
# scale's size for each level. The last is the **special prime**, as large as the first, with which products are
# relinearised.

# %% exercise="circuits_and_depth.choose"

# %%
check("circuits_and_depth.choose", choose)

# %%
def hopeful(depth, scale_bits):
    return 4096, [scale_bits + 10, *[scale_bits] * depth, scale_bits + 10]

check("circuits_and_depth.choose", hopeful, whose="a hopeful colleague's")

# %% [markdown]
# The hopeful colleague's parameters decrypt correctly. No result shows that its key was weak. You can now say what
# decides how large a ring must be.

# %% [markdown]
# **What else there is**, and when one needs it:
#
# - *A public key*, with which everybody encrypts and nobody but Nora reads: when many people send to one. Here Nora
#   alone encrypts, so her secret key does.
# - *Bootstrapping*: the server evaluates the decryption itself, under encryption, and gets the same value with new
#   levels. It takes seconds, and many levels of its own; for circuits too deep for any modulus. SEAL and TenSEAL lack
#   it.
# - *BFV* and *BGV* compute on whole numbers, exactly: for counts and look-ups.
# - *TFHE* computes on bits or small numbers, with a bootstrapping in every step: for comparisons, which CKKS can only
#   approximate.

# %% [markdown]
# ## 4. Whom do you still trust?
#
# Nora gets a ciphertext back. It decrypts to a number. Is it $x^4 + 2$?
#
# ### Break it
#
# The server is lazy. It runs a circuit of its own and sends the result. Nora tests it with $x = 1$, where $x^4 + 2$ is
# 3 and multiplying by 1 changes nothing.
#
# Write `constant(x)`: from the ciphertext $x$, as `he.toy_ckks` has it, an encryption of 3 whatever $x$ holds. Nora's
# key has two levels. A bystander who has no key should not read the 3 off its first part either.

# %% exercise="circuits_and_depth.constant"

# %%
check("circuits_and_depth.constant", constant)

# %%
constant = use("circuits_and_depth.constant", constant)
key = he.toy_ckks.Toy(he.toy_ckks.small_secret(8, rng), base=10_007, depth=2)
answers = [key.decrypt(constant(key.encrypt(value, rng))) for value in (1, 0, 2, -1, 0.5, 3)]
print("x^4 + 2 of six numbers, says the server:", *(f"{answer:.1f}" for answer in answers))

# %% [markdown]
# Encryption hides; it proves nothing. This server passes the test with 1, and a test with 2 would catch it. A better
# liar is right in the slots that it takes for tests, so tests belong in *secret random* slots. A server that wants to
# know $x$ needs less still: it returns $x$ itself, and waits for Nora to report "the result".
#
# ### A decryption is not only a result
#
# Nora's numbers are harmless averages, and she posts them with all their digits. The last ones are noise, and the noise
# hides the key: $b + a \cdot secret = scale \cdot x + noise$. Whoever knows the right side *exactly* has a linear
# equation for the secret. This key is a polynomial of eight numbers, so eight equations do. (Its scale is 10,007, a
# prime, so that they are easily solved.)

# %%
sent = [key.encrypt(value, rng) for value in (0.2, 1.1, -0.7, 2.4, 1.9, -1.3, 0.8, 0.1)]
posted = [key.decrypt(cipher) for cipher in sent]
print("posted:", *(f"{number:.5f}" for number in posted))
claim("eight posted numbers give the whole key", he.toy_ckks.solve(sent, posted) == key.secret)

# %% [markdown]
# That is Li and Micciancio's attack of 2021, in the small: the libraries of the day, SEAL among them, fell to the same
# equation. You can now say what a decryption must not show, and what encryption does not prove.
#
# ### Your turn
#
# Write `publish(decrypted)`: what Nora may post, right to within 0.02. The check runs the attack on it.

# %% exercise="circuits_and_depth.publish"

# %%
check("circuits_and_depth.publish", publish)

# %% [markdown]
# ## With your own circuit
#
# Plain weights, encrypted input: a linear reader of scikit-learn's digits of 8 x 8 pixels.

# %%
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

pixels, digits = load_digits(return_X_y=True)  # yours: rows of numbers of about 1
reader = LogisticRegression(max_iter=500).fit(pixels / 16, digits)
linear = trace(lambda x: reader.coef_ @ x + reader.intercept_, x=64)
scores = he.Encrypted(he.Parameters.for_circuit(linear))(linear, x=pixels[0] / 16)
claim("the digit is read as in the clear",
      scores.argmax() == reader.predict(pixels[:1] / 16)[0])
print(f"depth {depth(linear)}, read as a {scores.argmax()}")

# %% [markdown]
# `he.Precision(parameters)(circuit, x=...)` says beforehand how many bits will be right at least, and refuses numbers
# that outgrow the modulus. A circuit has no *if*, no division and no maximum.
#
# **In earnest.** *OpenFHE* or *Lattigo*, with bootstrapping; *TenSEAL* for vectors from Python; *Concrete ML* where one
# must compare. What people get wrong: the list of prime sizes (one for each level, and two larger ones at the ends), a
# modulus that the ring is too small for, and in TenSEAL a plain list that is added before a product with a matrix: it
# reaches the first slots only, and the product is wrong. And results that are published with all their digits.

# %% [markdown]
# ## What this does not protect
#
# - **Against a wrong circuit.** The result may be anything; proofs of computation are another subject.
# - **Against a careless decryption.** Rounding hides the noise here. For many results at once, fresh noise of proven
#   size is added.
# - **Against weak parameters**: they work, and look the same.
# - **Which circuit, how many numbers, when**: all that the server sees.
# - **What the result tells**, as in [lesson 12](12_what_a_result_reveals.ipynb).
#
# ## Summary
#
# A ciphertext is a value, a scale and noise under a mask. Sums are nearly free, a product uses up a level, and depth
# decides how large everything must be: $x^4 + 2$ at depth 2 instead of 3 can use a ring of half the size. The table
# says how large a modulus a ring may carry.

# %%
display(quiz("circuits_and_depth.quiz1"), quiz("circuits_and_depth.quiz2"),
        quiz("circuits_and_depth.quiz3"))

# %% [markdown]
# ## References
#
# - *Building machine learning models with encrypted data*, the article this lesson follows.
# - J. Cheon, A. Kim, M. Kim and Y. Song, *Homomorphic encryption for arithmetic of approximate numbers* (2017): the
#   scheme CKKS.
# - J. Bossuat and others, *Security guidelines for implementing homomorphic encryption* (2024): the table. The older
#   one is that of M. Albrecht and others, *Homomorphic Encryption Security Standard* (2018).
# - B. Li and D. Micciancio, *On the security of homomorphic encryption on approximate numbers* (2021).
# - A. Benaissa and others, *TenSEAL* (2021); *Microsoft SEAL*; the *Homomorphic Implementor's Toolkit*.
#
# Next: [32 Training on pictures nobody sees](32_encrypted_training.ipynb).
