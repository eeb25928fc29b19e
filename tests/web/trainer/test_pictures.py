"""The images that are still read wrong, as pictures and as words."""

from tests.web.reader import TRAINER

# What a worker finds is found again in the page.
EXPECTED = """() => {
  const texts = everystep.settings.fromAddress(location.hash);
  const settings = everystep.settings.read(texts);
  const groups = everystep.experiment.begin(settings, everystep.datasets.digits());
  for (const _ of everystep.experiment.run(groups, () => 0));
  return groups.map(([first]) => everystep.inspect.wrong(first));
}"""
DRAWN = """all => all.map((canvas) => [...canvas.getContext("2d").getImageData(0, 0, 8, 8).data])"""


def test_wrong_images_are_drawn_and_named(tab):
    page = tab.open(TRAINER, address="#batch=8&batch2=32&epochs=2&images=256&seeds=2&from=7")
    page.get_by_role("button", name="Train").click()
    page.locator(".result").wait_for()
    page.get_by_text("Samples that are still read wrong").click()
    expected = page.evaluate(EXPECTED)
    for r, (name, wrong) in enumerate(zip(["A: batch 8", "B: batch 32"], expected, strict=True)):
        part = page.locator(".wrong ul").nth(r)
        assert page.locator(".wrong .recipes > p").nth(r).inner_text() == (
            f"{name}, seed 7: {wrong['count']} of 1541 validation samples are read wrong; "
            f"the 16 it is surest of:"
        )
        texts = part.locator("li span").all_inner_texts()
        drawn = part.locator("canvas").evaluate_all(DRAWN)
        assert len(texts) == len(drawn) == 16
        for text, bytes_, image in zip(texts, drawn, wrong["surest"], strict=True):
            sure = 100 * image["probabilities"][image["predicted"]]
            assert text == f"{image['label']}, read as {image['predicted']} ({sure:#.3g}%)"
            ink = [round(16 * (1 - gray / 255)) / 16 for gray in bytes_[::4]]
            assert ink == image["values"]
            assert set(bytes_[3::4]) == {255}
        label = part.locator("canvas").first.get_attribute("aria-label")
        assert label == f"a sample labeled {wrong['surest'][0]['label']}"


def test_where_few_are_wrong_all_are_shown(tab):
    page = tab.open(TRAINER, address="#batch=8&epochs=40&images=1437&seeds=1")
    page.get_by_role("button", name="Train").click()
    page.locator(".result").wait_for(timeout=60_000)
    [wrong] = page.evaluate(EXPECTED)
    assert 0 < wrong["count"] <= 16
    page.get_by_text("Samples that are still read wrong").click()
    assert page.locator(".wrong li").count() == wrong["count"]
    assert page.locator(".wrong .recipes > p").inner_text().endswith("are read wrong.")
