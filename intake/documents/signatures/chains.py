"""Certificate paths (RFC 5280): from a signer to a root of the administrator, at a moment, without network."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm

from intake.model import Trust, Verdict

if TYPE_CHECKING:
    import datetime as dt

    from asn1crypto.x509 import Certificate
    from pyhanko_certvalidator import ValidationContext

T = TypeVar("T")

PARSER_ERRORS: tuple[type[Exception], ...] = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NameError,
    OSError,
    EOFError,
    MemoryError,
    RuntimeError,
    zlib.error,
    struct.error,
    UnsupportedAlgorithm,
)
"""What pyHanko, asn1crypto and lxml raise on hostile input (measured on damaged files: seven kinds); always means "cannot tell"."""

SIGNING = frozenset({"digital_signature", "non_repudiation"})
"""Key usages of which a signer's certificate needs one (RFC 5280 §4.2.1.3; e-mail certificates carry only the first)."""

_VERDICTS: dict[str, tuple[Verdict, str]] = {
    "NO_CERTIFICATE_CHAIN_FOUND": (Verdict.FAIL, "untrusted_certificate"),
    "OUT_OF_BOUNDS_NO_POE": (Verdict.FAIL, "certificate_expired"),
    "OUT_OF_BOUNDS_NOT_REVOKED": (Verdict.FAIL, "certificate_expired"),
    "EXPIRED": (Verdict.FAIL, "certificate_expired"),
    "NOT_YET_VALID": (Verdict.FAIL, "certificate_not_yet_valid"),
    "REVOKED": (Verdict.FAIL, "certificate_revoked"),
    "REVOKED_NO_POE": (Verdict.FAIL, "certificate_revoked"),
    "REVOKED_CA_NO_POE": (Verdict.FAIL, "certificate_revoked"),
    "CHAIN_CONSTRAINTS_FAILURE": (Verdict.FAIL, "certificate_not_for_signing"),
    "CRYPTO_CONSTRAINTS_FAILURE": (Verdict.UNDETERMINED, "weak_algorithm"),
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": (Verdict.UNDETERMINED, "weak_algorithm"),
}


class Suspended(RuntimeError):  # noqa: N818 - states the fact
    """A validation wanted to wait for something; offline there is nothing to wait for."""


def settle(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits. pyHanko's validation is written for fetching over the network; ours fetches nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    finally:
        work.close()
    raise Suspended("certificate validation asked for the network")


@dataclass(frozen=True)
class Evidence:
    """What certificates are judged with: the administrator's trust, and what the signed file itself carries along.

    Certificates, CRLs and OCSP responses of the file complete and refute paths; they never make a root.
    """

    trust: Trust
    moment: dt.datetime | None = None
    certificates: tuple[Certificate, ...] = ()
    crls: tuple[Any, ...] = ()
    ocsps: tuple[Any, ...] = field(default=())

    def at(self, moment: dt.datetime | None) -> Evidence:
        """The same evidence, judged at another moment (that of a trusted time stamp)."""
        return replace(self, moment=moment)

    def context(self) -> ValidationContext:
        """A validation context that stays off the network; revocation counts when the file brings it (soft-fail)."""
        from pyhanko_certvalidator import ValidationContext

        return ValidationContext(
            trust_roots=certificates(self.trust.roots),
            other_certs=[*certificates(self.trust.intermediates), *self.certificates],
            moment=self.moment or self.trust.moment,
            crls=list(self.crls),
            ocsps=list(self.ocsps),
            revocation_mode="soft-fail",
            retroactive_revinfo=True,
            allow_fetching=False,
        )


def certificates(encoded: Iterable[bytes]) -> list[Certificate]:
    """Parse DER certificates (RFC 5280). Raises ValueError on bytes that are none."""
    from asn1crypto.x509 import Certificate

    return [Certificate.load(der, strict=True) for der in encoded]


def path_problem(signer: Certificate, evidence: Evidence, usage: Sequence[str] = tuple(SIGNING)) -> str | None:
    """Why no path leads from `signer` to a trusted root: the ETSI sub-indication's name, or None when one does."""
    from pyhanko.sign.validation.generic_cms import validate_cert_usage
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    context = evidence.context()
    found = settle(
        validate_cert_usage(
            signer,
            context,
            key_usage_settings=KeyUsageConstraints(key_usage=set(usage), match_all_key_usages=False),
            paths=context.path_builder.async_build_paths_lazy(signer),
        )
    )
    return None if found.error_subindic is None else str(found.error_subindic.name)


def judged(problem: str | None, trust: Trust) -> tuple[Verdict, str]:
    """Verdict and reason code of a path, given the problem `path_problem` found. Without any root nothing can be known."""
    if not trust.roots:
        return Verdict.UNDETERMINED, "no_trust_roots"
    if problem is None:
        return Verdict.PASS, "trusted"
    return _VERDICTS.get(problem, (Verdict.UNDETERMINED, "chain_unresolved"))


def who(signer: Certificate) -> tuple[str, str]:
    """Common name and organisation of a certificate's subject; an empty text where it has none."""
    subject = signer.subject.native
    return _first(subject.get("common_name")), _first(subject.get("organization_name"))


def _first(value: str | list[str] | None) -> str:
    text = value[0] if isinstance(value, list) else value
    return (text or "").replace("\0", "\ufffd").strip()
