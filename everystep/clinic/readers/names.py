"""What the columns of a log hold, told from the names that their authors gave them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

VALIDATION = {
    "val",
    "valid",
    "validation",
    "validate",
    "eval",
    "evaluation",
    "dev",
    "vl",
    "holdout",
}
TEST = {"test", "testing"}
TRAINING = {"train", "training", "tr", "trn"}
LOSS = {"loss", "losses", "nll", "cost", "objective", "xent", "crossentropy", "entropy", "bce"}
# The better, the lower; in this order one is taken where no loss was recorded.
ERROR = ("mse", "rmse", "mae", "mape", "perplexity", "ppl", "wer", "cer", "eer", "error", "err")
ACCURACY = {"acc", "accuracy", "acc1"}
# The better, the higher, and at most 1; in this order one is taken.
SCORES = (
    "map", "miou", "iou", "dice", "jaccard", "f1", "fscore", "auc", "auroc", "ndcg", "mrr", "bleu",
    "rouge", "meteor", "kappa", "mcc", "r2", "spearman", "pearson", "ic", "em", "recall",
    "precision", "ap",
)  # fmt: skip
# Of these, whoever names no part of the data means that of validation.
OF_VALIDATION = {"map", "miou", "ndcg", "mrr", "bleu", "rouge", "meteor"}
# The same, in units of their own.
OTHER_SCORES = {"psnr", "ssim"}
RANKED = {"top", "prec"}  # with a 1 behind it: the first guess is right
RATE = {"lr", "learningrate"}
STEP = (
    "global_step", "globalstep", "train/global_step", "trainer/global_step", "step", "steps",
    "iteration", "iterations", "iter", "iters", "update", "updates", "num_updates", "n_iter",
    "train_step", "training_step", "optimizer_step", "num_steps", "total_steps", "current_step",
    "_step", "batch_idx", "it", "total_timesteps", "timesteps", "time/total_timesteps",
    "current_steps", "current_iter", "step_end", "end_step", "#",
)  # fmt: skip
# Of these, one that stands still may be how many updates were planned.
PLANS = ("total_steps", "max_steps", "total_iters", "max_iters", "num_training_steps")
EPOCH = (
    "epoch", "epochs", "train/epoch", "trainer/epoch", "ep", "current_epoch", "epoch_num",
    "epoch_idx", "epoch_id", "num_epoch", "e",
)  # fmt: skip
TIME = (
    "_runtime", "wall_time", "time", "elapsed", "elapsed_time", "time_elapsed", "total_time",
    "relative_time_(process)", "seconds", "_timestamp", "timestamp",
)  # fmt: skip
# Of an epoch's batches: steps, if several rows of each epoch count them.
BATCHES = (
    "batch", "batches", "batch_id", "batch_no", "batch_num", "batch_number", "batch_index",
    "minibatch", "mini_batch", "i",
)  # fmt: skip
# Of a run and not of a moment: where two of them are columns and nothing counts, rows are runs.
SETTINGS = {
    "batch_size", "seed", "optimizer", "max_steps", "num_train_epochs", "num_epochs", "n_epochs",
    "dropout", "weight_decay", "hidden_size", "per_device_train_batch_size", "warmup_steps",
    "gradient_accumulation_steps", "lr_scheduler_type", "n_layers", "num_layers", "hidden_dim",
}  # fmt: skip
# Of these even one, if it differs from row to row, is enough.
RUNS = {"seed", "random_seed", "run", "run_id", "runid", "trial", "trial_id", "fold"}
# A column of both is a reward: of an episode, which no training of a classifier has.
EPISODE, REWARD = {"ep", "episode", "episodic"}, {"rew", "reward", "rewards", "return", "returns"}
# What programs call a column that only numbers the rows.
ROW_NUMBERS = ("column_1", "unnamed:_0", "index")
# Columns about the run and not about the model.
HOUSEKEEPING = {
    "time", "timestamp", "runtime", "walltime", "wall", "elapsed", "seconds", "sec", "secs",
    "minutes", "duration", "eta", "flos", "second", "memory", "mem", "gpu", "samples", "tokens",
    "seen", "seed", "fold", "rank", "throughput",
}  # fmt: skip
# Words that tell nothing about which of several losses it is.
PLAIN = {
    "epoch", "step", "avg", "average", "mean", "total", "running", "overall", "all", "set",
    "metrics", "metric",
}  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """What a name says: a part of the data, a quantity, and which of several it is.

    Attributes:
        part: ``"train"``, ``"val"`` or ``"test"``; without a word for it, ``"train"``.
        quantity: ``"loss"``, ``"accuracy"``, ``"error"``, ``"score"``, ``"rate"``, ``"metric"``, or
            ``""`` for what is about the run and not about the model.
        rest: the words that are left, such as ``"box"`` of ``train/box_loss``.
        named: whether the name says which part of the data it belongs to.
    """

    part: str
    quantity: str
    rest: tuple[str, ...]
    named: bool


def words(name: str) -> list[str]:
    """Return the words and numbers of a name, in small letters: ``valLoss`` gives val, loss."""
    spaced = re.sub(r"([a-z])([A-Z][a-z])", r"\1 \2", name)
    return re.findall(r"[a-zµ]+|[0-9]+", spaced.lower())


def meaning(name: str) -> Meaning:
    """Return what a column's name says."""
    parts = [_split_contraction(word) for word in words(name)]
    said = [word for pair in parts for word in pair]
    kinds = (("val", VALIDATION), ("test", TEST), ("train", TRAINING))
    part = next((kind for kind, names in kinds if names & set(said)), "")
    rest = [w for w in said if not any(w in names for _, names in kinds) and w not in PLAIN]
    quantity, used = _quantity(said)
    return Meaning(part or "train", quantity, tuple(w for w in rest if w not in used), bool(part))


def part_of_file(name: str) -> str:
    """Return the part of the data that a file's name says it is of; "" if it says none, or two."""
    said = {word for one in words(name) for word in _split_contraction(one)}
    parts = (("val", VALIDATION), ("test", TEST), ("train", TRAINING))
    found = [part for part, known in parts if known & said]
    return found[0] if len(found) == 1 else ""


def clock_column(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    """Return the column whose name is among those wanted; the first of them if there are several.

    Args:
        names: the table's columns.
        wanted: names of clocks, the best first, as ``STEP``, ``EPOCH`` and ``TIME``.
    """
    plain = {name.strip().lower().replace(" ", "_"): name for name in reversed(names)}
    return next((plain[name] for name in wanted if name in plain), None)


def scores_in(said: Sequence[str]) -> set[str]:
    """Return the scores that words name; a letter and a number, as in F1, are two words."""
    pairs = {first + second for first, second in pairwise(said)}
    return (pairs | set(said)) & set(SCORES)


def _split_contraction(word: str) -> list[str]:
    """Take ``trainloss`` or ``valacc`` apart."""
    for end in ("loss", "accuracy", "acc"):
        begin = word.removesuffix(end)
        if begin != word and begin in VALIDATION | TEST | TRAINING:
            return [begin, end]
    return [word]


def _quantity(said: list[str]) -> tuple[str, set[str]]:
    """Return the quantity, and the words that say it."""
    found = set(said)
    if found & RATE or {"learning", "rate"} <= found:
        return "rate", RATE | {"learning", "rate"}
    if {"grad", "norm"} <= found or "gradnorm" in found:
        return "metric", set()
    if "entropy" in found and "cross" not in found:
        return "metric", set()
    if losses := {word for word in said if word in LOSS or word.endswith("loss")}:
        return "loss", losses & LOSS | {"cross"}
    # The rank of a process is the run's business, a rank correlation is the model's.
    if found & HOUSEKEEPING and not (scores_in(said) and found & HOUSEKEEPING == {"rank"}):
        return "", set()
    if found & ACCURACY and not found & {"5", "k", "balanced", "domain", "discriminator", "disc"}:
        return "accuracy", ACCURACY
    scores = scores_in(said)
    if scores and not found & set(ERROR):
        return "score", scores
    if scores or found & OTHER_SCORES:
        return "metric", set()
    if errors := found & set(ERROR):
        return "error", errors
    if "1" in found and found & RANKED:
        return "accuracy", {*RANKED, "1"}
    return "metric", set()
