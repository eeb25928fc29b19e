import numpy as np
import pytest
import torch

import everystep.clinic.budget as budget
from everystep.clinic.budget import (
    CHOICES,
    CUT_SHORT,
    N_CHOOSE,
    REFERENCE_PLANS,
    SCALED,
    SEARCHED,
    TWELVE_HOURS,
    Outcome,
    Plan,
    Search,
    report_choices,
    score_plan,
    train_plans,
)
from everystep.core.digits import read_digits
from everystep.core.seeds import seeds as course_seeds


def test_the_clock_is_that_of_the_case():
    assert TWELVE_HOURS.hours == pytest.approx(12)
    assert TWELVE_HOURS.replace(batch_size=512).hours == pytest.approx(2)
    assert TWELVE_HOURS.replace(batch_size=128).hours == pytest.approx(32 / 3 / 4 + 4 / 3)
    assert [plan.hours for plan in REFERENCE_PLANS.values()] == pytest.approx([1, 1, 1])


def test_updates_and_samples_are_the_recipes():
    plan = Plan(100, 0.1, 3, 0.9, "cosine", 0.2)
    recipe = plan.recipe()
    assert recipe.updates(1024) == plan.updates == 33
    assert plan.samples == 3 * 1024
    assert str(recipe) == str(plan)
    rates = recipe.rates(1024)
    assert rates.argmax() == 7  # a fifth of 33 updates rise
    assert rates[-1] < 0.01 * 0.1


@pytest.mark.parametrize(("schedule", "last"), [("constant", 0.2), ("linear", 0.2 / 8)])
def test_schedules_end_with_the_run(schedule, last):
    assert Plan(128, 0.2, 1, schedule=schedule).recipe().rates(1024)[-1] == pytest.approx(last)


def test_a_warmup_may_be_half_of_a_run_of_one_update():
    assert len(Plan(1024, 0.1, 1, schedule="cosine", warmup=0.5).recipe().rates(1024)) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch_size": 2048}, "batch_size must be a whole number from 1 to 1024, got 2048"),
        ({"epochs": 0}, "epochs must be a whole number of at least 1"),
        ({"lr": -1}, "lr must be a finite number of at least 0"),
        ({"momentum": 1}, "momentum must be a number of at least 0 and below 1"),
        ({"warmup": 0.6}, "warmup must be a number from 0 to 0.5"),
        ({"schedule": "step"}, "schedule must be one of 'constant', 'cosine', 'linear', got"),
    ],
)
def test_an_impossible_choice_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        CUT_SHORT.replace(**changes)


def images(x):
    return {tuple(row.tolist()) for row in x}


def test_no_image_that_measures_trains_or_chooses_for_any_seed():
    data = budget._project_data()
    measuring, others = set(), set()
    for split in map(data.split, range(5)):
        assert (split.n_train, split.n_val) == (1024, 476)
        measuring |= images(split.x_val[N_CHOOSE:])
        others |= images(split.x_train) | images(split.x_val[:N_CHOOSE])
        assert not images(split.x_train) & images(split.x_val[:N_CHOOSE])
    assert len(images(torch.tensor(read_digits()[:, :-1]))) == 1797, "all images differ"
    assert not measuring & others
    assert len(measuring) > 400, "seeds draw measuring images of their own"


def test_another_base_seed_sets_other_images_aside(monkeypatch):
    here = images(budget._project_data().split(3).x_val[N_CHOOSE:])
    monkeypatch.setenv("EVERYSTEP_SEED", "5")
    assert images(budget._project_data().split(3).x_val[N_CHOOSE:]) != here


def test_plans_are_trained_and_measured_on_their_own_images():
    found = train_plans([CUT_SHORT, SEARCHED, CUT_SHORT], [1, 2, 3])
    assert list(found) == [CUT_SHORT, SEARCHED]
    for outcome in found.values():
        assert outcome.choosing.shape == outcome.measuring.shape == (3,)
        for accuracies, n_images in ((outcome.choosing, 176), (outcome.measuring, 300)):
            right = accuracies / 100 * n_images
            np.testing.assert_allclose(right, right.round(), atol=1e-6)
        assert outcome.seconds > 0
    assert found[SEARCHED].measuring.mean() > found[CUT_SHORT].measuring.mean()


@pytest.mark.parametrize("plans", [["batch 64"], [SEARCHED, SEARCHED.recipe()]])
def test_what_is_no_plan_is_refused(plans):
    with pytest.raises(ValueError, match="plans must be a list of Plan, got"):
        train_plans(plans, [1, 2])


@pytest.fixture
def invented(monkeypatch):
    """Replace training by accuracies that follow from a plan, and note what was asked."""
    asked = []

    def train(plans, seeds):
        asked.append(seeds)
        score = {
            plan: 90.0 + (plan.momentum > 0) * 4 + (plan.lr > 0.2) * 2 - plan.warmup
            for plan in plans
        }
        noise = np.arange(len(seeds)) / 100
        return {p: Outcome(score[p] + noise, score[p] - 1 + noise, 0.1) for p in score}

    monkeypatch.setattr(budget, "train_plans", train)
    return asked


def test_a_search_shows_what_chooses_and_counts_its_hours(invented):
    search = Search()
    table = search.try_out([CUT_SHORT, SEARCHED], seeds=2)
    assert list(table["plan"]) == [SEARCHED, CUT_SHORT]
    assert table["accuracy (%)"][0] == pytest.approx(95.905)
    search.try_out([TWELVE_HOURS], seeds=1)
    assert search.trials == 5
    assert search.hours == pytest.approx(2 * 2 + 12)
    assert not set(invented[0]) & set(course_seeds(16)), "a score has seeds of its own"


def test_a_score_measures_beside_references_and_says_what_fits_the_budget(invented):
    table = score_plan(CUT_SHORT.replace(epochs=6, momentum=0.5))
    assert list(table.index) == ["your plan", *REFERENCE_PLANS, "12 hours"]
    assert list(table["in budget"]) == ["no", "yes", "yes", "yes", "no"]
    assert table["above 12 hours"]["your plan"] == pytest.approx(4)
    assert table["accuracy (%)"]["12 hours"] == pytest.approx(89.075)
    assert invented == [course_seeds(16)]


def test_a_report_exchanges_choices_in_both_directions(invented):
    report = report_choices(CUT_SHORT)
    assert list(report.index[:2]) == ["rate and momentum", "momentum"]
    assert report.loc["momentum", "loss"] == pytest.approx(4)
    assert report.loc["rate", "gain"] == pytest.approx(2)
    assert report.loc["warm-up", "gain"] == pytest.approx(-0.1)
    assert report.loc["batch size and epochs", "better"] == "64, 9"
    assert report.loc["all", "gain"] == report.loc["all", "loss"] == pytest.approx(5.9)


def test_a_report_leaves_out_what_is_the_same(invented):
    report = report_choices(SEARCHED.replace(epochs=8, lr=0.1))
    assert sorted(report.index) == ["all", "epochs", "rate"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((SEARCHED,), "plan must differ from best"),
        (("batch 64",), "plan must be a Plan, got 'batch 64'"),
        ((SCALED, None), "best must be a Plan, got None"),
        ((SCALED, SEARCHED, 1), "seeds must be a whole number from 2 to 100, got 1"),
    ],
)
def test_a_report_on_nothing_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        report_choices(*arguments)


def test_every_field_of_a_plan_is_a_choice():
    assert {name for names in CHOICES for name in names} == set(Plan.__dataclass_fields__)
