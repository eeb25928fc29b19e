"""Which code of a lab the record of a finding depends on."""

import pytest
from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from everystep.authoring.digest import code_digests, needed

CELL = 'finding("a.b", "It is above 9.", e, holds=e.low > 9)\nshow(figure, "a.c", alt="x")'
CELL += "\nfor n in e:\n    print(n, 'nothing to say')"
FINDING = 'finding("a.b", "It holds.", gap, holds=gap.low > 0)'
RECORDS = "def record(some):\n    log.append(some)\n    return some"
TRAINS = "runs = {rate: train(rate) for rate in rates}"
GAP = "gap = difference(runs[1], runs[2])"


def digest_of(folder, *cells):
    write(new_notebook(cells=list(cells)), folder / "lab.ipynb")
    return code_digests(folder / "lab.ipynb")["a.b"]


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        ("> 9", "> 8", True),
        ("e.low", "e.mean", True),
        ("a.c", "a.d", True),
        ("above 9", "at least 9", False),
        ('alt="x"', 'alt="a line"', False),
        ("e, holds", "e,  # a comment\n    holds", False),
        ("nothing to say", "now this", False),
    ],
)
def test_code_counts_and_words_for_readers_do_not(tmp_path, old, new, counts):
    before = digest_of(tmp_path, new_code_cell(CELL))
    changed = new_code_cell(CELL.replace(old, new))
    after = digest_of(tmp_path, new_markdown_cell("Words"), changed)
    assert (after != before) == counts


def test_commands_of_ipython_count_as_they_are(tmp_path):
    finding = new_code_cell(FINDING)
    commands = (new_code_cell("%time 1"), new_code_cell("%time 2"))
    assert len({digest_of(tmp_path, command, finding) for command in commands}) == 2


def test_all_that_a_finding_needs_counts():
    code = ["from everystep.lab import train", "rates = [1, 2]", TRAINS, GAP, FINDING, "later = 3"]
    assert needed(code, ["a.b"]) == code[:-1]


@pytest.mark.parametrize(
    "cell",
    [
        "figure, ax = plt.subplots()\nax.plot(runs[1])\nshow(figure, 'a.b', alt='x')",
        "figure, ax = plt.subplots()\nfor name in runs:\n    draw(ax, name)",
        "print(gap)",
        "glue('a.n', len(runs))",
        "show_table(pd.DataFrame(runs), 'a.t', caption='x')",
        "[gap for gap in runs]",
        "def draw(ax, runs):\n    gap = 3\n    ax.plot(runs, gap)",
    ],
)
def test_a_cell_that_only_shows_does_not_count(cell):
    code = [TRAINS, GAP, FINDING]
    assert needed([TRAINS, GAP, cell, FINDING], ["a.b"]) == code


@pytest.mark.parametrize(
    "cell",
    [
        "gap = 3",
        "for gap in runs: pass",
        "if late: gap = 3",
        "def difference(a, b): return 1",
        "runs[1] = runs[2]",
        "del runs[1]",
        "gap.low += 1",
        "runs.update(more)",
        "np.random.seed(3)",
        "prepare(runs)",
        "prepare()",
        "done = record(runs)",
        "import everystep.other as difference",
        "%time 1",
    ],
)
def test_a_cell_that_may_change_what_a_finding_needs_counts(cell):
    assert cell in needed([RECORDS, cell, TRAINS, GAP, FINDING], ["a.b"])


def test_a_name_that_a_needed_cell_binds_itself_leads_nowhere():
    loops = "for name in runs:\n    finding(name, 'It holds.', runs[name], holds=True)"
    assert needed(["name = 'of a figure'", TRAINS, loops], ["a.b"]) == [TRAINS, loops]
    function = "def prepare(data):\n    labels = data.labels\n    return labels\nruns = prepare(3)"
    code = ["labels = ['of a figure']", function, FINDING, loops]
    assert needed(code, ["a.b"]) == code[1:]


@pytest.mark.parametrize("grow", ["total = total + 1", "total += 1", "for n in [1]: total += n"])
def test_a_name_that_is_used_and_then_bound_leads_to_where_it_was_bound(grow):
    again = f"{grow}\n{FINDING}"
    assert needed(["total = 1", again], ["a.b"]) == ["total = 1", again]


OTHER = 'other = double(gap)\nfinding("a.c", "It is large.", other, holds=other.low > 1)'


def test_of_another_finding_counts_only_what_it_shares():
    code = [TRAINS, GAP, OTHER, FINDING]
    assert needed(code, ["a.b"]) == [TRAINS, GAP, FINDING]
    assert needed(code, ["a.c"]) == [TRAINS, GAP, OTHER]
    assert needed(code, ["a.b", "a.c"]) == code
    assert needed([*code, "gap = 3"], ["a.d"]) == []


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        ("other.low > 1", "other.low > 2", False),
        ("gap.low > 0", "gap.low > 1", True),
        ("double(gap)", "triple(gap)", True),  # what it is for is not looked at
    ],
)
def test_another_finding_of_the_same_cell_does_not_count(tmp_path, old, new, counts):
    cell = f"{OTHER}\n{FINDING}"
    before = digest_of(tmp_path, new_code_cell(cell))
    assert (digest_of(tmp_path, new_code_cell(cell.replace(old, new))) != before) == counts


def test_each_finding_of_a_lab_has_a_digest_of_its_own(tmp_path):
    digest_of(tmp_path, new_code_cell(OTHER), new_code_cell(FINDING))
    digests = code_digests(tmp_path / "lab.ipynb")
    assert list(digests) == ["a.c", "a.b"]
    assert len(set(digests.values())) == 2
