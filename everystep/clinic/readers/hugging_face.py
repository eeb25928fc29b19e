"""The ``trainer_state.json`` of Hugging Face's Trainer, and its ``log_history`` alone.

Training and evaluation stand in rows of their own. A row's ``epoch`` is rounded to two decimals,
the file's is exact. The rate of a row is that of the next update.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from everystep.clinic.readers.build import Options, build
from everystep.clinic.readers.clocks import ENDLESS, MOST_STEPS
from everystep.clinic.readers.tables import number, table_of_records
from everystep.clinic.run_log import LogError, RunLog

NAME = "Hugging Face trainer_state.json"
# Rows of sums over the whole session, and the means that stand in them under names of their own.
SUMMARY = "train_runtime"
SPEED_ROUNDING = 0.001  # speeds are rounded to so much,
MOST_ROUNDED = 100  # and used where that is at most a hundredth of them


def recognizes_json(content: Any) -> bool:
    """Return whether JSON content is a trainer's state, or the history in it."""
    if isinstance(content, Mapping):
        return "log_history" in content
    rows = [row for row in content if isinstance(row, Mapping)] if isinstance(content, list) else []
    names = {name for row in rows for name in row}
    return {"step", "epoch"} <= names and bool(names & {"loss", "eval_loss"})


def read_json(content: Any, options: Options, notes: list[str]) -> RunLog:
    """Return the log of a trainer's state.

    Raises:
        LogError: if it has no history.
    """
    state = content if isinstance(content, Mapping) else {"log_history": content}
    history = state["log_history"]
    if not isinstance(history, list):
        raise LogError("log_history must be a list of records.")
    rows = [row for row in history if isinstance(row, Mapping)]
    records = [_without_speeds(row) for row in rows if SUMMARY not in row]
    summary = next((row for row in reversed(rows) if SUMMARY in row), {})
    state = {**_end_of(summary), **state}
    if summary and not records:
        records = [_without_speeds(summary)]
        notes.append(
            "There is one row only, which sums the session up; its train_loss is a mean over the "
            "session."
        )
    elif summary:
        notes.append(
            "The last row sums the session up; its train_loss is a mean over the session, and no "
            "record."
        )
    notes.append("A training loss is the mean over the updates since the record before it.")
    facts = _lengths(state) | _whole_epochs(records) | _sizes(state, summary, rows, notes)
    facts |= _ended_by_rule(state, notes)
    table = table_of_records(records, notes)
    if _is_stream(state):
        notes.append(
            "num_train_epochs is endless, so the data is a stream: nothing says how many updates "
            "an epoch has."
        )
        table = table.without("epoch")
    return build(NAME, table, options, notes, facts=facts, epochs_are_passes=True)


def _end_of(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return where a history ends, if the row that sums it up stands at the end of an epoch."""
    step, epoch = _numbers(summary, ["step", "epoch"])
    return {"global_step": step, "epoch": epoch} if step > 0 and epoch % 1 == 0 else {}


def _without_speeds(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in row.items() if not name.endswith(("_runtime", "_per_second"))
    }


def _numbers(row: Mapping[str, Any], names: Sequence[str]) -> list[float]:
    """Return the finite numbers of a row that stand under some names, NaN where there is none."""
    found = []
    for name in names:
        try:
            value = number(row.get(name))
        except (TypeError, ValueError):
            value = None
        found.append(math.nan if value is None or not math.isfinite(value) else value)
    return found


def _is_stream(state: Mapping[str, Any]) -> bool:
    return _numbers(state, ["num_train_epochs"])[0] > ENDLESS


def _lengths(state: Mapping[str, Any]) -> dict[str, float]:
    """Return what the state says beside its history of updates and passes."""
    names = {"steps_made": "global_step", "steps_planned": "max_steps"}
    if not _is_stream(state):
        names |= {"epochs_made": "epoch", "epochs_planned": "num_train_epochs"}
    numbers = zip(names, _numbers(state, list(names.values())), strict=True)
    return _plausible(dict(numbers))


def _whole_epochs(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the updates of an epoch, if rows that end one agree on them.

    Epochs that are rounded to two decimals tell nothing: one may not have ended.
    """
    clocks = [_numbers(row, ["step", "epoch"]) for row in rows]
    exact = [epoch for _, epoch in clocks if 0 < epoch < MOST_STEPS]
    if not any(1e-6 < epoch * 100 % 1 < 1 - 1e-6 for epoch in exact):
        return {}
    each = {step / epoch for step, epoch in clocks if epoch >= 1 and epoch % 1 == 0}
    if len(each) != 1 or (found := each.pop()) != round(found):
        return {}
    return _plausible({"steps_per_epoch": found})


def _ended_by_rule(state: Mapping[str, Any], notes: list[str]) -> dict[str, float]:
    """Return that a rule ended the run, if its counter has reached its patience."""
    callbacks = state.get("stateful_callbacks")
    early = callbacks.get("EarlyStoppingCallback") if isinstance(callbacks, Mapping) else None
    if not isinstance(early, Mapping):
        return {}
    parts = (early.get(name) for name in ("args", "attributes"))
    args, attributes = (part if isinstance(part, Mapping) else {} for part in parts)
    [patience] = _numbers(args, ["early_stopping_patience"])
    [counter] = _numbers(attributes, ["early_stopping_patience_counter"])
    if not counter >= patience > 0:
        return {}
    notes.append(
        f"The EarlyStoppingCallback ended the run: {counter:,.0f} evaluations without gain."
    )
    return {"stopped_early": 1.0}


def _sizes(
    state: Mapping[str, Any],
    summary: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    notes: list[str],
) -> dict[str, float]:
    """Return sizes of batches and sets, as far as speeds and times give them away."""
    batch, made = _numbers(state, ["train_batch_size", "epoch"])
    time, samples, updates = _numbers(
        summary, [SUMMARY, "train_samples_per_second", "train_steps_per_second"]
    )
    # The speeds are those of the updates that were planned, also of a run that ended before.
    planned_updates, planned_epochs = _numbers(state, ["max_steps", "num_train_epochs"])
    [all_made] = _numbers(state, ["global_step"])
    if all_made != planned_updates and abs(updates * time - planned_updates) <= max(
        1, 0.02 * planned_updates
    ):
        made = planned_epochs
    facts = {"batch": batch}
    if updates > MOST_ROUNDED * SPEED_ROUNDING and updates <= samples < MOST_STEPS:
        facts["samples_per_update"] = _roundest(samples, updates, batch)
        notes.append("The samples of an update are the quotient of two speeds in the last row.")
        if made > 0 and not _is_stream(state):
            facts["n_train"] = float(np.round(samples * time / made))
            notes.append("The size of the training set is time × speed / epochs, of the last row.")
    evaluation = next((row for row in rows if "eval_samples_per_second" in row), {})
    time, samples = _numbers(evaluation, ["eval_runtime", "eval_samples_per_second"])
    if samples > MOST_ROUNDED * SPEED_ROUNDING:
        facts["n_val"] = float(np.round(time * samples))
        notes.append("The size of the validation set is the time of an evaluation × its speed.")
    return _plausible(facts)


def _plausible(facts: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in facts.items() if 0 < value < MOST_STEPS}


def _roundest(samples: float, updates: float, batch: float) -> int:
    """Return the samples of an update: of the numbers that rounded speeds allow, the roundest.

    It is a multiple of a device's batch, or else of the highest power of two.
    """
    half = SPEED_ROUNDING / 2
    least = math.ceil((samples - half) / (updates + half))
    most = math.floor((samples + half) / (updates - half))
    allowed = range(least, min(most, least + 1000) + 1) or [round(samples / updates)]
    return max(allowed, key=lambda n: (batch > 0 and n % batch == 0, n & -n))
