"""What a process had saved by a request of Slack's before it ended: ended by another one, and told to who had sent it.

It is not done again. pbx/unfinished.py ends it, for the API, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from handlers import adoption_wording, audit_messages
from handlers.onboarding import password
from handlers.outcome_wording import AS_IT_SHOULD_BE
from handlers.slack import adopt_command, asked, blocks, changing, creation, nat_command, targets, windows
from handlers.slack.admins import Admins
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import Arguments
from handlers.slack.done_copies import stamped
from handlers.slack.payload_shapes import JsonObject
from models import audit
from models.actor import Actor
from models.audit import AuditEntry
from models.inbox import Claim, InboxState
from models.words import some
from pbx import hints, nat, numbers, unfinished
from pbx.adoption.answers import Adopted
from pbx.errors import Refusal
from pbx.publish import PUBLISH_ERRORS, publish
from pbx.services import Services
from pbx.shown_secrets import SHOWN

MOST_NAMED = 10  # acts
INTERRUPTED = (
    "Switchhook was started anew in the middle of {}, and does not call twice: whether it called is not known. If it did, your "
    "phone has rung; if not, do it once more"
)
ON_ITS_WAY = "Done, though Switchhook was started anew meanwhile: what you asked for is on its way."
OF_ONE_EXTENSION = (audit.CREATED, "changed", audit.DELETED, "verified")


def answer(services: Services, admins: Admins, claim: Claim, payload: JsonObject) -> SlackMessage:
    """End what was saved, and return what came of it. Raises SwitchhookError."""
    acts = audit.of_inbox(services.database, claim.id)
    if claim.reached is InboxState.BEGUN:
        raise Refusal(INTERRUPTED.format(asked.named(payload)))
    if not acts:  # of what is saved without an entry, all goes through the outbox
        return blocks.plain(ON_ITS_WAY)
    user_id = windows.user_of(payload)
    if acts[0].action == SHOWN:
        return _unseen(services, user_id, payload)
    if acts[0].action in (nat.CHANGED, nat.CLEARED):
        return nat_command.resumed(services, acts[0])
    of_one = [each for each in acts if each.action in OF_ONE_EXTENSION and each.number]
    if len(of_one) == 1 and targets.may_see_password(services, admins, user_id, of_one[0].number or ""):
        return _of_extension(services, admins, user_id, of_one[0])
    return _of_many(services, user_id, acts)


def _unseen(services: Services, user_id: str, payload: JsonObject) -> SlackMessage:
    """A password counts as shown, and the window for it counts for three seconds: it may be asked for again."""
    password.mark_unseen(services, payload["actions"][0]["value"], by=Actor.slack(user_id))
    return blocks.plain(windows.TOO_LATE)


def _of_extension(services: Services, admins: Admins, user_id: str, act: AuditEntry) -> SlackMessage:
    if act.action == audit.CREATED:
        return creation.resumed(services, act, Actor.slack(user_id))
    number = act.number or ""
    found = unfinished.finish(services, act)
    if act.action == "verified":
        found = hints.with_hint(services.settings, found)
    given = Arguments((number,), {}, asked_by=user_id, is_admin=user_id in admins)
    message = changing.outcome(services, given, found, _verb(act), number)
    return stamped(message, user_id) if act.action == audit.DELETED else message


def _verb(act: AuditEntry) -> str:
    """Return what it then is, as handlers/number_commands.py has it."""
    if act.action == "verified":
        return AS_IT_SHOULD_BE
    if set(act.changes) == {"secret"}:
        return "given a new secret"
    if set(act.changes) == {"enabled"}:
        return "enabled" if act.changes["enabled"][1] else "disabled"
    return act.action


def _of_many(services: Services, user_id: str, acts: list[AuditEntry]) -> SlackMessage:
    with suppress(*PUBLISH_ERRORS):  # tried again every minute
        publish(services)
    if all(each.action == audit.ADOPTED for each in acts):
        return stamped(_adopted(services, [each.number or "" for each in acts]), user_id)
    return stamped(blocks.plain(done(acts)), user_id)


def _adopted(services: Services, given: Sequence[str]) -> SlackMessage:
    """Say what came of an adoption: publish() has ended it, or has undone what the files show was not done."""
    rows = {number: numbers.find(services, number) for number in given}
    lines = adoption_wording.adopted(Adopted([row for row in rows.values() if row]))
    if stayed := [number for number, row in rows.items() if row is None]:
        lines.append(
            f"❌ Still yours, as Switchhook was started anew before it was done: {', '.join(stayed)}."
        )
    return adopt_command.told(lines)


def done(acts: Sequence[AuditEntry]) -> str:
    """Return what was done, in the words of the audit trail."""
    found = some([audit_messages.act(each) for each in acts], MOST_NAMED)
    return f"Done, though Switchhook was started anew meanwhile: {found}."
