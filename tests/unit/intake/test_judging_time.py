"""Judging has a child process of its own, but a sender must not be able to fill its time with one mail either."""

from __future__ import annotations

import time

import pytest

from intake.assess import Context, DirectReader, assess_mail
from intake.model import Register, Trust

SECONDS = 10.0  # of processor time
HEAD = (
    b"From: A. de Vries <a.devries@gemeente.example>\r\nTo: loket@loket.example\r\nSubject: Bestuurlijk signaal\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nBestuurlijk signaal\n\nAanleiding\nHierbij dienen wij in.\n\n"
)


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Loading the rules is not what is measured."""
    assess_mail(HEAD, DirectReader(), Context(Register(), Trust()))


@pytest.mark.parametrize("length", [20_000, 100_000])
@pytest.mark.parametrize("sign", [".", "!'", "-", "- ", "> ", " ", "\t", "\n", "a-\n", "J. ", "-- origineel ", "op "])
def test_one_sign_repeated(sign: str, length: int) -> None:
    """Twenty thousand dots, as they stand in a form to be filled in, were not judged in 45 seconds."""
    raw = HEAD + (sign * (length // len(sign))).encode()
    began = time.process_time()
    assessment = assess_mail(raw, DirectReader(), Context(Register(), Trust()))
    assert time.process_time() - began < SECONDS
    assert assessment.mail
    assert assessment.mail.subject == "Bestuurlijk signaal"


@pytest.mark.parametrize(
    "phrase", ["minister van Financiën ", "burgemeester Jan Jansen ", "namens de gemeente Utrecht "]
)
def test_a_sentence_without_end(phrase: str) -> None:
    """Forty thousand characters, all that is read of a body, in which a rule begins at every third word."""
    raw = HEAD + (phrase * (40_000 // len(phrase))).encode()
    began = time.process_time()
    assert assess_mail(raw, DirectReader(), Context(Register(), Trust())).mail
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("datum", ["123456782 ", "a@b.nl ", "06-12345678 ", "NL91ABNA0417164300 ", "KvK 12345678 "])
def test_a_long_list_of_data(datum: str) -> None:
    """A paragraph of two thousand numbers or addresses."""
    raw = HEAD + (datum * 2000).encode()
    began = time.process_time()
    assert assess_mail(raw, DirectReader(), Context(Register(), Trust())).personal_data
    assert time.process_time() - began < SECONDS
