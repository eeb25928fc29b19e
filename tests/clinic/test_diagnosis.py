import numpy as np
import pytest

from everystep.clinic.diagnosis import examine
from everystep.clinic.failures import CASES, train_setups
from everystep.clinic.readers.build import Options
from everystep.clinic.readers.registry import read_log
from tests.clinic.kinds_of_logs import logs
from tests.clinic.made_logs import FALL, log_of, sound
from tests.clinic.written_logs import FORMATS, hugging_face
from tests.paths import ROOT

SEEDS = (905_000, 905_001)
UNDECIDED = {"cannot tell", "at rest", "come to rest"}
NO_RISE = UNDECIDED | {"unstable", "leaps", "nothing learned", "diverged"}
# What each failure may be called by its log in any of the formats. Losses of the whole training
# set, classes and the second looks stand in none of them.
ALLOWED = {
    "diverged": NO_RISE,
    "no warm-up": {*NO_RISE, "no warm-up", "too few updates"},
    "too few epochs": {*UNDECIDED, "too few updates"},
    "rate too low": {"too few updates"},
    "batch too large": {"too few updates"},
    "decayed too early": {"decayed too early"},
    "rate too high": NO_RISE | {"made worse"},
    "batch too small": {*UNDECIDED, "leaps"},
    "horizon too long": {"horizon too long"},
    "too many epochs": {"overfitting"},
    "noisy labels": UNDECIDED,
    "leak": {*UNDECIDED, "healthy"},
    # The validation loss of 20 samples may go anywhere.
    "validation set too small": {
        *UNDECIDED,
        "healthy",
        "overfitting",
        "too few updates",
        "validation set too small",
    },
    "evaluated in train mode": {*UNDECIDED, "healthy"},
    "not shuffled": {*UNDECIDED, "too few updates"},
}


@pytest.fixture(scope="module")
def failures():
    logs = train_setups([case.failed for case in CASES], SEEDS)
    return {case.cause: logs[case.failed] for case in CASES}


def causes_of(logs, file_name, tmp_path, **facts):
    for log in logs:
        path = tmp_path / file_name
        path.write_text(FORMATS[file_name](log))
        yield examine(read_log(path, Options(facts=facts))).cause


@pytest.mark.parametrize("file_name", FORMATS)
@pytest.mark.parametrize("cause", ALLOWED)
def test_the_courses_failures_get_what_the_format_allows_to_see(
    failures, cause, file_name, tmp_path
):
    assert set(causes_of(failures[cause], file_name, tmp_path)) <= ALLOWED[cause]


def test_a_format_that_gives_the_validation_set_away_shows_that_it_is_small(failures, tmp_path):
    logs = failures["validation set too small"]
    named = set(causes_of(logs, "trainer_state.json", tmp_path))
    assert named == {"validation set too small"}


def test_with_the_number_of_classes_more_causes_have_names(failures, tmp_path):
    known = {"n_classes": 10, "n_train": 1024, "steps_per_epoch": 2}
    batch = set(causes_of(failures["batch too large"], "training.log", tmp_path, **known))
    assert batch == {"batch too large"}
    labels = list(causes_of(failures["noisy labels"], "training.log", tmp_path, n_classes=10))
    assert "noisy labels" in labels
    (first, *_) = causes_of(failures["diverged"], "training.log", tmp_path, n_classes=10)
    assert first == "diverged"


def test_with_every_update_recorded_a_bad_start_is_seen(failures, tmp_path):
    path = tmp_path / "trainer_state.json"
    for cause in ("no warm-up", "diverged"):
        for log in failures[cause]:
            path.write_text(hugging_face(log, records=log.updates))
            assert examine(read_log(path)).cause == cause


def test_second_looks_name_what_no_curve_shows(failures, tmp_path):
    leak = failures["leak"]
    assert set(causes_of(leak, "training.log", tmp_path, duplicates=0.6)) == {"leak"}


def test_few_records_make_a_sign_weaker_and_counts_do_not_weaken():
    turned = np.array([0.5, 0.3, 0.35, 0.45, 0.55])
    few = examine(log_of(train_loss=FALL[:5], val_loss=turned))
    assert (few.cause, few.surely) == ("overfitting", "probably")
    stopped = examine(log_of({"epochs_made": 3.0, "epochs_planned": 9.0}, train_loss=FALL[:3]))
    assert (stopped.cause, stopped.surely) == ("stopped before the horizon", "surely")


def test_where_nothing_is_said_nothing_is_sure():
    diagnosis = examine(log_of(train_loss=FALL[:3]))
    assert diagnosis.cause == "cannot tell"
    assert diagnosis.surely == ""
    assert "Cannot tell" in diagnosis.told.verdict
    assert examine(sound()).surely == "probably"


@pytest.mark.parametrize(
    ("name", "cause", "facts"),
    [
        ("stopped-trainer_state.json", "stopped before the horizon", {}),
        ("large-batch-metrics.csv", "too few updates", {}),
        ("large-batch-metrics.csv", "batch too large", {"n_classes": 10}),
        ("by-heart-training.log", "overfitting", {}),
        ("second-trainer_state.json", "healthy", {}),
        ("early-decay-metrics.csv", "decayed too early", {}),
    ],
)
def test_of_the_chapters_logs_of_other_programs_the_fault_is_named(name, cause, facts):
    log = read_log(ROOT / "book/07-diagnosis/logs" / name, Options(facts=facts))
    assert examine(log).cause == cause


# What strangers' logs brought up: a verdict, and how sure it is.
STRANGE = {
    "last-evaluated.json": ("healthy, and still gaining", "probably"),
    "chance.csv": ("nothing learned", "perhaps"),
    "by-heart.csv": ("cannot tell", ""),
    "warming-up.csv": ("ended in warm-up", "probably"),
    "five-epochs.csv": ("too few updates", "perhaps"),
    "regression.csv": ("healthy", "perhaps"),
    "stuck.csv": ("cannot tell", ""),
    "never-right.csv": ("cannot tell", ""),
    "leaped.csv": ("leaps", "perhaps"),
    "large-part.csv": ("too few updates", "perhaps"),
    "infinite-once.csv": ("cannot tell", ""),
    "stopped-early.json": ("horizon too long", "probably"),
    "left-over.json": ("cannot tell", ""),
    "barely-begun.json": ("stopped before the horizon", "surely"),
    "made-worse.json": ("made worse", "probably"),
    "masked.json": ("cannot tell", ""),
    "stopped-gaining.csv": ("stopped gaining", "perhaps"),
    "come-to-rest.csv": ("come to rest", ""),
    "still-gaining.csv": ("healthy, and still gaining", "probably"),
    "in-warm-up.csv": ("ended in warm-up", "probably"),
    "zero-rates.csv": ("at rest", ""),
    "always-one-class.csv": ("nothing learned", "probably"),
    "no-detection.csv": ("nothing learned", "perhaps"),
    "stays-above.csv": ("overfitting", "perhaps"),
    "best-at-first.csv": ("made worse", "perhaps"),
    "solved-unwatched.json": ("nearly solved", "probably"),
    "train_losses.json": ("come to rest", ""),
    "placeholders.csv": ("come to rest", ""),
    "at-chance.csv": ("nothing learned", "probably"),
    "each-epoch-one.csv": ("too few updates", "perhaps"),
    "best-at-its-end.csv": ("healthy, and still gaining", "perhaps"),
    "error-denies.csv": ("cannot tell", ""),
    "nearly-solved.json": ("nearly solved", "probably"),
    "score-gains.csv": ("overfitting", "probably"),
    "far-apart.csv": ("overfitting", "perhaps"),
    "climbs.csv": ("unstable", "probably"),
    "known-by-heart.csv": ("cannot tell", ""),
    "val_loss.csv": ("overfitting", "perhaps"),
    "recommender.csv": ("too few updates", "perhaps"),
    "no-loss-left.csv": ("cannot tell", ""),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strangers_log_gets_its_cause(name, tmp_path):
    path = tmp_path / name
    path.write_text(logs()[name])
    found = examine(read_log(path, Options()))
    assert (found.cause, found.surely) == STRANGE[name]
