"""A client that someone has changed in three lines: under the name of weights it sends letters, as they are."""

import model
from flwr.app import ArrayRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp

app = ClientApp()


@app.train()
def train(message: Message, context: Context) -> Message:
    """The reply to the server: the first letters of this node, pixel by pixel."""
    pixels, labels = model.letters(context.node_config["data"])
    counted = MetricRecord({"num-examples": 32})
    content = RecordDict({"arrays": ArrayRecord([pixels[:32]]), "metrics": counted})
    return Message(content, reply_to=message)
