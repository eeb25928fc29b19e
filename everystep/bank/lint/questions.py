"""Rules that a question keeps or breaks by itself."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from everystep.bank.evidence import SourceEvidence
from everystep.bank.kinds import Multiple, Numeric, Ordering, Question, Single
from everystep.bank.lint.language import SELECT, length, prose, sentences, words
from everystep.bank.order import quantity
from everystep.bank.variants import show

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
SHORT = 15
FEWEST_VARIANTS = 4
MOST_DIGITS = 6


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
    found = [quantity(option.text) for option in question.displayed_options]
    quantities = [one for one in found if one is not None]
    if len(quantities) == len(found) and len({unit for _, unit in quantities}) > 1:
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
KIND_RULES: dict[str, tuple[Callable[[Any], Iterator[str]], ...]] = {
    "single": (has_four_options,),
    "multiple": (has_five_options,),
    "ordering": (steps_hide_their_place,),
    "numeric": (numbers_can_be_typed,),
}
