"""Client and server in one, which run a circuit on ciphertexts."""

from collections.abc import Mapping
from typing import Any

from privlab.he.circuits.evaluators import Plain
from privlab.he.circuits.ir import Circuit
from privlab.he.ckks.client import Client
from privlab.he.ckks.executor import Executor, levels_for
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.room import Fitting, refuse_wrapped

ROOM = 1.4  # measured: what the library takes beside keys and ciphertexts, as a factor


def encrypt(client: Client, circuit: Circuit, **values: Any) -> dict[str, Any]:
    """The ciphertext of each input by name, at the level where `circuit` first uses it.

    Raises ValueError when the circuit does not fit the parameters, and where these values outgrow the modulus.
    """
    at, slots = levels_for(client.parameters, circuit), circuit.pack(values)
    Fitting(client.parameters).walk_packed(circuit, slots)
    return {node.detail: client.encrypt(slots[node.detail], at[node.index]) for node in circuit.inputs}


def decrypt(client: Client, circuit: Circuit, outputs: list[Any], values: Mapping[str, Any] | None = None) -> Any:
    """The result in its own shape, from the outputs' ciphertexts.

    values  the inputs by name, if they are there: then a result that wrapped round the modulus is told from a right
    one. Raises ValueError for it.
    """
    slots = [client.decrypt(cipher, circuit.size) for cipher in outputs]
    if values is not None:
        plain = Plain()
        plain.values = circuit.pack(values)
        refuse_wrapped(client.parameters, slots, plain.walk(circuit))
    return circuit.unpack(slots)


class Encrypted(Executor):
    """Client and server in one: `Encrypted(parameters)(circuit, x=[...])` encrypts, evaluates and decrypts.

    parameters  most easily `Parameters.for_circuit(circuit)`.
    insecure  True to allow parameters outside the table of 128-bit security, for show.
    Raises ValueError when they are not secure, not deep enough for a circuit, or the machine lacks the memory.
    """

    def __init__(self, parameters: Parameters, *, insecure: bool = False):
        refuse_what_does_not_fit(parameters.key_bytes())
        self.client = Client(parameters, insecure=insecure)
        super().__init__(self.client.server())

    def __call__(self, circuit: Circuit, **values: Any) -> Any:
        return self.decrypt(circuit, self.evaluate(circuit, self.encrypt(circuit, **values)), values)

    def encrypt(self, circuit: Circuit, **values: Any) -> dict[str, Any]:
        """As the function `encrypt`, after a look at the memory that the whole run needs."""
        refuse_what_does_not_fit(self.parameters.memory_bytes(circuit) - self.parameters.key_bytes())
        return encrypt(self.client, circuit, **values)

    def decrypt(self, circuit: Circuit, outputs: list[Any], values: Mapping[str, Any] | None = None) -> Any:
        """As the function `decrypt`."""
        return decrypt(self.client, circuit, outputs, values)


def refuse_what_does_not_fit(needed: int) -> None:
    """Raises ValueError when `needed` bytes, and what comes beside them, are more than is free."""
    import psutil

    free = psutil.virtual_memory().available
    if ROOM * needed > free:
        raise ValueError(
            f"this run needs about {ROOM * needed / 1e9:.1f} GB of memory, {free / 1e9:.1f} GB are free: "
            "take a flatter circuit, a smaller ring or fewer rotations"
        )
