"""Findings, which every empirical sentence of the book rests on, and numbers quoted without one."""

import html
import os
import re
from dataclasses import dataclass

import numpy as np
from IPython.display import display

from everystep.core.seeds import SEED_VARIABLE, seed_is_set
from everystep.core.statistics import Difference, Estimate, Proportion
from everystep.notebook.glue import glue

MINIMUM_SEEDS = 10
ID_PATTERN = re.compile(r"[a-z0-9]+(\.[a-z0-9]+(-[a-z0-9]+)*)+")


class FindingDoesNotHoldError(AssertionError):
    """A finding's condition is false for the values measured in this run."""


@dataclass(frozen=True)
class Finding:
    """A statement with the estimate that decided whether it holds in this run."""

    id: str
    statement: str
    estimate: Estimate
    unit: str
    over: str
    holds: bool = True

    @property
    def evidence(self) -> str:
        """The mean, its interval and the number of values, in words.

        A proportion also says how many it was, a difference in how many it had the sign of its
        mean.
        """
        e, unit = self.estimate, self.unit
        if unit and not unit.startswith("%"):
            unit = f" {unit}"
        if e.low == e.high:  # an exact result: an interval would claim a spread there is not
            return f"{e.mean:.4g}{unit} in each of {e.n} {self.over}"
        mean, low, high = (text.replace("-", "−") for text in e.in_words())
        interval = f"{mean}{unit}, 95% interval {low} to {high}"
        if isinstance(e, Proportion):
            return f"{e.count} of {e.n} {self.over}: {interval}"
        words = f"mean {interval}, over {e.n} {self.over}"
        return f"{words}; {_signs(e.values, self.over)}" if isinstance(e, Difference) else words

    @property
    def verdict(self) -> str:
        """What stands before a statement that does not hold; it names the base seed."""
        return f"Does not hold with {SEED_VARIABLE}={os.environ[SEED_VARIABLE].strip()}"

    @property
    def mark(self) -> dict[str, dict[str, object]]:
        """What the notebook's output says of the finding to programs that read it."""
        mean = self.estimate.mean
        return {"finding": {"id": self.id, "holds": self.holds, "mean": mean}}

    def __repr__(self) -> str:
        if self.holds:
            return f"Finding {self.id}: {self.statement}\n  holds: {self.evidence}"
        return f"✗ {self.verdict}: {self.id}: {self.statement}\n  measured: {self.evidence}"

    def _repr_html_(self) -> str:
        kind, label = ("finding", "Finding")
        if not self.holds:
            kind, label = ("finding finding-failed", f"✗ {html.escape(self.verdict)}:")
        return (
            f'<div class="{kind}" id="finding-{self.id}"><p class="finding-statement">'
            f'<span class="finding-label">{label}</span> {html.escape(self.statement)}</p>'
            f'<p class="finding-evidence">{html.escape(self.evidence)} '
            f"<code>{self.id}</code></p></div>"
        )


def _signs(values: np.ndarray, over: str) -> str:
    sign, word = (-1, "negative") if values.mean() < 0 else (1, "positive")
    n, same, zero = len(values), int((np.sign(values) == sign).sum()), int((values == 0).sum())
    if same == n:
        return f"{word} in all of them"
    return f"{word} in {same} of {n} {over}" + (f", zero in {zero}" if zero else "")


def finding(
    id: str,
    statement: str,
    estimate: Estimate,
    *,
    holds: bool,
    unit: str = "",
    over: str = "seeds",
    verdict: str = "",
) -> None:
    """Show a finding and glue its numbers for the prose, or raise if it does not hold.

    The numbers are glued as ``quote`` glues them. With a base seed of the reader's own
    (``EVERYSTEP_SEED``), a finding that does not hold is shown as such, and nothing stops.

    Args:
        id: dotted lower-case name, unique over the book, such as ``steps.clock-decides``.
        statement: the sentence that is claimed, with the effect size in it.
        estimate: the quantity that decides, over at least 10 seeds (or other units).
        holds: the condition, decided on the interval (``estimate.low``, ``estimate.high``).
        unit: unit of the quantity, for instance ``points``.
        over: what the values are counted in, when they are not one a seed.
        verdict: what the quantity says of a claim, in a word; it is glued under ``ID.verdict``.

    Raises:
        ValueError: if the statement is empty, or as ``quote``.
        FindingDoesNotHoldError: if ``holds`` is false, and no base seed is set.
    """
    _check(id, estimate, over)
    if not statement.strip():
        raise ValueError("statement must be a sentence, got an empty text")
    result = Finding(id, statement, estimate, unit, over, bool(holds))
    if not holds and not seed_is_set():
        raise FindingDoesNotHoldError(
            f"{id} does not hold in this run: {statement} ({result.evidence})"
        )
    display(result, metadata=result.mark)
    quote(id, estimate)
    if verdict:
        glue(f"{id}.verdict", verdict)


def quote(id: str, estimate: Estimate) -> None:
    """Glue the numbers of an estimate for the prose, without a claim about them.

    They are glued under ``ID.mean``, ``ID.low``, ``ID.high`` and ``ID.n``; of a ``Difference``,
    ``p_above`` is glued under ``ID.p``, a share from 0 to 1.

    Args:
        id: dotted lower-case name, unique over the book, such as ``steps.clock-decides``.
        estimate: what is quoted, over at least 10 seeds (or other units).

    Raises:
        ValueError: if the id is malformed, or ``estimate`` is none or has fewer than 10 values.
    """
    _check(id, estimate, "seeds")
    for name in ("mean", "low", "high", "n"):
        glue(f"{id}.{name}", getattr(estimate, name))
    if isinstance(estimate, Difference):
        glue(f"{id}.p", estimate.p_above)


def _check(id: str, estimate: Estimate, over: str) -> None:
    if not isinstance(id, str) or not ID_PATTERN.fullmatch(id):
        raise ValueError(f"id must be dotted lower-case words such as 'steps.count', got {id!r}")
    if not isinstance(estimate, Estimate):
        raise ValueError(f"estimate must be an Estimate, got {type(estimate).__name__}")
    if estimate.n < MINIMUM_SEEDS:
        raise ValueError(f"estimate must rest on at least {MINIMUM_SEEDS} {over}, got {estimate.n}")
