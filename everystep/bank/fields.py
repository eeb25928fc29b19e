"""Fields that all files of the bank are made of."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from everystep.bank.markup import check_block, check_inline, check_plain

# The browser's script calls what it kept damaged if an id (a misconception's, too), a version or an
# exam's name is longer:
# LIMITS in web/shared/memory.js. Moodle's idnumber holds 100 signs, "-6" for a variant among them.
LONGEST_ID = 80
LARGEST_VERSION = 9999
LONGEST_EXAM = 40
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _check_name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(f"must be lower-case words joined by hyphens, got {text!r}")
    return text


Name = Annotated[str, AfterValidator(_check_name)]
Id = Annotated[str, Field(max_length=LONGEST_ID), AfterValidator(_check_name)]
Version = Annotated[int, Field(ge=1, le=LARGEST_VERSION)]
ExamName = Annotated[str, Field(max_length=LONGEST_EXAM), AfterValidator(_check_name)]
Text = Annotated[str, Field(min_length=1)]
# Markdown: several paragraphs, a line, a line that also stands in menus.
Paragraphs = Annotated[Text, AfterValidator(check_block)]
Line = Annotated[Text, AfterValidator(check_inline)]
Label = Annotated[Text, AfterValidator(check_plain)]


class Strict(BaseModel):
    """A model that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
