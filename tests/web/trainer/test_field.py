"""A field of a form is a choice where there are options, and a text elsewhere."""

import pytest

from tests.web.reader import COMPOSER

ASK = """([options]) => {
  const label = everystep.field("size", "batch size", options ?? undefined);
  const input = label.querySelector("[name=size]");
  const texts = Array.from(input.options ?? [], ({ value, text }) => [value, text]);
  return [label.innerText, input.tagName, texts];
}"""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (None, ["INPUT", []]),
        (["a", "b c"], ["SELECT", [["a", "a"], ["b c", "b c"]]]),
    ],
)
def test_a_field_has_its_label_and_its_options(tab, options, expected):
    text, *rest = tab.open(COMPOSER).evaluate(ASK, [options])
    assert text.startswith("batch size")
    assert rest == expected
