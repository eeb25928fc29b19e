"""A small trainer sets a reader's result beside a finding's; and guesses, before a run."""

import re

import pytest

from everystep.authoring.claims import read_claims
from everystep.core.statistics import difference
from tests.quiz_site import EXPERIMENTS
from tests.web.reader import CLAIMS, GUESS, PROGRESS, QUIZ, TRAINER, Reader, kept, tab_to
from tests.web.shared.test_memory import BLOCKED

CLAIMED = read_claims()
LISTEN = "addEventListener('trained', ({ detail }) => { globalThis.ends = detail.ends; });"
SMALL = "#batch=8&batch2=64&epochs=1&images=64&seeds=10"


def run(place):
    """Train in a place on a page; return what is told beside the finding, if it has one."""
    place.get_by_role("button", name="Train").click()
    place.locator(".result:not([hidden])").wait_for(state="attached", timeout=60_000)
    return place.locator(".yours").all_text_contents()


def guess(place, words):
    place.get_by_label("Guess first").select_option(words)


def claim(page, number):
    return page.locator(".claim").nth(number)


@pytest.mark.parametrize("id", CLAIMED)
def test_the_settings_of_every_claim_can_be_trained(page, id):
    settings = page.evaluate(
        "(text) => everystep.settings.read(everystep.settings.fromAddress(text))",
        CLAIMED[id].address,
    )
    values = CLAIMED[id].values
    assert len(settings["seeds"]) == int(values["seeds"])
    for recipe, suffix in zip(settings["recipes"], ("", "2"), strict=True):
        for name, field in (("batch", "batch_size"), ("rate", "lr"), ("epochs", "epochs")):
            value = float(values.get(name + suffix, values[name]))
            assert recipe["fields"][field] == value


def test_the_readers_result_stands_beside_the_findings(tab):
    page = tab.open(CLAIMS, prepare=lambda page: page.add_init_script(LISTEN))
    place = claim(page, 0)
    book = place.get_by_text("The lab, from seeds of its own: 21.5 points (20.2 to 22.8)")
    assert book.is_hidden(), "first the reader's own"
    [told] = run(place)
    first, second = (
        [100 * v for v in end["val_accuracy"]] for end in page.evaluate("globalThis.ends")
    )
    apart = difference(first, second)
    numbers = re.findall(r"[+−]?\d+\.\d", told)
    assert [float(n.replace("−", "-")) for n in numbers] == pytest.approx(
        [apart.mean, apart.low, apart.high], abs=0.051
    )
    assert f"P(A > B) is {round(100 * apart.p_above)}%, over 10 seeds" in told
    assert told.startswith("Yours: A − B is ")
    assert told.endswith("the same direction as in the lab.") == (apart.mean > 0)
    assert book.is_visible()
    assert place.get_by_text("The lab has other images.").is_visible()
    assert place.locator("figure:visible figcaption").all_inner_texts() == [
        "validation accuracy (%)"
    ]
    place.get_by_text("All records").click()
    assert place.locator(".records tbody tr").first.is_visible()


def test_several_measures_no_difference_and_few_seeds(tab):
    place = claim(tab.open(CLAIMS), 1)
    assert run(place) == [
        "Yours: A − B is 0.000 nats, over 3 seeds: the same direction as in the lab."
    ]
    assert place.locator("figure:visible").count() == 2


def test_the_whole_trainer_opens_with_the_experiment_and_more_seeds(tab):
    page = tab.open(CLAIMS)
    claim(page, 1).get_by_role("link", name="Open it in the full trainer").click()
    page.wait_for_url("**/trainer.html#*")
    assert page.locator("[name=accumulation2]").input_value() == "4"
    assert page.locator("[name=seeds]").input_value() == "10"


def test_a_guess_is_judged_and_the_first_one_kept(tab):
    page = tab.open(CLAIMS)
    place = claim(page, 1)
    tab_to(page, ".claim ~ .claim .guess select")
    page.keyboard.type("A higher by more")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    place.locator(".guessed:not(:empty)").wait_for(timeout=60_000)
    assert place.locator(".guessed").inner_text() == (
        "Wrong. You guessed: A higher by more than 0.5 nats; it came out: "
        "less than 0.02 nats apart (counted on the progress page)."
    )
    counted = {"guess/steps.same": {**GUESS, "direction": 0}}
    assert kept(page) == counted
    guess(place, "less than 0.02 nats apart")
    run(place)
    told = place.locator(".guessed").inner_text()
    assert told.startswith("Right. You guessed: less than")
    assert "not counted, since you had seen this comparison" in told
    page = tab.open(CLAIMS)
    guess(claim(page, 1), "less than 0.02 nats apart")
    run(claim(page, 1))
    assert "not counted" in claim(page, 1).locator(".guessed").inner_text()
    assert kept(page) == counted
    rows = tab.open(PROGRESS).locator(".guesses tbody tr").all_inner_texts()
    assert rows == ["All\t1\t0%\t0%", "Chapter 1\t1\t0%\t0%"]


def test_who_has_seen_the_result_is_not_counted(tab):
    page = tab.open(CLAIMS)
    run(claim(page, 1))
    assert claim(page, 1).locator(".guessed").inner_text() == ""
    guess(claim(page, 1), "less than 0.02 nats apart")
    run(claim(page, 1))
    assert kept(page) == {}


def test_two_recipes_of_the_readers_own_can_be_guessed(tab):
    page = tab.open(TRAINER, address=SMALL)
    place = page.locator(".trainer")
    options = place.get_by_label("Guess first").locator("option").all_inner_texts()
    assert options == [
        "no guess",
        "A higher by more than 10 points",
        "A higher by 3 to 10 points",
        "A higher by 1 to 3 points",
        "less than 1 point apart",
        "B higher by 1 to 3 points",
        "B higher by 3 to 10 points",
        "B higher by more than 10 points",
    ]
    guess(place, "A higher by more than 10 points")
    run(place)
    told = place.locator(".guessed").inner_text()
    assert "You guessed: A higher by more than 10 points; it came out: " in told
    [(key, kept_guess)] = kept(page).items()
    assert re.fullmatch(r"guess/free-[a-z\d]+", key)
    assert kept_guess["chapter"] == "free"
    assert kept_guess["size"] == int(told.startswith("Right. "))
    place.get_by_label("Compare with a second recipe").uncheck()
    assert place.get_by_label("Guess first").is_hidden()
    run(place)
    assert place.locator(".guessed").inner_text() == ""


def test_with_storage_blocked_guesses_are_judged_all_the_same(quiz_site, browser):
    context = browser.new_context(offline=True)
    context.add_init_script(BLOCKED)
    page = Reader(context, quiz_site).open(CLAIMS)  # the theme complains, too
    place = claim(page, 1)
    guess(place, "less than 0.02 nats apart")
    run(place)
    assert place.locator(".guessed").inner_text().startswith("Right. ")
    quiz = page.locator("[data-kind=Quiz] .notice")
    assert "Storage is blocked or full" in quiz.inner_text(), "told where nothing else is told"
    assert page.locator(".trainer .notice").all_inner_texts() == ["", ""]
    context.close()


def test_a_result_that_is_not_finite_is_no_result(tab):
    page = tab.open(CLAIMS)
    place = claim(page, 1)
    guess(place, "A higher by more than 0.5 nats")
    page.evaluate("""() => {
      const trainer = document.querySelectorAll(".claim .trainer")[1];
      trainer.dispatchEvent(new CustomEvent("training", { detail: { ends: [] } }));
      const end = { train_loss: [NaN], val_loss: [1] };
      const detail = { texts: {}, names: [], ends: [end, end] };
      trainer.dispatchEvent(new CustomEvent("trained", { detail }));
    }""")
    assert place.locator(".yours").inner_text() == "Yours: not finite."
    assert place.locator(".guessed").inner_text() == "The result is not finite: no guess fits it."
    assert kept(page) == {}


@pytest.fixture
def predict(tab):
    """Return a page that has the functions, before anything was trained."""
    return tab.open(TRAINER)


@pytest.mark.parametrize(
    ("unit", "bands"),
    [
        ("points", {0: 0, 0.99: 0, 1: 1, 2.9: 1, 3: 2, 10: 3, -0.5: 0, -1: -1, -9.9: -2, -80: -3}),
        ("nats", {0.01: 0, 0.02: 1, 0.1: 2, 0.5: 3, -0.3: -2}),
        ("times", {1: 0, 1.19: 0, 1.2: 1, 2: 2, 5: 3, 0.9: 0, 0.8: -1, 0.5: -2, 0.1: -3}),
    ],
)
def test_sizes_fall_into_bands(predict, unit, bands):
    found = predict.evaluate(
        "([values, unit]) => values.map((value) => everystep.predict.bandOf(value, unit))",
        [list(bands), unit],
    )
    assert found == list(bands.values())


ENDS = [
    {"train_accuracy": [0.9, 0.5], "val_accuracy": [0.8, 0.7], "val_loss": [1, 2]},
    {"train_accuracy": [0.4, 0.3], "val_accuracy": [0.1, 0.9], "val_loss": [4, 4]},
]
BOTH = ["train_accuracy", "val_accuracy"]


@pytest.mark.parametrize(
    ("measure", "above", "compare", "values"),
    [
        (["val_accuracy"], None, "A - B", [70, -20]),
        (["val_accuracy"], None, "B - A", [-70, 20]),
        (["val_loss"], None, "B / A", [4, 2]),
        (["val_loss"], None, "A / B", [0.25, 0.5]),
        (BOTH, None, "A - B", [50, -20]),
        (["train_accuracy"], 80, "A - B", [100, 0]),
        (["train_accuracy"], 45, "B - A", [-100, -100]),
    ],
)
def test_what_is_compared(predict, measure, above, compare, values):
    told = {"measure": measure, "above": above, "compare": compare}
    found = predict.evaluate(
        "([claim, ends]) => everystep.predict.compared(claim, ends)", [told, ENDS]
    )
    assert found == pytest.approx(values)


def test_without_javascript_the_finding_is_there(reader):
    with reader(java_script_enabled=False) as one:
        page = one.open(CLAIMS)
        assert page.get_by_text(EXPERIMENTS["steps.batch"]["question"]).first.is_visible()
        assert page.get_by_text("21.5 points").first.is_visible()


def test_a_page_without_a_trainer_asks_for_no_guess(tab):
    assert tab.open(QUIZ).evaluate("'predict' in everystep") is False
