"""The page goes through the tree as the package does."""

import pytest

from everystep.clinic.questions import walk
from everystep.clinic.run_tree import RUN_TREE

WALK = """(measures) => {
  const { sign, unasked, refuted } = everystep.questions.walk(everystep.told.tree, measures);
  const open = unasked.map((one) => [one.sign.text, one.missing]);
  return [sign && sign.text, open, [...refuted].sort()];
}"""


def test_causes_are_those_of_the_package(pairs):
    causes = set()
    for found, expected in pairs.values():
        assert (found["cause"], found["surely"]) == (expected.cause, expected.surely)
        causes.add(expected.cause)
    assert len(causes) > 8


@pytest.mark.parametrize(
    "measures",
    [
        {},
        {"train_growth": 2.0},
        {"train_growth": 1.5, "jumps": 1.0},
        {"jumps": 1.0, "batch_size": 2},
        {"jumps": 1.0, "batch_size": 64},
        {"train_left": 0.5, "share_of_falls": 0.9},
    ],
)
def test_a_tree_is_walked_as_by_the_package(page, measures):
    answer = walk(RUN_TREE, measures)
    assert page.evaluate(WALK, measures) == [
        answer.sign and answer.sign.text,
        [[unasked.sign.text, list(unasked.missing)] for unasked in answer.unasked],
        sorted(answer.refuted),
    ]
