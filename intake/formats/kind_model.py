"""Which kind of mail a covering mail is, by all its words together: a linear model (`kind_model.json`).

Beside `mail_model`, which reads one sentence at a time: a mail may say what it is in no single sentence.
"""

from __future__ import annotations

from collections.abc import Iterable

from intake.formats import mail_model
from intake.formats.linear import LinearModel, load_model, stems
from intake.model import Kind

NAME = "kind_model.json"
KINDS = tuple(kind for kind in Kind if kind is not Kind.POSTAL_SCAN)
"""The kinds that words tell; a scan of post is known by who sent it."""


def kind_model() -> LinearModel:
    """The model as packaged; its classes are `KINDS`."""
    return load_model(NAME)


def features(subject: str, sentences: Iterable[str], files: Iterable[str]) -> frozenset[str]:
    """The features of a mail: those of its sentences, the stems of its subject and of its file names, and whether it has files."""
    names = [stem for name in files for stem in stems(name.replace("_", " "))]
    said = frozenset[str]().union(*map(mail_model.features, sentences))
    around = {f"s:{s}" for s in stems(subject)} | {f"f:{s}" for s in names} | {"has_files" if names else "no_files"}
    return said | around
