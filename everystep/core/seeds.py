"""The one setting that decides which random seeds the whole course uses."""

import os

from everystep.core.validation import require_whole

SEED_VARIABLE = "EVERYSTEP_SEED"
# Blocks of seeds of different base seeds must not overlap, or "holds on base seeds 0 to 19"
# would test the same trainings twice.
SEEDS_PER_BASE = 1000


def base_seed() -> int:
    """Return the base seed, a non-negative integer read from ``EVERYSTEP_SEED`` (default 0).

    Raises:
        ValueError: if the environment variable is not a non-negative whole number.
    """
    text = os.environ.get(SEED_VARIABLE, "0")
    if not text.strip().isdecimal():
        raise ValueError(f"{SEED_VARIABLE} must be a non-negative whole number, got {text!r}")
    return int(text)


def seeds(count: int = 16) -> list[int]:
    """Return ``count`` distinct seeds that belong to the current base seed.

    Raises:
        ValueError: if ``count`` is not a whole number from 1 to 1000.
    """
    require_whole("count", count, minimum=1, maximum=SEEDS_PER_BASE)
    start = base_seed() * SEEDS_PER_BASE
    return list(range(start, start + count))
