import pytest

from everystep.authoring.regions import solution_code, to_stub

SOURCE = """\
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


def triple(x):
    ### BEGIN SOLUTION
    return 3 * x
    ### BEGIN STUB
    # if x:
    #     return x + 3
    ### END SOLUTION"""


def test_regions_become_stubs():
    assert to_stub(SOURCE) == (
        "def double(x):\n    ...  # your code here\n\n\n"
        "def triple(x):\n    if x:\n        return x + 3"
    )


def test_solution_code_has_no_markers_and_no_stub():
    assert solution_code(SOURCE) == (
        "def double(x):\n    return 2 * x\n\n\ndef triple(x):\n    return 3 * x"
    )


def test_code_without_regions_stays():
    assert to_stub("x = 1\ny = 2") == "x = 1\ny = 2"


@pytest.mark.parametrize("source", ["# Begin with zero", "# The solution ends here", "#begin"])
def test_ordinary_comments_are_no_marks(source):
    assert to_stub(source) == source


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("### BEGIN SOLUTION\nx = 1", "without ### END"),
        ("x = 1\n### END SOLUTION", "without ### BEGIN"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "still open"),
        ("### BEGIN SOLUTION\n### BEGIN STUB\nx = 2\n### END SOLUTION", "must be comments"),
        ("x = 1\n### BEGIN STUB", "line 2: .* outside a region"),
        (
            "### BEGIN SOLUTION\n### BEGIN STUB\n# x\n### BEGIN STUB\n### END SOLUTION",
            "line 4: a second ### BEGIN STUB",
        ),
        ("y = 1\n## BEGIN SOLUTION\nx = 1\n## END SOLUTION", "line 2: '## BEGIN SOLUTION' is none"),
        ("### BEGIN SOLUTIONS\nx = 1", "line 1: '### BEGIN SOLUTIONS' is none of"),
        ("### BEGIN SOLUTION\nx = 1\n### End Solution", "line 3: '### End Solution' is none of"),
        ("### BEGIN SOLUTION\nx = 1\n### END STUB", "line 3: '### END STUB' is none of"),
        ("    #BEGIN_SOLUTION\n    x = 1", "'#BEGIN_SOLUTION' is none of"),
    ],
)
def test_malformed_regions_are_refused(source, message):
    with pytest.raises(ValueError, match=message):
        to_stub(source)
