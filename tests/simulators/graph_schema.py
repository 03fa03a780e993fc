"""Microsoft's own schema as judge: every request and answer of the Graph stand-in against the OpenAPI extract in ../shared."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.paths import SHARED

EXTRACT = SHARED / "reference" / "data" / "graph-mail.openapi.json"


_MIME_FORM = re.compile(r"/(?:messages|createReply|sendMail)$")
"""Routes that also take a message as MIME in base64, which Microsoft documents beside its schema."""


def _mime(body: bytes) -> list[str]:
    try:
        raw = base64.b64decode(body, validate=True)
    except binascii.Error:
        return ["a MIME body is not base64"]
    return [] if b"Message-ID:" in raw and b"\r\n\r\n" in raw else ["a MIME body is no message"]


@dataclass(frozen=True, slots=True)
class Route:
    """One path of the extract with what it describes."""

    template: str
    pattern: re.Pattern[str]
    methods: dict[str, Any]


class GraphSchema:
    """The extract. `request` and `answer` return what is wrong, as sentences; an empty list is a valid one."""

    def __init__(self, path: Path = EXTRACT) -> None:
        self._openapi = json.loads(path.read_text(encoding="utf-8"))
        self._routes = [
            Route(template, re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template))), methods)
            for template, methods in sorted(self._openapi["paths"].items(), key=lambda item: item[0].count("{"))
        ]
        self._validator = cache(self._made)

    def request(self, method: str, target: str, content_type: str, body: bytes) -> list[str]:
        """Problems of a request; `target` is path and query below the version."""
        parts = urlsplit(target)
        operation = self._operation(method, parts.path)
        if operation is None:
            return [f"{method} {parts.path}: no such route"]
        known = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
        wrong = [f"unknown query parameter {name}" for name, _ in parse_qsl(parts.query) if name not in known]
        if content_type.partition(";")[0] == "text/plain" and _MIME_FORM.search(parts.path) and method == "POST":
            return wrong + _mime(body)
        described = operation.get("requestBody")
        if not body:
            return wrong + (["a body is missing"] if described and described.get("required") else [])
        if described is None or content_type.partition(";")[0] not in described["content"]:
            return [*wrong, f"a body of type {content_type} is not described"]
        return wrong + self._errors(described["content"]["application/json"]["schema"], json.loads(body))

    def answer(self, method: str, target: str, status: int, content_type: str, body: bytes) -> list[str]:
        """Problems of an answer to such a request."""
        operation = self._operation(method, urlsplit(target).path)
        if operation is None:
            return []
        described = operation["responses"].get(str(status)) or operation["responses"].get(f"{status // 100}XX")
        if described is None:
            return [f"status {status} is not described"]
        content = described.get("content", {})
        if not content:
            return ["a body where none is described"] if body else []
        kind = content_type.partition(";")[0]
        if kind not in content and "*/*" not in content:
            return [f"an answer of type {kind} is not described"]
        if kind != "application/json" or "*/*" in content:
            return []
        return self._errors(content[kind]["schema"], json.loads(body))

    def properties(self, name: str) -> frozenset[str]:
        """The names that `$select` may hold."""
        return frozenset(self._openapi["components"]["schemas"][name]["properties"])

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        route = next((r for r in self._routes if r.pattern.fullmatch(path) and method.lower() in r.methods), None)
        return route.methods[method.lower()] if route else None

    def _errors(self, schema: dict[str, Any], value: Any) -> list[str]:
        return [f"{e.json_path}: {e.message[:200]}" for e in self._validator(json.dumps(schema)).iter_errors(value)]

    def _made(self, schema: str) -> Draft202012Validator:
        return Draft202012Validator(json.loads(schema) | {"components": self._openapi["components"]})
