"""A worker made of the scripts' texts reads logs of any size."""

import pytest

from tests.clinic.kinds_of_logs import logs
from tests.web.reader import CLINIC

ASK = """([name, text]) => new Promise((resolve, reject) => {
  const worker = everystep.core.worker();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(Error(message));


  const options = { columns: {}, facts: {}, run: null, stepsFrom: null, epochsFrom: null };
  worker.postMessage({ files: [{ name, bytes: new TextEncoder().encode(text) }], options });
})"""


def test_a_report_and_curves_come_back(tab):
    page = tab.open(CLINIC)
    found = page.evaluate(ASK, ["training.log", logs()["training.log"]])
    assert found["verdict"].startswith("It overfits")
    assert {curve["role"] for curve in found["curves"]} == {
        "train_loss", "val_loss", "train_accuracy", "val_accuracy",
    }  # fmt: skip
    assert found["columns"][0] == "epoch"


def test_megabytes_come_back_as_a_picture_needs_them(tab):
    page = tab.open(CLINIC)
    rows = "".join(f"{i},{i // 1000},{2 / (i + 1):.10f},0.001\n" for i in range(100_000))
    found = page.evaluate(ASK, ["metrics.csv", "step,epoch,train_loss,lr\n" + rows])
    [loss, rate] = found["curves"]
    assert len(loss["values"]) <= 2002
    assert max(loss["values"]) == 2
    assert loss["steps"][-1] == 100_000
    assert len(rate["values"]) <= 2002


@pytest.mark.parametrize("text", ["", "[" * 1_000_000, "epoch,loss\n" + "1,x\n" * 9])
def test_a_sentence_comes_back_for_what_is_no_log(tab, text):
    page = tab.open(CLINIC)
    assert page.evaluate(ASK, ["a.csv", text])["wrong"].endswith(".")
