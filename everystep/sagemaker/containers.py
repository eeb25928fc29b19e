"""A folder laid out like a training container's /opt/ml, and the toolkit that runs a job in it.

``train`` of sagemaker-training is the program that SageMaker's own PyTorch images start, here
without an image around it: ``SAGEMAKER_BASE_DIR`` stands for /opt/ml. ``make toolkit`` installs it.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from everystep.measure.processes import run_process

# Chapter 9's script. It needs nothing of the package, and runs as it is on SageMaker.
ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts/09-sagemaker/train.py"
ENVIRONMENT = ROOT / ".venv-sagemaker"
RECORDS = Path(__file__).with_name("recorded")
# A name such as algo-1, which a real job has, would be looked for on the network.
HOST = {
    "current_host": "localhost",
    "hosts": ["localhost"],
    "network_interface_name": "lo0" if sys.platform == "darwin" else "lo",
}
FILE_MODE = {"TrainingInputMode": "File", "S3DistributionType": "FullyReplicated"}
TORCHRUN = {
    "sagemaker_torch_distributed_enabled": True,
    "sagemaker_distribution_instance_groups": ["homogeneousCluster"],
    # Without GPUs to count, this says how many processes an instance starts.
    "sagemaker_mpi_num_of_processes_per_host": 2,
}
TIME_LIMIT_SECONDS = 180
# Those that say the same on every machine.
TELLING = (
    *("SM_CHANNELS", "SM_CHANNEL_TRAIN", "SM_CHANNEL_VALIDATION", "SM_CURRENT_HOST", "SM_HOSTS"),
    *("SM_HPS", "SM_HP_BATCH_SIZE", "SM_HP_LR_SCHEDULE", "SM_MODEL_DIR", "SM_NUM_GPUS"),
    *("SM_OUTPUT_DATA_DIR", "SM_USER_ARGS"),
)


@dataclass(frozen=True)
class JobEnd:
    """How a job came out.

    Attributes:
        code: the container's exit code.
        log: everything that was printed.
        failure: the file ``failure``, of which the first 1,024 characters become FailureReason, or
            None if there is none.
        variables: the telling ones among the variables that the script was given.
        files: what lies in the container's folder afterward, apart from inputs and code.
    """

    code: int
    log: str
    failure: str | None
    variables: dict[str, str]
    files: list[str]


def toolkit_installed() -> bool:
    """Tell whether the containers' toolkit is there to run jobs live."""
    return (ENVIRONMENT / "bin" / "train").exists()


def recorded_end(name: str) -> JobEnd:
    """Return what a recorded job left: "finished" or "wrong-schedule".

    ``python -m tests.sagemaker.record`` wrote them, and a test compares them with live jobs.
    """
    return JobEnd(**json.loads((RECORDS / f"{name}.json").read_text(encoding="utf-8")))


def recorded_request() -> dict:
    """Return the request that SDK version 3 builds for the lab's job, as it was recorded."""
    return json.loads((RECORDS / "request.json").read_text(encoding="utf-8"))


def as_record(end: JobEnd) -> str:
    """Return a job's end as it is recorded: of the log, only what the script itself printed."""
    own = re.findall(r"^epoch=.*$", end.log, re.MULTILINE)
    return json.dumps(asdict(end) | {"log": "\n".join(own)}, indent=1) + "\n"


def write_config(base: Path, name: str, content: Mapping) -> None:
    """Write one of the files by which the platform tells a container what its job is."""
    path = base / "input" / "config" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


class Container:
    """One job's folder. Channels are there before it runs; what it leaves stays there.

    Args:
        base: an empty folder, in place of /opt/ml.
        channels: the folders of the channels, by name.
        source: the folder with the training script.
    """

    def __init__(self, base: Path, channels: Mapping[str, Path], source: Path):
        self.base, self.source = base.resolve(), source.resolve()
        for name in ("output", "model"):  # the platform makes them before the container starts
            (self.base / name).mkdir(parents=True)
        for name, place in channels.items():
            link = self.base / "input" / "data" / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(place.resolve())
        write_config(self.base, "inputdataconfig", dict.fromkeys(channels, FILE_MODE))
        write_config(self.base, "resourceconfig", HOST)

    def run(self, **hyperparameters: object) -> JobEnd:
        """Run the job with the toolkit of the prebuilt images, as its request would say.

        Raises:
            FileNotFoundError: without the toolkit.
            TimeoutError: if the job does not end.
        """
        if not toolkit_installed():
            raise FileNotFoundError(
                "the containers' toolkit is not there; make toolkit installs it"
            )
        values = {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": str(self.source),
            "checkpoint_dir": str(self.base / "checkpoints"),
            **hyperparameters,
        }
        # The toolkit's requests have every value as JSON, in a string.
        write_config(self.base, "hyperparameters", {n: json.dumps(v) for n, v in values.items()})
        programs = [ENVIRONMENT / "bin", Path(sys.executable).parent, "/usr/bin", "/bin"]
        variables = {
            "PATH": os.pathsep.join(map(str, programs)),
            "HOME": self.base,
            "SAGEMAKER_BASE_DIR": self.base,
            "SAGEMAKER_TRAINING_MODULE": "sagemaker_pytorch_container.training:main",
            "OMP_NUM_THREADS": "1",
        }
        # No other variable of ours reaches a container.
        clean: list[str | Path] = [
            "env",
            "-i",
            *(f"{name}={value}" for name, value in variables.items()),
        ]
        ended = run_process([*clean, ENVIRONMENT / "bin" / "train"], limit=TIME_LIMIT_SECONDS)
        return self._end(ended.code, self._on_the_platform(ended.output + ended.errors))

    def _on_the_platform(self, text: str) -> str:
        text = re.sub(rf"{re.escape(str(ENVIRONMENT))}\S*/bin/python[\d.]*", "python", text)
        return text.replace(str(self.base), "/opt/ml").replace(str(self.source), "/opt/ml/code")

    def _end(self, code: int, log: str) -> JobEnd:
        failure = self.base / "output" / "failure"
        reason = self._on_the_platform(failure.read_text()) if failure.exists() else None
        given = dict(re.findall(r"^(SM_\w+)=(.*)$", log, re.MULTILINE))
        left = [
            path.relative_to(self.base).as_posix()
            for folder in ("checkpoints", "model", "output")
            for path in sorted((self.base / folder).rglob("*"))
            if path.is_file()
        ]
        telling = {name: given[name] for name in TELLING if name in given}
        return JobEnd(code, log, reason, telling, left)
