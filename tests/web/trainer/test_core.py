"""A worker made from the text of the scripts has what they give one another, and no page."""

import pytest

ASK = """(what) => {
  const asked = `${everystep.core.source()}\\npostMessage(${what});`;
  const url = URL.createObjectURL(new Blob([asked], { type: "text/javascript" }));
  return new Promise((resolve, reject) => {
    const worker = new Worker(url);
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(Error(message));
  });
}"""


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("typeof document", "undefined"),
        ("Object.keys(everystep).sort()", ["core", "experiment", "inspect", "kernels", "layers",
                                           "random", "recipe", "schedules", "trainer"]),
        ("everystep.schedules.cosine(4)(2)", 0.5),
    ],
)  # fmt: skip
def test_a_worker_has_the_parts_that_need_no_page(page, what, expected):
    assert page.evaluate(ASK, what) == pytest.approx(expected)


def test_parts_run_in_the_page_too(page):
    assert page.evaluate("everystep.schedules.cosine(4)(2)") == pytest.approx(0.5)


def test_many_workers_share_one_text(page):
    made = page.evaluate("""() => {
      const urls = [];
      const original = URL.createObjectURL;
      URL.createObjectURL = (blob) => (urls.push(blob), original.call(URL, blob));
      for (let i = 0; i < 3; i++) everystep.core.worker().terminate();
      URL.createObjectURL = original;
      return urls.length;
    }""")
    assert made <= 1
