import pytest

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
