"""Packages: the same again for the same input, MDTO that archives accept, and what a dossier is described with."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from storage import mdto
from storage.bag import problems, read_bag
from storage.dossiers import Records
from storage.errors import PackageBroken
from storage.packages import Description, PackageFile, PackageInfo, build, describe
from storage.vault import read
from tests.paths import shared
from tests.unit.storage.house import FINDINGS, NOW

INFO = PackageInfo("M-2026-000001", NOW, NOW, FINDINGS)
FILES = [
    PackageFile("bericht.eml", b"raw"),
    PackageFile("Signaal definitief.PDF", b"%PDF"),
    PackageFile("zonder", b"?"),
]
NAMES = {"m": mdto.NAMESPACE}


def members(files: list[PackageFile] = FILES, info: PackageInfo = INFO) -> dict[str, bytes]:
    return read_bag(build(files, info))


def sidecars(contents: dict[str, bytes]) -> dict[str, etree._Element]:
    return {path: etree.fromstring(data) for path, data in contents.items() if path.endswith(".mdto.xml")}


def test_names_are_generated() -> None:
    """The received name is nowhere but in MDTO: it may be the title of a signal."""
    payload = {path.removeprefix("data/") for path in members() if path.startswith("data/")}
    assert payload - {name for name in payload if name.endswith(".mdto.xml")} == {
        "001.eml",
        "002.pdf",
        "003.bin",
        "findings.json",
    }


def test_each_file_has_its_metadata_beside_it() -> None:
    """One MDTO record a file, with the received name, the size and the digest; one for the whole."""
    found = sidecars(members())
    assert set(found) == {
        f"data/{name}.mdto.xml" for name in ("001.eml", "002.pdf", "003.bin", "findings.json", "archiefstuk")
    }
    pdf = found["data/002.pdf.mdto.xml"]
    assert pdf.findtext("m:bestand/m:naam", namespaces=NAMES) == "Signaal definitief.PDF"
    assert pdf.findtext("m:bestand/m:omvang", namespaces=NAMES) == "4"
    assert pdf.findtext(".//m:checksumAlgoritme/m:begripLabel", namespaces=NAMES) == "SHA-256"


def test_metadata_has_the_form_that_archives_check() -> None:
    """What the stricter Schematron asks: one checksum, one level, one restriction with code and label; files that refer back."""
    found = sidecars(members())
    whole = found["data/archiefstuk.mdto.xml"]
    assert len(whole.findall(".//m:beperkingGebruik", NAMES)) == 1
    assert whole.findtext(".//m:beperkingGebruikType/m:begripCode", namespaces=NAMES)
    assert whole.findtext(".//m:aggregatieniveau/m:begripLabel", namespaces=NAMES) == "Archiefstuk"
    refers = [e.text for e in whole.findall(".//m:heeftRepresentatie//m:identificatieKenmerk", NAMES)]
    files = [one for path, one in found.items() if "archiefstuk" not in path]
    assert sorted(refers, key=str) == sorted(
        (one.findtext(".//m:identificatieKenmerk", namespaces=NAMES) for one in files), key=str
    )
    assert all(len(one.findall(".//m:checksum", NAMES)) == 1 for one in files)
    assert [e.text for e in whole.findall(".//m:eventType/m:begripLabel", NAMES)] == ["Ontvangst", "Bevriezing"]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["bericht.eml", "a\nb\x00\x1b.pdf", "", "\uffff", "<&>\"'.docx", "x" * 300])
def test_metadata_is_valid_by_the_schema(name: str) -> None:
    """Against the Nationaal Archief's XSD 1.0.1, whatever the sender called the file."""
    schema = etree.XMLSchema(etree.parse(str(shared("reference", "data", "MDTO-XML1.0.1.xsd"))))
    for document in sidecars(members([PackageFile(name, b"x")])).values():
        schema.assertValid(document)
        assert all((element.text or "").strip() or len(element) for element in document.iter())


@given(st.text())
@example("\ud800")
def test_no_name_breaks_a_package(name: str) -> None:
    """Whatever a file was called, its package is a valid bag with readable metadata."""
    contents = members([PackageFile(name, b"x")])
    assert problems(contents) == ()
    assert len(sidecars(contents)) == 3


def test_work_done_again_gives_the_same_package(records: Records) -> None:
    """After a crash the same input gives the same key: nothing is left over, nothing is doubled."""
    first, second = (records.freeze_package(FILES, INFO) for _ in range(2))
    assert first == second
    assert list(records.vault.list("packages")) == [first.key]
    assert problems(read_bag(read(records.vault, first.key))) == ()


def test_a_package_describes_its_signal() -> None:
    """Title, organisations and ministers come from the findings inside."""
    assert describe(members()) == Description("Voertuigen zonder eigenaar", ("Politie", "Gemeente Ede"), ("JenV",))


@pytest.mark.parametrize("findings", [{}, {"title": None, "organisations": None, "ministers": "JenV"}])
def test_findings_without_a_description_describe_nothing(findings: dict[str, Any]) -> None:
    """A package of a mail without a signal is a package all the same."""
    assert describe(members(info=PackageInfo("M-2026-000001", NOW, NOW, findings))) == Description()


@pytest.mark.parametrize("content", [None, b"{", b"[]", b"\xff"])
def test_a_package_whose_findings_cannot_be_read_is_broken(content: bytes | None) -> None:
    """Absent or unreadable findings are told, not taken for empty ones."""
    inside = {path: data for path, data in members().items() if path != "data/findings.json"}
    with pytest.raises(PackageBroken):
        describe(inside if content is None else inside | {"data/findings.json": content})


def test_a_package_without_a_file_is_refused() -> None:
    """It would prove nothing."""
    with pytest.raises(ValueError, match="without a file"):
        build([], INFO)
