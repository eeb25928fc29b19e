import numpy as np
import pytest

from everystep.clinic.readers.clocks import Clocks
from everystep.clinic.readers.roles import Roles
from everystep.clinic.readers.tables import table_of_rows
from everystep.clinic.run_log import LogError


def curves_of(notes=None, chosen=None, part="", **columns):
    names = list(columns)
    table = table_of_rows(names, list(zip(*columns.values(), strict=True)), [])
    clocks = Clocks(np.arange(1.0, table.n_rows + 1), None)
    return Roles(table, clocks, chosen or {}, [] if notes is None else notes, part).curves()


def test_terms_of_a_loss_are_added_where_there_is_no_sum():
    notes = []
    terms = {"train/box_loss": [1, 1], "train/cls_loss": [2, 1]}
    curves = curves_of(notes, **terms, **{"val/box_loss": [3, 3], "val/cls_loss": [1, 1]})
    assert list(curves["train_loss"][0].values) == [3, 2]
    assert list(curves["val_loss"][0].values) == [4, 4]
    assert "added" in notes[0]


def test_terms_beside_their_sum_are_left_aside():
    curves = curves_of(loss=[3, 2], head_loss=[1, 1], val_loss=[3, 3], val_head_loss=[1, 1])
    assert list(curves["train_loss"][0].values) == [3, 2]
    assert [curve.name for curve in curves["val_loss"]] == ["val_loss"]


def test_several_validation_sets_stay_apart():
    notes = []
    curves = curves_of(notes, loss=[3, 2], eval_news_loss=[3, 3], eval_law_loss=[5, 5])
    assert [curve.name for curve in curves["val_loss"]] == ["eval_news_loss", "eval_law_loss"]
    assert "2 validation losses" in notes[0]


def test_networks_against_each_other_have_no_loss_together():
    notes = []
    assert "train_loss" not in curves_of(notes, g_loss=[3, 2], d_loss=[1, 1], val_acc=[0, 1])
    assert "against each other" in notes[0]


def test_an_error_stands_in_for_a_validation_loss():
    curves = curves_of(train_loss=[3, 2], val_rmse=[2, 1], val_mse=[4, 1])
    assert curves["val_error"][0].name == "val_mse"


def test_a_test_set_seen_while_training_is_a_validation_set():
    notes = []
    curves = curves_of(notes, train_loss=[3, 2], test_loss=[3, 2.5])
    assert curves["val_loss"][0].name == "test_loss"
    assert "read as validation" in notes[0]
    beside = curves_of(train_loss=[3, 2], val_loss=[3, 2], test_loss=[None, 2.5])
    assert beside["val_loss"][0].name == "val_loss"


def test_an_accuracy_of_no_part_is_of_validation_where_the_losses_name_theirs():
    losses = {"train/loss": [2, 1], "val/loss": [3, 2]}
    notes = []
    curves = curves_of(notes, **losses, **{"metrics/accuracy_top1": [0.1, 0.2]})
    assert list(curves["val_accuracy"][0].values) == [0.1, 0.2]
    assert "train_accuracy" not in curves
    assert "metrics/accuracy_top1 names no part" in notes[0]
    both = curves_of(**losses, accuracy=[0.1, 0.2], val_accuracy=[0.3, 0.4])
    assert list(both["train_accuracy"][0].values) == [0.1, 0.2]
    assert list(both["val_accuracy"][0].values) == [0.3, 0.4]
    keras = curves_of(loss=[2, 1], val_loss=[3, 2], accuracy=[0.1, 0.2])
    assert "val_accuracy" not in keras


def test_an_accuracy_that_has_no_row_of_validation_is_of_training():
    losses = {"train_loss": [2, None, 1, None], "val_loss": [None, 3, None, 2]}
    of_batches = curves_of(**losses, accuracy=[0.5, None, 0.6, None])
    assert "val_accuracy" not in of_batches
    assert list(of_batches["train_accuracy"][0].values) == [0.5, 0.6]
    of_epochs = curves_of(**losses, accuracy=[None, 0.5, None, 0.6])
    assert list(of_epochs["val_accuracy"][0].values) == [0.5, 0.6]


def test_rows_that_only_hold_zeros_of_validation_were_not_measured():
    notes = []
    zeros = {"val_loss": [0, 0, 2.5], "val_acc": [0, 0, 0.7]}
    curves = curves_of(notes, train_loss=[3, 2, 1], **zeros)
    assert list(curves["val_loss"][0].values) == [2.5]
    assert list(curves["val_accuracy"][0].values) == [0.7]
    assert any("In 2 rows all columns of validation are 0" in note for note in notes)
    never_right = curves_of(train_loss=[3, 2, 1], val_loss=[3, 2.5, 2], val_acc=[0, 0, 0.7])
    assert len(never_right["val_accuracy"][0]) == 3


def test_accuracy_in_percent_becomes_a_fraction():
    curves = curves_of(acc=[50, 90], val_acc=[0.5, 0.8])
    assert list(curves["train_accuracy"][0].values) == [0.5, 0.9]
    assert list(curves["val_accuracy"][0].values) == [0.5, 0.8]


def test_means_of_epochs_go_before_single_batches():
    curves = curves_of(
        train_loss_step=[4, 3, 2, 1, 1, 1], train_loss_epoch=[None, 3.5, None, 1.5, None, 1]
    )
    assert list(curves["train_loss"][0].values) == [3.5, 1.5, 1]


def test_whoever_knows_better_says_which_column_is_what():
    chosen = {"train_loss": "mystery", "val_loss": ""}
    curves = curves_of(chosen=chosen, mystery=[2, 1], val_loss=[3, 3], val_acc=[0, 1])
    assert curves["train_loss"][0].name == "mystery"
    assert "val_loss" not in curves
    with pytest.raises(LogError, match="The column empty, which was to be val_loss, holds no"):
        curves_of(chosen={"val_loss": "empty"}, empty=[None, None], loss=[2, 1])
    with pytest.raises(LogError, match=r"no column lost.*mystery"):
        curves_of(chosen={"train_loss": "lost"}, mystery=[2, 1])
    with pytest.raises(LogError, match="no role loss"):
        curves_of(chosen={"loss": "mystery"}, mystery=[2, 1])


def test_nan_between_numbers_is_missing_and_nan_at_the_end_is_not():
    between = curves_of(loss=[3, 2, 1], val_loss=[3, "nan", 2])["val_loss"][0]
    assert list(between.values) == [3, 2]
    at_the_end = curves_of(loss=[3, 2, "nan", "nan"])["train_loss"][0]
    assert np.isnan(at_the_end.values[-2:]).all()
    every_second = curves_of(loss=[5, 4, 3, 2], val_loss=[5, "nan", 4, "nan"])["val_loss"][0]
    assert list(every_second.values) == [5, 4]


def test_a_validation_that_only_says_nan_was_not_measured(read):
    log = read("epoch,train_loss,val_loss\n1,2,nan\n2,1,nan\n3,0.5,nan\n")
    assert log.curve("val_loss") is None
    assert any("no number but NaN: val_loss" in note for note in log.notes)


def test_a_validation_that_says_nan_beside_a_broken_training_was(read):
    log = read("epoch,train_loss,val_loss\n1,2,nan\n2,nan,nan\n3,nan,nan\n")
    assert log.curve("val_loss") is not None


def test_columns_called_train_and_val_are_losses_if_nothing_else_is():
    curves = curves_of(notes := [], train=[2, 1], val=[3, 2], apples=[1, 2])
    assert list(curves["val_loss"][0].values) == [3, 2]
    assert "train, val: taken for losses, for no column is called so." in notes
    assert "val_loss" not in curves_of(train_loss=[2, 1], val=[3, 2])


def test_scores_that_are_0_in_every_record_are_kept_for_a_remark():
    zeros = [0] * 6
    curves = curves_of(train_loss=zeros, val_mAP=zeros, val_f1=[*zeros[:5], 1], val_lines=zeros)
    assert [curve.name for curve in curves["metric"]] == ["val_mAP"]


@pytest.mark.parametrize(("part", "role"), [("val", "val_loss"), ("", "train_loss")])
def test_a_file_that_is_called_so_holds_validation(part, role):
    notes = []
    curves = curves_of(notes, part=part, total_loss=[3, 2], lr=[1, 1])
    assert curves[role][0].name == "total_loss"
    assert any("the file is called so" in note for note in notes) == bool(part)
    assert "train_loss" in curves_of(part="val", train_loss=[3, 2])


def test_one_score_of_validation_is_read():
    found = curves_of(loss=[3, 2], val_recall=[0.1, 0.2], val_f1=[0.3, 0.4], val_psnr=[30, 31])
    assert [curve.name for curve in found["val_score"]] == ["val_f1"]
    percent = curves_of(loss=[3, 2], eval_bleu=[12.0, 30.0])["val_score"][0]
    assert list(percent.values) == [0.12, 0.3]
    strict = {"metrics/mAP50(B)": [0.9, 0.9], "metrics/mAP50-95(B)": [0.5, 0.6]}
    assert curves_of(loss=[3, 2], **strict)["val_score"][0].name == "metrics/mAP50-95(B)"
    assert "val_score" not in curves_of(loss=[3, 2], train_f1=[0.1, 0.2], f1=[0.1, 0.2])
    assert "val_score" not in curves_of(loss=[3, 2], val_auc=[0, 0], val_map=[500, 600])


def test_errors_are_losses_where_nothing_is_called_so():
    pair = {"train_mse": [3, 2], "val_mse": [4, 3]}
    curves = curves_of(**pair)
    assert [curves[role][0].name for role in ("train_loss", "val_loss")] == ["train_mse", "val_mse"]
    with_loss = curves_of(loss=[3, 2], **pair)
    assert "val_loss" not in with_loss
    assert with_loss["val_error"][0].name == "val_mse"
    assert "train_loss" not in curves_of(val_mse=[4, 3], val_mae=[1, 2])


def test_train_and_val_are_losses_beside_an_error_of_theirs():
    curves = curves_of(train=[3, 2], val=[4, 3], val_perplexity=[55, 20])
    assert curves["train_loss"][0].name == "train"
    assert curves["val_loss"][0].name == "val"


def test_a_validation_loss_that_is_never_a_number_is_worth_a_look():
    table = table_of_rows(["loss", "eval_loss"], [[3, "nan"], [2, "nan"]], [])
    roles = Roles(table, Clocks(np.array([1.0, 2.0]), None), {}, [])
    assert "eval_loss is NaN in every record" in roles.odd[0]
    broken = table_of_rows(["loss", "eval_loss"], [["nan", "nan"], ["nan", "nan"]], [])
    assert not Roles(broken, Clocks(np.array([1.0, 2.0]), None), {}, []).odd
