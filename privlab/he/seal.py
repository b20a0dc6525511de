"""Keys and ciphertexts of Microsoft SEAL, through `tenseal.sealapi`: a customer who holds the secret, a service that does not.

Source: Cheon, Kim, Kim and Song (2017) for the scheme CKKS; Benaissa and others, "TenSEAL" (2021) for the library.
"""
from functools import lru_cache

import numpy as np

UNSEEN_RANGE = "the values have outgrown the bits before the point, or this key belongs to another customer"


def _library():
    try:
        import tenseal.sealapi
    except ImportError:
        raise ImportError("tenseal is not installed (it is made for Linux, Windows and Macs with Apple silicon only): "
                          "the evaluators Plain, Depth, Count and Precision work without it") from None
    return tenseal.sealapi


@lru_cache(maxsize=4)
def _context(parameters, checked):
    """The library's context, and its name of each level from 0 up."""
    seal = _library()
    if checked and not parameters.is_secure():
        raise ValueError(f"{parameters.bits} bits in ring {parameters.ring} are not secure: the table ends at "
                         f"{_most(parameters.ring)}; let Parameters.for_circuit choose")
    settings = seal.EncryptionParameters(seal.SCHEME_TYPE.CKKS)
    settings.set_poly_modulus_degree(parameters.ring)
    settings.set_coeff_modulus([seal.Modulus(prime) for prime in parameters.primes])
    context = seal.SEALContext(settings, True, seal.SEC_LEVEL_TYPE.NONE)  # its table ends at 32768; ours was asked above
    if not context.parameters_set():
        raise ValueError(f"the library refuses these parameters: {context.parameters_error_message()}")
    names, data = [], context.first_context_data()
    while data is not None:
        names.insert(0, data.parms_id())
        data = data.next_context_data()
    return context, names


def _most(ring):
    from privlab.he.parameters import MOST_BITS

    return f"{MOST_BITS[ring]} bits" if ring in MOST_BITS else "other rings"


def _element(steps, ring):
    """The number by which the library knows a rotation of `steps` slots to the left."""
    return pow(3, steps, 2 * ring)


class Customer:
    """Holds the secret key: encrypts, decrypts, and makes the keys that a `Service` needs.

    parameters : `Parameters`. insecure : True to make keys outside the table of 128-bit security, for show.
    Raises ValueError for parameters that are not secure, ImportError where there is no tenseal.
    """

    def __init__(self, parameters, insecure=False):
        seal = _library()
        self.parameters = parameters
        self.context, self.names = _context(parameters, not insecure)
        self._keys = seal.KeyGenerator(self.context)
        secret = self._keys.secret_key()
        self._encryptor, self._decryptor = seal.Encryptor(self.context, secret), seal.Decryptor(self.context, secret)
        self._encoder = seal.CKKSEncoder(self.context)

    def service(self):
        """A `Service` that holds the public keys: for products, and for the rotations that the parameters name."""
        seal = _library()
        products, rotations = seal.RelinKeys(), seal.GaloisKeys()
        self._keys.create_relin_keys(products)
        if self.parameters.rotations:  # whole numbers would be read as the library's own names, so those are given
            ring = self.parameters.ring
            self._keys.create_galois_keys([_element(steps, ring) for steps in self.parameters.rotations], rotations)
        return Service(self.parameters, self.context, self.names, products, rotations)

    def encrypt(self, slots, level):
        """A ciphertext of `slots` (a power of two of numbers, repeated until all slots are full) at `level`."""
        seal = _library()
        plain, cipher = seal.Plaintext(), seal.Ciphertext()
        everywhere = np.tile(slots, self.parameters.ring // 2 // len(slots))
        self._encoder.encode(everywhere.tolist(), self.names[level], self.parameters.scales[level], plain)
        self._encryptor.encrypt_symmetric(plain, cipher)
        return cipher

    def decrypt(self, cipher, size):
        """The first `size` slots of a ciphertext.

        Raises ValueError for a ciphertext of other parameters, and where the numbers are beyond the range that fits.
        """
        seal = _library()
        plain = seal.Plaintext()
        try:
            self._decryptor.decrypt(cipher, plain)
        except (ValueError, RuntimeError):
            raise ValueError("this ciphertext belongs to other parameters") from None
        slots = np.array(self._encoder.decode_double(plain))
        if np.abs(slots).max() >= 2.0 ** (self.parameters.whole_bits - 1):
            raise ValueError(f"the decryption makes no sense: {UNSEEN_RANGE}")
        return slots[:size]


class Service:
    """Holds public keys only and computes on ciphertexts. Every operation gives a new ciphertext and changes none."""

    def __init__(self, parameters, context, names, products, rotations):
        seal = _library()
        self.parameters, self.context, self.names = parameters, context, names
        self._products, self._rotations = products, rotations
        self._evaluator, self._encoder = seal.Evaluator(context), seal.CKKSEncoder(context)
        self._level = {tuple(name): level for level, name in enumerate(names)}

    def level(self, cipher):
        """The level of a ciphertext. Raises ValueError when it belongs to other parameters."""
        level = self._level.get(tuple(cipher.parms_id()))
        if level is None:
            raise ValueError("this ciphertext belongs to other parameters")
        return level

    def _new(self, operation, *arguments):
        result = _library().Ciphertext()
        getattr(self._evaluator, operation)(*arguments, result)
        return result

    def _encode(self, numbers, level, scale):
        """A plaintext of one number for all slots, or of a vector repeated until all are full."""
        plain = _library().Plaintext()
        if isinstance(numbers, np.ndarray):
            numbers = np.tile(numbers, self.parameters.ring // 2 // len(numbers)).tolist()
        self._encoder.encode(numbers, self.names[level], scale, plain)
        return plain

    def _rescaled(self, cipher, level):
        self._evaluator.rescale_to_next_inplace(cipher)  # its own: nobody else has seen it yet
        cipher.scale = self.parameters.scales[level]
        return cipher

    def lower(self, cipher, level):
        """The same value at a lower `level`, at that level's scale: times 1, then rescaled."""
        return cipher if self.level(cipher) == level else self.multiply_plain(cipher, 1.0, level)

    def multiply_plain(self, cipher, numbers, level):
        """The product with plain `numbers`, at `level`. Raises ValueError when the ciphertext has no level to spare."""
        self._spare(self.level(cipher), level)
        if self.level(cipher) > level + 1:
            cipher = self._new("mod_switch_to", cipher, self.names[level + 1])
        scale = self.parameters.scales[level] * self.parameters.primes[level + 1] / cipher.scale
        return self._rescaled(self._new("multiply_plain", cipher, self._encode(numbers, level + 1, scale)), level)

    def multiply(self, a, b, level):
        """The product before `finish` brings it to `level`: in three parts, its scale squared. Raises ValueError past the depth."""
        self._spare(min(self.level(a), self.level(b)), level)
        if a is b:
            return self._new("square", self.lower(a, level + 1))
        return self._new("multiply", self.lower(a, level + 1), self.lower(b, level + 1))

    def finish(self, cipher, level):
        """A product, or a sum of products, in two parts again and at `level`.

        In this order: rescaled first, the rounding of the third part would count times the secret squared.
        """
        return self._rescaled(self._new("relinearize", cipher, self._products), level)

    @staticmethod
    def _spare(have, level):
        if have <= level:
            raise ValueError("past the depth: no level is left for another multiplication; choose deeper parameters, "
                             "let the customer refresh the value, or find a flatter circuit")

    def add(self, a, b):
        """The sum of two values at one level, or of two products before `finish`."""
        return self._new("add", a, b)

    def subtract(self, a, b):
        """The difference, as `add`. Raises ValueError when nothing of the key is left in it, so that anyone could read it."""
        try:
            return self._new("sub", a, b)
        except (ValueError, RuntimeError) as error:
            if "transparent" in str(error):
                raise ValueError("this difference is the same for every key: anyone could read it") from None
            raise

    def add_plain(self, cipher, numbers, level):
        """The sum with plain `numbers` at `level`."""
        cipher = self.lower(cipher, level)
        return self._new("add_plain", cipher, self._encode(numbers, level, cipher.scale))

    def negate(self, cipher, level):
        """The value with its sign turned, at `level`."""
        return self._new("negate", self.lower(cipher, level))

    def rotate(self, cipher, steps, level):
        """The value with its slots moved `steps` to the left, at `level`. Raises ValueError where that key was not made."""
        if steps not in self.parameters.rotations:
            raise ValueError(f"there is no key to rotate by {steps}: the parameters name {self.parameters.rotations}")
        element = _element(steps, self.parameters.ring)
        return self._new("apply_galois", self.lower(cipher, level), element, self._rotations)
