"""Bytes become text, and text a table, as by the package."""

import pytest

from everystep.clinic.readers.files import decode, parse_csv
from everystep.clinic.run_log import LogError

PARSE = """(text) => {
  const notes = [];
  try {
    const table = everystep.files.parseCsv(text, notes);
    const columns = table.names.map((name) => [name, ...everystep.tables.columnOf(table, name)]);
    return [columns, notes];
  } catch (error) {
    if (error instanceof everystep.tables.LogError) return error.message;
    throw error;
  }
}"""
DECODE = """(bytes) => {
  const notes = [];
  return [everystep.files.decode(new Uint8Array(bytes), notes), notes];
}"""
TEXTS = [
    'a,b\n1,"2"\n',
    'a, "b ""c""",d\n1, 2,3\n"4","5"x,6\n',
    'a,b\n"1\n",2\n3,4\n',
    'a,b\n1,"2\n3,4\n5,6\n',
    "a;b\n1,5;2\n",
    "# comment\n\na\tb\n1\t2\n\n",
    "a  b   c\n1 2  3\n 4 5 6\n",
    "a,a,,a b\n1,2,3,x\n",
    "a,b\n1,2\na,b\n3,4\n5\n",
    "a,b\n1,2,3\n4,5\n6,7,8\n9,1\n",
    "a|b\n1|\n|2\n",
    'a,b\n1,x"y\n2,3\n',
    "1,2\n3,4\n",
    "a,b\n",
    "a\nb\nc\n",
    "#\n#x",
    'a,b\n1,"' + "z\n" * 100_000,
    "a,b\n1," + "z" * 140_000 + "\n",
]


def expected(text):
    notes = []
    try:
        table = parse_csv(text, notes)
    except LogError as error:
        return str(error)
    columns = [
        [name, without_nan(table.values[name].tolist()), table.present[name].tolist()]
        for name in table.names
    ]
    return [columns, notes]


def without_nan(values):
    return [None if value != value else value for value in values]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_tables_are_those_of_the_package(page, text):
    found = page.evaluate(PARSE, text)
    if not isinstance(found, str):
        for column in found[0]:
            column[1] = without_nan(column[1])
    assert found == expected(text)


@pytest.mark.parametrize(
    "content",
    [
        "é,1\r\n2\r".encode(), "\ufeffa,b".encode(), "a,é".encode("utf-16"),
        b"\xfe\xff" + "a,é".encode("utf-16-be"), "é\x80\x9f".encode("latin-1"),
    ],
)  # fmt: skip
def test_bytes_are_decoded_as_by_the_package(page, content):
    notes = []
    assert page.evaluate(DECODE, list(content)) == [decode(content, notes), notes]
