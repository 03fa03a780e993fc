"""Pure text tools: folding for comparison, sentences with their own words kept for quoting, sketches to find near-same texts."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import pairwise

SHINGLE_WORDS = 4
SKETCH_SIZE = 128
_HASH_BYTES = 8

_TYPOGRAPHY = str.maketrans(
    "‘’‚‛′`´“”„«»‐‑‒–—−\u00a0\u2009\u202f", "'''''''\"\"\"\"\"------   ", "\u00ad\u200b\u200c\u200d\ufeff"
)
_BACKTICK = str.maketrans("`", "'")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]")
_WORD = re.compile(r"[^\W_]+")
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-[^\S\n]*+\n\s*+(?=[a-zà-ÿ])")
_SPACE = re.compile(r"\s+")
_ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        """art artt blz bijv bv ca cq dd dhr dr drs ds evt fig ir jr max mevr min mr mw nr nrs p pag par prof resp vgl vs
        o.b.v o.g s.v t.a.v t.b.v t.n.v d.d d.w.z i.c i.p.v i.v.m m.b.t m.i.v m.n m.u.v n.a.v i.o b.a a.i c.q""",
    )
)
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"')\]]*+(?=\s)")
_LONGEST_ABBREVIATION = 20
_LONGEST_SENTENCE = 3000  # characters; what is longer is no sentence, and rules look through one for every word in it


def fold(text: str) -> str:
    """One spelling for comparing: NFKC, plain quotes and dashes, no case, no diacritics, single spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHY)
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return _SPACE.sub(" ", text.casefold().translate(_BACKTICK)).strip()


def words(text: str) -> tuple[str, ...]:
    """The folded words and numbers of a text, punctuation dropped and words broken over a line end joined."""
    return tuple(_WORD.findall(fold(_BROKEN_WORD.sub("", text))))


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text as they stand, whitespace collapsed. A blank line always ends one, a Dutch abbreviation never."""
    paragraphs = (_SPACE.sub(" ", paragraph).strip() for paragraph in re.split(r"\n\s*\n", text))
    return tuple(piece for paragraph in paragraphs for sentence in _sentences(paragraph) for piece in _cut(sentence))


def _cut(sentence: str) -> Iterator[str]:
    """A sentence in pieces of bearable length, parted at a space where there is one."""
    while len(sentence) > _LONGEST_SENTENCE:
        end = sentence.rfind(" ", 1, _LONGEST_SENTENCE) + 1 or _LONGEST_SENTENCE
        yield sentence[:end].rstrip()
        sentence = sentence[end:]
    yield sentence


def _sentences(paragraph: str) -> Iterator[str]:
    start = 0
    for match in _SENTENCE_END.finditer(paragraph):
        if _ends_sentence(paragraph, start, match):
            yield paragraph[start : match.end()].strip()
            start = match.end()
    if paragraph[start:].strip():
        yield paragraph[start:].strip()


def _ends_sentence(paragraph: str, start: int, match: re.Match[str]) -> bool:
    if not match.group().startswith("."):
        return True
    nearest = max(start, match.start() - _LONGEST_ABBREVIATION)
    last = paragraph[nearest : match.start()].rpartition(" ")[2].lower().lstrip("(\"'")
    follows = paragraph[match.end() : match.end() + 2].lstrip()[:1]
    return not (last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha()) or follows.islower())


def shingles(text: str, size: int = SHINGLE_WORDS) -> frozenset[str]:
    """The runs of `size` folded words in a text; a text shorter than that is one run of its own."""
    tokens = words(text)
    if len(tokens) <= size:
        return frozenset({" ".join(tokens)} if tokens else ())
    return frozenset(" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1))


def sketch(text: str) -> bytes:
    """A bottom-k sketch (Cohen & Kaplan 2007) of the shingles: at most 1 KiB, the same on every machine; empty for no words."""
    hashes = (hashlib.blake2b(s.encode(), digest_size=_HASH_BYTES).digest() for s in shingles(text))
    return b"".join(sorted(nsmallest(SKETCH_SIZE, hashes)))


def likeness(a: bytes, b: bytes) -> float:
    """The Jaccard likeness (0 to 1) of two texts, estimated from their sketches; exact for texts under some 130 words."""
    left, right = set(_hashes(a)), set(_hashes(b))
    if not left or not right:
        return 0.0
    lowest = sorted(left | right)[:SKETCH_SIZE]
    return sum(h in left and h in right for h in lowest) / len(lowest)


def _hashes(sketched: bytes) -> Iterable[bytes]:
    return (sketched[i : i + _HASH_BYTES] for i in range(0, len(sketched), _HASH_BYTES))


def text_sha256(text: str) -> str:
    """The fingerprint of the words alone: a file saved again, re-wrapped or re-spaced has the same one."""
    return hashlib.sha256(" ".join(words(text)).encode()).hexdigest()


def excerpt(text: str, limit: int = 200) -> str:
    """A quote fit for a screen: whitespace collapsed, cut at a word with an ellipsis."""
    flat = _SPACE.sub(" ", text).strip()
    return flat if len(flat) <= limit else flat[: limit - 1].rpartition(" ")[0] + "…"


# --- what the sender wrote, what he forwarded, what is only history ---
# This runs in the service itself, on whatever a sender typed: no pattern may begin anew at every sign of a long run.

_INDENT = r"(?<![> \t])[> \t]*+"
_DASHES = r"(?<!-)-{2,}+[ \t]*+"

_FIELD = r"[>*_ \t]*(?:{})[*_]?[ \t]*:[*_]?"
_FROM = re.compile(_FIELD.format("van|from|von|de"), re.IGNORECASE)
_OTHER = re.compile(
    _FIELD.format("verzonden|sent|datum|date|gesendet|envoye|envoyé|aan|to|an|à|cc|onderwerp|subject|betreff|objet"),
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    _INDENT + r"(?:op|on|am|le)\b[^\n]{6,160}(?:\n[^\n]{0,120})?"
    r"(?:schreef|wrote|schrieb|a écrit|het volgende geschreven)[^\n]{0,120}:[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_RULE = re.compile(
    _INDENT + _DASHES + r"(?:oorspronkelijk|original|ursprüngliche|message)[^\n]{0,200}-{2,}+[ \t]*+$",
    re.IGNORECASE | re.MULTILINE,
)
_FORWARD_RULE = re.compile(
    _INDENT
    + rf"(?:{_DASHES})?"
    + r"(?:begin (?:van )?(?:het )?doorgestuurde? bericht|doorgestuurd bericht|begin forwarded message|"
    r"forwarded message)[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_FORWARD_SUBJECT = re.compile(r"\s*(?:fw|fwd|doorst|tr|wg)\s*:", re.IGNORECASE)
_REPLY_SUBJECT = re.compile(r"\s*(?:re|antw|aw|betr)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_LINE = re.compile(r"[_=*-]{8,}")
_MOBILE = re.compile(
    r"^[ \t]*(?:verzonden|verstuurd|sent|get|download|gesendet)\b.{0,20}\b(?:vanaf|vanuit|met|from|for|via|von)\b.{0,40}"
    r"(?:iphone|ipad|android|samsung|mobiel|mobile|telefoon|phone|outlook|mail)\b.*$",
    re.IGNORECASE | re.MULTILINE,
)
_DISCLAIMER = re.compile(
    r"(?:bericht|e-?mail|message|communication)\b[^\n]{0,160}(?:uitsluitend|only|solely)\b[^\n]{0,80}(?:bestemd|intended|geadresseerde|addressee)"
    r"|(?:niet voor u bestemd|not intended for you|not the intended recipient|abusievelijk|per abuis aan u)"
    r"|denk aan het milieu|consider the environment",
    re.IGNORECASE,
)


def is_forward(subject: str) -> bool:
    """Whether the newest prefix of the subject says that the mail was forwarded."""
    return _FORWARD_SUBJECT.match(subject) is not None


def is_reply(subject: str) -> bool:
    """Whether the newest prefix of the subject says that the mail is an answer."""
    return _REPLY_SUBJECT.match(subject) is not None


def bare_subject(subject: str) -> str:
    """The subject without its chain of RE:, FW:, Antw: and the like."""
    while match := _REPLY_SUBJECT.match(subject) or _FORWARD_SUBJECT.match(subject):
        subject = subject[match.end() :]
    return subject.strip()


def strip_quoted(body: str, subject: str = "") -> tuple[str, str]:
    """Split a body in (content, history). A text that was forwarded (by its rule or by `subject`) is content, not history."""
    own, forwarded, quoted = split_layers(body, subject)
    return "\n\n".join(part for part in (own, forwarded) if part), quoted


def split_layers(body: str, subject: str = "") -> tuple[str, str, str]:
    """Split a body in (own words, forwarded text, history), each stripped; mobile signatures and disclaimers left out of all."""
    marks = _marks(body)
    edges = [0, *(start for start, _ in marks), len(body)]
    layers = [body[a:b] for a, b in pairwise(edges)]
    forward = bool(marks) and (marks[0][1] or is_forward(subject))
    own, own_quoted = _unquote(layers[0])
    forwarded = re.sub(r"^[ \t]*>[> \t]?", "", layers[1], flags=re.MULTILINE) if forward else ""
    history = [own_quoted, *layers[2 if forward else 1 :]]
    return without_boilerplate(own), without_boilerplate(forwarded), "\n".join(h.strip() for h in history if h.strip())


def without_boilerplate(text: str) -> str:
    """A text without mobile signatures and the disclaimers under a mail, which say nothing about the mail."""
    paragraphs = re.split(r"\n[ \t]*\n", _MOBILE.sub("", text))
    return "\n\n".join(p.strip("\n") for p in paragraphs if p.strip() and not _DISCLAIMER.search(p)).strip()


def _marks(body: str) -> list[tuple[int, bool]]:
    """Where an older message begins, and whether that place itself says it is a forwarded one."""
    found = [(m.start(), True) for m in _FORWARD_RULE.finditer(body)]
    found += [(m.start(), False) for pattern in (_RULE, _ATTRIBUTION) for m in pattern.finditer(body)]
    found += [(offset, False) for offset in _header_blocks(body)]
    marks: list[tuple[int, bool]] = []
    for start, forward in sorted(found):
        between = body[marks[-1][0] : start].strip() if marks else ""
        if marks and between.count("\n") < 2 and len(between) < 200:  # noqa: PLR2004 - a rule and the header below it are one
            marks[-1] = (marks[-1][0], marks[-1][1] or forward)
        else:
            marks.append((start, forward))
    return marks


def _header_blocks(body: str) -> Iterator[int]:
    offset = 0
    lines = body.splitlines(keepends=True)
    for index, line in enumerate(lines):
        following = [n for n in lines[index + 1 : index + 9] if n.strip()][:5]
        if _FROM.match(line) and sum(bool(_OTHER.match(n)) for n in following) >= 2:  # noqa: PLR2004 - Sent + Subject
            yield offset
        offset += len(line)


def _unquote(text: str) -> tuple[str, str]:
    lines = text.splitlines()
    own = [line for line in lines if not line.lstrip().startswith(">") and not _LINE.fullmatch(line.strip())]
    return "\n".join(own), "\n".join(line for line in lines if line.lstrip().startswith(">"))
