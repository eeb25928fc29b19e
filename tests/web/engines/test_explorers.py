"""Every explorer answers in Chromium, Firefox and WebKit, from disk and from a server."""

from selenium.webdriver.common.keys import Keys

from everystep.core import schedules
from everystep.core.steps import total_steps
from tests.clinic.kinds_of_logs import logs
from tests.web.reader import CLINIC, COMPOSER, KNOB, MAP, PLANNER


def type_into(visitor, selector, text):
    field = visitor.find(selector)
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(text, Keys.TAB)


def test_the_planner_counts(visitor):
    visitor.open(PLANNER)
    job = {
        "per_machine": 1,
        "samples": 1437,
        "batch": 8,
        "workers": 2,
        "accumulation": 4,
        "epochs": 20,
    }
    for name, value in job.items():
        type_into(visitor, f"[name={name}]", str(value))
    total = total_steps(1437, 8, 20, accumulation=4, workers=2)
    visitor.wait(f"document.querySelector('tr[data-row=total] td').textContent === '{total}'")


def test_the_composer_draws_and_tells(visitor):
    visitor.open(COMPOSER)
    type_into(visitor, "[name=rows]", "0, 500")
    rows = visitor.ask(
        "[...document.querySelectorAll('.numbers tbody tr')]"
        ".map(row => [...row.cells].map(cell => cell.textContent))"
    )
    factor = schedules.warmup_cosine(1000, 100)
    told = {int(row[0]): float(row[1]) for row in rows}
    assert {step: f"{rate:.3g}" for step, rate in told.items()} == {
        step: f"{0.4 * factor(step):.3g}" for step in (0, 500)
    }
    assert visitor.shown("canvas")


def test_a_cell_of_the_map_is_told_and_trained(visitor):
    visitor.open(MAP)
    cells = visitor.shown("[data-kind=Map] tbody td[style]")
    visitor.run("arguments[0].scrollIntoView({ block: 'center' });", cells[3])
    before = visitor.text("[data-kind=Map] .told")
    cells[3].click()
    assert visitor.text("[data-kind=Map] .told") != before
    assert visitor.shown("[data-kind=Map] canvas")


def test_a_log_that_is_pasted_is_read(visitor):
    visitor.open(CLINIC)
    visitor.run(
        "document.querySelector('.clinic textarea').value = arguments[0];", logs()["training.log"]
    )
    visitor.click("[data-do=paste]")
    visitor.wait("document.querySelector('.clinic .status').textContent.includes('It overfits')")
    assert len(visitor.shown(".clinic canvas")) == 2
    assert "Format: Keras history." in visitor.text(".clinic .report")


def test_a_puzzle_of_the_knob_is_trained_and_judged(visitor):
    visitor.open(KNOB)
    visitor.click("[data-do=draw]")
    visitor.wait("document.querySelector('.guess [type=submit]').checkVisibility()")
    visitor.wait("!document.querySelector('.guess [type=submit]').disabled")
    knob = visitor.ask("everystep.knobs.draw(Number(location.hash.split('=')[1])).knob")
    visitor.click(f"[name=knob][value='{knob}']")
    visitor.click(".guess [type=submit]")
    assert visitor.text("[data-kind=Knob] .outcome").startswith("✓ Right")
