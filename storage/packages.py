"""The package of one received item: its files under generated names, MDTO beside each, the findings, all in one bag.

The received names stand in MDTO only: a name can hold a newline, a path, or the title of a signal.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage import canonical, mdto
from storage.bag import package_sha256, problems, read_bag, write_bag
from storage.errors import PackageBroken
from storage.ledger import EventType
from storage.values import SOFTWARE
from storage.vault import PACKAGES, FrozenCopy, Vault, key_for, put_checked, read

FINDINGS = "findings.json"
_SUFFIX = re.compile(r"[a-z0-9]{1,8}")
_INSIDE = "data/" + FINDINGS


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A file as received: its `name` there (any text), its bytes. The first of a package is the message itself, `….eml`."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class PackageInfo:
    """What the package says of the item. Take `frozen_at` from the message's own record (its `recorded_at`), not from a clock:
    work done again after a crash then gives the very same package.

    `findings` is JSON; its keys `title`, `organisations`, `ministers` describe the dossier that the message opens.
    """

    record: str
    received_at: dt.datetime
    frozen_at: dt.datetime
    findings: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    creator: str = "Landelijk Loket Bestuurlijke Signalen"


@dataclass(frozen=True, slots=True)
class Description:
    """How a package describes its signal; empty where it does not."""

    title: str = ""
    organisations: tuple[str, ...] = ()
    ministers: tuple[str, ...] = ()


def freeze_package(vault: Vault, files: Sequence[PackageFile], info: PackageInfo) -> FrozenCopy:
    """Write a package once, read it back and check every digest before it counts as frozen; equal input gives the same package.

    Raises ValueError without a file, `PackageBroken` or `CopyAltered` when what lies there is not what was written.
    """
    tar = build(files, info)
    number = package_sha256(read_bag(tar))
    key = key_for(PACKAGES, number, "tar")
    put_checked(vault, key, tar)
    members = read_bag(read(vault, key))
    if package_sha256(members) != number or problems(members):
        raise PackageBroken(f"{key}: what was read back is not the package that was written; check the disk")
    return FrozenCopy(key, canonical.sha256(tar), len(tar))


def build(files: Sequence[PackageFile], info: PackageInfo) -> bytes:
    """The bytes of a package: a tar of a bag."""
    if not files:
        raise ValueError("a package without a file proves nothing")
    payload = {f"{n:03}.{_suffix(file.name)}": file for n, file in enumerate(files, 1)}
    payload[FINDINGS] = PackageFile(FINDINGS, canonical.encode(dict(info.findings)))
    sidecars = {f"{name}.mdto.xml": _bestand(name, file, info) for name, file in payload.items()}
    contents = {name: file.data for name, file in payload.items()} | sidecars
    contents["archiefstuk.mdto.xml"] = _archiefstuk(payload, info)
    about = {"External-Identifier": info.record, "Bagging-Date": info.frozen_at.date().isoformat()}
    return write_bag(contents, about)


def describe(members: Mapping[str, bytes]) -> Description:
    """Title, organisations and ministers as the findings in a package (read by `read_bag`) tell them. Raises `PackageBroken`."""
    if _INSIDE not in members:
        raise PackageBroken(f"the package has no {FINDINGS}")
    try:
        findings = json.loads(members[_INSIDE])
    except ValueError as error:
        raise PackageBroken(f"{FINDINGS} in the package is not JSON") from error
    if not isinstance(findings, dict):
        raise PackageBroken(f"{FINDINGS} in the package is not a JSON object")
    return Description(
        str(findings.get("title") or ""), _texts(findings, "organisations"), _texts(findings, "ministers")
    )


def _texts(findings: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = findings.get(key) or ()
    return tuple(str(value) for value in values) if isinstance(values, list) else ()


def _suffix(name: str) -> str:
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    return suffix if _SUFFIX.fullmatch(suffix) else "bin"


def _bestand(name: str, file: PackageFile, info: PackageInfo) -> bytes:
    return mdto.bestand(
        mdto.Bestand(
            identification=f"{info.record}/{name}",
            source=SOFTWARE,
            name=file.name,
            size=len(file.data),
            suffix=_suffix(name),
            sha256=canonical.sha256(file.data),
            hashed_at=canonical.instant(info.frozen_at),
            represents=(info.name or info.record, info.record),
        )
    )


def _archiefstuk(payload: Mapping[str, PackageFile], info: PackageInfo) -> bytes:
    return mdto.archiefstuk(
        mdto.Archiefstuk(
            identification=info.record,
            source=SOFTWARE,
            name=info.name or info.record,
            creator=info.creator,
            events=(
                (EventType.ONTVANGST.value, canonical.instant(info.received_at), info.creator),
                (EventType.BEVRIEZING.value, canonical.instant(info.frozen_at), SOFTWARE),
            ),
            files=tuple((file.name, f"{info.record}/{name}") for name, file in payload.items()),
        )
    )
