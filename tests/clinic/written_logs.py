"""Logs of the course's own trainings, written as other programs would have written them."""

import json

import numpy as np

# Records of a run that a trainer writes in a training of some hundred updates.
RECORDS = 50


def epoch_ends(log):
    """Return the rows of a log that are nearest to the ends of epochs."""
    ends = np.arange(1, round(float(log.epochs[-1])) + 1)
    return [int(np.abs(log.epochs - end).argmin()) for end in ends]


def hugging_face(log, records=RECORDS):
    """Return a trainer_state.json: mean batch losses, an evaluation an epoch, sizes in speeds."""
    every = max(1, log.updates // records)
    epochs = float(log.epochs[-1])
    history = [
        {
            "step": step,
            "epoch": round(step / log.updates * epochs, 2),
            "loss": round(float(log.batch_loss[step - every : step].mean()), 4),
            "learning_rate": float(log.lr[min(step, log.updates - 1)]),
        }
        for step in range(every, log.updates + 1, every)
    ]
    history += [
        {
            "step": int(log.steps[row]),
            "epoch": round(float(log.epochs[row]), 2),
            "eval_loss": float(log.val_loss[row]),
            "eval_accuracy": float(log.val_accuracy[row]),
            "eval_runtime": 0.5,
            "eval_samples_per_second": 2.0 * log.n_val,
        }
        for row in epoch_ends(log)
    ]
    state = {
        "epoch": epochs,
        "global_step": log.updates,
        "max_steps": log.updates,
        "num_train_epochs": round(epochs),
        "train_batch_size": round(log.batch_size),
        "log_history": sorted(history, key=lambda row: row["step"]),
    }
    return json.dumps(state)


def lightning(log):
    """Return a metrics.csv: single batch losses with their rates, validation an epoch."""
    every = max(1, log.updates // RECORDS)
    per_epoch = log.updates / float(log.epochs[-1])
    rows = [
        (step, f"{log.batch_loss[step - 1]},{log.lr[step - 1]},,")
        for step in range(every, log.updates + 1, every)
    ]
    rows += [
        (int(log.steps[row]), f",,{log.val_loss[row]},{log.val_accuracy[row]}")
        for row in epoch_ends(log)
    ]
    lines = [f"{int((step - 1) / per_epoch)},{step - 1},{cells}" for step, cells in sorted(rows)]
    return "\n".join(["epoch,step,train_loss,lr-SGD,val_loss,val_acc", *lines]) + "\n"


def keras(log):
    """Return the file of a CSVLogger: a row an epoch, training values as means over it."""
    ends = epoch_ends(log)
    lines = ["epoch,accuracy,learning_rate,loss,val_accuracy,val_loss"]
    for epoch, (begin, end) in enumerate(zip([0, *ends], ends, strict=False)):
        losses = log.batch_loss[log.steps[begin] : log.steps[end]]
        values = (
            log.train_accuracy[end],
            log.lr[log.steps[end] - 1],
            losses.mean() if len(losses) else log.batch_loss[0],
            log.val_accuracy[end],
            log.val_loss[end],
        )
        lines.append(",".join([str(epoch), *(str(float(value)) for value in values)]))
    return "\n".join(lines) + "\n"


FORMATS = {"trainer_state.json": hugging_face, "metrics.csv": lightning, "training.log": keras}
