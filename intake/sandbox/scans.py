"""Scans opened in child processes: `Eyes` for the service. RapidOCR has a helper of its own, started when it is first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from intake.documents.limits import Refused
from intake.errors import OcrError, SandboxError
from intake.model import Defect
from intake.post.engines import engines_here
from intake.post.pages import Looks, OcrPage, Pictures, Sheet, Word
from intake.sandbox.helper import Helper
from intake.sandbox.limits import SandboxLimits
from intake.sandbox.tasks import adapter

READING = SandboxLimits(memory_bytes=4 << 30, cpu_seconds=120, wall_seconds=120.0, answer_bytes=64 << 20)
"""What RapidOCR gets for one page (documents.md §12)."""
_TASKS = "intake.sandbox.reading_tasks"

Call = Callable[[str, bytes, Mapping[str, Any]], bytes]


class RapidApart:
    """RapidOCR in children of a helper of its own; one page at a time, since each takes a gigabyte."""

    def __init__(self, name: str, limits: SandboxLimits = READING) -> None:
        self.name = name
        self._helper = Helper(limits, _TASKS)
        self._turn = threading.Lock()

    def words(self, sheet: Sheet, seconds: float) -> tuple[Word, ...]:
        """The words of an upright sheet. Raises `OcrError`."""
        if not self._turn.acquire(timeout=seconds):
            raise OcrError("timeout")
        try:
            found: tuple[Word, ...] = checked(tuple[Word, ...], self._helper.call("words", sheet.png, {}, seconds))
        except SandboxError as error:
            raise OcrError(error.reason) from error
        finally:
            self._turn.release()
        return found

    def lines(self, pngs: Sequence[bytes], seconds: float) -> tuple[str, ...]:
        """What stands on pictures of one line each, recognition alone. Raises `OcrError`."""
        given = adapter(Pictures).dump_json(Pictures(tuple(pngs)))
        try:
            found: tuple[str, ...] = checked(tuple[str, ...], self._helper.call("lines", given, {}, seconds))
        except SandboxError as error:
            raise OcrError(error.reason) from error
        return found

    def close(self) -> None:
        """End the helper; safe to call twice."""
        self._helper.close()


class EyesApart:
    """Opens scans through `call`, the door to the children that see untrusted bytes."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.engines = engines_here(RapidApart)

    @property
    def rapid(self) -> RapidApart | None:
        """RapidOCR in its helper; None where it is not installed."""
        return next((engine for engine in self.engines if isinstance(engine, RapidApart)), None)

    def sheet(self, data: bytes, page: int, turned: int | None) -> Sheet:
        """A page made ready. Raises `Refused` or `SandboxError`."""
        found: Sheet | Defect = checked(Sheet | Defect, self._call("sheet", data, {"page": page, "turned": turned}))
        if isinstance(found, Defect):
            raise Refused(found)
        return found

    def looks(self, data: bytes, page: OcrPage) -> Looks:
        """What the page shows beside its words. Raises `SandboxError`."""
        given = adapter(OcrPage).dump_python(page, mode="json")
        found: Looks = checked(Looks, self._call("looks", data, {"page": given}))
        return found

    def close(self) -> None:
        """End RapidOCR's helper; safe to call twice."""
        for engine in self.engines:
            if isinstance(engine, RapidApart):
                engine.close()


def checked(kind: Any, answer: bytes) -> Any:
    """The answer as our value. Raises `SandboxError` when it is anything else: the child may no longer be ours."""
    try:
        return adapter(kind).validate_json(answer, strict=False)
    except ValidationError as error:
        raise SandboxError("protocol") from error
