"""Moodle XML is held against Moodle's documentation, and read back as its importer does."""

import html.parser

import pytest
from lxml import etree

from everystep.bank.exports.moodle import moodle_xml
from tests.bank.exports.readers import grammar
from tests.bank.roundtrip import assert_in_order, bank, expected, hostile  # noqa: F401

# Shares of the mark that Moodle knows: question_bank::fraction_options_full() of its source.
FRACTIONS = {
    *(
        100,
        90,
        83.33333,
        80,
        75,
        70,
        66.66667,
        60,
        50,
        40,
        33.33333,
        30,
        25,
        20,
        16.66667,
        14.28571,
    ),
    *(12.5, 11.11111, 10, 5, 0),
}
FRACTIONS |= {-share for share in FRACTIONS}
GRAMMAR = grammar("moodle.rnc")
VOID = {"br", "hr", "img"}


class Balance(html.parser.HTMLParser):
    """Checks that every tag is closed, in the right order."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def text_of(element):
    (text,) = element.findall("text")
    return text.text or ""


def html_of(element):
    balance = Balance()
    balance.feed(text_of(element))
    assert not balance.open
    return text_of(element)


def feedback(answer):
    return html_of(answer.find("feedback"))


def options(question):
    answers = question.findall("answer")
    shares = [float(answer.attrib["fraction"]) for answer in answers]
    assert set(shares) <= FRACTIONS
    single = question.find("single").text == "true"
    assert 99.9 < sum(share for share in shares if share > 0) <= 100
    found = {
        html_of(answer): (share, feedback(answer))
        for answer, share in zip(answers, shares, strict=True)
    }
    assert len(found) == len(answers)
    return ("single" if single else "multiple", found)


def steps(question):
    answers = question.findall("answer")
    assert [int(answer.attrib["fraction"]) for answer in answers] == [*range(1, len(answers) + 1)]
    fixed = {
        "layouttype": "VERTICAL",
        "selecttype": "ALL",
        "gradingtype": "ALL_OR_NOTHING",
        "showgrading": "SHOW",
        "numberingstyle": "none",
        "selectcount": str(len(answers)),
    }
    assert {name: question.find(name).text for name in fixed} == fixed
    return ("ordering", [html_of(answer) for answer in answers])


def pairs(question):
    rows = question.findall("subquestion")
    assert sum(bool(html_of(row)) for row in rows) >= 2
    assert len({text_of(row.find("answer")) for row in rows}) >= 2
    return ("matching", [(html_of(row), text_of(row.find("answer"))) for row in rows])


def numbers(question):
    found = []
    for answer in question.findall("answer"):
        assert float(answer.attrib["fraction"]) in FRACTIONS
        tolerance = float(answer.find("tolerance").text)
        value, share = float(text_of(answer)), float(answer.attrib["fraction"])
        found.append((value, tolerance, share, feedback(answer)))
    return ("numeric", found)


READERS = {"multichoice": options, "ordering": steps, "match": pairs, "numerical": numbers}


def read(xml):
    """Return all questions by their id, checked for what Moodle's importer needs."""
    assert xml.startswith("<?xml"), "Moodle wants the declaration on the first line"
    root = etree.fromstring(xml.encode())
    GRAMMAR.assertValid(root)
    found, categories = {}, []
    for question in root:
        if question.attrib["type"] == "category":
            categories.append(text_of(question.find("category")))
            continue
        name = text_of(question.find("name"))
        assert name
        assert question.find("idnumber").text == name
        assert name not in found
        found[name] = (
            html_of(question.find("questiontext")),
            READERS[question.attrib["type"]](question),
            html_of(question.find("generalfeedback")),
        )
    assert len(categories) == len(set(categories))
    assert all(category.startswith("$course$/top/") for category in categories)
    return found


def test_every_question_comes_back_as_it_was(bank):  # noqa: F811
    found, wanted = read(moodle_xml(bank)), expected(bank)
    assert found.keys() == wanted.keys()
    for name, (text, answers, explained) in found.items():
        assert_in_order(wanted[name].text, text)
        assert answers == wanted[name].answers, name
        assert_in_order(wanted[name].explained, explained)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<quiz>", "<quiz"),
        ('fraction="100"', 'fraction="99"'),
        ("<single>true</single>", ""),
        ("<gradingtype>ALL_OR_NOTHING</gradingtype>", "<gradingtype>ALL</gradingtype>"),
        ("<idnumber>signs</idnumber>", "<idnumber>short-batch</idnumber>"),
        ("&lt;/p&gt;", ""),
        ("<shuffleanswers>true</shuffleanswers>", ""),
        ("<tolerance>0.000000001</tolerance>", "<tolerance>1e-09</tolerance>"),
        ("<subquestion format", "<subquestion form"),
    ],
)
def test_the_reader_refuses_what_moodle_would(old, new, tmp_path):
    xml = moodle_xml(hostile(tmp_path))
    assert old in xml
    with pytest.raises((AssertionError, etree.XMLSyntaxError, etree.DocumentInvalid)):
        read(xml.replace(old, new, 1))
