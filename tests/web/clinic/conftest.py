"""A page that has the scripts that read logs, and what they and the package make of every case."""

import base64

import pytest

from everystep.site.assets import CLINIC
from everystep.site.clinic import DATA, told_script
from tests.paths import ROOT
from tests.reference.clinic import cases, diagnoses, files

WEB = ROOT / "web"
EXAMINE = """([files, options]) => {
  const read = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const given = files.map(([name, text]) => ({ name, bytes: read(text) }));
  const none = { columns: {}, facts: {}, run: null, stepsFrom: null, epochsFrom: null };
  try {
    const log = everystep.readLogs(given, { ...none, ...options });
    const { schedule, counts, measures, cause, surely, told } = everystep.questions.examine(log);
    const sections = everystep.sections(everystep.questions.examine(log));
    return { log, schedule, counts, measures, cause, surely, told: [told.verdict, sections] };
  } catch (error) {
    if (error instanceof everystep.tables.LogError) return error.message;
    throw error;
  }
}"""


@pytest.fixture(scope="session")
def page(browser):
    """Return a page with the scripts that need none; nothing may go wrong on it."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    scripts = ["shared/page.js", "trainer/core.js", *(f"clinic/{name}.js" for name in CLINIC)]
    sources = [(WEB / script).read_text(encoding="utf-8") for script in scripts]
    sources.insert(2, told_script((WEB / DATA).read_text(encoding="utf-8")))
    for source in sources:
        page.add_script_tag(content=source)
    yield page
    context.close()
    assert problems == []


@pytest.fixture(scope="session")
def examine(page):
    """Return a function that has the page examine files, given as bytes by their names."""

    def examine_(contents, options=None):
        given = [[name, base64.b64encode(content).decode()] for name, content in contents]
        return page.evaluate(EXAMINE, [given, options or {}])

    return examine_


@pytest.fixture(scope="session")
def found(examine):
    """Return what the page makes of every case: what it found, or the sentence of a refusal."""
    contents = files()
    camel = {"steps_from": "stepsFrom", "epochs_from": "epochsFrom"}
    return {
        name: examine(
            [(file, contents[file]) for file in given],
            {camel.get(option, option): value for option, value in options.items()},
        )
        for name, (given, options) in cases().items()
    }


@pytest.fixture(scope="session")
def expected():
    """Return what the package makes of every case."""
    return diagnoses()


@pytest.fixture(scope="session")
def pairs(found, expected):
    """Return the cases that both read, as pairs: what the page found, and the package."""
    assert found.keys() == expected.keys()
    return {name: (found[name], one) for name, one in expected.items() if not isinstance(one, str)}
