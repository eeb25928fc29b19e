"""What was made for one build serves the next, until what it was made of changes."""

import pytest

from everystep.site.made import kept_or_made


@pytest.fixture
def make(tmp_path):
    """Return a function that makes a text of parts, and the texts that were made so far."""
    made = []

    def make_(*of, text="kept\nas it is"):
        def anew():
            made.append(text)
            return text

        return kept_or_made(tmp_path / "made" / "a.json", of, anew), len(made)

    return make_


def test_a_text_is_made_once(make):
    assert make(b"code", b"1.0") == ("kept\nas it is", 1)
    assert make(b"code", b"1.0", text="another") == ("kept\nas it is", 1)


@pytest.mark.parametrize(
    "of", [(b"code", b"1.1"), (b"code",), (b"code1", b".0"), (b"1.0", b"code")]
)
def test_a_text_is_made_again_when_what_it_is_made_of_changes(make, of):
    make(b"code", b"1.0")
    assert make(*of, text="another") == ("another", 2)


@pytest.mark.parametrize("damage", [b"", b"\xff", b"0\nkept", None])
def test_a_damaged_file_counts_as_none(make, tmp_path, damage):
    make(b"code")
    path = tmp_path / "made" / "a.json"
    path.write_bytes(path.read_bytes()[:-1] if damage is None else damage)
    assert make(b"code") == ("kept\nas it is", 2)
    assert make(b"code")[1] == 2
