"""The tree and its sentences as data, for the page that reads logs in the browser.

``python -m everystep.clinic.told`` writes them into the file that the page's scripts are given.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from everystep.clinic.causes import CANNOT_TELL, CAUSES
from everystep.clinic.diagnosis import BESIDES_ANY, COUNTED, FEW_RECORDS, SOUND, WEAKER
from everystep.clinic.measures import OF_PARTS
from everystep.clinic.needs import NEEDS, RECORDS
from everystep.clinic.questions import Condition, Question
from everystep.clinic.readers import (
    columns,
    hugging_face,
    keras,
    lightning,
    names,
    openmmlab,
    phases,
    tensorboard,
    ultralytics,
    wandb,
)
from everystep.clinic.readers.roles import OPPONENTS
from everystep.clinic.readers.tables import MISSING, NOT_FINITE
from everystep.clinic.report import AT_LEAST, CHAPTER, ENDED, MOST_TO_RECORD, PARTS, SURELY
from everystep.clinic.run_log import FACTS, ROLES
from everystep.clinic.run_tree import RUN_TREE

FILE = Path("web", "clinic", "told.json")  # below the folder of the sources
# As JavaScript reads them.
WRITTEN = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def told() -> dict[str, Any]:
    """Return what the scripts need to know of the package: words, questions, causes, sentences."""
    return {
        "names": _names(),
        "missing": sorted(MISSING),
        "notFinite": [[text, WRITTEN[str(value)]] for text, value in NOT_FINITE.items()],
        "roles": ROLES,
        "facts": FACTS,
        "formats": {
            "columns": columns.NAME,
            "huggingFace": hugging_face.NAME,
            "keras": keras.NAME,
            "lightning": lightning.NAME,
            "openmmlab": openmmlab.NAME,
            "tensorboard": tensorboard.NAME,
            "ultralytics": ultralytics.NAME,
            "wandb": wandb.NAME,
        },
        "tree": [_question(question) for question in RUN_TREE],
        "causes": {name: asdict(cause) for name, cause in CAUSES.items()},
        "cannotTell": CANNOT_TELL,
        "needs": {name: [need.holds, need.record] for name, need in NEEDS.items()},
        "besidesAny": BESIDES_ANY,
        "counted": COUNTED,
        "sound": SOUND,
        "ended": ENDED,
        "fewRecords": FEW_RECORDS,
        "weaker": WEAKER,
        "surely": SURELY,
        "parts": list(PARTS.items()),
        "atLeast": AT_LEAST,
        "chapter": CHAPTER,
        "mostToRecord": MOST_TO_RECORD,
        "records": RECORDS,
    }


def _names() -> dict[str, Any]:
    """Return the words by which columns are told."""
    return {
        "validation": sorted(names.VALIDATION),
        "test": sorted(names.TEST),
        "training": sorted(names.TRAINING),
        "loss": sorted(names.LOSS),
        "error": names.ERROR,
        "accuracy": sorted(names.ACCURACY),
        "rate": sorted(names.RATE),
        "step": names.STEP,
        "epoch": names.EPOCH,
        "time": names.TIME,
        "batches": names.BATCHES,
        "rowNumbers": names.ROW_NUMBERS,
        "settings": sorted(names.SETTINGS),
        "housekeeping": sorted(names.HOUSEKEEPING),
        "plain": sorted(names.PLAIN),
        "opponents": sorted(OPPONENTS),
        "ofParts": sorted(OF_PARTS),
        "runs": sorted(names.RUNS),
        "ranked": sorted(names.RANKED),
        "scores": names.SCORES,
        "ofValidation": sorted(names.OF_VALIDATION),
        "otherScores": sorted(names.OTHER_SCORES),
        "plans": names.PLANS,
        "episode": sorted(names.EPISODE),
        "reward": sorted(names.REWARD),
        "phase": phases.PHASE,
    }


def as_json() -> str:
    """Return the data as the file holds it."""
    return json.dumps(told(), indent=1, ensure_ascii=False) + "\n"


def _question(question: Question) -> dict[str, Any]:
    signs = [
        {
            "text": sign.text,
            "cause": sign.cause,
            "shows": _conditions(sign.shows),
            "surely": sign.surely,
        }
        for sign in question.signs
    ]
    return {
        "text": question.text,
        "signs": signs,
        "applies": _conditions(question.applies),
        "secondRun": question.second_run,
    }


def _conditions(conditions: tuple[Condition, ...]) -> list[list[Any]]:
    return [[one.measure, one.relation, one.threshold] for one in conditions]


if __name__ == "__main__":
    FILE.write_text(as_json(), encoding="utf-8")
