"""An HTTP/1.1 server on 127.0.0.1 in a thread, plain or with TLS, for stand-ins that answer in Python."""

from __future__ import annotations

import contextlib
import http.server
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Self

from tests.simulators.certificates import ServerCertificate


class Quiet(http.server.BaseHTTPRequestHandler):
    """Keeps the line open and writes nothing on stderr."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Silent."""

    def setup(self) -> None:
        super().setup()
        assert isinstance(self.server, _Server)
        self.server.lines.append(self.connection)

    def answer(self) -> None:
        """Answer one request, whatever its method; for the stand-in to say."""
        raise NotImplementedError

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def do_PATCH(self) -> None:
        self.answer()

    def do_DELETE(self) -> None:
        self.answer()

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, handler: Callable[..., http.server.BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.lines: list[socket.socket] = []

    def handle_error(self, *_: object) -> None:
        """A client that hung up is no news."""


class HttpServer:
    """`with` starts and stops it."""

    def __init__(
        self, handler: Callable[..., http.server.BaseHTTPRequestHandler], tls: ServerCertificate | None = None
    ) -> None:
        self._server = _Server(handler)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls.certificate, tls.key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.address = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        for line in self._server.lines:  # those that were kept open
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._thread.join()
