"""Why the software judged as it did: one sentence for every reason code of a `Finding` or a digital signature."""

from __future__ import annotations

from string import Formatter
from typing import Any

from bot.texts.defects import DEFECT
from bot.texts.recognition import EVIDENCE
from intake.model import Finding

_SIGNATURES = {
    "signature_valid": "De digitale handtekening is geldig en geldt voor het hele document.",
    "trusted": "De digitale handtekening komt van een vertrouwde uitgever.",
    "covers_all": "De digitale handtekening geldt voor het hele document.",
    "signature_broken": "De digitale handtekening klopt niet: het bestand is na het tekenen veranderd of beschadigd.",
    "not_covering": "De digitale handtekening geldt maar voor een deel van het document.",
    "changed_after_signing": "Het document is na het tekenen veranderd.",
    "form_changed_after_signing": "Na het tekenen is een formulierveld in het document veranderd.",
    "bytes_after_signature": "Na de digitale handtekening is nog iets aan het bestand toegevoegd.",
    "text_bound_to_unsigned_part": "Een deel van de tekst valt buiten de digitale handtekening.",
    "untrusted_certificate": "De digitale handtekening komt niet van een vertrouwde uitgever.",
    "no_trust_roots": "Er zijn geen vertrouwde uitgevers ingesteld. De digitale handtekening is niet te beoordelen.",
    "chain_unresolved": "Het is niet vast te stellen wie de digitale handtekening heeft uitgegeven.",
    "certificate_expired": "Het certificaat van de digitale handtekening was verlopen.",
    "certificate_not_yet_valid": "Het certificaat van de digitale handtekening was nog niet geldig.",
    "certificate_revoked": "Het certificaat van de digitale handtekening is ingetrokken.",
    "certificate_not_for_signing": "Het certificaat is niet bedoeld om mee te ondertekenen.",
    "weak_algorithm": "De digitale handtekening gebruikt een verouderde techniek. Dat is te zwak om op te vertrouwen.",
    "time_stamp_not_checked": "De tijdstempel bij de digitale handtekening kon niet worden gecontroleerd.",
    "signing_rules_broken": "De digitale handtekening voldoet niet aan de regels voor ondertekenen.",
    "signature_unreadable": "Er staat een digitale handtekening in het bestand, maar die is niet leesbaar.",
    "signature_format_unknown": "Er staat een digitale handtekening in het bestand van een onbekende soort.",
    "signature_not_judged": "De software kon de digitale handtekening niet beoordelen.",
}
_SENDER = {
    "dmarc_pass": "De eigen mailserver heeft vastgesteld dat de e-mail van dit domein komt.",
    "dmarc_fail": "De eigen mailserver heeft vastgesteld dat de e-mail niet van dit domein komt.",
    "dmarc_undecided": "De eigen mailserver kon niet vaststellen van welk domein de e-mail komt.",
    "not_aligned": "De controle van de mailserver gaat over een ander domein dan dat van de afzender.",
    "no_trusted_result": "De eigen mailserver heeft niet vastgelegd of de afzender klopt.",
    "several_senders": "De e-mail noemt meer dan één afzender.",
    "no_sender": "De e-mail noemt geen afzender.",
}

_SIGNED = {
    "signed_in_ink": "Er lijkt een handtekening met pen te staan van {1}, voor {0}.",
    "signed_in_ink_by_mandate": "Er lijkt een handtekening met pen te staan van {1}, namens {0}.",
    "ink_of_whom": "Er staat een handtekening met pen, maar het is niet duidelijk van welke indiener.",
    "sent_by_representative": "De e-mail is verzonden door {1}, strategisch vertegenwoordiger van {0}.",
    "representative_of_no_submitter": "{1} van {0} heeft de e-mail verzonden, maar {0} is geen indiener.",
    "sender_not_authentic": "De e-mail noemt {1} van {0} als afzender, maar komt daar niet vandaan.",
    "sender_not_verified": "De e-mail lijkt van {1} van {0} te komen, maar dat is niet bewezen.",
    "signer_of_no_submitter": "De digitale handtekening van {1} is geldig, maar hoort niet bij een bekende indiener.",
    "typed_only": "Er staat alleen een getypte naam. Dat telt niet als handtekening.",
    "document_locked": "Het stuk heeft een wachtwoord. De software kan niet zien of het is ondertekend.",
    "not_signed": "Er is geen handtekening gevonden voor {0}.",
}
_ITEMS = {
    "argued": "Dit onderdeel is gevonden in het stuk.",
    "not_argued": "Dit onderdeel is niet gevonden in het stuk. Controleer of het ergens anders staat.",
    "no_text": "Het stuk heeft geen leesbare tekst. De software kan dit onderdeel niet beoordelen.",
    "not_judged": "De software kwam niet klaar met de beoordeling. Een medewerker moet dit bericht zelf bekijken.",
    "malware_found": "De virusscanner vond iets gevaarlijks ({0}). Het bericht is niet geopend.",
}

WHY: dict[str, str] = _SIGNATURES | _SENDER | _SIGNED | _ITEMS | EVIDENCE
"""Reason code -> sentence; `{0}`, `{1}` … take the finding's values."""


class _Gaps(Formatter):
    """Fills gaps from the finding's values; one that is missing or empty reads as unknown instead of breaking the page."""

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        del kwargs
        return (args[key] if isinstance(key, int) and key < len(args) else "") or "(onbekend)"


_fill = _Gaps()


def why(finding: Finding) -> str:
    """The reason of a finding as a sentence; a code without one is named neutrally, so that nothing stays hidden."""
    sentence = WHY.get(finding.reason) or DEFECT.get(finding.reason)
    if sentence is None:
        return f"De software noemt als reden: {finding.reason}. Controleer dit onderdeel zelf."
    return _fill.vformat(sentence, finding.values, {})
