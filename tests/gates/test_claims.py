"""The small trainers of the chapters run the recipes of the labs, and each page has its own."""

import inspect
import re

import pytest

from everystep.authoring.claims import CLAIMS, read_claims
from everystep.authoring.findings import find_all
from everystep.authoring.manifest import read_manifest
from everystep.authoring.notebooks import read
from everystep.clinic.failures import CASES
from everystep.lab import digits, mnist1d
from tests.paths import ROOT

CLAIMED = read_claims()
HOMES = find_all(ROOT)
CHAPTERS = read_manifest().with_room("lab")
DATA = {"digits": digits, "mnist1d": mnist1d}
DIRECTIVE = re.compile(r"^```\{trainer\} (\S+)$", re.MULTILINE)
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
FAILURES = (ROOT / "everystep" / "clinic" / "failures.py").read_text("utf-8")
# What a default of the trainer would otherwise hide, or what the page chooses for itself.
FREE = ("seeds", "from", "images", "data")


def words(text):
    """Return a text with its lines and blanks as they do not count, so that layout is free."""
    return re.sub(r"\s+|(?<=\()\s+|,?\s*(?=[)\]])", " ", text).replace("( ", "(").replace(" )", ")")


def numbers_in(*texts):
    """Return the numbers that stand in texts, 1,024 as well as 1024."""
    return {float(number) for text in texts for number in NUMBER.findall(THOUSANDS.sub("", text))}


def code_of(id):
    cells = read(ROOT / f"{HOMES[id]}.ipynb")["cells"]
    return "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")


@pytest.mark.parametrize("id", CLAIMED)
def test_what_is_said_of_the_recipes_stands_in_the_lab(id):
    assert id in HOMES, f"{CLAIMS}: {id}: no lab asserts this finding"
    source = words(code_of(id)) + words(FAILURES)
    for quoted in CLAIMED[id].lab:
        assert words(quoted) in source, f"{CLAIMS}: {id}: the lab no longer says {quoted!r}"


@pytest.mark.parametrize("id", CLAIMED)
def test_the_numbers_set_are_those_of_the_lab(id):
    claim = CLAIMED[id]
    # Where the page has a number of its own, its note says so. 0 leaves something out.
    said = numbers_in(*claim.lab, claim.note, "0")
    images = numbers_in(claim.note)
    if any(mark in quoted for quoted in claim.lab for mark in ("n_train=", "n_train: int = ")):
        images = said
    else:
        images.add(inspect.signature(DATA[claim.data]).parameters["n_train"].default)
    assert float(claim.values["images"]) in images
    for name, text in claim.values.items():
        for number in NUMBER.findall(text) if name not in FREE else []:
            assert float(number) in said, f"{CLAIMS}: {id}: {name}={text} is not in its lab"


def of_data_unquoted(claims):
    """Return the claims on data other than the digits that quote no such data from their lab."""
    return [
        id
        for id, claim in claims.items()
        if claim.data != "digits" and not any(f"{claim.data}(" in quoted for quoted in claim.lab)
    ]


def test_data_other_than_the_digits_are_those_of_the_lab():
    assert of_data_unquoted(CLAIMED) == []


def test_data_that_no_lab_names_are_found():
    claim = next(iter(CLAIMED.values())).model_copy(update={"data": "mnist1d"})
    quoting = claim.model_copy(update={"lab": ("mnist1d(n_train=1024)",)})
    assert of_data_unquoted({"a.b": claim, "a.c": quoting}) == ["a.b"]


CASES_BY_ID = {f"diagnosis.fix-{case.cause.replace(' ', '-')}": case for case in CASES}


@pytest.mark.parametrize("id", sorted(CASES_BY_ID.keys() & CLAIMED.keys()))
def test_the_cases_of_the_clinic_are_trained_as_they_are(id):
    case, values = CASES_BY_ID[id], CLAIMED[id].values
    for suffix, setup in (("", case.failed), ("2", case.fixed)):
        recipe = setup.recipe
        fields = {
            "batch": recipe.batch_size,
            "rate": recipe.lr,
            "epochs": recipe.epochs,
            "noise": recipe.label_noise,
            "momentum": recipe.momentum,
        }
        for name, value in fields.items():
            assert float(values.get(name + suffix, values.get(name, 0))) == value, (id, name)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_every_chapter_has_two_trainers_of_its_own_findings(chapter):
    text = (ROOT / chapter.place("concept")).read_text("utf-8")
    placed = DIRECTIVE.findall(text)
    # Later chapters have them where the page can train what they claim.
    assert len(placed) >= 2 or chapter.number > 7
    own = [id for id in CLAIMED if HOMES[id] == chapter.place("lab").removesuffix(".ipynb")]
    assert sorted(placed) == sorted(own), "each is on the page of its lab's chapter, once"


def test_a_question_names_both_recipes():
    unnamed = [id for id, one in CLAIMED.items() if not re.search(r"\(A\).*\(B\)", one.question)]
    assert unnamed == []
