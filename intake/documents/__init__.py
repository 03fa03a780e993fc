"""Bytes of one document → `Document`: text with places, pictures, signatures, and everything that is wrong with it."""

from intake.documents.extract import extract
from intake.documents.limits import DocumentLimits

__all__ = ["DocumentLimits", "extract"]
