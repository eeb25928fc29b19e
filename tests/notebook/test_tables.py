import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

from everystep.notebook.tables import show_table
from tests.notebook.test_glue import outputs_of

FRAME = pd.DataFrame(
    {
        "recipe": ["batch 32, a < b", "2 workers"],
        "updates": [1920, 120],
        "accuracy (%)": [97.26, 95.0],
        "time": ["1.00", "≥ 0.07"],
        "interval": ["−0.4 (−1–2)", "3 (2–4)"],
    },
    index=["slow", "fast"],
)


def shown(frame=FRAME, key="a.b", caption="What p < q costs.", **options):
    ((data, metadata),) = outputs_of(show_table, frame, key, caption=caption, **options)
    assert metadata["scrapbook"] == {"name": key, "mime_prefix": ""}
    return ElementTree.fromstring(data["text/html"])  # raises where it is not well formed


def test_a_table_says_what_the_frame_says():
    table = shown(formats={"accuracy (%)": ".1f"}).find("table")
    assert [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")] == [
        ["recipe", "updates", "accuracy (%)", "time", "interval"],
        ["batch 32, a < b", "1,920", "97.3", "1.00", "−0.4 (−1–2)"],
        ["2 workers", "120", "95.0", "≥ 0.07", "3 (2–4)"],
    ]


def test_a_table_is_captioned_and_can_be_linked_to():
    block = shown()
    assert block.get("id") == "table-a.b"
    assert block.findtext("table/caption/span") == "What p < q costs."


def test_headers_name_their_columns_and_rows():
    rows = list(shown().iter("tr"))
    assert [cell.get("scope") for cell in rows[0]] == ["col"] * 5
    assert [(cell.tag, cell.get("scope")) for cell in rows[1]] == [("th", "row")] + [
        ("td", None)
    ] * 4
    assert all(cell.text for cell in rows[0])


def test_columns_of_numbers_are_aligned_to_the_right():
    frame = FRAME.assign(mixed=["16", "none"])
    for row in shown(frame).iter("tr"):
        sides = [cell.get("class") for cell in row]
        assert sides == ["text-left", *["text-right"] * 4, "text-left"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"frame": [[1, 2]]}, "frame must be a DataFrame with rows and columns, got list"),
        ({"frame": FRAME.iloc[:0]}, "frame must be a DataFrame .* got an empty one"),
        ({"caption": " "}, "caption must describe the table a.b, got an empty text"),
        ({"frame": FRAME.rename(columns={"time": " "})}, "a text in every header"),
        ({"frame": FRAME.assign(time=[1.0, np.nan])}, "frame must have a value in every cell"),
        ({"formats": {"seconds": ".1f"}}, r"formats must name columns .* got \['seconds'\]"),
        ({"formats": {"updates": ".1z"}}, "formats cannot show column 'updates'"),
    ],
)
def test_what_is_no_table_is_refused_before_anything_is_shown(changed, message, capsys):
    options = {"frame": FRAME, "key": "a.b", "caption": "Costs."} | changed
    with pytest.raises(ValueError, match=message):
        show_table(**options)
    assert not capsys.readouterr().out


def test_the_frame_is_left_as_it_was():
    before = FRAME.copy()
    shown(formats={"accuracy (%)": ".1f"})
    pd.testing.assert_frame_equal(FRAME, before)
