"""Zip archives whose bytes depend on their contents alone, IMS content packages among them."""

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from everystep.bank.exports.tree import child, document

# https://www.imsglobal.org/content/packaging/cpv1p1p4/imscp_infov1p1p4.html
NAMESPACE = "http://www.imsglobal.org/xsd/imscp_v1p1"


@dataclass(frozen=True)
class Resource:
    """A file of a content package.

    Attributes:
        identifier: its name in the package.
        type: what kind of file it is, one of the names that IMS gives.
        path: where it is in the archive.
        content: the file.
        needs: identifiers of the resources that it refers to.
    """

    identifier: str
    type: str
    path: str
    content: str
    needs: Sequence[str] = ()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of files, given by their names in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            # ZipInfo has a fixed date of its own, that of 1980.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def content_package(schema: str, version: str, resources: Sequence[Resource]) -> bytes:
    """Return an archive of resources with a manifest that lists them.

    Args:
        schema: what the package is made by, such as ``"IMS Content"``.
        version: version of that.
        resources: the files.
    """
    manifest = ET.Element("manifest", xmlns=NAMESPACE, identifier="every-step-counts")
    metadata = child(manifest, "metadata")
    child(metadata, "schema", schema)
    child(metadata, "schemaversion", version)
    child(manifest, "organizations")
    listed = child(manifest, "resources")
    for one in resources:
        resource = child(
            listed, "resource", identifier=one.identifier, type=one.type, href=one.path
        )
        child(resource, "file", href=one.path)
        for identifier in one.needs:
            child(resource, "dependency", identifierref=identifier)
    ET.indent(manifest)
    files = {"imsmanifest.xml": document(manifest)} | {one.path: one.content for one in resources}
    return zipped({path: content.encode() for path, content in files.items()})
