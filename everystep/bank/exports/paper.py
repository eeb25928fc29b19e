"""Write questions as a paper to print: one HTML file without anything outside it, the key last."""

from collections.abc import Sequence
from html import escape

from everystep.bank.exports.written import TITLE, Written

STYLE = """\
@page { size: A4; margin: 18mm 16mm; }
body { font: 11pt/1.45 Georgia, "Times New Roman", serif; color: #000; background: #fff;
  max-width: 46em; margin: 2em auto; padding: 0 1em; overflow-wrap: break-word; }
h1 { font-size: 18pt; }
h2 { font-size: 14pt; } h3 { font-size: 11pt; margin: 1.6em 0 .2em; }
p { margin: .4em 0; } .lettered { list-style: none; padding-left: 1.2em; } li { margin: .25em 0; }
pre, code { font: 9.5pt/1.4 "DejaVu Sans Mono", Consolas, monospace; white-space: pre-wrap;
  overflow-wrap: anywhere; }
pre, blockquote { border-left: 2pt solid #999; margin: .5em 0; padding-left: .8em; }
table { border-collapse: collapse; } th, td { border: .5pt solid #666; padding: .1em .6em; }
.key { break-before: page; } .proofs { font-size: 9pt; overflow-wrap: anywhere; }
section { break-inside: avoid; } h3 { break-after: avoid; }
@media print { body { margin: 0; padding: 0; max-width: none; } a { color: inherit; } }
"""


def paper(title: str, questions: Sequence[Written]) -> str:
    """Return the page: all questions, and the key with all rationales on pages of its own."""
    asked = [
        f"<section>\n<h3>Question {number}</h3>\n{one.html}\n{one.choices}</section>"
        for number, one in enumerate(questions, 1)
    ]
    answered = [
        f"<section>\n<h3>{number}. {escape(one.answer)}</h3>\n{one.reasons}"
        f'<div class="proofs">{one.proofs}</div></section>'
        for number, one in enumerate(questions, 1)
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>",
            f"<p>{escape(TITLE)}. {len(questions)} questions. Name: ____________________</p>",
            *asked,
            '<div class="key">\n<h2>Key</h2>',
            *answered,
            "</div>\n</body>\n</html>\n",
        ]
    )
