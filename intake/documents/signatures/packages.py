"""From a checked XML signature of a package (Word, OpenDocument) to one verdict: integrity, coverage, algorithm, certificate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intake.documents.signatures.chains import Evidence, certificates, judged, path_problem, who
from intake.model import DigitalSignature, Trust, Verdict

if TYPE_CHECKING:
    import datetime as dt

    from intake.documents.signatures.xmldsig import Checked

_SHOWN = 5  # parts named in the detail


@dataclass(frozen=True)
class Coverage:
    """What a signature covers: whether its own lists hold, which parts it leaves open, and whether the rest is doubtful."""

    intact: bool
    loose: tuple[str, ...] = ()
    doubtful: bool = False

    @property
    def whole(self) -> bool:
        return not self.loose and not self.doubtful


def judge(
    means: str, checked: Checked, coverage: Coverage, trust: Trust, signed_at: dt.datetime | None, *, stamped: bool
) -> DigitalSignature:
    """One signature's verdict. `stamped`: it carries a time stamp, so an expired certificate is no proof of invalidity here."""
    signer, *others = certificates((checked.signer, *checked.certificates))
    path, path_reason = judged(path_problem(signer, Evidence(trust, certificates=tuple(others))), trust)
    intact = checked.intact and coverage.intact
    if not intact:
        verdict, reason = Verdict.FAIL, "signature_broken"
    elif coverage.loose:
        verdict, reason = Verdict.FAIL, "not_covering"
    elif path is Verdict.FAIL:
        excused = stamped and path_reason == "certificate_expired"
        verdict, reason = (Verdict.UNDETERMINED, "time_stamp_not_checked") if excused else (path, path_reason)
    elif checked.weak:
        verdict, reason = Verdict.UNDETERMINED, "weak_algorithm"
    elif coverage.doubtful:
        verdict, reason = Verdict.UNDETERMINED, "text_bound_to_unsigned_part"
    else:
        verdict, reason = path, "signature_valid" if path is Verdict.PASS else path_reason
    name, organisation = who(signer)
    return DigitalSignature(
        means=means,
        verdict=verdict,
        reason=reason,
        signer=name,
        organisation=organisation,
        intact=intact,
        trusted=path is Verdict.PASS if trust.roots else None,
        covers=coverage.whole,
        signed_at=signed_at,
        detail=" ".join(coverage.loose[:_SHOWN]),
    )
