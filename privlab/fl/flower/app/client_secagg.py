"""The same client under SecAgg+: it learns as before, and the engine's `secaggplus_mod` masks what it sends."""

import model
from flwr.client import ClientApp, NumPyClient
from flwr.client.mod import secaggplus_mod


class Client(NumPyClient):
    """A client in the engine's older form, the only one that its masks know."""

    def __init__(self, node):
        self.node = node

    def fit(self, parameters, config):
        """Weights after one pass over this node's letters, how many it has, and what it reports beside them."""
        pixels, labels = model.letters(self.node["data"])
        weights = model.train(parameters, pixels, labels, [config["round"], self.node["number"]])
        return (
            weights,
            len(labels),
            {"number": self.node["number"], "read_right": model.accuracy(weights, pixels, labels)},
        )


app = ClientApp(client_fn=lambda context: Client(context.node_config).to_client(), mods=[secaggplus_mod])
