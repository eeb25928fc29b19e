"""QTI 2.1 is validated; its keys are read by a converter that others wrote for such packages."""

import pytest
from lxml import etree
from onyx2moodle.parser import parse_item

from everystep.bank.exports.qti21 import qti21
from everystep.bank.markup import inline_html
from tests.bank.exports.readers import files_of, grammar
from tests.bank.roundtrip import assert_in_order, bank, expected, hostile  # noqa: F401

GRAMMAR = grammar("qti21.rnc")
NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"


def valid(content):
    root = etree.fromstring(content)
    GRAMMAR.assertValid(root)
    return root


def without_namespace(root):
    for element in root.iter():
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(root)
    return root


def inside(element):
    """Return what an element has in it, written as one and the same program writes it."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return text[text.index(">") + 1 : text.rindex("<")]


def canonical(html):
    """Return HTML as ``inside`` does, without what QTI does not have."""
    root = without_namespace(etree.fromstring(f"<x>{html}</x>"))
    for element in root.iter():
        element.attrib.pop("style", None)
    return inside(root)


def options(root, key, feedback):
    (interaction,) = key.interactions
    response = key.response_decls["RESPONSE"]
    assert interaction.max_choices == (1 if response.cardinality == "single" else 0)
    assert [choice.identifier for choice in interaction.choices] == list(texts_of(root))
    return response.cardinality, {
        text: (name in response.correct_values, feedback[name])
        for name, text in texts_of(root).items()
    }


def texts_of(root):
    choices = root.xpath("//simpleChoice|//simpleAssociableChoice")
    return {choice.get("identifier"): inside(choice) for choice in choices}


def steps(root, key, _):
    (interaction,) = root.iter("orderInteraction")
    assert interaction.get("responseIdentifier") == "RESPONSE"
    response, texts = key.response_decls["RESPONSE"], texts_of(root)
    assert response.cardinality == "ordered"
    assert sorted(response.correct_values) == sorted(texts)
    return "ordering", [texts[name] for name in response.correct_values]


def pairs(root, key, _):
    (interaction,) = key.interactions
    response, texts = key.response_decls["RESPONSE"], texts_of(root)
    assert (response.cardinality, response.base_type) == ("multiple", "directedPair")
    couples = [value.split() for value in response.correct_values]
    assert [prompt for prompt, _ in couples] == [
        one.identifier for one in interaction.match_sources
    ]
    assert interaction.max_choices == len(couples)
    answers = {texts[one.identifier] for one in interaction.match_targets}
    return "matching", ([(texts[prompt], texts[answer]) for prompt, answer in couples], answers)


def numbers(root, key, feedback):
    (interaction,) = key.interactions
    assert interaction.kind == "textEntry"
    found = []
    for branch in root.xpath("//responseIf|//responseElseIf"):
        (number,) = branch.xpath("equal/baseValue/text()")
        tolerances = branch.find("equal").get("tolerance", "0 0").split()
        assert tolerances[0] == tolerances[1]
        marks = branch.xpath("setOutcomeValue[@identifier='SCORE']/baseValue/text()")
        (name,) = branch.xpath("setOutcomeValue[@identifier='ANSWERED']/baseValue/text()")
        share = 100 * sum(map(float, marks))
        found.append((float(number), float(tolerances[0]), share, feedback[name]))
    assert [found[0][0]] == [float(v) for v in key.response_decls["RESPONSE"].correct_values]
    return "numeric", found


def reader_of(root):
    for name, reader in (
        ("choiceInteraction", options),
        ("orderInteraction", steps),
        ("matchInteraction", pairs),
        ("textEntryInteraction", numbers),
    ):
        if root.find(f".//{name}") is not None:
            return reader
    raise AssertionError("nothing to answer")


def mark_of(root):
    """Return what brings a mark where one response is right."""
    (branch,) = root.iter("responseIf")
    assert [one.tag for one in branch[0]] == ["variable", "correct"]
    return float(branch.find("setOutcomeValue[@identifier='SCORE']/baseValue").text)


def read_item(path):
    """Return text, answers and general feedback of an item."""
    root, key = without_namespace(valid(path.read_bytes())), parse_item(path)
    feedback = {one.get("identifier"): inside(one) for one in root.iter("modalFeedback")}
    outcomes = {one.get("identifier") for one in root.iter("outcomeDeclaration")}
    assert {one.get("outcomeIdentifier") for one in root.iter("modalFeedback")} <= outcomes
    reader = reader_of(root)
    assert reader is numbers or mark_of(root) == 1
    general = feedback.pop("explained")
    return inside(root.find("itemBody")), reader(root, key, feedback), general


def read(package, folder):
    """Map every question's name to what its item says; every item is in one test."""
    found, referred = {}, []
    for path, content in files_of(package).items():
        root = valid(content)
        if etree.QName(root).localname == "assessmentTest":
            referred += root.xpath("//q:assessmentItemRef/@href", namespaces={"q": NAMESPACE})
            continue
        name = root.get("title")
        assert root.get("identifier") == f"item-{name}"
        assert path == f"items/{name}.xml"
        (folder / f"{name}.xml").write_bytes(content)
        found[name] = read_item(folder / f"{name}.xml")
    assert sorted(referred) == sorted(f"items/{name}.xml" for name in found)
    return found


def in_qti(answers):
    """Return answers as QTI has them: the mark is all or nothing."""
    kind, parts = answers
    if kind in ("single", "multiple"):
        parts = {
            canonical(text): (share.expected > 0, canonical(why))
            for text, (share, why) in parts.items()
        }
    elif kind == "ordering":
        parts = [canonical(step) for step in parts]
    elif kind == "matching":
        answers = {canonical(answer) for _, answer in parts}
        parts = [(canonical(prompt), canonical(answer)) for prompt, answer in parts if prompt]
        parts = (parts, answers)
    else:
        parts = [(*numbers, canonical(why)) for *numbers, why in parts]
    return kind, parts


def test_every_question_comes_back_as_it_was(bank, tmp_path):  # noqa: F811
    found, wanted = read(qti21(bank), tmp_path), expected(bank, inline_html)
    assert found.keys() == wanted.keys()
    for name, (text, answers, explained) in found.items():
        assert_in_order(map(canonical, wanted[name].text), text)
        assert answers == in_qti(wanted[name].answers), name
        assert_in_order(map(canonical, wanted[name].explained), explained)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<itemBody>", b"<itemBody>text"),
        (b'shuffle="true"', b'shuffle="perhaps"'),
        (b'identifier="A"', b'identifier="1 A"'),
        (b"</responseIf>", b"</responseIf><responseElse/><responseElse/>"),
        (b"<p>", b'<p style="color: red">'),
        (b'title="signs"', b""),
    ],
)
def test_the_grammar_refuses_other_items(old, new, tmp_path):
    content = files_of(qti21(hostile(tmp_path)))["items/signs.xml"]
    assert valid(content) is not None
    assert old in content
    with pytest.raises(etree.DocumentInvalid):
        valid(content.replace(old, new, 1))
