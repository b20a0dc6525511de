"""The server that goes with a changed client: it keeps what the nodes send instead of averaging it."""

from flwr.app import ArrayRecord, ConfigRecord, Context, Message, RecordDict
from flwr.serverapp import Grid, ServerApp
from recording_grid import RecordingGrid, reporting_errors, save

app = ServerApp()


@app.main()
@reporting_errors
def main(grid: Grid, context: Context) -> None:
    """Asks every node once, and saves its answers and how many nodes refused."""
    content = RecordDict({"arrays": ArrayRecord([]), "config": ConfigRecord({"server-round": 1})})
    messages = [Message(content, dst_node_id=node, message_type="train") for node in grid.get_node_ids()]
    replies = RecordingGrid(grid).send_and_receive(messages, timeout=context.run_config["seconds"])
    letters = [reply.content["arrays"].to_numpy_ndarrays()[0] for reply in replies if not reply.has_error()]
    reasons = [reply.error.reason for reply in replies if reply.has_error()]
    save(context.run_config["out"], letters=letters, refused=len(reasons), reasons=reasons)
