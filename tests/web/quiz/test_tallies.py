"""How many answers were right, by topic and by objective."""

from tests.web.reader import PROGRESS


def test_tallies_are_added_up_and_rows_without_answers_have_a_dash(tab):
    page = tab.open(PROGRESS)
    shown = page.evaluate("""() => {
      const tallies = new Map();
      everystep.tallies.count(tallies, "count-updates", 1, 2);
      everystep.tallies.count(tallies, "count-updates", 2, 3);
      everystep.tallies.fill(document, tallies);
      return everystep.page.all(document, ".tallies td").map((cell) =>
        [cell.textContent, cell.style.getPropertyValue("--share")]);
    }""")
    assert shown == [["3 of 5", "60%"], ["–", ""], ["–", ""]]
