import pytest

from everystep.clinic.readers.files import decode, parse_csv, parse_json, parse_printed, read_bytes
from everystep.clinic.run_log import LogError


def test_a_missing_an_empty_and_a_huge_file_get_a_sentence(tmp_path):
    with pytest.raises(LogError, match="no file"):
        read_bytes(tmp_path / "nowhere.csv")
    with pytest.raises(LogError, match="no file"):
        read_bytes(tmp_path)
    empty = tmp_path / "empty.csv"
    empty.write_text(" \n")
    with pytest.raises(LogError, match=r"empty\.csv is empty"):
        read_bytes(empty)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(10**9)
    with pytest.raises(LogError, match="954 MB"):
        read_bytes(huge)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_are_read(encoding):
    notes = []
    assert decode("epoch,Größe\n1,2".encode(encoding), notes) == "epoch,Größe\n1,2"
    assert bool(notes) == (encoding == "latin-1")


def test_what_is_no_text_is_refused():
    with pytest.raises(LogError, match="no text file"):
        decode(b"\x00\x01\x02events", [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 200_000, "nested too deeply"),
        ('{"a":' * 200_000, "nested too deeply"),
        ('{"log_history": [{"step": 1, "lo', "breaks off"),
        ('{"log_history": [{"step": 1},', "breaks off"),
        ('{"loss": [1, 2}', "no JSON"),
        ('{"loss": ' + "9" * 10_000 + "}", "number that is no measurement"),
    ],
)
def test_broken_and_hostile_json_gets_a_sentence(text, message):
    with pytest.raises(LogError, match=message):
        parse_json(text)


def test_dictionaries_that_a_program_printed_are_found_among_other_lines():
    text = "{'loss': 2.0, 'grad_norm': nan}\n 5%|#  | 1/20\n{'loss': 1.0}\n{'loss': 0"
    assert parse_printed(text) == [{"loss": 2.0, "grad_norm": "nan"}, {"loss": 1.0}]
    with pytest.raises(LogError, match="none is whole"):
        parse_printed("{'loss': __import__('os')}\n")
    with pytest.raises(LogError, match="none is whole"):
        parse_printed("{'a':" * 10_000 + "1" + "}" * 10_000)


def test_an_object_a_line_is_read_also_while_it_is_written():
    assert parse_json('{"_step": 0}\n{"_step": 1}\n{"_st') == [{"_step": 0}, {"_step": 1}]
    with pytest.raises(LogError, match="Line 2"):
        parse_json('{"_step": 0}\n{"_st\n{"_step": 2}')


@pytest.mark.parametrize(
    "text",
    [
        "epoch,loss\n1,2.5\n2,1.5\n",
        "epoch;loss\n1;2,5\n2;1,5\n",
        "epoch\tloss\r\n1\t2.5\r\n2\t1.5\r\n",
        "# a comment\nepoch  loss\n1      2.5\n2      1.5\n",
        '"epoch", "loss"\n"1", "2.5"\n\n"2", "1.5"',
        "epoch,loss\n1,2.5\nepoch,loss\n2,1.5\n",
    ],
    ids=["commas", "semicolons", "tabs", "spaces", "quotes", "repeated header"],
)
def test_tables_are_read_whatever_separates_them(text):
    table = parse_csv(text, [])
    assert list(table.values["loss"]) == [2.5, 1.5]


def test_a_last_line_that_breaks_off_is_left_out():
    notes = []
    table = parse_csv("epoch,loss,val_loss\n1,2.5,3\n2,1.", notes)
    assert table.n_rows == 1
    assert "breaks off" in notes[0]


def test_lines_of_another_length_are_left_out_and_counted():
    notes = []
    table = parse_csv("epoch,loss\n1,2.5\n2,1.5,7,7\n3,1\n", notes)
    assert table.n_rows == 2
    assert "1 lines" in notes[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epoch,loss", "one line only"),
        ("1,2.5\n2,1.5", "must hold the names"),
        ("# nothing\n", "comments only"),
        ("stage,note\na,b\n", "No column holds numbers"),
        ("a,b\n1\n", "as many cells"),
        (",".join("abc" * 1000) + "\n" + ",".join("1" * 3000), "3,000 columns"),
        ('epoch,loss\n1,"' + "x" * 200_000 + '"\n', "no CSV"),
    ],
)
def test_what_is_no_table_gets_a_sentence(text, message):
    with pytest.raises(LogError, match=message):
        parse_csv(text, [])


def test_printed_lines_are_read_alike_with_and_without_the_shorter_way():
    text = "{'loss': 2.0, 'n': 1}\n{'loss': nan, 'ok': True}\n{'loss': (1, 2), 'a': \"b\"}\n"
    assert parse_printed(text) == [
        {"loss": 2.0, "n": 1}, {"loss": "nan", "ok": True}, {"loss": (1, 2), "a": "b"},
    ]  # fmt: skip


def test_lines_may_end_as_on_any_system():
    assert decode(b"a\r\nb\rc\n", []) == "a\nb\nc\n"


def test_a_cell_too_many_that_is_always_empty_is_left_out():
    notes = []
    table = parse_csv("step\tloss\tval_loss\n1\t2\t\t3\n2\t1\t\t2.5\n", notes)
    assert list(table.values["val_loss"]) == [3, 2.5]
    assert "the empty one, 3, was left out" in notes[0]
    with pytest.raises(LogError, match="as many cells"):
        parse_csv("step,loss\n1,,\n2,,\n", [])


def test_a_last_name_without_cells_and_marks_of_a_conflict_are_left_out():
    notes = []
    text = "<<<<<<< HEAD\nepoch,loss,time\n1,2\n2,1\n=======\nepoch,loss,time\n1,3\n>>>>>>> b\n"
    table = parse_csv(text, notes)
    assert table.names == ["epoch", "loss"]
    assert list(table.values["loss"]) == [2, 1, 3]
    assert "mark a conflict" in notes[0]
    assert "time is the last name" in notes[1]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("0,0.9\n1,0.8\n2,0.7\n", ["index", "train_loss"]),
        ("1,0.9\n2,0.8\n3,0.7\n", ["index", "train_loss"]),
        ("0.9\n0.8\n0.7\n", ["train_loss"]),
        ("5,0.9\n3,0.8\n9,0.7\n", ["column 1", "column 2"]),
        ("0\n0.9\n0.8\n0.7\n", ["train_loss"]),
        (",0\n0,tensor(0.9)\n1,0.8\n2,0.7\n", ["index", "train_loss"]),
    ],
)
def test_columns_without_names_are_called_as_their_file(text, names):
    notes = []
    table = parse_csv(text, notes, "train_loss")
    assert table.names == names
    assert list(table.values[names[-1]]) == [0.9, 0.8, 0.7]
    assert len(notes) == 1


def test_numbers_that_begin_at_0_are_no_name_where_all_are_whole():
    assert parse_csv("0\n1\n2\n3\n", [], "updates").n_rows == 4


def test_names_may_have_blanks_where_two_stand_between_columns():
    text = "E    #    TOK2VEC LOSS  NER LOSS\n" + "".join(
        f"{e}  {9 * e}  1.5  2.5\n" for e in "123"
    )
    assert parse_csv(text, []).names == ["E", "#", "TOK2VEC LOSS", "NER LOSS"]
    assert parse_csv("epoch loss\n1   2\n2   1\n", []).names == ["epoch", "loss"]
