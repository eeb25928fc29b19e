import pytest

from everystep.clinic.diagnosis import examine
from everystep.clinic.readers.build import Options
from everystep.clinic.readers.registry import read_log
from everystep.clinic.run_log import LogError
from tests.clinic.kinds_of_logs import logs, no_logs

# Of these, no name tells a loss that a question is made for.
NAMELESS = ("export.json", "gan.csv")


@pytest.mark.parametrize("content", ["{}", "[]", '"loss"', "[1, 2, 3]", '{"a": 1}', "[[1], [2]]"])
def test_json_of_no_known_kind_gets_a_sentence(read, content):
    with pytest.raises(LogError):
        read(content, "log.json")


def test_a_table_may_begin_with_a_byte_order_mark(read):
    assert read("\ufeffepoch,loss,acc\n0,2,0.5\n1,1,0.6\n").format == "Keras history"


def test_what_a_trainer_printed_is_read(read):
    log = read("{'loss': 2.0, 'epoch': 0.5}\n{'loss': 1.0, 'epoch': 1.0}\n", "out.log")
    assert list(log.curve("train_loss").epochs) == [0.5, 1.0]


def test_markup_in_names_is_text_like_any_other(read):
    log = read('epoch,"train_loss<script>alert(1)</script>",val_loss\n1,2,3\n2,1,2\n')
    assert log.curve("val_loss") is not None


def test_ten_megabytes_are_read(tmp_path):
    """By a program that reads each cell a few times, this takes seconds; a hang would show."""
    path = tmp_path / "metrics.csv"
    rows = "".join(f"{i},{i // 1000},{2 / (i + 1):.10f},0.001\n" for i in range(350_000))
    path.write_text("step,epoch,train_loss,lr\n" + rows)
    assert path.stat().st_size > 9e6
    log = read_log(path, Options())
    assert len(log.curve("train_loss")) == 350_000


@pytest.mark.parametrize("name", logs())
def test_logs_of_every_kind_are_read(read, name):
    if name in NAMELESS:
        with pytest.raises(LogError, match="known as a loss"):
            read(logs()[name], name)
    else:
        diagnosis = examine(read(logs()[name], name))
        assert diagnosis.told.verdict


@pytest.mark.parametrize("name", no_logs())
def test_what_is_no_log_gets_a_sentence(read, name):
    with pytest.raises(LogError, match=r"\.$"):
        read(no_logs()[name], name)
