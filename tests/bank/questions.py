"""Questions for tests: one well-formed question of every type, to be changed by each test."""

import copy
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from everystep.bank.items import Item

COMMON = {
    "objective": "count-updates",
    "level": "apply",
    "read": "book/01-steps/concept.md#updates",
    "evidence": [{"computation": "total_steps(1437, 32, 20) == 900"}],
    "verified_on": "2026-11-23",
}
WHY = "The last batch of an epoch is short, and still makes an update."


def option(text: str, misconception: str | None = None) -> dict:
    """Return an option; without a misconception, a right one."""
    rest = {"misconception": misconception} if misconception else {"correct": True}
    return {"text": text, "rationale": WHY, **rest}


ITEMS = {
    "single": {
        "id": "short-batch",
        "type": "single",
        "stem": "A loader keeps the short last batch. What follows for the number of updates?",
        "options": [
            option("Each pass over the data has one update more"),
            option("Each pass over the data has one update fewer", "short-batch-lost"),
            option("The update count stays what division gives", "floor-for-ceil"),
            option("The last gradient is divided by a full size", "mean-of-full-batch"),
        ],
        **COMMON,
    },
    "multiple": {
        "id": "more-updates",
        "type": "multiple",
        "stem": "Which changes give a job more updates? (Select TWO.)",
        "options": [
            option("Train for twice as many epochs"),
            option("Cut the batch size down to half"),
            option("Raise the learning rate by half", "rate-changes-count"),
            option("Add dropout between the layers", "dropout-changes-count"),
            option("Move the job to a faster machine", "speed-is-count"),
        ],
        **COMMON,
    },
    "ordering": {
        "id": "one-update",
        "type": "ordering",
        "stem": "Put the parts of one update in order.",
        "steps": [
            {"text": "Clear the gradients", "rationale": WHY},
            {"text": "Compute the loss", "rationale": WHY},
            {"text": "Propagate backward", "rationale": WHY},
            {"text": "Step the optimizer", "rationale": WHY},
        ],
        **COMMON,
    },
    "matching": {
        "id": "name-lengths",
        "type": "matching",
        "stem": "Match each name with what it counts.",
        "pairs": [
            {"prompt": "Epoch", "answer": "Passes over the data", "rationale": WHY},
            {"prompt": "Batch size", "answer": "Samples in an update", "rationale": WHY},
            {"prompt": "Step", "answer": "Changes of the weights", "rationale": WHY},
        ],
        "extra": [{"answer": "Layers in a model", "rationale": WHY, "misconception": "step-layer"}],
        **COMMON,
    },
    "numeric": {
        "id": "count",
        "type": "numeric",
        "stem": "You train for {epochs} epochs on {n} samples, batch size {b}. How many updates?",
        "variables": {"epochs": [7, 20], "n": [1437, 50001], "b": [32, 64]},
        "answer": "ceil(n / b) * epochs",
        "unit": "updates",
        "rationale": "An epoch has ceil({n} / {b}) updates, so the job has {answer} in all.",
        "mistakes": [
            {"misconception": "floor-for-ceil", "formula": "n // b * epochs", "rationale": WHY},
            {"misconception": "epochs-forgotten", "formula": "ceil(n / b)", "rationale": WHY},
        ],
        **COMMON,
    },
}
ITEMS["case"] = {
    "id": "slow-job",
    "type": "case",
    "scenario": "A team trains for 20 epochs at batch size 32. The job takes 12 hours.",
    "questions": [
        {**copy.deepcopy(ITEMS["single"]), "id": "slow-job-single"},
        {**copy.deepcopy(ITEMS["numeric"]), "id": "slow-job-count"},
    ],
}

CHAPTER = "chapters/01-steps.yml"
BLUEPRINT = {
    "guides": {
        "NEW-02": {
            "title": "New exam",
            "checked_on": "2026-11-05",
            "kinds": ["single", "multiple"],
            "topic": "skill",
            "topics": {"2.2.4": "Adjust epochs and batch size"},
        },
        "OLD-01": {
            "title": "Old exam",
            "checked_on": "2026-11-28",
            "kinds": list(ITEMS),
            "topic": "task",
            "topics": {"2.2": "Train and refine models"},
        },
    },
    "objectives": {
        "count-updates": {
            "topics": {"NEW-02": "2.2.4", "OLD-01": "2.2"},
            "text": "Count updates",
        }
    },
    "exams": {
        "topic": {
            "guide": "OLD-01",
            "title": "Topic exam",
            "minutes": 40,
            "questions": {"2.2": 1},
        }
    },
}


def item(kind: str, **changes: object) -> dict:
    """Return a well-formed item as plain data, with some fields changed."""
    return {**copy.deepcopy(ITEMS[kind]), **changes}


def parsed(kind: str, **changes: object) -> Item:
    """Return a well-formed item, with some fields changed."""
    return TypeAdapter(Item).validate_python(item(kind, **changes))


def write_bank(
    folder: Path, *items: dict, blueprint: dict = BLUEPRINT, pool: str | None = None
) -> Path:
    """Write a bank of one file, chapter 1's or one of a pool; return its folder."""
    place = f"pools/{pool}/count-updates.yml" if pool else CHAPTER
    for name, content in (("blueprint.yml", blueprint), (place, {"items": list(items)})):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return folder
