"""Checks of chapter 9, "How does the same script run as a SageMaker training job?"."""

import json
import re
from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from everystep.checks.scripts import ResumeTask
from everystep.checks.tasks import FunctionTask, Mistake

# Task 1: what a spot job saved

saved_by_spot = FunctionTask(
    name="saved_by_spot",
    scale=100,
    oracle=lambda training_seconds, billable_seconds: (
        100 - 100 * billable_seconds / training_seconds
    ),
    cases=st.integers(10, 9_999).flatmap(
        lambda seconds: st.fixed_dictionaries(
            {"training_seconds": st.just(seconds), "billable_seconds": st.integers(1, seconds)}
        )
    ),
    mistakes={
        "paid-part": Mistake(
            lambda training_seconds, billable_seconds: 100 * billable_seconds / training_seconds,
            "That is the part that is paid. What is saved is the rest.",
        ),
        "of-what-is-paid": Mistake(
            lambda training_seconds, billable_seconds: (
                100 * (training_seconds - billable_seconds) / billable_seconds
            ),
            "You compare with what was paid. A saving is a part of what it would have cost.",
        ),
        "no-percent": Mistake(
            lambda training_seconds, billable_seconds: 1 - billable_seconds / training_seconds,
            "That is a share from 0 to 1, and percent are asked for.",
        ),
        "seconds": Mistake(
            lambda training_seconds, billable_seconds: training_seconds - billable_seconds,
            "These are seconds. Divide by the seconds that the job ran.",
        ),
    },
)


# Task 2: hyperparameters as the toolkit's requests have them

SETTINGS = {
    "epochs": st.integers(1, 99),
    "hidden": st.integers(1, 99),
    "lr": st.sampled_from([0.1, 0.3, 1e-5]),
    "lr_schedule": st.sampled_from(["cosine", "linear"]),
    "nesterov": st.booleans(),
}


def _told(value: object) -> str:
    """Say what JSON holds: ``true``, ``word cosine`` or ``number 5``."""
    if isinstance(value, bool):
        return {True: "true", False: "false"}[value]
    if not isinstance(value, str):
        return f"number {value!r}"
    # Texts are compared without regard to case and spaces at their ends; here both count.
    return f"word {value}" if value == value.strip().lower() else f"another word, {value!r}"


def _read(string: object) -> str:
    if not isinstance(string, str):
        return f"no string: {string!r}"
    try:
        return _told(json.loads(string))
    except ValueError:
        return f"no JSON: {string}"


def _all_read(answer: Callable[..., object], settings: dict) -> object:
    """Return what each string holds; other forms of JSON than ``json.dumps`` writes are as good."""
    strings = answer(settings)
    if not isinstance(strings, Mapping):
        return strings
    return {name: _read(string) for name, string in strings.items()}


as_hyperparameters = FunctionTask(
    name="as_hyperparameters",
    oracle=lambda settings: {name: _told(value) for name, value in settings.items()},
    observe=_all_read,
    parameters=("settings",),
    cases=st.fixed_dictionaries(
        {"settings": st.fixed_dictionaries({}, optional=SETTINGS).filter(bool)}
    ),
    aimed=(
        {"settings": {"lr_schedule": "cosine"}},
        {"settings": {"nesterov": True}},
        {"settings": {"epochs": 5}},
    ),
    mistakes={
        "as-they-are": Mistake(
            lambda settings: dict(settings),
            "A request takes strings alone; the service refuses a number as a hyperparameter.",
        ),
        "str": Mistake(
            lambda settings: {name: str(value) for name, value in settings.items()},
            "str leaves a word without quotes and writes True with a capital. JSON does not.",
        ),
        "truth-in-python": Mistake(
            lambda settings: {
                name: str(value) if isinstance(value, bool) else json.dumps(value)
                for name, value in settings.items()
            },
            "The numbers and words are right. JSON writes true and false in small letters.",
        ),
        "one-text": Mistake(
            lambda settings: json.dumps(settings),
            "That is one string for all. Each value needs one of its own.",
        ),
        "all-quoted": Mistake(
            lambda settings: {name: json.dumps(str(value)) for name, value in settings.items()},
            "Every value is now a string within a string, numbers too. Leave out the str.",
        ),
    },
)


# Task 3: read a metric as a metric definition does

EXPRESSION = re.compile(r"validation_loss=([0-9.eE+-]+)")
LOSSES = st.sampled_from([0.25, 1.5, 2.302, 1.2e-05, 0.5])
PENALTIES = st.sampled_from([0.002, 0.013, 3e-04])
LOGS = st.lists(st.tuples(LOSSES, LOSSES, PENALTIES), min_size=1, max_size=4).map(
    lambda rows: "\n".join(
        f"epoch={epoch} train_loss={train} validation_loss={validation} penalty_loss={penalty} "
        f"step={8 * epoch}"
        for epoch, (train, validation, penalty) in enumerate(rows, 1)
    )
)


def _last_number(pattern: str, place: int = -1):
    return lambda log: float(re.findall(pattern, log)[place])


last_validation_loss = FunctionTask(
    name="last_validation_loss",
    oracle=lambda log: float(log.splitlines()[-1].split("validation_loss=")[1].split()[0]),
    cases=st.fixed_dictionaries({"log": LOGS}),
    aimed=(
        {"log": "epoch=1 train_loss=0.5 validation_loss=1.2e-05 penalty_loss=0.002 step=8"},
        {"log": "epoch=1 train_loss=2.302 validation_loss=0.25 penalty_loss=0.002 step=8"},
    ),
    mistakes={
        "training-loss": Mistake(
            lambda log: float(re.findall(r"loss=([0-9.eE+-]+)", log.splitlines()[-1])[0]),
            "The expression also fits the end of train_loss, which comes first in a line.",
            variants=(_last_number(r"train_loss=([0-9.eE+-]+)"),),
        ),
        "last-loss-of-the-line": Mistake(
            _last_number(r"loss=([0-9.eE+-]+)"),
            "The expression fits the end of every name with loss in it, and the last in a line is "
            "no validation loss.",
        ),
        "no-exponent": Mistake(
            _last_number(r"validation_loss=([0-9.]+)"),
            "1.2e-05 is read as 1.2: the group must take in an exponent and its sign.",
        ),
        "first": Mistake(
            _last_number(r"validation_loss=([0-9.eE+-]+)", 0),
            "That is the first epoch's. A log has a line an epoch, and the last is asked for.",
        ),
    },
)


# Task 4: what an interruption costs

updates_made_again = FunctionTask(
    name="updates_made_again",
    oracle=lambda stopped_after, updates_per_epoch, every: (
        stopped_after - max(k for k in range(0, stopped_after + 1, updates_per_epoch * every))
    ),
    cases=st.fixed_dictionaries(
        {
            "stopped_after": st.integers(0, 300),
            "updates_per_epoch": st.integers(1, 40),
            "every": st.integers(1, 4),
        }
    ),
    aimed=({"stopped_after": 50, "updates_per_epoch": 20, "every": 2},),
    mistakes={
        "from-zero": Mistake(
            lambda stopped_after, updates_per_epoch, every: stopped_after,
            "That is a job without checkpoints. It goes on from the last state that was saved.",
        ),
        "every-epoch": Mistake(
            lambda stopped_after, updates_per_epoch, every: stopped_after % updates_per_epoch,
            "A state is saved only every few epochs, so more than one epoch can be lost.",
        ),
        "still-to-come": Mistake(
            lambda stopped_after, updates_per_epoch, every: (
                -stopped_after % (updates_per_epoch * every)
            ),
            "These are the updates up to the next checkpoint. Count back to the last one.",
        ),
        "epochs": Mistake(
            lambda stopped_after, updates_per_epoch, every: (
                stopped_after // (updates_per_epoch * every)
            ),
            "That counts the checkpoints saved. The remainder is what is lost.",
        ),
    },
)


# Task 5: a script that goes on

GIVEN = """
import argparse, json, os
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--checkpoint_dir", type=Path, default=Path("/opt/ml/checkpoints"))
options = parser.parse_args()
weight, epoch = 0.0, 0
while epoch < options.epochs:
    weight -= 0.1 * (weight - 3)
    epoch += 1
    print(f"epoch={epoch} weight={weight:.6g}", flush=True)

Path("model.json").write_text(json.dumps(weight))
"""
_IN_PLACE = GIVEN.replace('Path("model.json")', 'Path(os.environ["SM_MODEL_DIR"], "model.json")')
_LINE = '    print(f"epoch={epoch} weight={weight:.6g}", flush=True)\n'
_SAVE = "    state.write_text(json.dumps([weight, epoch]))\n    print("
_LOAD = "weight, epoch = json.loads(state.read_text())"
_LOOP = 'weight, epoch = 0.0, 0\nstate = options.checkpoint_dir / "state.json"\n'


def _with_state(load: str, *, in_place: bool = True, late: bool = False) -> str:
    loaded = f"{_LOOP}if state.exists():\n    {load}\n"
    script = _IN_PLACE if in_place else GIVEN
    script = script.replace("weight, epoch = 0.0, 0\n", loaded).replace("    print(", _SAVE)
    if late:
        save = _SAVE.removesuffix("    print(")
        script = script.replace(save, "").replace(_LINE, _LINE + save)
    return script


resuming_script = ResumeTask(
    name="resuming_script",
    model=lambda epochs: 3 * (1 - 0.9**epochs),
    mistakes={
        "as-given": Mistake(GIVEN, "", as_given=True),
        "starts-over": Mistake(
            _IN_PLACE,
            "The second run, for which only --checkpoint_dir was kept, began with epoch 1 again. "
            "Is the state saved there in every epoch, and loaded from there at the start?",
            variants=(
                _with_state("pass"),
                _with_state("pass", in_place=False),
                _with_state(_LOAD).replace("options.checkpoint_dir /", "Path() /"),
            ),
        ),
        "epochs-again": Mistake(
            _with_state("weight, _ = json.loads(state.read_text())"),
            "The weight was loaded and the epoch was not, so all epochs were trained on top.",
        ),
        "weight-forgotten": Mistake(
            _with_state("_, epoch = json.loads(state.read_text())"),
            "The epoch was loaded and the weight was not: the last epochs began from nothing.",
        ),
        "saved-too-late": Mistake(
            _with_state(_LOAD, late=True),
            "When an epoch's line was out, the checkpoint held the epoch before, and the second "
            "run made that epoch again. Save, and close the file, before you print.",
        ),
        "model-in-the-wrong-place": Mistake(
            _with_state(_LOAD, in_place=False),
            "The job goes on, but its model folder is empty. Which variable names that folder?",
        ),
    },
)
