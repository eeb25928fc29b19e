"""Check the question bank against twelve rules for writing questions.

``python -m everystep.bank.linter [questions]`` prints file, line, question and what is wrong.

The rules follow T. M. Haladyna, S. M. Downing and M. C. Rodriguez (2002), "A Review of
Multiple-Choice Item-Writing Guidelines for Classroom Assessment", Applied Measurement in Education
15(3), doi:10.1207/S15324818AME1503_5; where they leave a number open, the number is ours. One
function below is one rule, or a part of it, in the same order. What the schema can say (one
objective that the blueprint has, a misconception for every distractor, at least one piece of
evidence) is refused while reading, in ``everystep.bank.items`` and ``everystep.bank.read``.
"""

import datetime
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from everystep.bank.evidence import SourceEvidence
from everystep.bank.kinds import Multiple, Numeric, Ordering, Question, Single
from everystep.bank.order import quantity
from everystep.bank.parts import Option
from everystep.bank.read import Bank, BankError, Located, read_bank
from everystep.bank.variants import show

SELECT = re.compile(r"\s*\(Select (\w+)\.\)$")
NUMBER_WORDS = {2: "TWO", 3: "THREE", 4: "FOUR"}
IMPERATIVES = frozenset(
    """answer arrange assign assume calculate choose complete compute convert count determine
    estimate express find give identify ignore match name order pick place predict put rank report
    round select sort state take use write""".split()  # noqa: SIM905
)
COMBINED = re.compile(
    r"\bof the (?:above|options|answers)\b"
    r"|^(?i:both|(?:all|none|any|both|neither) of (?:these|them))\.?$"
    r"|\b[A-F](?:,? (?:and|or) |, )[A-F]\b|\b(?i:options?) [A-F1-6]\b"
)
NEGATIVE = re.compile(
    r"\b(?:NOT|EXCEPT)\b|\b(?i:except)(?i: for)?\s*[:?]"
    r"|\b(?i:which|what)(?: of the following| of these)?(?: [\w-]+){0,2}"
    r" (?:is|are|was|were|do|does|did|can|could|should|would|will|must)(?: \w+)?(?: not|n't)\b"
)
ABSOLUTE = frozenset({"always", "never", "only"})
OTHER_OPTION = re.compile(
    r"\b(?:options?|answers?|choices?) (?:[A-F]|[1-6])\b"
    r"|\b(?:first|second|third|fourth|fifth|last|previous|next|other) (?:option|answer|choice)s?\b"
)
PLACE_WORDS = frozenset({"first", "second", "third", "finally", "lastly", "then", "next"})
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
# The ending of a plural; "loss", "bias", "status" and "axis" have none.
PLURAL = re.compile(r"(?:(?<=ss|sh)|(?<=ias))es$|(?<![sui])(?<!ia)s$")
# A word is rare when fewer questions than this share of the bank, or than this number, have it.
RARE_SHARE = 0.04
RARE_COUNT = 4
SHORT = 15
MOST_LONGEST_KEYS = 0.35
POSITION_MARGIN = 0.05
FEWEST_TELLING_WORDS = 4
FEWEST_VARIANTS = 4
# With fewer keys, chance alone makes one position look favored.
ENOUGH_KEYS = 100
MOST_DIGITS = 6


@dataclass(frozen=True)
class Breach:
    """A rule that a question breaks.

    Attributes:
        file: the question file.
        line: line of the item, counted from 1.
        id: the question; a dash for the whole bank.
        sentence: what is wrong.
    """

    file: Path
    line: int
    id: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.id}: {self.sentence}"


def prose(text: str) -> str:
    """Return a text without code spans, tables' lines and what stands between braces."""
    return re.sub(r"`[^`]*`|\{[^}]*\}|[|*]|-{3,}", " ", text)


def words(text: str) -> list[str]:
    """Return the words and numbers of a text in lower case, without the signs around them."""
    stripped = (word.strip(".,;:?!()[]\"'`*|").lower() for word in text.split())
    return [word for word in stripped if word and not set(word) <= {"-"}]


def length(option: Option) -> int:
    """Return how many characters of an option are seen."""
    return len(option.text.strip().replace("`", "").replace("*", ""))


def content(text: str) -> set[str]:
    """Return the beginnings of the words that carry meaning."""
    return {beginning(word) for word in content_words(text)}


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, in lower case; "zero_grad" is two words."""
    found = re.findall(r"[^\W\d_]+", prose(text).lower())
    return [word for word in found if len(word) > 3 and word not in STOP_WORDS]


def beginning(word: str) -> str:
    """Return a word's first letters: those of "losses" are those of "loss"."""
    return PLURAL.sub("", word)[:5]


def numbers(text: str) -> set[str]:
    """Return the words of a text that have a digit."""
    return {word for word in words(text) if re.search(r"\d", word)}


def sentences(text: str) -> list[str]:
    """Split a stem into sentences; "(Select TWO.)" at its end is left out."""
    return re.split(r"(?<=[.?!:])\s+", SELECT.sub("", text.strip()))


def asks_one_thing(question: Question) -> Iterator[str]:
    """Rule 1: one objective an item, so one question a stem."""
    if prose(question.stem).count("?") > 1:
        yield "the stem asks more than one question"


def ends_in_a_question(question: Question) -> Iterator[str]:
    """Rule 2: the stem ends in a question or an imperative, and has no blanks to fill."""
    last = sentences(question.stem)[-1]
    first_word = (words(last) or [""])[0]
    if not last.endswith("?") and first_word not in IMPERATIVES:
        yield "the stem must end in a question or an imperative sentence (Put, Match, Compute ...)"
    if re.search(r"_{2,}|\.{3,}|…", prose(question.stem)):
        yield "the stem has a blank to fill; ask a whole question"


def combines_no_options(question: Question) -> Iterator[str]:
    """Rule 3: no "all of the above", "none of the above", "A and C"."""
    for text in question.choices:
        if COMBINED.search(prose(text)):
            yield f"{text!r} refers to other options; say what it means"


def asks_positively(question: Question) -> Iterator[str]:
    """Rule 4: no NOT and EXCEPT in a stem."""
    if NEGATIVE.search(prose(question.stem)):
        yield "the stem asks for what is not so; ask for what is so"


def has_four_options(question: Single) -> Iterator[str]:
    """Rule 5, for one right option: four options, and no "(Select TWO.)"."""
    if len(question.options) != 4:
        yield f"needs 4 options, has {len(question.options)}"
    if SELECT.search(question.stem.strip()):
        yield 'one option is right, so that the stem must not say "(Select ...)"'


def has_five_options(question: Multiple) -> Iterator[str]:
    """Rule 5, for several right options: five options, two keys, and "(Select TWO.)"."""
    keys, distractors = question.right_options, question.wrong_options
    if len(question.options) < 5 or len(distractors) < 2:
        yield (
            "needs at least 5 options, 2 of them wrong, "
            f"has {len(question.options)} with {len(distractors)} wrong ones"
        )
    told = SELECT.search(question.stem.strip())
    word = NUMBER_WORDS.get(len(keys), str(len(keys)))
    if told is None or told[1] != word:
        yield f'the stem must end with "(Select {word}.)"'


def options_are_alike_in_length(question: Question) -> Iterator[str]:
    """Rule 6: the longest option is at most twice as long as the shortest.

    Texts shorter than ``SHORT`` characters count as that long: nobody chooses "12" for its length.
    """
    lengths = [max(SHORT, length(option)) for option in question.displayed_options]
    if lengths and max(lengths) > 2 * min(lengths):
        yield f"the longest option has {max(lengths)} characters, the shortest {min(lengths)}"


def options_differ(question: Question) -> Iterator[str]:
    """Rule 7: options are distinct, and none contains another."""
    texts = [words(text) for text in question.choices]
    for place, short in enumerate(texts):
        for other, long in enumerate(texts):
            if place == other or (short == long and place > other):
                continue
            starts = range(len(long) - len(short) + 1)
            if any(long[start : start + len(short)] == short for start in starts):
                verb = "is the same as" if short == long else "is contained in"
                yield f"the option {' '.join(short)!r} {verb} {' '.join(long)!r}"


def absolutes_do_not_give_away(question: Question) -> Iterator[str]:
    """Rule 8: always, never and only do not stand in distractors alone."""
    keys, distractors = question.right_options, question.wrong_options
    in_keys = {word for option in keys for word in words(prose(option.text))} & ABSOLUTE
    for option in distractors:
        for word in sorted(set(words(prose(option.text))) & ABSOLUTE):
            if not in_keys:
                yield f"{word!r} stands in a wrong option, and no such word in the right one"


def numbers_can_be_sorted(question: Question) -> Iterator[str]:
    """Rule 9: options that are numbers are shown in ascending order, so they need one unit."""
    quantities = [quantity(option.text) for option in question.displayed_options]
    if None not in quantities and len({unit for _, unit in quantities}) > 1:
        yield "options that are numbers must have one unit, so that they can be sorted"


def explains_every_option(question: Question) -> Iterator[str]:
    """Rule 10: a rationale has at least eight words and refers to no option by its place."""
    for reason in question.reasons():
        rationale = reason.why
        if len(rationale.split()) < 8:
            yield f"the rationale {rationale!r} has fewer than 8 words"
        if match := OTHER_OPTION.search(rationale):
            yield f"a rationale says {match[0]!r}; options are shuffled, so say what it claims"


def steps_hide_their_place(question: Ordering) -> Iterator[str]:
    """Rule 11, for orderings: a step does not say where it stands."""
    for step in question.steps:
        if words(step.text)[:1] and words(step.text)[0] in PLACE_WORDS:
            yield f"the step {step.text!r} begins by saying where it stands"


def is_short(question: Question) -> Iterator[str]:
    """Rule 12: a stem has at most 90 words, a listing at most 15 lines."""
    if len(words(question.stem)) > 90:
        yield f"the stem has {len(words(question.stem))} words, more than 90"
    lines = len((question.code or "").strip("\n").splitlines())
    if lines > 15:
        yield f"the code has {lines} lines, more than 15"


def names_a_source(question: Question) -> Iterator[str]:
    """Rule 12: what SageMaker does is learned from a dated source, not from an experiment."""
    texts = (question.stem, question.code or "", *question.choices)
    if any("sagemaker" in text.lower() for text in texts) and not any(
        isinstance(evidence, SourceEvidence) for evidence in question.evidence
    ):
        yield "a question about SageMaker needs a source as evidence"


def numbers_can_be_typed(question: Numeric) -> Iterator[str]:
    """Rule 5, for numeric items: enough variants and mistakes, and answers that end."""
    found = question.variants
    if len(found) < FEWEST_VARIANTS:
        yield f"has {len(found)} variants that tell the mistakes apart, needs {FEWEST_VARIANTS}"
    if len(question.mistakes) < 2:
        yield "needs at least 2 mistakes"
    longest = max((show(variant.answer) for variant in found), key=len)
    digits = re.sub(r"\D", "", longest.lstrip("0."))
    if question.tolerance == 0 and "." in longest and len(digits) > MOST_DIGITS:
        yield f"the answer {longest} needs a tolerance, or a formula that rounds"


QUESTION_RULES: tuple[Callable[[Question], Iterator[str]], ...] = (
    asks_one_thing,
    ends_in_a_question,
    combines_no_options,
    asks_positively,
    options_are_alike_in_length,
    options_differ,
    absolutes_do_not_give_away,
    numbers_can_be_sorted,
    explains_every_option,
    is_short,
    names_a_source,
)


# Rules that only one kind of question can break.
KIND_RULES = {
    "single": (has_four_options,),
    "multiple": (has_five_options,),
    "ordering": (steps_hide_their_place,),
    "matching": (),
    "numeric": (numbers_can_be_typed,),
}


def the_key_repeats_no_rare_word(bank: Bank) -> Iterator[Breach]:
    """Rule 11: no rare word of a stem stands in the key alone, where it would give it away."""
    frequency = Counter(word for question in bank.questions() for word in _all_content(question))
    rare = max(RARE_COUNT, RARE_SHARE * sum(1 for _ in bank.questions()))
    for located, question in _placed(bank):
        keys, distractors = question.right_options, question.wrong_options
        in_distractors = {start for option in distractors for start in content(option.text)}
        in_keys = {start for option in keys for start in content(option.text)}
        for start in sorted((in_keys & content(question.stem)) - in_distractors):
            if frequency[start] <= rare:
                stem = content_words(question.stem)
                word = next(word for word in stem if beginning(word) == start)
                sentence = f"{word!r} stands in the stem, in the right option and in no other"
                yield _breach(located, question.id, sentence)


def no_stem_answers_another(bank: Bank) -> Iterator[Breach]:
    """Rule 11: no stem or scenario has all words and numbers of another question's answer."""
    shown = [
        (located, content(text) | numbers(text))
        for located in bank.items
        for text in (
            [located.item.scenario or "", *(question.stem for question in located.questions)]
        )
    ]
    for located, question in _placed(bank):
        for key in question.right_options:
            told = content(key.text)
            if len(told) < FEWEST_TELLING_WORDS:
                continue
            told |= numbers(key.text)
            for other, text in shown:
                if other is not located and told <= text:
                    yield _breach(
                        other,
                        other.item.id,
                        f"the stem has all words of {key.text!r}, the answer to {question.id}",
                    )


def keys_are_rarely_longest(bank: Bank) -> Iterator[Breach]:
    """Rule 6: the key is the longest option in at most 35 % of the bank's single-choice items."""
    total, longest = 0, []
    for _, question in _placed(bank):
        keys, distractors = question.right_options, question.wrong_options
        if len(keys) == 1:
            total += 1
            if length(keys[0]) > max(length(option) for option in distractors):
                longest.append(question.id)
    if len(longest) > MOST_LONGEST_KEYS * total:
        yield _of_bank(
            bank,
            f"the key is the longest option in {len(longest)} of {total} single-choice questions, "
            f"more than {MOST_LONGEST_KEYS:.0%}: {', '.join(longest)}",
        )


def key_positions_are_balanced(bank: Bank) -> Iterator[Breach]:
    """Rule 9: no position holds the key much more often than the others do."""
    positions: Counter[int] = Counter()
    for _, question in _placed(bank):
        if len(question.right_options) == 1:
            positions[[option.correct for option in question.displayed_options].index(True)] += 1
    total = positions.total()
    if total >= ENOUGH_KEYS:
        for position, count in sorted(positions.items()):
            if count / total > 1 / 4 + POSITION_MARGIN:
                yield _of_bank(
                    bank,
                    f"the key is shown at place {position + 1} in {count} of {total} questions",
                )


def scenarios_are_short(bank: Bank) -> Iterator[Breach]:
    """Rule 12: a scenario has at most 200 words."""
    for located in bank.items:
        if (count := len(words(located.item.scenario or ""))) > 200:
            yield _breach(
                located, located.item.id, f"the scenario has {count} words, more than 200"
            )


def answers_are_verified(bank: Bank, today: datetime.date) -> Iterator[Breach]:
    """Rule 12: every answer was verified within the last twelve months."""
    for located, question in _placed(bank):
        if not 0 <= (today - question.verified_on).days <= 366:
            yield _breach(
                located,
                question.id,
                f"verified_on is {question.verified_on}, not within the last 12 months",
            )


BANK_RULES: tuple[Callable[[Bank], Iterator[Breach]], ...] = (
    the_key_repeats_no_rare_word,
    no_stem_answers_another,
    keys_are_rarely_longest,
    key_positions_are_balanced,
    scenarios_are_short,
)


def lint(bank: Bank, today: datetime.date | None = None) -> list[Breach]:
    """Return every breach of the rules, in the order of files and lines.

    Args:
        bank: the question bank.
        today: day that ``verified_on`` is compared with; without it, the day on which this runs.
    """
    breaches = [
        _breach(located, question.id, sentence)
        for located, question in _placed(bank)
        for rule in (*QUESTION_RULES, *KIND_RULES[question.type])
        for sentence in rule(question)
    ]
    breaches += [breach for rule in BANK_RULES for breach in rule(bank)]
    breaches += answers_are_verified(bank, today or datetime.date.today())
    return sorted(breaches, key=lambda breach: (breach.file, breach.line))


def main(folder: str = "questions") -> int:
    """Print all breaches in a folder of question files; return 1 if there is one."""
    try:
        breaches = lint(read_bank(Path(folder)))
    except BankError as error:
        print(error)
        return 1
    print(*breaches, sep="\n", end="\n" if breaches else "")
    return 1 if breaches else 0


def _placed(bank: Bank) -> Iterator[tuple[Located, Question]]:
    for located in bank.items:
        for question in located.questions:
            yield located, question


def _all_content(question: Question) -> set[str]:
    return content(" ".join([question.stem, *question.choices]))


def _breach(located: Located, id: str, sentence: str) -> Breach:
    return Breach(located.file, located.line, id, sentence)


def _of_bank(bank: Bank, sentence: str) -> Breach:
    return Breach(bank.items[0].file.parent, 1, "-", sentence)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
