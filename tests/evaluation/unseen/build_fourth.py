"""`python -m tests.evaluation.unseen.build_fourth`: mails, labels.json and pki/ of the fourth set."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import html
import io
import json
import tempfile
import tomllib
from collections.abc import Callable
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

from tests.evaluation.unseen.build import _froms, _front, _label
from tests.evaluation.unseen.papers import FONTS, chromium_path, pdf, word
from tests.evaluation.unseen.papers_fourth import boxed_word, changed, form_word, noisy, odd_word, odt
from tests.evaluation.unseen.seals_fourth import Seals

FOLDER = Path(__file__).parent / "fourth"
FIRST = dt.datetime(2026, 11, 16, 9, 41, tzinfo=dt.timezone(dt.timedelta(hours=1)))
OFFICE: dict[str, Callable[[str], bytes]] = {"odd": odd_word, "boxes": boxed_word, "form": form_word, "odt": odt}
TYPES = {
    ".pdf": "application/pdf",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
HEADERS = {
    "outlook": {"Accept-Language": "nl-NL, en-US", "Content-Language": "nl-NL", "X-MS-Has-Attach": "yes"},
    "apple": {"X-Mailer": "Apple Mail (2.3864.200.81)"},
    "base64": {"X-Mailer": "ZaakMailer 4.1", "X-Priority": "3"},
    "html": {"User-Agent": "Roundcube Webmail/1.6.9"},
}
WORD_HTML = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><meta name="Generator" content="Microsoft Word 15">
<!--[if !mso]><style>v\\:* {{behavior:url(#default#VML);}}</style><![endif]--><style><!--
p.MsoNormal {{margin:0cm;font-size:11.0pt;font-family:"Aptos",sans-serif;}} --></style></head>
<body lang="NL" link="#467886" style='word-wrap:break-word'><div class="WordSection1">{}
<p class="MsoNormal"><img width="160" height="40" src="cid:image001.png@01DC5A00" alt="logo"><o:p></o:p></p></div></body></html>
"""


class Maker:
    """Makes each file once; `people` are the representatives of the register by organisation."""

    def __init__(self, browser: Browser, scratch: Path) -> None:
        self.browser, self.scratch, self.seals = browser, scratch, Seals()
        self.papers = tomllib.loads((FOLDER / "papers.toml").read_text("utf-8"))
        register = tomllib.loads((FOLDER / "partners.toml").read_text("utf-8"))
        self.people = {each["id"]: each["representative"][0] for each in register["organisation"]}

    @cache  # noqa: B019  one maker, one run
    def file(self, text: str, form: str) -> bytes:
        source = (FOLDER / "texts" / f"{self.papers[text]['file']}.html").read_text("utf-8")
        if form in OFFICE:
            return OFFICE[form](source)
        if form == "docx":
            return word(source, FONTS[2])
        raw = pdf(self.browser, source, sum(map(ord, text)), self.scratch)
        if form == "noisy":
            return noisy(raw, sum(map(ord, text)))
        for step in form.split("+")[1:]:
            hierarchy, _, who = step.partition(":")
            raw = changed(raw) if step == "changed" else self.seals.pdf(raw, hierarchy, *self.person(who))
        return raw

    def person(self, organisation: str) -> tuple[str, str]:
        """Name and address of the representative."""
        return self.people[organisation]["name"], self.people[organisation]["email"]


def build() -> None:
    """Write the mails, labels and trust material of the set."""
    files = sorted(FOLDER.glob("mails_*.toml"))
    entries = [mail for file in files for mail in tomllib.loads(file.read_text("utf-8"))["mail"]]
    (FOLDER / "mails").mkdir(exist_ok=True)
    labels: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--headless", "--no-sandbox"])
        maker = Maker(browser, Path(scratch))
        for number, entry in enumerate(entries):
            (FOLDER / "mails" / f"{entry['name']}.eml").write_bytes(_mail(entry, number, maker))
            labels[f"{entry['name']}.eml"] = _label(entry, maker.papers)
        maker.seals.write(FOLDER / "pki")
        browser.close()
    table = json.dumps({"mails": labels, "scans": {}}, ensure_ascii=False, indent=1)
    (FOLDER / "labels.json").write_text(table, "utf-8")


def _mail(entry: dict[str, Any], number: int, maker: Maker) -> bytes:
    when = FIRST + dt.timedelta(hours=26 * number, minutes=17 * number)
    domain = entry["from"].rsplit("@", 1)[1].rstrip(">")
    message = EmailMessage(policy=SMTP)
    message["To"] = entry.get("to", "Landelijk Loket Bestuurlijke Signalen <loketbs@loket.example>")
    if "cc" in entry:
        message["Cc"] = entry["cc"]
    message["Subject"] = entry["subject"]
    message["Date"] = when
    message["Message-ID"] = f"<{hashlib.sha256(entry['name'].encode()).hexdigest()[:24].upper()}@{domain}>"
    for name, value in HEADERS.get(entry["client"], {}).items():
        message[name] = value
    head = (_front(entry, domain, when) + _froms(entry)).encode()
    if entry["client"] == "smime":
        return head + _signed(message, entry, maker)
    {"outlook": _outlook, "apple": _apple, "html": _html_only}.get(entry["client"], _plain)(message, entry)
    for text, form, name in entry.get("files", []):
        main, _, sub = TYPES[Path(name).suffix].partition("/")
        shown = "inline" if entry["client"] == "apple" else "attachment"
        message.add_attachment(maker.file(text, form), maintype=main, subtype=sub, filename=name, disposition=shown)
    if entry["client"] == "apple" and message.is_multipart():
        _apple_tail(message, entry)
    return head + message.as_bytes()


def _plain(message: EmailMessage, entry: dict[str, Any]) -> None:
    message.set_content(entry["text"].lstrip("\n"), cte="base64" if entry["client"] == "base64" else None)


def _outlook(message: EmailMessage, entry: dict[str, Any]) -> None:
    """Text and Word's HTML in windows-1252, with the logo of the office inside."""
    text = entry["text"].lstrip("\n")
    message["Thread-Topic"] = entry["subject"]
    message.set_content(text, charset="windows-1252", cte="quoted-printable")
    rows = (html.escape(line, quote=False) or "&nbsp;" for line in text.splitlines())
    body = WORD_HTML.format("".join(f'<p class="MsoNormal">{row}<o:p></o:p></p>\n' for row in rows))
    message.add_alternative(body, subtype="html", charset="windows-1252", cte="quoted-printable")
    page = list(message.iter_parts())[1]
    assert isinstance(page, MIMEPart)
    page.add_related(
        _logo(), "image", "png", cid="<image001.png@01DC5A00>", filename="image001.png", disposition="inline"
    )


def _apple(message: EmailMessage, entry: dict[str, Any]) -> None:
    """Text as Apple Mail writes it; files stand inside the text."""
    message.set_content(entry["text"].lstrip("\n"), cte="quoted-printable")
    if entry.get("files"):
        message.make_mixed()


def _apple_tail(message: EmailMessage, entry: dict[str, Any]) -> None:
    """The empty text after the last file, and the boundary Apple's program chooses."""
    tail = EmailMessage(policy=SMTP)
    tail.set_content("\n\n", charset="us-ascii")
    message.attach(tail)
    message.set_boundary(f"Apple-Mail=_{hashlib.sha256(entry['from'].encode()).hexdigest()[:32].upper()}")


def _html_only(message: EmailMessage, entry: dict[str, Any]) -> None:
    """No plain text; lines are divs and breaks."""
    blocks = html.escape(entry["text"].strip(), quote=False).split("\n\n")
    rows = "".join(f"<div>{block.replace(chr(10), '<br>')}</div><div><br></div>" for block in blocks)
    message.set_content(f"<html><body style='font-family:Verdana'>{rows}</body></html>", subtype="html", cte="base64")


def _signed(message: EmailMessage, entry: dict[str, Any], maker: Maker) -> bytes:
    """multipart/signed (RFC 8551 3.5.3): the text, and the detached signature over its bytes."""
    part = MIMEPart(policy=SMTP)
    part.set_content(entry["text"].lstrip("\n"), cte="quoted-printable")
    content = part.as_bytes()
    seal = base64.encodebytes(maker.seals.mail(content, *maker.person(entry["identity"]))).replace(b"\n", b"\r\n")
    edge = b"----=_NextPart_fourth"
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = (
        'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="' + edge.decode() + '"'
    )
    lines = [b"", b"--" + edge, content, b"--" + edge, b'Content-Type: application/pkcs7-signature; name="smime.p7s"']
    lines += [b"Content-Transfer-Encoding: base64", b'Content-Disposition: attachment; filename="smime.p7s"', b"", seal]
    headers = message.as_bytes().split(b"\r\n\r\n", 1)[0]
    return headers + b"\r\n" + b"\r\n".join(lines) + b"\r\n--" + edge + b"--\r\n"


def _logo() -> bytes:
    picture = Image.new("RGB", (160, 40), "white")
    ImageDraw.Draw(picture).polygon([(4, 36), (22, 4), (40, 36)], fill=(0, 90, 140))
    out = io.BytesIO()
    picture.quantize(4).save(out, "PNG")
    return out.getvalue()


if __name__ == "__main__":
    build()
