"""The parent's side of the zygote: started when first needed, started again when it died, safe to use from many threads."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.errors import SandboxError
from intake.sandbox import wire
from intake.sandbox.limits import SandboxLimits
from intake.sandbox.zygote import EXIT_FAULT, EXIT_MEMORY

_START_SECONDS = 30.0
_STATUS_SECONDS = 5.0
_ATTEMPTS = 2  # the tasks are pure, so one that was lost with the helper is simply done again
_KEPT = ("PATH", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "PYTHONHASHSEED")
"""What the helper sees of the environment; secrets (LOKETBS_…) are not for it."""
_ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1"
)


class _Lost(Exception):  # noqa: N818 - states the fact
    """The zygote `process` is gone; the task was perhaps never begun."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__()
        self.process = process


@dataclass(frozen=True, slots=True)
class _Running:
    """A started zygote and the control line to it."""

    process: subprocess.Popen[bytes]
    control: socket.socket


class Helper:
    """A zygote and the line to it."""

    def __init__(self, limits: SandboxLimits, tasks: str) -> None:
        self._limits, self._tasks = limits, tasks
        self._lock = threading.Lock()
        self._running: _Running | None = None
        self.granted: tuple[str, ...] = ()

    @property
    def pid(self) -> int | None:
        """The process id of the zygote, None before the first task."""
        return self._running.process.pid if self._running else None

    def call(self, task: str, data: bytes, parameters: Mapping[str, Any], seconds: float | None = None) -> bytes:
        """Run one task in a fresh child and return its answer. Raises `SandboxError` when there is none.

        `seconds` shortens the limit by the clock for this task.
        """
        request = json.dumps({"task": task, **parameters}).encode()
        wall = min(self._limits.wall_seconds, seconds or self._limits.wall_seconds)
        for _ in range(_ATTEMPTS):
            try:
                return self._attempt(request, data, wall)
            except _Lost as lost:
                self._stop(lost.process)
        raise SandboxError("helper died")

    def close(self) -> None:
        """End the zygote and its children; the next task starts a new one."""
        self._stop()

    def _attempt(self, request: bytes, data: bytes, seconds: float) -> bytes:
        """Hand over one task and wait for its end. Raises `SandboxError`, or `_Lost` when the zygote died."""
        work, work_theirs = socket.socketpair()
        watch, watch_theirs = socket.socketpair()
        with work, watch:
            with work_theirs, watch_theirs:
                process = self._hand_over(work_theirs, watch_theirs)
            deadline = time.monotonic() + seconds  # starting the helper is not the task's time
            try:
                answer = _converse(work, request, data, self._limits.answer_bytes, deadline)
            except TimeoutError as error:
                raise SandboxError("timeout") from error
            if answer:
                return answer
            raise SandboxError("output" if answer is not None else _reason(_status(watch, process)))

    def _hand_over(self, *lines: socket.socket) -> subprocess.Popen[bytes]:
        with self._lock:
            running = self._running or self._start()
            try:
                socket.send_fds(running.control, [b"t"], [line.fileno() for line in lines])
            except OSError as error:
                raise _Lost(running.process) from error
            return running.process

    def _start(self) -> _Running:
        """Start the zygote; the caller holds the lock."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "intake.sandbox.zygote",
                    str(theirs.fileno()),
                    self._tasks,
                    self._limits.to_json(),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=_environment(),
                start_new_session=True,
            )
        ours.settimeout(_START_SECONDS)
        self._running = _Running(process, ours)
        try:
            granted = wire.receive(ours, 1 << 16)
        except OSError as error:
            raise SandboxError("helper did not start") from error
        if granted is None:
            raise _Lost(process)
        self.granted = tuple(json.loads(granted))
        return self._running

    def _stop(self, process: subprocess.Popen[bytes] | None = None) -> None:
        """End the zygote; given a process, only when it is still that one and no other thread has started a new one."""
        with self._lock:
            running = self._running
            if running is None or (process is not None and running.process is not process):
                return
            self._running = None
            running.control.close()
            running.process.kill()
            running.process.wait()


def _converse(work: socket.socket, request: bytes, data: bytes, limit: int, deadline: float) -> bytes | None:
    """Send the request, read the answer: None when the child died, empty when it would not fit."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        for frame in (request, data):
            work.settimeout(wire.remaining(deadline))
            wire.send(work, frame)
        return wire.receive(work, limit, deadline)
    return None


def _status(watch: socket.socket, process: subprocess.Popen[bytes]) -> int:
    """The exit code of a child, or minus its signal, as the zygote tells it. Raises `_Lost` when the zygote tells nothing."""
    watch.settimeout(_STATUS_SECONDS)
    try:
        status = watch.recv(64)
    except OSError as error:
        raise _Lost(process) from error
    if not status:
        raise _Lost(process)
    return int(status)


def _reason(code: int) -> str:
    """Why a child that ended this way gave no answer; the kernel's own kill is for want of memory."""
    known = {EXIT_MEMORY: "memory", EXIT_FAULT: "fault", -signal.SIGXCPU: "timeout", -signal.SIGKILL: "memory"}
    return known.get(code, f"signal {-code}" if code < 0 else "protocol")


def _environment() -> dict[str, str]:
    """The helper's environment: where to find code, one thread per library, no secrets."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    path = os.pathsep.join(p for p in sys.path if p and Path(p).is_dir())
    return {**kept, **_ONE_THREAD, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
