"""How many optimizer updates a training job makes."""

from everystep.core.validation import require_whole


def updates_per_epoch(
    n_samples: int,
    batch_size: int,
    *,
    drop_last: bool = False,
    accumulation: int = 1,
    workers: int = 1,
) -> int:
    """Return the number of optimizer updates in one epoch.

    Three divisions follow one another, each rounded up, or down if ``drop_last``: samples among
    workers (as ``torch.utils.data.DistributedSampler`` does, which repeats samples when it rounds
    up), a worker's samples into batches (as ``torch.utils.data.DataLoader`` does), and batches
    into groups of ``accumulation`` that share one update.

    Args:
        n_samples: size of the training set.
        batch_size: samples a worker passes forward at once (the micro-batch, if it accumulates).
        drop_last: leave out whatever does not fill a worker's share, a batch or a group.
        accumulation: batches whose gradients are added up before one update.
        workers: data-parallel processes that make every update together.

    Raises:
        ValueError: if a number is not whole or below 1, or if ``drop_last`` leaves no update.
    """
    for name, value in (
        ("n_samples", n_samples),
        ("batch_size", batch_size),
        ("accumulation", accumulation),
        ("workers", workers),
    ):
        require_whole(name, value, minimum=1)
    divide = _divide_down if drop_last else divide_up
    share = divide(n_samples, workers)
    batches = divide(share, batch_size)
    updates = divide(batches, accumulation)
    if updates == 0:
        raise ValueError(
            f"batch_size × accumulation × workers must be at most n_samples = {n_samples} with "
            f"drop_last, or no update is left; got {batch_size} × {accumulation} × {workers}"
        )
    return updates


def total_steps(
    n_samples: int,
    batch_size: int,
    epochs: int,
    *,
    drop_last: bool = False,
    accumulation: int = 1,
    workers: int = 1,
) -> int:
    """Return the number of optimizer updates in a whole job: epochs × updates an epoch.

    Args:
        n_samples: size of the training set.
        batch_size: samples a worker passes forward at once.
        epochs: passes over the training set; 0 makes no update.
        drop_last: as in ``updates_per_epoch``.
        accumulation: as in ``updates_per_epoch``.
        workers: as in ``updates_per_epoch``.

    Raises:
        ValueError: as ``updates_per_epoch``, or if ``epochs`` is not a whole number of at least 0.
    """
    require_whole("epochs", epochs, minimum=0)
    return epochs * updates_per_epoch(
        n_samples, batch_size, drop_last=drop_last, accumulation=accumulation, workers=workers
    )


def _divide_down(whole: int, part: int) -> int:
    return whole // part


def divide_up(whole: int, part: int) -> int:
    """Return ``whole / part`` rounded up, exactly for whole numbers of any size."""
    # Not math.ceil(whole / part), which is wrong where a float cannot hold the quotient.
    return -(-whole // part)
