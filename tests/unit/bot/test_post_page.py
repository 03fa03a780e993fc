"""The postal version of a dossier as a page: fed by the port `Paper`, script and pictures under their own addresses."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from lxml import html
from starlette.types import ASGIApp

from bot.dossier.app import pages
from bot.dossier.views import DossierView
from intake.post.comparison import Comparison
from tests.simulators.archive import FictitiousArchive
from tests.simulators.asgi import Answer, get
from tests.simulators.comparisons import deviating, hostile

NUMBER = "BS-2026-0005"
PAGE = f"/dossier/{NUMBER}/post"


class OnePaper:
    """The port `Paper` with a comparison for one dossier."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison

    def comparison(self, number: str) -> Comparison | None:
        return self._comparison if number == NUMBER else None


class Tracked(FictitiousArchive):
    """Dossiers whose post is in a given state."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self._state = state

    def dossier(self, number: str) -> DossierView | None:
        found = super().dossier(number)
        return dataclasses.replace(found, tracks={"post": self._state}) if found else None


def application(comparison: Comparison | None = None) -> ASGIApp:
    return pages(FictitiousArchive(), paper=OnePaper(comparison or deviating()))


def ask(url: str) -> Answer:
    return get(application(), url)


def tree_of(answer: Answer) -> Any:
    return html.fromstring(answer.text)


def test_the_page_says_the_answer_and_leads_back() -> None:
    """The same first line as the report, in the house of the dossier."""
    tree = tree_of(ask(PAGE))
    assert "ontbreekt het woord “niet”" in tree.xpath("//p[@class='answer-text']")[0].text_content()
    assert f"/dossier/{NUMBER}" in tree.xpath("//a/@href")


def test_its_script_is_a_file_of_ours_and_nothing_runs_inline() -> None:
    """The policy of this page lets our own script run; no other page gets even that."""
    answer = ask(PAGE)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    tree = tree_of(answer)
    assert tree.xpath("//script/@src") == ["/stijl/comparison.js"]
    assert tree.xpath("//style | //@style | //script[text()] | //image[starts-with(@href, 'data:')]") == []
    assert "script-src" not in ask("/").headers["content-security-policy"]


def test_every_picture_is_given_under_its_own_address() -> None:
    """As the engine made it, with its type, and never kept by the browser."""
    addresses = tree_of(ask(PAGE)).xpath("//image/@href")
    given = [face for faces in deviating().faces for face in (faces.frozen, faces.scan) if face]
    answers = [ask(address) for address in addresses]
    assert sorted(a.body for a in answers) == sorted(given)
    assert {a.headers["content-type"] for a in answers} == {"image/webp"}
    assert {a.headers["cache-control"] for a in answers} == {"no-store"}


@pytest.mark.parametrize(
    "url",
    [
        f"{PAGE}/99/papier",
        f"{PAGE}/0/elders",
        f"{PAGE}/2/vastgelegd",
        f"{PAGE}/-1/papier",
        "/dossier/BS-1999-0001/post",
    ],
)
def test_what_is_not_there_is_not_found(url: str) -> None:
    """No pair, no side, no picture of a side, no dossier."""
    assert ask(url).status == 404


def test_a_dossier_without_a_comparison_says_so() -> None:
    """Also in a house that compares no post at all."""
    for app in (application(), pages(FictitiousArchive())):
        answer = get(app, "/dossier/BS-2026-0002/post")
        assert answer.status == 200
        assert "nog geen post vergeleken" in answer.text


@pytest.mark.parametrize(
    ("state", "links"),
    [("nog_niet", 0), ("ontvangen", 0), ("wijkt_af", 1), ("komt_overeen", 1), ("niet_te_beoordelen", 1)],
)
def test_the_dossier_leads_to_the_comparison_once_there_is_one(state: str, links: int) -> None:
    """The link stands at the track of the post, and not before there is anything behind it."""

    tree = tree_of(get(pages(Tracked(state)), f"/dossier/{NUMBER}"))
    assert tree.xpath("//a/@href").count(PAGE) == links


def test_words_of_a_scan_are_words_here_too() -> None:
    """Markup in a reading is shown, never obeyed."""
    answer = get(application(hostile()), PAGE)
    assert "<script>alert" not in answer.text
    assert "\u202e" not in answer.text
