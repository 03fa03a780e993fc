"""The malware scanner against a real clamd with a signature of our own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from intake.clamd import Clamd
from intake.errors import ScannerError
from tests.simulators.clamav import MARK, NAME, ClamAv
from tests.simulators.process import free_port

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def scanner() -> Iterator[Clamd]:
    """One daemon for all tests here; it keeps nothing between scans."""
    with ClamAv() as server:
        yield Clamd(server.address, seconds=20)


def test_a_clean_mail_is_clean(scanner: Clamd) -> None:
    """Scanned, and nothing found."""
    scanner.ping()
    found = scanner.scan([b"Subject: niets\r\n\r\nDag.\r\n"])
    assert (found.scanned, found.clean, found.name) == (True, True, "")


def test_what_is_found_is_named_also_across_chunks(scanner: Clamd) -> None:
    """The mark is cut in two; clamd sees one stream."""
    found = scanner.scan([b"Subject: iets\r\n\r\n", MARK[:10], MARK[10:]])
    assert (found.clean, found.name) == (False, f"{NAME}.UNOFFICIAL")


def test_past_the_size_limit_there_is_no_verdict(scanner: Clamd) -> None:
    """Never clean by default: clamd breaks off, and the mail waits for a person."""
    with pytest.raises(ScannerError):
        scanner.scan([b"a" * (3 << 20)])


def test_a_scanner_that_is_away_is_an_error_and_not_clean() -> None:
    """Nothing is opened unscanned because a daemon was restarted."""
    away = Clamd(f"127.0.0.1:{free_port()}", seconds=1)
    with pytest.raises(ScannerError, match="gave no answer"):
        away.scan([b"x"])
    with pytest.raises(ScannerError, match="cannot be reached"):
        away.ping()
    with pytest.raises(ScannerError):
        Clamd("/nonexistent/clamd.ctl").ping()
