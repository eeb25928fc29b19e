"""Logs as other programs write them: of every format, sound and faulty, and files that are no log.

They were written for these tests. Each is a name of a file with its text, or its bytes.
"""

import json
import math

NAN = math.nan


def noise(place, size=0.02):
    """Return a number that looks like noise and is the same everywhere."""
    return size * math.sin(12.9898 * place + 4.1414 * place * place)


def falling(n, start=2.3, end=0.2, speed=9.0, size=0.02):
    """Return n losses that fall from start toward end."""
    return [
        end + (start - end) * math.exp(-speed * i / n) + noise(i, size) * end
        for i in range(1, n + 1)
    ]


def turned(n, low=0.5, place=0.3, rise=0.6):
    """Return n losses that fall and rise again from a place on."""
    top = place * n
    return [
        low
        + (1.5 * (1 - i / top) ** 2 if i < top else rise * (i - top) / (n - top))
        + noise(i, 0.01)
        for i in range(1, n + 1)
    ]


def cosine(i, n, peak, warm=0):
    """Return the rate of update i of n."""
    if i < warm:
        return peak * i / warm
    return peak * (1 + math.cos(math.pi * (i - warm) / (n - warm))) / 2


def table(columns, *, comma=",", digits=6, end="\n", missing=""):
    """Return a table as text; None is an empty cell."""

    def cell(value):
        if value is None:
            return missing
        return str(round(value, digits)) if isinstance(value, float) else str(value)

    lines = [comma.join(columns)]
    lines += [comma.join(map(cell, row)) for row in zip(*columns.values(), strict=True)]
    return end.join(lines) + end


def trainer_state(
    losses, evaluated, *, every=50, per_epoch=500, planned=None, peak=5e-5, batch=16, **more
):
    """Return a trainer_state.json with a linear schedule and an evaluation an epoch."""
    steps = every * len(losses)
    planned = planned or steps
    rows = [
        {
            "epoch": round(every * i / per_epoch, 2),
            "grad_norm": round(1 + noise(i, 0.3), 4),
            "learning_rate": peak * (1 - every * i / planned),
            "loss": round(loss, 4),
            "step": every * i,
        }
        for i, loss in enumerate(losses, 1)
    ]
    rows += [
        {
            "epoch": float(i),
            "eval_loss": loss,
            "eval_runtime": 4.0,
            "eval_samples_per_second": 250.0,
            "step": per_epoch * i,
        }
        for i, loss in enumerate(evaluated, 1)
    ]
    state = {
        "epoch": steps / per_epoch,
        "global_step": steps,
        "log_history": sorted(rows, key=lambda row: row["step"]),
        "max_steps": planned,
        "num_train_epochs": math.ceil(planned / per_epoch),
        "train_batch_size": batch,
    }
    return json.dumps(state | more, indent=1)


def lightning(n_epochs=6, per_epoch=100, every=20):
    """Return a sparse metrics.csv, with the test after the training.

    The rate stands in rows of its own, which name no epoch, as LearningRateMonitor writes them.
    """
    lines = ["epoch,lr-Adam,step,test_loss,train_loss,val_acc,val_loss"]
    for step in range(per_epoch * n_epochs):
        epoch = step // per_epoch
        if step % every == every - 1:
            loss = 0.3 + 2 * math.exp(-step / 100) + noise(step, 0.1)
            lines.append(f",{0.01 * 0.5 ** (epoch // 2)},{step - every + 1},,,,")
            lines.append(f"{epoch},,{step},,{loss:.5f},,")
        if step % per_epoch == per_epoch - 1:
            loss = 0.35 + 2 * math.exp(-step / 100)
            lines.append(f"{epoch},,{step},,,{1 - loss / 3:.4f},{loss:.5f}")
    lines.append(f"{n_epochs},,{per_epoch * n_epochs},0.41,,,")
    return "\n".join(lines) + "\n"


def keras(n, val, *, rate=None, first=0, accuracy=("accuracy", "val_accuracy")):
    """Return the file of a CSVLogger."""
    loss = falling(n, end=0.02)
    columns = {"epoch": list(range(first, n + first))}
    columns |= {accuracy[0]: [max(0.1, 1 - v / 2.3) for v in loss]}
    columns |= {"loss": loss}
    if rate:
        columns |= {"lr": rate}
    columns |= {accuracy[1]: [max(0.1, 1 - v / 2.3) for v in val], "val_loss": val}
    return table(columns)


def yolo(n, *, old=False, planned=None):
    """Return a results.csv of Ultralytics; old ones pad names and count epochs from 0."""
    parts = ("box", "cls", "dfl")
    names = [*(f"train/{part}_loss" for part in parts), "metrics/mAP50(B)"]
    names += [*(f"val/{part}_loss" for part in parts), "lr/pg0", "lr/pg1", "lr/pg2"]
    columns = {name: [] for name in (["epoch", *names] if old else ["epoch", "time", *names])}
    for e in range(n):
        fall = math.exp(-6 * e / n)
        rate = 0.01 * ((1 - e / (planned or n)) * 0.99 + 0.01) * min(1, (e + 1) / 3)
        values = [1 + fall, 0.8 + 2 * fall, 0.9 + fall, 0.7 * (1 - fall)]
        values += [1.1 + fall, 0.9 + 2 * fall, 1 + fall, rate, rate, rate if e >= 2 else 0.07]
        row = [e, *values] if old else [e + 1, 23.4 * (e + 1), *values]
        for column, value in zip(columns.values(), row, strict=True):
            column.append(f"{value:>22.5g}" if old else f"{value:.5g}")
    return table({f"{name:>23}" if old else name: column for name, column in columns.items()})


def tensorboard(values, *, every=10, start=1.7e9, pace=2.5):
    """Return an export of one curve."""
    columns = {
        "Wall time": [start + pace * i for i in range(len(values))],
        "Step": [every * i for i in range(len(values))],
        "Value": values,
    }
    return table(columns)


def fine_tuned():
    """Return the printed lines of a Trainer."""
    lines = ["Some weights were newly initialized."]
    for i, loss in enumerate(falling(30), 1):
        lines.append(
            str({"loss": round(loss, 4), "learning_rate": 5e-5 * (1 - i / 30), "epoch": i / 10})
        )
        if i % 10 == 0:
            lines.append(str({"eval_loss": round(loss + 0.05, 4), "epoch": float(i // 10)}))
    return "\n".join([*lines[1:], "{'loss': nan, 'epoch'"])


def logs():
    """Return logs of every format, by the names of their files."""
    n = 40
    loss, val = falling(n), [v + 0.1 for v in falling(n)]
    history = {"loss": loss, "val_loss": turned(n), "accuracy": [1 - v / 3 for v in loss]}
    epochs = list(range(1, n + 1))
    plain = {"epoch": epochs, "train_loss": loss, "val_loss": val}
    several = [
        {
            "_step": i,
            "_runtime": 3.5 * i,
            "_timestamp": 1.7e9 + 3.5 * i,
            "epoch": i // 10,
            "train/loss": loss[i],
            **({"val/loss": val[i]} if i % 10 == 9 else {}),
        }
        for i in range(n)
    ]
    state = json.loads(trainer_state(falling(40), [0.9, 0.5, 0.35, 0.4]))
    state["log_history"].append({"epoch": 4.0, "eval_loss": 0.35, "step": 2000})
    found = {
        "trainer_state.json": trainer_state(falling(40), [0.9, 0.5, 0.35, 0.3]),
        "stopped.json": trainer_state(falling(40), [0.9, 0.5, 0.35], planned=5000),
        "updates-planned.json": trainer_state(
            falling(40), [0.9, 0.5, 0.4], per_epoch=520, planned=2000, num_train_epochs=4
        ),
        "no-eval.json": trainer_state(falling(5), []),
        "bloom.json": trainer_state(
            [2.0 - 0.01 * i for i in range(30)] + [9.0 + i for i in range(12)], [1.8, 7.0]
        ),
        "stream.json": trainer_state(falling(40), [], num_train_epochs=9223372036854775807),
        "by-hand.json": trainer_state(falling(40), [0.5], num_train_epochs=9),
        "history-of-rows.json": json.dumps(
            [{"step": 10 * i, "epoch": i / 5, "loss": v} for i, v in enumerate(loss, 1)]
        ),
        "printed.log": fine_tuned(),
        "metrics.csv": lightning(),
        "tested-as-validation.csv": lightning().replace(
            "\n6,,600,", "\n6,,600,,,0.72,0.84\n6,,600,"
        ),
        "best-at-the-end.json": json.dumps(state),
        "validated-once.csv": table(
            {
                "epoch": list(range(8)),
                "step": [9 + 10 * i for i in range(8)],
                "val_loss": falling(8),
            }
        ),
        "training.log": keras(n, turned(n)),
        "plateau.csv": keras(
            n, val, rate=[1e-3 * 0.5 ** sum(i >= c for c in (13, 19, 33)) for i in range(n)]
        ),
        "acc.csv": keras(n, turned(n), accuracy=("acc", "val_acc"), first=1),
        "two-runs.log": keras(12, turned(12)) + keras(9, turned(9)).split("\n", 1)[1],
        "history.json": json.dumps(history),
        "pandas.json": json.dumps(
            {name: {str(i): v for i, v in enumerate(values)} for name, values in history.items()}
        ),
        "three-epochs.csv": table(
            {
                "epoch": [0, 1, 2],
                "accuracy": [0.82, 0.91, 0.96],
                "loss": [0.386, 0.227, 0.113],
                "val_accuracy": [0.858, 0.865, 0.861],
                "val_loss": [0.318, 0.32, 0.443],
            }
        ),
        "epochs-apart.csv": table(
            {
                "Epoch": [250 * i for i in range(n)],
                "train_loss": [9.2, *loss[1:]],
                "val_loss": [9.1, *val[1:]],
            }
        ),
        "one-lower-rate.csv": table(
            {
                "epoch": [1, 2, 3],
                "train/loss": [1.2, 1.19, 1.18],
                "val/loss": [1.12, 1.11, 1.1],
                "metrics/accuracy": [0.5, 0.51, 0.52],
                "lr/pg0": [8e-6, 1.2e-5, 9.3e-6],
            }
        ),
        "accuracy-of-none.csv": table(plain | {"accuracy": [1 - v / 3 for v in val]}),
        "every-fiftieth.csv": table(
            {
                "train_loss": loss,
                "step": [49 + 50 * i for i in range(n)],
                "epoch": [i // 9 for i in range(n)],
            }
        ),
        "high-from-the-start.csv": table(
            {
                "epoch": epochs,
                "loss": [0.2 * v for v in loss],
                "val_loss": [0.4 + 0.1 * v for v in loss],
                "val_accuracy": [0.9952 + noise(i, 1e-4) for i in epochs],
            }
        ),
        "error-still-falls.csv": table(
            {
                "epoch": epochs,
                "train_loss": loss,
                "val_loss": turned(n),
                "val_wer": [0.9 - 0.3 * i / n for i in epochs],
            }
        ),
        "results.csv": yolo(60),
        "old-results.csv": yolo(40, old=True),
        "short-results.csv": yolo(12, planned=300),
        "run-train-tag-epoch_loss.csv": tensorboard(loss, every=1),
        "export.json": json.dumps([[1.7e9 + i, 100 * i, v] for i, v in enumerate(loss)]),
        "wandb.csv": table(
            {
                "Step": [50 * i for i in epochs],
                "bright-sun-7 - val_loss": val,
                "bright-sun-7 - val_loss__MIN": val,
                "bright-sun-7 - val_loss__MAX": val,
            }
        ),
        "wandb-two.csv": table(
            {
                "Step": [50 * i for i in epochs],
                "a - loss": loss,
                "a - loss__MIN": loss,
                "a - loss__MAX": loss,
                "b - loss": val,
                "b - loss__MIN": val,
                "b - loss__MAX": val,
            }
        ),
        "history.jsonl": "\n".join(map(json.dumps, several)),
        "wandb-history.csv": table(
            {
                "_step": epochs,
                "_runtime": [2.0 * i for i in epochs],
                "epoch": [i / 8 for i in epochs],
                "train/loss": loss,
                "eval/loss": [v if i % 8 == 0 else None for i, v in zip(epochs, val, strict=True)],
                "train/learning_rate": [cosine(i, 40, 3e-4, 5) for i in epochs],
            }
        ),
        "nanogpt.csv": table(
            {
                "iter": [250 * i for i in range(n)],
                "train/loss": falling(n, 10.8, 2.9, 6),
                "val/loss": falling(n, 10.9, 3.0, 6),
                "lr": [cosine(i, n, 6e-4, 4) for i in range(n)],
                "mfu": [17.0] * n,
            }
        ),
        "fastai.csv": table(
            {
                "epoch": list(range(6)),
                "train_loss": [1.9, 1.2, 0.8, 0.6, 0.5, 0.45],
                "valid_loss": [1.4, 1.0, 0.8, 0.7, 0.66, 0.65],
                "accuracy": [0.55, 0.66, 0.73, 0.77, 0.79, 0.795],
                "time": ["00:31", "00:30", "00:31", "00:30", "00:30", "00:31"],
            }
        ),
        "xgboost.csv": table(
            {
                "iteration": list(range(n)),
                "train-logloss": falling(n, 0.69, 0.05),
                "validation_0-logloss": turned(n, 0.3, 0.4, 0.3),
            }
        ),
        "evals.json": json.dumps(
            {"train": {"logloss": falling(n, 0.69, 0.05)}, "valid": {"logloss": turned(n, 0.3)}}
        ),
        "spaces.txt": table({"epoch": epochs, "loss": loss, "val_loss": val}, comma="   "),
        "semicolons.csv": table(
            {"epoch": epochs, "loss": loss, "val_loss": val}, comma=";"
        ).replace(".", ","),
        "percent.tsv": table(
            {
                "Epoch": epochs,
                "Train Loss": loss,
                "Train Acc": [100 - 30 * v for v in loss],
                "Val Loss": val,
                "Val Acc": [100 - 30 * v for v in val],
            },
            comma="\t",
        ),
        "broken.csv": table(plain | {"train_loss": [*loss[:20], *[NAN] * 20]}),
        "empty-column.csv": "step,loss,apples\n10000,2.0,\n20500,1.0,\n30000,1.5,\n",
        "five-nans.csv": "step,loss\n1,2.0\n2,1.9\n3,NaN\n4,nan\n5,-nan(ind)\n6,1.#QNAN\n7,inf\n",
        "resumed.csv": table(
            {"step": [*range(10, 210, 10), *range(150, 330, 10)], "loss": falling(38)}
        ),
        "latin.csv": (
            "Époque;epoch;train loss;val loss\n"
            + "".join(f"é;{i};{a:.4f};{b:.4f}\n" for i, a, b in zip(epochs, loss, val, strict=True))
        ).encode("latin-1"),
        "utf16.csv": table(plain).encode("utf-16"),
        "thousands.csv": table(
            {"epoch": epochs, "train_loss": [4533.0 / i for i in epochs], "val_loss": [5000.5] * n}
        ),
        "first-step.csv": "step,loss\n1e-300,2.0\n10,1.0\n20,1.5\n30,0.9\n",
        "windows.csv": table(plain, end="\r\n"),
        "cut-off.csv": table(plain)[:-9],
        "one-cycle.csv": table(
            {
                "step": [10 * i for i in epochs],
                "train_loss": loss,
                "lr": [
                    0.04 + 0.48 * (1 - math.cos(math.pi * i / 12))
                    if i <= 12
                    else cosine(i - 12, 28, 1.0)
                    for i in epochs
                ],
            }
        ),
        "exponential.csv": table(plain | {"lr": [0.1 * 0.95**i for i in epochs]}, digits=9),
        "inverse-root.csv": table(
            {
                "step": [100 * i for i in epochs],
                "loss": loss,
                "lr": [1e-3 * (10 / max(i, 4)) ** 0.5 for i in epochs],
            },
            digits=12,
        ),
        "steps.csv": table(plain | {"lr": [0.1 * 0.1 ** ((i - 1) // 15) for i in epochs]}),
        "cooldown.csv": table(plain | {"lr": [1e-3 * min(1, (41 - i) / 10) for i in epochs]}),
        "restarts.csv": table(plain | {"lr": [cosine(i % 10, 10, 0.1) for i in epochs]}),
        "slow.csv": table(
            {
                "step": list(range(1, 1200)),
                "loss": falling(1199),
                "lr": [1e-3 * (1 - i / 3e4) for i in range(1, 1199 + 1)],
            },
            digits=8,
        ),
        "gan.csv": table({"epoch": epochs, "g_loss": loss, "d_loss": val}),
        "sets.csv": table(
            plain | {"val_loss": val, "val_loss_a": val, "eval_b_loss": [4 * v for v in val]}
        ),
        "only-sets.csv": table(
            {"epoch": epochs, "loss": loss, "val_a_loss": val, "val_b_loss": [4 + v for v in val]}
        ),
        "turned-sets.csv": table(
            {
                "epoch": epochs,
                "loss": loss,
                "val_a_loss": turned(n),
                "val_b_loss": [4 + v for v in turned(n)],
            }
        ),
        "unplanned.csv": table(
            {
                "step": [20 * i for i in epochs],
                "epoch": [i / 10 for i in epochs],
                "loss": loss,
                "lr": [1e-3 * (1 - (20 * i - 1) / 1000) for i in epochs],
            },
            digits=9,
        ),
        "nothing.csv": table(
            {
                "epoch": epochs,
                "loss": [2.3 + noise(i) for i in epochs],
                "val_loss": [2.3 + noise(i + 7) for i in epochs],
            }
        ),
        "few-rates.csv": table(
            {
                "epoch": epochs[:12],
                "train_loss": [3 - i / 20 for i in epochs[:12]],
                "lr": [0.1, 0.1, *[None] * 10],
            }
        ),
        "only-accuracies.csv": table(
            {
                "epoch": epochs,
                "loss": loss,
                "val_accuracy": [1 - v / 4 for v in turned(n)],
            }
        ),
        "script.csv": '"epoch","<script>alert(1)</script> loss","val_loss=<img src=x onerror=a>"\n'
        + "".join(f"{i},{a},{b}\n" for i, a, b in zip(epochs, loss, val, strict=True)),
        "small-set.csv": table(
            plain | {"val_accuracy": [round(1 - 1 / (1 + i), 2) // 0.04 * 0.04 for i in epochs]}
        ),
    }
    found |= states_of_many_ends() | tables_of_many_ends() | tables_of_odd_shapes()
    return found | strangers_logs() | logs_that_count_anew() | logs_as_people_keep_them()


def strangers_logs():
    """Return logs with what strangers' logs have, and the first formats were made without."""
    n, loss, val = 20, falling(20), falling(20, end=0.3)
    plain = {"epoch": list(range(1, n + 1)), "train_loss": loss}
    last_evaluated = json.loads(
        trainer_state(falling(33), falling(33)[2::3], every=100, per_epoch=300, planned=3450)
    )
    for row in last_evaluated["log_history"]:
        row |= {"eval_accuracy": 0.9} if "eval_loss" in row else {}
    seconds = [f"({i // 60:02d}:{i % 60:02d})" for i in range(9, 9 + n)]
    printed = zip(plain["epoch"], loss, val, seconds, strict=True)
    rows = "\n".join("  ".join(map(str, row)) for row in printed)
    chance = {"accuracy": [0.1 + noise(i, 0.002) for i in range(n)]}
    warm = yolo(15).splitlines()
    rising = [",".join([*line.split(",")[:9], *[str(1e-5 * i)] * 3]) for i, line in enumerate(warm)]
    return {
        "last-evaluated.json": json.dumps(last_evaluated),
        "title.csv": "model history\n" + table(plain | {"val_loss": val}, comma=";"),
        "fastai.txt": f"Total time: 00:33\nepoch  train_loss  valid_loss\n{rows}\n",
        "chance.csv": table(plain | {"train_loss": [noise(i) for i in range(n)]} | chance),
        "top1.csv": table(plain | {"val_loss": val, "eval_top1": [1 - v / 3 for v in val]}),
        "by-heart.csv": table(plain | {"accuracy": [1 - 0.001 * v for v in loss]}),
        "warming-up.csv": "\n".join([warm[0], *rising[1:]]) + "\n",
        "five-epochs.csv": yolo(5),
        "regression.csv": table(
            plain | {"val_loss": [1.05 * v for v in falling(20, speed=14, size=0)]}
        ),
    }


def logs_that_count_anew():
    """Return logs in which steps begin anew in each epoch of 73 updates, and OpenMMLab's."""
    per_epoch, loss = 73, falling(6 * 73)
    every = [(i // per_epoch + 1, i % per_epoch) for i in range(len(loss))]
    records = [(epoch, i, loss[(epoch - 1) * per_epoch + i]) for epoch, i in every if i % 10 == 0]
    tens = list(zip(*records, strict=True))
    rows = []
    for epoch, i in every:
        if i % 20 == 19:
            rows.append(f"{epoch},{i + 1},{loss[(epoch - 1) * per_epoch + i]:.5f},")
        if i == per_epoch - 1:
            rows.append(f"{epoch},,,{0.4 + 1 / epoch:.5f}")
    same = {"epoch": list(range(1, 13)), "iter": [390] * 12, "train_loss": falling(12)}
    return {
        "count-anew.csv": table(dict(zip(("epoch", "iter", "loss"), tens, strict=True))),
        "count-batches.csv": "epoch,batch,loss,val_loss\n" + "\n".join(rows) + "\n",
        "count-twice.csv": table(
            {
                name: 2 * values
                for name, values in zip(("epoch", "batch_idx", "train_loss"), tens, strict=True)
            }
        ),
        "same-steps.csv": table(same),
        "planned.jsonl": "\n".join(
            json.dumps({"current_steps": 10 * i, "total_steps": 600, "loss": value, "lr": 1e-5})
            for i, value in enumerate(falling(40), 1)
        ),
        "steps-of-a-row.csv": table(
            {
                "epoch": [1] * 40,
                "step_end": list(range(25, 1001, 25)),
                "num_steps": [25] * 40,
                "avg_loss": falling(40),
            }
        ),
        "never-evaluated.csv": table(
            {"epoch": list(range(1, 7)), "train_loss": falling(6), "val_loss": ["nan"] * 6}
        ),
        "one-digit.csv": table(
            {
                "epoch": list(range(1, 10)),
                "train_loss": falling(9),
                "val_loss": falling(9, end=0.3),
                "val_accuracy": [i / 10 for i in range(1, 10)],
            }
        ),
        "begun-late.csv": table(
            {"epoch": list(range(5, 15)), "train_loss": [0.5 - 0.0005 * i for i in range(10)]}
        ),
        "scores.csv": table(
            same | {"val_IoU.error": [0.5 + 0.01 * i for i in range(12)], "val_loss": falling(12)}
        ),
        "rounded-rise.csv": table(
            {"step": list(range(1, 61)), "loss": falling(60)}
            | {"lr": [round(1.66e-6 * i, 5) for i in range(60)]}
        ),
        "rounded-fall.csv": table(
            {"step": list(range(10, 810, 10)), "loss": falling(80)}
            | {"lr": [round(0.01 * (1 - i / 800), 4) for i in range(80)]}
        ),
        "places-of-epochs.csv": table(
            {
                "epoch": [e for e in range(1, 7) for _ in range(2)],
                "step": [120 * e + i for e in range(6) for i in (50, 100)],
                "loss": falling(12),
            }
        ),
        "ends-at-a-row.csv": table(
            {
                "epoch": [e for e in range(6) for _ in range(2)],
                "batch": [49, 74] * 6,
                "avg_loss": falling(12),
            }
        ),
        "batch-size.csv": table(same | {"iter": list(range(390, 4690, 390))}).replace(
            "iter", "batch"
        ),
        "mmcv.log.json": openmmlab(by_step=False),
        "scalars.json": openmmlab(by_step=True),
        "iterations.json": openmmlab(by_step=True, epochs=False),
    }


def logs_as_people_keep_them():
    """Return logs with what those in public repositories hold beside the curves, or do not."""
    n, loss, val = 20, falling(20), falling(20, end=0.3)
    epochs = list(range(1, n + 1))
    plain = {"epoch": epochs, "train_loss": loss}
    lists = {"loss": loss, "val_loss": val}
    records = [
        {"epoch": e, "train_loss": a, "val_loss": b}
        for e, a, b in zip(epochs, loss, val, strict=True)
    ]
    phases = [
        f"{e},{phase},{value:.5f},{1 - value / 3:.4f}"
        for e, a, b in zip(epochs, loss, val, strict=True)
        for phase, value in (("train", a), ("Val", b))
    ]
    of_batches = [f"{i},,{v:.4f},," for i, v in enumerate(falling(15, size=0.3))]
    ends = [f"{12 * e - 1},{e - 1},,{v:.4f},{v + 0.05:.4f}" for e, v in enumerate(loss, 1)]
    summary = {"train_runtime": 812.5, "train_samples_per_second": 85.0, "epoch": 3.0}
    summary |= {"train_steps_per_second": 2.65625, "train_loss": 0.973, "step": 2154}
    stopped = {"train_runtime": 100.0, "train_samples_per_second": 3200.0, "step": 500}
    stopped |= {"train_steps_per_second": 50.0, "train_loss": 0.5, "epoch": 1.0}
    of_a_part = json.loads(trainer_state(falling(10), [1.0], planned=5000, batch=64))
    of_a_part["log_history"].append(stopped)
    lines = yolo(12).splitlines()
    product = [
        ",".join([*line.split(",")[:9], *[f"{rate:.6g}"] * 3])
        for line, rate in zip(
            lines[1:], (min(1, (e + 1) / 5.5) * (1 - e / 12) * 0.01 for e in range(12)), strict=True
        )
    ]
    ramp = [min(i / 25, 1) * 2e-4 for i in range(19, 800, 20)]
    return {
        "beside-lists.json": json.dumps(
            {"model": "cnn", "best": 0.3, "names": ["a", "b"], **lists, "config": {"lr": 0.1}}
        ),
        "beside-history.json": json.dumps({"config": {"lr": 0.1}, "history": records, "seed": 3}),
        "summary-only.json": json.dumps(
            {"global_step": 2154, "max_steps": 2154, "epoch": 3.0, "num_train_epochs": 3}
            | {"log_history": [summary]}
        ),
        "stopped-speeds.json": json.dumps(of_a_part),
        "phases.csv": "epoch,phase,loss,accuracy\n" + "\n".join(phases) + "\n",
        "train-and-val.csv": table({"epoch": epochs, "train": loss, "val": val}),
        "cross-entropy.csv": table(
            {"epoch": epochs, "train_cross_entropy": loss, "val_cross_entropy": val}
            | {"entropy": [1.0 + noise(i) for i in range(n)]}
        ),
        "validation-batches.csv": "step,epoch,val_loss_step,train_loss,val_loss_epoch\n"
        + "\n".join([*of_batches, *ends])
        + "\n",
        "tested-last.csv": "epoch,step,test_loss,train_loss,val_loss\n"
        + "".join(f"{e},{50 * e + 49},,{loss[e]:.4f},{val[e]:.4f}\n" for e in range(10))
        + "9,500,0.31,,\n",
        "from-0.csv": table({"step": list(range(56, 57 * n, 57)), "loss": loss}),
        "stuck.csv": table(
            plain | {"val_loss": val, "val_mAP": [0] * n, "val_f1": [0.1 * (i > 9) for i in epochs]}
        ),
        "no-loss-left.csv": table(plain | {"train_loss": [1.0, 0.5, *[0] * (n - 2)]}),
        "below-0.csv": table(plain | {"train_loss": [v - 1 for v in loss], "val_loss": val}),
        "summed.csv": table(plain | {"train_loss": [300 * v for v in loss], "val_loss": val}),
        "never-right.csv": table(plain | {"val_loss": val, "val_accuracy": [0.0] * n}),
        "leaped.csv": table(plain | {"train_loss": [*loss[:7], 9.5, *loss[8:]], "val_loss": val}),
        "coarse.csv": table(plain | {"val_loss": val, "val_acc": [0.8125, 0.9375, 0.875, 1.0] * 5}),
        "large-part.csv": table(plain | {"train_loss": [520 - 0.4 * i for i in range(n)]}),
        "infinite-once.csv": "epoch,train_loss,val_loss\n1,4.2,inf\n",
        "product.csv": "\n".join([lines[0], *product]) + "\n",
        "evaluated-twice.csv": table(
            {"step": [*range(10, 210, 10), 200], "loss": [*loss, None], "val_loss": [*val, val[-1]]}
        ),
        "five-decimals.csv": table(
            plain | {"val_acc": [round((44 - i % 5) / 44, 5) for i in epochs], "val_loss": val}
        ),
        "percent.csv": table(plain | {"val_acc": [f"{100 - 40 * v:.2f}%" for v in val]}),
        "begun.csv": table(
            {"step": list(range(20, 801, 20)), "loss": falling(40)}
            | {"lr": [cosine(i, 9000, 2e-4, 500) for i in range(20, 801, 20)]},
            digits=12,
        ),
        "rows-of-epochs.csv": table(
            {"epoch": epochs, "step": [1443 * (e - 1) + 1 for e in epochs], "loss": loss}
        ),
        "no-iter.json": "\n".join(
            json.dumps(row)
            for e, v in enumerate(loss, 1)
            for row in (
                {"lr": 0.01, "data_time": 0.8, "loss": v, "epoch": e, "step": 79 * e},
                {"accuracy/top1": 100 - 30 * v, "data_time": 0.4, "step": e},
            )
        ),
        "ramp.csv": table({"step": list(range(20, 801, 20)), "loss": falling(40), "lr": ramp}),
    }


def states_of_many_ends():
    """Return trainer states that ended in many ways."""
    losses = falling(40)
    early = json.loads(trainer_state(losses, [1, 0.6, 0.5, 0.55, 0.6], planned=20000))
    early["stateful_callbacks"] = {
        "EarlyStoppingCallback": {
            "args": {"early_stopping_patience": 2},
            "attributes": {"early_stopping_patience_counter": 2},
        }
    }
    left_over = {"global_step": 96, "max_steps": 96, "num_train_epochs": 24, "epoch": 19.2222222}
    left_over["log_history"] = [
        {"step": 10 * i, "epoch": 2.0 * i, "loss": losses[4 * i], "learning_rate": 1e-4}
        for i in range(1, 10)
    ]
    made = range(20, 1501, 20)
    begun = {"global_step": 1500, "max_steps": 24340, "num_train_epochs": 10, "epoch": 0.6162695}
    begun["log_history"] = [
        {"step": i, "epoch": i / 2434, "loss": v, "learning_rate": cosine(i - 4, 24340, 2e-4, 121)}
        for i, v in zip(made, falling(len(made)), strict=True)
    ]
    newer = {"global_step": 600, "max_steps": 600, "num_train_epochs": 3, "epoch": 3.0}
    newer["log_history"] = [
        {"step": i, "epoch": i / 200, "loss": v, "learning_rate": cosine(i - 1, 600, 1e-4, 60)}
        for i, v in zip(range(10, 601, 10), falling(60), strict=True)
    ]
    worse = json.loads(trainer_state([0.12, 0.2, 0.33] + 30 * [0.3], [0.22, 0.41, 0.42, 0.41]))
    for row in worse["log_history"]:
        if "eval_loss" in row:
            row["eval_wer"] = 60 * row["eval_loss"] + 5
    masked = json.loads(trainer_state(losses, [1.0, 0.9]))
    for row in masked["log_history"]:
        if "eval_loss" in row:
            row |= {"eval_loss": NAN, "eval_mean_token_accuracy": 0.575}
    found = {"stopped-early": early, "left-over": left_over, "barely-begun": begun}
    found |= {"newer-rates": newer, "made-worse": worse, "masked": masked}
    solved = [0.9 * 0.5**i for i in range(20)]
    found["nearly-solved"] = json.loads(trainer_state(solved, [2e-5, 1e-5], planned=3000))
    sums = {"step": 2000, "epoch": 4.0, "train_loss": 0.5, "train_runtime": 60.0}
    found["solved-unwatched"] = json.loads(trainer_state(solved, [], planned=3000))
    made = range(50, 751, 50)
    found["round-peak"] = {
        "global_step": 750,
        "max_steps": 750,
        "num_train_epochs": 3,
        "epoch": 3.0,
    }
    found["round-peak"]["log_history"] = [
        {"step": i, "epoch": i / 250, "loss": v, "learning_rate": 5e-5 * (750 - i) / 740}
        for i, v in zip(made, falling(len(made)), strict=True)
    ]
    found["history-alone"] = [*masked["log_history"][:-1], sums]
    return {f"{name}.json": json.dumps(state) for name, state in found.items()}


def tables_of_many_ends():
    """Return tables of runs that ended in many ways, and of what was measured beside losses."""
    n, loss = 30, falling(30)
    epochs = list(range(1, n + 1))
    plain = {"epoch": epochs, "train_loss": loss}
    flat = [0.9 + noise(i, 0.01) for i in epochs]
    rested = falling(n, end=0.9, speed=25, size=0.01)
    at_chance = [0.693 + noise(i, 0.002) for i in epochs]
    return {
        "stopped-gaining.csv": table(
            plain
            | {
                "val_loss": [max(0.9, 2 - 0.15 * e) + noise(e, 0.01) for e in epochs],
                "train_loss": [2.5 * 0.96**e for e in epochs],
            }
        ),
        "stays-above.csv": table(
            {"epoch": epochs[:9], "train_loss": [0.3 * 0.86**e for e in epochs[:9]]}
            | {"val_loss": [0.4, 0.3, 0.25, 0.2, 0.16, 0.136, 0.154, 0.22, 0.19]}
        ),
        "best-at-first.csv": table(
            {"epoch": epochs[:6], "train_loss": [-0.5, -1.0, -1.34, -1.45, -1.54, -1.6]}
            | {"val_loss": [0.96, 4.94, 4.74, 4.8, 11.5, 6.28]}
        ),
        "placeholders.csv": table(
            plain
            | {"val_loss": [0.0] * 29 + [2.5], "val_acc": [0.0] * 29 + [0.71]}
            | {"val_acc5": [0.0] * 29 + [0.95]}
        ),
        "zeros-only.csv": "epoch,train_loss,val_acc,val_loss\n0,3,0,0\n1,2,0,\n2,1,0,\n",
        "at-chance.csv": table(
            plain
            | {"train_loss": falling(n, start=0.8, end=0.69), "val_loss": falling(n, end=0.69)}
            | {"val_auc": [0.5 + noise(e, 0.004) for e in epochs]}
        ),
        "each-epoch-one.csv": table(
            {"step": [10 * i for i in range(1, 61)], "epoch": [(i - 1) // 15 for i in range(1, 61)]}
            | {"loss": [2.8 - i / 60 if i % 15 == 9 else 1 - i / 100 for i in range(1, 61)]}
        ),
        "best-at-its-end.csv": table(
            plain
            | {"train_loss": [1.4, 1.1, *(0.6 * 0.992**e for e in epochs[2:])]}
            | {"val_loss": [1.3, 1.2, *(0.61 * 0.992**e for e in epochs[2:])]}
        ),
        "error-denies.csv": table(
            {"epoch": epochs, "loss": [4 - 0.08 * e for e in epochs], "val_mse": turned(n)}
            | {"val_loss": [4 - 0.08 * e for e in epochs]}
        ),
        "come-to-rest.csv": table(plain | {"train_loss": rested, "val_loss": rested}),
        "still-gaining.csv": table(
            plain
            | {"val_loss": falling(n, speed=4, size=0), "lr": [1e-3 * (n - e) for e in epochs]}
        ),
        "in-warm-up.csv": table(plain | {"val_loss": loss, "lr": [1e-5 * e for e in epochs]}),
        "zero-rates.csv": table(plain | {"lr": [1e-3] * n, "val_lr": [0.0] * n}),
        "always-one-class.csv": table(
            plain | {"train_loss": at_chance, "val_loss": at_chance, "val_acc": [0.8136] * n}
        ),
        "no-detection.csv": table(
            {"epoch": epochs, "train_loss": falling(n, end=1.2), "val_loss": flat}
            | {"metrics/mAP50-95(B)": [1e-4 * (e % 7) for e in epochs]}
        ),
        "score-gains.csv": table(
            plain | {"val_loss": turned(n), "val_f1": [0.5 + 0.014 * e for e in epochs]}
        ),
        "far-apart.csv": table(plain | {"val_loss": [4.6 - 0.018 * e for e in epochs]}),
        "climbs.csv": table(
            plain | {"train_loss": [*falling(20), *[0.2 + 0.06 * i for i in range(1, 11)]]}
        ),
        "known-by-heart.csv": table({"epoch": epochs, "loss": [2.3 * 0.85**e for e in epochs]}),
        "val_loss.csv": table({"epoch": epochs, "total_loss": turned(n), "box_loss": turned(n)}),
        "rank-ic.csv": table(plain | {"val_rank_ic": [0.02 - 0.0008 * e for e in epochs]}),
        "recommender.csv": table(
            {"epoch": epochs, "loss": loss} | {"NDCG@20": [0.03 + 0.001 * e for e in epochs]}
        ),
        "818.csv": table(
            plain | {"val_loss": loss, "val_acc": [(818 - e % 13) / 818 for e in epochs]}, digits=12
        ),
    }


def tables_of_odd_shapes():
    """Return tables whose names and cells do not match, or that have no names."""
    n, loss = 20, falling(20)
    epochs = list(range(n))
    tabs = table({"EPOCH": epochs, "TRAIN_LOSS": loss, "DEV_LOSS": loss}, comma="\t")
    lines = tabs.splitlines()
    rows = [line.split("\t") for line in lines[1:]]
    blanks = [f"{e:>3}  {9 * e:>6}  {10 * v:>10.2f}  {v:>8.4f}" for e, v in enumerate(loss, 1)]
    records = [
        {
            "epoch": e,
            "train": {"total": v, "box": v / 2},
            "val": {"total": v + 0.1, "f1": 1 - v / 3},
        }
        for e, v in enumerate(loss, 1)
    ]
    return {
        "empty-cell.tsv": "\n".join([lines[0], *("\t".join([a, b, "", c]) for a, b, c in rows)]),
        "no-last-cell.csv": "<<<<<<< HEAD\nepoch,loss,val_loss,time\n"
        + "".join(f"{e},{v},{v + 0.1}\n" for e, v in enumerate(loss))
        + "=======\n>>>>>>> other\n",
        "train_loss.csv": "".join(f"{e},{v:.5f}\n" for e, v in enumerate(loss)),
        "blanks-in-names.txt": "E    #       TOK2VEC LOSS  NER LOSS\n" + "\n".join(blanks) + "\n",
        "nested.json": json.dumps(records),
        "train_losses.json": json.dumps(loss),
        "other-layout.csv": "epoch,loss,lr\n"
        + "".join(f"{e},{v},0.1\n" for e, v in enumerate(loss, 1))
        + "".join(f"{e},{v}\n" for e, v in enumerate(loss[:3], 21)),
        "every-step.csv": table(
            {"epoch": [e // 12 for e in epochs], "step": epochs, "train_loss": loss}
        ),
        "report.json": json.dumps(
            {"model": {"widths": [64, 128]}, "test": {"mae": 0.2, "predictions": loss}}
            | {"training": {"train_losses": loss, "val_losses": loss, "epochs": n}}
        ),
        "batch-accuracy.csv": table(
            {
                "epoch": [e for e in epochs for _ in range(3)],
                "step": [9 * e + i for e in epochs for i in (3, 6, 8)],
                "train_loss": [v if i < 2 else None for v in loss for i in range(3)],
                "accuracy": [1 - v / 3 if i < 2 else None for v in loss for i in range(3)],
                "val_loss": [v if i == 2 else None for v in loss for i in range(3)],
            }
        ),
        "other-lengths.json": json.dumps({"loss": loss, "val_loss": loss, "per_class": [0.5, 0.6]}),
    }


def openmmlab(*, by_step, epochs=True, n_epochs=8, per_epoch=130, every=20):
    """Return the JSON lines of MMEngine, or of MMCV's older loggers."""
    loss = falling(n_epochs * per_epoch)
    rows = [] if by_step else [{"env_info": "sys.platform: linux", "seed": 0}]
    for made in range(1, n_epochs * per_epoch + 1):
        epoch, i = divmod(made - 1, per_epoch)
        clock = {"epoch": epoch + 1} if epochs else {}
        if (i + 1) % every == 0:
            clock |= {"iter": made, "step": made} if by_step else {"mode": "train", "iter": i + 1}
            of_machine = {"data_time": 0.01, "time": 0.2, "memory": 4000}
            value = round(loss[made - 1], 4)
            rate = 0.02 * 0.1 ** (epoch >= 6)
            rows.append(clock | {"lr": rate, "loss_cls": value / 2, "loss": value} | of_machine)
        if i == per_epoch - 1:
            place = {"step": epoch + 1 if epochs else made}
            place = place if by_step else clock | {"mode": "val", "iter": 57, "lr": 0.02}
            rows.append(place | {"accuracy/top1": 30 + 5.0 * epoch, "time": 0.1})
    return "\n".join(map(json.dumps, rows)) + "\n"


def no_logs():
    """Return files that are refused with a sentence, by their names."""
    two_lists = [{"epoch": 1, "loss": 2.0}, {"epoch": 2, "loss": 1.0}]
    return {
        "lists-of-words.json": json.dumps({"loss": ["a"], "val_loss": ["b"]}),
        "two-lists.json": json.dumps({"train": two_lists, "val": two_lists}),
        "empty.csv": b"  \n",
        "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0",
        "bomb.json": "[" * 100_000,
        "deep.json": '{"a":' * 5000 + "1" + "}" * 5000,
        "cut-off.json": trainer_state(falling(9), [])[:-200],
        "wrong.json": '{"log_history": [1, 2,, 3]}',
        "long-number.json": '{"loss": [' + "1" * 5000 + "]}",
        "settings.json": '{"learning_rate": 0.1}',
        "lines.jsonl": '{"a": 1}\n{"a": 2\n{"a": 3}\n',
        "no-names.csv": "1,2,3\n4,5,6\n",
        "one-line.csv": "epoch,loss\n",
        "numbers-only.csv": "1,2.3,2.4\n2,2.0,2.2\n3,1.9,2.1\n",
        "unknown.csv": "epoch,apples,pears\n1,2,3\n2,3,4\n",
        "runs-page.csv": "Name,State,Runtime,batch_size,seed,test_loss\na,finished,45,128,42,4.9\n"
        "b,finished,45,64,42,0.5\n",
        "runs-by-step.csv": "_step,epoch,train_loss,val_loss\n35,25,0.05,0.12\n43,29,0.04,0.13\n"
        "37,27,0.02,0.16\n",
        "runs-at-their-end.csv": "iter,train_loss,val_loss\n5000,1.0,1.1\n5000,0.7,0.9\n"
        "5000,0.6,0.8\n",
        "runs-by-epochs.csv": "Model,Min_Eval_Loss,Epochs\na,2.84,18\nb,2.28,10\nc,3.48,74\n",
        "runs-by-seed.csv": "Model,Accuracy,Seed\nLSTM,0.5,42\nLSTM,0.6,43\nGRU,0.7,42\n",
        "agents.csv": table(
            {
                "total timesteps": [1280 * i for i in range(1, 41)],
                "value_loss": falling(40),
                "ep_rew_mean": [-600 + 9 * i for i in range(1, 41)],
            }
        ),
        "policy.csv": "time/total_timesteps,rollout/ep_rew_mean,train/loss\n2048,9.1,7.0\n"
        "4096,12.5,5.5\n6144,20.1,4.9\n",
        "poem.txt": "the quick brown fox\njumps over the lazy dog\n",
        "many-columns.csv": ",".join(f"c{i}" for i in range(3000)) + "\n1\n",
        "lists.json": '{"loss": [1, 2], "val_loss": [1]}',
        "quote.csv": 'epoch,loss\n1,"' + "a" * 200_000 + '"\n',
    }
