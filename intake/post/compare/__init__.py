"""Laying a scanned letter beside the frozen document, and telling every real difference from noise (documents.md §7)."""
