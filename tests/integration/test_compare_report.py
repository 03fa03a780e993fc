"""`loketbs compare --report`: from a document and a scan to the page a person looks at, through the real engine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from tests.paths import ROOT
from tests.simulators.comparisons import document, leaves, scanned, without

pytestmark = pytest.mark.server


def loketbs(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=240,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A document of two pages and its scan, from which one "niet" is gone."""
    if shutil.which("tesseract") is None:
        pytest.skip("tesseract is not installed: without it this takes minutes")
    (tmp_path / "signaal.pdf").write_bytes(document())
    first, second = leaves(dpi=200)[:2]
    _, at = first.find("niet")
    end = max(r.x1 for _, r in first.words if abs(r.y0 - at.y0) < 0.01) + 0.01
    sheets = [scanned(without(first.picture, at, end)), scanned(second.picture, 2)]
    sheets[0].save(tmp_path / "scan.pdf", save_all=True, append_images=sheets[1:], resolution=200)
    return tmp_path


def test_the_report_shows_the_word_that_is_gone_on_both_pages(folder: Path) -> None:
    """The first line names it, its crop has both sides, and every page is there with both its pictures."""
    done = loketbs("compare", "signaal.pdf", "scan.pdf", "--report", "verslag.html", cwd=folder)
    assert (done.returncode, done.stderr) == (1, "")
    tree: Any = html.fromstring((folder / "verslag.html").read_text(encoding="utf-8"))
    answer = tree.xpath("//p[@class='answer-text']")[0].text_content().strip()
    assert answer == done.stdout.splitlines()[0] == "Wijkt af: op blz. 1 ontbreekt het woord “niet”."
    assert len(tree.xpath("//section[@data-row]")) == 2
    assert len(tree.xpath("//image")) == 4
    assert len(tree.xpath("(//li[contains(@class,'spot')])[1]//svg[@class='crop']/rect")) == 2


def test_a_report_without_its_folder_is_told_before_the_work(tmp_path: Path) -> None:
    """Nobody waits for a comparison that cannot be written down; which file, and what now."""
    (tmp_path / "signaal.pdf").write_bytes(document())
    done = loketbs("compare", "signaal.pdf", "signaal.pdf", "--report", "weg/verslag.html", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "loketbs: weg/verslag.html: there is no folder weg; make it, or name another file\n"
