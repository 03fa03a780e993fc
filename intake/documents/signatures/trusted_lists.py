"""EU trusted lists (ETSI TS 119 612): the certificates of authorities and time stamps that a member state lists as granted.

The administrator puts the XML file in the trust folder and vouches for it by doing so, as for a root certificate; nothing is
downloaded. A list older than its own NextUpdate is still read, and says so.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from intake.documents.package import parse_xml

_TSL = "{http://uri.etsi.org/02231/v2#}"
_SERVICES = ("/Svctype/CA/QC", "/Svctype/TSA/QTST", "/Svctype/TSA/TSS-QC", "/Svctype/TSA")
_GRANTED = ("/Svcstatus/granted", "/Svcstatus/recognisedatnationallevel")


@dataclass(frozen=True)
class TrustedList:
    """One member state's list: the DER certificates of granted services, and until when the list calls itself current (aware)."""

    territory: str
    certificates: tuple[bytes, ...]
    next_update: dt.datetime | None

    def stale(self, moment: dt.datetime) -> bool:
        """Whether the list itself says that a newer one should be out by `moment`."""
        return self.next_update is not None and self.next_update < moment


def read_trusted_list(data: bytes, where: str) -> TrustedList:
    """Read a trusted list. Raises `Refused` for damaged XML or a DTD, ValueError when it lists nothing granted."""
    root = parse_xml(data, where)
    if root.tag != f"{_TSL}TrustServiceStatusList":
        raise ValueError("no EU trusted list")
    certificates = tuple(dict.fromkeys(_granted(root)))
    if not certificates:
        raise ValueError("a trusted list without any granted service")
    territory = root.findtext(f"{_TSL}SchemeInformation/{_TSL}SchemeTerritory") or ""
    return TrustedList(territory.strip(), certificates, _next_update(root))


def _granted(root: etree._Element) -> Iterator[bytes]:
    for service in root.iter(f"{_TSL}ServiceInformation"):
        kind = (service.findtext(f"{_TSL}ServiceTypeIdentifier") or "").strip()
        status = (service.findtext(f"{_TSL}ServiceStatus") or "").strip()
        if kind.endswith(_SERVICES) and status.endswith(_GRANTED):
            yield from _certificates(service)


def _certificates(service: etree._Element) -> Iterator[bytes]:
    from cryptography import x509

    for element in service.iterfind(f"{_TSL}ServiceDigitalIdentity/{_TSL}DigitalId/{_TSL}X509Certificate"):
        try:
            der = base64.b64decode("".join(str(t) for t in element.itertext()))
            x509.load_der_x509_certificate(der)
        except (binascii.Error, ValueError) as error:
            raise ValueError("a trusted list with a damaged certificate") from error
        yield der


def _next_update(root: etree._Element) -> dt.datetime | None:
    text = root.findtext(f"{_TSL}SchemeInformation/{_TSL}NextUpdate/{_TSL}dateTime")
    if not text:
        return None
    moment = dt.datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
