"""Run jobs of the training script, kill each at a random update, and run them again.

    python interrupted_jobs.py SCRIPT CHANNELS FOLDER JOBS

prints, for every job, the update, and the metrics of the whole and the resumed job. PyTorch is
loaded once, in a process that trains nothing itself and forks every job.
"""

import contextlib
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


def run(script, words, die_before=None):
    """Run a job until it has ended; return how, as the system says it."""
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            work(script, words, die_before)
            code = 0
        os._exit(code)
    return os.waitpid(child, 0)[1]


def main():
    """Run all jobs; print a line of JSON for each."""
    path, channels, folder = map(Path, sys.argv[1:4])
    sys.path.insert(0, str(path.parent))
    import train as script

    drawn = random.Random(0)
    told = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what jobs print is no answer
    for number in range(int(sys.argv[4])):
        words = [f"--{name}={channels / name}" for name in ("train", "validation")]
        words += ["--epochs=3", "--lr=0.3", "--momentum=0.9", "--batch_size=16", "--hidden=16"]
        words += [f"--seed={number}"]
        metrics = {}
        update = drawn.randrange(UPDATES)
        for name, dies in (("whole", None), ("resumed", update)):
            here = folder / f"{number}-{name}"
            places = ("model_dir", "output_data_dir", "checkpoint_dir")
            own = [*words, *(f"--{place}={here / place}" for place in places)]
            if dies is not None:
                assert run(script, own, dies) == signal.SIGKILL
            assert run(script, own) == 0
            metrics[name] = json.loads((here / "output_data_dir" / "metrics.json").read_text())
        print(json.dumps({"update": update} | metrics), file=told, flush=True)


if __name__ == "__main__":
    main()
