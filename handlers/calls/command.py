"""`/ext call <number|@user>`: rings the asker's own phone, then calls."""

from __future__ import annotations

import re

from sqlmodel import col, select

from handlers import health
from handlers.calls import following
from handlers.calls.messages import CallAsked, begun
from handlers.slack import targets
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from handlers.slack.targets import Target
from models import inbox
from models.extension import BY_NUMBER, Extension, is_of
from models.inbox import InboxState
from models.number import ascii_digits
from models.phone import Phone
from pbx import numbers, originate
from pbx.errors import Refusal
from pbx.services import Services

USAGE = "call <number|name|@user>"
MOST_LATELY = 5  # calls of one person within a minute
SEPARATORS = re.compile(r"[\s()./-]")


def run(services: Services, given: Arguments) -> SlackMessage:
    """Have a call made from the asker's own phone. Raises SwitchhookError."""
    mine = _own(services, given.asked_by)
    exten = _exten(services, given)
    callee = numbers.find(services, exten)
    _must_not_be_refused(services, mine, exten, is_ours=callee is not None)
    linkedid, name = originate.new_linkedid(), callee.name if callee else ""
    call = CallAsked(number=mine.number, exten=exten, name=name)
    _keep(services, given.asked_by, linkedid, call)
    originate.call(services, mine, exten, name, linkedid)
    return begun(call, is_followed=not health.listener(services))


def _keep(services: Services, user_id: str, linkedid: str, call: CallAsked) -> None:
    """Store a call that is asked for, before it is made. Raises Refusal, and stores nothing, for one too many.

    From here on it is not asked for again by the same command, whatever becomes of this process.
    """
    with services.database.session() as session:
        inbox.fence(session, InboxState.BEGUN)
        following.keep(session, user_id, linkedid, call)
        if following.asked_lately(session, user_id) > MOST_LATELY:
            raise Refusal(
                f"{MOST_LATELY} calls within a minute are the most that one person may ask for: wait a little"
            )


def _own(services: Services, user_id: str) -> Extension:
    """Return the asker's extension: of several, the first that has a phone as far as is known. Raises Refusal."""
    is_registered = col(Extension.number).in_(select(Phone.number).where(col(Phone.registered)))
    theirs = select(Extension, is_registered).where(is_of(user_id))
    with services.database.session() as session:
        found = session.exec(theirs.order_by(*BY_NUMBER)).all() if user_id else []
    if not found:
        raise Refusal(
            "no extension is noted as yours, and it is your phone that rings first: a phone admin notes it, "
            "with /ext set <number> @user"
        )
    return next((row for row, is_there in found if is_there and row.has_phones), found[0][0])


def _exten(services: Services, given: Arguments) -> str:
    """Return what is to be dialled. Raises Refusal."""
    typed = SEPARATORS.sub("", ascii_digits("".join(given.words)))
    if not given.slack_user_id and originate.DIALABLE.fullmatch(typed):
        return typed
    if not given.slack_user_id and not re.search(r"[^\W\d]", typed):
        raise Refusal(
            "say whom to call: /ext call 102, /ext call +49305550100, /ext call bob, or /ext call @bob"
        )
    return targets.resolve(services, given, "call", Target.SEEN).one_number(f"/ext {USAGE}")


def _must_not_be_refused(services: Services, mine: Extension, exten: str, *, is_ours: bool) -> None:
    if found := originate.emergency_number(exten, services.settings.emergency_numbers, is_ours):
        raise Refusal(f"{found} is an emergency number: dial it on the phone, at once")
    if exten == mine.number:
        raise Refusal(f"{exten} is your own number: what it does, it does when you dial it on your phone")
