"""Run jobs of the training script, kill each at a random update and run it again.

    python interrupted_jobs.py SCRIPT CHANNELS FOLDER JOBS

prints, for every job, the update, and the metrics of the whole and the resumed job. PyTorch is
loaded once, in a process that trains nothing itself and forks those that do.
"""

import contextlib
import importlib.util
import json
import os
import random
import signal
import sys
from pathlib import Path

UPDATES = 24  # 3 epochs of 128 images in batches of 16


def work(script, words, die_before):
    """Be a job; with a number in ``die_before``, die before that update."""
    made, update = [], script.Training._update

    def update_or_die(training, group):
        if len(made) == die_before:
            os.kill(os.getpid(), signal.SIGKILL)
        made.append(1)
        return update(training, group)

    script.Training._update = update_or_die
    sys.argv = ["train.py", *words]
    script.main()
    script.Training._update = update


def run(script, jobs):
    """Run jobs, each with the update before which it dies, in one process; return how it ended.

    A job that dies ends the process, so it has to be the last.
    """
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            for words, die_before in jobs:
                work(script, words, die_before)
            code = 0
        os._exit(code)
    return os.waitpid(child, 0)[1]


def main():
    """Run all jobs; print a line of JSON for each."""
    path, channels, folder = map(Path, sys.argv[1:4])
    spec = importlib.util.spec_from_file_location("train", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    drawn, numbers = random.Random(0), range(int(sys.argv[4]))
    told = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what jobs print is no answer

    def words_of(number, name):
        words = [f"--{channel}={channels / channel}" for channel in ("train", "validation")]
        words += ["--epochs=3", "--lr=0.3", "--momentum=0.9", "--batch_size=16", "--hidden=16"]
        for place in ("model_dir", "output_data_dir", "checkpoint_dir"):
            words.append(f"--{place}={folder / f'{number}-{name}' / place}")
        return [*words, f"--seed={number}"]

    updates = [drawn.randrange(UPDATES) for _ in numbers]
    for number, update in zip(numbers, updates, strict=True):
        assert run(script, [(words_of(number, "resumed"), update)]) == signal.SIGKILL
    names = ("whole", "resumed")
    # No process trains on after it has forked another; this one has trained nothing.
    assert run(script, [(words_of(n, name), None) for n in numbers for name in names]) == 0
    for number, update in zip(numbers, updates, strict=True):
        files = {n: folder / f"{number}-{n}" / "output_data_dir" / "metrics.json" for n in names}
        metrics = {name: json.loads(file.read_text()) for name, file in files.items()}
        print(json.dumps({"update": update} | metrics), file=told, flush=True)


if __name__ == "__main__":
    main()
