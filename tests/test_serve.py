"""The built site is served on a port that is free."""

import importlib.util
import socket
import threading
import urllib.request

import pytest

from tests.paths import ROOT


@pytest.fixture
def serve():
    spec = importlib.util.spec_from_file_location("serve", ROOT / "tools" / "serve.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def taken():
    """Return a port on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_port_that_is_taken_is_passed_over(serve, taken, tmp_path):
    (tmp_path / "index.html").write_text("the site")
    with serve.listen(range(taken, taken + 50), tmp_path) as server:
        assert taken < server.server_port < taken + 50
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/index.html"
        with urllib.request.urlopen(url, timeout=20) as page:
            assert page.read() == b"the site"
        thread.join()


def test_without_a_free_port_one_line_is_told(serve, taken, monkeypatch, tmp_path):
    monkeypatch.setattr(serve, "PORTS", range(taken, taken + 1))
    with pytest.raises(SystemExit) as stopped:
        serve.main()
    assert stopped.value.code == (
        f"serve: no port from {taken} to {taken} can be used: Address already in use"
    )
