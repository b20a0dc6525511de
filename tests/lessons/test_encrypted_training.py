"""Right and wrong answers to the exercises of lesson 32, and what their checks must say."""

from dataclasses import replace

import numpy as np
import torch  # here, for loading it may take longer than a call of an answer may

from privlab.he.toy_ckks import Cipher
from privlab.lessons.encrypted_training.exercises import LEAKS, NEEDED, curve, refresh, ridge, send, third
from tests.lessons.answers import recognised, right, wrong

wrong(curve, "✗", "3 levels after u", "as it is written", edit=("(z * u) * (u * u - a1)", "z * (u * (u * u - a1))"))
wrong(curve, "✗", "3 levels after u", "multiplied out", edit=("(z * u) * (u * u - a1)", "z * u * u * u - z * u * a1"))
wrong(curve, "✗", "gave", "the sign", edit=("u - a1", "u + a1"))
wrong(curve, "?", "not finite", "no number at all", edit=("(u * u - a1)", "(u * u - a1) + np.nan"))
wrong(curve, "✗", "gave", "a square too few", edit=("(z * u)", "z"))
wrong(curve, "?", "looked at", "looks at the value", edit=("(z * u) * (u * u - a1)", "z * u if u > 0 else z"))


@wrong(third, "✗", "has forgotten what the first two")
def without_the_steps_between(Z, G, h, b):
    return Z[2] @ b


@wrong(third, "✗", "off by")
def the_last_step_only(Z, G, h, b):
    u2 = Z[1] @ b + G[1, 0] @ h(Z[0] @ b)
    return Z[2] @ b + G[2, 1] @ h(u2)


@wrong(third, "✗", "u2")
def u2_without_its_own_step(Z, G, h, b):
    return Z[2] @ b + G[2, 0] @ h(Z[0] @ b) + G[2, 1] @ h(Z[1] @ b)


@wrong(third, "✗", "off by")
def no_curve(Z, G, h, b):
    u1 = Z[0] @ b
    u2 = Z[1] @ b + G[1, 0] @ u1
    return Z[2] @ b + G[2, 0] @ u1 + G[2, 1] @ u2


@wrong(third, "✗", "shape")
def the_weights_instead(Z, G, h, b):
    return b


@wrong(send, "⚠", "decrypts every file")
def everything(files):
    return files


@wrong(send, "⚠", "Gram")
def all_but_the_secret_key(files):
    return [file for file in files if file != "secret key"]


@wrong(send, "⚠", "trained model")
def the_weights_so_that_it_can_go_on(files):
    return [file for file in files if file.endswith(("encrypted", "keys", "product key", "rate")) or file == "weights"]


@wrong(send, "✗", "without")
def no_keys_at_all(files):
    return [file for file in files if "key" not in file]


@wrong(send, "✗", "without")
def only_what_is_encrypted(files):
    return [file for file in files if "encrypted" in file]


@wrong(send, "✗", "there is no")
def a_file_of_its_own(files):
    return ["everything"]


@wrong(refresh, "⚠", "20 questions")
def complains(key, cipher, rng):
    value = key.decrypt(cipher)
    if abs(value) >= 32:
        raise ValueError("this makes no sense")
    return key.encrypt(value, rng)


@wrong(refresh, "⚠", "20 questions")
def falls_silent(key, cipher, rng):
    value = key.decrypt(cipher)
    return key.encrypt(value, rng) if abs(value) < 32 else None


@wrong(refresh, "⚠", "20 questions")
def sends_the_question_back(key, cipher, rng):
    value = key.decrypt(cipher)
    return key.encrypt(value, rng) if abs(value) < 32 else cipher


@wrong(refresh, "⚠", "in the clear")
def in_the_clear(key, cipher, rng):
    return key.decrypt(cipher)


@wrong(refresh, "✗", "level")
def not_refreshed(key, cipher, rng):
    return cipher


@wrong(refresh, "✗", "decrypts to")
def always_zero(key, cipher, rng):
    return key.encrypt(0, rng)


wrong(ridge, "✗", "depth 4", "the factor last", edit=("(y - X @ b) @ (X * 0.1)", "((y - X @ b) @ X) * 0.1"))
wrong(ridge, "✗", "off by", "uphill", edit=("y - X @ b", "X @ b - y"))
wrong(ridge, "?", "not finite", "no number at all", edit=("0.95 +", "np.nan +"))
wrong(ridge, "✗", "off by", "no penalty", edit=("b * 0.95", "b"))


@wrong(ridge, "⚠", "every patient")
def with_the_errors(X, y, b):
    error = y - X @ b
    return [b * 0.95 + error @ (X * 0.1), error]


@wrong(ridge, "?", "looked at")
def looks_at_the_error(X, y, b):
    error = y - X @ b
    return b if error.value > 0 else b


PRODUCTS = "(z * u) * (u * u - a1)"
right(curve, "two roots", edit=(PRODUCTS, "(z * (u - a1**0.5)) * (u * (u + a1**0.5))"))
right(curve, "powers", edit=(PRODUCTS, "u**2 * (z * u) - a1 * (z * u)"))
right(curve, "much done with z alone", edit=(PRODUCTS, "u**2 * (z * u) - (z * a1 * 0.5 * 2) * u"))
right(curve, "numpy's numbers", edit=(PRODUCTS, "np.prod([z, u]) * (u ** np.int64(2) - np.float64(a1))"))
right(curve, "without a name", answer=lambda *given: (given[0] * given[1]) * (given[1] * given[1] + -given[2]))
wrong(curve, "✗", "0.25) gave", "one a1 for all", edit=("u - a1", "u - 0.7"))
wrong(curve, "✗", "gave", "nearly", edit=("u - a1", "u - a1 - 1e-8"))
wrong(curve, "✗", "in a list", "a list", edit=(PRODUCTS, "[z * u, u * u - a1]"))
wrong(curve, "✗", "gave", "a number of its own", edit=(PRODUCTS, "0 * z * u + 0.3"))
wrong(curve, "✗", "levels after u", "a factor at the end", edit=(PRODUCTS, "(z * u) * (u * u * (1 / a1) - 1) * a1"))
wrong(curve, "?", "no more of numpy", "numpy's power", edit=("u * u", "np.power(u, 2)"))
wrong(curve, "?", "no more of numpy", "a method of arrays", edit=("u * u", "u.dot(u)"))
wrong(curve, "✗", "a `return` missing", "no return", edit=("return ", ""))


@right(third)
def a_loop(Z, G, h, b):
    us = []
    for j in range(len(Z)):
        us.append(Z[j].dot(b) + sum(G[j, i].dot(h(us[i])) for i in range(j)))
    return us[-1].tolist()


@right(third)
def number_by_number(Z, G, h, b):
    def times(matrix, vector):
        return [sum(a * x for a, x in zip(row, vector)) for row in matrix]

    u1 = times(Z[0], b)
    u2 = [u + more for u, more in zip(times(Z[1], b), times(G[1, 0], [h(u) for u in u1]))]
    terms = times(Z[2], b), times(G[2, 0], [h(u) for u in u1]), times(G[2, 1], [h(u) for u in u2])
    return (sum(parts) for parts in zip(*terms))


@right(third)
def tensors(Z, G, h, b):
    Z, b = torch.tensor(np.array(Z)), torch.tensor(b)
    G = {pair: torch.tensor(matrix) for pair, matrix in G.items()}
    first = h(Z[0] @ b)
    return Z[2] @ b + torch.cat([G[2, 0], G[2, 1]], dim=1) @ torch.cat([first, h(Z[1] @ b + G[1, 0] @ first)])


@right(third)
def sums_by_letters(Z, G, h, b):
    scores = np.einsum("msn,n->ms", np.array(Z), b)
    first = h(scores[0])
    return scores[2] + np.einsum("st,t->s", G[2, 0], first) + G[2, 1] @ h(scores[1] + G[1, 0] @ first)


@wrong(third, "✗", "belong to the pictures")
def weights_in_between(Z, G, h, b):
    step = G[1, 0][0, 0] / (Z[1] @ Z[0].T)[0, 0]
    for minibatch in Z[:2]:
        b = b + step * minibatch.T @ h(minibatch @ b)
    return Z[2] @ b


@wrong(third, "✗", "belong to the pictures")
def the_second_step_by_the_weights(Z, G, h, b):
    step = G[2, 0][0, 0] / (Z[2] @ Z[0].T)[0, 0]
    after = b + step * Z[0].T @ h(Z[0] @ b)
    return Z[2] @ after + G[2, 1] @ h(Z[1] @ after)


@wrong(third, "✗", "belong to the pictures")
def a_gram_matrix_of_its_own(Z, G, h, b):
    own = G[1, 0] @ np.linalg.pinv(Z[1] @ Z[0].T) @ (Z[1] @ Z[0].T)
    u1 = Z[0] @ b
    return Z[2] @ b + G[2, 0] @ h(u1) + G[2, 1] @ h(Z[1] @ b + own @ h(u1))


@wrong(third, "✗", "off by")
def another_curve(Z, G, h, b):
    return third.reference(Z, G, lambda u: 0.5 - 0.2 * u + 0.01 * u**3, b)


wrong(third, "✗", "off by", "nearly", edit=("return Z[2] @ b", "return Z[2] @ b + 1e-9"))
wrong(third, "✗", "off by", "Gram matrices turned", edit=("G[2, 1] @ h(u2)", "G[2, 1].T @ h(u2)"))
wrong(third, "✗", "u3 has 4 numbers", "with the weights", edit=("return Z[2] @ b", "return b, Z[2] @ b"))
wrong(
    third, "✗", "u3 has 4 numbers", "the weights as imaginary parts", edit=("return Z[2] @ b", "return 1j + Z[2] @ b")
)
wrong(third, "✗", "shape", "all three", edit=("return Z[2] @ b", "return u1, u2, Z[2] @ b"))
wrong(
    third,
    "✗",
    "u3 has 4 numbers",
    "a word",
    edit=("return Z[2] @ b + G[2, 0] @ h(u1) + G[2, 1] @ h(u2)", "return 'u3'"),
)

KEPT = "file.endswith(needed)"
right(send, "a set", edit=(f"[file for file in files if {KEPT}]", f"{{file for file in files if {KEPT}}}"))
right(send, "a generator", edit=(f"[file for file in files if {KEPT}]", f"(file for file in files if {KEPT})"))
right(send, "numpy", edit=(f"[file for file in files if {KEPT}]", f"np.array(files)[[{KEPT} for file in files]]"))
right(send, "all but four", edit=(KEPT, 'file not in {"secret key", "Gram matrices", "labels", "weights"}'))
right(send, "struck off", answer=lambda files: [files.remove(file) for file in LEAKS] and files)
right(send, "whatever is there", answer=lambda files: sorted(NEEDED, reverse=True))
wrong(send, "⚠", "wrote", "labels too", edit=(KEPT, f'{KEPT} or file == "labels"'))
wrong(send, "⚠", "decrypts every file", "every key", edit=("rotation keys", 'keys", "secret key'))
wrong(send, "⚠", "64 x 64", "both Gram matrices", edit=('("encrypted"', '("Gram matrices", "encrypted"'))
wrong(send, "✗", "begins with", "places in the list", answer=lambda files: [files[i] for i in (1, 3, 4, 5, 6, 9)])
wrong(send, "✗", "a dict", "yes and no", answer=lambda files: {file: file not in LEAKS for file in files})
wrong(send, "✗", "the text", "a text", answer=lambda files: ", ".join(NEEDED))
wrong(send, "✗", "there is no", "a list in a list", answer=lambda files: [sorted(NEEDED)])
wrong(send, "✗", "'learning rate'", "no learning rate", edit=(', "rate"', ""))
wrong(send, "✗", "'product key'", "no key for products", edit=('"product key", ', ""))

CUT = "min(max(key.decrypt(cipher), -31), 31)"
right(refresh, "numpy's clip", edit=(CUT, "np.clip(key.decrypt(cipher), -31, 31)"))
right(refresh, "sorted", edit=(CUT, "sorted([-32.0, key.decrypt(cipher), 32.0])[1]"))
right(refresh, "as far as the toy goes", edit=(CUT, "min(max(key.decrypt(cipher), -5_000), 5_000)"))
right(refresh, "round the end", edit=(CUT, "(key.decrypt(cipher) + 32) % 64 - 32"))
right(
    refresh,
    "a number of chance instead",
    edit=(CUT, "key.decrypt(cipher)\n    value = value if abs(value) < 32 else rng.normal()"),
)
right(refresh, "a generator of its own", edit=("(value, rng)", "(value, np.random.default_rng())"))


@right(refresh)
def tried_first(key, cipher, rng):
    try:
        return key.encrypt(key.decrypt(cipher), rng)
    except ValueError:
        return key.encrypt(0, rng)


@right(refresh)
def added_to_an_encrypted_zero(key, cipher, rng):
    return key.encrypt(0, rng) + float(np.clip(key.decrypt(cipher), -31.5, 31.5))


wrong(refresh, "⚠", "an error (ValueError)", "nothing is cut", edit=(CUT, "key.decrypt(cipher)"))
wrong(refresh, "⚠", "an error (ValueError)", "cut above alone", edit=(CUT, "min(key.decrypt(cipher), 31)"))
wrong(refresh, "⚠", "an error (ValueError)", "cut below alone", edit=(CUT, "max(key.decrypt(cipher), -31)"))
wrong(
    refresh,
    "⚠",
    "an error (SystemExit)",
    "gives up",
    edit=(CUT, "key.decrypt(cipher)\n    if abs(value) > 99: raise SystemExit"),
)
wrong(refresh, "✗", "decrypts to", "cut too early", edit=(CUT, "min(max(key.decrypt(cipher), -16), 16)"))
wrong(
    refresh,
    "✗",
    "level",
    "only the question with a zero",
    edit=("key.encrypt(value, rng)", "cipher + key.encrypt(0, rng)"),
)
wrong(refresh, "✗", "no ciphertext", "a pair", edit=("key.encrypt(value, rng)", "key.encrypt(value, rng), True"))


def looks(change):
    """A refresh that gives another kind of answer, `change(ciphertext)`, for numbers that are too large."""

    def refresh(key, cipher, rng):
        value = key.decrypt(cipher)
        fresh = key.encrypt(float(np.clip(value, -31, 31)), rng)
        return fresh if abs(value) < 32 else change(fresh)

    return refresh


zeros = (0,) * 8
wrong(refresh, "⚠", "of them empty", "empty where too large", answer=looks(lambda fresh: fresh - fresh))
wrong(
    refresh,
    "⚠",
    "3 parts",
    "a part more where too large",
    answer=looks(lambda fresh: replace(fresh, parts=(*fresh.parts, zeros))),
)
wrong(
    refresh,
    "⚠",
    "not reduced",
    "not reduced where too large",
    answer=looks(
        lambda fresh: replace(fresh, parts=tuple(tuple(n + fresh.modulus for n in part) for part in fresh.parts))
    ),
)
wrong(refresh, "⚠", "level 1", "a level less where too large", answer=looks(lambda fresh: fresh * 1.0))
wrong(
    refresh,
    "⚠",
    "not random",
    "a small mask where too large",
    answer=looks(lambda fresh: replace(fresh, parts=(fresh.parts[0], tuple(n % 1_000 for n in fresh.parts[1])))),
)
wrong(refresh, "⚠", "a tuple of 2", "a word with it where too large", answer=looks(lambda fresh: (fresh, "too large")))


@wrong(refresh, "⚠", "after the next question")
def sulks_afterwards(key, cipher, rng):
    value, sulks = key.decrypt(cipher), getattr(sulks_afterwards, "sulks", False)
    sulks_afterwards.sulks = abs(value) >= 32
    return None if sulks and abs(value) < 32 else key.encrypt(float(np.clip(value, -31, 31)), rng)


@wrong(refresh, "⚠", "anybody reads 1.25")
def bare(key, cipher, rng):
    fresh = key.encrypt(0, rng)
    return fresh - fresh + min(max(key.decrypt(cipher), -31), 31)


@wrong(refresh, "⚠", "not random")
def nearly_bare(key, cipher, rng):
    value = round(min(max(key.decrypt(cipher), -31), 31) * key.base)
    return Cipher(((value % key.base**4, *zeros[1:]), (1, *zeros[1:])), key.base**4, key.base)


@wrong(refresh, "⚠", "not random")
def always_the_same_seed(key, cipher, rng):
    return key.encrypt(min(max(key.decrypt(cipher), -31), 31), np.random.default_rng(3))


@wrong(refresh, "⚠", "no fresh noise")
def no_noise(key, cipher, rng):
    value, modulus = round(min(max(key.decrypt(cipher), -31), 31) * key.base), key.base**4
    mask = key.encrypt(0, rng).parts[1]
    b = [0] * 8
    for i, left in enumerate(mask):
        for j, digit in enumerate(key.secret):
            b[(i + j) % 8] -= left * digit * (1 if i + j < 8 else -1)
    b[0] += value
    return Cipher((tuple(number % modulus for number in b), mask), modulus, key.base)


@wrong(refresh, "⚠", "mask of the question")
def the_question_where_it_is_fresh(key, cipher, rng):
    fresh = key.encrypt(min(max(key.decrypt(cipher), -31), 31), rng)
    return cipher + 0 if cipher.level == key.depth and len(cipher.parts) == 2 else fresh


@wrong(refresh, "✗", "parts")
def with_a_part_of_its_own(key, cipher, rng):
    fresh = key.encrypt(min(max(key.decrypt(cipher), -31), 31), rng)
    return replace(fresh, parts=(*fresh.parts, zeros))


STEP = "b * 0.95 + (y - X @ b) @ (X * 0.1)"
right(ridge, "sums of rows and columns", edit=(STEP, "0.95 * b + ((y - (X * b).sum_columns()) * (X * 0.1)).sum_rows()"))
right(ridge, "the mask takes the factor", edit=(STEP, "b * 0.95 + (y * 0.1 - (X * b).sum_columns(0.1)) @ X"))
right(ridge, "b less a part of it", edit=(STEP, "b - 0.05 * b + (y - X @ b) @ (0.1 * X)"))
right(ridge, "numpy's numbers", edit=(STEP, "b * np.float64(0.95) - (X @ b - y) @ (X * np.array(0.1))"))
right(ridge, "in a list of one", edit=(STEP, "[b * 0.95 + (y - X @ b) @ (X * 0.1)]"))
wrong(ridge, "⚠", "something of each patient", "with the predictions", edit=(STEP, f"[{STEP}, X @ b]"))
wrong(ridge, "⚠", "something of each patient", "with the patients", edit=(STEP, f"[{STEP}, X, y]"))
wrong(ridge, "⚠", "something of each patient", "with twice the errors", edit=(STEP, f"[{STEP}, (y - X @ b) * 2]"))
wrong(ridge, "⚠", "something of the patients", "with a sum over patients", edit=(STEP, f"[{STEP}, X.sum_rows()]"))
wrong(ridge, "⚠", "result 3", "with the old weights and the patients", edit=(STEP, f"({STEP}, b, X)"))
wrong(ridge, "✗", "2 results", "with the old weights", edit=(STEP, f"[{STEP}, b]"))
wrong(ridge, "✗", "shape", "the patients' pulls", edit=(STEP, "b * 0.95 + (y - X @ b) * (X * 0.1)"))
wrong(ridge, "✗", "for 8 patients", "nearly", edit=("0.95", "0.9500001"))
wrong(ridge, "?", "there is no product @ of the shapes", "numpy's letters", edit=("X @ b", "X.T @ b"))


@wrong(ridge, "⚠", "further ones")
def patients_in_the_slots_beside(X, y, b):
    rows, columns = X.layout.rows, X.layout.columns
    beside = np.ones((rows, columns))
    beside[0] = 0
    weights = b * 0.95 + (y - X @ b) @ (X * 0.1)
    return type(b)((weights + X * beside).value, b.layout)


@wrong(refresh, "⚠", "of the kinds list")
def lists_instead_of_tuples_when_it_cuts(key, cipher, rng):
    value = key.decrypt(cipher)
    fresh = key.encrypt(min(max(value, -31), 31), rng)
    return fresh if abs(value) <= 31 else Cipher(tuple(map(list, fresh.parts)), fresh.modulus, fresh.base)


class Cut(Cipher):
    """A ciphertext of a number that was cut."""


@wrong(refresh, "⚠", "of the kinds Cut")
def another_kind_when_it_cuts(key, cipher, rng):
    value = key.decrypt(cipher)
    fresh = key.encrypt(min(max(value, -31), 31), rng)
    return fresh if abs(value) <= 31 else Cut(fresh.parts, fresh.modulus, fresh.base)


test_answers = recognised("encrypted_training")
