"""A node's client: it reads the letters of its own machine, learns, and sends weights."""
import model
from flwr.app import ArrayRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp

app = ClientApp()


@app.train()
def train(message: Message, context: Context) -> Message:
    """The reply to the server: the weights after one pass over this node's letters, and how many letters it has."""
    node, current = context.node_config, message.content["config"]["server-round"]
    if node.get("fails-in-round") == current:
        raise RuntimeError("the disk is full")
    pixels, labels = model.letters(node["data"])
    weights = model.train(message.content["arrays"].to_numpy_ndarrays(), pixels, labels, [current, node["number"]])
    return Message(RecordDict({"arrays": ArrayRecord(weights), "metrics": MetricRecord({"num-examples": len(labels)})}),
                   reply_to=message)
