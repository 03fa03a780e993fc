"""Reads the register of partners (`partners.toml`) and the folder of trust roots into the values that `intake` judges with."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import SettingsError
from intake.model import Organisation, Register, Representative, Trust


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Loket(_Strict):
    name: str = ""
    mailbox: str = ""
    authserv_ids: tuple[str, ...] = ()
    post_room: tuple[str, ...] = ()


class _Representative(_Strict):
    name: str
    display: str = ""
    function: str = ""
    email: str


class _Organisation(_Strict):
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str = ""
    domains: tuple[str, ...] = ()
    representative: tuple[_Representative, ...] = ()


class _File(_Strict):
    loket: _Loket = _Loket()
    organisation: tuple[_Organisation, ...] = Field(default=())
    ministry: tuple[_Organisation, ...] = Field(default=())


def load_register(path: Path) -> Register:
    """The register in `path`. Raises SettingsError naming every wrong entry."""
    try:
        file = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SettingsError(f"{path}: the register cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: the register is no TOML in UTF-8 ({error})") from error
    except ValidationError as error:
        places = [f"{path}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise SettingsError("\n".join(places)) from error
    return Register(
        desk=file.loket.name,
        mailbox=file.loket.mailbox.lower(),
        authserv_ids=tuple(name.lower() for name in file.loket.authserv_ids),
        post_room=tuple(address.lower() for address in file.loket.post_room),
        organisations=tuple(_organisation(o) for o in file.organisation),
        ministries=tuple(_organisation(o) for o in file.ministry),
    )


def _organisation(found: _Organisation) -> Organisation:
    return Organisation(
        id=found.id,
        name=found.name,
        aliases=found.aliases,
        kind=found.kind,
        domains=tuple(domain.lower() for domain in found.domains),
        representatives=tuple(Representative(r.name, r.function, r.email.lower()) for r in found.representative),
    )


def load_trust(folder: Path) -> Trust:
    """The PEM certificates of `folder`: roots in it or in trust/, intermediates in intermediate/. Nothing else is looked at.

    EU trusted lists (*.xml) beside the roots count as the roots they list. Raises SettingsError for a file that is no
    certificate or no trusted list, and for a folder without any root.
    """
    places = (folder, folder / "trust")
    roots = [c for place in places for c in (*_certificates(place), *_listed(place))]
    if not roots:
        raise SettingsError(f"{folder}: no trust root (*.pem, *.crt) in it or in its folder 'trust'")
    return Trust(tuple(roots), tuple(_certificates(folder / "intermediate")))


def _listed(folder: Path) -> list[bytes]:
    """The certificates of the EU trusted lists in a folder."""
    from intake.documents.limits import Refused
    from intake.documents.signatures.trusted_lists import read_trusted_list

    found: list[bytes] = []
    for file in sorted(folder.glob("*.xml")):
        try:
            found += read_trusted_list(file.read_bytes(), file.name).certificates
        except (ValueError, OSError, Refused) as error:
            raise SettingsError(f"{file}: this is no EU trusted list: {error}") from error
    return found


def _certificates(folder: Path) -> list[bytes]:
    if not folder.is_dir():
        return []
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    found: list[bytes] = []
    for file in sorted(p for p in folder.iterdir() if p.suffix.lower() in {".pem", ".crt", ".cer"} and p.is_file()):
        try:
            found += [c.public_bytes(Encoding.DER) for c in x509.load_pem_x509_certificates(file.read_bytes())]
        except (ValueError, OSError) as error:
            raise SettingsError(f"{file}: this is no PEM certificate: {error}") from error
    return found


def merged_authserv_ids(register: Register, extra: tuple[str, ...]) -> tuple[str, ...]:
    """The names under which our own mail server signs its verdicts, register and settings together."""
    return tuple(dict.fromkeys([*register.authserv_ids, *(name.lower() for name in extra)]))
