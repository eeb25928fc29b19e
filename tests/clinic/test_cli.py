import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everystep.clinic.cli import main
from tests.paths import ROOT

KERAS = "epoch,acc,loss,val_acc,val_loss\n" + "".join(
    f"{epoch},{1 - 0.5**epoch},{0.5**epoch},{1 - 0.6**epoch},{0.6**epoch}\n" for epoch in range(9)
)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "training.log"
    path.write_text(KERAS)
    return path


def run(capsys, *arguments):
    """Return exit status, output and errors of the command."""
    status = main(["diagnose", *map(str, arguments)])
    return status, *capsys.readouterr()


def test_a_report_is_printed(log, capsys):
    status, output, errors = run(capsys, log)
    assert (status, errors) == (0, "")
    assert output.startswith("training.log: ")
    assert "Format: Keras history." in output


def test_a_page_is_written_whole(log, tmp_path, capsys):
    page = tmp_path / "report.html"
    assert run(capsys, log, "--html", page)[0] == 0
    assert page.read_text(encoding="utf-8").endswith("</html>\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "training.log"]


def test_a_page_that_cannot_be_written_leaves_nothing(log, tmp_path, capsys):
    status, output, errors = run(capsys, log, "--html", tmp_path / "nowhere" / "report.html")
    assert (status, output) == (1, "")
    assert "cannot be written" in errors
    status, _, errors = run(capsys, log, "--html", tmp_path)
    assert status == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["training.log"]


def test_what_the_user_says_counts(log, capsys):
    _, output, _ = run(capsys, log, "--say", "n_classes=10", "duplicates=0.5", "--epochs-from", 1)
    assert "Validation samples are in the training set." in output
    assert "Classes: 10, as you said." in output
    _, output, _ = run(capsys, log, "--column", "train_loss=val_loss", "val_loss=loss")
    assert "Training loss (val_loss)" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--say", "n_classes"], "takes pairs"),
        (["--say", "n_classes=ten"], "must be a number, got 'ten'"),
        (["--say", "clases=10"], "no fact clases"),
        (["--column", "train_loss=lost"], "no column lost"),
        (["--run", "2"], "no run 2"),
    ],
)
def test_wrong_options_get_a_sentence(log, capsys, arguments, message):
    status, output, errors = run(capsys, log, *arguments)
    assert (status, output) == (1, "")
    assert message in errors
    assert errors.startswith("everystep diagnose: ")


HOSTILE = {
    "missing.csv": None,
    "empty.csv": b"",
    "zeros.csv": bytes(5000),
    "event.tfevents": b"\x18\x00\x00\x00\x00\x00\x00\x00\xa3\x7f",
    "deep.json": b"[" * 10**6,
    "objects.json": b'{"log_history": ' * 10**5,
    "bomb.json": json.dumps({"log_history": [{f"n{i}": 1} for i in range(5000)]}).encode(),
    "cut.json": b'{"log_history": [{"step": 1, "loss": 2.0}, {"st',
    "words.txt": b"It went well until Tuesday.\n",
    "wide.csv": b",".join([b"a"] * 10**5) + b"\n1",
    "clock.csv": b"step,loss\n1e300,1\n1e301,2\n",
    "still.csv": b"step,loss,val_loss\n7,1,2\n7,2,1\n7,3,3\n",
    "endless.csv": b'epoch,loss\n1,"' + b"1" * 10**6,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_broken_files_get_a_sentence(name, tmp_path, capsys):
    path = tmp_path / name
    if HOSTILE[name] is not None:
        path.write_bytes(HOSTILE[name])
    status, output, errors = run(capsys, path)
    assert (status, output) == (1, "")
    assert re.fullmatch(r"everystep diagnose: [^\n]{10,400}\.\n", errors)


ODD = {
    "nan.csv": KERAS + "9,nan,NaN,-nan(ind),#NUM!\n10,inf,1.#QNAN,Infinity,nan\n",
    "one.csv": "epoch,loss\n1,2.5\n",
    "flat.csv": "step,loss,val_loss,lr\n" + "".join(f"{i},0,0,0\n" for i in range(40)),
    "below.csv": "step,loss,val_loss\n" + "".join(f"{i},{-i},{-i / 2}\n" for i in range(30)),
    "large.csv": "step,loss,lr\n"
    + "".join(f"{i},1e{300 + i % 9},1e-{300 + i}\n" for i in range(30)),
    "escape.csv": "epoch,\x1b[31mloss,val_loss\n1,2,3\n2,1,2\n",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_numbers_are_no_reason_to_fail(name, tmp_path, capsys):
    path = tmp_path / name
    path.write_text(ODD[name])
    page = tmp_path / "page.html"
    status, output, errors = run(capsys, path, "--html", page)
    assert (status, errors) == (0, "")
    assert "\x1b" not in output
    assert "nan," not in page.read_text()


CELLS = st.one_of(
    st.floats().map(str),
    st.integers(-3, 300).map(str),
    st.sampled_from(["", "nan", "1e308", "-0.0", "x", "1,5", "99999999999999999999"]),
)
NAMES = st.sampled_from(
    ["epoch", "step", "loss", "val_loss", "lr", "accuracy", "val_acc", "time", "val_mse"]
    + [f"{part}/{term}_loss" for part in ("train", "val") for term in ("box", "mask")]
)


@given(
    st.lists(NAMES, min_size=1, max_size=7, unique=True).flatmap(
        lambda names: st.tuples(
            st.just(names),
            st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=25),
        )
    )
)
def test_whatever_a_table_holds_there_is_a_report_or_a_sentence(tmp_path_factory, table):
    names, rows = table
    text = "\n".join(";".join(row) for row in [names, *rows]) + "\n"
    report_or_sentence(tmp_path_factory.getbasetemp() / "any.csv", text)


VALUES = st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), CELLS)
KEYS = st.sampled_from(
    [
        *("step", "epoch", "loss", "eval_loss", "learning_rate", "train_runtime", "eval_runtime"),
        *("train_samples_per_second", "train_steps_per_second", "eval_samples_per_second"),
        *("global_step", "max_steps", "num_train_epochs", "train_batch_size", "_step"),
    ]
)
RECORDS = st.dictionaries(KEYS, VALUES | st.lists(VALUES, max_size=2), max_size=6)


@given(RECORDS, st.lists(RECORDS | VALUES, max_size=12))
def test_whatever_json_holds_there_is_a_report_or_a_sentence(tmp_path_factory, state, history):
    path = tmp_path_factory.getbasetemp() / "any.json"
    for content in (state | {"log_history": history}, history, state):
        report_or_sentence(path, json.dumps(content))


def report_or_sentence(path, text):
    """Diagnose a text and see that there is a report, or one line that says why not."""
    path.write_text(text)
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = main(["diagnose", str(path), "--html", str(path.with_suffix(".html"))])
    assert bool(output.getvalue()) == (status == 0)
    assert (errors.getvalue().count("\n") == 1) == (status == 1)


def test_the_installed_command_is_this_one():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["project"]["scripts"] == {"everystep": f"{main.__module__}:{main.__name__}"}


def test_the_command_runs_by_itself_under_any_encoding(log):
    command = [sys.executable, "-m", "everystep.clinic.cli", "diagnose", str(log)]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert result.returncode == 0, result.stderr
    assert "Format: Keras history." in result.stdout
