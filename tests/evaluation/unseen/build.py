"""`python -m tests.evaluation.unseen.build FOLDER`: mails and labels.json from texts/, papers.toml and mails_*.toml of a set."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import sys
import tempfile
import tomllib
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.evaluation.board import SECTIONS
from tests.evaluation.unseen.papers import FONTS, chromium_path, pdf, scan, word

PARTS = {
    "proces": ("indieners",),
    "aanleiding": ("aanleiding", "maatschappelijke_relevantie", "eerdere_signalen"),
    "bevindingen": ("knelpunt", "bronnen", "misbruik_legaal_proces", "structureel", "landelijk"),
    "conclusie_aanbevelingen": (
        "bewindspersoon_actie",
        "onderbouwing",
        "proportionaliteit_haalbaarheid",
        "beoogd_effect",
    ),
}
ELEMENTS = [element for part in PARTS.values() for element in part]
TYPES = {"pdf": ("application", "pdf"), "scan": ("application", "pdf")}
TYPES["docx"] = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")
FIRST = dt.datetime(2026, 10, 12, 8, 14, tzinfo=dt.timezone(dt.timedelta(hours=1)))
JUDGED = {"submission", "supplement", "correction", "draft", "postal_scan"}


class Maker:
    """Makes each file once."""

    def __init__(self, folder: Path, browser: Browser, scratch: Path) -> None:
        self.folder, self.browser, self.scratch = folder, browser, scratch
        self.papers = tomllib.loads((folder / "papers.toml").read_text(encoding="utf-8"))

    @cache  # noqa: B019  one maker, one run
    def file(self, text: str, form: str) -> bytes:
        source = (self.folder / "texts" / f"{self.papers[text]['file']}.html").read_text(encoding="utf-8")
        seed = sum(map(ord, text))
        if form == "docx":
            return word(source, FONTS[seed % len(FONTS)])
        printed = pdf(self.browser, source, seed, self.scratch)
        return scan(printed) if form == "scan" else printed


def build(folder: Path) -> None:
    """Write the mails and labels of the set in `folder`."""
    entries = [
        mail for file in sorted(folder.glob("mails*.toml")) for mail in tomllib.loads(file.read_text("utf-8"))["mail"]
    ]
    (folder / "mails").mkdir(exist_ok=True)
    labels: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--headless", "--no-sandbox"])
        maker = Maker(folder, browser, Path(scratch))
        for number, entry in enumerate(entries):
            raw = _mail(entry, number, maker)
            (folder / "mails" / f"{entry['name']}.eml").write_bytes(raw)
            labels[f"{entry['name']}.eml"] = _label(entry, maker.papers)
        browser.close()
    (folder / "labels.json").write_text(
        json.dumps({"mails": labels, "scans": {}}, ensure_ascii=False, indent=1), "utf-8"
    )


def _mail(entry: dict[str, Any], number: int, maker: Maker) -> bytes:
    message = EmailMessage(policy=SMTP)
    when = FIRST + dt.timedelta(hours=7 * number, minutes=13 * number)
    domain = entry["from"].rsplit("@", 1)[1].split(">")[0].split(" ")[0]
    message["Subject"] = entry["subject"]
    message["To"] = entry.get("to", "Landelijk Loket Bestuurlijke Signalen <loketbs@loket.example>")
    if "cc" in entry:
        message["Cc"] = entry["cc"]
    message["Date"] = when
    message["Message-ID"] = f"<{hashlib.sha256(entry['name'].encode()).hexdigest()[:20]}@{domain}>"
    if "replies_to" in entry:
        message["In-Reply-To"] = message["References"] = f"<{entry['replies_to']}>"
    for line in entry.get("headers", []):
        name, _, value = line.partition(": ")
        message[name] = value
    if "report" in entry:
        _report(message, entry)
    else:
        _content(message, entry, maker)
    head = _front(entry, domain, when)
    sender = _froms(entry)
    return (head + sender).encode() + message.as_bytes()


def _froms(entry: dict[str, Any]) -> str:
    lines = []
    for value in [entry["from"], *([entry["second_from"]] if "second_from" in entry else [])]:
        one = EmailMessage(policy=SMTP)
        one["From"] = value
        lines.append(one.as_string().split("\r\n\r\n")[0] + "\r\n")
    return "".join(lines)


def _front(entry: dict[str, Any], domain: str, when: dt.datetime) -> str:
    """What the receiving side wrote on top."""
    stamp = when.strftime("%a, %d %b %Y %H:%M:%S %z")
    lines = ["Delivered-To: loketbs@loket.example"]
    lines.append(f"Received: from out.{domain} (out.{domain} [192.0.2.77]) by mx.loket.example with ESMTPS; {stamp}")
    auth = entry.get("auth", "pass")
    if auth != "none":
        server = "filter.elders.example" if auth == "foreign" else "mx.loket.example"
        result = "fail" if auth == "fail" else "pass"
        lines.append(
            f"Authentication-Results: {server};\r\n\tspf={result} smtp.mailfrom=x@{domain};\r\n"
            f"\tdkim={result} header.d={domain};\r\n\tdmarc={result} header.from={domain}"
        )
    return "".join(f"{line}\r\n" for line in lines)


def _content(message: EmailMessage, entry: dict[str, Any], maker: Maker) -> None:
    text = entry["text"].lstrip("\n")
    message.set_content(text)
    if entry.get("html"):
        body = "".join(f"<p>{html.escape(block)}</p>" for block in text.split("\n\n"))
        message.add_alternative(f"<html><body style='font-family:Calibri'>{body}</body></html>", subtype="html")
    if "calendar" in entry:
        event = "BEGIN:VEVENT\r\nUID:7\r\nDTSTART:20261204T090000Z\r\nSUMMARY:" + entry["subject"] + "\r\nEND:VEVENT"
        event = f"BEGIN:VCALENDAR\r\nMETHOD:{entry['calendar']}\r\nVERSION:2.0\r\n{event}\r\nEND:VCALENDAR\r\n"
        message.add_alternative(
            event.encode(), maintype="text", subtype="calendar", params={"method": entry["calendar"]}
        )
    if "forward" in entry:
        inner = (maker.folder / "mails" / f"{entry['forward']}.eml").read_bytes()
        from email import message_from_bytes

        message.add_attachment(message_from_bytes(inner, policy=SMTP))
    for source, form, name in entry.get("files", []):
        maintype, subtype = TYPES[form]
        message.add_attachment(maker.file(source, form), maintype=maintype, subtype=subtype, filename=name)


def _report(message: EmailMessage, entry: dict[str, Any]) -> None:
    edge = "=_unseen_report"
    kind = entry["report"]
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = f'multipart/report; report-type={kind}; boundary="{edge}"'
    parts = [f"Content-Type: text/plain; charset=utf-8\n\n{entry['text'].strip()}\n"]
    parts.append(f"Content-Type: message/{kind}\n\n{entry['machine'].strip()}\n")
    parts.append("Content-Type: text/rfc822-headers\n\nSubject: Ontvangstbevestiging\nFrom: loketbs@loket.example\n")
    message.set_payload("".join(f"--{edge}\n{part}\n" for part in parts) + f"--{edge}--\n", charset=None)


def _label(entry: dict[str, Any], papers: dict[str, Any]) -> dict[str, Any]:
    paper = papers[entry["signal"]] if "signal" in entry else {}
    named = next((name for text, _, name in entry.get("files", []) if text == entry.get("signal")), None)
    verdict, means, signers = entry["signature"]
    missing = set(paper.get("missing", entry.get("missing", [])))
    has_text = entry["kind"] in JUDGED and ("signal" in entry or entry.get("document") == "body")
    elements = {name: has_text and name not in missing for name in ELEMENTS}
    if "only" in entry:
        elements = {name: name in entry["only"] for name in ELEMENTS}
    lost = set(paper.get("no_section", ()))
    sections = {name: has_text and name not in lost for name in SECTIONS}
    if "only" in entry:
        sections = {name: any(elements[e] for e in PARTS[name]) for name in SECTIONS}
    needed = [elements[name] for name in ELEMENTS if name != "eerdere_signalen"]
    personal = [{"type": kind, "text": text} for kind, text in paper.get("personal", entry.get("personal", []))]
    return {
        "kind": entry["kind"],
        "related_to": entry.get("related_to"),
        "document": entry.get("document", named),
        "title": entry.get("title", paper.get("title")),
        "organisations": entry.get("organisations", paper.get("organisations", [])),
        "ministers": entry.get("ministers", paper.get("ministers", [])),
        "signature": {"verdict": verdict, "means": means, "signers": signers, "why": entry.get("note", "")},
        "sections": sections,
        "elements": elements,
        "personal_data": personal,
        "complete": entry["kind"] == "submission" and verdict == "valid" and all(sections.values()) and all(needed),
        "threat": entry.get("threat"),
        "note": entry["note"],
    }


if __name__ == "__main__":
    build(Path(sys.argv[1]))
