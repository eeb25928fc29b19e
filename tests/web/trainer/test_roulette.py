"""What one seed or three would have said, counted again and read off the page."""

import itertools
import random
import re

import numpy as np
import pytest

from tests.web.reader import TRAINER, tab_to

COUNT = "([values, k]) => everystep.roulette.outcomes(values, k)"
KEEP = "addEventListener('trained', ({ detail }) => { globalThis.ended = detail; });"
# Two recipes of which neither is far ahead.
CLOSE = "#batch=16&rate=0.1&noise2=0.05&epochs=2&images=128&seeds=6&from=3"


def sign(value):
    return 0 if abs(value) < 1e-9 else np.sign(value)


def counted(values, k):
    signs = [sign(sum(chosen)) for chosen in itertools.combinations(values, k)]
    return {"A": signs.count(1), "B": signs.count(-1), "none": signs.count(0)}


@pytest.mark.parametrize(("n", "k"), [(1, 1), (2, 1), (5, 3), (10, 3), (32, 3)])
def test_every_choice_of_seeds_is_counted_once(tab, n, k):
    page = tab.open(TRAINER)
    rng = random.Random(n)
    values = [rng.choice([-0.3, -0.1, 0, 0.1, 0.2]) for _ in range(n)]
    assert page.evaluate(COUNT, [values, k]) == counted(values, k)


def apart(page):
    first, second = page.evaluate("ended.ends.map(({ val_accuracy }) => val_accuracy)")
    return [100 * (a - b) for a, b in zip(first, second, strict=True)]


def trained(tab, address=CLOSE):
    page = tab.open(TRAINER, address=address, prepare=lambda page: page.add_init_script(KEEP))
    page.get_by_role("button", name="Train").click()
    page.locator(".result").wait_for()
    return page


def short(value):
    return "0" if not sign(value) else f"{'A' if value > 0 else 'B'} +{abs(value):#.3g}"


def chips(page):
    return page.locator(".drawn li").all_inner_texts()


def test_seeds_are_drawn_one_at_a_time_until_none_is_left(tab):
    page = trained(tab)
    differences = apart(page)
    mean = sum(differences) / 6
    button = page.get_by_role("button", name="Draw a seed")
    for drawn in range(1, 7):
        button.click()
        assert page.locator(".drawn li").count() == drawn
        seed = int(re.search(r"Seed (\d+) alone", page.locator(".told").inner_text())[1])
        value = differences[seed - 3]
        assert chips(page)[-1] == f"seed {seed}: {short(value)}"
        says = "something else" if sign(value) != sign(mean) else "the same"
        assert f"So this seed says {says}," in page.locator(".told").inner_text()
    expected = {f"seed {3 + i}: {short(value)}" for i, value in enumerate(differences)}
    assert set(chips(page)) == expected
    others = sum(sign(value) != sign(mean) for value in differences)
    assert page.locator(".drawn .other").count() == others
    assert f"{others} of 6 drawn" in page.locator(".told").inner_text()
    button.click()
    assert page.locator(".drawn li").count() == 1


def test_the_table_counts_all_choices(tab):
    page = trained(tab)
    differences = apart(page)
    winner = {1: "A", -1: "B", 0: "none"}[sign(sum(differences))]
    assert page.locator(".roulette table").is_hidden()
    tab_to(page, "[data-do=draw]")
    page.keyboard.press("Enter")
    rows = page.locator(".roulette tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    found = [counted(differences, k) for k in (1, 3)]
    totals = [sum(one.values()) for one in found]
    assert rows == [
        ["", "one seed", "3 seeds"],
        ["choices", *map(str, totals)],
        ["A ahead", *(str(one["A"]) for one in found)],
        ["neither", *(str(one["none"]) for one in found)],
        ["B ahead", *(str(one["B"]) for one in found)],
        ["unlike all seeds together",
         *(str(n - one[winner]) for n, one in zip(totals, found, strict=True))],
    ]  # fmt: skip
    assert totals == [6, 20]


def test_with_ten_seeds_it_says_whether_all_together_are_clear(tab):
    page = trained(tab, "#batch=8&batch2=64&epochs=1&images=64&seeds=10")
    page.get_by_role("button", name="Draw a seed").click()
    told = page.locator(".told").inner_text()
    cells = page.locator(".result tbody").first.locator("tr").last.locator("td").all_inner_texts()
    mean, low, high = re.findall(r"[−\d.]+", cells[2])
    assert f"(95% interval of A − B: {low} to {high})" in told
    isclear = low.startswith("−") == high.startswith("−")
    assert ("not clearly" in told) == (not isclear)
    assert f"by {mean.replace('−', '')} points" in told


@pytest.mark.parametrize("address", ["#epochs=1&images=64&seeds=3", CLOSE + "&seeds=1"])
def test_one_recipe_or_one_seed_has_nothing_to_draw(tab, address):
    address = re.sub(r"seeds=6&(.*)&seeds=1", r"\1&seeds=1", address)
    page = trained(tab, address)
    assert page.locator(".roulette").is_hidden()
