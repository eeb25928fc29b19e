import pytest

from everystep.clinic.blind_exam import exam_case
from everystep.clinic.failures import CASES
from everystep.clinic.tree import KNOBS, diagnose


def causes_of(exam):
    return tuple(exam_case(number, exam).cause for number in range(1, 6))


def test_an_exam_asks_for_five_different_causes_and_exams_differ():
    drawn = [causes_of(exam) for exam in range(20)]
    assert all(len(set(causes)) == 5 for causes in drawn)
    assert len(set(drawn)) == 20
    assert {cause for causes in drawn for cause in causes} == set(KNOBS)
    assert len({causes[0] for causes in drawn}) > 5, "a number must say nothing of the cause"


def test_the_cases_are_the_second_recipes():
    variants = {case.cause: case.variant for case in CASES}
    drawn = [exam_case(number, exam) for number in range(1, 6) for exam in range(10)]
    assert all(case.setup is variants[case.cause] for case in drawn)


def test_the_log_can_be_solved_and_is_the_same_each_time():
    exam_case.cache_clear()
    first = exam_case(1, 37)
    assert diagnose(first.log) == first.cause
    assert exam_case(1, 37).log is first.log, "a case is trained once"
    exam_case.cache_clear()
    assert (exam_case(1, 37).log.val_loss == first.log.val_loss).all()


def test_what_is_printed_of_a_case_does_not_name_the_cause():
    case = exam_case(1, 37)
    assert case.cause not in repr(case)


def test_any_whole_number_is_an_exam():
    assert len(set(causes_of(-20_000))) == 5
    far_below = exam_case(1, -20_000)
    assert diagnose(far_below.log) == far_below.cause


@pytest.mark.parametrize(
    ("number", "exam", "message"),
    [
        (0, 37, "number must be a whole number from 1 to 15, got 0"),
        (16, 37, "number must be a whole number from 1 to 15, got 16"),
        ("1", 37, "number must be a whole number from 1 to 15, got '1'"),
        (1, 3.5, "exam must be a whole number, got 3.5"),
        (1, "a", "exam must be a whole number, got 'a'"),
    ],
)
def test_what_is_no_case_is_refused(number, exam, message):
    with pytest.raises(ValueError, match=message):
        exam_case(number, exam)
