"""Serve the built site on this machine, on the first free port from 8000 on."""

import errno
import functools
import http.server
import sys
from pathlib import Path

SITE = Path(__file__).resolve().parents[1] / "_build" / "html"
PORTS = range(8000, 8100)


def listen(ports: range, site: Path) -> http.server.ThreadingHTTPServer:
    """Return a server of a folder that listens on the first of some ports that is free.

    Raises:
        OSError: if none is free, or if this machine lets nobody listen.
    """
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    for port in ports:
        try:
            return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or port == ports[-1]:
                raise
    raise ValueError("ports: expected at least one, got none")


def main() -> None:
    """Serve until interrupted, and say where."""
    try:
        server = listen(PORTS, SITE)
    except OSError as error:
        sys.exit(f"serve: no port from {PORTS[0]} to {PORTS[-1]} can be used: {error.strerror}")
    with server:
        print(f"The site: http://localhost:{server.server_port} (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
