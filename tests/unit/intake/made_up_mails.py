"""Reads the made-up mails and documents of the recognition tests from their TOML files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.model import Document, Mail
from tests.unit.intake.building import file, mail, paper

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One mail with what a person of the desk would say of it."""

    name: str
    kind: str
    formal: bool
    mail: Mail
    documents: tuple[Document, ...]


def papers() -> Mapping[str, str]:
    """The made-up documents by name."""
    return tomllib.loads((_HERE / "made_up_papers.toml").read_text(encoding="utf-8"))


def load_cases(name: str = "made_up_mails.toml") -> tuple[Case, ...]:
    """The cases of a file, in its order."""
    texts = papers()
    rows = tomllib.loads((_HERE / name).read_text(encoding="utf-8"))["mail"]
    return tuple(_case(row, texts) for row in rows)


def _case(row: Mapping[str, Any], papers: Mapping[str, str]) -> Case:
    entries = row.get("files", ())
    documents = tuple(_document(entry, papers) for entry in entries if "media_type" not in entry)
    attached = [file(e["name"], e.get("media_type", "application/pdf")) for e in entries]
    built = mail(
        row.get("text", "").strip("\n"),
        subject=row.get("subject", ""),
        sender=row.get("sender", "k.jansen@wolfsdal.example"),
        files=attached,
        headers=[(name, value) for name, value in row.get("headers", ())],
        in_reply_to=[row["in_reply_to"]] if "in_reply_to" in row else [],
        media_type=row.get("media_type", "text/plain"),
        passed=row.get("passed", True),
    )
    return Case(row["name"], row["kind"], row.get("formal", row["kind"] == "submission"), built, documents)


def _document(entry: Mapping[str, Any], papers: Mapping[str, str]) -> Document:
    return paper(
        entry["name"],
        entry.get("before", "") + "\n\n" + (papers[entry["paper"]] if "paper" in entry else entry.get("text", "")),
        pages=entry.get("pages", 2),
        text_layer=entry.get("text_layer", True),
        readable=entry.get("readable", True),
    )
