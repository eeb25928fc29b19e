"""Write the question bank in QTI 1.2, for Canvas and whatever reads what Canvas reads.

https://www.imsglobal.org/question/qtiv1p2/imsqti_asi_bindv1p2.html, in the dialect of Canvas, which
knows a question's type by its field ``question_type``. Numeric items become one question a variant.
Canvas has no orderings: they become matchings of places and steps. It takes every range of numbers
for a right answer, so what is wrong with other numbers stands in the general feedback.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from decimal import Context, Decimal
from functools import singledispatch

from everystep.bank.exports.archive import Resource, content_package
from everystep.bank.exports.tree import child, document
from everystep.bank.exports.written import TITLE, Written, plain_number, written
from everystep.bank.kinds import Choice, Matching, Numeric, Ordering, Question
from everystep.bank.markup import inline_html, plain_text
from everystep.bank.order import LETTERS
from everystep.bank.read import Bank

NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
RESPONSE = "response1"
GENERAL = "general_fb"
# More digits than the difference of any two floats has.
EXACT = Context(prec=1100)
# Canvas' name of each kind of question.
TYPES = {
    "single": "multiple_choice_question",
    "multiple": "multiple_answers_question",
    "ordering": "matching_question",
    "matching": "matching_question",
    "numeric": "numerical_question",
}


def qti12(bank: Bank) -> bytes:
    """Return the package: an assessment for every chapter and pool."""
    resources = [
        Resource(f"quiz-{name}", "imsqti_xmlv1p2", f"{name}.xml", _assessment(name, group))
        for name, group in written(bank, all_variants=True).items()
    ]
    return content_package("IMS Content", "1.1.3", resources)


def _assessment(name: str, group: Iterable[Written]) -> str:
    root = ET.Element("questestinterop", xmlns=NAMESPACE)
    title = f"{TITLE}: {name.replace('-', ' ')}"
    assessment = child(root, "assessment", ident=f"quiz-{name}", title=title)
    section = child(assessment, "section", ident="root_section")
    for one in group:
        _add_item(section, one)
    ET.indent(root)
    return document(root)


def _add_item(section: ET.Element, one: Written) -> None:
    item = child(section, "item", ident=one.name, title=one.name)
    fields = child(child(item, "itemmetadata"), "qtimetadata")
    for label, entry in (("question_type", TYPES[one.question.type]), ("points_possible", "1")):
        field = child(fields, "qtimetadatafield")
        child(field, "fieldlabel", label)
        child(field, "fieldentry", entry)
    presentation = child(item, "presentation")
    _material(presentation, one.html_with_unit)
    processing = child(item, "resprocessing")
    child(
        *(child(processing, "outcomes"), "decvar"),
        varname="SCORE", vartype="Decimal", minvalue="0", maxvalue="100",
    )  # fmt: skip
    child(_condition(processing, feedback=GENERAL), "other")
    feedback = {GENERAL: one.feedback, **_add_answers(one.question, presentation, processing, one)}
    for ident, html in feedback.items():
        _material(child(child(item, "itemfeedback", ident=ident), "flow_mat"), html)


@singledispatch
def _add_answers(
    question: Question, presentation: ET.Element, processing: ET.Element, one: Written
) -> dict[str, str]:
    """Add answers and what makes a right one; return their rationales by names.

    Every kind of question has its own function.
    """
    raise NotImplementedError(f"QTI 1.2 has no form for questions of type {question.type!r}")


@_add_answers.register
def _add_options(
    question: Choice, presentation: ET.Element, processing: ET.Element, one: Written
) -> dict[str, str]:
    lettered = dict(zip(LETTERS, question.displayed_options, strict=False))
    single = len(question.right_options) == 1
    response = child(
        *(presentation, "response_lid"),
        ident=RESPONSE,
        rcardinality="Single" if single else "Multiple",
    )
    choices = child(response, "render_choice", shuffle="Yes" if one.shuffled else "No")
    for letter, option in lettered.items():
        _material(child(choices, "response_label", ident=letter), inline_html(option.text))
        _equal(_condition(processing, feedback=f"{letter}_fb"), letter)
    right = _condition(processing, score="100")
    if not single:
        right = child(right, "and")
    for letter, option in lettered.items():
        if option.correct:
            _equal(right, letter)
        elif not single:
            _equal(child(right, "not"), letter)
    return {f"{letter}_fb": inline_html(option.rationale) for letter, option in lettered.items()}


@_add_answers.register
def _add_steps(
    question: Ordering, presentation: ET.Element, processing: ET.Element, one: Written
) -> dict[str, str]:
    """Add the places of an ordering, each with all steps to choose from."""
    steps = [step.text for step in question.steps]
    rows = [(f"Step {place}", step) for place, step in enumerate(steps, 1)]
    return _add_rows(presentation, processing, rows, question.choices)


@_add_answers.register
def _add_pairs(
    question: Matching, presentation: ET.Element, processing: ET.Element, one: Written
) -> dict[str, str]:
    """Add the prompts of a matching, each with all answers to choose from."""
    rows = [(inline_html(pair.prompt), pair.answer) for pair in question.pairs]
    return _add_rows(presentation, processing, rows, question.choices)


def _add_rows(
    presentation: ET.Element,
    processing: ET.Element,
    rows: list[tuple[str, str]],
    answers: Iterable[str],
) -> dict[str, str]:
    """Add prompts (HTML) with their answers (Markdown), each of which brings its share."""
    lettered = dict(zip(answers, LETTERS, strict=False))
    for place, (prompt, right) in enumerate(rows, 1):
        response = child(presentation, "response_lid", ident=f"response_{place}")
        _material(response, prompt)
        choices = child(response, "render_choice")
        for answer, letter in lettered.items():
            material = child(child(choices, "response_label", ident=letter), "material")
            # Answers stand in a select, which has no markup.
            child(material, "mattext", plain_text(answer))
        condition = _condition(processing, score=f"{100 / len(rows):.2f}", action="Add")
        _equal(condition, lettered[right], f"response_{place}")
    return {}


@_add_answers.register
def _add_blank(
    question: Numeric, presentation: ET.Element, processing: ET.Element, one: Written
) -> dict[str, str]:
    """Add where to write a number, and what is right."""
    response = child(presentation, "response_str", ident=RESPONSE, rcardinality="Single")
    child(child(response, "render_fib", fibtype="Decimal"), "response_label", ident="answer1")
    (number, _, rationale), *_ = one.numbers
    right, tolerance = Decimal(str(number)), Decimal(str(question.tolerance))
    either = child(_condition(processing, score="100", feedback="answer1_fb"), "or")
    _equal(either, plain_number(right))
    between = child(either, "and")
    child(between, "vargte", plain_number(EXACT.subtract(right, tolerance)), respident=RESPONSE)
    child(between, "varlte", plain_number(EXACT.add(right, tolerance)), respident=RESPONSE)
    return {"answer1_fb": inline_html(rationale)}


def _condition(
    processing: ET.Element, score: str | None = None, action: str = "Set", feedback: str = ""
) -> ET.Element:
    """Add what follows from a condition; return the element that takes the condition."""
    # The next condition is looked at too, unless the whole mark is decided.
    last = score is not None and action == "Set"
    element = child(processing, "respcondition", **{"continue": "No" if last else "Yes"})
    condition = child(element, "conditionvar")
    if score is not None:
        child(element, "setvar", score, action=action, varname="SCORE")
    if feedback:
        child(element, "displayfeedback", feedbacktype="Response", linkrefid=feedback)
    return condition


def _equal(condition: ET.Element, value: str, response: str = RESPONSE) -> None:
    child(condition, "varequal", value, respident=response)


def _material(parent: ET.Element, html: str) -> None:
    child(child(parent, "material"), "mattext", html, texttype="text/html")
