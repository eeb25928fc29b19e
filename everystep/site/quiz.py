"""Directives that put the question bank on pages: quiz, pool, exam, drill, flashcards, progress.

A malformed question file stops the build. Pages are read again when the bank changes; their
questions are rendered while they are written, when the titles of all sections are known, and again
when what they link to has changed.

A question stands on one page, that of its chapter or its pool. Beside the pages lies each question
file as a script, which hands the same questions to exams and the drill when they ask them: pages
opened from disk can load nothing else.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import glossary
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from everystep.authoring.claims import Claim
from everystep.bank.evidence import FindingEvidence
from everystep.bank.exams import shortage
from everystep.bank.fields import LONGEST_ID
from everystep.bank.kinds import Question
from everystep.bank.read import BLUEPRINT, Bank, BankError, read_bank
from everystep.site.assets import LivePart
from everystep.site.leftovers import PACKAGE, page_code
from everystep.site.rendering import Renderer, words_of

logger = logging.getLogger(__name__)

FOLDER = "questions"
# Where the scripts with questions are, below the built site: see TEXTS in everystep.site.search.
SHEETS = "questions"
# In the metadata of a page with questions: whether it depends on the whole bank, and the files
# whose questions it shows.
WHOLE_BANK, SHOWN = "everystep_whole_bank", "everystep_question_files"
# Attributes of Sphinx's environment: digests of the bank, and of what questions link to; and the
# bank, with a digest of what it was read from.
BANK_BEFORE, LINKS_BEFORE = "everystep_bank_before", "everystep_links_before"
BANK_KEPT = "everystep_bank_kept"


class assessment(LivePart):  # noqa: N801 (docutils names nodes like this)
    """A place on a page for questions; ``kind`` and ``name`` say which."""


def bank_of(app: Sphinx) -> Bank:
    """Return the question bank, which the application carries with it."""
    bank: Bank = app.everystep_bank  # type: ignore[attr-defined]
    return bank


def claims_of(app: Sphinx) -> dict[str, Claim]:
    """Return the small trainers by their findings; none where there is no such extension."""
    claims: dict[str, Claim] = vars(app).get("everystep_claims", {})
    return claims


def note_bank(env: BuildEnvironment) -> None:
    """Have the page that is being read, read again when any file of the bank changes."""
    env.metadata[env.docname][WHOLE_BANK] = True


class Assessment(SphinxDirective):
    """What the directives have in common."""

    def run(self) -> list[nodes.Node]:
        """Leave a place on the page; have the page read again when the bank changes."""
        name = self.arguments[0] if self.arguments else ""
        if problem := self.problem(bank_of(self.env.app), name):
            raise self.error(problem)
        self.env.metadata[self.env.docname].setdefault(WHOLE_BANK, False)
        for path in self.files(name):
            self.env.note_dependency(str(path))
        return self.parts(name)

    def parts(self, name: str) -> list[nodes.Node]:
        """Return what stands on the page."""
        return [assessment(kind=self.name, name=name)]

    def place_for(self, file: str) -> assessment:
        """Return a place for the questions of a file, and note that they are on this page."""
        self.env.metadata[self.env.docname].setdefault(SHOWN, []).append(file)
        return assessment(kind="quiz", name=file)

    def problem(self, bank: Bank, name: str) -> str:
        """Return why the directive cannot be followed, or nothing."""
        return ""

    def files(self, name: str) -> set[Path]:
        """Return the question files that the page shows."""
        # A file that is added later is no dependency yet.
        note_bank(self.env)
        return set()


class Quiz(Assessment):
    """``{quiz} 01-steps``: the questions of a chapter."""

    required_arguments = 1

    def problem(self, bank: Bank, name: str) -> str:
        """Return a message if the chapter has no questions."""
        return "" if bank.of_chapter(name) else f"there is no {FOLDER}/chapters/{name}.yml"

    def files(self, name: str) -> set[Path]:
        """Return the blueprint and the file of the chapter."""
        located = bank_of(self.env.app).of_chapter(name)
        return {Path(self.env.srcdir, FOLDER, BLUEPRINT), *(one.file for one in located)}

    def parts(self, name: str) -> list[nodes.Node]:
        """Return a place for the questions."""
        return [self.place_for(f"chapters/{name}")]


class Pool(Assessment):
    """``{pool} training``: the questions of a pool, a section for each objective."""

    required_arguments = 1

    def problem(self, bank: Bank, name: str) -> str:
        """Return a message if there is no such pool."""
        pools = {located.pool for located in bank.of_pools()}
        return "" if name in pools else f"there is no {FOLDER}/pools/{name}"

    def parts(self, name: str) -> list[nodes.Node]:
        """Return the sections."""
        bank = bank_of(self.env.app)
        sections: list[nodes.Node] = []
        for file in bank.of_files():
            path = Path(file)
            if path.parent != Path("pools", name):
                continue
            title = bank.blueprint.objectives[path.name].text
            section = nodes.section(names=[path.name])
            section += [nodes.title(title, title), self.place_for(file)]
            self.state.document.note_implicit_target(section, section)
            sections.append(section)
        return sections


class Exam(Assessment):
    """``{exam} full``: a mock exam of the blueprint, drawn from the pools."""

    required_arguments = 1

    def problem(self, bank: Bank, name: str) -> str:
        """Return a message if there is no such exam, or the pools are too small for it."""
        if name not in bank.blueprint.exams:
            return f"{FOLDER}/{BLUEPRINT} has no exam {name!r}"
        return shortage(bank, name)


class SectionLinks:
    """Links from a page to what proves an answer; a broken one is a warning, which ends the build.

    Args:
        app: the application.
        docname: the page.
    """

    def __init__(self, app: Sphinx, docname: str) -> None:
        self.app, self.docname = app, docname

    def section(self, place: str) -> tuple[str, str]:
        """Return title and URL of a section such as ``book/01-steps/concept.md#anchor``."""
        path, _, anchor = place.partition("#")
        page = path.rsplit(".", 1)[0]
        env = self.app.env
        if page not in env.titles:
            logger.warning("a question names a page that is not in the book: %s", place)
            return path, path
        url = self.app.builder.get_relative_uri(self.docname, page)
        if not anchor:
            return env.titles[page].astext(), url
        # MyST keeps the line, the id and the title of every heading under its anchor.
        slugs = env.metadata[page].get("myst_slugs", {})
        if anchor not in slugs:
            logger.warning("a question names a section that is not there: %s", place)
            return path, url
        _, id, title = slugs[anchor]
        return title, f"{url}#{id}"

    def finding(self, id: str) -> str:
        """Return the URL of the experiment that asserts a finding."""
        page = self.app.env.everystep_findings.get(id)  # type: ignore[attr-defined]
        if page not in self.app.env.titles:
            logger.warning("a question names a finding that no lab of the book asserts: %s", id)
            return f"#{id}"
        return f"{self.app.builder.get_relative_uri(self.docname, page)}#finding-{id}"

    def trainer(self, question: Question) -> tuple[str, str] | None:
        """Return title and URL of a small trainer in the chapter that a question is about.

        It is that of a finding which proves the answer, if there is one, or the chapter's first.
        """
        claims = claims_of(self.app)
        homes: dict[str, str] = self.app.env.everystep_findings  # type: ignore[attr-defined]
        proofs = [one.finding for one in question.evidence if isinstance(one, FindingEvidence)]
        pages = [homes[id] for id in proofs if id in homes] + [question.read or ""]
        chapters = [Path(page).parent for page in pages]
        near = [id for id in claims if id in homes and Path(homes[id]).parent == chapters[0]]
        if not near:
            return None
        id = next((proof for proof in proofs if proof in near), near[0])
        page = (chapters[0] / "concept").as_posix()
        url = self.app.builder.get_relative_uri(self.docname, page)
        return f"Train it: {words_of(id)}", f"{url}#claim-{id}"

    def sheet(self, file: str) -> tuple[str, str, str]:
        """Return title and URL of where a question file is shown, and the URL of its script."""
        env, builder, bank = self.app.env, self.app.builder, bank_of(self.app)
        first = bank.of_files()[file][0]
        # A browser may have kept the script of a file that has changed since.
        version = hashlib.sha256(first.file.read_bytes()).hexdigest()[:8]
        own = builder.get_target_uri(self.docname)
        src = f"{relative_uri(own, f'{SHEETS}/{file}.js')}?v={version}"
        page = home_of(env, file)
        if page is None:
            logger.warning("no page shows the questions of %s/%s.yml", FOLDER, file)
            return file, src, src
        title = env.titles[page].astext()
        if first.pool:
            title += f": {bank.blueprint.objectives[first.file.stem].text}"
        url = builder.get_relative_uri(self.docname, page)
        return title, f"{url}#q-{first.questions[0].id}", src


def home_of(env: BuildEnvironment, file: str) -> str | None:
    """Return the page that shows the questions of a file; the first, if there are several."""
    pages = (page for page in sorted(env.titles) if file in env.metadata[page].get(SHOWN, []))
    return next(pages, None)


def write_sheet(app: Sphinx, file: str, units: str) -> None:
    """Write the script that hands the questions of a file to whoever asks them."""
    path = Path(app.outdir, SHEETS, f"{file}.js")
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps([file, units], ensure_ascii=False)
    path.write_text(f"everystep.sheets.put(...{content});\n", encoding="utf-8")


def check_terms(document: nodes.document) -> None:
    """Warn where the terms of a page cannot become flashcards."""
    terms = [term for part in document.findall(glossary) for term in part.findall(nodes.term)]
    if not terms:
        logger.warning("flashcards need a glossary on their page", location=document)
    for term in terms:
        if len(term["ids"][0]) > LONGEST_ID:
            text = "the term %r is too long: what is learned of it cannot be kept"
            logger.warning(text, term.astext(), location=term)


def write(self: HTML5Translator, node: assessment) -> None:
    """Write the questions of a page."""
    if node["kind"] == "flashcards":
        check_terms(self.document)
    app = self.builder.app
    renderer = Renderer(bank_of(app), SectionLinks(app, self.builder.current_docname))
    kind, name = node["kind"], node["name"]
    if kind == "quiz":
        units = renderer.units(name)
        # Where another page shows them, too, links are written as seen from the first.
        if self.builder.current_docname == home_of(app.env, name):
            write_sheet(app, name, units)
        self.body.append(renderer.quiz(units, bank_of(app).of_files()[name][0].chapter))
    else:
        self.body.append(getattr(renderer, kind)(*([name] if name else [])))
    raise nodes.SkipNode


def read(app: Sphinx) -> None:
    """Read the whole bank before any page, unless it is the one that was read for the last build.

    The environment keeps it: to check all questions takes a tenth of a build of one page.
    """
    folder = Path(app.srcdir) / FOLDER
    files = [[str(path), path.read_bytes().hex()] for path in sorted(folder.rglob("*.y*ml"))]
    now = digest([page_code(PACKAGE), files])
    known, bank = vars(app.env).get(BANK_KEPT, ("", None))
    if known != now:
        try:
            bank = read_bank(folder)
        except BankError as error:
            raise ExtensionError(str(error)) from error
        vars(app.env)[BANK_KEPT] = now, bank
    app.everystep_bank = bank  # type: ignore[attr-defined]


def pages_to_read_again(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the pages that depend on the whole bank, if it has changed."""
    files = sorted(Path(app.srcdir, FOLDER).rglob("*.yml"))
    now = digest([[str(path), path.read_text("utf-8")] for path in files])
    before, vars(env)[BANK_BEFORE] = vars(env).get(BANK_BEFORE), now
    return [page for page in env.found_docs if env.metadata[page].get(WHOLE_BANK) and before != now]


def pages_to_write_again(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Return the pages with questions, if a title, section or finding they may link to changed."""
    pages = sorted(env.found_docs & set(env.titles))
    # Of a heading, MyST also has the line, which makes no difference.
    places = [
        [page, env.titles[page].astext(), [slug[1:] for slug in slugs.values()]]
        for page in pages
        for slugs in [env.metadata[page].get("myst_slugs", {})]
    ]
    shown = [[page, env.metadata[page].get(SHOWN)] for page in pages]
    now = digest([places, shown, vars(env).get("everystep_findings"), sorted(claims_of(app))])
    before, vars(env)[LINKS_BEFORE] = vars(env).get(LINKS_BEFORE), now
    return [
        page for page in pages if WHOLE_BANK in env.metadata[page] and before not in (None, now)
    ]


def digest(value: object) -> str:
    """Return a hash of a value that can be written as JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.setup_extension("everystep.site.assets")
    app.add_node(assessment, html=(write, None))
    app.add_directive("quiz", Quiz)
    app.add_directive("pool", Pool)
    app.add_directive("exam", Exam)
    for name in ("drill", "flashcards", "progress"):
        app.add_directive(name, Assessment)
    app.connect("builder-inited", read)
    app.connect("env-get-outdated", pages_to_read_again)
    # When findings of all pages are known.
    app.connect("env-updated", pages_to_write_again, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
