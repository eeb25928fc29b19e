"""A text becomes the value that it means, or is refused by name."""

import pytest

READ = """([reading, limits, text]) => {
  try {
    return everystep.readings[reading](...limits)("it", text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
}"""


@pytest.mark.parametrize(
    ("reading", "limits", "text", "expected"),
    [
        ("wholeFrom", [1, 9], "7", 7),
        ("wholeFrom", [1, 9], "007", 7),
        ("wholeFrom", [1, 9], "10", "it must be a whole number from 1 to 9, got 10"),
        ("wholeFrom", [1, 9], "1e0", 'it must be a whole number from 1 to 9, got "1e0"'),
        ("wholeFrom", [1, 9], "", 'it must be a whole number from 1 to 9, got ""'),
        ("wholeFrom", [1, 9], "٣", 'it must be a whole number from 1 to 9, got "٣"'),
        ("real", [{}], ".5", 0.5),
        ("real", [{}], "2.", 2),
        ("real", [{}], "1E-3", 0.001),
        ("real", [{}], "-1", 'it must be a finite number of at least 0, got "-1"'),
        ("real", [{}], "Infinity", 'it must be a finite number of at least 0, got "Infinity"'),
        ("real", [{"maximum": 1}], "1.5", "it must be a number from 0 to 1, got 1.5"),
        ("real", [{"positive": True}], "0", "it must be a positive number that is finite, got 0"),
        ("oneOf", [["a", "b"]], "b", "b"),
        ("oneOf", [["a", "b"]], "length", 'it must be one of a, b, got "length"'),
    ],
)
def test_a_text_is_read_or_refused(page, reading, limits, text, expected):
    assert page.evaluate(READ, [reading, limits, text]) == expected
