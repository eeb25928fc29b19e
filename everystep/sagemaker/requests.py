"""Is a request for a training job one that SageMaker AI can accept? Asked without an account.

``create_training_job.json`` is an excerpt of the service's own description as botocore has it: the
shapes of CreateTrainingJob without documentation, each with its type, required members, limits
and patterns. ``python -m tests.sagemaker.record`` writes it, and a test compares it with botocore.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SHAPES = Path(__file__).with_name("create_training_job.json")
ROOT_SHAPE = "CreateTrainingJobRequest"
TYPES: dict[str, tuple[Any, str]] = {
    "string": (str, "a string"),
    "boolean": (bool, "true or false"),
    "integer": (int, "a whole number"),
    "long": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "double": ((int, float), "a number"),
    "list": (list, "a list"),
    "map": (dict, "a mapping"),
    "structure": (dict, "a mapping"),
}
# Classes of letters, numbers and spaces that Python's regular expressions do not have.
CLASSES = {r"\p{L}": r"\w", r"\p{N}": r"\w", r"\p{Z}": r"\s", r"\p{Alnum}": "A-Za-z0-9"}
LONGEST_LIST = 6


@dataclass(frozen=True)
class Problem:
    """What is wrong with a request.

    Attributes:
        field: where, such as ``ResourceConfig.InstanceType`` or ``InputDataConfig[0].ChannelName``.
        message: what was expected there, and what came.
    """

    field: str
    message: str

    def __str__(self) -> str:
        """Return both as one line."""
        return f"{self.field}: {self.message}"


@cache
def shapes() -> dict[str, dict[str, Any]]:
    """Return the excerpt of the service's description: shapes by name."""
    return json.loads(SHAPES.read_text(encoding="utf-8"))


def check_request(request: Mapping[str, Any]) -> list[Problem]:
    """Return everything that is wrong with a CreateTrainingJob request; empty if nothing is found.

    Checked are each field's type, name, limits and pattern as the service describes them, then what
    the description cannot say: rules between fields, and limits that the documentation has. Quotas,
    permissions and whether images and data exist are known to an account alone.

    Args:
        request: the request as ``boto3``'s ``create_training_job`` takes it, by keyword.
    """
    problems = list(_walk(ROOT_SHAPE, dict(request), ""))
    # Rules read fields whose form is known.
    return problems or list(_rules(request))


def _walk(name: str, value: Any, field: str) -> Iterator[Problem]:
    shape = shapes()[name]
    kind, expected = TYPES[shape["type"]]
    # A truth value is a whole number to Python.
    if not isinstance(value, kind) or (isinstance(value, bool) and shape["type"] != "boolean"):
        yield Problem(field, f"must be {expected}, got {value!r}")
    elif shape["type"] == "structure":
        yield from _walk_members(shape, value, field)
    elif shape["type"] == "list":
        yield from _limits(shape, len(value), "entries", field)
        for place, entry in enumerate(value):
            yield from _walk(shape["member"], entry, f"{field}[{place}]")
    elif shape["type"] == "map":
        yield from _limits(shape, len(value), "entries", field)
        for key, entry in value.items():
            yield from _walk(shape["key"], key, f"{field}[{key!r}]")
            yield from _walk(shape["value"], entry, f"{field}[{key!r}]")
    elif shape["type"] == "string":
        yield from _walk_text(shape, value, field)
    elif shape["type"] != "boolean":
        yield from _limits(shape, value, "", field)


def _walk_members(shape: dict, value: dict, field: str) -> Iterator[Problem]:
    prefix = f"{field}." if field else ""
    for member in shape.get("required", ()):
        if member not in value:
            yield Problem(f"{prefix}{member}", "is required")
    for member, part in value.items():
        if member in shape["members"]:
            yield from _walk(shape["members"][member], part, f"{prefix}{member}")
        else:
            yield Problem(f"{prefix}{member}", "is no field of this name")


def _walk_text(shape: dict, text: str, field: str) -> Iterator[Problem]:
    yield from _limits(shape, len(text), "characters", field)
    if "enum" in shape and text not in shape["enum"]:
        few = len(shape["enum"]) <= LONGEST_LIST
        listed = ", ".join(shape["enum"]) if few else f"{len(shape['enum'])} known values"
        yield Problem(field, f"must be one of {listed}, got {text!r}")
    if "pattern" in shape:
        pattern = shape["pattern"]
        for theirs, ours in CLASSES.items():
            pattern = pattern.replace(theirs, ours)
        if not re.fullmatch(pattern, text):
            yield Problem(field, f"must match {shape['pattern']}, got {text!r}")


def _limits(shape: dict, size: float, what: str, field: str) -> Iterator[Problem]:
    unit = f" {what}" if what else ""
    if size < shape.get("min", size):
        yield Problem(field, f"must have at least {shape['min']:g}{unit}, has {size:g}")
    if size > shape.get("max", size):
        yield Problem(field, f"must have at most {shape['max']:g}{unit}, has {size:g}")


def _rules(request: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _resource_rules(request)
    yield from _time_rules(request)
    yield from _image_rules(request)
    channels = [channel["ChannelName"] for channel in request.get("InputDataConfig", ())]
    for place, name in enumerate(channels):
        if name in channels[:place]:
            field = f"InputDataConfig[{place}].ChannelName"
            yield Problem(field, f"there is a channel {name!r} already")


def _resource_rules(request: Mapping[str, Any]) -> Iterator[Problem]:
    if "ServerlessJobConfig" in request:  # its resources are the service's choice
        return
    resources = request.get("ResourceConfig")
    if resources is None:
        yield Problem("ResourceConfig", "is required")
    elif "InstanceGroups" not in resources:
        for name in ("InstanceType", "InstanceCount", "VolumeSizeInGB"):
            if name not in resources:
                yield Problem(f"ResourceConfig.{name}", "is required")
        if resources.get("InstanceCount") == 0:
            yield Problem("ResourceConfig.InstanceCount", "must be at least 1, got 0")
        if resources.get("VolumeSizeInGB") == 0:
            yield Problem("ResourceConfig.VolumeSizeInGB", "must be at least 1, got 0")


def _time_rules(request: Mapping[str, Any]) -> Iterator[Problem]:
    times = request.get("StoppingCondition", {})
    runtime, wait = (times.get(f"Max{name}InSeconds") for name in ("Runtime", "WaitTime"))
    if request.get("EnableManagedSpotTraining"):
        if wait is None:
            message = "is required with EnableManagedSpotTraining"
            yield Problem("StoppingCondition.MaxWaitTimeInSeconds", message)
        elif runtime is not None and wait < runtime:
            message = f"must be at least MaxRuntimeInSeconds, which is {runtime}, got {wait}"
            yield Problem("StoppingCondition.MaxWaitTimeInSeconds", message)
        if "KeepAlivePeriodInSeconds" in request.get("ResourceConfig", {}):
            message = (
                "a warm pool keeps on-demand instances, and not those of managed spot training"
            )
            yield Problem("ResourceConfig.KeepAlivePeriodInSeconds", message)
    elif wait is not None:
        message = "is for managed spot training; set EnableManagedSpotTraining"
        yield Problem("StoppingCondition.MaxWaitTimeInSeconds", message)


def _image_rules(request: Mapping[str, Any]) -> Iterator[Problem]:
    algorithm = request.get("AlgorithmSpecification", {})
    named = [name for name in ("TrainingImage", "AlgorithmName") if name in algorithm]
    if algorithm and len(named) != 1:
        came = "neither" if not named else "both"
        message = f"either this or AlgorithmName is required, got {came}"
        yield Problem("AlgorithmSpecification.TrainingImage", message)
    for place, metric in enumerate(algorithm.get("MetricDefinitions", ())):
        field = f"AlgorithmSpecification.MetricDefinitions[{place}].Regex"
        try:
            groups = re.compile(metric["Regex"]).groups
        except re.error as error:
            yield Problem(field, f"must be a regular expression: {error}")
        else:
            if groups != 1:
                yield Problem(field, f"must have one group, the number to read, has {groups}")
