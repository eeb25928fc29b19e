"""Plausible wrong answers to the exercises of chapter 9, each with the mistake it shows."""

import json
import re

from everystep.checks.chapters import sagemaker as check


def paid(training_seconds, billable_seconds):
    return billable_seconds / training_seconds * 100


def of_paid(training_seconds, billable_seconds):
    return 100 * (training_seconds / billable_seconds - 1)


def share(training_seconds, billable_seconds):
    return (training_seconds - billable_seconds) / training_seconds


def left_over(training_seconds, billable_seconds):
    return training_seconds - billable_seconds


def unchanged(settings):
    return settings


def strings(settings):
    return {name: f"{value}" for name, value in settings.items()}


def whole(settings):
    return json.dumps(dict(settings))


def twice(settings):
    return {name: '"' + str(value) + '"' for name, value in settings.items()}


def loose(log):
    return float(re.search("loss=([0-9.eE+-]+)", log.split("\n")[-1]).group(1))


def training(log):
    return float(re.findall(r"train_loss=(\S+)", log)[-1])


def no_exponent(log):
    return float(re.findall(r"validation_loss=([\d.]+)", log)[-1])


def first(log):
    return float(re.search(r"validation_loss=(\S+)", log)[1])


def all_again(stopped_after, updates_per_epoch, every):
    return stopped_after


def one_epoch(stopped_after, updates_per_epoch, every):
    return stopped_after - stopped_after // updates_per_epoch * updates_per_epoch


def until_next(stopped_after, updates_per_epoch, every):
    between = updates_per_epoch * every
    return (between - stopped_after % between) % between


def saves(stopped_after, updates_per_epoch, every):
    return stopped_after // updates_per_epoch // every


SCRIPT = """
import argparse, json, os, pickle
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int)
parser.add_argument("--checkpoint_dir")
args = parser.parse_args()
path = os.path.join(args.checkpoint_dir, "state.pickle")
w, start = 0.0, 0
if os.path.exists(path):
    with open(path, "rb") as file:
        saved = pickle.load(file)
    LOAD
for epoch in range(start, args.epochs):
    w = w - 0.1 * (w - 3)
    with open(path, "wb") as file:
        pickle.dump((w, epoch + 1), file)
    print(f"epoch={epoch + 1}", flush=True)
with open(PLACE, "w") as file:
    json.dump(w, file)
"""
RIGHT_PLACE = 'os.path.join(os.environ["SM_MODEL_DIR"], "model.json")'


SAVING = """    with open(path, "wb") as file:
        pickle.dump((w, epoch + 1), file)
"""
PRINTING = '    print(f"epoch={epoch + 1}", flush=True)\n'


def script(load="w, start = saved", place=RIGHT_PLACE):
    return SCRIPT.replace("LOAD", load).replace("PLACE", place)


def upper_case(settings):
    return {n: repr(v) if isinstance(v, bool) else json.dumps(v) for n, v in settings.items()}


def last_loss(log):
    return float(re.findall(r"loss=(\S+)", log)[-1])


WRONG_ANSWERS = [
    ("saved_by_spot", "paid-part", paid),
    ("saved_by_spot", "of-what-is-paid", of_paid),
    ("saved_by_spot", "no-percent", share),
    ("saved_by_spot", "seconds", left_over),
    ("as_hyperparameters", "as-they-are", unchanged),
    ("as_hyperparameters", "str", strings),
    ("as_hyperparameters", "one-text", whole),
    ("as_hyperparameters", "truth-in-python", upper_case),
    ("as_hyperparameters", "all-quoted", twice),
    ("last_validation_loss", "training-loss", loose),
    ("last_validation_loss", "training-loss", training),
    ("last_validation_loss", "last-loss-of-the-line", last_loss),
    ("last_validation_loss", "no-exponent", no_exponent),
    ("last_validation_loss", "first", first),
    ("updates_made_again", "from-zero", all_again),
    ("updates_made_again", "every-epoch", one_epoch),
    ("updates_made_again", "still-to-come", until_next),
    ("updates_made_again", "epochs", saves),
    ("resuming_script", "as-given", check.GIVEN),
    ("resuming_script", "starts-over", script(load="pass")),
    ("resuming_script", "starts-over", script(load="pass", place='"model.json"')),
    ("resuming_script", "saved-too-late", script().replace(SAVING + PRINTING, PRINTING + SAVING)),
    ("resuming_script", "starts-over", script().replace("args.checkpoint_dir,", "")),
    ("resuming_script", "epochs-again", script(load="w = saved[0]")),
    ("resuming_script", "weight-forgotten", script(load="start = saved[1]")),
    ("resuming_script", "model-in-the-wrong-place", script(place='"model.json"')),
]


def test_a_script_of_another_style_is_right():
    assert check.resuming_script(script()).correct
