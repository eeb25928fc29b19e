import json
import re

from everystep.site.clinic import DATA, LOGS, examples_script, part_html, told_script
from tests.paths import ROOT


def test_the_part_can_be_read_without_scripts_and_has_no_styles_or_handlers():
    html = part_html()
    assert "everystep diagnose LOG" in html
    assert not re.search(r"\s(style|on\w+)=", html)
    assert "<script" not in html


def test_what_the_scripts_know_is_the_file_of_the_package():
    text = (ROOT / "web" / DATA).read_text("utf-8")
    script = told_script(text)
    begin, end = "everystep.core.add(() => { everystep.told = ", "; });\n"
    assert script.startswith(begin)
    assert script.endswith(end)
    assert json.loads(script[len(begin) : -len(end)]) == json.loads(text)


def test_examples_that_are_there_are_offered(tmp_path):
    begin = "everystep.examples = "
    examples = json.loads(examples_script(ROOT)[len(begin) : -2])
    assert examples.keys() == LOGS.keys()
    assert all(one["text"] for one in examples.values())
    assert examples_script(tmp_path) == "everystep.examples = {};\n"


def test_the_clinic_stands_on_its_page():
    page = (ROOT / "book/clinic/log.md").read_text("utf-8")
    assert page.count("```{clinic}\n```\n") == 1
