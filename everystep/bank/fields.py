"""Fields that all files of the bank are made of."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _check_name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(f"must be lower-case words joined by hyphens, got {text!r}")
    return text


Name = Annotated[str, AfterValidator(_check_name)]
Text = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    """A model that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
