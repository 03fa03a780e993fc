"""Serves the pages on this machine until SIGTERM or Ctrl-C, and then ends in peace."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from bot.errors import SettingsError

_STOP = (signal.SIGTERM, signal.SIGINT)


class _Server(uvicorn.Server):
    """uvicorn raises the signal that stopped it again, which would end the process before the house is closed."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in _STOP}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(host: str, port: int) -> socket.socket:
    """The line on which the pages are asked for; port 0 takes any that is free. Raises SettingsError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        told = f"pages.port: {host} port {port} cannot be had ({error.strerror}); is loketbs running already?"
        raise SettingsError(told) from error


def serve(app: ASGIApp, line: socket.socket) -> None:
    """Serve `app` on a line that listens; returns when a signal said stop."""
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False)
    _Server(config).run(sockets=[line])
