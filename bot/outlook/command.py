"""`loketbs draft`: a letter for staff, from the command line."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.outlook.drafts import FORMS
from bot.outlook.wiring import drafts_of
from intake.outgoing.receipts import Form
from storage.letters import Hand

if TYPE_CHECKING:
    from bot.app import App


def lay_draft(house: App, number: str, letter: str, pages: tuple[int, ...] = ()) -> str:
    """Lay it; returns one sentence. Raises SettingsError for an unknown letter, and what `Drafts.lay` raises."""
    if letter not in {form.value for form in FORMS}:
        raise SettingsError(f"{letter}: there is no such letter; there are {', '.join(FORMS)}")
    try:
        user = getpass.getuser()
    except (KeyError, OSError) as error:
        raise SettingsError("the system does not tell who you are; set LOGNAME") from error
    hand = Hand(house.clock.now(), user, user)
    mail = drafts_of(house).lay(number, Form(letter), hand, pages)
    if mail.state != "drafted":
        return f"{number}: the draft could not be laid ({mail.reason}); it waits as a task"
    return f"{number}: {letter} lies among the drafts; read it and send it yourself"
