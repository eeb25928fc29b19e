import json

from everystep.clinic.causes import CAUSES
from everystep.clinic.run_tree import RUN_TREE
from everystep.clinic.told import FILE, as_json
from tests.paths import ROOT


def test_the_file_of_the_page_is_up_to_date():
    assert (ROOT / FILE).read_text("utf-8") == as_json(), "run python -m everystep.clinic.told"


def test_it_holds_the_whole_tree():
    told = json.loads(as_json())
    assert [question["text"] for question in told["tree"]] == [q.text for q in RUN_TREE]
    assert told["causes"].keys() == CAUSES.keys()
    signs = [sign for question in told["tree"] for sign in question["signs"]]
    assert all(relation in "<>" for sign in signs for _, relation, _ in sign["shows"])
