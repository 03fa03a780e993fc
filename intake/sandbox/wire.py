"""Frames over a socket: eight bytes of length, big-endian, and that many bytes."""

from __future__ import annotations

import socket
import struct
import time

from intake.errors import SandboxError

_LENGTH = struct.Struct(">Q")
_CHUNK = 1 << 20


def remaining(deadline: float) -> float:
    """Seconds until a moment of `time.monotonic`, never less than a blink (zero would mean "do not wait at all")."""
    return max(0.001, deadline - time.monotonic())


def send(line: socket.socket, payload: bytes) -> None:
    """Send one frame. Raises OSError when the other side is gone, TimeoutError when it does not take it."""
    line.sendall(_LENGTH.pack(len(payload)))
    line.sendall(payload)


def receive(line: socket.socket, limit: int, deadline: float | None = None) -> bytes | None:
    """One frame, or None when the other side closed before its end.

    `limit` bounds its bytes: more raises `SandboxError`. `deadline` is a moment of `time.monotonic`: later raises TimeoutError.
    """
    head = _exactly(line, _LENGTH.size, deadline)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > limit:
        raise SandboxError("output")
    return _exactly(line, length, deadline)


def _exactly(line: socket.socket, count: int, deadline: float | None) -> bytes | None:
    pieces = bytearray()
    while len(pieces) < count:
        if deadline is not None:
            line.settimeout(remaining(deadline))
        piece = line.recv(min(_CHUNK, count - len(pieces)))
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)
