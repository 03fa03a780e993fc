"""The sandbox as the service sees it: bytes in, `Mail` or `Document` out, whatever the bytes do to the process that reads them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, TypeVar

from pydantic import ValidationError

from intake.errors import SandboxError
from intake.judge import Case, unjudged
from intake.model import Assessment, Defect, DigitalSignature, Document, Mail, Smime, Threat, Trust, Verdict
from intake.post.codes import Code
from intake.post.comparison import Comparison
from intake.post.pages import OcrLimits
from intake.post.scan import ScanReader
from intake.sandbox.helper import Helper
from intake.sandbox.limits import SandboxLimits
from intake.sandbox.scans import EyesApart
from intake.sandbox.tasks import adapter

T = TypeVar("T")
_LOOKS_LIKE_NUL = b"\\u0000"
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""An escaped NUL; behind an escaped backslash the same characters are what a person typed. pydantic refuses lone surrogates."""
_PDF = b"%PDF-"


class Sandbox:
    """Reads untrusted bytes in child processes; threads may share one. `granted` names what the kernel takes from the children.

    Each task runs in a fresh child, forked from a helper process with everything loaded. A child that dies or is killed by a
    limit costs its own file a defect and nothing else.
    """

    def __init__(
        self,
        limits: SandboxLimits | None = None,
        *,
        tasks: str = "intake.sandbox.tasks",
        reading: OcrLimits | None = None,
    ) -> None:
        self._helper = Helper(limits or SandboxLimits(), tasks)
        self._eyes = EyesApart(self._helper.call)
        self._scans = ScanReader(self._eyes, reading)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def granted(self) -> tuple[str, ...]:
        """What the kernel takes from the children beside the limits: "network", "files"; empty before the first task."""
        return self._helper.granted

    @property
    def helper_pid(self) -> int | None:
        """The process id of the helper, None before the first task."""
        return self._helper.pid

    def call(self, task: str, data: bytes, **parameters: Any) -> bytes:
        """Run a task by name; its raw answer. Raises `SandboxError`: timeout, memory, signal N, output, fault, protocol."""
        return self._helper.call(task, data, parameters)

    def read(self, raw: bytes, name: str) -> Mail:
        """Read a mail. When no child survives it, a `Mail` without anything but the defect; the caller has the bytes."""
        try:
            return _checked(Mail, self.call("read", raw, name=name))
        except SandboxError as error:
            return Mail(
                None,
                "",
                (),
                (),
                (),
                (),
                None,
                (),
                (),
                (),
                "",
                "",
                "",
                defects=(Defect("reader_died", name, error.reason),),
            )

    def extract(self, data: bytes, name: str, media_type: str, inside: str | None, trust: Trust) -> Document:
        """Read a document. A PDF that kills the first reader is read by the second; its document says so."""
        given = {
            "name": name,
            "media_type": media_type,
            "inside": inside,
            "trust": adapter(Trust).dump_python(trust, mode="json"),
        }
        sha256 = hashlib.sha256(data).hexdigest()
        died: list[Defect] = []
        for engine in ("pdfium", "pypdf") if _PDF in data[:1024] else ("pdfium",):
            try:
                document = _checked(Document, self.call("extract", data, pdf_engine=engine, **given))
            except SandboxError as error:
                died.append(Defect("reader_died", engine if _PDF in data[:1024] else "", error.reason))
            else:
                return replace(document, name=name, inside=inside, sha256=sha256, problems=(*died, *document.problems))
        return Document(
            name,
            sha256,
            "unknown",
            readable=False,
            text_layer=False,
            problems=tuple(died),
            threat=Threat.CORRUPT,
            inside=inside,
        )

    def seal(self, smime: Smime, trust: Trust) -> DigitalSignature | None:
        """Judge the S/MIME signature of a mail; None where it carries none. Undetermined when no child survives it."""
        if smime.form == "enveloped":
            return None
        given = adapter(Trust).dump_python(trust, mode="json")
        try:
            return _checked(DigitalSignature, self.call("seal", adapter(Smime).dump_json(smime), trust=given))
        except SandboxError as error:
            return DigitalSignature("smime", Verdict.UNDETERMINED, "signature_not_judged", detail=error.reason)

    def judge(self, case: Case) -> Assessment:
        """What the rules say of what was read: they run over words that strangers chose, so within the limits too."""
        light = replace(case, mail=case.mail and _light(case.mail))
        try:
            found = _checked(Assessment, self.call("judge", adapter(Case).dump_json(light)))
        except SandboxError as error:
            return unjudged(case, error.reason)
        return replace(found, mail=case.mail, documents=case.documents)

    def read_scans(self, scans: Sequence[tuple[Document, bytes]]) -> tuple[Document, ...]:
        """The documents, those that are pictures of pages with the text read from them by OCR."""
        return self._scans.read(scans)

    def codes(self, data: bytes, page: int) -> tuple[Code, ...]:
        """The codes of our cover sheets on a page (from 1) of a scan. None where no child survives it: then the text decides."""
        try:
            return _checked(tuple[Code, ...], self.call("codes", data, page=page))
        except SandboxError:
            return ()

    def excerpt(self, data: bytes, pages: Sequence[int]) -> bytes:
        """Some pages (from 1) of a scan as a scan of its own. Raises `SandboxError` when it cannot be taken apart."""
        return self.call("excerpt", data, pages=list(pages))

    def compare(self, frozen: bytes, scan: bytes, *, faces: bool = False) -> Comparison:
        """Lay a scan beside a frozen document; `faces` asks for the pictures.

        Raises `Refused` or `SandboxError` when the scan cannot be opened.
        """
        from intake.post.compare.engine import compare
        from intake.sandbox.comparing import BenchApart

        return compare(
            frozen, scan, BenchApart(self._helper.call, self.extract, self._scans, self._eyes.rapid), faces=faces
        )

    def close(self) -> None:
        """End the helper processes; safe to call twice."""
        self._eyes.close()
        self._helper.close()


def _light(mail: Mail) -> Mail:
    """The mail without the bytes of its files, which no rule looks at."""
    return replace(
        mail,
        attachments=tuple(replace(a, content=b"") for a in mail.attachments),
        forwarded=tuple(_light(m) for m in mail.forwarded),
        smime=mail.smime and replace(mail.smime, cms=b"", signed=None),
    )


def _checked(kind: Callable[..., T], answer: bytes) -> T:
    """The answer as our dataclass. Raises `SandboxError` when it is anything else: the child may no longer be ours."""
    if _LOOKS_LIKE_NUL in answer and _NUL.search(answer):
        raise SandboxError("protocol")
    try:
        value: T = adapter(kind).validate_json(answer, strict=False)
    except ValidationError as error:
        raise SandboxError("protocol") from error
    return value
