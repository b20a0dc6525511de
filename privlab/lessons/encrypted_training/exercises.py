"""Exercises of lesson 32: an order of products, three minibatches unrolled, what to send, a refresh, another model."""

from functools import partial

import numpy as np

from privlab.he.circuits.evaluators import Depth, Plain
from privlab.he.circuits.linear_algebra import Column, Matrix, Row
from privlab.he.circuits.tracing import trace
from privlab.he.toy_ckks import Cipher, Toy, ask_for, small_secret
from privlab.lab.distributions import uneven
from privlab.lab.exercise import Quiz, exercise
from privlab.lab.inputs import as_numbers, described
from privlab.lab.results import as_number, listed, shown


@exercise(
    "u is deep, z is fresh. Which product with z can be had one level after u?",
    "z * u and u * u are both one level after u. What do you do with the two?",
    "(z * u) * (u * u - a1) ends two levels after u.",
)
def curve(z, u, a1):
    return (z * u) * (u * u - a1)


@curve.check
def _(answer, verdict):
    """✓ promises: the numbers to 10^-9 for four values of a1, on 64 pairs and on 7, by a circuit that ends at most two
    levels after u, however much is done with z alone before. No chance is involved, and nothing is private here. a1 is
    above 0, as in every cubic of the lesson.
    """
    deepest = 0
    for a1, points in ((0.7, 8), (0.25, 8), (1.3, 3), (0.01, 5)):
        z, u = np.repeat(np.linspace(-1, 1.5, points), points), np.tile(np.linspace(-2, 2.5, points)[::-1], points)
        try:
            circuit = trace(lambda z, u: answer(z, u, a1), z=len(z), u=len(u))
        except Exception as error:
            return verdict("?", _no_circuit(error))
        got, wanted = Plain()(circuit, z=z, u=u), z * u * (u * u - a1)
        if isinstance(got, list):
            return verdict.wrong(f"curve returned {len(got)} encrypted values in a list: return the result alone")
        off = np.abs(got - wanted)
        if not off.max() <= 1e-9:
            worst = int(off.argmax())
            return verdict.wrong(
                f"curve({z[worst]:.6g}, {u[worst]:.6g}, {a1}) gave {got[worst]:.10g}, not {wanted[worst]:.10g}"
            )
        deepest = max(deepest, _LevelsAfterU()(circuit))
    if deepest > 2:
        return verdict.wrong(
            f"the numbers are right, but the result lies {deepest} levels after u: for six minibatches that is "
            f"{6 * (deepest - 2)} levels too many"
        )
    return verdict.right("two levels after u; no circuit does it in one, for one level at most doubles the degree")


class _LevelsAfterU(Depth):
    """Counts the multiplications on the paths that begin at u; z is fresh, and may be worked on before u is there."""

    def input(self, node):
        return 0 if node.detail == "u" else -100


def _no_circuit(error):
    """What is wrong with a function that cannot be traced, in the reader's words; other exceptions are raised again."""
    error = error if isinstance(error, TypeError | ValueError) else error.__cause__ or error
    if not isinstance(error, TypeError | ValueError | AttributeError):
        raise
    known = "an encrypted value knows + - * ** and @, and no more of numpy: "
    return f"your code is no circuit: {known if 'ufunc' in str(error) or 'attribute' in str(error) else ''}{error}"


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
    """✓ promises: u3 to 10^-10 for five trainings of several sizes and curves; and no weights but b, for three more
    have Gram matrices that belong to no pictures, on which training step by step gives other numbers. No chance is
    involved. Not seen: weights that are formed and thrown away.
    """
    rng = np.random.default_rng(1)
    curves = (lambda u: 0.5 - 0.2 * u + 0.01 * u**3), (lambda u: 0.3 - 0.15 * u), (lambda u: 0.1 * u * u - u + 1)
    for number, (m, n) in enumerate(((4, 3), (2, 5), (1, 1), (3, 3), (6, 2), (4, 3), (2, 2), (5, 4))):
        h, step, made_up = curves[number % 3], (0.25, 0.1, 0.4)[number % 3], number >= 5
        Z, b = [rng.normal(size=(m, n)) for _ in range(3)], rng.normal(size=n)
        G = {(j, i): step * Z[j] @ Z[i].T for j in range(3) for i in range(j)}
        if made_up:
            G = {pair: rng.normal(size=(m, m)) for pair in G}
        result = answer([minibatch.copy() for minibatch in Z], dict(G), h, b.copy())
        got = as_numbers(result)
        if got is None or np.iscomplexobj(result):
            return verdict.wrong(f"third gave {described(result)}; u3 has {m} numbers, one for each sample")
        u1 = Z[0] @ b
        u2 = Z[1] @ b + G[1, 0] @ h(u1)
        wanted = Z[2] @ b + G[2, 0] @ h(u1) + G[2, 1] @ h(u2)
        if got.shape != wanted.shape:
            return verdict.wrong(
                f"for three minibatches of {m} samples the result has the shape {got.shape}; u3 is {wanted.shape}"
            )
        off = np.abs(got - wanted).max()
        if off < 1e-10:
            continue
        if made_up:
            return verdict.wrong(
                "your u3 is right only where the Gram matrices belong to the pictures Z: so it works out weights in "
                "between, and on ciphertexts that costs the levels that unrolling was to win"
            )
        if np.allclose(got, Z[2] @ b):
            return verdict.wrong("your u3 has forgotten what the first two minibatches taught")
        if np.allclose(got, Z[2] @ b + G[2, 0] @ h(Z[0] @ b) + G[2, 1] @ h(Z[1] @ b)):
            return verdict.wrong("your u2 is the one before the first step: it needs its own term with G[1, 0]")
        return verdict.wrong(f"u3 is off by {off:.2g} from training step by step, for minibatches of {m} x {n}")
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
    needed = ("encrypted", "rotation keys", "product key", "rate")
    return [file for file in files if file.endswith(needed)]


@send.check
def _(answer, verdict):
    """✓ promises: exactly the six files that the server needs, in any order and any collection, also when the list of
    files comes in other orders. No chance is involved. Not seen: what the files hold.
    """
    orders = [FILES, FILES[::-1], *(np.random.default_rng(seed).permutation(FILES).tolist() for seed in range(3))]
    for files in orders:
        chosen = answer(list(files))
        if isinstance(chosen, str | dict) or not hasattr(chosen, "__iter__"):
            return verdict.wrong(f"send gave {described(chosen)}: a list of names belongs, such as ['learning rate']")
        sent = list(chosen)
        if unknown := [name for name in sent if not isinstance(name, str) or name not in FILES]:
            return verdict.wrong(f"there is no {described(unknown[0]).removeprefix('the text ')} among the files")
        order = "" if files is FILES else f", when the list of files begins with {files[0]!r}"
        if missing := sorted(NEEDED - set(sent)):
            return verdict.wrong(f"without {missing[0]!r} the server cannot train{order}")
        leaks = [LEAKS[name] for name in ("secret key", "Gram matrices", "labels", "weights") if name in sent]
        if leaks:
            return verdict.not_private(f"{leaks[0]}{order}")
    return verdict.right("the server can train, and reads nothing but sizes")


@exercise(
    "key.decrypt(cipher) gives the number, key.encrypt(number, rng) a fresh ciphertext at full depth.",
    "What can the server tell apart? That you raise, that you return nothing, that the result has another size.",
    "Keep the number between -31 and 31, whatever it was, and encrypt that: then every question gets the same answer.",
)
def refresh(key, cipher, rng):
    value = min(max(key.decrypt(cipher), -31), 31)
    return key.encrypt(value, rng)


HARMLESS = (1.25, -3.5, 0.0, 20.0, -0.75, 7.0, 30.5, -31.0)
TOO_LARGE = (33.0, 100.0, 1_000.0, 4_999.0, 5_003.4, 5_003.6, 6_000.0, 1e6, 1e9)  # the toy encrypts below 5,003.5


@refresh.check
def _(answer, verdict):
    """✓ promises: numbers from -31 to 31 come back right at full depth, from questions of each level and of two to five
    parts; whatever number the server makes of a ciphertext, the answer to it and the next one look as ever (no error,
    as many parts of the same kinds, all of them reduced, none empty); its masks are even and never repeat, its noise is
    there. The tests of chance err once in 10^7.

    Not seen: how long the answer takes, what it prints on the client's side, whether its generator can be guessed.
    """
    rng = np.random.default_rng(1)
    key = Toy(small_secret(8, rng), base=10_007, depth=2)
    for value in HARMLESS:
        for question in _questions(key, value, rng):
            if (failure := _not_refreshed(key, question, value, answer(key, question, rng), verdict)) is not None:
                return failure
    look = partial(_look, answer, key, rng)
    usual = look(key.encrypt(1.0, rng))
    for size in TOO_LARGE:
        for sign in (1, -1):
            question = key.encrypt(1.5, rng) + (sign * size - 1.5)
            after = key.encrypt(1.0, rng)
            for seen, whose in ((look(question), "the answer"), (look(after), "the answer after the next question")):
                if seen != usual:
                    return verdict.not_private(
                        f"to an encrypted {sign * size:,.12g} {whose} is {seen}, and else {usual}. "
                        f"{_found(key, look, usual, sign, size, rng)}"
                    )
    if (leak := _not_fresh(answer, key, rng, verdict)) is not None:
        return leak
    return verdict.right("whatever the server sends, it gets a fresh ciphertext back and nothing to learn from")


def _questions(key, value, rng):
    """Ciphertexts of a number as a server may have them: spent, half spent, fresh, of three and five parts, bare."""
    fresh, one = key.encrypt(value, rng), key.encrypt(1.0, rng)
    bare = fresh - fresh + value
    return fresh * 1.0 * 1.0, fresh * 1.0, fresh, fresh * one, fresh * one * one, bare


def _not_refreshed(key, question, value, result, verdict):
    """The verdict on an answer that is no fresh ciphertext of the number, or None."""
    number = as_number(result)
    if number is not None and abs(number - value) < 0.02:
        return verdict.not_private(f"you return {number:.2f} in the clear, to whoever asks")
    if not isinstance(result, Cipher):
        return verdict.wrong(f"for an encrypted {value:g} you return {shown(result)}, no ciphertext")
    if result.level != key.depth:
        return verdict.wrong(f"the ciphertext that you return has level {result.level}; a fresh one has {key.depth}")
    try:
        got = key.decrypt(result)
    except (TypeError, IndexError, ValueError):
        return verdict.wrong(f"for an encrypted {value:g} you return a ciphertext that does not decrypt")
    if not abs(got - value) <= 0.02:
        return verdict.wrong(f"an encrypted {value:g} decrypts to {got:.4g} after your refresh")
    if result.is_transparent():
        return verdict.not_private(
            f"all parts but the first are 0: without the key anybody reads {result.parts[0][0] / key.base:.4g} off it"
        )
    if result.base != key.base or len(result.parts) != 2 or result.modulus != key.base ** (key.depth + 2):
        return verdict.wrong(
            f"you return {len(result.parts)} parts; a fresh ciphertext has two, whatever the server sent"
        )
    if result.parts[1] == question.parts[1] or result == question:
        return verdict.not_private("your answer has the mask of the question, and their difference shows what you did")
    return None


def _look(answer, key, rng, question):
    """What the server sees of an answer without any key, in words."""
    try:
        result = answer(key, question, rng)
    except Exception as error:
        return f"an error ({type(error.__cause__ or error).__name__})"
    if not isinstance(result, Cipher):
        return described(result)
    if result == question:
        return "the question itself"
    numbers = [number for part in result.parts for number in part]
    reduced = all(0 <= number < result.modulus for number in numbers)
    empty = sum(not any(part) for part in result.parts[1:])
    held = (result, result.parts, *result.parts, *numbers, result.modulus, result.base)
    kinds = sorted({type(each).__name__ for each in held} - {"Cipher", "tuple", "int"})
    return (
        f"{len(result.parts)} parts of {len(result.parts[0])} at level {result.level}"
        + (f", {empty} of them empty" if empty else "")
        + ("" if reduced else ", not reduced")
        + (f", of the kinds {listed(kinds)}" if kinds else "")
        + (", with the mask of the question" if result.parts[1:2] == question.parts[1:2] else "")
    )


def _found(key, look, usual, sign, most, rng):
    """What the server finds by the lesson's attack, where it is told apart above `most` and not at half of it."""
    low, high = 0.0, most
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if look(key.encrypt(0.0, rng) + sign * middle) == usual else (low, middle)
    secret = key.encrypt(3.14, rng)
    ask = secret if sign > 0 else -secret
    guess = sign * ask_for(ask, lambda question: look(question if sign > 0 else -question) != usual, most=high)
    if abs(guess - 3.14) > 0.05:
        return "The server sees that, and learns of a number it only holds encrypted"
    return f"So with 20 questions the server found {guess:.2f}, where 3.14 was encrypted"


def _not_fresh(answer, key, rng, verdict):
    """The verdict on answers whose masks or noise give something away, or None."""
    for size, said in ((1.0, ""), (1e4, " that are too large")):
        results = [answer(key, key.encrypt(1.0, rng) + (size - 1.0), rng) for _ in range(60)]
        masks = [result.parts[1] for result in results]
        if told := uneven(masks, results[0].modulus, names=("number of a mask", "answer")):
            return verdict.not_private(f"the masks of your answers to numbers{said} are not random: {told}")
        noises = []
        for mask, result in zip(masks, results):
            bare = Cipher((result.parts[0], mask), result.modulus, key.base)
            noises.append([_coefficient(key, bare, place) for place in range(1, len(mask))])
        steady = [len(set(column)) == 1 for column in zip(*noises)]
        if all(steady) or max(map(max, noises)) > key.base // 4 or min(map(min, noises)) < -key.base // 4:
            return verdict.not_private(
                f"your answers to numbers{said} have no fresh noise, so each is an equation for the key without an "
                "unknown error"
            )
    return None


def _coefficient(key, cipher, place):
    """One coefficient of b + a * secret, around 0: behind the first, which holds the number, they are all noise."""
    b, a = cipher.parts
    terms = len(a)
    total = b[place]
    for i, left in enumerate(a):
        j = (place - i) % terms
        total += left * key.secret[j] * (1 if i + j == place else -1)
    return (total + cipher.modulus // 2) % cipher.modulus - cipher.modulus // 2


@exercise(
    "The errors are y - X @ b, a column: a product and a mask, two levels. Errors @ X is a row.",
    "Where does the factor 0.1 cost no level? On X, which is fresh.",
    "b * 0.95 + (y - X @ b) @ (X * 0.1).",
)
def ridge(X, y, b):
    return b * 0.95 + (y - X @ b) @ (X * 0.1)


@ridge.check
def _(answer, verdict):
    """✓ promises: the new weights to 10^-9 at depth 3, for five sizes, and nothing else: no second result, and in the
    slots beside the weights nothing but the weights again, where the patients are a power of two. No chance is
    involved. Not seen: what the weights themselves tell of the patients, of whom there may be few.
    """
    rng, deepest = np.random.default_rng(2), 0
    for m, n in ((8, 4), (4, 8), (5, 3), (2, 2), (8, 4)):
        try:
            circuit = trace(lambda X, y, b: answer(X, y, b), X=Matrix(m, n), y=Column(m, n), b=Row(m, n))
        except Exception as error:
            return verdict("?", _no_circuit(error))
        X, y, b = rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=n)
        evaluator, wanted = Plain(), 0.95 * b + 0.1 * X.T @ (y - X @ b)
        got = evaluator(circuit, X=X, y=y, b=b)
        more = got[1:] if isinstance(got, list) else []
        got = got[0] if isinstance(got, list) else got
        if np.shape(got) != wanted.shape:
            return verdict.wrong(f"the result has the shape {np.shape(got)}; weights are a row of {n}")
        if not (off := np.abs(got - wanted).max()) <= 1e-9:
            return verdict.wrong(
                f"for {m} patients of {n} numbers the weights are off by {off:.2g} from 0.95 b + 0.1 X^T (y - Xb)"
            )
        if more:
            return _with_more(circuit, more, (X, y, b), verdict)
        (slots,) = evaluator.walk(circuit)
        beside = slots.reshape(-1, circuit.layouts["b"].width)
        if m & (m - 1) == 0 and np.abs(beside - beside[0]).max() > 1e-9:  # else rows without a patient hold less
            row = int(np.abs(beside - beside[0]).max(axis=1).argmax())
            return verdict.not_private(
                f"the first slots of your ciphertext hold the weights, but further ones {shown(beside[row])}: whoever "
                "decrypts it reads them as well, and they come from the patients"
            )
        deepest = max(deepest, Depth()(circuit))
    if deepest > 3:
        return verdict.wrong(f"the weights are right, at depth {deepest}; 3 can be done")
    return verdict.right(f"a step of ridge regression at depth {deepest}")


def _with_more(circuit, more, inputs, verdict):
    """The verdict on results beside the weights: private ones hang on the patients' data."""
    X, y, b = inputs
    others = Plain()(circuit, X=-X[::-1], y=y + 1, b=b)[1:]
    for number, (result, other) in enumerate(zip(more, others), start=2):
        if np.allclose(result, other):
            continue  # whoever they are, the patients make no difference to it
        what = "something of each patient" if len(np.atleast_1d(result)) == len(y) else "something of the patients"
        if np.shape(result) == y.shape and np.allclose(result, y - X @ b):
            what = "the error of every patient"
        return verdict.not_private(
            f"result {number} is {what}, {shown(np.ravel(result))}: whoever is shown the model with it works out what "
            "each of them has"
        )
    return verdict.wrong(f"ridge returned {1 + len(more)} results: the weights alone are asked for")


quiz1 = Quiz(
    id="encrypted_training.quiz1",
    question="Two minibatches are unrolled. What does the second chain of products buy?",
    options=(
        ("Precision", False, "It computes the same numbers a second time, with the same noise."),
        (
            "A level for each pair of minibatches: columns need not be turned into rows",
            True,
            "Turning costs a mask; the other chain has them as rows already. The price is half as many products again.",
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
