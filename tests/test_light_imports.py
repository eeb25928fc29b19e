"""Rooms that need no training stay quick to import, whatever their imports import in turn."""

import json
import subprocess
import sys

import pytest

from tests.paths import ROOT

HEAVY = {"torch", "pandas", "matplotlib"}


def loaded_by(*modules):
    """Return the names of all modules that a fresh process has loaded after importing some."""
    script = "import sys, json, {}; print(json.dumps(list(sys.modules)))".format(",".join(modules))
    output = subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True)
    return set(json.loads(output))


def modules_in(room):
    """Return the names of a room's modules, programs left out."""
    files = [path.relative_to(ROOT).with_suffix("") for path in (ROOT / room).rglob("*.py")]
    names = {".".join(part for part in file.parts if part != "__init__") for file in files}
    return sorted(name for name in names if not name.endswith("__main__"))


@pytest.mark.parametrize("room", ["core", "bank", "authoring", "site"])
def test_a_room_without_training_loads_nothing_heavy(room):
    names = modules_in(f"everystep/{room}")
    assert f"everystep.{room}" in names
    assert not loaded_by(*names) & HEAVY


def test_the_command_loads_nothing_heavy():
    assert not loaded_by("everystep.clinic.cli") & HEAVY


def test_what_is_heavy_is_found():
    assert "torch" in loaded_by("everystep.engine.data")
    assert "pandas" in loaded_by("everystep.core", "everystep.engine.runs")


def test_the_lab_loads_nothing_that_few_notebooks_need():
    assert not loaded_by("everystep.lab") & {"scipy.optimize", "sklearn", "hypothesis", "sphinx"}
