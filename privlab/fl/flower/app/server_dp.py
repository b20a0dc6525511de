"""The server of private averaging: updates are clipped, noise is added, and an accountant refuses what is too much."""

import model
from flwr.app import ArrayRecord, ConfigRecord, Context
from flwr.serverapp import Grid, NeighboringRelation, PrivacyConfig, RdpAccountant, SamplingMethod, ServerApp
from flwr.serverapp.exception import PrivacyBudgetExhausted
from flwr.serverapp.strategy import DifferentialPrivacyServerSideFixedClipping, FedAvg
from recording_grid import RecordingGrid, numbered, reporting_errors, save

app = ServerApp()


@app.main()
@reporting_errors
def main(grid: Grid, context: Context) -> None:
    """As many rounds as the budget bears, and in a file how many they were, what was spent, and the weights."""
    config, models = context.run_config, []
    nodes = config["nodes"]
    accountant = RdpAccountant(
        PrivacyConfig(
            target_delta=1e-5,
            population_size=nodes,
            neighboring_relation=NeighboringRelation.ADD_OR_REMOVE_ONE,
            sampling_method=SamplingMethod.NO_AMPLIFICATION,
            max_epsilon=config["max-epsilon"],
        )
    )
    average = FedAvg(fraction_evaluate=0.0, min_train_nodes=nodes, min_available_nodes=nodes)
    strategy = DifferentialPrivacyServerSideFixedClipping(
        average, config["noise-multiplier"], config["max-norm"], nodes, accountant=accountant
    )
    refusal = ""
    try:
        strategy.start(
            grid=RecordingGrid(grid),
            initial_arrays=ArrayRecord(model.first_weights()),
            num_rounds=config["rounds"],
            timeout=config["seconds"],
            train_config=ConfigRecord({}),
            evaluate_fn=lambda _, arrays: models.append(arrays),
        )
    except PrivacyBudgetExhausted as error:
        refusal = str(error)
    spent = strategy.privacy_spent()
    save(
        config["out"],
        rounds=len(models) - 1,
        refusal=refusal,
        spent=getattr(spent, "epsilon", spent),
        **numbered("weights", models[-1].to_numpy_ndarrays()),
    )
