"""Schemas and a parser that the exports are held against, and what reads them.

``gift-parser.js`` is the public GIFT grammar (gift-pegjs, MIT license), and
``ims_qtiasiv1p2p1.dtd`` the schema of IMS for QTI 1.2.1, both unchanged. The grammars in RELAX NG
are our own, written after the documents that each names: Moodle publishes no schema, and that of
QTI 2.1 may be handed on as a whole alone, with half a megabyte.
"""

import io
import zipfile
from pathlib import Path

from lxml import etree

FOLDER = Path(__file__).parent


def grammar(name):
    """Return one of the RELAX NG grammars of this folder."""
    return etree.RelaxNG.from_rnc_string((FOLDER / name).read_text(encoding="utf-8"))


def files_of(package):
    """Map the paths in a content package to the files, the manifest apart, which must list all."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = etree.fromstring(files.pop("imsmanifest.xml"))
    grammar("imscp.rnc").assertValid(manifest)
    namespaces = {"c": manifest.nsmap[None]}
    assert manifest.xpath("//c:resource/@href", namespaces=namespaces) == list(files)
    assert manifest.xpath("//c:file/@href", namespaces=namespaces) == list(files)
    return files
