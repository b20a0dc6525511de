"""The server of SecAgg+: it gets masked weights and opens their average. What it sees on the way, it keeps."""

from collections.abc import Iterable

import model
from flwr.app import Context, Message
from flwr.common import bytes_to_ndarray, ndarrays_to_parameters
from flwr.common.secure_aggregation.secaggplus_constants import RECORD_KEY_CONFIGS, Key, Stage
from flwr.server import LegacyContext, ServerConfig
from flwr.server.strategy import FedAvg
from flwr.server.workflow import DefaultWorkflow, SecAggPlusWorkflow
from flwr.serverapp import Grid, ServerApp
from recording_grid import RecordingGrid, numbered, reporting_errors, save

app = ServerApp()


class ObservingGrid(RecordingGrid):
    """A grid whose server looks at what passes: `seen` holds each node's masked numbers and what it says in clear."""

    def __init__(self, grid: Grid) -> None:
        super().__init__(grid)
        self.seen: dict[int, tuple[model.Weights, dict[str, float]]] = {}

    def send_and_receive(self, messages: Iterable[Message], *, timeout: float | None = None) -> list[Message]:
        """The replies; those of the masked stage are looked at."""
        messages = list(messages)
        stage = stage_of(messages[0]) if messages else None
        replies = super().send_and_receive(messages, timeout=timeout)
        if stage == Stage.COLLECT_MASKED_VECTORS:
            for reply in replies:
                if not reply.has_error():
                    masked = reply.content.config_records[RECORD_KEY_CONFIGS][Key.MASKED_PARAMETERS]
                    in_clear = {
                        name: value
                        for record in (*reply.content.metric_records.values(), *reply.content.config_records.values())
                        for name, value in record.items()
                        if isinstance(value, int | float)
                    }
                    self.seen[reply.metadata.src_node_id] = [bytes_to_ndarray(array) for array in masked], in_clear
        return replies


def stage_of(message: Message) -> str | None:
    """The stage of SecAgg+ that a message belongs to, or None."""
    return message.content.config_records.get(RECORD_KEY_CONFIGS, {}).get(Key.STAGE)


def secure_average(grid: ObservingGrid, context: Context) -> model.Weights:
    """Weights after one round of SecAgg+ over the grid; the first weights where the round was halted."""
    config, models = context.run_config, []
    strategy = FedAvg(
        fraction_evaluate=0.0,
        min_fit_clients=config["nodes"],
        min_available_clients=config["nodes"],
        on_fit_config_fn=lambda number: {"round": number},
        evaluate_fn=lambda number, arrays, _: models.append(arrays),
        initial_parameters=ndarrays_to_parameters(model.first_weights()),
    )
    work = SecAggPlusWorkflow(
        num_shares=1.0,
        reconstruction_threshold=0.5,
        max_weight=config["max-weight"],
        clipping_range=config["clipping-range"],
        timeout=config["seconds"],
    )
    legacy = LegacyContext(context=context, config=ServerConfig(num_rounds=1), strategy=strategy)
    DefaultWorkflow(fit_workflow=work)(grid, legacy)
    return models[-1]


@app.main()
@reporting_errors
def main(grid: Grid, context: Context) -> None:
    """One round, and in a file the average, each node's masked numbers, and what was said beside them."""
    observing = ObservingGrid(grid)
    weights = secure_average(observing, context)
    nodes = {}
    for masked, in_clear in observing.seen.values():
        number = int(in_clear["number"])
        nodes[f"masked{number}"] = masked[1]  # of the first layer
        nodes[f"said{number}"] = sorted({*in_clear} - {"code"})  # the code says that all went well
        nodes[f"letters{number}"] = in_clear["num_examples"]
    save(context.run_config["out"], exchanges=observing.exchanges, **numbered("average", weights), **nodes)
