"""`python -m tests.evaluation.unseen.build_signed FOLDER`: like build, for sets with digital signatures and more file forms.

Forms besides those of build: `sealed` (PDF with PAdES by the mail's `seal`, changed afterwards when `broken`), `odt`, `boxed` (docx
with text boxes). `smime` names who signs the mail. People and authorities: seals.toml of the set; certificates go to pki/.
"""

from __future__ import annotations

import json
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.evaluation.unseen import build as plain
from tests.evaluation.unseen.offices import boxed, odt
from tests.evaluation.unseen.papers import FONTS, chromium_path
from tests.evaluation.unseen.seals import Identity, identity, seal_pdf, sign_mail

FORMS = {
    "sealed": ("application", "pdf"),
    "odt": ("application", "vnd.oasis.opendocument.text"),
    "boxed": plain.TYPES["docx"],
}
LATER = 145  # steps of seven hours and thirteen minutes: the mails come after the moment of signing


class Trust:
    """The authorities of a set and the people they vouch for; made anew at each build."""

    def __init__(self, folder: Path) -> None:
        root = identity("Wortel Proefset", "Proefautoriteit")
        people = identity("Personen Proefset", "Proefautoriteit", issuer=root)
        stranger = identity("Other Root", "Elsewhere Trust Services")
        made = tomllib.loads((folder / "seals.toml").read_text(encoding="utf-8"))
        self.chains: dict[str, list[Identity]] = {}
        self.people: dict[str, Identity] = {}
        for name, one in made.items():
            issuer = people if one["trusted"] else stranger
            self.people[name] = identity(one["name"], one["organisation"], issuer=issuer, email=one["email"])
            self.chains[name] = [people] if one["trusted"] else [stranger]
        self._write(folder / "pki", {"trust/root": root, "intermediate/personen": people, "untrusted/root": stranger})

    def _write(self, folder: Path, authorities: dict[str, Identity]) -> None:
        named = {f"test-identities/{name}.crt": person for name, person in self.people.items()}
        for name, one in (authorities | named).items():
            path = folder / f"{name}.pem"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(one.pem())


class SigningMaker(plain.Maker):
    """Makes each file once, also the sealed ones; `entry` is the mail being made."""

    def __init__(self, folder: Path, browser: Browser, scratch: Path, trust: Trust) -> None:
        super().__init__(folder, browser, scratch)
        self.trust, self.entry = trust, dict[str, Any]()

    @cache  # noqa: B019  one maker, one run
    def file(self, text: str, form: str) -> bytes:
        if form == "sealed":
            seal = self.entry["seal"]
            printed = super().file(text, "pdf")
            person, chain, broken = self.trust.people[seal], self.trust.chains[seal], self.entry.get("broken", False)
            with ThreadPoolExecutor(1) as aside:  # playwright's loop runs in this thread, pyHanko wants its own
                return aside.submit(seal_pdf, printed, person, chain, broken=broken).result()
        if form not in FORMS:
            return super().file(text, form)
        source = (self.folder / "texts" / f"{self.papers[text]['file']}.html").read_text(encoding="utf-8")
        return odt(source) if form == "odt" else boxed(source, FONTS[sum(map(ord, text)) % len(FONTS)])


def build(folder: Path) -> None:
    """Write the mails, certificates and labels of the set in `folder`."""
    plain.TYPES.update(FORMS)
    entries = [
        mail for file in sorted(folder.glob("mails*.toml")) for mail in tomllib.loads(file.read_text("utf-8"))["mail"]
    ]
    (folder / "mails").mkdir(exist_ok=True)
    trust = Trust(folder)
    labels: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--headless", "--no-sandbox"])
        maker = SigningMaker(folder, browser, Path(scratch), trust)
        for number, entry in enumerate(entries):
            maker.entry = entry
            raw = plain._mail(entry, number + LATER, maker)
            if "smime" in entry:
                raw = sign_mail(raw, trust.people[entry["smime"]], trust.chains[entry["smime"]])
            (folder / "mails" / f"{entry['name']}.eml").write_bytes(raw)
            labels[f"{entry['name']}.eml"] = plain._label(entry, maker.papers)
        browser.close()
    written = json.dumps({"mails": labels, "scans": {}}, ensure_ascii=False, indent=1)
    (folder / "labels.json").write_text(written, "utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
