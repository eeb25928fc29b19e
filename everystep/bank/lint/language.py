"""The language of questions, as the linter sees it: words and their roots, sentences."""

import re
from functools import cache

import snowballstemmer

from everystep.bank.markup import plain_text
from everystep.bank.parts import Option

SELECT = re.compile(r"\s*\(Select (\w+)\.\)$")
# Dollar signs around a formula have no blanks inside; those of "$5 or $10" have one.
FORMULA = r"(?<!\\)\$(?!\s)[^$]+(?<![\s\\])\$"
# Words of more than three letters that say nothing about what a text is about.
STOP_WORDS = frozenset(
    """about above after again also although because been before being below best between both cause
    change compare could does done down during each either else even ever every expect explain fall
    fell first follow following from further gain give given goes happen have having here into
    itself just keep kept last less likely long longer made make many mean means might more most
    much must need next only other over reason rise rose running same says should show shown since
    some still such take team than that their them then there these they this those three through
    time under until used uses using value very want well were what when where whether which while
    whole whose will with within without work would your""".split()  # noqa: SIM905
)
_STEMMER = snowballstemmer.stemmer("english")


def prose(text: str) -> str:
    """Return a text without code, formulas, tables' lines and what stands between braces."""
    return re.sub(rf"`[^`]*`|{FORMULA}|\{{[^}}]*\}}|[|*]|-{{3,}}", " ", text)


def words(text: str) -> list[str]:
    """Return the words and numbers of a text in lower case, without the signs around them."""
    stripped = (word.strip(".,;:?!()[]\"'`*|").lower() for word in text.split())
    return [word for word in stripped if word and not set(word) <= {"-"}]


def length(option: Option) -> int:
    """Return how many characters of an option are seen."""
    return len(plain_text(option.text))


def content(text: str) -> set[str]:
    """Return the roots of the words that carry meaning."""
    return {root_of(word) for word in content_words(text)}


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, in lower case; "zero_grad" is two words."""
    found = re.findall(r"[^\W\d_]+", prose(text).lower())
    return [word for word in found if len(word) > 3 and word not in STOP_WORDS]


@cache
def root_of(word: str) -> str:
    """Return what the forms of a word have in common: "duplicates" and "duplicated" are one."""
    root: str = _STEMMER.stemWord(word)
    return root


def numbers(text: str) -> set[str]:
    """Return the words of a text that have a digit."""
    return {word for word in words(text) if re.search(r"\d", word)}


def sentences(text: str) -> list[str]:
    """Split a stem into sentences; "(Select TWO.)" at its end is left out."""
    return re.split(r"(?<=[.?!:])\s+", SELECT.sub("", text.strip()))
