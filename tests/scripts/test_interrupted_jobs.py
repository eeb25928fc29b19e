"""Twenty jobs killed at random updates: none ends with other metrics for it."""

import json
import sys
from pathlib import Path

from everystep.measure.processes import run_process
from everystep.sagemaker.channels import write_channels
from everystep.sagemaker.containers import SCRIPT

JOBS = 20


def test_every_interrupted_job_ends_with_the_metrics_of_a_whole_one(tmp_path):
    write_channels(tmp_path, train=slice(0, 128), validation=slice(128, 256))
    (tmp_path / "jobs").mkdir()
    program = Path(__file__).with_name("interrupted_jobs.py")
    ended = run_process(
        [sys.executable, program, SCRIPT, tmp_path, tmp_path / "jobs", str(JOBS)],
        limit=180,
        environment={"OMP_NUM_THREADS": "1"},
    )
    assert ended.code == 0, ended.errors
    jobs = [json.loads(line) for line in ended.output.splitlines()]
    assert len(jobs) == JOBS
    assert len({job["update"] for job in jobs}) > 8
    for job in jobs:
        assert job["resumed"] == job["whole"], job
