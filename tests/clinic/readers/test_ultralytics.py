NEW = """epoch,time,train/box_loss,train/cls_loss,metrics/mAP50(B),val/box_loss,val/cls_loss,lr/pg0,lr/pg1
1,10.5,2,3,0.1,2.5,3,0.001,0.002
2,21.0,1,2,0.2,1.5,2,0.0005,0.001
"""  # noqa: E501
OLD = """
  epoch, train/box_loss, train/obj_loss, metrics/mAP_0.5,   val/box_loss,   val/obj_loss,  x/lr0
      0,              2,              3,             0.1,            2.5,              3,  0.001
      1,              1,              2,             0.2,            1.5,              2, 0.0005
"""


def test_terms_are_added_and_every_group_has_its_rate(read):
    log = read(NEW, "results.csv")
    assert log.format == "Ultralytics results.csv"
    assert list(log.curve("train_loss").values) == [5, 3]
    assert list(log.curve("val_loss").values) == [5.5, 3.5]
    assert [curve.name for curve in log.curves["rate"]] == ["lr/pg0", "lr/pg1"]
    assert log.facts == {"epochs_made": 2}


def test_old_files_with_padded_names_are_read_alike(read):
    log = read(OLD, "results.csv")
    assert log.format == "Ultralytics results.csv"
    assert list(log.curve("train_loss").values) == [5, 3]
    assert list(log.curve("rate").values) == [0.001, 0.0005]
    assert log.facts == {"epochs_made": 2}
