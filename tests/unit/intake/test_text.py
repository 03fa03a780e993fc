"""Text tools: what counts as the same text, and what of a mail its sender wrote."""

from __future__ import annotations

import pytest

from intake.text import (
    bare_subject,
    fold,
    likeness,
    sentences,
    shingles,
    sketch,
    split_layers,
    strip_quoted,
    text_sha256,
    words,
)

PARAGRAPH = (
    "De verhuurder hoeft niet vast te leggen wie een ruimte huurt. Daardoor weet niemand wie erbij kan. "
    "In zeven onderzoeken lag het geld van een ander in de ruimte, en de huurder was niet te vinden. "
)


def test_fold_makes_one_spelling_of_typography_and_accents() -> None:
    """A ligature, a curly quote, a soft hyphen and a decomposed accent all fold away."""
    assert fold("Coo\u0308rdinatie  “ﬁscaal”\u00ad – ÇÉLIK") == 'coordinatie "fiscaal" - celik'


def test_words_join_a_word_broken_at_a_line_end() -> None:
    """PDF text breaks words; the broken and the whole spelling are the same words."""
    assert words("een knel-\npunt in de wet") == words("Een knelpunt in de wet.")


def test_sentences_do_not_end_at_an_abbreviation_or_an_initial() -> None:
    """A Dutch abbreviation, an initial and a legal article stay inside their sentence."""
    text = "Volgens art. 5 Wet X, d.w.z. de wet van mevr. B. Jansen, mag dit niet. Dat is nieuw! Echt waar?"
    assert sentences(text) == (
        "Volgens art. 5 Wet X, d.w.z. de wet van mevr. B. Jansen, mag dit niet.",
        "Dat is nieuw!",
        "Echt waar?",
    )


def test_sketch_is_fixed_in_size_and_in_value() -> None:
    """The sketch goes into the database: it may not depend on the process or grow with the text."""
    long = " ".join(f"woord{i} en{i}" for i in range(5000))
    assert len(sketch(long)) == 1024
    assert sketch("") == b""
    assert (
        sketch("Een korte tekst van zes woorden").hex()[:16] == sketch("een KORTE tekst, van zes woorden!").hex()[:16]
    )


def test_likeness_is_exact_for_short_texts() -> None:
    """Under the sketch's size the estimate is the real Jaccard of the shingles."""
    a, b = PARAGRAPH, PARAGRAPH.replace("zeven onderzoeken", "acht dossiers")
    left, right = shingles(a), shingles(b)
    assert likeness(sketch(a), sketch(b)) == len(left & right) / len(left | right)


def test_likeness_tells_a_new_version_from_another_text() -> None:
    """A text with one sentence changed stays near; another text is far; nothing is like an empty one."""
    base = " ".join(f"zin {i} gaat over onderwerp {i * 7} in wijk {i % 13}." for i in range(300))
    edited = base.replace("zin 150 gaat", "zin 150 handelt")
    other = " ".join(f"regel {i} beschrijft iets anders dan {i * 3}." for i in range(300))
    assert likeness(sketch(base), sketch(edited)) > 0.9
    assert likeness(sketch(base), sketch(other)) < 0.05
    assert likeness(sketch(""), sketch("")) == 0.0


def test_text_digest_ignores_layout_only() -> None:
    """Line breaks, spacing and case do not make another text; one digit does."""
    assert text_sha256(PARAGRAPH) == text_sha256(PARAGRAPH.replace(" ", "\n").upper())
    assert text_sha256(PARAGRAPH) != text_sha256(PARAGRAPH.replace("zeven", "7"))


REPLY_TAILS = [
    "-----Oorspronkelijk bericht-----\nVan: A\nVerzonden: ma 2 nov\nAan: B\nOnderwerp: X\n\nhistorie",
    "________________________________\nFrom: A <a@b.example>\nSent: Monday\nTo: B\nSubject: X\n\nhistorie",
    "Op ma 2 nov. 2026 om 14:20 schreef A <a@b.example>:\n> historie\n> meer",
    "On Mon, Nov 2, 2026 at 2:20 PM A\n<a@b.example> wrote:\n> historie",
    "*Van:* A\n*Verzonden:* ma 2 nov\n*Onderwerp:* X\n\nhistorie",
    "> historie\n> meer",
]


@pytest.mark.parametrize("tail", REPLY_TAILS)
def test_history_is_not_the_senders_own_words(tail: str) -> None:
    """What an older message says must not be read as what this sender says."""
    own, quoted = strip_quoted(f"Dank, ontvangen.\n\nGroet, C\n\n{tail}", "RE: X")
    assert own == "Dank, ontvangen.\n\nGroet, C"
    assert "historie" in quoted


@pytest.mark.parametrize("tail", REPLY_TAILS[:2] + REPLY_TAILS[4:5])
def test_a_forwarded_text_is_content(tail: str) -> None:
    """The subject FW: turns the first older message into what is being sent."""
    own, forwarded, quoted = split_layers(f"Ter behandeling.\n\n{tail}", "FW: X")
    assert own.startswith("Ter behandeling.")
    assert "historie" in forwarded
    assert quoted == ""


def test_a_forward_says_so_itself() -> None:
    """Gmail and Apple write a rule; then the subject may say anything."""
    body = "zie onder\n\n---------- Forwarded message ---------\nFrom: A\nDate: Mon\nSubject: X\nTo: B\n\nhistorie"
    assert "historie" in strip_quoted(body, "iets")[0]


def test_history_under_a_forward_stays_history() -> None:
    """Only the message that was forwarded is content, not the older ones below it."""
    body = (
        "zie onder\n\nVan: A\nVerzonden: ma\nOnderwerp: X\n\nbijgaand het stuk\n\n"
        "Van: B\nVerzonden: zo\nOnderwerp: X\n\nnog maar een concept"
    )
    own, forwarded, quoted = split_layers(body, "Fwd: X")
    assert (own, "bijgaand het stuk" in forwarded, "concept" in quoted) == ("zie onder", True, True)


def test_mobile_signatures_and_disclaimers_are_left_out() -> None:
    """They hold words that would mislead a reader of cues."""
    body = (
        "Akkoord.\n\nVerzonden vanaf mijn iPhone\n\n"
        "Dit bericht is uitsluitend bestemd voor de geadresseerde. Is het niet voor u bestemd, meld dit."
    )
    assert strip_quoted(body)[0] == "Akkoord."


def test_a_colon_word_in_running_text_is_no_header_block() -> None:
    """A list of facts that begins with 'Van:' is no older message."""
    body = "Periode\nVan: 1 mei\nTot: 1 juni\nAantal: 3\n\nGroet"
    assert strip_quoted(body) == (body, "")


def test_bare_subject_drops_the_whole_chain() -> None:
    """RE, FW, Antw and numbered replies all go."""
    assert bare_subject("RE: FW: Antw: Re[2]: signaal opslag") == "signaal opslag"
