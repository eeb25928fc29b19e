"""A composed schedule is the package's, and so is what its PyTorch code does."""

import warnings

import pytest
import torch

from everystep.core import schedules

READ = """(texts) => {
  try {
    return everystep.compose.read(texts);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
}"""
RATES = """(texts) => {
  const rate = everystep.compose.rateOf(everystep.compose.read(texts));
  return Array.from({ length: Number(texts.updates) }, (_, step) => rate(step));
}"""
PYTHON = "(texts) => everystep.compose.python(everystep.compose.read(texts))"
# By form: its schedule in the package for n updates, from texts as numbers.
FORMS = {
    "constant": lambda n: schedules.constant(),
    "step decay": lambda n, every, factor: schedules.step_decay(int(every), factor),
    "exponential": lambda n, decay: schedules.exponential(decay),
    "polynomial": lambda n, power: schedules.polynomial(n, power),
    "cosine": lambda n, floor: schedules.cosine(n, floor),
    "cosine with restarts": lambda n, period, growth, floor: schedules.cosine_restarts(
        int(period), int(growth), floor
    ),
    "one-cycle": lambda n, rise, start, end: schedules.one_cycle(n, rise, start, end),
    "constant, then cooldown": lambda n, cooldown, floor: schedules.cooldown(
        n, int(cooldown), floor
    ),
}
# Settings of the forms, each with and without warm-up, but for the one that has none.
SET = [
    ("constant", {}),
    ("step decay", {"every": "60", "factor": "0.3"}),
    ("step decay", {"every": "1", "factor": "0.99"}),
    ("step decay", {"every": "100", "factor": "0"}),
    ("exponential", {"decay": "0.985"}),
    ("exponential", {"decay": "1"}),
    ("polynomial", {"power": "1"}),
    ("polynomial", {"power": "2.5"}),
    ("polynomial", {"power": "0.5"}),
    ("cosine", {"floor": "0"}),
    ("cosine", {"floor": "0.1"}),
    ("cosine", {"floor": "1"}),
    ("cosine with restarts", {"period": "50", "growth": "1", "floor": "0"}),
    ("cosine with restarts", {"period": "20", "growth": "2", "floor": "0.05"}),
    ("one-cycle", {"rise": "0.3", "start": "0.04", "end": "0.000004"}),
    ("one-cycle", {"rise": "0.75", "start": "1", "end": "1e-7"}),
    ("one-cycle", {"rise": "0.01", "start": ".2", "end": "0.5"}),
    ("constant, then cooldown", {"cooldown": "80", "floor": "0"}),
    ("constant, then cooldown", {"cooldown": "1", "floor": "0.2"}),
    ("constant, then cooldown", {"cooldown": "270", "floor": "0.01"}),
]
LENGTHS = {"peak": "0.35", "updates": "300"}
CASES = [
    {"form": form, **LENGTHS, **fields} | ({"warmup": warmup} if warmup else {})
    for form, fields in SET
    for warmup in ("", "30", "1")
    if not (warmup and form == "one-cycle")
]
# The shortest runs.
CASES += [
    {"form": form, "peak": "2", "updates": updates, "warmup": warmup}
    for form in ("constant", "step decay", "exponential", "polynomial", "cosine")
    for updates, warmup in (("1", "0"), ("2", "1"), ("3", "1"))
]
CASES += [
    {"form": "constant, then cooldown", "updates": "9", "cooldown": "9", "warmup": "0"},
    {"form": "one-cycle", "updates": "4", "rise": "0.5", "start": "0.1", "end": "0.01"},
]
FIRST = {"peak": "0.4", "warmup": "0", "every": "300", "factor": "0.1", "decay": "0.995",
         "power": "1", "floor": "0"}  # fmt: skip


def names(case):
    return " ".join(f"{value}" for value in case.values())


def expected(case):
    """Return the rates that the package gives, from the texts alone."""
    form = FORMS[case["form"]]
    wanted = form.__code__.co_varnames[1 : form.__code__.co_argcount]
    held = {name: float(text) for name, text in (FIRST | case).items() if name != "form"}
    updates, warmup = int(held["updates"]), int(held["warmup"])
    then = form(updates - warmup, **{name: held[name] for name in wanted})
    schedule = schedules.warmup(warmup, then)
    return [held["peak"] * schedule(step) for step in range(updates)]


def rates_of(source, updates):
    """Run the code, and return the rate that its optimizer has at each update."""
    held = {"model": torch.nn.Linear(1, 1)}
    rates = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(source, "schedule", "exec"), held)
        for _ in range(updates):
            rates.append(held["optimizer"].param_groups[0]["lr"])
            held["optimizer"].step()
            held["scheduler"].step()
    return rates


@pytest.mark.parametrize("case", CASES, ids=names)
def test_rates_are_those_of_the_package_and_of_the_code(calculator, case):
    known = expected(case)
    assert calculator.evaluate(RATES, case) == pytest.approx(known, rel=1e-12, abs=1e-15)
    source = calculator.evaluate(PYTHON, case)
    assert rates_of(source, len(known)) == pytest.approx(known, rel=0, abs=1e-9)


def test_every_form_is_tested_with_all_its_settings(calculator):
    fields = calculator.evaluate(
        "Object.fromEntries(everystep.compose.FORMS.map("
        "(form) => [form, everystep.compose.fieldsOf(form)]))"
    )
    assert set(fields) == set(FORMS)
    for form, own in SET:
        before = ["peak", "updates"] + ["warmup"] * (form != "one-cycle")
        assert fields[form] == [*before, *own]


def test_code_with_a_fault_would_be_found(calculator):
    case = {"form": "cosine", **LENGTHS, "warmup": "30"}
    source = calculator.evaluate(PYTHON, case)
    for right, wrong in (("1 / (warmup + 1)", "1 / warmup"), ("T_max=updates - warmup",
                         "T_max=updates"), ("[warmup]", "[warmup + 1]")):  # fmt: skip
        assert right in source
        found = rates_of(source.replace(right, wrong), 300)
        assert found != pytest.approx(expected(case), rel=0, abs=1e-9)


def test_what_is_left_out_is_as_at_first(calculator):
    found = calculator.evaluate(READ, {})
    assert found == {
        "form": "cosine",
        "values": {"peak": 0.4, "updates": 1000, "warmup": 0, "floor": 0},
    }


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"form": "toString"}, "form must be one of constant, step decay"),
        ({"peak": "0"}, "peak must be a positive number that is finite, got 0"),
        ({"updates": "1000000"}, "updates must be a whole number from 1 to 100000"),
        ({"warmup": "1000"}, "warmup must be below the schedule's 1000 updates, got 1000"),
        ({"floor": "2"}, "floor must be a number from 0 to 1, got 2"),
        ({"power": "2"}, 'cosine has no setting "power"'),
        ({"__proto__x": "2"}, 'cosine has no setting "__proto__x"'),
        ({"form": "one-cycle", "warmup": "5"}, 'one-cycle has no setting "warmup"'),
        ({"form": "one-cycle", "updates": "10", "rise": "0.1"}, "above 1 / 10, one update"),
        ({"form": "one-cycle", "rise": "1"}, "below 1, got 1"),
        ({"form": "one-cycle", "end": "0"}, "start and end must be above 0, got 0.04 and 0"),
        (
            {"form": "constant, then cooldown", "cooldown": "901", "warmup": "100"},
            "cooldown must be at most 900, the updates after the warm-up, got 901",
        ),
    ],
)
def test_what_cannot_be_is_named(calculator, texts, message):
    assert message in calculator.evaluate(READ, texts)


def test_moments_are_put_in_order_and_checked(calculator):
    moments = """(text) => {
      try {
        return everystep.compose.moments(text);
      } catch (error) {
        return error.message;
      }
    }"""
    assert calculator.evaluate(moments, " 5, 1 1\n20 ,") == [1, 5, 20]
    assert calculator.evaluate(moments, "") == []
    assert "rows must be a whole number" in calculator.evaluate(moments, "1, x")
    many = " ".join(map(str, range(21)))
    assert calculator.evaluate(moments, many) == "rows must be at most 20 updates, got 21"
