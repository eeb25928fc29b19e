"""Names mean what they mean to the package."""

import pytest

from everystep.clinic.readers.names import EPOCH, STEP, TIME, clock_column, meaning, words

NAMES = [
    "loss", "train_loss", "valLoss", "Train Acc", "val_accuracy_top5", "eval/accuracy",
    "valid_loss", "trainloss", "valacc", "lr-Adam/pg1", "learning_rate", "grad_norm",
    "epoch_time", "mAP50(B)",
    "val/box_loss", "validation_0-rmse", "perplexity", "mse_loss", "g_loss", "test loss", "XYZ",
    "balanced_acc", "acc@5", "train/crossentropy", "samples_per_second", "µloss", "",
]  # fmt: skip
MEANING = """(names) => names.map((name) =>
  [everystep.names.words(name), everystep.names.meaning(name)])"""


def test_names_mean_what_they_mean_to_the_package(page):
    for name, (said, found) in zip(NAMES, page.evaluate(MEANING, NAMES), strict=True):
        means = meaning(name)
        assert said == words(name)
        assert found == {
            "part": means.part,
            "quantity": means.quantity,
            "rest": list(means.rest),
            "isNamed": means.named,
        }


@pytest.mark.parametrize("wanted", [STEP, EPOCH, TIME])
def test_clocks_are_found_by_their_names(page, wanted):
    find = "([names, wanted]) => everystep.names.clockColumn(names, wanted)"
    for names in (["Global Step", "step", " Epoch "], ["_step", "Wall time", "ep"], ["loss"]):
        assert page.evaluate(find, [names, list(wanted)]) == clock_column(names, wanted)
