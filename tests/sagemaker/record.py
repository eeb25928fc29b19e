"""Write what labs show where the toolkit and the SDK are not installed.

``python -m tests.sagemaker.record`` needs both (``make toolkit``); tests compare the records with
what the installed ones do.
"""

import json
import re
import tempfile
from pathlib import Path

from everystep.measure.processes import run_process
from everystep.sagemaker.channels import write_channels
from everystep.sagemaker.containers import ENVIRONMENT, RECORDS, JobEnd, as_record
from everystep.sagemaker.requests import SHAPES
from tests.sagemaker.container import SOURCE, container

SDK = Path(__file__).with_name("sdk.py")
JOB = {"epochs": 3, "lr": 0.3, "batch_size": 32, "lr_schedule": "cosine"}
# What another run of the same job has otherwise.
STAMP = re.compile(r"\d{14}")


def ask_the_sdk(*arguments: object) -> dict:
    """Return what ``sdk.py`` prints."""
    command = [ENVIRONMENT / "bin" / "python", SDK, *map(str, arguments)]
    ended = run_process(command, limit=180)
    assert ended.code == 0, ended.errors
    return json.loads(ended.output.splitlines()[-1])


def built_request(to: Path, *processes: int) -> dict:
    """Return the SDK's request for the lab's job, with the same time in every name."""
    text = json.dumps(ask_the_sdk("request", SOURCE, to, *processes))
    return json.loads(STAMP.sub("20260101000000", text))


def job_ends(folder: Path) -> dict[str, JobEnd]:
    """Run the lab's jobs under the toolkit; return their ends by name."""
    (folder / "s3").mkdir()
    channels = write_channels(folder / "s3", train=slice(0, 512), validation=slice(512, 1024))
    wrong = JOB | {"lr_schedule": "cosin"}
    return {
        "finished": container(folder / "finished", channels).run(**JOB),
        "wrong-schedule": container(folder / "wrong", channels).run(**wrong),
    }


def main() -> None:
    """Write all records."""
    RECORDS.mkdir(exist_ok=True)
    SHAPES.write_text(json.dumps(ask_the_sdk("shapes"), indent=0, sort_keys=True) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sdk").mkdir()
        request = built_request(Path(folder) / "sdk")
        (RECORDS / "request.json").write_text(json.dumps(request, indent=1) + "\n")
        (Path(folder) / "jobs").mkdir()
        for name, end in job_ends(Path(folder) / "jobs").items():
            (RECORDS / f"{name}.json").write_text(as_record(end))


if __name__ == "__main__":
    main()
