"""JSON is read as by Python; what is none gets a sentence, whatever it is."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from everystep.clinic.readers.files import parse_json, parse_printed
from everystep.clinic.run_log import LogError

# Maps as lists of pairs, so that their order and any names are seen.
PARSE = """([text, name]) => {
  const plain = (value) => value instanceof Map
    ? { pairs: [...value].map(([key, inner]) => [key, plain(inner)]) }
    : Array.isArray(value) ? value.map(plain) : value;
  try {
    return plain(everystep.json[name](text));
  } catch (error) {
    if (error instanceof everystep.tables.LogError) return { wrong: error.message };
    throw error;
  }
}"""


def plain(value):
    if isinstance(value, dict):
        return {"pairs": [[key, plain(inner)] for key, inner in value.items()]}
    return [plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def same(one, other):
    """Return whether two values are alike, numbers of either kind by their size."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if type(one) in (int, float) and type(other) in (int, float):
        return float(one) == float(other) or (one != one and other != other)
    return one == other


def parsed(parse, text):
    try:
        return plain(parse(text))
    except LogError as error:
        return {"wrong": str(error)}


NUMBERS = st.floats(allow_nan=False) | st.integers(-(2**53), 2**53)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
PATIENT = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


@PATIENT
@given(VALUES, st.sampled_from([None, 1]))
def test_json_is_read_as_by_python(page, value, indent):
    text = json.dumps(value, indent=indent)
    assert same(page.evaluate(PARSE, [text, "parseJson"]), parsed(parse_json, text))


@PATIENT
@given(VALUES, st.integers(0, 200))
def test_json_that_is_cut_off_is_told_as_by_the_package(page, value, place):
    text = json.dumps({"log_history": [value, value]}, ensure_ascii=False)[:place]
    if text:
        assert same(page.evaluate(PARSE, [text, "parseJson"]), parsed(parse_json, text))


@pytest.mark.parametrize(
    "text",
    [
        '{"__proto__": 1, "constructor": 2, "2": 3, "1": 4}',
        '{"a": NaN, "b": -Infinity, "a": 2}',
        '{"a": 1}\n{"a": 2}\n{"a": ',
        '{"a": 1}\n{"a" 2}\n{"a": 3}',
        '{"a": 1,\n "b": 2,, 3}',
        '["\\ud83d\\ude00", "\\x"]',
        "[1, 2, tru]",
        "[01]",
        '["a\tb"]',
        "9" * 5000,
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_strange_json_is_told_as_by_the_package(page, text):
    assert same(page.evaluate(PARSE, [text, "parseJson"]), parsed(parse_json, text))


@pytest.mark.parametrize(
    "text",
    [
        "{'loss': 2.5, 'epoch': 1, 'ok': True, 'x': None}\nnoise\n{'loss': nan, 'a': (1, 2), }\n",
        "{'a': \"it's\", 'b': [1, {'c': -2}]}\n{'a': tensor(1)}\n{'b': 3}",
        "{'loss': '2.342', 'epoch': '0.3125'}\n{'loss'",
        "{'a' 1}",
    ],
)
def test_printed_dictionaries_are_read_as_by_the_package(page, text):
    assert same(page.evaluate(PARSE, [text, "parsePrinted"]), parsed(parse_printed, text))


def test_a_bomb_ends_soon(page):
    begin = time.process_time()
    found = page.evaluate(PARSE, ['{"a":' * 2_000_000, "parseJson"])
    assert "nested too deeply" in found["wrong"]
    assert time.process_time() - begin < 20
