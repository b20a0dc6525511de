"""The customer: holds the secret key, encrypts and decrypts, and makes the public keys."""
import numpy as np

from privlab.he.seal import context, element, library, refuse_insecure
from privlab.he.service import Service


class Customer:
    """Holds the secret key: encrypts, decrypts, and makes the keys that a `Service` needs.

    parameters : `Parameters`. insecure : True to make keys outside the table of 128-bit security, for show.
    Raises ValueError for parameters that are not secure, ImportError where there is no tenseal.
    """

    def __init__(self, parameters, insecure=False):
        if not insecure:
            refuse_insecure(parameters)
        seal = library()
        self.parameters = parameters
        made, self.names = context(parameters)
        self._keys = seal.KeyGenerator(made)
        secret = self._keys.secret_key()
        self._encryptor, self._decryptor = seal.Encryptor(made, secret), seal.Decryptor(made, secret)
        self._encoder = seal.CKKSEncoder(made)

    def service(self):
        """A `Service` that holds the public keys: for products, and for the rotations that the parameters name."""
        return Service(self.parameters, self.product_key(),
                       {steps: self.rotation_key(steps) for steps in self.parameters.rotations})

    def product_key(self):
        """The public key with which the service relinearises products."""
        key = library().RelinKeys()
        self._keys.create_relin_keys(key)
        return key

    def rotation_key(self, steps):
        """The public key with which the service rotates by `steps`: as large as all others, so one at a time."""
        key = library().GaloisKeys()  # a number of steps would be taken for the library's own name, so that is given
        self._keys.create_galois_keys([element(steps, self.parameters.ring)], key)
        return key

    def encrypt(self, slots, level):
        """A ciphertext of `slots` (a power of two of numbers, repeated until all slots are full) at `level`."""
        seal = library()
        plain, cipher = seal.Plaintext(), seal.Ciphertext()
        everywhere = np.tile(slots, self.parameters.ring // 2 // len(slots))
        self._encoder.encode(everywhere.tolist(), self.names[level], self.parameters.scales[level], plain)
        self._encryptor.encrypt_symmetric(plain, cipher)
        return cipher

    def decrypt(self, cipher, size):
        """The first `size` slots of a ciphertext.

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
            raise ValueError("the decryption makes no sense: the values have outgrown the bits before the point, or this "
                             "key belongs to another customer")
        return slots[:size]
