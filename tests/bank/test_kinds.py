import ast
import re

import pytest
from pydantic import ValidationError

from everystep.bank import kinds
from everystep.bank.kinds import Question
from everystep.bank.markup import block_html
from tests.bank.questions import ITEMS, WHY, item, option, parsed
from tests.paths import ROOT, relative

KINDS = [kind for kind in ITEMS if kind != "case"]


@pytest.mark.parametrize(
    ("changed", "place", "reason"),
    [
        (item("single", options=[option("A", "x")] * 4), "single", "must be right, not 0"),
        (item("single", options=[option("A"), option("B")]), "single", "must be right, not 2"),
        (
            item("multiple", options=[option("A"), *[option("B", "x")] * 4]),
            "multiple",
            "at least 2 options must be right, not 1",
        ),
        (
            item("ordering", steps=ITEMS["ordering"]["steps"][:2]),
            "steps",
            "at least 3 items",
        ),
        (
            item("ordering", steps=[ITEMS["ordering"]["steps"][0]] * 3),
            "ordering",
            "two steps have the same text",
        ),
        (item("matching", pairs=ITEMS["matching"]["pairs"] * 3), "pairs", "at most 7 items"),
        (item("numeric", tolerance=-1), "tolerance", "greater than or equal to 0"),
        (item("numeric", variables={"n": []}), "n", "at least 1 item"),
        (item("numeric", mistakes=[]), "mistakes", "at least 1 item"),
        (item("single", stem="See ![a curve](a.png). What is it?"), "stem", "an image"),
        (
            item("matching", extra=[{**ITEMS["matching"]["extra"][0], "answer": "$x^2$"}]),
            "answer",
            "a menu holds no fractions",
        ),
        (item("numeric", stem="A rate of $b = {b}$. How many?"), "numeric", "no variable can"),
        (item("numeric", rationale="The ratio $\\frac{n}{b}$."), "numeric", "no variable can"),
        (item("numeric", rationale="The ratio $\\frac{1}{b}$."), "numeric", "cannot fill in"),
        (item("single", id="a" * 81), "id", "at most 80 char"),
        (item("single", version=10_000), "version", "less than or equal to 9999"),
    ],
)
def test_malformed_questions_are_refused(changed, place, reason):
    with pytest.raises(ValidationError) as caught:
        parsed(changed["type"], **changed)
    first = caught.value.errors()[0]
    assert place in [str(part) for part in first["loc"]]
    assert reason in first["msg"]


def test_a_formula_stands_beside_numbers():
    question = parsed("numeric", stem="At $\\frac{{1}}{{B}}$ of {n}, how many?")
    filled = question.variants[0].fill(question.stem)
    assert block_html(filled) == block_html("At $\\frac{1}{B}$ of 1,437, how many?")


# ----- What every kind says of itself


@pytest.mark.parametrize("kind", KINDS)
def test_every_rationale_is_told_with_what_it_explains(kind):
    question = parsed(kind)
    reasons = question.reasons()
    written = ITEMS[kind]
    parts = [part for name in ("options", "steps", "pairs", "extra", "mistakes")
             for part in written.get(name, [])]  # fmt: skip
    assert len(reasons) == len(parts) + ("rationale" in written)
    misconceptions = {part.get("misconception") for part in parts}
    assert {reason.misconception for reason in reasons} - {None} == misconceptions - {None}
    assert all(reason.claim and reason.why for reason in reasons)


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_stands_for_itself(kind):
    question = parsed(kind)
    assert (question.questions, question.ids) == ((question,), (question.id,))
    assert question.scenario is None


def test_a_case_has_questions_and_names_of_its_own():
    case = parsed("case")
    assert case.ids == ("slow-job-single", "slow-job-count", "slow-job")
    assert case.scenario.startswith("A team trains")


def test_the_key_of_a_choice_has_the_letters_of_the_right_options():
    for kind in ("single", "multiple"):
        question = parsed(kind)
        letters = [letter for letter, text in zip("ABCDE", question.choices, strict=False)
                   if text in [option.text for option in question.right_options]]  # fmt: skip
        assert question.keys == [{"key": letters}]
        assert question.solution() == ", ".join(letters)
        assert {*question.right_options, *question.wrong_options} == {*question.options}


def test_an_ordering_is_solved_by_places_on_a_page_and_by_letters_on_paper():
    question = parsed("ordering")
    written = [step["text"] for step in ITEMS["ordering"]["steps"]]
    places = dict(zip(question.choices, question.keys[0]["key"], strict=True))
    assert sorted(written, key=places.get) == written
    letters = question.solution().split(", ")
    assert [question.choices["ABCD".index(letter)] for letter in letters] == written


def test_a_matching_shows_each_answer_once_and_is_solved_by_letters():
    pairs = [{"prompt": p, "answer": a, "rationale": WHY}
             for p, a in zip("123", ["up", "down", "up"], strict=True)]  # fmt: skip
    extra = [{"answer": "same", "rationale": WHY, "misconception": "x"}]
    question = parsed("matching", pairs=pairs, extra=extra)
    assert sorted(question.choices) == ["down", "same", "up"]
    [key] = question.keys
    answers = [question.choices["ABC".index(letter)] for letter in key["key"]]
    assert answers == ["up", "down", "up"]
    up, down, _ = key["key"]
    assert question.solution() == f"1 {up}, 2 {down}, 3 {up}"


def test_a_number_has_a_key_with_its_texts_for_every_variant():
    question = parsed("numeric", tolerance=0.5)
    for key, variant in zip(question.keys, question.variants, strict=True):
        assert (key["key"], key["wrong"]) == (variant.answer, variant.wrong)
        assert key["shown"]["answer"] == f"{variant.answer:,}"
        assert set(key["shown"]) == {"n", "b", "epochs", "answer", "wrong0", "wrong1"}
        assert question.solution(variant) == f"{variant.answer:,} ± 0.5 updates"
        right, *wrong = question.reasons(variant)
        assert f"has {variant.answer:,} in all" in right.why
        assert [reason.claim for reason in wrong] == [f"{number:,}" for number in variant.wrong]


# ----- Nobody else asks which kind a question is

# Names of the kinds, as they must not stand in a test of types.
CLASSES = {
    name
    for name, thing in vars(kinds).items()
    if isinstance(thing, type) and issubclass(thing, Question)
} | {"CaseStudy"}


def asks_for_a_kind(source):
    """Return the places where Python code tells kinds of questions apart by itself."""
    found = []
    for node in ast.walk(ast.parse(source)):
        asked = []
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("isinstance", "issubclass"):
            asked = node.args[1:]
        elif isinstance(node, ast.MatchClass):
            asked = [node.cls]
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            texts = {part.value for side in sides for part in ast.walk(side)
                     if isinstance(part, ast.Constant)}  # fmt: skip
            asks = any(isinstance(side, ast.Attribute) and side.attr == "type" for side in sides)
            if asks and texts & set(ITEMS):
                found.append(ast.unparse(node))
        names = {name for part in asked for name in re.findall(r"\w+", ast.unparse(part))}
        if names & CLASSES:
            found.append(ast.unparse(node))
    return found


ROOMS = [path for room in ("bank", "site") for path in (ROOT / "everystep" / room).rglob("*.py")]


@pytest.mark.parametrize("path", sorted(ROOMS), ids=relative)
def test_no_module_tells_kinds_apart(path):
    found = asks_for_a_kind(path.read_text(encoding="utf-8"))
    assert not found, f"ask the question through a property of its class: {found}"


@pytest.mark.parametrize(
    "source",
    [
        "isinstance(item, Single | Multiple)",
        "isinstance(one.item, (CaseStudy, Numeric))",
        "isinstance(question, kinds.Ordering)",
        "match item:\n    case Matching(pairs=pairs):\n        pass",
        "if question.type == 'numeric':\n    pass",
        "if item.type in ('single', 'multiple'):\n    pass",
    ],
)
def test_a_planted_question_for_the_kind_is_found(source):
    assert asks_for_a_kind(source)
    assert not asks_for_a_kind("isinstance(node, yaml.MappingNode)")


def test_no_template_tells_kinds_apart():
    compared = re.compile(r"\.type *(?:==|!=|in\b)")
    assert compared.search('{% if item.type == "case" %}')
    for path in (ROOT / "everystep" / "site" / "templates").glob("*.html"):
        assert not compared.search(path.read_text(encoding="utf-8")), path.name
