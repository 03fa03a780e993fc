"""What a hostile file could make its reader do: tasks for the sandbox tests, run by the real helper in real children."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PRELOAD = ("json",)


def warm() -> None:
    """Nothing to prepare."""


def echo(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    return json.dumps({"size": len(data), "pid": os.getpid(), **parameters}).encode()


def abort(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    os.abort()


def hog(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    return b"x" * len(bytearray(8 << 30))


def spin(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    while True:
        pass


def shout(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    return b"x" * (2 << 20)


def silent(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    os._exit(0)


def stumble(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    raise KeyError("content of the file")


def orphan_maker(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    """Kill the helper, as an attacker with the same user could."""
    os.kill(os.getppid(), signal.SIGKILL)
    signal.pause()
    return b""


def _refused(deed: str) -> str:
    try:
        if deed == "write":
            Path("/tmp/loketbs-sandbox-test").write_bytes(b"x")
        elif deed == "read":
            Path("/etc/hostname").read_bytes()
        elif deed == "connect":
            socket.create_connection(("127.0.0.1", 9), timeout=1)
        elif os.fork() == 0:
            os._exit(0)
    except OSError as error:
        return type(error).__name__
    return "done"


def trespass(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    """Try what a child must not be able to do."""
    return json.dumps({deed: _refused(deed) for deed in ("write", "read", "connect", "fork")}).encode()


def environment(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(os.environ)).encode()


def not_a_document(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    """An answer that is JSON, but no document, whatever is asked."""
    return b'{"readable": "__reduce__"}'


def nul(data: bytes, parameters: Mapping[str, Any]) -> bytes:
    """A document whose text holds a NUL."""
    return json.dumps({"name": "a\x00", "sha256": "", "format": "pdf", "readable": True}).encode()


TASKS = {
    name: globals()[name]
    for name in (
        "echo",
        "abort",
        "hog",
        "spin",
        "shout",
        "silent",
        "stumble",
        "orphan_maker",
        "trespass",
        "environment",
    )
} | {"extract": not_a_document, "read": nul, "judge": spin}
