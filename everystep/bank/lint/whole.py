"""Rules about the bank as a whole, which no question can keep by itself."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from everystep.bank.kinds import Question
from everystep.bank.lint.language import content, content_words, length, numbers, root_of, words
from everystep.bank.read import Bank, Located

# A word is rare when fewer questions than this share of the bank, or than this number, have it.
RARE_SHARE = 0.04
RARE_COUNT = 4
MOST_LONGEST_KEYS = 0.35
POSITION_MARGIN = 0.05
FEWEST_TELLING_WORDS = 4
# With fewer keys, chance alone makes one position look favored.
ENOUGH_KEYS = 100

# Where a rule is broken, the id of the question or case, and what is wrong; None and a dash stand
# for the bank as a whole.
Told = tuple[Located | None, str, str]


def the_key_repeats_no_rare_word(bank: Bank) -> Iterator[Told]:
    """Rule 11: no rare word of a stem stands in the key alone, where it would give it away."""
    frequency = Counter(root for question in bank.questions() for root in _all_content(question))
    rare = max(RARE_COUNT, RARE_SHARE * sum(1 for _ in bank.questions()))
    for located, question in placed(bank):
        in_distractors = _content_of(option.text for option in question.wrong_options)
        in_keys = _content_of(option.text for option in question.right_options)
        clues = (in_keys & content(question.stem)) - in_distractors
        for word in dict.fromkeys(content_words(question.stem)):
            if root_of(word) in clues and frequency[root_of(word)] <= rare:
                clues.remove(root_of(word))
                sentence = f"{word!r} stands in the stem, in the right option and in no other"
                yield located, question.id, sentence


def no_stem_answers_another(bank: Bank) -> Iterator[Told]:
    """Rule 11: no stem or scenario has all words and numbers of another question's answer."""
    shown = [
        (located, content(text) | numbers(text))
        for located in bank.items
        for text in (located.item.scenario or "", *(one.stem for one in located.questions))
    ]
    for located, question in placed(bank):
        for key in question.right_options:
            told = content(key.text)
            if len(told) < FEWEST_TELLING_WORDS:
                continue
            told |= numbers(key.text)
            for other, text in shown:
                if other is not located and told <= text:
                    sentence = (
                        f"the stem has all words of {key.text!r}, the answer to {question.id}"
                    )
                    yield other, other.item.id, sentence


def keys_are_rarely_longest(bank: Bank) -> Iterator[Told]:
    """Rule 6: the key is the longest option in at most 35 % of the bank's single-choice items."""
    total, longest = 0, []
    for _, question in placed(bank):
        keys, distractors = question.right_options, question.wrong_options
        if len(keys) == 1:
            total += 1
            if length(keys[0]) > max(length(option) for option in distractors):
                longest.append(question.id)
    if len(longest) > MOST_LONGEST_KEYS * total:
        sentence = (
            f"the key is the longest option in {len(longest)} of {total} single-choice questions, "
            f"more than {MOST_LONGEST_KEYS:.0%}: {', '.join(longest)}"
        )
        yield None, "-", sentence


def key_positions_are_balanced(bank: Bank) -> Iterator[Told]:
    """Rule 9: no position holds the key much more often than the others do."""
    positions: Counter[int] = Counter()
    for _, question in placed(bank):
        if len(question.right_options) == 1:
            positions[[option.correct for option in question.displayed_options].index(True)] += 1
    total = positions.total()
    if total >= ENOUGH_KEYS:
        for position, count in sorted(positions.items()):
            if count / total > 1 / 4 + POSITION_MARGIN:
                sentence = (
                    f"the key is shown at place {position + 1} in {count} of {total} questions"
                )
                yield None, "-", sentence


def scenarios_are_short(bank: Bank) -> Iterator[Told]:
    """Rule 12: a scenario has at most 200 words."""
    for located in bank.items:
        if (count := len(words(located.item.scenario or ""))) > 200:
            yield located, located.item.id, f"the scenario has {count} words, more than 200"


def answers_are_verified(bank: Bank, today: datetime.date) -> Iterator[Told]:
    """Rule 12: every answer was verified within the last twelve months."""
    for located, question in placed(bank):
        if not 0 <= (today - question.verified_on).days <= 366:
            sentence = f"verified_on is {question.verified_on}, not within the last 12 months"
            yield located, question.id, sentence


BANK_RULES: tuple[Callable[[Bank], Iterator[Told]], ...] = (
    the_key_repeats_no_rare_word,
    no_stem_answers_another,
    keys_are_rarely_longest,
    key_positions_are_balanced,
    scenarios_are_short,
)


def placed(bank: Bank) -> Iterator[tuple[Located, Question]]:
    """Yield every question, those of cases among them, with its place."""
    for located in bank.items:
        for question in located.questions:
            yield located, question


def _all_content(question: Question) -> set[str]:
    return _content_of([question.stem, *question.choices])


def _content_of(texts: Iterable[str]) -> set[str]:
    return content(" ".join(texts))
