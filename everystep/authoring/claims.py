"""The small trainers of the chapters, ``book/train/claims.yml``: experiments tied to findings.

Each runs recipes of a finding's lab in the page, from fewer seeds, so that a reader can see the
finding come about. The file explains the fields.
"""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlencode

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from everystep.authoring.manifest import ROOT

CLAIMS = "book/train/claims.yml"
# What the page would else take from its form, where nobody compares it with the lab.
REQUIRED = ("batch", "rate", "epochs", "images", "hidden", "seeds")
# Samples that all seeds and recipes process together: 15 seconds at 45,000 a second.
MOST_SAMPLES = 650_000
SECOND = "2"
NUMBER = re.compile(r"\{(mean|low|high|n|p):[^{}]+\}")

Text = Annotated[str, Field(min_length=1)]
Measure = Literal["train_loss", "train_accuracy", "val_loss", "val_accuracy"]


class ClaimError(ValueError):
    """The claims cannot be used; the message says where and what was expected."""


class Claim(BaseModel):
    """An experiment that shows a finding; the attributes are explained in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: Text
    settings: Text
    data: Literal["digits", "mnist1d"] = "digits"
    lab: Annotated[tuple[Text, ...], Field(min_length=1)]
    measure: Annotated[tuple[Measure, ...], Field(min_length=1)]
    above: Annotated[float | None, Field(gt=0, lt=100)] = None
    compare: Literal["A - B", "B - A", "A / B", "B / A"]
    expect: Literal["higher", "lower", "same"]
    book: Text
    note: str = ""

    @property
    def address(self) -> str:
        """The settings as the trainer's address writes them, with data other than the digits."""
        return self.settings if self.data == "digits" else f"{self.settings}&data={self.data}"

    @property
    def values(self) -> dict[str, str]:
        """The settings by name, as the trainer's address writes them."""
        return dict(parse_qsl(self.address, keep_blank_values=True, strict_parsing=True))

    @property
    def samples(self) -> int:
        """How many samples all seeds of both recipes process together."""
        values = self.values
        epochs = int(values["epochs"]) + int(values.get("epochs" + SECOND, values["epochs"]))
        return epochs * int(values["images"]) * int(values["seeds"])

    def with_seeds(self, fewest: int) -> str:
        """Return the settings with at least so many seeds."""
        seeds = max(fewest, int(self.values["seeds"]))
        return urlencode(self.values | {"seeds": str(seeds)})

    @model_validator(mode="after")
    def _settings_are_whole(self) -> Self:
        names = [name for name, _ in parse_qsl(self.settings, strict_parsing=True)]
        if missing := [name for name in REQUIRED if name not in names]:
            raise ValueError(f"settings must also say {', '.join(missing)}")
        if "data" in names:
            raise ValueError("settings leave the data to the field data")
        if len(names) > len(set(names)):
            raise ValueError("settings name something twice")
        if not any(name.endswith(SECOND) for name in names):
            raise ValueError("settings need a second recipe, such as batch2=512")
        if self.samples > MOST_SAMPLES:
            raise ValueError(
                f"seeds × epochs × images, of both recipes together, must be at most "
                f"{MOST_SAMPLES:,}, got {self.samples:,}"
            )
        return self

    @model_validator(mode="after")
    def _is_comparable(self) -> Self:
        if self.above is not None and not all("accuracy" in name for name in self.measure):
            raise ValueError("above is a percentage of accuracy")
        if len(self.measure) > 1 and "-" not in self.compare:
            raise ValueError("several measures are compared by their differences")
        if not NUMBER.search(self.book) or re.search(r"[{}]", NUMBER.sub("", self.book)):
            raise ValueError("in book, braces hold mean, low, high, n or p, with a format")
        return self


def read_claims(root: Path = ROOT) -> dict[str, Claim]:
    """Read the claims of a repository, by the finding's id.

    Raises:
        ClaimError: if the file cannot be read, or is malformed; the message names file and field.
    """
    path = root / CLAIMS
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ClaimError(f"{path}: cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise ClaimError(f"{path}: must map ids of findings to their experiments")
    claims = {}
    for id, fields in content.items():
        try:
            claims[str(id)] = Claim.model_validate(fields)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, (id, *first["loc"])))
            raise ClaimError(f"{path}: {place}: {first['msg']}") from error
    return claims
