"""Who sent this, and how sure is that: RFC 8601 results of the desk's own mail server, representatives, imitated domains.

Only the topmost `Authentication-Results` header of a configured authserv-id counts (RFC 8601 §5); one that another mail
server, or the sender himself, put in the message says nothing. "Could not be verified" is never "authenticated".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

from intake.model import Mail, Organisation, Register, Representative
from intake.text import fold

State = Literal["authenticated", "failed", "unknown"]

_NEAR, _NEAR_LENGTH, _FAR_LENGTH = 1, 7, 12
_CONFUSABLE = (
    ("rn", "m"),
    ("vv", "w"),
    ("cl", "d"),
    ("0", "o"),
    ("1", "l"),
    ("i", "l"),
    ("5", "s"),
    ("3", "e"),
    ("-", ""),
)
_HOMOGLYPHS = str.maketrans("аеорсухѕіјԁһӏνωıɡ", "aeopcyxsijdhlvwig")
_RESULT = re.compile(r"\s*([a-z0-9-]+)\s*(?:/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z0-9-]+)\.([a-z0-9-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Authentication:
    """What the desk's own mail server established about the From domain.

    `state` is "authenticated" (DMARC passed for the one From domain), "failed", or "unknown" with `reason` saying why:
    "no_trusted_result", "several_senders", "no_sender", "not_aligned", "dmarc_pass", "dmarc_fail", "dmarc_undecided".
    `spf`, `dkim` and `dmarc` are the results as written ("pass", "fail", "none", …) or None.
    """

    state: State
    reason: str
    authserv_id: str | None = None
    spf: str | None = None
    dkim: str | None = None
    dmarc: str | None = None


UNAUTHENTICATED = Authentication("unknown", "no_trusted_result")


@dataclass(frozen=True, slots=True)
class SendingRepresentative:
    """A *strategisch vertegenwoordiger* as sender; the mail signs only when `state` is "authenticated" (brochure §3.1)."""

    person: Representative
    organisation: Organisation
    state: State


@dataclass(frozen=True, slots=True)
class _Result:
    method: str
    value: str
    properties: dict[str, str]


def authenticate(mail: Mail, authserv_ids: Sequence[str]) -> Authentication:
    """Judge the From domain by the results of the desk's own mail server (RFC 8601, RFC 7489)."""
    found = _trusted_header(mail, {i.lower() for i in authserv_ids})
    if found is None:
        return UNAUTHENTICATED
    authserv_id, results = found
    values = {r.method: r.value for r in reversed(results)}
    base = (authserv_id, values.get("spf"), values.get("dkim"), values.get("dmarc"))
    if len(mail.senders) != 1:
        return Authentication("unknown", "several_senders" if mail.senders else "no_sender", *base)
    return Authentication(*_judge(mail.senders[0].domain, results), *base)


def _judge(domain: str, results: Sequence[_Result]) -> tuple[State, str]:
    dmarc = [r for r in results if r.method == "dmarc"]
    if any(r.value == "fail" for r in dmarc):
        return "failed", "dmarc_fail"
    if not any(r.value == "pass" for r in dmarc):
        methods = [r.value for r in results if r.method in {"spf", "dkim"}]
        rejected = not dmarc and methods and all(v in {"fail", "softfail"} for v in methods)
        return ("failed", "dmarc_fail") if rejected else ("unknown", "dmarc_undecided")
    if any(r.value == "pass" and r.properties.get("header.from") == domain for r in dmarc):
        return "authenticated", "dmarc_pass"
    return "unknown", "not_aligned"


def _trusted_header(mail: Mail, trusted: set[str]) -> tuple[str, list[_Result]] | None:
    received: list[str] = []
    for name, value in mail.headers:
        if name.lower() == "received":
            received.append(_receiver(value))
        elif name.lower() == "authentication-results":
            authserv_id, results = parse_results(value)
            if authserv_id in trusted:
                return None if _came_from_outside(authserv_id, received) else (authserv_id, results)
    return None


def _receiver(received: str) -> str:
    """The host behind "by" in a Received header (RFC 5321 §4.4)."""
    match = re.search(r"\bby\s+([a-z0-9.-]+)", _without_comments(received), re.IGNORECASE)
    return match.group(1).lower() if match else ""


def _came_from_outside(authserv_id: str, received: Sequence[str]) -> bool:
    """A header below the hop of a foreign server was in the message before our server saw it: a forgery with our name."""
    own = [_same_house(host, authserv_id) for host in received]
    return any(own) and not own[-1]


def _same_house(host: str, other: str) -> bool:
    return host == other or host.split(".")[-2:] == other.split(".")[-2:]


def parse_results(value: str) -> tuple[str, list[_Result]]:
    """Parse one Authentication-Results header in (authserv-id, results); comments and quoted text can not pose as a result."""
    head, *rest = _split_unquoted(_without_comments(value))
    authserv_id = head.strip().split()[0].strip('"').lower() if head.strip() else ""
    return authserv_id, [r for part in rest if (r := _result(part)) is not None]


def _result(part: str) -> _Result | None:
    match = _RESULT.match(part)
    if match is None:
        return None
    properties = {
        f"{ptype}.{name}".lower(): text.strip('"').lower()
        for ptype, name, text in _PROPERTY.findall(part[match.end() :])
    }
    return _Result(match.group(1).lower(), match.group(2).lower(), properties)


def _without_comments(value: str) -> str:
    """Drop RFC 5322 comments, nested ones too; text inside quotes stays."""
    kept, depth, quoted, escaped = [], 0, False, False
    for char in value:
        if escaped:
            escaped = False
        elif char == "\\" and (quoted or depth):
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif not quoted and char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
            continue
        if not depth:
            kept.append(char)
    return "".join(kept)


def _split_unquoted(value: str) -> list[str]:
    return re.split(r";(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", value)


def representative(mail: Mail, authentication: Authentication, register: Register) -> SendingRepresentative | None:
    """The registered representative who is in the From header, with how sure that is; None when nobody is.

    Among several From addresses (RFC 5322 §3.6.2) nobody can say who sent it: then it is unknown at best.
    """
    state = authentication.state if len(mail.senders) == 1 or authentication.state == "failed" else "unknown"
    for address in mail.senders:
        for organisation in register.organisations:
            for person in organisation.representatives:
                if person.email.lower() == address.address.lower():
                    return SendingRepresentative(person, organisation, state)
    return None


def partner_of(domain: str, organisations: Iterable[Organisation]) -> Organisation | None:
    """The organisation whose mail domain this is, or a subdomain of."""
    return next((o for o in organisations if any(domain == d or domain.endswith(f".{d}") for d in o.domains)), None)


def imitated_domain(domain: str, register: Register) -> str | None:
    """The known domain that this unknown one was made to look like (confusable letters, a typing slip, an affix, another TLD)."""
    known = tuple(_known_domains(register))
    if not domain or any(domain == d or domain.endswith(f".{d}") for d in known):
        return None
    return next((d for d in known if _looks_like(domain, d)), None)


def _known_domains(register: Register) -> Iterator[str]:
    yield from (d for o in (*register.organisations, *register.ministries) for d in o.domains)
    if "@" in register.mailbox:
        yield register.mailbox.rpartition("@")[2].lower()


def _looks_like(domain: str, known: str) -> bool:
    name, real = _name(domain), _name(known)
    if len(real) < _NEAR_LENGTH - 1 or not name:
        return False
    if _skeleton(name) == _skeleton(real):
        return True
    if real in domain and len(real) >= _NEAR_LENGTH and re.search(rf"(?:^|[.-]){re.escape(real)}(?:[.-]|$)", domain):
        return True
    allowed = 2 if len(real) >= _FAR_LENGTH else _NEAR
    return len(real) >= _NEAR_LENGTH and OSA.distance(name, real, score_cutoff=allowed) <= allowed


def _name(domain: str) -> str:
    """The registrable label: "politie-x" of "mail.politie-x.example"; punycode decoded."""
    labels = domain.split(".")
    label = labels[-2] if len(labels) > 1 else domain
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode().decode("idna")
    except UnicodeError:
        return label


def _skeleton(label: str) -> str:
    plain = fold(label.translate(_HOMOGLYPHS))
    for seen, meant in _CONFUSABLE:
        plain = plain.replace(seen, meant)
    return plain
