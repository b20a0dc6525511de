"""Wrong answers to the exercises of lesson 32, and what their checks must say."""

from privlab.lessons.encrypted_training.exercises import curve, refresh, ridge, send, third
from tests.lessons.answers import recognised, wrong

wrong(curve, "✗", "3 levels after u", "as it is written", edit=("(z * u) * (u * u - a1)", "z * (u * (u * u - a1))"))
wrong(curve, "✗", "3 levels after u", "multiplied out", edit=("(z * u) * (u * u - a1)", "z * u * u * u - z * u * a1"))
wrong(curve, "✗", "gave", "the sign", edit=("u - a1", "u + a1"))
wrong(curve, "✗", "gave nan", "no number at all", edit=("(u * u - a1)", "(u * u - a1) + np.nan"))
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
wrong(ridge, "✗", "off by nan", "no number at all", edit=("0.95 +", "np.nan +"))
wrong(ridge, "✗", "off by", "no penalty", edit=("b * 0.95", "b"))


@wrong(ridge, "⚠", "every patient")
def with_the_errors(X, y, b):
    error = y - X @ b
    return [b * 0.95 + error @ (X * 0.1), error]


@wrong(ridge, "?", "looked at")
def looks_at_the_error(X, y, b):
    error = y - X @ b
    return b if error.value > 0 else b


test_wrong_answers = recognised("encrypted_training")
