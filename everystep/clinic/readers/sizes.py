"""What recorded validation gives away beside its course: the size of its set, a second look."""

from collections.abc import Mapping

import numpy as np

from everystep.clinic.run_log import Curve

LARGEST_GRAIN, OF_MANY_DECIMALS = 50, 100
# Few accuracies on many samples may all be multiples of a part of them by chance.
LARGEST, LEAST_OF_MANY = 1000, 6
MOST_DECIMALS = 6  # that tell a rounded accuracy from a whole one
UNLIKELY = 1e-4


def given_away(
    curves: Mapping[str, tuple[Curve, ...]], known: Mapping[str, float], notes: list[str]
) -> dict[str, float]:
    """Return what curves of validation give away, by the names in ``run_log.FACTS``.

    Args:
        curves: by role.
        known: facts that are known already, the size of the validation set perhaps among them.
        notes: where it is told what was assumed.
    """
    size = {} if "n_val" in known else _size(curves, notes)
    return size | _evaluated_again(curves, notes)


def _size(curves: Mapping[str, tuple[Curve, ...]], notes: list[str]) -> dict[str, float]:
    """Return the size of a small validation set, which gives itself away in its accuracies.

    On n samples they are multiples of 1 / n, rounded to some decimals. Others are so by chance: all
    of them, with d decimals, with probability (n / 10^d) to the power of their number.
    """
    several = {v for curve in curves.get("val_accuracy", ()) for v in curve.finite.values}
    values = np.array(sorted(several - {0.0, 1.0}))
    if _are_multiples(values, 10, 1e-7):
        return {}  # of one digit, they are of any number of samples
    powers = [10**digits for digits in range(2, MOST_DECIMALS)]
    finest = next((p for p in powers if _are_multiples(values, p, 1e-9)), 10**MOST_DECIMALS)
    most = OF_MANY_DECIMALS if finest >= 10**5 else LARGEST_GRAIN
    if finest >= 10**5 and len(values) >= LEAST_OF_MANY:
        most = LARGEST
    for n in range(2, most + 1):
        chance = (n / finest) ** len(values)
        if chance < UNLIKELY and _are_multiples(values, n, 0.501 / finest):
            notes.append(
                f"All validation accuracies are multiples of 1/{n}, so the set was taken to have "
                f"{n} samples."
            )
            return {"n_val": float(n)}
    return {}


def _evaluated_again(curves: Mapping[str, tuple[Curve, ...]], notes: list[str]) -> dict[str, float]:
    """Return the last validation loss, if it was recorded twice at the end and is the same."""
    losses = curves.get("val_loss", ())
    if len(losses) != 1 or len(losses[0]) < 3:
        return {}
    x, values = losses[0].x, losses[0].values
    alone = len(np.unique(x)) == len(x) - 1 and x[-1] == x[-2]
    if not (alone and np.isfinite(values[-1]) and values[-1] == values[-2]):
        return {}
    notes.append(f"{losses[0].name} was evaluated twice at the end, and is the same.")
    return {"val_loss_again": float(values[-1])}


def _are_multiples(values: np.ndarray, n: int, off: float) -> bool:
    """Return whether values are multiples of 1 / n, but for so much."""
    return bool((np.abs(values - np.round(values * n) / n) < off).all())
