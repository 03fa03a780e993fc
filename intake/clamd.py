"""The port `MalwareScanner` on ClamAV's daemon (clamd(8), command INSTREAM): looks at raw bytes before anything parses them.

A daemon that cannot be reached or gives no clear answer is an error, never "clean": the mail then waits and is tried again.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from intake.errors import ScannerError
from intake.ports import ScanResult

_CHUNK = 1 << 16  # bytes; clamd takes any size below its StreamMaxLength
_LONGEST_ANSWER = 4096  # bytes


@dataclass(frozen=True, slots=True)
class Clamd:
    """A clamd at `address`: "/run/clamav/clamd.ctl" for a unix socket, "host:port" for TCP. `seconds` bounds each answer."""

    address: str
    seconds: float = 60.0

    def scan(self, parts: Iterable[bytes]) -> ScanResult:
        """Scan one message given in chunks. Raises `ScannerError` when clamd is away or says anything but OK or FOUND."""
        try:
            with self._connect() as line:
                line.sendall(b"zINSTREAM\0")
                for part in parts:
                    _send(line, part)
                line.sendall(struct.pack("!I", 0))
                return _result(_answer(line))
        except OSError as error:
            raise ScannerError(
                f"clamd at {self.address} gave no answer ({type(error).__name__}); the mail waits"
            ) from error

    def ping(self) -> None:
        """Ask whether clamd is there. Raises `ScannerError`."""
        try:
            with self._connect() as line:
                line.sendall(b"zPING\0")
                answer = _answer(line)
        except OSError as error:
            raise ScannerError(f"clamd at {self.address} cannot be reached ({type(error).__name__})") from error
        if answer != "PONG":
            raise ScannerError(f"clamd at {self.address} answers something else than clamd does")

    def _connect(self) -> socket.socket:
        host, _, port = self.address.rpartition(":")
        if host and port.isdigit():
            return socket.create_connection((host, int(port)), self.seconds)
        with contextlib.ExitStack() as undo:
            line = undo.enter_context(socket.socket(socket.AF_UNIX))
            line.settimeout(self.seconds)
            line.connect(self.address)
            undo.pop_all()
        return line


def _send(line: socket.socket, part: bytes) -> None:
    """Chunks with their lengths, network byte order, as INSTREAM asks."""
    view = memoryview(part)
    for start in range(0, len(view), _CHUNK):
        chunk = view[start : start + _CHUNK]
        line.sendall(struct.pack("!I", len(chunk)) + chunk)


def _answer(line: socket.socket) -> str:
    """Clamd ends its answer with a NUL."""
    answer = b""
    while b"\0" not in answer and len(answer) < _LONGEST_ANSWER and (more := line.recv(_LONGEST_ANSWER)):
        answer += more
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _result(answer: str) -> ScanResult:
    """`stream: OK`, `stream: Eicar-Signature FOUND`, or anything else, such as a size limit: no verdict."""
    told = answer.removeprefix("stream: ")
    if told == "OK":
        return ScanResult(scanned=True)
    if told.endswith(" FOUND"):
        return ScanResult(scanned=True, clean=False, name=told.removesuffix(" FOUND"))
    raise ScannerError("clamd gave no verdict; check StreamMaxLength in clamd.conf")
