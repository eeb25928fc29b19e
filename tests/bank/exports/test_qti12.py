"""QTI 1.2 is validated against the DTD of IMS, and read back by the types that Canvas knows."""

import re
from decimal import Decimal
from html import unescape

import pytest
from lxml import etree

from everystep.bank.exports.qti12 import EXACT, qti12
from tests.bank.exports.readers import FOLDER, files_of
from tests.bank.roundtrip import assert_in_order, bank, expected, hostile  # noqa: F401

DTD = etree.DTD(str(FOLDER / "ims_qtiasiv1p2p1.dtd"))


def assessment(content):
    """Return a valid file's root. Its DTD is older than namespaces."""
    namespace = b' xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"'
    assert namespace in content
    root = etree.fromstring(content.replace(namespace, b""))
    DTD.assertValid(root)
    return root


def html_of(parent):
    (text,) = parent.findall("material/mattext")
    assert text.get("texttype") == "text/html"
    return text.text


def feedback_of(item):
    """Map the names of an item's feedback to the conditions and the texts."""
    texts = {
        one.get("ident"): html_of(one.find("flow_mat")) for one in item.findall("itemfeedback")
    }
    links = [link.get("linkrefid") for link in item.iter("displayfeedback")]
    assert sorted(links) == sorted(texts), "every feedback is shown once"
    return texts


def scored(item):
    """Return the conditions that bring a mark, with the mark and what is done with it."""
    return [
        (condition.find("conditionvar"), setvar.get("action"), float(setvar.text))
        for condition in item.iter("respcondition")
        if (setvar := condition.find("setvar")) is not None
    ]


def labels_of(response):
    return [label.get("ident") for label in response.iter("response_label")]


def options(item, kind):
    (response,) = item.findall("presentation/response_lid")
    ((condition, action, mark),) = scored(item)
    assert (action, mark) == ("Set", 100)
    right = condition.xpath("varequal/text()|and/varequal/text()")
    letters = labels_of(response)
    cardinality = {"single": "Single", "multiple": "Multiple"}[kind]
    assert response.get("rcardinality") == cardinality
    if kind == "multiple":
        wrong = condition.xpath("and/not/varequal/text()")
        assert sorted(right + wrong) == letters
    feedback = feedback_of(item)
    return kind, {
        html_of(label): (label.get("ident") in right, feedback[f"{label.get('ident')}_fb"])
        for label in response.iter("response_label")
    }


def pairs(item, _):
    found, marks = [], scored(item)
    responses = item.findall("presentation/response_lid")
    assert sum(mark for _, _, mark in marks) == pytest.approx(100, abs=0.05)
    for response, (condition, action, _) in zip(responses, marks, strict=True):
        assert action == "Add"
        (equal,) = condition
        assert equal.get("respident") == response.get("ident")
        texts = {
            label.get("ident"): label.find("material/mattext").text
            for label in response.iter("response_label")
        }
        assert len(texts) == len(set(texts.values()))
        found.append((html_of(response), texts[equal.text]))
    return "matching", (found, set(texts.values()))


def number(item, _):
    ((condition, action, mark),) = scored(item)
    assert (action, mark) == ("Set", 100)
    (right,) = condition.xpath("or/varequal/text()")
    (low,) = condition.xpath("or/and/vargte/text()")
    (high,) = condition.xpath("or/and/varlte/text()")
    low, right, high = map(Decimal, (low, right, high))
    above, below = EXACT.subtract(high, right), EXACT.subtract(right, low)
    assert above == below
    return "numeric", (float(right), float(above), feedback_of(item)["answer1_fb"])


READERS = {
    "multiple_choice_question": (options, "single"),
    "multiple_answers_question": (options, "multiple"),
    "matching_question": (pairs, "matching"),
    "numerical_question": (number, "numeric"),
}


def read(package):
    """Map every question's name to text, answers and general feedback."""
    found = {}
    for content in files_of(package).values():
        for item in assessment(content).iter("item"):
            (entry,) = item.xpath(".//fieldlabel[.='question_type']/../fieldentry/text()")
            reader, kind = READERS[entry]
            assert item.get("ident") not in found
            found[item.get("ident")] = (
                html_of(item.find("presentation")),
                reader(item, kind),
                feedback_of(item)["general_fb"],
            )
    return found


def in_canvas(answers):
    """Return what is left of answers: Canvas knows no orderings, and one number."""
    kind, parts = answers
    if kind in ("single", "multiple"):
        return kind, {text: (share.expected > 0, why) for text, (share, why) in parts.items()}
    if kind == "numeric":
        right, tolerance, _, why = parts[0]
        return kind, (right, tolerance, why)
    if kind == "ordering":
        texts = [unescape(re.sub("<[^>]+>", "", step)) for step in parts]
        parts = [(f"Step {place}", text) for place, text in enumerate(texts, 1)]
    pairs = [(prompt, answer) for prompt, answer in parts if prompt]
    return "matching", (pairs, {answer for _, answer in parts})


def test_every_question_comes_back_as_it_was(bank):  # noqa: F811
    found, wanted = read(qti12(bank)), expected(bank)
    assert found.keys() == wanted.keys()
    for name, (text, answers, explained) in found.items():
        assert_in_order(wanted[name].text, text)
        assert answers == in_canvas(wanted[name].answers), name
        assert_in_order(wanted[name].explained, explained)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<other />", b"<others />"),
        (b'rcardinality="Single"', b'rcardinality="One"'),
        (b"<outcomes>", b"<outcomes><outcomes/>"),
        (b'<respcondition continue="No">', b'<respcondition score="1">'),
    ],
)
def test_the_schema_refuses_other_files(old, new, tmp_path):
    (content,) = files_of(qti12(hostile(tmp_path))).values()
    assert assessment(content) is not None
    assert old in content
    with pytest.raises(etree.DocumentInvalid):
        assessment(content.replace(old, new, 1))
