"""A refresh that tells too much: a customer who complains answers the service's questions (lesson 32)."""


def complaining(key, rng, most=32):
    """A function that refreshes a ciphertext of the toy: decrypts and encrypts again, at full depth.

    It raises ValueError where the number is `most` or larger, as a careful program would.
    Not secure because the service hears the complaint, and chooses what is decrypted.
    """
    def refresh(cipher):
        value = key.decrypt(cipher)
        if abs(value) >= most:
            raise ValueError("this decrypts to a number that makes no sense")
        return key.encrypt(value, rng)

    return refresh


def ask_for(cipher, complains, most=32, asks=20):
    """The number in `cipher`, found without the key: each question halves the range that it lies in.

    complains : function of a ciphertext, True when the customer complains of it. most : from what size on that is.
    Source: attacks by the decryptor's reactions, as in Chenal and Tang, "On key recovery attacks against existing somewhat
    homomorphic encryption schemes" (2014).
    """
    low, high = -most, most
    for _ in range(asks):
        middle = (low + high) / 2
        low, high = (middle, high) if complains(cipher + (most - middle)) else (low, middle)
    return (low + high) / 2
