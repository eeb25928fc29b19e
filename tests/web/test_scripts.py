"""The scripts keep one style, their types fit, and they cannot run data as code."""

import json
import os
import re
import shutil
import subprocess

import pytest
from filelock import FileLock

from everystep.site.assets import without_comments
from tests.paths import ROOT, relative

WEB = ROOT / "web"
SCRIPTS = sorted(WEB.rglob("*.js"))
TOOLS = ROOT / "tools" / "web"
OLDEST_NODE = (20, 19)
# A statement, or a call; "import" is a word of Python's in the code that pages offer to copy.
LOADS_ANOTHER = re.compile(r"^\s*import\b|\bimport\s*\(", re.MULTILINE)


def missing(reason):
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


def npm(*arguments, **options):
    # By its full name: on Windows npm is a script that only a shell finds.
    command = [shutil.which("npm"), "--prefix", str(TOOLS), *arguments]
    return subprocess.run(command, cwd=TOOLS, capture_output=True, text=True, **options)


def install():
    """Install what the lock names into ``tools/web/node_modules``, unless it is there."""
    lock = (TOOLS / "package-lock.json").read_text(encoding="utf-8")
    stamp = TOOLS / "node_modules" / "installed-from"
    (ROOT / "_build").mkdir(exist_ok=True)
    with FileLock(ROOT / "_build" / "node.lock"):
        if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
            return
        result = npm("ci", "--no-audit", "--no-fund", "--ignore-scripts")
        if result.returncode != 0:
            missing(f"the packages of {relative(TOOLS)} cannot be installed:\n{result.stderr}")
        stamp.write_text(lock, encoding="utf-8")


@pytest.fixture(scope="session")
def run():
    """Return a function that runs a script of ``tools/web/package.json``."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        missing("node and npm are needed to check the scripts in web/")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
    if tuple(map(int, version.removeprefix("v").split(".")[:2])) < OLDEST_NODE:
        missing(f"node {'.'.join(map(str, OLDEST_NODE))} or newer is needed, this is {version}")
    install()

    def run_(name, *arguments, **options):
        return npm("run", "--silent", name, "--", *arguments, **options)

    return run_


def test_eslint_is_content(run):
    result = run("lint", "web")
    assert result.returncode == 0, result.stdout + result.stderr


def test_eslint_finds_planted_faults(run):
    planted = {
        'document.body.innerHTML = "<b>";': "no-restricted-properties",
        'document.write("<b>");': "no-restricted-properties",
        'setTimeout("act()", 1);': "no-implied-eval",
        "const forgotten = 1;": "no-unused-vars",
        'addEventListener("x", (a) => a == 1);': "eqeqeq",
        "var old = 1; say(old);": "no-var",
        "say(`a ${`b ${1}`}`);": "no-restricted-syntax",
    }
    source = "\n".join(['"use strict";', *planted])
    options = ("--format", "json", "--stdin", "--stdin-filename", "web/quiz/planted.js")
    [result] = json.loads(run("lint", *options, input=source).stdout)
    found = {message["line"]: message["ruleId"] for message in result["messages"]}
    assert found == dict(enumerate(planted.values(), 2))


COMPARE = """
const { parse } = require("espree");
const place = (key, value) => (["start", "end"].includes(key) ? undefined : value);
const tree = (text) => JSON.stringify(parse(text, { ecmaVersion: 2022 }), place);
const pairs = JSON.parse(require("fs").readFileSync(0, "utf-8"));
console.log(JSON.stringify(pairs.map(([one, other]) => tree(one) === tree(other))));
"""


def test_without_comments_a_script_means_the_same(run):
    sources = [script.read_text(encoding="utf-8") for script in SCRIPTS]
    pairs = [(source, without_comments(source)) for source in sources]
    pairs.append(("say(`a ${`b ${1} c`}`);", without_comments("say(`a ${`b ${1} c`}`);")))
    result = subprocess.run(
        ["node", "--eval", COMPARE], cwd=TOOLS, capture_output=True, text=True,
        encoding="utf-8", input=json.dumps(pairs), check=True,
    )  # fmt: skip
    *same, planted = json.loads(result.stdout)
    assert [
        relative(path) for path, is_same in zip(SCRIPTS, same, strict=True) if not is_same
    ] == []
    assert not planted


def test_types_fit(run):
    result = run("types", str(TOOLS))
    assert result.returncode == 0, result.stdout + result.stderr


def test_planted_faults_in_types_are_found(run, tmp_path):
    planted = {
        "everystep.grading.grade({ type: 'single', key: ['A'] }, 'A');": "TS2345",
        "everystep.memory.raed('item/a@1');": "TS2339",
        "everystep.page.find(document, 'p').textContent = 3;": "TS2322",
        "document.querySelector('p').remove();": "TS2531",
        "forgotten();": "TS2304",
    }
    (tmp_path / "planted.js").write_text("\n".join(['"use strict";', *planted]), encoding="utf-8")
    include = [str(tmp_path / "planted.js"), str(WEB)]
    settings = {"extends": str(TOOLS / "tsconfig.json"), "include": include}
    (tmp_path / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    result = run("types", str(tmp_path))
    assert result.returncode != 0
    found = re.findall(r"planted\.js\((\d+),\d+\): error (TS\d+)", result.stdout)
    assert found == [(str(i), error) for i, error in enumerate(planted.values(), 2)]


@pytest.mark.parametrize("script", SCRIPTS, ids=relative)
def test_no_script_can_run_data_as_code_or_load_another(script):
    source = script.read_text(encoding="utf-8")
    for dangerous in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write"):
        assert dangerous not in source
    assert not LOADS_ANOTHER.search(source)


def test_code_that_loads_another_script_is_told_from_python_in_a_text():
    for dangerous in ('import { a } from "./b.js";', '  import "./b.js";', 'await import ("b");'):
        assert LOADS_ANOTHER.search(f"const a = 1;\n{dangerous}")
    assert not LOADS_ANOTHER.search('const lines = ["import torch", "from a import b"];')


def test_the_compiled_loop_of_training_is_what_its_source_says(run):
    result = run("kernels")
    script = (WEB / "trainer" / "kernels.js").read_text(encoding="utf-8")
    stated = re.search(r"const COMPILED =([^;]*);", script)[1]
    advice = "run npm --prefix tools/web run kernels -- --write"
    assert "".join(re.findall(r'"(.*)"', stated)) == result.stdout, advice + result.stderr


def test_every_script_has_a_test_file():
    there = {path.relative_to(ROOT / "tests") for path in (ROOT / "tests" / "web").rglob("*.py")}
    for script in SCRIPTS:
        mirror = script.relative_to(ROOT)
        assert mirror.with_name(f"test_{script.stem}.py") in there


@pytest.mark.parametrize("folder", ["tools/web", "benchmarks"])
def test_the_lock_names_no_registry(folder):
    lock = json.loads((ROOT / folder / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
