"""The server of plain federated averaging: it sees the weights of every node, and averages them."""

import model
from flwr.app import ArrayRecord, ConfigRecord, Context
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import FedAvg
from recording_grid import RecordingGrid, numbered, reporting_errors, save

app = ServerApp()


@app.main()
@reporting_errors
def main(grid: Grid, context: Context) -> None:
    """Some rounds of federated averaging, and the weights after each of them in a file."""
    config, recording, rounds = context.run_config, RecordingGrid(grid), {}

    def keep(number: int, arrays: ArrayRecord) -> None:
        rounds.update(numbered(f"round{number}_", arrays.to_numpy_ndarrays()))

    strategy = FedAvg(fraction_evaluate=0.0, min_train_nodes=config["nodes"], min_available_nodes=config["nodes"])
    strategy.start(
        grid=recording,
        initial_arrays=ArrayRecord(model.first_weights()),
        num_rounds=config["rounds"],
        timeout=config["seconds"],
        train_config=ConfigRecord({}),
        evaluate_fn=keep,
    )
    save(config["out"], exchanges=recording.exchanges, **rounds)
