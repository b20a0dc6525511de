"""The client: holds the secret key, encrypts and decrypts, and makes the public keys."""

from typing import Any

import numpy as np

from privlab.arrays import Floats
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.seal import context, element, library, refuse_insecure
from privlab.he.ckks.server import Server


class Client:
    """Holds the secret key: encrypts, decrypts, and makes the keys that a `Server` needs.

    insecure  True to make keys outside the table of 128-bit security, for show.
    secret_key  one that this client has made before; a new one by default.
    Raises ValueError for parameters that are not secure, ImportError where there is no tenseal.
    """

    def __init__(self, parameters: Parameters, *, insecure: bool = False, secret_key: Any = None):
        if not insecure:
            refuse_insecure(parameters)
        seal = library()
        self.parameters = parameters
        made, self.names = context(parameters)
        self._keys = seal.KeyGenerator(made) if secret_key is None else seal.KeyGenerator(made, secret_key)
        self.secret_key = secret = self._keys.secret_key()
        self._encryptor, self._decryptor = seal.Encryptor(made, secret), seal.Decryptor(made, secret)
        self._encoder = seal.CKKSEncoder(made)

    def server(self) -> Server:
        """A `Server` that holds the public keys: for products, and for the rotations that the parameters name."""
        return Server(
            self.parameters,
            self.product_key(),
            {steps: self.rotation_key(steps) for steps in self.parameters.rotations},
        )

    def product_key(self) -> Any:
        """The public key with which the server relinearises products."""
        key = library().RelinKeys()
        self._keys.create_relin_keys(key)
        return key

    def rotation_key(self, steps: int) -> Any:
        """The public key with which the server rotates by `steps`: as large as all others, so one at a time."""
        key = library().GaloisKeys()  # a number of steps would be taken for the library's own name, so that is given
        self._keys.create_galois_keys([element(steps, self.parameters.ring)], key)
        return key

    def encrypt(self, slots: Floats, level: int) -> Any:
        """A ciphertext of `slots` (a power of two of numbers, repeated until all slots are full) at `level`.

        Raises ValueError for numbers that are not finite or too large.
        """
        cipher = library().Ciphertext()
        self._encryptor.encrypt_symmetric(self._encode(slots, level), cipher)
        return cipher

    def to_send(self, slots: Floats, level: int) -> Any:
        """As `encrypt`, to be written to a file only: half as large, for its random part is sent as the seed it grows
        from.
        """
        return self._encryptor.encrypt_symmetric(self._encode(slots, level))

    def product_key_to_send(self) -> Any:
        """As `product_key`, to be written to a file only: half as large."""
        return self._keys.create_relin_keys()

    def rotation_key_to_send(self, steps: int) -> Any:
        """As `rotation_key`, to be written to a file only: half as large."""
        return self._keys.create_galois_keys([element(steps, self.parameters.ring)])

    def _encode(self, slots: Floats, level: int) -> Any:
        there_are = self.parameters.ring // 2
        if not 0 <= level <= self.parameters.depth or there_are % len(slots):
            raise ValueError(
                f"{len(slots)} slots at level {level} do not fit: there are {there_are} to fill evenly, "
                f"at levels up to {self.parameters.depth}"
            )
        plain = library().Plaintext()
        everywhere = np.tile(slots, there_are // len(slots))
        try:
            self._encoder.encode(everywhere.tolist(), self.names[level], self.parameters.scales[level], plain)
        except ValueError:
            raise ValueError("a number to encrypt is not finite, or too large for the modulus") from None
        return plain

    def decrypt(self, cipher: Any, size: int) -> Floats:
        """The `size` slots after which a ciphertext repeats, each the median of its copies: the noise is smaller so.

        Raises ValueError for a ciphertext of other parameters, and where the numbers are beyond the range that fits.
        """
        seal = library()
        plain = seal.Plaintext()
        try:
            self._decryptor.decrypt(cipher, plain)
        except (ValueError, RuntimeError):
            raise ValueError("this ciphertext belongs to other parameters") from None
        slots = np.array(self._encoder.decode_double(plain))
        if np.abs(slots).max() >= 2.0 ** (self.parameters.whole_bits - 1):
            raise ValueError(
                "the decryption makes no sense: the values have outgrown the bits before the point, or this "
                "key belongs to another client"
            )
        return np.median(slots.reshape(-1, size), axis=0)
