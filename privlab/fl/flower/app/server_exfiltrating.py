"""The server that goes with a changed client: it keeps what the nodes send instead of averaging it."""

from flwr.app import ArrayRecord, ConfigRecord, Message, RecordDict
from flwr.serverapp import ServerApp
from recording_grid import Line, save, told

app = ServerApp()


@app.main()
@told
def main(grid, context):
    """None; asks every node once, and saves its answers and how many nodes refused."""
    content = RecordDict({"arrays": ArrayRecord([]), "config": ConfigRecord({"server-round": 1})})
    messages = [Message(content, dst_node_id=node, message_type="train") for node in grid.get_node_ids()]
    replies = Line(grid).send_and_receive(messages, timeout=context.run_config["seconds"])
    given = [each.content["arrays"].to_numpy_ndarrays()[0] for each in replies if not each.has_error()]
    reasons = [each.error.reason for each in replies if each.has_error()]
    save(context.run_config["out"], letters=given, refused=len(reasons), reasons=reasons)
