"""A recipe: everything that decides how a model is trained, except the data and the seed."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from everystep.core.validation import is_list, require_number, require_whole

# What each optimizer reads of a recipe, beside the learning rate.
OPTIMIZERS: dict[str, tuple[str, ...]] = {
    "sgd": ("momentum", "nesterov", "weight_decay"),
    "adamw": ("betas", "eps", "weight_decay"),
    "muon": ("momentum", "nesterov", "betas", "eps", "weight_decay"),
    "schedulefree": ("betas", "eps", "weight_decay"),
}


@dataclass(frozen=True)
class Recipe:
    """How a model is trained. Immutable; ``replace`` makes a changed copy.

    Attributes:
        batch_size: samples per update. With accumulation it is still the samples per *update*;
            each update then sums the gradients of ``accumulation`` micro-batches of
            ``batch_size / accumulation`` samples.
        lr: learning rate, the base value that the schedule multiplies.
        epochs: length as passes over the training set; give this or ``steps``.
        steps: length as a number of updates.
        optimizer: ``"sgd"`` or ``"adamw"``, as in ``torch.optim``; ``"muon"``, which is
            ``torch.optim.Muon`` for matrices, with its rate adjusted to AdamW's, and AdamW for
            all other parameters; or ``"schedulefree"``, schedule-free AdamW. Settings that it
            does not read must keep their defaults.
        momentum: SGD's or Muon's momentum, from 0 up to but not including 1; PyTorch's default
            for Muon is 0.95.
        nesterov: whether momentum is Nesterov's, as it is for Muon in PyTorch by default.
        weight_decay: L2 penalty's factor for SGD, decoupled decay for all others.
        betas: AdamW's decay rates of the two moments; for schedule-free AdamW the first is the
            average's share in the point at which gradients are taken.
        eps: AdamW's constant in the denominator.
        schedule: what ``lr`` is multiplied by at each update: a function of the update's number,
            which counts from 0, or one factor per update. ``None`` keeps the rate constant.
        label_noise: probability, from 0 to 1, with which each training label is replaced by a
            class drawn uniformly; drawn anew for each seed (see ``noisy_labels``).
        accumulation: number of micro-batches per update; must divide every batch size.
        drop_last: whether an epoch's short last batch is left out.
        batch_growth: ``{epoch: batch size from this epoch on}``, epochs counted from 0, for a
            batch that changes during training; stored as a tuple of pairs.
        name: text for legends and tables; made from the other fields if not given.

    Raises:
        ValueError: if a field is outside what is described here.
    """

    batch_size: int
    lr: float
    epochs: int | None = None
    steps: int | None = None
    optimizer: str = "sgd"
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    schedule: Callable[[int], float] | Sequence[float] | None = None
    label_noise: float = 0.0
    accumulation: int = 1
    drop_last: bool = False
    batch_growth: Mapping[int, int] | tuple[tuple[int, int], ...] = ()
    name: str | None = None

    def __post_init__(self) -> None:
        self._check_lists()
        self._check_length_and_batches()
        self._check_optimizer()
        require_number("label_noise", self.label_noise, maximum=1)
        self._normalize()
        self._check_settings()

    def _growth(self) -> Sequence[tuple[int, int]]:
        growth = self.batch_growth
        return list(growth.items()) if isinstance(growth, Mapping) else growth

    def _check_lists(self) -> None:
        pairs, betas, schedule = self._growth(), self.betas, self.schedule
        if not is_list(pairs) or not all(is_list(pair) and len(pair) == 2 for pair in pairs):
            raise ValueError(f"batch_growth must be {{epoch: batch size}}, got {pairs!r}")
        for epoch, size in pairs:
            require_whole("batch_growth's epoch", epoch, minimum=1)
            require_whole("batch_growth's batch size", size, minimum=1)
        if not is_list(betas) or len(betas) != 2:
            raise ValueError(f"betas must be two numbers, got {betas!r}")
        for beta in betas:
            require_number("betas", beta, below=1)
        if schedule is None or callable(schedule):
            return
        if not is_list(schedule):
            raise ValueError(
                f"schedule must be a function of the step, or a list of factors, got {schedule!r}"
            )
        for factor in schedule:
            require_number("each factor of schedule", factor)

    def _normalize(self) -> None:
        """Make mutable fields immutable, for use as dictionary keys, and NumPy's counts int."""
        for name in ("batch_size", "epochs", "steps", "accumulation"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, int(getattr(self, name)))
        pairs = sorted((int(epoch), int(size)) for epoch, size in self._growth())
        object.__setattr__(self, "batch_growth", tuple(pairs))
        object.__setattr__(self, "betas", tuple(self.betas))
        if self.schedule is not None and not callable(self.schedule):
            object.__setattr__(self, "schedule", tuple(float(factor) for factor in self.schedule))

    def _check_length_and_batches(self) -> None:
        if (self.epochs is None) == (self.steps is None):
            raise ValueError(
                f"give either epochs or steps, got epochs={self.epochs!r} and steps={self.steps!r}"
            )
        length = "epochs" if self.steps is None else "steps"
        require_whole(length, getattr(self, length), minimum=1)
        require_whole("accumulation", self.accumulation, minimum=1)
        require_whole("batch_size", self.batch_size, minimum=1)
        for size in self.batch_sizes:
            if size % self.accumulation:
                raise ValueError(
                    f"accumulation must divide the batch size, got {self.accumulation} "
                    f"micro-batches for a batch of {size}"
                )

    def _check_optimizer(self) -> None:
        if self.optimizer not in OPTIMIZERS:
            names = ", ".join(map(repr, OPTIMIZERS))
            raise ValueError(f"optimizer must be one of {names}, got {self.optimizer!r}")
        require_number("lr", self.lr)
        require_number("weight_decay", self.weight_decay)
        require_number("momentum", self.momentum, below=1)
        require_number("eps", self.eps)
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov needs a momentum above 0")

    def _check_settings(self) -> None:
        """Refuse what another optimizer reads, and this one would ignore."""
        own = OPTIMIZERS[self.optimizer]
        for field in dataclasses.fields(self):
            foreign = any(field.name in names for names in OPTIMIZERS.values())
            if foreign and field.name not in own and getattr(self, field.name) != field.default:
                raise ValueError(
                    f"{field.name} is no setting of {self.optimizer}, "
                    f"which has {', '.join(('lr', *own))}"
                )

    @property
    def batch_sizes(self) -> list[int]:
        """All batch sizes: the first epoch's, then those that the batch grows to."""
        return [self.batch_size, *(size for _, size in self._growth())]

    def replace(self, **changes: Any) -> "Recipe":
        """Return a copy with the given fields changed."""
        return dataclasses.replace(self, **changes)

    def epoch_batches(self, n_train: int) -> list[list[int]]:
        """Return the sizes of the batches of each epoch.

        Args:
            n_train: number of training samples.

        Returns:
            One list an epoch, one size an update; the last epoch stops where ``steps`` ends it.

        Raises:
            ValueError: if ``drop_last`` leaves no batch in an epoch.
        """
        epochs: list[list[int]] = []
        left = self.steps
        while len(epochs) != self.epochs and (left is None or left > 0):
            epochs.append(self._one_epoch(len(epochs), n_train)[:left])
            left = None if left is None else left - len(epochs[-1])
        return epochs

    def updates(self, n_train: int) -> int:
        """Return the number of updates the recipe makes on ``n_train`` training samples."""
        return sum(map(len, self.epoch_batches(n_train)))

    def rates(self, n_train: int) -> np.ndarray:
        """Return the learning rate of each update, shape ``(updates,)``.

        Raises:
            ValueError: if the schedule has another length than the run, or gives a factor that
                is negative or not finite.
        """
        updates = self.updates(n_train)
        if self.schedule is None:
            return np.full(updates, float(self.lr))
        if callable(self.schedule):
            factors = np.array([float(self.schedule(step)) for step in range(updates)])
        else:
            factors = np.array(self.schedule)
        if len(factors) != updates:
            raise ValueError(
                f"schedule must have one factor for each of the {updates} updates, "
                f"got {len(factors)}"
            )
        if not (np.isfinite(factors).all() and (factors >= 0).all()):
            raise ValueError("schedule must give finite factors of at least 0")
        return self.lr * factors

    def _one_epoch(self, epoch: int, n_train: int) -> list[int]:
        grown = [size for start, size in self._growth() if start <= epoch]
        size = grown[-1] if grown else self.batch_size
        full, rest = divmod(n_train, size)
        sizes = [size] * full + [rest] * (rest > 0 and not self.drop_last)
        if not sizes:
            raise ValueError(
                f"drop_last leaves no batch: batch_size {size} exceeds {n_train} training samples"
            )
        return sizes

    def __str__(self) -> str:
        """The name, or one line made of what distinguishes this recipe."""
        return self.name if self.name is not None else ", ".join(self._parts())

    def _parts(self) -> list[str]:
        batch = "→".join(str(size) for size in self.batch_sizes)
        length = f"{self.epochs} epochs" if self.steps is None else f"{self.steps} steps"
        parts = [f"batch {batch}", f"lr {self.lr:g}", length]
        if self.optimizer != "sgd":
            parts.append(self.optimizer)
        if self.momentum:
            parts.append(f"{'Nesterov ' if self.nesterov else ''}momentum {self.momentum:g}")
        if self.weight_decay:
            parts.append(f"weight decay {self.weight_decay:g}")
        if self.schedule is not None:
            parts.append(getattr(self.schedule, "__name__", "schedule"))
        if self.label_noise:
            parts.append(f"{self.label_noise:.0%} label noise")
        if self.accumulation > 1:
            parts.append(f"{self.accumulation} micro-batches")
        if self.drop_last:
            parts.append("short batch dropped")
        return parts
