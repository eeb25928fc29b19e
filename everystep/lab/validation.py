"""Checks of arguments, so that every part of the package words its errors alike."""

from numbers import Integral


def require_whole(name: str, value: object, *, minimum: int, maximum: int | None = None) -> None:
    """Raise unless ``value`` is a whole number from ``minimum`` to ``maximum``.

    Raises:
        ValueError: naming the argument, what was expected and what came.
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if whole and minimum <= value and (maximum is None or value <= maximum):
        return
    expected = f"of at least {minimum}" if maximum is None else f"from {minimum} to {maximum}"
    raise ValueError(f"{name} must be a whole number {expected}, got {value!r}")
