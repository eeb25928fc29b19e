"""What the landing page is made of: the chapters, a trainer in a sentence, where the reader left.

``{chapters}`` lists the chapters of the manifest with their minutes and a finding each. ``{try}``
puts a trainer into a question: one button, one curve, one sentence. ``{resume}`` leads back to the
page of a chapter that the reader saw last, which every such page notes, and to quizzes begun.
"""

import re
from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from everystep.authoring.manifest import (
    MANIFEST,
    Chapter,
    Manifest,
    ManifestError,
    Room,
    read_manifest,
)
from everystep.bank.read import Bank
from everystep.site.assets import LivePart
from everystep.site.quiz import bank_of
from everystep.site.rendering import ref_of
from everystep.site.trainer import WHOLE, part_html, signals_url

# The rooms that are pages, and how a link to one is named.
ROOMS: dict[Room, str] = {"concept": "Chapter", "lab": "Lab", "exercises": "Exercises"}
MARKUP = re.compile(r"[!-/:-@\[-`{-~]")


class resume(LivePart):  # noqa: N801 (docutils names nodes like this)
    """Links to what the reader has begun; scripts leave those that apply."""


class visit(LivePart):  # noqa: N801
    """Has the browser remember that this page was seen; ``page`` is its name."""


class trial(LivePart):  # noqa: N801
    """A trainer with a question; ``settings``, ``clock`` and ``button`` are the directive's."""


def manifest_of(app: Sphinx) -> Manifest:
    """Return the manifest of the chapters, which the application carries with it."""
    manifest: Manifest = app.everystep_manifest  # type: ignore[attr-defined]
    return manifest


def pages_of(manifest: Manifest, chapter: Chapter) -> dict[Room, str]:
    """Return the pages of a chapter, as the table of contents names them."""
    places = manifest.rooms_of(chapter)
    return {room: places[room].rsplit(".", 1)[0] for room in ROOMS if room in places}


class Chapters(SphinxDirective):
    """``{chapters}``: what every chapter asks, what it found, and how long its rooms take."""

    def run(self) -> list[nodes.Node]:
        """Return the list."""
        self.env.note_dependency(MANIFEST)
        manifest = manifest_of(self.env.app)
        items = [
            nodes.list_item("", *self.parse_text_to_nodes(entry(manifest, chapter)))
            for chapter in manifest.chapters
        ]
        return [nodes.bullet_list("", *items, classes=["chapters"])]


def entry(manifest: Manifest, chapter: Chapter) -> str:
    """Return what the list says of a chapter, in Markdown."""
    places = manifest.rooms_of(chapter)
    minutes = chapter.minutes
    rooms = [
        f"[{name} {chapter.number}](/{places[room]}) {getattr(minutes, room)}\u00a0min"
        for room, name in ROOMS.items()
        if room in places and room != "concept"
    ]
    times = " · ".join([f"{minutes.concept}\u00a0min to read", *rooms])
    # A question is no Markdown: its punctuation stands for itself.
    question = MARKUP.sub(r"\\\g<0>", chapter.question)
    title = f"[{chapter.number}\u2002{question}](/{places['concept']})"
    return f"**{title}**\n\n{chapter.shows}\n\n{times}"


class Try(SphinxDirective):
    """``{try} batch=32&batch2=512``: a trainer with these settings, below the text inside."""

    has_content = True
    required_arguments = 1
    option_spec: ClassVar = {
        "clock": lambda text: directives.choice(text, ("epochs", "updates")),
        "button": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Leave a place on the page."""
        if missing := [name for name in self.option_spec if name not in self.options]:
            raise self.error(f"{{try}} needs the option :{missing[0]}:")
        part = trial("", kind="try", settings=self.arguments[0], **self.options)
        part += self.parse_content_to_nodes()
        return [part]


class Resume(SphinxDirective):
    """``{resume}``: where the reader left off; nothing, if nothing has begun."""

    def run(self) -> list[nodes.Node]:
        """Leave a place on the page."""
        # Questions that are added make no difference to a file that the page depends on. And only a
        # build that writes a page copies scripts and styles.
        self.env.note_reread()
        return [resume(kind="resume")]


def begin_trial(self: HTML5Translator, node: trial) -> None:
    """Write a trainer with a question, up to the question."""
    clock, button = (escape(node[name]) for name in ("clock", "button"))
    self.body.append(f'<div class="try" data-clock="{clock}" data-button="{button}">\n')


def end_trial(self: HTML5Translator, node: trial) -> None:
    """Write the trainer, and places for what comes of it."""
    builder = self.builder
    settings = node["settings"]
    whole = builder.get_relative_uri(builder.current_docname, WHOLE)
    self.body.append(
        f'{part_html(signals_url(builder), settings)}<p class="sentence" role="status"></p>\n'
        f'<p class="whole"><a class="reference internal" href="{whole}#{escape(settings)}">'
        "Change their batch, rate or epochs in the trainer</a></p>\n</div>\n"
    )


def resume_html(manifest: Manifest, bank: Bank, uri: Callable[[str], str]) -> str:
    """Return links to all that may have been begun, for the script to choose from.

    Args:
        manifest: the chapters.
        bank: their questions.
        uri: from a page's name to where it is, seen from the page that is written.
    """
    items = []
    for chapter in manifest.chapters:
        for room, page in pages_of(manifest, chapter).items():
            title = f"{ROOMS[room]} {chapter.number}: {chapter.question}"
            items.append((f'data-page="{page}"', page, title))
    for chapter in manifest.with_room("quiz"):
        located = bank.of_chapter(chapter.name)
        refs = " ".join(ref_of(question) for one in located for question in one.questions)
        page = pages_of(manifest, chapter)["concept"]
        items.append((f'data-items="{refs}"', page, f"Quiz of chapter {chapter.number}"))
    lines = [
        f'<li {data}><a href="{uri(page)}">{escape(text)}</a><span></span></li>\n'
        for data, page, text in items
    ]
    # In Firefox, pages from disk do not know what was begun on others.
    apart = Path(__file__).parent.joinpath("templates", "apart.html").read_text("utf-8")
    return (
        f'{apart}<nav class="assess resume" data-kind="Resume" aria-label="Where you left off"'
        f" hidden>\n<p>Where you left off:</p>\n<ul>\n{''.join(lines)}</ul>\n</nav>\n"
    )


def write_resume(self: HTML5Translator, node: resume) -> None:
    """Write the links."""
    builder = self.builder
    uri = partial(builder.get_relative_uri, builder.current_docname)
    self.body.append(resume_html(manifest_of(builder.app), bank_of(builder.app), uri))
    raise nodes.SkipNode


def write_visit(self: HTML5Translator, node: visit) -> None:
    """Write the page's name for the script."""
    page = node["page"]
    self.body.append(f'<div class="assess" data-kind="Visit" data-page="{page}" hidden></div>\n')
    raise nodes.SkipNode


def note_visits(app: Sphinx, doctree: nodes.document) -> None:
    """Have the pages of the chapters note that they were seen."""
    manifest = manifest_of(app)
    pages = {page for c in manifest.chapters for page in pages_of(manifest, c).values()}
    if app.env.docname in pages:
        doctree += visit(kind="visit", page=app.env.docname)


def read(app: Sphinx) -> None:
    """Read the manifest before any page."""
    try:
        app.everystep_manifest = read_manifest(Path(app.srcdir))  # type: ignore[attr-defined]
    except ManifestError as error:
        raise ExtensionError(str(error)) from error


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    for extension in ("assets", "quiz", "trainer"):
        app.setup_extension(f"everystep.site.{extension}")
    app.add_node(resume, html=(write_resume, None))
    app.add_node(visit, html=(write_visit, None))
    app.add_node(trial, html=(begin_trial, end_trial))
    app.add_directive("chapters", Chapters)
    app.add_directive("try", Try)
    app.add_directive("resume", Resume)
    app.connect("builder-inited", read)
    app.connect("doctree-read", note_visits)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
