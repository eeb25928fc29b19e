"""What the workers of chapter 8 measure, with one seed; the lab does it with ten, and kills one."""

import json
import sys

from everystep.measure.processes import run_process
from everystep.sagemaker.channels import write_channels
from tests.paths import ROOT

SCRIPT = ROOT / "scripts" / "08-scaling-out" / "workers.py"
TORCHRUN = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]


def test_two_workers_measure(tmp_path):
    write_channels(tmp_path, train=slice(0, 256))
    result = tmp_path / "found.json"
    command = [sys.executable, *TORCHRUN, SCRIPT, "measure", tmp_path / "train", result, "3"]
    ended = run_process(command, limit=300, environment={"OMP_NUM_THREADS": "1"})
    assert ended.code == 0, ended.errors
    found = json.loads(result.read_text())
    assert all(0 <= value < 1e-12 for [value] in found["differences"].values())
    assert found["traffic"]["gradients"] == 4 * (64 * 512 + 512 + 512 * 10 + 10)
    for name, times in (("every backward pass", 4), ("no_sync", 1)):
        assert found["traffic"][name]["handed over"] == times * found["traffic"]["gradients"]
    assert len(found["sizes"]) == len(found["seconds"])
    assert min(found["seconds"]) > 0
