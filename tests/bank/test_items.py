import pytest
from pydantic import TypeAdapter, ValidationError

from everystep.bank.items import Blueprint, Item, QuestionFile
from tests.bank.questions import BLUEPRINT, ITEMS, item

TOPIC, OLD = BLUEPRINT["exams"]["topic"], BLUEPRINT["guides"]["OLD-01"]
READER = TypeAdapter(Item)


@pytest.mark.parametrize("kind", ITEMS)
def test_every_type_is_read(kind):
    read = READER.validate_python(ITEMS[kind])
    assert read.type == kind
    assert read.version == 1


@pytest.mark.parametrize("kind", ITEMS)
def test_items_survive_writing_and_reading(kind):
    read = READER.validate_python(ITEMS[kind])
    assert READER.validate_json(read.model_dump_json()) == read


@pytest.mark.parametrize(
    ("changed", "place", "reason"),
    [
        (item("single", hint="Think"), "hint", "Extra inputs"),
        (item("single", id="Short Batch"), "id", "lower-case words joined by hyphens"),
        (item("single", version=0), "version", "greater than or equal to 1"),
        (item("single", level="hard"), "level", "'recall', 'apply' or 'diagnose'"),
        (item("single", verified_on="soon"), "verified_on", "date"),
        (item("single", evidence=[]), "evidence", "at least 1 item"),
        (item("case", questions=ITEMS["case"]["questions"][:1]), "questions", "at least 2 items"),
        (item("case", questions=[item("case")] * 2), "questions", "does not match any"),
        ({**item("single"), "type": "essay"}, "", "does not match any"),
    ],
)
def test_malformed_items_are_refused(changed, place, reason):
    with pytest.raises(ValidationError) as caught:
        READER.validate_python(changed)
    first = caught.value.errors()[0]
    assert place in [str(part) for part in first["loc"]] or not place
    assert reason in first["msg"]


@pytest.mark.parametrize("content", [{}, {"items": []}, {"items": [item("single")], "pool": "x"}])
def test_a_file_has_items_and_nothing_else(content):
    with pytest.raises(ValidationError, match=r"items|Extra inputs"):
        QuestionFile.model_validate(content)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"objectives": {"o": {"topics": {"NEW-02": "2.2"}, "text": "O"}}},
            "NEW-02 has no skill '2.2'",
        ),
        ({"objectives": {"o": {"topics": {"OLD-1": "2.2"}, "text": "O"}}}, "unknown guide 'OLD-1'"),
        ({"objectives": {"o": {"topics": {}, "text": "O"}}}, "at least 1 item"),
        ({"exams": {"e": TOPIC | {"questions": {"9.9": 1}}}}, "OLD-01 has no task '9.9'"),
        ({"exams": {"e": TOPIC | {"guide": "OLD-1"}}}, "unknown guide 'OLD-1'"),
        ({"guides": {"OLD-01": OLD | {"kinds": ["essay"]}}}, "unknown type of item 'essay'"),
    ],
)
def test_a_blueprint_names_what_exists(change, reason):
    with pytest.raises(ValidationError, match=reason):
        Blueprint.model_validate(BLUEPRINT | change)
