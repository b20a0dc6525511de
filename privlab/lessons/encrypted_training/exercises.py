"""Exercises of lesson 32: an order of products, three minibatches unrolled, what to send, a refresh, another model."""

import numpy as np

from privlab.he.circuits.evaluators import Depth, Plain
from privlab.he.circuits.linear_algebra import Column, Matrix, Row
from privlab.he.circuits.tracing import trace
from privlab.he.toy_ckks import Cipher, Toy, ask_for, small_secret
from privlab.lab.exercise import Quiz, exercise


@exercise(
    "u is deep, z is fresh. Which product with z can be had one level after u?",
    "z * u and u * u are both one level after u. What do you do with the two?",
    "(z * u) * (u * u - a1) ends two levels after u.",
)
def curve(z, u, a1):
    return (z * u) * (u * u - a1)


@curve.check
def _(answer, verdict):
    """64 pairs of numbers to 10^-9, and the depth of the circuit. No chance is involved."""
    z, u, a1 = np.tile(np.linspace(-1, 1, 8), 8), np.repeat(np.linspace(-2, 2, 8), 8), 0.7
    try:
        circuit = trace(lambda z, u: answer(z, u, a1), z=64, u=64)
    except TypeError as error:
        return verdict("?", f"your code is no circuit: {error}")
    got, wanted = Plain()(circuit, z=z, u=u), z * u * (u * u - a1)
    off = np.abs(got - wanted)
    if not off.max() <= 1e-9:
        worst = int(off.argmax())
        return verdict.wrong(
            f"curve({z[worst]:.3g}, {u[worst]:.3g}, {a1}) gave {got[worst]:.4g}, not {wanted[worst]:.4g}"
        )
    depth = Depth()(circuit)
    if depth > 2:
        return verdict.wrong(
            f"the numbers are right, but the result lies {depth} levels after u: for six minibatches that is "
            f"{6 * (depth - 2)} levels too many"
        )
    return verdict.right("two levels after u; no circuit does it in one, for one level at most doubles the degree")


@exercise(
    "Begin with u1 = Z[0] @ b. What do you need for u2 besides Z[1] @ b?",
    "u2 = Z[1] @ b + G[1, 0] @ h(u1). For u3 there are two such terms.",
    "u3 = Z[2] @ b + G[2, 0] @ h(u1) + G[2, 1] @ h(u2), with the u2 that has its own term.",
)
def third(Z, G, h, b):
    u1 = Z[0] @ b
    u2 = Z[1] @ b + G[1, 0] @ h(u1)
    return Z[2] @ b + G[2, 0] @ h(u1) + G[2, 1] @ h(u2)


@third.check
def _(answer, verdict):
    """Three trainings on seeded numbers to 10^-9. No chance is involved."""
    rng = np.random.default_rng(1)

    def h(u):
        return 0.5 - 0.2 * u + 0.01 * u**3

    for _ in range(3):
        Z, b, step = [rng.normal(size=(4, 3)) for _ in range(3)], rng.normal(size=3), 0.25
        G = {(j, i): step * Z[j] @ Z[i].T for j in range(3) for i in range(j)}
        after_one = b + step * Z[0].T @ h(Z[0] @ b)
        after_two = after_one + step * Z[1].T @ h(Z[1] @ after_one)
        wanted, got = Z[2] @ after_two, np.asarray(answer(Z, dict(G), h, b.copy()), dtype=float)
        if got.shape != wanted.shape:
            return verdict.wrong(
                f"for three minibatches of 4 samples the result has the shape {got.shape}; u3 is {wanted.shape}"
            )
        off = np.abs(got - wanted).max()
        if off < 1e-9:
            continue
        if np.allclose(got, Z[2] @ b):
            return verdict.wrong("your u3 has forgotten what the first two minibatches taught")
        if np.allclose(got, Z[2] @ b + G[2, 0] @ h(Z[0] @ b) + G[2, 1] @ h(Z[1] @ b)):
            return verdict.wrong("your u2 is the one before the first step: it needs its own term with G[1, 0]")
        return verdict.wrong(f"u3 is off by {off:.2g} from training step by step")
    return verdict.right("the same as step by step, and no weights in between")


NEEDED = {
    "product key",
    "rotation keys",
    "samples, encrypted",
    "Gram matrices, encrypted",
    "weights, encrypted",
    "learning rate",
}
LEAKS = {
    "secret key": "with your secret key the server decrypts every file you ever send",
    "Gram matrices": "your Gram matrices in the clear give the pictures up to one unknown matrix of 64 x 64, which "
    "a few pictures that the server knows would settle",
    "weights": "at the first refresh these weights are the trained model, in the clear",
    "labels": "your labels in the clear tell what each patient wrote",
}


FILES = sorted(NEEDED | set(LEAKS))


@exercise(
    "What does the server do with a ciphertext? Multiply, rotate, add: which keys does that take?",
    "Nothing that hangs on a picture or on the model goes out in the clear, a Gram matrix neither.",
    "The two public keys, the three encrypted things and the learning rate.",
    stub="""
files = ["Gram matrices", "Gram matrices, encrypted", "labels", "learning rate",
         "product key", "rotation keys", "samples, encrypted", "secret key",
         "weights", "weights, encrypted"]


def send(files):
    ...
""",
)
def send(files):
    return [file for file in files if file.endswith(("encrypted", "rotation keys", "product key", "rate"))]


@send.check
def _(answer, verdict):
    """The list of files, in any order. No chance is involved."""
    sent = set(answer(list(FILES)))
    if unknown := sorted(sent - set(FILES)):
        return verdict.wrong(f"there is no {unknown[0]!r} among the files")
    if missing := sorted(NEEDED - sent):
        return verdict.wrong(f"without {missing[0]!r} the server cannot train")
    leaks = [LEAKS[name] for name in ("secret key", "Gram matrices", "labels", "weights") if name in sent]
    return (
        verdict.not_private(leaks[0]) if leaks else verdict.right("the server can train, and reads nothing but sizes")
    )


@exercise(
    "key.decrypt(cipher) gives the number, key.encrypt(number, rng) a fresh ciphertext at full depth.",
    "What can the server tell apart? That you raise, that you return nothing, that the result has another size.",
    "Keep the number between -31 and 31, whatever it was, and encrypt that: then every question gets the same answer.",
)
def refresh(key, cipher, rng):
    value = min(max(key.decrypt(cipher), -31), 31)
    return key.encrypt(value, rng)


@refresh.check
def _(answer, verdict):
    """Six numbers refreshed, then the attack of the lesson on three. The noise stays below 0.01; no chance beyond
    that.
    """
    rng = np.random.default_rng(1)
    key = Toy(small_secret(8, rng), base=10_007, depth=2)

    def seen(cipher):
        """What the server sees of the answer: an error, its own question, a kind of thing, a level."""
        try:
            result = answer(key, cipher, rng)
        except Exception as error:
            return type(error).__name__
        if result == cipher:
            return "its own question"
        return result.level if isinstance(result, Cipher) else type(result).__name__

    for value in (1.25, -3.5, 0.0, 20.0, -0.75, 7.0):
        spent = key.encrypt(value, rng) * 1.0 * 1.0
        result = answer(key, spent, rng)
        if isinstance(result, float) and abs(result - value) < 0.02:
            return verdict.not_private(f"you return {result:.2f} in the clear, to whoever asks")
        if not isinstance(result, Cipher):
            return verdict.wrong(f"for an encrypted {value:g} you return {result!r}, no ciphertext")
        if result.level != key.depth:
            return verdict.wrong(
                f"the ciphertext that you return has level {result.level}; a fresh one has {key.depth}"
            )
        if abs(key.decrypt(result) - value) > 0.02:
            return verdict.wrong(f"an encrypted {value:g} decrypts to {key.decrypt(result):.3g} after your refresh")
    for value in (3.14, -7.5, 12.25):
        cipher = key.encrypt(value, rng)
        usual = seen(cipher)
        guess = ask_for(cipher, lambda question: seen(question) != usual)
        if abs(guess - value) < 0.05:
            return verdict.not_private(
                f"by what you do with numbers that are too large, the server found {guess:.2f} in 20 "
                f"questions; encrypted was {value}"
            )
    return verdict.right("whatever the server sends, it gets a fresh ciphertext back and nothing to learn from")


@exercise(
    "The errors are y - X @ b, a column: a product and a mask, two levels. Errors @ X is a row.",
    "Where does the factor 0.1 cost no level? On X, which is fresh.",
    "b * 0.95 + (y - X @ b) @ (X * 0.1).",
)
def ridge(X, y, b):
    return b * 0.95 + (y - X @ b) @ (X * 0.1)


@ridge.check
def _(answer, verdict):
    """Three seeded data sets to 10^-9, and the depth of the circuit. No chance is involved."""
    m, n, rng = 8, 4, np.random.default_rng(2)
    try:
        circuit = trace(lambda X, y, b: answer(X, y, b), X=Matrix(m, n), y=Column(m, n), b=Row(m, n))
    except TypeError as error:
        return verdict("?", f"your code is no circuit: {error}")
    leak = None
    for _ in range(3):
        X, y, b = rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=n)
        got, wanted = Plain()(circuit, X=X, y=y, b=b), 0.95 * b + 0.1 * X.T @ (y - X @ b)
        if isinstance(got, list):
            more = [np.ravel(result) for result in got[1:]]
            errors = y - X @ b
            if any(len(result) == m and np.allclose(result, errors) for result in more):
                leak = (
                    "the second result is the error of every patient: whoever is shown the model with it works out "
                    f"what each of them has; patient 1 is off by {errors[0]:.2f}"
                )
            got = got[0]
        if np.shape(got) != wanted.shape:
            return verdict.wrong(f"the result has the shape {np.shape(got)}; weights are a row of {n}")
        if not (off := np.abs(got - wanted).max()) <= 1e-9:
            return verdict.wrong(f"the weights are off by {off:.2g} from 0.95 b + 0.1 X^T (y - Xb)")
    if (depth := Depth()(circuit)) > 3:
        return verdict.wrong(f"the weights are right, at depth {depth}; 3 can be done")
    return verdict.not_private(leak) if leak else verdict.right(f"a step of ridge regression at depth {depth}")


quiz1 = Quiz(
    id="encrypted_training.quiz1",
    question="Two minibatches are unrolled. What does the second chain of products buy?",
    options=(
        ("Precision", False, "It computes the same numbers a second time, with the same noise."),
        (
            "A level for each minibatch: columns need not be turned into rows",
            True,
            "Turning costs a mask; the other chain has them as rows already. The price is nearly twice the products.",
        ),
        ("Nothing on a single core", False, "Fewer levels make every product cheaper, on one core as well."),
    ),
)


quiz2 = Quiz(
    id="encrypted_training.quiz2",
    question="The weights agree with those in the clear to ten bits. What made the largest difference to training "
    "with the true sigmoid?",
    options=(
        ("The encryption", False, "Ten bits move no more than an example in a thousand."),
        ("The cubic", True, "Where the values leave its range it does not even know up from down."),
        ("The order of the products", False, "In the clear all circuits agree to twelve decimals."),
    ),
)


quiz3 = Quiz(
    id="encrypted_training.quiz3",
    question="The server sends back weights that decrypt to nonsense. What should the client's program do?",
    options=(
        (
            "Tell the server, so that it can look for its mistake",
            False,
            "Each complaint answers a question about what you encrypted.",
        ),
        ("Go on as ever, and complain to a person later, once", True, "To the server every answer must look the same."),
        (
            "Send the decrypted numbers back for comparison",
            False,
            "That hands over the model, and with its noise the key.",
        ),
    ),
)
