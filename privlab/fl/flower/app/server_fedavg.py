"""The server of plain federated averaging: it sees the weights of every node, and averages them."""

import model
from flwr.app import ArrayRecord, ConfigRecord, Context
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import FedAvg
from recording_grid import Line, named, save, told

app = ServerApp()


@app.main()
@told
def main(grid: Grid, context: Context) -> None:
    """None; some rounds of federated averaging, and the weights after each of them in a file."""
    config, line, kept = context.run_config, Line(grid), {}

    def keep(number, arrays):
        kept.update(named(f"round{number}_", arrays.to_numpy_ndarrays()))

    strategy = FedAvg(fraction_evaluate=0.0, min_train_nodes=config["nodes"], min_available_nodes=config["nodes"])
    strategy.start(
        grid=line,
        initial_arrays=ArrayRecord(model.first_weights()),
        num_rounds=config["rounds"],
        timeout=config["seconds"],
        train_config=ConfigRecord({}),
        evaluate_fn=keep,
    )
    save(config["out"], passed=line.passed, **kept)
