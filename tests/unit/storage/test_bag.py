"""Bags that others can check: bagit and coreutils agree with us, also about broken ones."""

from __future__ import annotations

import hashlib
import io
import logging
import subprocess
import tarfile
from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.bag import package_sha256, problems, read_bag, write_bag
from storage.errors import PackageBroken

PAYLOAD = {"001.eml": b"From: a\r\n\r\nhello", "002.pdf": b"%PDF-1.7", "findings.json": b"{}"}
INFO = {"External-Identifier": "M-2026-000001"}


def unpacked(tar: bytes, folder: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        if hasattr(tarfile, "data_filter"):  # not yet in Python 3.11.0 to 3.11.3
            archive.extractall(folder, filter="data")
        else:
            archive.extractall(folder)
    return folder / "bag"


def test_bagit_accepts_it(tmp_path: Path) -> None:
    """The Library of Congress' own validator finds the bag valid and complete."""
    logging.getLogger("bagit").setLevel(logging.CRITICAL)
    bag = bagit.Bag(str(unpacked(write_bag(PAYLOAD, INFO), tmp_path)))
    bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info["Payload-Oxum"] == f"{sum(map(len, PAYLOAD.values()))}.3"


@pytest.mark.parametrize("tool", ["sha256sum", "sha512sum"])
@pytest.mark.parametrize("manifest", ["manifest", "tagmanifest"])
def test_coreutils_accept_it(tmp_path: Path, tool: str, manifest: str) -> None:
    """No loketbs and no Python is needed to check a bag."""
    bag = unpacked(write_bag(PAYLOAD, INFO), tmp_path)
    command = [tool, "--quiet", "--strict", "-c", f"{manifest}-{tool.removesuffix('sum')}.txt"]
    assert subprocess.run(command, cwd=bag, check=False).returncode == 0


def test_the_one_number_is_what_sha256sum_says(tmp_path: Path) -> None:
    """`sha256sum tagmanifest-sha256.txt` prints the number that stands in the ledger."""
    tar = write_bag(PAYLOAD, INFO)
    said = subprocess.check_output(["sha256sum", unpacked(tar, tmp_path) / "tagmanifest-sha256.txt"], text=True)
    assert said.split()[0] == package_sha256(read_bag(tar))


@given(st.dictionaries(st.from_regex(r"[0-9]{3}\.[a-z]{3}", fullmatch=True), st.binary(max_size=50), min_size=1))
def test_equal_contents_give_equal_bytes(payload: dict[str, bytes]) -> None:
    """Order of the files and time of writing leave no trace; what is read is what was written."""
    tar = write_bag(payload, INFO)
    assert write_bag(dict(reversed(payload.items())), INFO) == tar
    members = read_bag(tar)
    assert {f"data/{name}": data for name, data in payload.items()}.items() <= members.items()
    assert problems(members) == ()


@pytest.mark.parametrize(
    "path", ["data/001.eml", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha512.txt"]
)
def test_a_changed_file_is_found(path: str) -> None:
    """Every file of the bag is under a digest, those with the digests too."""
    members = read_bag(write_bag(PAYLOAD, INFO))
    members[path] += b"x"
    assert any(path in problem for problem in problems(members))


@pytest.mark.parametrize(
    "path", ["data/001.eml", "bag-info.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt", "bagit.txt"]
)
def test_a_missing_file_is_found(path: str) -> None:
    """A file less is named."""
    members = read_bag(write_bag(PAYLOAD, INFO))
    del members[path]
    assert any(path in problem for problem in problems(members))


@pytest.mark.parametrize("path", ["data/003.exe", "extra.txt", "manifest-md5.txt"])
def test_a_planted_file_is_found(path: str) -> None:
    """A file more is named, beside the payload too."""
    members = read_bag(write_bag(PAYLOAD, INFO)) | {path: b"x"}
    assert any(path in problem for problem in problems(members))


def test_renewed_manifests_give_another_number() -> None:
    """Who edits a file and renews the manifests has a valid bag of another number: that is what the ledger is for."""
    honest = read_bag(write_bag(PAYLOAD, INFO))
    forged = read_bag(write_bag(PAYLOAD | {"002.pdf": b"%PDF-1.7 edited"}, INFO))
    assert problems(forged) == ()
    assert package_sha256(forged) != package_sha256(honest)


def found_wrong(tar: bytes) -> tuple[str, ...]:
    try:
        return problems(read_bag(tar))
    except PackageBroken as error:
        return (str(error),)


def _tar(*members: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return buffer.getvalue()


def _member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.size, member.linkname = kind, 1 if kind == tarfile.REGTYPE else 0, "/etc/passwd"
    return member


@pytest.mark.parametrize(
    "tar",
    [
        b"no tar",
        b"",
        hashlib.sha512(b"").digest() * 16,
        write_bag(PAYLOAD, INFO)[:700],
        _tar(_member("elsewhere/file")),
        _tar(_member("bag/data/001.eml", tarfile.SYMTYPE)),
        _tar(_member("bag/data", tarfile.DIRTYPE)),
        _tar(_member("bag/data/001.eml"), _member("bag/data/001.eml")),
    ],
)
def test_what_is_no_bag_is_refused_or_full_of_problems(tar: bytes) -> None:
    """A broken tar, a link, a file twice, a file elsewhere: never a silent success."""
    assert found_wrong(tar)


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "a\nb", "a b"])
def test_payload_names_are_generated_not_received(name: str) -> None:
    """A received name could hold a path or a newline, which breaks a manifest."""
    with pytest.raises(ValueError, match="payload"):
        write_bag({name: b"x"}, INFO)


def test_a_value_of_two_lines_cannot_forge_bag_info() -> None:
    """bag-info.txt is one value a line."""
    with pytest.raises(ValueError, match="line"):
        write_bag(PAYLOAD, {"External-Identifier": "a\nPayload-Oxum: 0.0"})
