"""The keys of two processes in files: the client's own in one folder, those that the server may have in another."""

from pathlib import Path

from privlab.he.ckks.client import Client
from privlab.he.ckks.parameters import Parameters
from privlab.he.ckks.serialization import load, save
from privlab.he.ckks.server import Server


def make_client(own: Path, sent: Path, parameters: Parameters) -> Client:
    """A client with new keys: the secret one is written to the folder `own`, the public ones one by one to `sent`."""
    client = Client(parameters)
    save(client.secret_key, own / "secret-key", parameters)
    save(client.product_key_to_send(), sent / "product-key", parameters)
    for steps in parameters.rotations:
        save(client.rotation_key_to_send(steps), sent / f"rotation-key-{steps}", parameters)
    return client


def load_client(own: Path, parameters: Parameters) -> Client:
    """The client whose secret key lies in the folder `own`. Raises as `serialization.load`."""
    return Client(parameters, secret_key=load("secret key", own / "secret-key", parameters))


def load_server(sent: Path, parameters: Parameters) -> Server:
    """The server whose public keys lie in the folder `sent`. Raises as `serialization.load`."""
    return Server(
        parameters,
        load("product key", sent / "product-key", parameters),
        {steps: load("rotation key", sent / f"rotation-key-{steps}", parameters) for steps in parameters.rotations},
    )
