"""Where a concept page first uses a term of the glossary, the word leads to its explanation.

No author writes these links: whatever term the glossary has is looked for in the paragraphs of
every concept page, in singular and plural. Headings, formulas, code, tables, links and the
chapter's head stay as they are.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from everystep.site.landing import manifest_of, pages_of

# Attribute of Sphinx's environment: the terms, and where they are explained, in the build before.
LINKED_BEFORE = "everystep_linked_before"
UNLINKED = (nodes.reference, nodes.literal, nodes.math, nodes.raw, nodes.table)
HEAD = "chapter-head"


def terms_of(env: BuildEnvironment) -> dict[str, tuple[str, str]]:
    """Return page and anchor of every term of the glossary, by the term in lower case.

    An entry for several terms, such as "LARS, LAMB", explains each of them.
    """
    return {
        name: (page, anchor)
        for term, _, kind, page, anchor, _ in env.get_domain("std").get_objects()
        if kind == "term"
        for name in term.lower().split(", ")
    }


def pattern_of(terms: dict[str, tuple[str, str]]) -> re.Pattern[str]:
    """Return a pattern that finds terms in a text, the longest first, as its first group."""
    names = "|".join(re.escape(name) for name in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])({names})(?:e?s)?(?![\w-])", re.IGNORECASE)


def may_be_linked(text: nodes.Text) -> bool:
    """Return whether no part of the page that a text stands in forbids links."""
    node = text.parent
    while node is not None:
        if isinstance(node, UNLINKED) or HEAD in node.get("classes", ()):
            return False
        node = node.parent
    return True


def link_terms(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make the first use of each term on a concept page a link to the glossary."""
    terms = terms_of(app.env)
    if docname not in concept_pages(app) or not terms:
        return
    pattern = pattern_of(terms)
    left = set(terms)
    texts = [text for part in doctree.findall(nodes.paragraph) for text in part.findall(nodes.Text)]
    for text in filter(may_be_linked, texts):
        whole, end, parts = text.astext(), 0, list[nodes.Node]()
        for match in pattern.finditer(whole):
            name = match[1].lower()
            if name not in left:
                continue
            left.remove(name)
            page, anchor = terms[name]
            uri = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
            link = nodes.reference(text=match[0], refuri=uri, internal=True, classes=["term-link"])
            parts += [nodes.Text(whole[end : match.start()]), link]
            end = match.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(whole[end:])])


def concept_pages(app: Sphinx) -> set[str]:
    """Return the concept pages of all chapters, as Sphinx names them."""
    manifest = manifest_of(app)
    return {pages_of(manifest, chapter)["concept"] for chapter in manifest.with_room("concept")}


def pages_to_link_again(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Return the pages to write again because the glossary has changed."""
    before, now = vars(env).get(LINKED_BEFORE), terms_of(env)
    vars(env)[LINKED_BEFORE] = now
    return concept_pages(app) & env.found_docs if before not in (None, now) else set()


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.setup_extension("everystep.site.landing")
    app.connect("env-updated", pages_to_link_again)
    app.connect("doctree-resolved", link_terms)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
