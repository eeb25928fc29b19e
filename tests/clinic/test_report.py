from dataclasses import replace

import numpy as np
import pytest

from everystep.clinic.diagnosis import examine
from everystep.clinic.report import as_text, sections
from everystep.clinic.run_log import Curve, RunLog
from tests.clinic.made_logs import EPOCHS, FALL, log_of, sound

FALLING = 3 - EPOCHS / 20


def lines_of(log):
    return {section.title: section.lines for section in sections(examine(log))}


def test_a_report_says_what_the_log_says():
    facts = {"epochs_made": 2.25, "epochs_planned": 3.0, "steps_per_epoch": 100.0, "batch": 8.0}
    lines = lines_of(sound(facts))["What the log says"]
    assert "225 updates of 300 planned." in lines
    assert "2.25 epochs of 3 planned, 100 updates each." in lines
    assert "Epoch 3 was begun and not ended: 25.0% of it was made." in lines
    assert any(line.startswith("Learning rate: linear, from 0.1") for line in lines)
    assert any("from 1.633 to 0.2001 in 30 records; lowest 0.2001 at epoch 30" in x for x in lines)


def test_a_batch_of_one_device_is_told_with_what_may_multiply_it():
    def told(**facts):
        lines = lines_of(sound(facts))["What the log says"]
        return next(line for line in lines if line.startswith("An update has"))

    assert told(batch=8.0) == (
        "An update has at least 8 samples, the batch of one device: the log tells neither how many "
        "devices made an update together, nor how many batches were added up for it."
    )
    assert told(batch=8.0, devices=2.0) == (
        "An update has at least 16 samples, one batch of each device: the log does not tell how "
        "many batches were added up for an update."
    )
    assert told(batch=8.0, accumulation=4.0) == (
        "An update has at least 32 samples, those of one device: the log does not tell how many "
        "devices made an update together."
    )
    assert told(batch=8.0, devices=2.0, accumulation=4.0) == "An update has 64 samples."


def test_the_end_of_a_schedule_is_told_as_planned():
    facts = {"steps_per_epoch": 100.0, "epochs_planned": 30.0}
    rate = 0.1 * (1 - (EPOCHS - 0.01) / 30)
    line = next(x for x in lines_of(sound(facts, rate=rate))["What the log says"] if "rate:" in x)
    assert "to 0 at 30 epochs;" in line


def test_counts_of_one_of_several_runs_say_so():
    facts = {"epochs_made": 2.0, "epochs_planned": 3.0, "steps_per_epoch": 100.0}
    lines = lines_of(replace(sound(facts), run="run 2 of 2"))["What the log says"]
    assert "200 updates of 300 planned (run 2 of 2)." in lines
    assert "2 epochs of 3 planned, 100 updates each (run 2 of 2)." in lines


def test_a_report_counts_what_is_not_finite_and_what_was_recorded_once():
    broken = log_of(train_loss=[2.0, 1.0, np.nan, np.nan], val_loss=[1.5], val_error=[np.inf])
    text = " ".join(lines_of(broken)["What the log says"])
    assert "2 records are not finite" in text
    assert "1.5, recorded once" in text
    assert "no finite value" in text


def test_a_log_that_does_not_begin_at_the_beginning_is_told():
    late = log_of(train_loss=FALL, train_accuracy=np.full(30, 0.997))
    text = " ".join(lines_of(late)["What the log says"])
    assert "99.70%: either the task is very easy, or the log continues" in text
    curve = Curve("loss", FALL[:9], epochs=np.arange(40.0, 49.0))
    cut = RunLog("table", {"train_loss": (curve,)}, {}, (), "epoch")
    assert "loss begins at 40; what came before" in " ".join(lines_of(cut)["What the log says"])


def test_updates_are_told_whole_however_many():
    loss = Curve("loss", FALL[:9], steps=np.arange(12_345.0, 102_346.0, 10_000.0)[:9])
    log = RunLog("table", {"train_loss": (loss,)}, {}, (), "step")
    assert any("highest 1.633 at 12,345." in x for x in lines_of(log)["What the log says"])


def test_overfitting_is_told_with_what_it_did_to_accuracy():
    turned = np.concatenate([FALL[:12], np.linspace(FALL[12], 2, 18)])
    lines = lines_of(sound(val_loss=turned))["What it suggests"]
    assert any("Validation accuracy ends at 93.3%, its best was 93.3%" in line for line in lines)
    assert lines[-2] == "val_loss 1 was lowest at epoch 13."
    assert "Where a loss rises" in lines[-1]
    no_loss = lines_of(sound(val_loss=None, val_accuracy=1 - turned / 4))["What it suggests"]
    assert "validation loss or error has risen" in no_loss[1]
    assert no_loss[-1].startswith("Validation accuracy ends at 50.0%, its best was")
    assert "Where a loss rises" not in no_loss[-1]


def test_sets_that_differ_do_not_hide_that_validation_turned():
    turned = np.concatenate([FALL[:12], np.linspace(FALL[12], 2, 18)])
    lines = lines_of(sound(val_loss=[turned, turned + 3]))["What it suggests"]
    assert lines[0].startswith("The validation sets differ")
    assert lines[2] == (
        "Something else shows as well. It overfits: it learns the training set by heart. Clear."
    )
    assert lines[3].startswith("Has validation turned? Seen: ")
    assert lines[4] == "val_loss 1 was lowest at epoch 13."
    falling = lines_of(sound(val_loss=[FALL, FALL + 3]))["What it suggests"]
    assert falling[0].startswith("The validation sets differ")
    assert not any("as well" in line for line in falling)


def test_contradictions_are_told_or_that_there_are_none():
    agree = "Do its numbers agree?"
    assert "Nothing in it contradicts itself" in lines_of(sound())[agree][0]
    wrong = {"steps_made": 1000.0, "steps_planned": 1000.0, "epochs_planned": 4.0}
    assert "33.3 an epoch" in lines_of(sound(wrong))[agree][0]


def test_what_could_not_be_asked_has_a_reason_and_what_to_record():
    lines = lines_of(sound())
    assert (
        "Leak: not asked, because the log does not tell how many validation samples are in the "
        "training set too."
    ) in lines["What could not be asked"]
    assert any("(say it now: duplicates)" in line for line in lines["What next"])
    assert not any(
        line.startswith("Leak")
        for line in lines_of(sound({"duplicates": 0.0}))["What could not be asked"]
    )


def test_without_validation_overfitting_is_named_once_among_what_was_not_asked():
    lines = lines_of(sound(val_loss=None, val_accuracy=None))["What could not be asked"]
    (line,) = [line for line in lines if "verfitting" in line]
    assert line.endswith("because the log does not tell validation at several moments.")


def test_an_error_beside_the_loss_is_told_and_an_accuracy_that_fell_is_not_called_steady():
    turned = FALL + 2 * np.clip(EPOCHS - 12, 0, None) / 18
    error = np.linspace(0.9, 0.6, 30)
    told = lines_of(sound(val_loss=turned, val_error=error))["What it suggests"]
    assert any(
        line.startswith("val_error 1 ends at 0.6, its best was 0.6 at epoch 30.") for line in told
    )
    for end, steady in ((0.8, True), (0.6, False)):
        accuracy = np.append(np.linspace(0.5, 0.81, 29), end)
        told = lines_of(sound(val_loss=turned, val_accuracy=accuracy))["What it suggests"]
        assert any("surer of the same mistakes" in line for line in told) == steady


@pytest.mark.parametrize(("epochs", "words"), [(13_501.0, "13,501 epochs"), (2.5, "2.5 epochs")])
def test_many_epochs_are_whole_numbers(epochs, words):
    assert f"{words}." in lines_of(sound({"epochs_made": epochs}))["What the log says"]


def test_a_cause_that_another_sign_refuted_counts_as_asked():
    assert not any("Overfitting" in line for line in lines_of(sound())["What could not be asked"])


def test_a_cause_that_the_verdict_names_as_well_is_not_told_as_unasked():
    cut = lines_of(sound(rate=0.1 * (1 - EPOCHS / 90)))
    assert "it was stopped early" in cut["What it suggests"][0]
    assert not any("topped before" in line for line in cut["What could not be asked"])
    assert any(
        "topped before" in line for line in lines_of(sound(rate=None))["What could not be asked"]
    )


def test_what_was_recorded_is_not_asked_for():
    negative = log_of(train_loss=-FALL)
    asked = [line for line in lines_of(negative)["What next"] if line.startswith("To record")]
    assert asked
    assert "To record next time: the training loss." not in asked
    assert "To record next time: the training loss." in lines_of(log_of(val_loss=FALL))["What next"]


def test_a_problem_comes_with_sign_knob_second_run_and_section():
    lines = lines_of(sound({"epochs_planned": 60.0}, train_loss=FALLING, val_loss=FALLING))
    assert "Seen: fewer than 98% of the planned updates were made." in lines["What it suggests"][1]
    assert lines["What it suggests"][0].endswith("Clear.")
    assert (
        "Knob: more updates, to the end of the plan, unless it was stopped on purpose."
        in lines["What next"]
    )
    assert any(line.startswith("A second run that decides") for line in lines["What next"])
    assert lines["What next"][-1].endswith("section “Did the rate go as planned?”.")


def test_health_is_never_promised():
    assert any("no sign of trouble" in line for line in lines_of(sound())["What it suggests"])


def test_the_text_begins_with_the_verdict_and_fits_a_terminal():
    text = as_text("metrics.csv", examine(sound()))
    assert text.startswith("metrics.csv: Healthy, as far as this log shows. Likely.\n")
    assert max(map(len, text.splitlines())) <= 100
    assert "What was assumed" not in text
    assert "What was assumed\n  - A guess." in as_text(
        "x", examine(log_of(notes=["A guess."], train_loss=FALL))
    )


def test_sizes_are_told_where_they_are_known():
    lines = lines_of(sound({"n_val": 1234.0}))["What the log says"]
    assert "The validation set has about 1,234 samples." in lines


def test_updates_of_an_epoch_need_not_be_whole():
    facts = {"epochs_made": 40.0, "steps_made": 500.0, "steps_per_epoch": 12.5}
    assert "40 epochs, 12.5 updates each." in lines_of(sound(facts))["What the log says"]


def test_what_is_odd_is_told_among_the_numbers():
    agrees = lines_of(sound(train_loss=600 * FALL))["Do its numbers agree?"]
    assert any("They are not the same quantity" in line for line in agrees)


def test_the_first_line_says_how_sure_the_verdict_is():
    cut = sound({"epochs_planned": 60.0}, train_loss=FALLING, val_loss=FALLING)
    first = as_text("log.csv", examine(cut)).split("\n")[0]
    assert first.startswith("log.csv: The log ends before the end that was planned")
    assert first.endswith("Clear.")
    assert (
        as_text("log.csv", examine(log_of(train_loss=FALL[:3]))).split("\n")[0].endswith("healthy.")
    )


def test_what_shows_as_well_repeats_no_sentence():
    val = np.append(np.linspace(2.4, 0.9, 12), np.full(18, 0.92))
    slow = 2.5 * 0.95**EPOCHS
    curves = {"train_loss": slow, "val_loss": val, "val_accuracy": None, "rate": None}
    log = sound({"epochs_planned": 60.0}, **curves)
    told = lines_of(log)["What it suggests"]
    assert told[0].startswith("The log ends before")
    assert any(line.startswith("Something else shows as well. Validation stopped") for line in told)
    assert sum("was lowest" in line for line in told) == 1


def test_accuracy_is_called_steady_only_where_the_loss_rose():
    stays = {"train_accuracy": np.full(30, 0.99), "val_accuracy": np.full(30, 0.8)}
    told = lines_of(sound(**stays))["What it suggests"]
    assert "overfits" in told[0]
    assert not any("surer of the same mistakes" in line for line in told)
