import pytest

from everystep.clinic.readers.registry import read_logs
from everystep.clinic.run_log import LogError

CSV = "Wall time,Step,Value\n1700000000.5,10,0.5\n1700000001.5,20,0.25\n"
JSON = [[1700000000.5, 10, 0.5], [1700000001.5, 20, 0.25]]


@pytest.mark.parametrize("content", [CSV, JSON], ids=["CSV", "JSON"])
@pytest.mark.parametrize(
    ("file", "role"),
    [
        ("run_1-tag-train_loss", "train_loss"),
        ("exp_validation-tag-epoch_loss", "val_loss"),
        ("val_accuracy", "val_accuracy"),
    ],
)
def test_an_export_is_the_curve_that_its_file_is_named_after(read, content, file, role):
    log = read(content, f"{file}.{'csv' if content is CSV else 'json'}")
    assert log.format == "TensorBoard export"
    assert list(log.curve(role).values) == [0.5, 0.25]
    assert log.clock == ("epoch" if "epoch" in file else "step")


def test_a_file_of_another_name_needs_a_word(read):
    with pytest.raises(ValueError, match="--column train_loss=NAME"):
        read(CSV, "scalars.csv")
    log = read(CSV, "scalars.csv", columns={"train_loss": "scalars"})
    assert list(log.curve("train_loss").steps) == [10, 20]


def write(tmp_path, **curves):
    """Write exports, each a list of steps and one of values; return their paths."""
    paths = []
    for name, (steps, values) in curves.items():
        rows = zip(steps, values, strict=True)
        text = "".join(f"{1.7e9 + 2 * step},{step},{value}\n" for step, value in rows)
        paths.append(tmp_path / f"{name}.csv")
        paths[-1].write_text("Wall time,Step,Value\n" + text)
    return paths


def test_exports_of_one_training_are_joined_at_equal_steps(tmp_path):
    paths = write(tmp_path, train_loss=([10, 20, 30], [3, 2, 1]), val_loss=([20, 40], [5, 4]))
    log = read_logs(paths)
    train, val = log.curve("train_loss"), log.curve("val_loss")
    assert (list(train.steps), list(train.values)) == ([10, 20, 30], [3, 2, 1])
    assert (list(val.steps), list(val.values)) == ([20, 40], [5, 4])
    assert list(val.seconds) == [20, 60]
    assert any("joined" in note for note in log.notes)


def test_of_a_step_that_was_made_twice_the_second_counts(tmp_path):
    log = read_logs(write(tmp_path, train_loss=([10, 20, 30, 20, 30], [3, 2, 9, 8, 7])))
    assert list(log.curve("train_loss").values) == [3, 8, 7]
    assert log.run == ""


def test_of_exports_that_hold_two_runs_it_is_said_which_was_read(tmp_path):
    twice = ([10, 20, 10, 20], [4, 3, 2, 1])
    log = read_logs(write(tmp_path, train_loss=twice, val_loss=twice))
    assert list(log.curve("train_loss").values) == [2, 1]
    assert log.run == "run 2 of 2"


def test_two_curves_of_a_name_and_files_of_another_kind_are_refused(tmp_path):
    one = write(tmp_path, train_loss=([10, 20], [3, 2]))
    with pytest.raises(LogError, match="the same curve"):
        read_logs(one * 2)
    other = tmp_path / "history.csv"
    other.write_text("epoch,loss,val_loss\n1,2,3\n2,1,2\n")
    with pytest.raises(LogError, match="only if each is an export of TensorBoard"):
        read_logs([*one, other])
