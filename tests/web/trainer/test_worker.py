"""What is trained in a worker is what is trained in a page, and it stops when told to."""

TRAIN = """(texts) => {
  const settings = everystep.settings.read({ ...everystep.settings.FIRST, ...texts });
  const data = everystep.datasets.digits();
  const groups = everystep.experiment.begin(settings, data);
  let here = groups.map(() => null);
  for (const { moments } of everystep.experiment.run(groups, () => 0)) {
    here = here.map((last, r) => moments?.[r] ?? last);
  }
  return new Promise((resolve) => {
    const worker = everystep.core.worker();
    const reports = [];
    worker.onmessage = ({ data }) => {
      reports.push(data);
      if (data.done) resolve({ reports, here });
    };
    worker.postMessage({ order: "train", settings, data });
  });
}"""
PAUSE = """(texts) => new Promise((resolve) => {
  const settings = everystep.settings.read({ ...everystep.settings.FIRST, ...texts });
  const worker = everystep.core.worker();
  const wait = (ms) => new Promise((next) => setTimeout(next, ms));
  let reports = 0;
  worker.onmessage = async ({ data }) => {
    reports++;
    if (data.done) resolve({ quiet, reports });
    if (reports !== 1) return;
    worker.postMessage({ order: "pause" });
    await wait(400); // what was under way has arrived
    const before = reports;
    await wait(600);
    quiet = reports === before;
    worker.postMessage({ order: "resume" });
  };
  let quiet = null;
  worker.postMessage({ order: "train", settings, data: everystep.datasets.digits() });
})"""
TEXTS = {"images": "128", "seeds": "3", "epochs": "4", "batch": "4", "batch2": "64"}


def without_seconds(moments):
    return [{name: value for name, value in m.items() if name != "seconds"} for m in moments]


def test_a_worker_trains_what_the_page_would(page):
    found = page.evaluate(TRAIN, TEXTS)
    records = [record for report in found["reports"] for record in report["records"]]
    ends = [[m for m in moments if m][-1] for moments in zip(*records, strict=True)]
    assert without_seconds(ends) == without_seconds(found["here"])
    assert sum(report["samples"] for report in found["reports"]) == 2 * 3 * 4 * 128
    assert [report["done"] for report in found["reports"]].index(True) == len(found["reports"]) - 1
    assert all(m["seconds"] > 0 for m in ends)


def test_a_pause_stops_it_and_it_goes_on_to_the_end(page):
    found = page.evaluate(PAUSE, TEXTS | {"epochs": "30", "seeds": "4"})
    assert found["quiet"]
    assert found["reports"] > 2
