"""A reader brings a log."""

import json

import pytest

from tests.clinic.kinds_of_logs import logs, no_logs, tensorboard
from tests.web.reader import CLINIC, tab_to


def give(page, *names, contents=None):
    """Choose files, and wait until they are read."""
    contents = contents or logs() | no_logs()
    files = []
    for name in names:
        content = contents[name]
        content = content if isinstance(content, bytes) else content.encode()
        files.append({"name": name, "mimeType": "text/plain", "buffer": content})
    page.evaluate("document.querySelector('.status').textContent = ''")
    page.set_input_files(".clinic [type=file]", files)
    return status(page)


def say(page, name, text):
    """Say otherwise what a field of the form asks."""
    page.get_by_text("Say otherwise").click()
    page.locator(f"[name={name}]").fill(text)
    page.locator(f"[name={name}]").press("Tab")


def status(page):
    """Return what the page says when it has read."""
    page.wait_for_function(
        "!/^(|Reading .*)$/.test(document.querySelector('.clinic .status').textContent)"
    )
    return page.locator(".clinic .status").inner_text()


def report(page):
    return page.locator(".clinic .report").inner_text()


def test_a_file_is_chosen_and_the_report_is_shown(tab):
    page = tab.open(CLINIC)
    said = give(page, "training.log")
    assert said == "training.log: It overfits: it learns the training set by heart. Clear."
    assert page.locator(".clinic canvas").count() == 2
    assert "Format: Keras history." in report(page)
    assert "Epochs count from 0" in report(page)


def test_nothing_is_kept(tab):
    page = tab.open(CLINIC)
    before = page.evaluate("JSON.stringify(Object.entries(localStorage))")
    give(page, "training.log")
    assert page.evaluate("JSON.stringify(Object.entries(localStorage))") == before
    assert page.evaluate("sessionStorage.length") == 0


def test_a_log_is_pasted_without_a_mouse(tab):
    page = tab.open(CLINIC)
    tab_to(page, ".clinic textarea")
    page.keyboard.insert_text(logs()["plateau.csv"])
    tab_to(page, "[data-do=paste]")
    page.keyboard.press("Enter")
    assert status(page).startswith("pasted text: ")
    assert "cut at unequal distances" in report(page)


def test_a_log_is_dropped(tab):
    page = tab.open(CLINIC)
    data = page.evaluate_handle(
        """(text) => {
          const data = new DataTransfer();
          data.items.add(new File([text], "dropped.csv"));
          return data;
        }""",
        logs()["percent.tsv"],
    )
    page.dispatch_event(".clinic .drop", "dragover", {"dataTransfer": data})
    assert page.locator(".drop.over").count() == 1
    page.dispatch_event(".clinic .drop", "drop", {"dataTransfer": data})
    assert status(page).startswith("dropped.csv: ")
    assert page.locator(".drop.over").count() == 0


def test_every_example_is_read(tab):
    page = tab.open(CLINIC)
    verdicts = set()
    for button in page.locator(".examples button").all():
        page.evaluate("document.querySelector('.status').textContent = ''")
        button.click()
        verdicts.add(status(page).split(": ", 1)[1])
    assert len(verdicts) == 3


def test_what_was_assumed_can_be_said_otherwise(tab):
    page = tab.open(CLINIC)
    give(page, "training.log")
    say(page, "n_classes", "10")
    page.wait_for_function("document.querySelector('.report').innerText.includes('Classes: 10')")
    page.locator("select[name=val_loss]").select_option("none")
    page.locator("select[name=val_accuracy]").select_option("none")
    page.wait_for_function("!document.querySelector('.report').innerText.includes('Validation l')")
    page.locator("select[name=epochs]").select_option("1")
    page.wait_for_function("document.querySelector('.report').innerText.includes('39 epochs')")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("n_classes", "many", "classes: must be a finite number of at least 0."),
        ("batch", "-3", "samples that one device passes forward at once: must be a finite number"),
        ("run", "0", "run: must be a whole number from 1 on."),
        ("run", "7", "There is no run 7; the file holds 1."),
    ],
)
def test_what_cannot_be_is_named_and_the_report_stays(tab, name, text, said):
    page = tab.open(CLINIC)
    give(page, "training.log")
    before = report(page)
    say(page, name, text)
    page.wait_for_function(
        "(t) => document.querySelector('.status').textContent.includes(t)", arg=said
    )
    assert report(page) == before


def test_a_log_whose_columns_nobody_knows_can_be_told_what_they_are(tab):
    page = tab.open(CLINIC)
    assert "No column is known as a loss" in give(page, "unknown.csv")
    assert page.locator(".result").is_hidden()
    page.get_by_text("Say otherwise").click()
    page.locator("select[name=train_loss]").select_option("apples")
    page.wait_for_function("document.querySelector('.report').innerText.includes('(apples)')")


def test_exports_of_tensorboard_are_joined(tab):
    page = tab.open(CLINIC)
    contents = {
        "run-train-tag-loss.csv": tensorboard([2 / (1 + i) for i in range(60)]),
        "run-validation-tag-loss.csv": tensorboard([3 / (1 + i) for i in range(60)]),
    }
    assert give(page, *contents, contents=contents).startswith("run-train-tag-loss.csv + run-val")
    assert "joined at equal steps" in report(page)
    assert [o.inner_text() for o in page.locator(".clock option").all()] == ["updates", "seconds"]


@pytest.mark.parametrize("name", no_logs())
def test_what_is_no_log_gets_a_sentence_and_the_next_log_is_read(tab, name):
    page = tab.open(CLINIC)
    give(page, "training.log")
    assert give(page, name).endswith(".")
    assert page.locator(".result").is_hidden()
    assert give(page, "steps.csv").startswith("steps.csv: Healthy")


def test_markup_in_names_is_text(tab):
    page = tab.open(CLINIC)
    give(page, "script.csv")
    assert "<script>alert(1)</script>" in report(page)
    assert page.locator(".clinic :is(.report, .lines, .columns) :is(script, img)").count() == 0


def test_a_log_that_takes_too_long_is_stopped(tab):
    """A worker that never answers stands for it."""
    page = tab.open(CLINIC, prepare=lambda page: page.clock.install())
    page.evaluate("everystep.core.worker = () => new Worker(URL.createObjectURL(new Blob(['']))) ")
    page.set_input_files(
        ".clinic [type=file]",
        {"name": "a.csv", "mimeType": "text/csv", "buffer": logs()["steps.csv"].encode()},
    )
    page.wait_for_function("document.querySelector('.status').textContent.startsWith('Reading')")
    page.clock.fast_forward(21_000)
    page.wait_for_function("document.querySelector('.status').textContent.includes('was stopped')")


def test_the_report_is_saved_as_text(tab):
    page = tab.open(CLINIC)
    give(page, "training.log")
    with page.expect_download() as download:
        page.locator("[data-do=save]").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert text.startswith("training.log: It overfits")
    assert "What was assumed\n  - " in text


def test_on_paper_stand_curves_and_report_alone(tab):
    page = tab.open(CLINIC)
    give(page, "training.log")
    page.emulate_media(media="print")
    assert page.locator(".clinic .report").is_visible()
    assert page.locator(".clinic canvas").first.is_visible()
    assert (
        page.locator(".clinic :is(.drop, .buttons, .otherwise)").locator("visible=true").count()
        == 0
    )


def test_on_a_narrow_screen_nothing_is_cut_off(reader):
    with reader(width=320, theme="dark") as one:
        page = one.open(CLINIC)
        give(page, "script.csv")
        page.get_by_text("Say otherwise").click()
        page.get_by_text("Numbers", exact=True).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_javascript_it_names_the_command(reader):
    with reader(java_script_enabled=False) as one:
        page = one.open(CLINIC)
        assert page.get_by_text("everystep diagnose LOG").is_visible()
        assert page.locator(".clinic [type=file]").is_hidden()


def test_examples_are_the_logs_of_the_chapter(tab):
    page = tab.open(CLINIC)
    examples = page.evaluate("everystep.examples")
    assert len(examples) == 3
    state = json.loads(examples["a Trainer's log"]["text"])
    assert state["global_step"] < state["max_steps"]
