"""GIFT is read back by the rules of Moodle's importer, question/format/gift/format.php."""

import re
from html import unescape

from everystep.bank.exports.gift import gift
from tests.bank.roundtrip import assert_in_order, bank, expected  # noqa: F401

# The importer replaces escaped characters by marks first, and the marks by characters last.
MARKS = {sign: chr(0xE000 + place) for place, sign in enumerate("~=#{}:n\\")}


def hide(text):
    return re.sub(r"\\([~=#{}:n\\])", lambda match: MARKS[match[1]], text)


def reveal(text):
    for sign, mark in MARKS.items():
        text = text.replace(mark, "\n" if sign == "n" else sign)
    return text.strip()


def split_answer(part):
    """Return text and feedback."""
    text, _, feedback = part.partition("#")
    return reveal(text), reveal(feedback)


def options(answers):
    found = {}
    single = "=" in answers
    for part in answers.replace("=", "~=").split("~")[1:]:
        part = part.strip()
        if not part:
            continue
        weight = re.match(r"%(-?\d{1,3}\.?\d*)%", part)
        share = 100.0 if part[0] == "=" else float(weight[1]) if weight else 0.0
        part = part[1:] if part[0] == "=" else part[weight.end() :] if weight else part
        text, feedback = split_answer(part)
        found[text] = (share, feedback)
    return ("single" if single else "multiple", found)


def numbers(answers):
    found = []
    for part in answers.removeprefix("#").split("=")[1:]:
        weight, rest = re.match(r"%(\d+)%(.*)", part.strip(), re.DOTALL).groups()
        text, feedback = split_answer(rest)
        value, _, tolerance = text.partition(":")
        found.append((float(value), float(tolerance), int(weight), feedback))
    return ("numeric", found)


def pairs(answers):
    rows = [part.partition("->") for part in answers.split("=")[1:]]
    assert all(arrow for _, arrow, _ in rows)
    return ("matching", [(reveal(prompt), reveal(answer)) for prompt, _, answer in rows])


def without_tags(text):
    return unescape(re.sub("<[^>]+>", "", text))


def read_block(block):
    _, name, rest = hide(block).split("::", 2)
    start, finish = rest.index("{"), rest.index("}")
    assert rest[finish + 1 :] == ""
    assert rest.startswith("[html]")
    text = reveal(rest[len("[html]") : start])
    answers, _, general = rest[start + 1 : finish].strip().rpartition("####")
    answers = answers.strip()
    other = options if "~" in answers else pairs
    parsed = numbers(answers) if answers.startswith("#") else other(answers)
    return name, (text, parsed, reveal(general))


def read(text):
    found, category = {}, None
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith("$CATEGORY: "):
            category = block
            continue
        assert category
        name, question = read_block(block)
        assert name not in found
        found[name] = question
    return found


def test_every_question_comes_back_as_it_was(bank):  # noqa: F811
    found, wanted = read(gift(bank)), expected(bank)
    assert found.keys() == wanted.keys()
    for name, (text, answers, explained) in found.items():
        assert_in_order(wanted[name].text, text)
        kind, parts = wanted[name].answers
        if kind == "ordering":
            steps = enumerate(map(without_tags, parts), 1)
            kind, parts = "matching", [(f"Step {place}", step) for place, step in steps]
        assert answers == (kind, parts), name
        assert_in_order(wanted[name].explained, explained)


def test_lines_cannot_be_taken_for_comments_or_new_questions(bank):  # noqa: F811
    for block in gift(bank).split("\n\n"):
        assert not re.search(r"^\s*//", block, re.MULTILINE)
        assert block.strip()
