"""Taking away what a child does not need. Done once in the zygote where it is inherited, else in every child; Linux only.

What the kernel refuses (an old kernel, a container's rules) is left out: the resource limits always hold, and `confine` says
which of the others do.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Iterable
from pathlib import Path

from intake.sandbox.limits import SandboxLimits

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38  # <linux/prctl.h>
_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000  # <linux/sched.h>
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = (
    444,
    445,
    446,
)  # the same numbers on every architecture since Linux 5.13
_RULE_PATH_BENEATH = 1
_ALL_FILE_RIGHTS = (1 << 13) - 1  # execute, write, read, list, remove, make: the rights of landlock's first version
_READ_AND_LIST = (1 << 2) | (1 << 3)
_SIGKILL = 9


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def confine() -> tuple[str, ...]:
    """Confine this process and all it forks: no network, no file but to read Python's own. Returns what the kernel granted."""
    libc = _libc()
    if libc is None:
        return ()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # other processes of this user cannot attach to it or read its memory
    granted = []
    if libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        granted.append("network")
    if _only_read(libc, _needed()):
        granted.append("files")
    return tuple(granted)


def _needed() -> list[Path]:
    """Folders that lazy imports and libraries read from: Python's, the packages', our own, and the system's shared ones."""
    places = {
        Path(p).resolve()
        for p in (*sys.path, sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64", "/etc/ld.so.cache")
    }
    return [p for p in places if p.exists() and p != Path("/")]


def _only_read(libc: ctypes.CDLL, places: Iterable[Path]) -> bool:
    """Let landlock refuse every access to files but reading below `places`; False where the kernel has no landlock."""
    ruleset = _Ruleset(_ALL_FILE_RIGHTS)
    handle = libc.syscall(_LANDLOCK_CREATE, ctypes.byref(ruleset), ctypes.sizeof(ruleset), 0)
    if handle < 0:
        return False
    for place in places:
        rights = _READ_AND_LIST if place.is_dir() else 1 << 2
        parent = os.open(place, os.O_PATH | os.O_CLOEXEC)
        rule = _Beneath(rights, parent)
        libc.syscall(_LANDLOCK_ADD, handle, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)
        os.close(parent)
    done = int(libc.syscall(_LANDLOCK_RESTRICT, handle, 0)) == 0
    os.close(handle)
    return done


def limit(limits: SandboxLimits) -> None:
    """Put the limits on this child for good: memory, processor time, files, no new processes; it dies with the zygote."""
    libc = _libc()
    if libc is not None:
        libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    for what, bound in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_AS, limits.memory_bytes),
    ):
        resource.setrlimit(what, (bound, bound))
    resource.setrlimit(
        resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1)
    )  # SIGXCPU first, so that we know why
