"""The file of the small trainers is read strictly: what is wrong is named with file and field."""

import pytest
import yaml

from everystep.authoring.claims import CLAIMS, ClaimError, read_claims

RIGHT = {
    "question": "Batch 32 (A) against 512 (B)?",
    "settings": (
        "batch=32&batch2=512&rate=0.1&epochs=2&epochs2=4&images=100&hidden=64+and+64&seeds=3"
    ),
    "lab": ["for size in (32, 512)"],
    "measure": ["val_accuracy"],
    "compare": "A - B",
    "expect": "higher",
    "book": "{mean:.1f} points",
}


@pytest.fixture
def read(tmp_path):
    """Return a function that reads what it is given as the file of a repository."""

    def read_(content):
        path = tmp_path / CLAIMS
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
        return read_claims(tmp_path)

    return read_


def test_settings_are_taken_apart_and_counted(read):
    claim = read({"a.b": RIGHT})["a.b"]
    assert claim.values["hidden"] == "64 and 64"
    assert claim.samples == (2 + 4) * 100 * 3
    assert "seeds=10" in claim.with_seeds(10)
    assert "hidden=64+and+64" in claim.with_seeds(2)
    assert "seeds=3" in claim.with_seeds(2)


def test_data_other_than_the_digits_stand_in_the_address(read):
    assert read({"a.b": RIGHT})["a.b"].address == RIGHT["settings"]
    claim = read({"a.b": RIGHT | {"data": "mnist1d"}})["a.b"]
    assert claim.address == RIGHT["settings"] + "&data=mnist1d"
    assert claim.values["data"] == "mnist1d"
    assert "data=mnist1d" in claim.with_seeds(10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"speed": 1}, r"a\.b\.speed: Extra inputs are not permitted"),
        ({"question": ""}, r"a\.b\.question: "),
        ({"lab": []}, r"a\.b\.lab: "),
        ({"measure": ["loss"]}, r"a\.b\.measure\.0: Input should be 'train_loss'"),
        ({"compare": "B + A"}, r"a\.b\.compare: Input should be 'A - B'"),
        ({"expect": "better"}, r"a\.b\.expect: Input should be 'higher'"),
        ({"settings": "batch=32"}, r"settings must also say rate, epochs, images, hidden, seeds"),
        ({"settings": "batch"}, r"bad query field: 'batch'"),
        ({"data": "iris"}, r"a\.b\.data: Input should be 'digits' or 'mnist1d'"),
        ({"settings": RIGHT["settings"] + "&data=mnist1d"}, "leave the data to the field data"),
        ({"settings": RIGHT["settings"] + "&rate=1"}, "settings name something twice"),
        ({"settings": "batch=1&rate=1&epochs=1&images=9&hidden=0&seeds=1"}, "a second recipe"),
        (
            {"settings": RIGHT["settings"].replace("seeds=3", "seeds=9999")},
            "at most 650,000, got 5,999,400",
        ),
        ({"above": 90, "measure": ["val_loss"]}, "above is a percentage of accuracy"),
        ({"above": 100}, r"a\.b\.above: "),
        ({"measure": ["val_loss", "train_loss"], "compare": "A / B"}, "by their differences"),
        ({"book": "8 points"}, "braces hold mean, low, high, n or p, with a format"),
        ({"book": "{mean} points"}, "braces hold"),
        ({"book": "{mean:.1f} {points}"}, "braces hold"),
    ],
)
def test_what_is_wrong_is_named(read, change, message):
    with pytest.raises(ClaimError, match=rf"claims\.yml: .*{message}"):
        read({"a.b": RIGHT | change})


def test_a_missing_field_is_named(read):
    with pytest.raises(ClaimError, match=r"claims\.yml: a\.b\.book: Field required"):
        read({"a.b": {name: value for name, value in RIGHT.items() if name != "book"}})


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: [", "cannot be read"), ("- a", "must map ids"), ("a.b: 3", r"a\.b: ")],
)
def test_what_is_no_file_of_claims_is_named(read, text, message):
    with pytest.raises(ClaimError, match=rf"claims\.yml: {message}"):
        read(text)
