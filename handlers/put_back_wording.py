"""What an older state of the database that was put back differs in, in words for Slack, the page and the command line."""

from __future__ import annotations

from contextlib import suppress

import command_lines
from handlers import wording
from pbx.errors import ConfigFileError
from pbx.services import Services
from pbx.settling import notice, settle
from pbx.settling.decision import Decision
from pbx.settling.settle import Unsettled

OF_ANOTHER = (
    "The backup seems to be of another installation: if that was not meant, restore one of this installation's own. Asterisk's "
    "files are as they were"
)


def details(services: Services) -> dict[str, str] | None:
    """Return lines by what they are about; None: nobody has to settle anything. Raises SQLAlchemyError."""
    if not notice.is_unsettled(services):
        return None
    with suppress(ConfigFileError):
        return {str(place): line for place, line in enumerate(lines(settle.look(services)))}
    with services.database.session() as session:
        return {"": f"Asterisk's files cannot be read. {remedy(notice.begun(session))}"}


def lines(unsettled: Unsettled) -> list[str]:
    """Return how old the database is, what differs, and what to do."""
    when = f"It is as it was at {wording.moment(unsettled.as_of)}" if unsettled.as_of else ""
    return [*whose(unsettled), *filter(None, [when]), *difference(unsettled), remedy(unsettled.begun)]


def whose(unsettled: Unsettled) -> list[str]:
    """Return what to know of a backup that is not of this installation."""
    return [OF_ANOTHER] if unsettled.of_another else []


def difference(unsettled: Unsettled) -> list[str]:
    found = [each[0].upper() + each[1:] for each in unsettled.found.sentences()]
    return found or ["No phone differs"]


def remedy(begun: Decision | None) -> str:
    if begun:
        decided = f"{begun.not_ended[0].upper()}{begun.not_ended[1:]}"
        return f"{decided}: on the server, {command_lines.as_user(begun.command)} carries it out"
    return (
        f"On the server, {command_lines.as_user('flask settle asterisk')} keeps phones as they work today; "
        "flask settle database makes them what the database says; flask settle shows the difference first, and asks"
    )
