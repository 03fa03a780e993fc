"""Runs another program under limits: ``python -I leash.py [--writes BYTES] SECONDS BYTES PROGRAM…`` becomes it, with no network.

Without ``--writes`` it can write no file, with it none larger than that.

A process of its own, since limits cannot be set between fork and exec in a service with threads without risk of deadlock.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38  # <linux/prctl.h>
_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000  # <linux/sched.h>
_SIGKILL = 9


def main(arguments: list[str]) -> None:
    """Take the limits, then be the program."""
    writes = 0
    if arguments[0] == "--writes":
        writes, arguments = int(arguments[1]), arguments[2:]
    seconds, memory, program = int(arguments[0]), int(arguments[1]), arguments[2:]
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if libc.unshare(_CLONE_NEWNET):
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    for what, bound in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, writes),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
    ):
        resource.setrlimit(what, (bound, bound))
    os.execv(program[0], program)  # noqa: S606 - the program is ours to choose


if __name__ == "__main__":
    main(sys.argv[1:])
