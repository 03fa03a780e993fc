"""Untrusted bytes are parsed in a child process that owns nothing: the door to `read` and `extract` for the rest of the house."""

from intake.sandbox.door import Sandbox
from intake.sandbox.limits import SandboxLimits

__all__ = ["Sandbox", "SandboxLimits"]
