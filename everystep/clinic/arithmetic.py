"""The counts of a run, and where they contradict each other: updates, passes, batches, samples."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from everystep.clinic.run_log import RunLog
from everystep.clinic.schedule import RateSchedule
from everystep.core.steps import updates_per_epoch

NEAR = 0.01  # relative: so far apart, two counts agree
EXACT = 2e-3  # so near to a whole number, a quotient of exact numbers is one
HARDLY_FALLEN = 0.97  # of the peak: of a run's beginning, no horizon is read off so little
FAR_HORIZON = 0.05  # the same, for a horizon that was read off rates


@dataclass(frozen=True)
class Counts:
    """What a log tells of a run's length and of its batches; None where it tells nothing.

    Attributes:
        steps_made: updates made.
        steps_planned: updates that were planned.
        epochs_made: passes over the training set.
        epochs_planned: passes that were planned.
        steps_per_epoch: updates of an epoch.
        samples_per_update: samples of an update, devices and accumulation included.
        at_least: whether ``samples_per_update`` is the batch of one device, and may be more.
        n_train: samples of the training set.
        contradictions: numbers that do not agree, a sentence each.
    """

    steps_made: float | None = None
    steps_planned: float | None = None
    epochs_made: float | None = None
    epochs_planned: float | None = None
    steps_per_epoch: float | None = None
    samples_per_update: float | None = None
    at_least: bool = False
    n_train: float | None = None
    contradictions: tuple[str, ...] = ()

    @property
    def begun(self) -> float:
        """The part of an epoch that was begun and not ended, from 0 to 1."""
        part = (self.epochs_made or 0.0) % 1
        least = 0.5 / self.steps_per_epoch if self.steps_per_epoch else NEAR / 10
        return part if least < part < 1 - NEAR else 0.0


def count(log: RunLog, schedule: RateSchedule) -> Counts:
    """Return the counts of a run.

    Args:
        log: its log.
        schedule: the schedule of its rates.
    """
    facts = log.facts
    wrong = list(log.contradictions)
    per_epoch = _steps_per_epoch(log, wrong)
    samples, at_least = _samples_per_update(log, wrong)
    steps, epochs = facts.get("steps_made"), facts.get("epochs_made")
    planned, n_train = facts.get("steps_planned"), facts.get("n_train")
    if steps is None and epochs and per_epoch:
        steps = epochs * per_epoch
    if epochs is None and steps and per_epoch:
        epochs = steps / per_epoch
    if planned is None and per_epoch and facts.get("epochs_planned"):
        planned = facts["epochs_planned"] * per_epoch
    if n_train is None and per_epoch and samples and not at_least:
        n_train = per_epoch * samples
    elif n_train and per_epoch and samples and not at_least:
        _compare_with_division(n_train, per_epoch, samples, wrong)
    is_early = steps and planned and steps < planned / 2 and schedule.left > HARDLY_FALLEN
    if planned and schedule.horizon and schedule.unit == "updates" and not is_early:
        _compare_with_horizon(planned, schedule, wrong)
    epochs_planned = facts.get("epochs_planned")
    if epochs_planned and planned and per_epoch and planned < epochs_planned * per_epoch:
        # Updates were planned, and the epochs are those that they begin.
        epochs_planned = planned / per_epoch
    return Counts(
        steps,
        planned,
        epochs,
        epochs_planned,
        per_epoch,
        samples,
        at_least,
        n_train,
        tuple(wrong),
    )


def _steps_per_epoch(log: RunLog, wrong: list[str]) -> float | None:
    facts = log.facts
    planned = _quotient(facts.get("steps_planned"), facts.get("epochs_planned"))
    made = _quotient(facts.get("steps_made"), facts.get("epochs_made"))
    told = facts.get("steps_per_epoch")
    if planned is None or (made is None and told is None):
        found = planned or made
        return told or (None if found is None else float(round(found)))
    each = told or made
    assert each is not None
    # Updates may have been planned, and the epochs are those that they begin.
    begun = math.ceil(facts["steps_planned"] / each - NEAR) == facts["epochs_planned"]
    is_whole = abs(each - round(each)) < EXACT
    if told is None and abs(planned - each) <= max(1.0, NEAR * planned) and not is_whole:
        # The Trainer plans whole updates an epoch; a number set by hand may end within one.
        return float(planned) if planned == round(planned) else _nearly_whole(each)
    if not begun and abs(planned - each) > NEAR * planned:
        wrong.append(_two_lengths(facts, planned, each))
    return told or float(round(each))


def _two_lengths(facts: Mapping[str, float], planned: float, made: float) -> str:
    """Return that an epoch is longer or shorter than was planned, in a sentence."""
    words = (
        f"Planned were {facts['steps_planned']:,.0f} updates in {facts['epochs_planned']:,.0f} "
        f"epochs, {planned:,.1f} an epoch; made were {facts['steps_made']:,.0f} in "
        f"{facts['epochs_made']:,.2f}, {made:,.1f} an epoch. "
    )
    if abs(made - planned - 1) < 0.1:
        return words + (
            "The batches that are left over at the end of an epoch seem to make an update of their "
            "own, which the plan did not count."
        )
    return words + (
        "Either the number of updates was set by hand, or the run was resumed with another batch "
        "or another number of devices."
    )


def _samples_per_update(log: RunLog, wrong: list[str]) -> tuple[float | None, bool]:
    """Return the samples of an update, and whether that is one device's batch alone."""
    facts = log.facts
    batch, total = facts.get("batch"), facts.get("samples_per_update")
    known = [facts[name] for name in ("devices", "accumulation") if name in facts]
    if total is None:
        if batch is None:
            return None, False
        for factor in known:
            batch *= factor
        return batch, len(known) < 2
    if batch:
        factor = total / batch
        if abs(factor - round(factor)) > NEAR * factor:
            wrong.append(
                f"An update has {total:,.0f} samples by its speeds, which is no multiple of the "
                f"batch of {batch:,.0f} of a device."
            )
    return total, False


def _compare_with_division(n: float, per_epoch: float, samples: float, wrong: list[str]) -> None:
    expected = updates_per_epoch(max(1, round(n)), max(1, round(samples)))
    if abs(expected - per_epoch) > max(1.5, 2 * NEAR * per_epoch):
        wrong.append(
            f"{n:,.0f} samples in updates of {samples:,.0f} would be {expected:,} updates an "
            f"epoch; the log says {per_epoch:,.0f}, {per_epoch / expected:.2g} times as many."
        )


def _compare_with_horizon(planned: float, schedule: RateSchedule, wrong: list[str]) -> None:
    assert schedule.horizon is not None
    apart = schedule.horizon / planned
    if schedule.floor == 0 and schedule.left < 0.2:
        # A fall to a floor that was not reached looks like one to 0 that ends a little later.
        apart = min(apart, 1.0) if apart < 1 + 2 * FAR_HORIZON else apart
    if abs(apart - 1) > FAR_HORIZON:
        wrong.append(
            f"Planned are {planned:,.0f} updates, but the rate is on its way to the end of its "
            f"schedule at about {schedule.horizon:,.0f}, {apart:.2g} times as many. The schedule "
            "counts something else than updates, or its horizon was set for another run."
        )


def _nearly_whole(count: float) -> float:
    """Return a count as it is, without the error of a rounded quotient."""
    return float(round(count)) if abs(count - round(count)) < 0.1 else float(count)


def _quotient(steps: float | None, epochs: float | None) -> float | None:
    return steps / epochs if steps and epochs else None
