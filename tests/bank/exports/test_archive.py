import io
import zipfile

import pytest
from lxml import etree

from everystep.bank.exports.archive import Resource, content_package, zipped
from tests.bank.exports.readers import files_of


def test_an_archive_has_the_files_in_their_order_and_no_date_of_today():
    files = {"b.xml": b"<b/>" * 100, "a/ü.xml": b""}
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as archive:
        assert archive.testzip() is None
        assert {info.filename: archive.read(info) for info in archive.infolist()} == files
        assert archive.namelist() == list(files)
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.getinfo("b.xml").compress_size < 400


def test_a_manifest_lists_every_file_and_what_it_needs():
    resources = [
        Resource("test", "imsqti_test_xmlv2p1", "test.xml", "<t/>", ["item"]),
        Resource("item", "imsqti_item_xmlv2p1", "items/a.xml", "<ä/>"),
    ]
    package = content_package("Things", "1.0", resources)
    assert files_of(package) == {"test.xml": b"<t/>", "items/a.xml": "<ä/>".encode()}
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        manifest = archive.read("imsmanifest.xml").decode()
    assert "<schema>Things</schema>" in manifest
    assert '<dependency identifierref="item" />' in manifest


def test_a_manifest_that_refers_to_nothing_is_refused():
    package = content_package(
        "Things", "1.0", [Resource("test", "imsqti_test_xmlv2p1", "a.xml", "", ["1 b"])]
    )
    with pytest.raises(etree.DocumentInvalid):
        files_of(package)
