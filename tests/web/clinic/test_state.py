"""A trainer's state is read as by the package, whatever its speeds give away."""

import json
import math

import pytest

from tests.reference.clinic import diagnose

ROWS = [{"step": 10 * i, "epoch": i / 2, "loss": 2 / i, "learning_rate": 1e-4} for i in range(1, 9)]


@pytest.mark.parametrize(
    "summary",
    [
        {
            "train_runtime": 10.0,
            "train_samples_per_second": 256.12,
            "train_steps_per_second": 8.004,
        },
        {"train_runtime": 10.0, "train_samples_per_second": 8.0, "train_steps_per_second": 0.05},
        {"train_runtime": 1e9, "train_samples_per_second": 1e300, "train_steps_per_second": 1.0},
        {"train_runtime": "x", "train_samples_per_second": math.nan, "train_steps_per_second": []},
    ],
)
@pytest.mark.parametrize("epochs", [4, 9223372036854775807])
def test_sizes_are_those_of_the_package(examine, tmp_path, summary, epochs):
    evaluation = {"step": 80, "epoch": 4.0, "eval_loss": 0.5, "eval_runtime": 2.5,
                  "eval_samples_per_second": 200.4}  # fmt: skip
    state = {"global_step": 80, "max_steps": 80, "num_train_epochs": epochs, "epoch": 4.0,
             "train_batch_size": 16, "log_history": [*ROWS, evaluation, 7, {"step": 80} | summary],
             }  # fmt: skip
    content = json.dumps(state).encode()
    (tmp_path / "trainer_state.json").write_bytes(content)
    log = diagnose(tmp_path, ["trainer_state.json"], {}).log
    found = examine([("trainer_state.json", content)])["log"]
    assert found["facts"] == pytest.approx(dict(log.facts))
    assert found["notes"] == list(log.notes)
