"""What the tests of the linter have in common."""

import datetime

from everystep.bank.lint import lint
from everystep.bank.read import read_bank
from tests.bank.questions import item, option, write_bank

TODAY = datetime.date(2026, 11, 30)


def breaches(folder, *items):
    """Return what the linter says of a bank with these items, with the rules' ids."""
    found = lint(read_bank(write_bank(folder, *items)), TODAY)
    return [(breach.rule, breach.sentence) for breach in found]


def sentences(folder, *items):
    """Return what the linter says of a bank with these items."""
    return [sentence for _, sentence in breaches(folder, *items)]


def options(*texts, keys=1):
    """Return options of which the first ``keys`` are right."""
    return [option(text, None if place < keys else "x") for place, text in enumerate(texts)]


def single(*texts, **changes):
    return item("single", options=options(*texts), **changes)


def assert_told(folder, rule, breach, said, near_miss):
    """Fail unless a rule, and no other, tells a breach, and a near miss breaks none."""
    found = breaches(folder, breach)
    assert any(rule == told and said in sentence for told, sentence in found), found
    assert breaches(folder, near_miss) == []
