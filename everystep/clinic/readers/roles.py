"""From a table to curves: which column holds what, and what was left aside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from everystep.clinic.readers.clocks import Clocks
from everystep.clinic.readers.names import (
    ERROR,
    OF_VALIDATION,
    OTHER_SCORES,
    SCORES,
    meaning,
    scores_in,
    words,
)
from everystep.clinic.readers.tables import Table, listed
from everystep.clinic.run_log import ROLES, Curve, LogError

# Two networks that work against each other: the sum of their losses says nothing.
OPPONENTS = {"g", "d", "gen", "disc", "generator", "discriminator", "critic", "actor", "adv"}

LARGEST = 1e30
LEAST_AT_0 = 3  # records


class Roles:
    """Gives the columns of a table their roles.

    Args:
        table: the rows of one run, without the columns of the clocks.
        clocks: when the rows were written.
        chosen: columns by role, for those whose names do not tell; "" for no column.
        notes: where it is told what was assumed.
        part: the part of the data that the file's name says it is of; "" if it says none.
    """

    def __init__(
        self,
        table: Table,
        clocks: Clocks,
        chosen: Mapping[str, str],
        notes: list[str],
        part: str = "",
    ) -> None:
        self.table, self.clocks, self.chosen, self.notes = table, clocks, chosen, notes
        self.meanings = {name: meaning(name) for name in table.names if table.present[name].any()}
        self.used: set[str] = set()
        self.odd: list[str] = []  # what a reader should look at, a sentence each
        self._leave_out_unmeasured()
        self._take_part_of_file(part)
        self._take_parts_for_losses()
        self._take_errors_for_losses()
        for quantity in ("accuracy", "error"):
            self._take_for_validation(quantity)
        self._leave_out_zeros()

    def _leave_out_unmeasured(self) -> None:
        """Leave out columns of validation that only say NaN, where the training went well.

        A run that breaks has no finite training loss any more, either.
        """
        ends = [
            self.table.values[name][self.table.present[name]][-1]
            for name, says in self.meanings.items()
            if (says.part, says.quantity) == ("train", "loss")
        ]
        if not np.isfinite(ends).any():
            return
        none = [
            name
            for name, says in self.meanings.items()
            if says.part != "train" and np.isnan(self.table.values[name]).all()
        ]
        for name in set(none) - set(self.chosen.values()):
            if (self.meanings[name].part, self.meanings[name].quantity) == ("val", "loss"):
                self.odd.append(
                    f"{name} is NaN in every record, though the training loss is finite: "
                    "perhaps masking leaves no label of that set, or its evaluation overflowed."
                )
            del self.meanings[name]
        if none:
            self.notes.append(f"Not measured, for there is no number but NaN: {listed(none)}.")

    def _take_part_of_file(self, part: str) -> None:
        """Read columns as of the part of the data that the file is called by, if none names one."""
        of_model = {n: s for n, s in self.meanings.items() if s.quantity not in ("", "rate")}
        if part in ("", "train") or any(says.named for says in of_model.values()):
            return
        for name, says in of_model.items():
            self.meanings[name] = replace(says, part=part, named=True)
        what = {"val": "validation", "test": "a test set"}[part]
        self.notes.append(f"The columns were read as of {what}, for the file is called so.")

    def _take_parts_for_losses(self) -> None:
        """Read columns that are called train and val, and no more, as losses if nothing else is."""
        if any(says.quantity in ("loss", "accuracy") for says in self.meanings.values()):
            return
        taken = [
            name
            for name, says in self.meanings.items()
            if says.named and says.quantity == "metric" and not says.rest
        ]
        for name in taken:
            self.meanings[name] = replace(self.meanings[name], quantity="loss")
        if taken:
            self.notes.append(f"{listed(taken)}: taken for losses, for no column is called so.")

    def _take_errors_for_losses(self) -> None:
        """Read an error of training and of validation as the losses, if nothing else is."""
        if any(says.quantity == "loss" for says in self.meanings.values()):
            return
        errors = {
            part: [n for n, s in self.meanings.items() if (s.part, s.quantity) == (part, "error")]
            for part in ("train", "val")
        }
        for word in ERROR:
            pair = [n for part in errors for n in errors[part] if word in words(n)]
            if len(pair) == 2 and {self.meanings[n].part for n in pair} == set(errors):
                for name in pair:
                    self.meanings[name] = replace(self.meanings[name], quantity="loss")
                self.notes.append(
                    f"{listed(pair)}: read as the losses, for no column is called so."
                )
                return

    def _take_for_validation(self, quantity: str) -> None:
        """Read a quantity that names no part of the data as validation, where losses name theirs.

        Who writes train_loss, val_loss and accuracy means the accuracy in validation.
        """
        named = {(says.part, says.quantity) for says in self.meanings.values() if says.named}
        if not {("train", "loss"), ("val", "loss")} <= named or ("val", quantity) in named:
            return
        unnamed = [n for n, s in self.meanings.items() if s.quantity == quantity and not s.named]
        # Where validation has rows of its own, what never stands in them is not of it.
        of_validation = self._rows_of_validation_losses()
        taken = [n for n in unnamed if (self.table.present[n] & of_validation).any()]
        for name in taken:
            self.meanings[name] = replace(self.meanings[name], part="val")
        if taken:
            self.notes.append(
                f"{listed(taken)} names no part of the data; beside losses that do, it was read as "
                "of validation."
            )

    def _leave_out_zeros(self) -> None:
        """Leave out rows in which every column of validation, a loss among them, is exactly 0."""
        of_val = {name: says for name, says in self.meanings.items() if says.part == "val"}
        if len(of_val) < 2 or all(says.quantity != "loss" for says in of_val.values()):
            return
        rows = np.all([self.table.values[name] == 0 for name in of_val], axis=0)
        if rows.any() and not rows.all():
            self.notes.append(
                f"In {rows.sum():,} rows all columns of validation are 0: not measured there."
            )
            kept = {name: self.table.present[name] & ~rows for name in of_val}
            self.table = replace(self.table, present={**self.table.present, **kept})
            for name in (name for name, left in kept.items() if not left.any()):
                del self.meanings[name]

    def _rows_of_validation_losses(self) -> np.ndarray:
        losses = (n for n, s in self.meanings.items() if (s.part, s.quantity) == ("val", "loss"))
        return np.any([self.table.present[name] for name in losses], axis=0)

    def curves(self) -> dict[str, tuple[Curve, ...]]:
        """Return the curves by role.

        Raises:
            LogError: if a role or a column was asked for that does not exist, or a column that is
            empty.
        """
        found = {role: self._chosen(role, name) for role, name in self.chosen.items()}
        for role in ROLES:
            if role not in found:
                found[role] = self._of_role(role)
        if not any(found[role] for role in ("val_loss", "val_accuracy", "val_error")):
            self._take_test_for_validation(found)
        rest = [
            name for name, says in self.meanings.items() if name not in self.used and says.quantity
        ]
        if "metric" not in self.chosen:
            found["metric"] = tuple(self._at_0(rest))
        if rest:
            self.notes.append(f"Recorded too, and not used here: {listed(rest)}.")
        return {role: curves for role, curves in found.items() if curves}

    def _at_0(self, names: Sequence[str]) -> Iterator[Curve]:
        """Yield the scores that are 0 in every record, which are worth a remark."""
        for name in names:
            of_scores = self.meanings[name].quantity in ("metric", "score")
            said = words(name)
            is_score = of_scores and (scores_in(said) or set(said) & OTHER_SCORES)
            values = self.table.values[name][self.table.present[name]]
            if is_score and len(values) >= LEAST_AT_0 and not values.any():
                yield self._at(name, self.table.values[name], self.table.present[name])

    def _chosen(self, role: str, name: str) -> tuple[Curve, ...]:
        if role not in ROLES:
            raise LogError(f"There is no role {role}; there are {', '.join(ROLES)}.")
        if not name:
            return ()
        if name not in self.table.names:
            raise LogError(
                f"There is no column {name} for {role}; the columns with numbers are "
                f"{listed(self.table.names, 20)}."
            )
        if not self.table.present[name].any():
            raise LogError(f"The column {name}, which was to be {role}, holds no number.")
        return (self._fraction(name) if role.endswith("accuracy") else self._curve(name),)

    def _named(self, part: str, quantity: str) -> list[str]:
        """Return the columns of a quantity of a part of the data, those already given left out."""
        return [
            name
            for name, says in self.meanings.items()
            if (says.part, says.quantity) == (part, quantity) and name not in self.chosen.values()
        ]

    def _of_role(self, role: str) -> tuple[Curve, ...]:
        if role == "metric":
            return ()
        if role == "rate":
            rates = [n for n, says in self.meanings.items() if says.quantity == "rate"]
            return tuple(self._curve(name) for name in rates)
        if role == "val_score":
            return self._score()
        part, _, quantity = role.partition("_")
        names = self._named(part, quantity)
        if not names:
            return ()
        if quantity == "accuracy":
            return (self._fraction(self._plainest(names)),)
        if quantity == "error":
            return (self._curve(min(names, key=_place_among_errors)),)
        return self._losses(names, part)

    def _score(self) -> tuple[Curve, ...]:
        """Return a score of validation that is at most 1, and was not 0 throughout."""
        names = self._named("val", "score")
        if not names:
            unnamed = [n for n in self._named("train", "score") if not self.meanings[n].named]
            names = [name for name in unnamed if set(words(name)) & OF_VALIDATION]
        for name in sorted(names, key=_place_among_scores):
            values = self.table.values[name][self.table.present[name]]
            values = values[np.isfinite(values)]
            if len(values) and values.any() and values.min() >= -1 and values.max() <= 100:
                return (self._fraction(name),)
        return ()

    def _losses(self, names: list[str], part: str) -> tuple[Curve, ...]:
        """Return the loss of a part of the data: one, the sum of its terms, or one a set."""
        rests = {name: self.meanings[name].rest for name in names}
        if plain := [name for name in names if not rests[name]]:
            return (self._curve(self._plainest(plain)),)
        alone = {rest[0] for rest in rests.values() if len(rest) == 1}
        if part == "train" and alone & OPPONENTS:
            self.notes.append(
                f"{listed(names)} belong to networks that are trained against each other; no "
                "question here is made for that."
            )
            return ()
        if len(names) == 1:
            return (self._curve(names[0]),)
        of_training = {self.meanings[name].rest for name in self._named("train", "loss")}
        if part == "train" or set(rests.values()) <= of_training:
            return (self._sum(names, part),)
        self.notes.append(f"There are {len(names)} validation losses: {listed(names)}.")
        return tuple(self._curve(name) for name in names)

    def _sum(self, names: list[str], part: str) -> Curve:
        self.used.update(names)
        together = np.all([self.table.present[name] for name in names], axis=0)
        total = np.sum([self.table.values[name] for name in names], axis=0)
        self.notes.append(
            f"No column has the whole {part} loss; its terms were added as they stand: "
            f"{listed(names)}."
        )
        return self._at(f"sum of {len(names)} {part} losses", total, together)

    def _plainest(self, names: Sequence[str]) -> str:
        """Of several columns, return the plainest name, a mean over an epoch before a batch."""

        def rank(name: str) -> tuple[int, bool, int]:
            records = int(self.table.present[name].sum())
            of_epochs = "epoch" in words(name) and records >= 3
            return len(self.meanings[name].rest), not of_epochs, -records

        best = min(names, key=rank)
        if len(names) > 1:
            others = [name for name in names if name != best]
            self.used.update(others)
            self.notes.append(f"{best} was taken, and not {listed(others)}.")
        return best

    def _take_test_for_validation(self, found: dict[str, tuple[Curve, ...]]) -> None:
        """Many call the set that they look at after each epoch the test set."""
        for quantity in ("loss", "accuracy", "error"):
            curves = found.get(f"test_{quantity}") or self._of_role(f"test_{quantity}")
            if f"val_{quantity}" not in self.chosen and curves and len(curves[0]) > 1:
                found[f"val_{quantity}"] = curves
                self.notes.append(
                    f"{curves[0].name} was recorded during training, so it is read as validation."
                )

    def _fraction(self, name: str) -> Curve:
        """Return an accuracy as fractions, also if it was written in percent."""
        curve = self._curve(name)
        finite = curve.finite.values
        if finite.size and finite.max() > 1.5:
            self.notes.append(f"{name} is in percent.")
            return replace(curve, values=curve.values / 100)
        return curve

    def _curve(self, name: str) -> Curve:
        self.used.add(name)
        return self._at(name, self.table.values[name], self.table.present[name])

    def _at(self, name: str, values: np.ndarray, present: np.ndarray) -> Curve:
        """Return a curve of the rows in which a column has a number."""
        rows = np.flatnonzero(present)
        gaps = ~np.isfinite(values[rows])
        finite = np.flatnonzero(~gaps)
        # A run that has broken stays broken: NaN between numbers means that nothing was measured.
        if len(finite):
            longest = max(np.diff(finite).max(initial=1) - 1, finite[0])
            between = np.arange(len(rows)) < finite[-1]
            if len(rows) - 1 - finite[-1] <= longest:
                between[:] = True
            if (gaps & between).any():
                self.notes.append(
                    f"Where {name} is no finite number, and numbers follow, it was read as missing."
                )
            rows = rows[~(gaps & between)]
        # What no loss can be counts as infinite, so that nothing computed from it overflows.
        values = np.where(np.abs(values) > LARGEST, np.copysign(np.inf, values), values)
        clocks = self.clocks
        return Curve(name, values, clocks.steps, clocks.epochs, clocks.seconds).at(rows)


def _place_among_scores(name: str) -> tuple[int, bool, int]:
    said = words(name)
    # Of mAP at one overlap and at many, the stricter says more.
    return min(map(SCORES.index, scores_in(said))), "95" not in said, len(said)


def _place_among_errors(name: str) -> int:
    return min(place for place, word in enumerate(ERROR) if word in words(name))
