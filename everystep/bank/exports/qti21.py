"""Write the question bank in QTI 2.1, for Blackboard, Brightspace, OpenOLAT, TAO and others.

https://www.imsglobal.org/question/qtiv2p1/imsqti_infov2p1.html. Every question is an item of its
own, every chapter and pool a test. Numeric items become one item a variant. A mark is all or
nothing; after it come the rationale of what was answered, and what is said of the whole question.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from functools import singledispatch

from everystep.bank.exports.archive import Resource, content_package
from everystep.bank.exports.tree import child, document
from everystep.bank.exports.written import TITLE, Written, plain_number, written
from everystep.bank.kinds import Choice, Matching, Numeric, Ordering, Question
from everystep.bank.markup import inline_html
from everystep.bank.order import LETTERS
from everystep.bank.read import Bank

NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
# Variables of an item: what was answered, the mark, whose rationale to show, what to show always.
RESPONSE, SCORE, ANSWERED, ALWAYS = "RESPONSE", "SCORE", "ANSWERED", "ALWAYS"
# Attributes of HTML that QTI does not have.
FOREIGN = ("style", "start")


def qti21(bank: Bank) -> bytes:
    """Return the package: an item for every question, a test for every chapter and pool."""
    resources = []
    for name, group in written(bank, all_variants=True).items():
        items = [
            Resource(f"item-{one.name}", "imsqti_item_xmlv2p1", f"items/{one.name}.xml", _item(one))
            for one in group
        ]
        names = [item.identifier for item in items]
        test = _test(name, items)
        resources += [
            Resource(f"test-{name}", "imsqti_test_xmlv2p1", f"{name}.xml", test, names),
            *items,
        ]
    return content_package("QTIv2.1 Package", "1.0.0", resources)


def _test(name: str, items: Iterable[Resource]) -> str:
    title = f"{TITLE}: {name.replace('-', ' ')}"
    test = ET.Element("assessmentTest", xmlns=NAMESPACE, identifier=f"test-{name}", title=title)
    part = child(
        *(test, "testPart"),
        identifier="part", navigationMode="nonlinear", submissionMode="individual",
    )  # fmt: skip
    section = child(part, "assessmentSection", identifier="section", title=title, visible="true")
    for item in items:
        child(section, "assessmentItemRef", identifier=item.identifier, href=item.path)
    ET.indent(test)
    return document(test)


def _item(one: Written) -> str:
    item = ET.Element(
        "assessmentItem",
        {"xmlns": NAMESPACE, "identifier": f"item-{one.name}", "title": one.name},
        adaptive="false", timeDependent="false",
    )  # fmt: skip
    _add_answers(one.question, item, one)
    return document(item)


@singledispatch
def _add_answers(question: Question, item: ET.Element, one: Written) -> None:
    """Fill an item; every kind of question has its own function."""
    raise NotImplementedError(f"QTI 2.1 has no form for questions of type {question.type!r}")


@_add_answers.register
def _add_options(question: Choice, item: ET.Element, one: Written) -> None:
    lettered = dict(zip(LETTERS, question.displayed_options, strict=False))
    keys = [letter for letter, option in lettered.items() if option.correct]
    single = len(keys) == 1
    cardinality = "single" if single else "multiple"
    _declare(item, cardinality, "identifier", keys, answered=cardinality)
    interaction = child(
        _body(item, one),
        "choiceInteraction",
        responseIdentifier=RESPONSE,
        shuffle="true" if one.shuffled else "false",
        maxChoices="1" if single else "0",
    )
    for letter, option in lettered.items():
        _fill(child(interaction, "simpleChoice", identifier=letter), inline_html(option.text))
    processing = _mark_if_matched(item)
    child(
        child(processing, "setOutcomeValue", identifier=ANSWERED), "variable", identifier=RESPONSE
    )
    rationales = {letter: option.rationale for letter, option in lettered.items()}
    _add_feedback(item, processing, one, rationales)


@_add_answers.register
def _add_steps(question: Ordering, item: ET.Element, one: Written) -> None:
    letters = dict(zip(question.choices, LETTERS, strict=False))
    _declare(item, "ordered", "identifier", [letters[step.text] for step in question.steps])
    interaction = child(
        _body(item, one), "orderInteraction", responseIdentifier=RESPONSE, shuffle="true"
    )
    for step, letter in letters.items():
        _fill(child(interaction, "simpleChoice", identifier=letter), inline_html(step))
    _add_feedback(item, _mark_if_matched(item), one)


@_add_answers.register
def _add_pairs(question: Matching, item: ET.Element, one: Written) -> None:
    places = range(1, len(question.pairs) + 1)
    keys = [f"P{p} {letter}" for p, letter in zip(places, question.right_letters, strict=True)]
    _declare(item, "multiple", "directedPair", keys)
    interaction = child(
        _body(item, one),
        "matchInteraction",
        responseIdentifier=RESPONSE,
        shuffle="true",
        maxAssociations=str(len(keys)),
    )
    prompts = {f"P{p}": pair.prompt for p, pair in zip(places, question.pairs, strict=True)}
    answers = dict(zip(LETTERS, question.choices, strict=False))
    # Every prompt has one answer, and an answer may belong to several prompts.
    for texts, most in ((prompts, 1), (answers, len(keys))):
        side = child(interaction, "simpleMatchSet")
        for name, text in texts.items():
            choice = child(side, "simpleAssociableChoice", identifier=name, matchMax=str(most))
            _fill(choice, inline_html(text))
    _add_feedback(item, _mark_if_matched(item), one)


@_add_answers.register
def _add_blank(question: Numeric, item: ET.Element, one: Written) -> None:
    numbers = {f"N{place}": number for place, (number, _, _) in enumerate(one.numbers)}
    _declare(item, "single", "float", [plain_number(numbers["N0"])], answered="single")
    line = child(_body(item, one), "p", "Answer: ")
    blank = child(line, "textEntryInteraction", responseIdentifier=RESPONSE, expectedLength="15")
    blank.tail = f" {question.unit}".rstrip()
    processing = child(item, "responseProcessing")
    condition = child(processing, "responseCondition")
    for name, number in numbers.items():
        branch = child(condition, "responseIf" if name == "N0" else "responseElseIf")
        _near(branch, number, question.tolerance)
        if name == "N0":
            _set(branch, SCORE, "float", "1")
        _set(branch, ANSWERED, "identifier", name)
    rationales = {name: why for name, (_, _, why) in zip(numbers, one.numbers, strict=True)}
    _add_feedback(item, processing, one, rationales)


def _declare(
    item: ET.Element, cardinality: str, base: str, keys: Sequence[str], answered: str = ""
) -> None:
    """Add the item's variables.

    Args:
        item: the item.
        cardinality: of the response: single, multiple or ordered.
        base: what the response is made of.
        keys: the right response.
        answered: cardinality of the outcome that chooses rationales; none if there are none.
    """
    response = child(
        item, "responseDeclaration", identifier=RESPONSE, cardinality=cardinality, baseType=base
    )
    correct = child(response, "correctResponse")
    for key in keys:
        child(correct, "value", key)
    score = child(
        item, "outcomeDeclaration", identifier=SCORE, cardinality="single", baseType="float"
    )
    child(child(score, "defaultValue"), "value", "0")
    for name, kind in ((ANSWERED, answered), (ALWAYS, "single")):
        if kind:
            child(
                *(item, "outcomeDeclaration"),
                identifier=name, cardinality=kind, baseType="identifier",
            )  # fmt: skip


def _body(item: ET.Element, one: Written) -> ET.Element:
    """Add what is asked; return the element that takes the interaction."""
    body = child(item, "itemBody")
    _fill(body, one.html)
    return body


def _mark_if_matched(item: ET.Element) -> ET.Element:
    """Give the mark for the right response; return the response processing."""
    processing = child(item, "responseProcessing")
    branch = child(child(processing, "responseCondition"), "responseIf")
    match = child(branch, "match")
    child(match, "variable", identifier=RESPONSE)
    child(match, "correct", identifier=RESPONSE)
    _set(branch, SCORE, "float", "1")
    return processing


def _near(branch: ET.Element, number: float, tolerance: float) -> None:
    """Add the condition that a number was answered."""
    edge = plain_number(tolerance)
    mode = {"toleranceMode": "absolute", "tolerance": f"{edge} {edge}"}
    equal = child(branch, "equal", **(mode if tolerance else {"toleranceMode": "exact"}))
    child(equal, "variable", identifier=RESPONSE)
    child(equal, "baseValue", plain_number(number), baseType="float")


def _set(branch: ET.Element, outcome: str, base: str, value: str) -> None:
    child(child(branch, "setOutcomeValue", identifier=outcome), "baseValue", value, baseType=base)


def _add_feedback(
    item: ET.Element,
    processing: ET.Element,
    one: Written,
    rationales: Mapping[str, str] | None = None,
) -> None:
    """Add the rationales (Markdown), each for its answer, and what is said in any case."""
    _set(processing, ALWAYS, "identifier", "explained")
    spoken = [(ANSWERED, name, inline_html(why)) for name, why in (rationales or {}).items()]
    for outcome, name, html in [*spoken, (ALWAYS, "explained", one.feedback)]:
        feedback = child(
            *(item, "modalFeedback"),
            outcomeIdentifier=outcome, identifier=name, showHide="show",
        )  # fmt: skip
        _fill(feedback, html)


def _fill(element: ET.Element, html: str) -> None:
    """Put HTML into an element; formulas stay in the namespace of MathML."""
    fragment = ET.fromstring(f"<{element.tag}>{html}</{element.tag}>")
    element.text = fragment.text
    element.extend(fragment)
    for inner in fragment.iter():
        for name in FOREIGN:
            inner.attrib.pop(name, None)
        namespace, _, inner.tag = inner.tag.rpartition("}")
        if inner.tag == "math":
            inner.set("xmlns", namespace.removeprefix("{"))
