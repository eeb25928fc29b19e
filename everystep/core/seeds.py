"""The one setting that decides which random seeds the whole course uses."""

import os

import numpy as np

from everystep.core.validation import require_whole

SEED_VARIABLE = "EVERYSTEP_SEED"
# Blocks of seeds of different base seeds must not overlap, or "holds on base seeds 0 to 39"
# would test the same trainings twice.
SEEDS_PER_BASE = 1000
# Generators of random numbers take what 64 bits hold.
HIGHEST_BASE = 10**9
# What random numbers are drawn for, beside what a seed drives itself: initial weights and the order
# of the samples, or a split. Numbers stay as they are, or every recorded result would change.
PURPOSES = {"dropout in evaluation": 0, "label noise": 1, "split": 2, "photographs": 7}


class SeedError(ValueError):
    """``EVERYSTEP_SEED`` is no base seed."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: one line, since the fault is not in the code."""
        return [str(self)]


def seed_is_set() -> bool:
    """Return whether a reader has chosen a base seed: ``EVERYSTEP_SEED`` is set and not blank."""
    return bool(os.environ.get(SEED_VARIABLE, "").strip())


def base_seed() -> int:
    """Return the base seed, read from ``EVERYSTEP_SEED``; 0 where that is not set, or blank.

    Raises:
        SeedError: if the environment variable is not a whole number from 0 to ``HIGHEST_BASE``.
    """
    if not seed_is_set():
        return 0
    text = os.environ[SEED_VARIABLE].strip()
    if not text.isdecimal() or len(text) > len(str(HIGHEST_BASE)) or int(text) > HIGHEST_BASE:
        shown = f"{text[:40]}…" if len(text) > 40 else text
        raise SeedError(
            f"{SEED_VARIABLE} must be a whole number from 0 to {HIGHEST_BASE}, or empty, "
            f"got {shown!r}"
        )
    return int(text)


def seeds(count: int = 16) -> list[int]:
    """Return ``count`` distinct seeds that belong to the current base seed.

    Raises:
        ValueError: if ``count`` is not a whole number from 1 to 1000.
    """
    require_whole("count", count, minimum=1, maximum=SEEDS_PER_BASE)
    start = base_seed() * SEEDS_PER_BASE
    return list(range(start, start + count))


def derive(seed: int, purpose: str, index: int = 0) -> int:
    """Return a seed for one purpose, independent of ``seed`` and of those for other purposes.

    What two purposes draw from one seed would be related: the first labels replaced would belong to
    the first samples visited. Hashed by ``numpy.random.SeedSequence``, they are not.

    Args:
        seed: the seed to derive from, a whole number of at least 0.
        purpose: one of ``PURPOSES``.
        index: which of the purpose's seeds, counted from 0.

    Returns:
        A whole number below 2³².

    Raises:
        ValueError: if an argument is not as described.
    """
    require_whole("seed", seed, minimum=0)
    require_whole("index", index, minimum=0)
    if purpose not in PURPOSES:
        names = ", ".join(map(repr, PURPOSES))
        raise ValueError(f"purpose must be one of {names}, got {purpose!r}")
    sequence = np.random.SeedSequence((int(seed), PURPOSES[purpose]))
    return int(sequence.generate_state(index + 1)[index])
