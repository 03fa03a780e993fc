"""Documents that are made from the code, or must agree with it."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest

from intake.model import Kind
from intake.states import Status
from tests import generated
from tests.paths import ROOT


@pytest.mark.parametrize("name", sorted(generated.ALL))
def test_what_is_made_from_the_code_is_up_to_date(name: str) -> None:
    """`make docs` writes these; whoever changes the code runs it."""
    fresh = (ROOT / name).read_text(encoding="utf-8") == generated.ALL[name]()
    assert fresh, f"{name} is older than the code it tells of: run `make docs` and commit what it wrote"


def test_every_dependency_has_its_reason() -> None:
    """docs/dependencies.md names exactly what pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [name for group in project["optional-dependencies"].values() for name in group]
    wanted = {re.split(r"[\[><=~ ;]", name)[0] for name in [*project["dependencies"], *extras]}
    told = set(
        re.findall(r"^\| `([\w.-]+)`", (ROOT / "docs/dependencies.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert told == wanted, "docs/dependencies.md and pyproject.toml name different packages"


def test_the_glossary_holds_every_dutch_term() -> None:
    """Statuses, items, sections and event types are Dutch in the code: the glossary explains each in English."""
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").lower()
    form = tomllib.loads((ROOT / "intake/formats/bestuurlijk_signaal.toml").read_text(encoding="utf-8"))
    items = re.findall(r"""["']?id["']?\s*[:=]\s*["'](\w+)["']""", str(form))
    checks = [p.stem for p in (ROOT / "intake/checks").glob("*.py") if not p.stem.startswith("_")]
    terms = [*(s.value for s in Status), *items, *checks, "signaal", "indiener", "bewindspersoon", "aanbeveling"]
    missing = [term for term in terms if f"`{term}`" not in glossary]
    assert missing == [], "explain these in docs/glossary.md, one row each"


def test_no_registry_and_no_machine_is_named() -> None:
    """A commit names no package registry and no path of the machine it was made on."""
    forbidden = re.compile(
        "|".join(("pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", "deb" + r"\.debian\.org"))
    )
    machine = re.compile(r"(?<![\w.])/(wo" + r"rk|ho" + r"me/\w+)/")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    texts = {
        name: (ROOT / name).read_text(encoding="utf-8", errors="replace") for name in listed if (ROOT / name).is_file()
    }
    assert [name for name, text in texts.items() if forbidden.search(text) or machine.search(text)] == []


def test_every_kind_has_a_dutch_name() -> None:
    """What staff read is Dutch, for every kind of mail."""
    from bot import texts

    assert not [kind for kind in Kind if texts.kind(kind).startswith("Onbekend")]
