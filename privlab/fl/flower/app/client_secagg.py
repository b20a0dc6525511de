"""The same client under SecAgg+: it learns as before, and Flower's `secaggplus_mod` masks what it sends."""

import model
from flwr.app import Context
from flwr.client import Client, ClientApp, NumPyClient
from flwr.client.mod import secaggplus_mod


class SecAggClient(NumPyClient):
    """A client in Flower's older form, the only one that its masks know."""

    def __init__(self, node: dict) -> None:
        self.node = node

    def fit(self, parameters: model.Weights, config: dict) -> tuple[model.Weights, int, dict]:
        """Weights after one pass over this node's letters, how many it has, and what it reports beside them."""
        pixels, labels = model.letters(self.node["data"])
        weights = model.train(parameters, pixels, labels, [config["round"], self.node["number"]])
        report = {"number": self.node["number"], "read_right": model.accuracy(weights, pixels, labels)}
        return weights, len(labels), report


def start_client(context: Context) -> Client:
    """The client of one node."""
    return SecAggClient(context.node_config).to_client()


app = ClientApp(client_fn=start_client, mods=[secaggplus_mod])
