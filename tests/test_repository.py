"""The files that tell others how to use, cite and publish the project agree with it."""

import re
import shutil
import subprocess
import tomllib

import pytest
import yaml

from tests.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def workflow(name):
    settings = yaml.safe_load(read(f".github/workflows/{name}.yml"))
    # YAML 1.1 takes the word for a truth value.
    settings["on"] = settings.pop(True)
    return settings


def unguarded(jobs):
    """Return the jobs that publish without waiting, directly or not, for tests that passed."""

    def waits(name):
        job = jobs[name]
        before = job.get("needs", [])
        before = [before] if isinstance(before, str) else before
        return job.get("uses", "").endswith("/tests.yml") or any(map(waits, before))

    return [
        name
        for name, job in jobs.items()
        if any("deploy-pages" in step.get("uses", "") for step in job.get("steps", []))
        and (not waits(name) or "always()" in job.get("if", ""))
    ]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_job_has_a_limit_and_what_it_runs_exists(path):
    jobs = workflow(path.stem)["jobs"]
    for job in jobs.values():
        if "uses" in job:
            assert (ROOT / job["uses"]).is_file()
            continue
        assert job["timeout-minutes"] <= 90
        for step in job["steps"]:
            assert ("run" in step) != ("uses" in step)
            if step.get("run", "").startswith("."):
                assert (ROOT / step["run"]).is_file()


def test_nothing_is_published_that_was_not_tested():
    publish = workflow("publish")
    assert publish["on"]["push"]["branches"] == ["main"]
    assert unguarded(publish["jobs"]) == []
    assert "workflow_call" in workflow("tests")["on"]


def test_a_site_that_would_be_published_untested_is_found():
    steps = [{"uses": "actions/deploy-pages@v4"}]
    tests = {"uses": "./.github/workflows/tests.yml"}
    assert unguarded({"site": {"steps": steps}, "tests": tests}) == ["site"]
    always = {"steps": steps, "needs": "tests", "if": "always()"}
    assert unguarded({"site": always, "tests": tests}) == ["site"]
    assert unguarded({"site": {"steps": steps, "needs": ["tests"]}, "tests": tests}) == []


def test_the_oldest_python_that_is_promised_is_tested():
    (job,) = workflow("tests")["jobs"].values()
    assert PROJECT["requires-python"] == f">={job['strategy']['matrix']['python'][0]}"


def test_dependabot_looks_where_there_are_versions():
    for update in yaml.safe_load(read(".github/dependabot.yml"))["updates"]:
        files = {"pip": "requirements.txt", "npm": "package.json", "github-actions": ".github"}
        assert (ROOT / update["directory"].strip("/") / files[update["package-ecosystem"]]).exists()


def test_citation_and_changelog_name_this_version():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    assert citation["license"] == PROJECT["license"]
    version, day = re.search(r"^## \[(\d.*)\] - (\S+)$", read("CHANGELOG.md"), re.M).groups()
    assert citation["version"] == PROJECT["version"] == version
    assert citation["date-released"] == day


def test_licenses_are_the_ones_that_are_named():
    assert read("LICENSE").startswith("BSD 3-Clause License")
    assert read("LICENSE-text").startswith("Attribution 4.0 International")
    assert {"LICENSE", "LICENSE-text"} <= set(
        re.findall(r"\]\((LICENSE[\w-]*)\)", read("README.md"))
    )


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_clone_on_windows_keeps_unix_line_endings(tmp_path):
    def git(*arguments):
        subprocess.run(["git", "-c", "core.autocrlf=true", *arguments], cwd=tmp_path, check=True)

    names = (".gitattributes", "Makefile", "README.md", ".ci/run", "book/01-steps/lab.ipynb")
    git("init", "--quiet")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "typed.md").write_bytes(b"typed on Windows\r\n")
    git("add", ".")
    for name in (*names[1:], "typed.md"):
        (tmp_path / name).unlink()
    git("checkout", "--quiet", "--", ".")
    assert not [name for name in (*names, "typed.md") if b"\r" in (tmp_path / name).read_bytes()]
