from everystep.clinic.blind_jobs import records_of_a_job, records_of_four_jobs


def test_the_job_ends_with_a_high_rate_and_a_loss_that_still_falls():
    table = records_of_a_job()
    first, last = table.iloc[1], table.iloc[-1]
    assert last["updates made"] == 768
    # A horizon four times as long as the run: the rate has fallen by a seventh.
    assert 0.3 < last["rate of the last update"] < first["rate of the last update"] <= 0.4
    assert last["training loss"] < first["training loss"]


def test_the_four_jobs_look_as_the_solution_says():
    table = records_of_four_jobs()
    small, large = table["small"], table["large"]
    fall = small - large
    assert fall["train"]["a"] > 5
    assert fall["val"]["a"] > 3
    assert abs(fall["train"]["b"]) < 0.2
    assert fall["val"]["b"] > 3
    assert abs(fall["val"]["c"]) < 1
    assert fall["train"]["d"] > 40
    assert list(large["updates"] < small["updates"]) == [True, False, True, True]
    assert large["loss"]["d"] > 2.2 > large["loss"].drop("d").max()
