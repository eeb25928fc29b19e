"""How a report says where a record stands."""

from everystep.clinic.run_log import Curve


def moment(curve: Curve, record: int) -> str:
    """Return where a record stands, with the clock's unit."""
    unit = "epoch" if curve.steps is None else "update"
    return f"{unit} {place(curve, record)}"


def place(curve: Curve, record: int) -> str:
    """Return where a record stands; updates are whole, however many."""
    return epochs(curve.x[record]) if curve.steps is None else f"{curve.x[record]:,.0f}"


def epochs(number: float) -> str:
    """Return a number of epochs: many are whole, of few the part counts."""
    return f"{number:,.0f}" if number >= 1000 else f"{number:.4g}"
