"""What could not be read as meant: one sentence for every defect code, each saying what this means for the reader."""

from __future__ import annotations

from intake.model import Defect

_FRAME = {
    "mail_empty": "Het bericht is helemaal leeg.",
    "mail_too_large": "De e-mail is te groot. Alleen de kop is gelezen.",
    "header_too_long": "De kop van de e-mail is te lang. Het laatste deel is niet gelezen.",
    "illegal_header_line": "Een regel in de kop van de e-mail klopt niet en is overgeslagen.",
    "blank_line_missing": "Kop en tekst van de e-mail lopen in elkaar over. De software heeft de grens geschat.",
    "byte_order_mark": "Voor de kop van de e-mail staat een onzichtbaar teken. Dat verandert niets aan de inhoud.",
    "line_ends_cr_only": "De regels van de e-mail eindigen op een ongewone manier. Ze zijn wel gelezen.",
    "header_doubled": "Een regel in de kop van de e-mail komt dubbel voor. De bovenste telt.",
    "several_from": "De e-mail noemt meer dan één afzender. Dat kan op vervalsing wijzen.",
    "from_missing": "De e-mail noemt geen afzender.",
    "raw_8bit_header": "De kop van de e-mail bevat tekens die niet goed zijn vastgelegd. Letters kunnen verkeerd zijn.",
    "encoded_word_broken": "Een deel van de kop van de e-mail is beschadigd en niet leesbaar.",
    "unstorable_characters": "Tekens die niet kunnen worden opgeslagen, zijn vervangen door een vraagteken.",
    "date_unreadable": "De datum in de e-mail is niet leesbaar. De tijd van ontvangst is wel bekend.",
    "address_unreadable": "Een adres in de kop van de e-mail is niet leesbaar.",
}
_STRUCTURE = {
    "boundary_missing": "De e-mail zegt niet waar delen beginnen. De software heeft dat geschat.",
    "boundary_never_seen": "De delen van de e-mail zijn niet te vinden zoals aangekondigd. De software heeft ze geschat.",
    "closing_boundary_missing": "Het einde van de e-mail ontbreekt. Mogelijk is de e-mail afgekapt.",
    "part_after_end": "Na het einde van de e-mail volgt nog een deel.",
    "text_outside_parts": "De e-mail bevat tekst die een mailprogramma niet laat zien.",
    "content_type_unreadable": "Het soort van een deel van de e-mail is niet leesbaar.",
    "too_many_parts": "De e-mail of het bestand heeft te veel delen. De rest is niet apart gelezen.",
    "nested_too_deep": "Er zitten te veel berichten of bestanden in elkaar. Het binnenste is niet gelezen.",
    "partial_message": "Dit is een deel van een e-mail. De rest is niet meegestuurd.",
    "external_body": "De e-mail verwijst naar een bestand dat niet is meegestuurd.",
}
_CONTENT = {
    "transfer_encoding_unknown": "Een bestand is op een onbekende manier ingepakt en niet uitgepakt.",
    "transfer_encoding_lies": "Een bestand is anders ingepakt dan de e-mail zegt.",
    "base64_broken": "Een bestand is beschadigd of afgekapt. Wat leesbaar was, is bewaard.",
    "quoted_printable_broken": "Een stuk tekst is beschadigd. Wat leesbaar was, is bewaard.",
    "encoded_file_in_text": "In de tekst van de e-mail staat een ingepakt bestand.",
    "embedded_file_broken": "Een bestand in de tekst van de e-mail is beschadigd of afgekapt.",
    "charset_unknown": "De tekst gebruikt een onbekende tekenset. Letters kunnen verkeerd zijn.",
    "charset_wrong": "De tekst past niet bij de genoemde tekenset. Letters kunnen verkeerd zijn.",
    "text_too_long": "De tekst van de e-mail is te lang en is niet helemaal gelezen. De e-mail zelf is heel bewaard.",
    "alternatives_differ": "De e-mail heeft twee versies van de tekst, en die zijn niet gelijk.",
    "html_hidden_text": "De e-mail bevat verborgen tekst.",
    "html_unreadable": "De opgemaakte tekst van de e-mail is niet leesbaar.",
}
_NAMES = {
    "name_ambiguous": "Een bestand heeft twee verschillende namen.",
    "name_is_path": "Een bestandsnaam bevat een map. De software gebruikt die map niet.",
    "name_direction_override": "Een bestandsnaam verbergt met bijzondere tekens wat voor bestand het is.",
    "name_control_characters": "Een bestandsnaam bevat onzichtbare tekens. Die zijn vervangen.",
    "name_too_long": "Een bestandsnaam is te lang en is ingekort.",
    "name_doubled": "Twee bijlagen hebben dezelfde naam.",
    "misnamed_file": "De naam van een bestand past niet bij de inhoud.",
}
_CRYPTOGRAPHY = {
    "smime_encrypted": "De e-mail is versleuteld. De inhoud is hier niet leesbaar.",
    "smime_unreadable": "De beveiliging van de e-mail kan niet worden geopend. De inhoud is onbekend.",
    "smime_not_whole_mail": "De digitale handtekening op de e-mail geldt maar voor een deel van de e-mail.",
    "password_needed": "Voor dit bestand is een wachtwoord nodig. De software kan het niet lezen.",
}
_CONTAINERS = {
    "archive_not_opened": "Dit soort ingepakt bestand wordt niet geopend.",
    "archive_broken": "Een ingepakt bestand is beschadigd of afgekapt. Wat leesbaar was, is uitgepakt.",
    "archive_encrypted": "Een bestand in een ingepakt bestand heeft een wachtwoord.",
    "archive_too_deep": "Er zitten te veel ingepakte bestanden in elkaar. Het binnenste is niet uitgepakt.",
    "archive_too_many_files": "Een ingepakt bestand bevat te veel bestanden. De rest is niet uitgepakt.",
    "archive_too_large": "De ingepakte bestanden zijn samen te groot. De rest is niet uitgepakt.",
    "archive_link": "Een ingepakt bestand bevat een verwijzing in plaats van een bestand. Die is niet gevolgd.",
    "archive_name_doubled": "Een ingepakt bestand bevat twee bestanden met dezelfde naam.",
    "zip_bomb": "Een ingepakt bestand wordt uitgepakt veel te groot. Het is niet uitgepakt.",
    "outlook_broken": "Een Outlook-bestand kan niet of niet helemaal worden geopend.",
    "outlook_not_mail": "Een Outlook-bestand is geen e-mail, maar bijvoorbeeld een afspraak.",
    "tnef_broken": "Het bestand winmail.dat kan niet of niet helemaal worden geopend.",
    "attachment_differs": "Een bijlage is apart opgehaald anders dan in het bericht. Beide zijn bewaard. Vergelijk ze.",
    "attachment_not_given": "Een bijlage kon niet apart worden opgehaald. Kijk in het postvak of het bericht compleet is.",
    "meeting_request": "Dit is een uitnodiging uit een agenda. Exchange maakt de tekst zelf. Kijk ook in het postvak.",
    "file_by_reference": "Een bijlage is een link naar een bestand. Het bestand zelf is niet meegestuurd.",
}
_DOCUMENTS = {
    "empty_file": "Het bestand is leeg.",
    "program": "Het bestand is een programma. Open het niet.",
    "macro": "Het bestand bevat macro's. Open het niet met macro's aan.",
    "foreign_text": "Het document haalt tekst uit een bestand van een andere soort. Die tekst is niet gelezen.",
    "too_many_pictures": "Het document heeft te veel afbeeldingen. De rest is niet bekeken.",
    "damaged_file": "Het bestand is beschadigd.",
    "page_too_large": "Een pagina is te groot en is niet gelezen.",
    "too_many_objects": "Een pagina bevat te veel onderdelen en is niet helemaal gelezen.",
    "page_unpacks_too_large": "Een pagina wordt bij openen veel te groot en is niet gelezen.",
    "read_without_layout": "De tekst is gelezen, maar de opmaak niet. De volgorde kan anders zijn.",
    "embedded_file": "Het pdf-bestand bevat een ander bestand.",
    "portfolio": "Het pdf-bestand is een verzameling van andere bestanden.",
    "xfa_form": "Het pdf-bestand is een formulier dat alleen in speciale software te zien is.",
    "javascript": "Het pdf-bestand bevat een programmaatje. De software voert dat niet uit.",
    "launch_action": "Het pdf-bestand probeert een ander programma te starten. Open het niet.",
    "import_action": "Het pdf-bestand probeert gegevens op te halen. De software doet dat niet.",
    "rich_media": "Het pdf-bestand bevat beeld of geluid. De software speelt dat niet af.",
    "structure_unclear": "De opbouw van het pdf-bestand klopt niet. De software kan iets hebben gemist.",
    "unsupported_format": "De software kan dit soort bestand niet lezen.",
    "damaged_pdf": "Het pdf-bestand is beschadigd.",
    "damaged_page": "Een pagina is beschadigd en niet gelezen.",
    "damaged_picture": "Een afbeelding is beschadigd.",
    "damaged_package": "Het Word- of ODF-bestand is beschadigd.",
    "part_damaged": "Een deel van het bestand is beschadigd.",
    "part_missing": "Een deel van het bestand ontbreekt.",
    "part_too_large": "Een deel van het bestand is te groot en is niet gelezen.",
    "dtd_in_part": "Het bestand bevat een onderdeel dat gevaarlijk kan zijn. De software heeft het niet gelezen.",
    "unpacks_too_large": "Het bestand wordt bij openen veel te groot. De software heeft het niet gelezen.",
    "too_many_blocks": "Het document heeft te veel alinea's. De software heeft het niet gelezen.",
    "too_many_pages": "Het document heeft te veel pagina's. De laatste pagina's zijn niet gelezen.",
    "too_much_text": "Een pagina bevat te veel tekst. De rest van die pagina is niet gelezen.",
    "picture_too_large": "Een afbeelding is te groot en is niet gelezen.",
    "odd_characters": "Het document bevat tekens die niet kunnen worden opgeslagen. Die zijn vervangen.",
    "guessed_encoding": "De tekenset van de tekst is geschat. Letters kunnen verkeerd zijn.",
    "tracked_changes": "Het document bevat wijzigingen die nog niet zijn verwerkt.",
    "comments": "Het document bevat opmerkingen in de kantlijn.",
    "hidden_text": "Het document bevat verborgen tekst.",
    "embedded_object": "Het document bevat een ander bestand.",
    "external_template": "Het document haalt een sjabloon op van een andere plek. De software opent die niet.",
    "external_object": "Het document haalt een bestand op van een andere plek. De software opent die niet.",
    "external_frame": "Het document haalt een deel van de inhoud op van een andere plek. De software opent die niet.",
    "external_part": "Het document verwijst naar een andere plek. De software opent die niet.",
    "dde_field": "Het document probeert een ander programma te starten. Open het niet.",
    "read_by_ocr": "Deze bladzijden zijn een scan. De software heeft de letters herkend. Er kunnen leesfouten in staan.",
    "scan_too_coarse": "De scan is te grof om goed te lezen. Scan het papier opnieuw met minstens 200 dpi.",
    "scan_hard_to_read": "Een deel van deze bladzijde is slecht leesbaar. Een medewerker moet de bladzijde bekijken.",
    "page_not_read": "De software heeft deze bladzijde niet gelezen. Een medewerker moet de bladzijde bekijken.",
    "not_judged": "De software kwam niet klaar met de beoordeling. Een medewerker moet dit bericht zelf bekijken.",
    "reader_died": "De software kreeg het bestand niet gelezen. Een medewerker moet het bekijken.",
}

DEFECT: dict[str, str] = _FRAME | _STRUCTURE | _CONTENT | _NAMES | _CRYPTOGRAPHY | _CONTAINERS | _DOCUMENTS
"""Defect code -> sentence."""


def defect(found: Defect) -> str:
    """A defect as a sentence, with the place where the reader knows it; a code without one is named neutrally."""
    sentence = DEFECT.get(found.code, f"Iets in dit bericht kon niet goed worden gelezen ({found.code}).")
    return f"{sentence} Plaats: {found.where}." if found.where else sentence
