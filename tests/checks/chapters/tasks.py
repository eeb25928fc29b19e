"""The tasks of every chapter, and the wrong answers to them that its test file lists."""

import importlib

from everystep.authoring.manifest import read_manifest

MANIFEST = read_manifest()
CHAPTERS = {chapter.module: chapter for chapter in MANIFEST.with_room("checks")}


def tasks_of(chapter):
    module = importlib.import_module(f"everystep.checks.chapters.{chapter}")
    found = {n: t for n, t in vars(module).items() if hasattr(t, "mistakes")}
    assert all(task.name == name for name, task in found.items())
    return found


def wrong_answers_of(chapter):
    return importlib.import_module(f"tests.checks.chapters.test_{chapter}").WRONG_ANSWERS
