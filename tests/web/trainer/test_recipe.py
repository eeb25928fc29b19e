"""A recipe of the page has the fields, the rules and the batches of ``everystep.core.recipe``."""

import dataclasses

import pytest

from everystep.core.recipe import Recipe
from tests.reference.training import N_TRAIN

RUN = """([n, recipes]) => recipes.map(([fields]) => {
  try {
    const recipe = everystep.recipe.complete(fields);
    const batches = everystep.recipe.epochBatches(recipe, n);
    everystep.recipe.rates(recipe, batches.flat().length);
    return batches;
  } catch (error) {
    return error.message.split(", got ")[0];
  }
})"""


def differing(page, reference):
    found = page.evaluate(RUN, [N_TRAIN, reference["recipes"]])
    return [
        (row, result, expected)
        for (row, expected), result in zip(reference["recipes"], found, strict=True)
        if result != expected
    ]


def test_the_batches_and_the_errors_are_those_of_the_package(page, reference):
    assert differing(page, reference) == []


def test_the_fields_and_their_defaults_are_those_of_the_package(page):
    needed = {"batch_size": 4, "lr": 0.5, "epochs": 2}
    recipe = page.evaluate("(fields) => everystep.recipe.complete(fields)", needed)
    expected = dataclasses.asdict(Recipe(**needed))
    del expected["name"]
    expected |= {"betas": list(expected["betas"]), "batch_growth": []}
    assert recipe == expected


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"learning_rate": 1}, "a recipe has no field learning_rate"),
        ({"constructor": 1}, "a recipe has no field constructor"),
        ({"drop_last": "false"}, 'drop_last must be true or false, got "false"'),
        ({"nesterov": 1}, "nesterov must be true or false, got 1"),
        ({"optimizer": "toString"}, "optimizer must be one of 'sgd', 'adamw', got \"toString\""),
        ({"lr": "0.1"}, 'lr must be a finite number of at least 0, got "0.1"'),
        ({"lr": float("nan")}, "lr must be a finite number of at least 0, got NaN"),
        ({"batch_size": float("inf")}, "batch_size must be a whole number of at least 1, "
         "got Infinity"),
    ],
)  # fmt: skip
def test_what_comes_from_anywhere_is_refused_by_name(page, fields, message):
    """An address can hold anything; Python has no such arguments."""
    said = page.evaluate(
        """(fields) => {
          const good = { batch_size: 4, lr: 0.1, epochs: 1 };
          try {
            return everystep.recipe.complete({ ...good, ...fields });
          } catch (error) {
            return `${error.name}: ${error.message}`;
          }
        }""",
        fields,
    )
    assert said == f"RangeError: {message}"


@pytest.mark.parametrize("factor", ["-1", "NaN", "Infinity", "undefined"])
def test_a_schedule_that_gives_no_factor_is_refused(page, factor):
    said = page.evaluate(
        """(factor) => {
          const schedule = () => Number(factor);
          const recipe = everystep.recipe.complete({ batch_size: 4, lr: 0.1, epochs: 1, schedule });
          try {
            return [...everystep.recipe.rates(recipe, 3)];
          } catch (error) {
            return error.message;
          }
        }""",
        factor,
    )
    assert said == "schedule must give finite factors of at least 0"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("start <= epoch", "start < epoch"),
        (".slice(0, left)", ""),
        ("n % size && !drop_last", "!drop_last"),
        ("if (size % accumulation)", "if (false)"),
        ("(epochs === null) === (steps === null)", "false"),
        ("(isInside && (value !== 0 || !positive))", "(true)"),
        ("schedule.length !== updates", "false"),
        ("!own.includes(name)", "false"),
        (".sort((a, b) => a[0] - b[0])", ""),
    ],
)
def test_a_planted_fault_is_found(trainer, reference, right, wrong):
    with trainer(recipe=(right, wrong)) as page:
        assert differing(page, reference)
