"""EU trusted lists as trust material."""

from __future__ import annotations

import base64
import datetime as dt
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from bot.errors import SettingsError
from bot.register import load_trust
from intake.documents.limits import Refused
from intake.documents.signatures.trusted_lists import read_trusted_list
from intake.model import Trust, Verdict
from tests.unit.intake.signatures.pki import NOW, pki
from tests.unit.intake.signatures.test_pdf import only, plain, signed

TYPE = "http://uri.etsi.org/TrstSvc/Svctype/"
STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"


def service(der: bytes, kind: str = "CA/QC", status: str = "granted") -> str:
    return (
        f"<TSPService><ServiceInformation><ServiceTypeIdentifier>{TYPE}{kind}</ServiceTypeIdentifier>"
        f"<ServiceDigitalIdentity><DigitalId><X509Certificate>{base64.b64encode(der).decode()}</X509Certificate></DigitalId>"
        f"</ServiceDigitalIdentity><ServiceStatus>{STATUS}{status}</ServiceStatus></ServiceInformation></TSPService>"
    )


def listed(*services: str, next_update: str = "2027-01-01T00:00:00Z") -> bytes:
    return (
        '<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"><SchemeInformation><SchemeTerritory>NL</SchemeTerritory>'
        f"<NextUpdate><dateTime>{next_update}</dateTime></NextUpdate></SchemeInformation>"
        f"<TrustServiceProviderList>{''.join(services)}</TrustServiceProviderList></TrustServiceStatusList>"
    ).encode()


def test_a_granted_authority_is_a_root() -> None:
    """An intermediate on the list anchors a path of its own: no higher root is needed."""
    found = read_trusted_list(listed(service(pki().intermediate.der)), "nl.xml")
    assert (found.territory, found.certificates) == ("NL", (pki().intermediate.der,))
    assert only(signed(plain(), pki().mayor), Trust(found.certificates, (), NOW))[0] is Verdict.PASS


def test_withdrawn_services_and_others_are_left_out() -> None:
    """Only granted authorities and time stamps; website certificates are no such thing."""
    der, stamp = pki().intermediate.der, pki().stamper.der
    found = read_trusted_list(
        listed(
            service(der, status="withdrawn"), service(stamp, "TSA/QTST"), service(pki().stranger.der, "unspecified")
        ),
        "nl.xml",
    )
    assert found.certificates == (stamp,)


def test_an_old_list_says_so() -> None:
    """By its own NextUpdate."""
    found = read_trusted_list(listed(service(pki().root.der), next_update="2026-05-01T00:00:00Z"), "nl.xml")
    assert found.stale(dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    assert not found.stale(dt.datetime(2026, 4, 1, tzinfo=dt.UTC))


def test_a_list_in_the_trust_folder_is_read_beside_the_roots(tmp_path: Path) -> None:
    """The administrator drops the file in; a damaged one is told by name."""
    (tmp_path / "nl.xml").write_bytes(listed(service(pki().intermediate.der)))
    (tmp_path / "root.pem").write_bytes(pki().root.certificate.public_bytes(Encoding.PEM))
    assert set(load_trust(tmp_path).roots) == {pki().root.der, pki().intermediate.der}
    (tmp_path / "nl.xml").write_bytes(b"<a/>")
    with pytest.raises(SettingsError, match=r"nl\.xml"):
        load_trust(tmp_path)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"<a/>", ValueError),
        (listed(), ValueError),
        (listed(service(b"no certificate")), ValueError),
        (b"<a", Refused),
        (b"<!DOCTYPE a><a/>", Refused),
    ],
)
def test_what_is_no_usable_list_is_refused(data: bytes, error: type[Exception]) -> None:
    """Never an empty trust in silence."""
    with pytest.raises(error):
        read_trusted_list(data, "nl.xml")
