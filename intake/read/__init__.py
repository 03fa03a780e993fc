"""The stage `read`: bytes of a mail to a `Mail`. Pure and never raising; what could not be read is a defect of the result."""

from __future__ import annotations

from intake.read.defects import DEFECTS
from intake.read.limits import ReadLimits
from intake.read.mail import read_mail
from intake.read.sniff import sniff

__all__ = ["DEFECTS", "ReadLimits", "read_mail", "sniff"]
