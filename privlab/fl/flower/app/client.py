"""A node's client: it reads the letters of its own machine, learns, and sends weights."""

import model
from flwr.app import ArrayRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp

app = ClientApp()


@app.train()
def train(message: Message, context: Context) -> Message:
    """The reply to the server: weights after one pass over this node's letters."""
    node, round = context.node_config, message.content["config"]["server-round"]
    if node.get("fails-in-round") == round:
        raise RuntimeError("the disk is full")
    pixels, labels = model.letters(node["data"])
    weights = message.content["arrays"].to_numpy_ndarrays()
    weights = model.train(weights, pixels, labels, [round, node["number"]])
    counted = MetricRecord({"num-examples": len(labels)})
    content = RecordDict({"arrays": ArrayRecord(weights), "metrics": counted})
    return Message(content, reply_to=message)
