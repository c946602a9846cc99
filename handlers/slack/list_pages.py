"""Pure: which page of a list is asked for, as it is typed and as buttons say it."""

from __future__ import annotations

import re

from handlers.slack.command_text import Arguments
from models.number import ascii_digits
from pbx.errors import Refusal


def page(given: Arguments) -> int:
    """Return which page is asked for; the first without. Raises Refusal."""
    typed = ascii_digits(given.settings.get("page", "1"))
    if not re.fullmatch("[1-9][0-9]{0,5}", typed):
        raise Refusal(f"page= takes the number of a page, not “{typed}”: /ext list page=2")
    return int(typed)
