import pytest

from everystep.clinic.readers.names import EPOCH, STEP, clock_column, meaning, words


@pytest.mark.parametrize(
    ("name", "part", "quantity"),
    [
        ("loss", "train", "loss"),
        ("val_IoU.error", "val", "metric"),
        ("dice_loss", "train", "loss"),
        ("trainLoss", "train", "loss"),
        ("Training Loss", "train", "loss"),
        ("train_loss_epoch", "train", "loss"),
        ("val_loss", "val", "loss"),
        ("valLoss", "val", "loss"),
        ("valloss", "val", "loss"),
        ("eval/loss", "val", "loss"),
        ("Validation-Loss", "val", "loss"),
        ("test_loss", "test", "loss"),
        ("val/dfl_loss", "val", "loss"),
        ("train_nll", "train", "loss"),
        ("acc", "train", "accuracy"),
        ("val_acc", "val", "accuracy"),
        ("val_sparse_categorical_accuracy", "val", "accuracy"),
        ("eval_accuracy", "val", "accuracy"),
        ("val_top_5_accuracy", "val", "metric"),
        ("val_mse", "val", "error"),
        ("eval_wer", "val", "error"),
        ("lr", "train", "rate"),
        ("learning_rate", "train", "rate"),
        ("Learning Rate", "train", "rate"),
        ("lr/pg0", "train", "rate"),
        ("lr-AdamW/pg1", "train", "rate"),
        ("grad_norm", "train", "metric"),
        ("metrics/mAP50(B)", "train", "score"),
        ("eval_rouge1", "val", "score"),
        ("wall_time", "train", ""),
        ("train_samples_per_second", "train", ""),
    ],
)
def test_names_tell_part_and_quantity(name, part, quantity):
    says = meaning(name)
    assert (says.part, says.quantity) == (part, quantity)


def test_what_is_left_of_a_name_tells_losses_apart():
    assert meaning("train/box_loss").rest == meaning("val/box_loss").rest == ("box",)
    assert meaning("train_loss").rest == meaning("Training loss (mean)").rest == ()
    assert meaning("eval_german_loss").rest == ("german",)


def test_words_are_split_at_signs_and_capitals():
    assert words("valLoss_per-Epoch 2") == ["val", "loss", "per", "epoch", "2"]


def test_clocks_are_found_by_name_the_best_first():
    names = ["_step", "Epoch", "train/global_step"]
    assert clock_column(names, STEP) == "train/global_step"
    assert clock_column(names, EPOCH) == "Epoch"
    assert clock_column(["loss"], STEP) is None


def test_the_accuracy_of_a_discriminator_is_not_that_of_the_task():
    assert meaning("val_domain_acc").quantity == "metric"
    assert meaning("val_acc").quantity == "accuracy"


def test_cross_entropy_is_a_loss_and_entropy_alone_is_none():
    assert (meaning("val_cross_entropy").quantity, meaning("val_cross_entropy").rest) == (
        "loss",
        (),
    )
    assert meaning("crossentropy").quantity == "loss"
    assert meaning("policy_entropy").quantity == "metric"
