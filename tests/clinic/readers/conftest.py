import json

import pytest

from everystep.clinic.readers.build import Options
from everystep.clinic.readers.registry import read_log


@pytest.fixture
def read(tmp_path):
    """Return a function that writes text, bytes or JSON into a file and reads it as a log."""

    def written_and_read(content, name="log.csv", **options):
        path = tmp_path / name
        if not isinstance(content, (str, bytes)):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_log(path, Options(**options))

    return written_and_read
