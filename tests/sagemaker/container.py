"""A folder laid out like a training container's /opt/ml, and the toolkit that runs a job in it.

``train`` of sagemaker-training is the program that SageMaker's own PyTorch images start, here
without an image around it: ``SAGEMAKER_BASE_DIR`` stands for /opt/ml.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from everystep.measure.processes import run_process
from tests.paths import ROOT

ENVIRONMENT = ROOT / ".venv-sagemaker"
SOURCE = ROOT / "scripts" / "09-sagemaker"
# A name such as algo-1, which a real job has, would be looked for on the network.
HOST = {"current_host": "localhost", "hosts": ["localhost"], "network_interface_name": "lo"}
FILE_MODE = {"TrainingInputMode": "File", "S3DistributionType": "FullyReplicated"}
TORCHRUN = {
    "sagemaker_torch_distributed_enabled": True,
    "sagemaker_distribution_instance_groups": ["homogeneousCluster"],
    # Without GPUs to count, this says how many processes an instance starts.
    "sagemaker_mpi_num_of_processes_per_host": 2,
}


@dataclass
class Ended:
    """How a job came out: the container's exit code, its log, and the file ``failure``, if any."""

    code: int
    log: str
    failure: str | None


class Container:
    """One job's folder. Channels are added before it runs; what it leaves stays there."""

    def __init__(self, base: Path, channels: dict[str, Path]):
        self.base = base
        for name in ("output", "model"):  # the platform makes them before the container starts
            (base / name).mkdir()
        for name, place in channels.items():
            link = base / "input" / "data" / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(place)
        self._write("inputdataconfig", dict.fromkeys(channels, FILE_MODE))
        self._write("resourceconfig", HOST)

    def _write(self, name: str, content: dict) -> None:
        path = self.base / "input" / "config" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))

    def run(self, **hyperparameters) -> Ended:
        """Run the job with the toolkit of the prebuilt images, as its request would say."""
        values = {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": str(SOURCE),
            "checkpoint_dir": str(self.base / "checkpoints"),
            **hyperparameters,
        }
        # The toolkit's requests have every value as JSON, in a string.
        self._write("hyperparameters", {name: json.dumps(values[name]) for name in values})
        programs = [ENVIRONMENT / "bin", ROOT / ".venv" / "bin", "/usr/bin", "/bin"]
        variables = {
            "PATH": os.pathsep.join(map(str, programs)),
            "HOME": self.base,
            "SAGEMAKER_BASE_DIR": self.base,
            "SAGEMAKER_TRAINING_MODULE": "sagemaker_pytorch_container.training:main",
            "OMP_NUM_THREADS": "1",
        }
        # No other variable of ours reaches a container.
        clean = ["env", "-i", *(f"{name}={value}" for name, value in variables.items())]
        ended = run_process([*clean, ENVIRONMENT / "bin" / "train"], limit=180)
        failure = self.base / "output" / "failure"
        return Ended(
            ended.code,
            ended.output + ended.errors,
            failure.read_text() if failure.exists() else None,
        )
