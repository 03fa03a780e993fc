"""The process that children are forked from: heavy modules loaded once, one fresh child per task, single-threaded.

The parent starts it as ``python -m intake.sandbox.zygote`` and hands it, per task, two socket ends over the control line: the
child's `work` line and the `watch` line, over which this process tells how the child ended. When the parent closes `watch`,
the child is killed; when it closes the control line, all are.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, NoReturn

from intake.sandbox import wire
from intake.sandbox.confine import confine, limit
from intake.sandbox.limits import SandboxLimits

EXIT_MEMORY, EXIT_FAULT = 70, 71
_HANDED = 2  # sockets per task
_WORK_FD = 3
_MOST_PARAMETERS = 64 << 20


class Zygote:
    """The loop: take tasks, fork, reap, tell; load modules while there is nothing to do."""

    def __init__(self, control: socket.socket, tasks: ModuleType, limits: SandboxLimits) -> None:
        self.control, self.tasks, self.limits = control, tasks, limits
        self.children: dict[int, socket.socket] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ, self.take)
        self.wake, wake_writer = socket.socketpair()
        self.wake.setblocking(False)
        wake_writer.setblocking(False)
        self.wake_writer = wake_writer
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_writer.fileno(), warn_on_full_buffer=False)
        self.selector.register(self.wake, selectors.EVENT_READ, self.reap)
        self.to_load = list(tasks.PRELOAD)

    def run(self) -> None:
        """Serve until the parent closes the control line."""
        while True:
            events = self.selector.select(0 if self.to_load else None)
            for key, _ in events:
                key.data(key.fileobj)
            if self.to_load and not events:
                importlib.import_module(self.to_load.pop(0))
                if not self.to_load:
                    self.tasks.warm()
                    gc.collect()
                    gc.freeze()  # what is loaded stays shared between the children

    def take(self, control: socket.socket) -> None:
        """A new task, or the end."""
        message, handles, _, _ = socket.recv_fds(control, 1, _HANDED)
        if not message:
            self.end()
        work, watch = handles
        child = os.fork()
        if child == 0:
            self.selector.close()
            signal.set_wakeup_fd(-1)
            _serve(work, self.tasks.TASKS, self.limits)
        os.close(work)
        line = socket.socket(fileno=watch)
        self.children[child] = line
        self.selector.register(line, selectors.EVENT_READ, lambda _: self.kill(child, line))

    def kill(self, child: int, line: socket.socket) -> None:
        """The parent has lost interest: end the child, which is still ours to reap, so the number is still its own.

        The child's end and the parent's closing of the line can come in one batch of events: then it is reaped already.
        """
        if self.children.get(child) is not line:
            return
        self.selector.unregister(line)
        os.kill(child, signal.SIGKILL)

    def reap(self, wake: socket.socket) -> None:
        """Tell the parent of every child that ended."""
        with contextlib.suppress(BlockingIOError):
            wake.recv(4096)
        while self.children:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            line = self.children.pop(child)
            with contextlib.suppress(KeyError, ValueError):
                self.selector.unregister(line)
            with contextlib.suppress(OSError), line:
                line.sendall(str(os.waitstatus_to_exitcode(status)).encode())

    def end(self) -> NoReturn:
        """The parent is gone: nothing that runs here is of use any more."""
        for child in self.children:
            os.kill(child, signal.SIGKILL)
        os._exit(0)


def _serve(
    work: int, tasks: Mapping[str, Callable[[bytes, Mapping[str, Any]], bytes]], limits: SandboxLimits
) -> NoReturn:
    """The whole life of a child: limits, one request, one answer. Its outermost edge: nothing runs on behind it."""
    code = EXIT_FAULT
    try:
        os.setsid()
        os.dup2(work, _WORK_FD)
        os.closerange(_WORK_FD + 1, 1 << 16)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        limit(limits)
        line = socket.socket(fileno=_WORK_FD)
        request, data = wire.receive(line, _MOST_PARAMETERS), wire.receive(line, sys.maxsize)
        if request is not None and data is not None:
            parameters = json.loads(request)
            answer = tasks[parameters.pop("task")](data, parameters)
            wire.send(line, answer if len(answer) <= limits.answer_bytes else b"")
            code = 0
    except MemoryError:
        code = EXIT_MEMORY
    finally:
        os._exit(code)


def main(arguments: list[str]) -> None:
    """Run as ``python -m intake.sandbox.zygote FD MODULE LIMITS``."""
    descriptor, module, limits = arguments
    control = socket.socket(fileno=int(descriptor))
    tasks = importlib.import_module(module)
    granted = confine()
    wire.send(control, json.dumps(granted).encode())
    Zygote(control, tasks, SandboxLimits.from_json(limits)).run()


if __name__ == "__main__":
    main(sys.argv[1:])
