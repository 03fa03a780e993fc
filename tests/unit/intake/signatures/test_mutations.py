"""Signed files with bytes changed, cut out and put in: never an exception, never valid where signed bytes changed."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import pytest

from intake.documents.signatures import signatures_of
from intake.documents.signatures.smime import mail_signature
from intake.model import Smime, Verdict
from tests.unit.intake.signatures.packages import signed_text, signed_word, zipped
from tests.unit.intake.signatures.pki import pki
from tests.unit.intake.signatures.test_mail import OCTETS, cms
from tests.unit.intake.signatures.test_pdf import plain, signed

ROUNDS = 40


def changed(data: bytes, chance: random.Random) -> bytes:
    """The bytes with up to eight places overwritten, cut or filled."""
    made = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 8])):
        at = chance.randrange(len(made) or 1)
        kind = chance.random()
        if kind < 0.7:
            made[at : at + 1] = chance.randbytes(1)
        elif kind < 0.85:
            del made[at : at + chance.randrange(1, 30)]
        else:
            made[at:at] = chance.randbytes(chance.randrange(1, 30))
    return bytes(made)


@cache
def pdf() -> bytes:
    return signed(plain(), pki().mayor)


def pdf_verdicts(chance: random.Random) -> list[Verdict]:
    """The page of a signed PDF, all of it before the signature."""
    start = pdf().index(b"Signaal")
    page = changed(pdf()[: start + 7], chance)
    return [s.verdict for s in signatures_of(page + pdf()[start + 7 :], "pdf", pki().trust)]


def word_verdicts(chance: random.Random) -> list[Verdict]:
    """A signed part of a Word file."""
    parts = signed_word(pki().mayor)
    parts["word/document.xml"] = changed(parts["word/document.xml"], chance)
    return [s.verdict for s in signatures_of(zipped(parts), "docx", pki().trust)]


def text_verdicts(chance: random.Random) -> list[Verdict]:
    """A signed file of an OpenDocument text."""
    parts = signed_text(pki().mayor)
    name = chance.choice(["mimetype", "META-INF/manifest.xml"])
    parts[name] = changed(parts[name], chance) + b"."
    return [s.verdict for s in signatures_of(zipped(parts), "odt", pki().trust)]


def mail_verdicts(chance: random.Random) -> list[Verdict]:
    """The octets that a mail signs."""
    found = mail_signature(Smime("detached", cms(OCTETS, pki().mayor), changed(OCTETS, chance) + b"."), pki().trust)
    return [found.verdict] if found else []


@pytest.mark.parametrize("verdicts", [pdf_verdicts, word_verdicts, text_verdicts, mail_verdicts])
def test_changed_signed_bytes_are_never_valid(verdicts: Callable[[random.Random], list[Verdict]]) -> None:
    """Forty mutations of what is signed, each with a verdict and none of them valid."""
    chance = random.Random(20261102)
    for _ in range(ROUNDS):
        found = verdicts(chance)
        assert found
        assert Verdict.PASS not in found


@pytest.mark.parametrize("form", ["pdf", "docx", "odt", "mail"])
def test_changed_anywhere_it_never_raises(form: str) -> None:
    """The whole container, its signature included."""
    chance = random.Random(20261103)
    whole = {"docx": zipped(signed_word(pki().mayor)), "odt": zipped(signed_text(pki().mayor)), "pdf": pdf()}
    shell = cms(OCTETS, pki().mayor)
    for _ in range(ROUNDS):
        if form == "mail":
            assert mail_signature(Smime("detached", changed(shell, chance), OCTETS), pki().trust) is not None
        else:
            assert isinstance(signatures_of(changed(whole[form], chance), form, pki().trust), tuple)
