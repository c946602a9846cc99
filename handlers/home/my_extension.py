"""Pure: the part of a Home that is about the person's own extension."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import wording
from handlers.home.content import HomeContent, OwnExtension
from handlers.home.pieces import titled
from handlers.onboarding.action_ids import REVEAL, SCAN
from handlers.slack.blocks import Block, actions, button, confirm, context, escape, section
from handlers.slack.command_buttons import command_button
from handlers.slack.extension_buttons import new_password
from handlers.slack.refusals import MOST_NAMED
from handlers.slack.signs import sign
from handlers.slack.times import no_phone, when
from models.extension import Extension, State

MAX_PLACE_LENGTH = 200  # characters of a phone's make and address


def blocks(content: HomeContent) -> list[Block]:
    """Show each extension of theirs, or whom to ask for one."""
    title = "My extension" if content.own_count < 2 else "My extensions"
    if not content.own:
        if content.trouble:  # an admin
            own = (
                "`/ext set 101 @you` notes that 101 is yours; “Create an extension”, below, makes a new one."
            )
            return titled(title, section(f"No extension is noted as yours. {own}"))
        words = f"You have no extension yet, or nobody has said that it is yours. Ask {ask(content.admins)}."
        return titled(title, section(words))
    shown = [block for each in content.own for block in _one(each, content)]
    left_out = content.own_count - len(content.own)
    more = [context(f"… and {left_out} more of yours: `/ext list` shows all")] if left_out else []
    return titled(title, *shown, *more)


def ask(admins: Sequence[str]) -> str:
    """Name whom to ask; `admins`: mentions."""
    return " or ".join(admins[:MOST_NAMED]) or "whoever runs Switchhook: nobody is in SLACK_ADMINS yet"


def _one(own: OwnExtension, content: HomeContent) -> list[Block]:
    row = own.extension
    headline = f"{_light(own, content)} *{row.number} · {escape(row.name)}*"
    return [section(f"{headline}\n{_state(own, content)}"), *_place(own, content), *_buttons(own, content)]


def _light(own: OwnExtension, content: HomeContent) -> str:
    row = own.extension
    return sign(
        row.enabled,
        row.state,
        is_known=content.is_current,
        is_registered=own.registered,
        is_talking=own.talking,
    )


def _state(own: OwnExtension, content: HomeContent) -> str:
    row = own.extension
    lines = [_unusable(row, content)] if not row.enabled or row.state is not State.LIVE else []
    return "\n".join([*lines, *([_phone(own, content)] if row.enabled else [])])


def _unusable(row: Extension, content: HomeContent) -> str:
    """Say why a phone cannot use it; reasons name files and lines, and are for admins."""
    if row.state is State.DELETING:
        return "It is being deleted."
    if not row.enabled and row.state is State.LIVE:
        whom = "" if content.trouble else f" Ask {ask(content.admins)}."
        return f"It is disabled: no phone can use it.{whom}"
    if content.trouble is None:
        return f"Its last change has not reached the phone system yet. If that stays so, ask {ask(content.admins)}."
    return escape(wording.ended(wording.shorten(wording.configuration(row), MAX_PLACE_LENGTH)))


def _phone(own: OwnExtension, content: HomeContent) -> str:
    if not content.is_current:
        return "Whether your phone is registered is not known right now; it may well work."
    if own.phone is None:
        return no_phone(own.turned_away)
    since = when(own.phone.since)
    if not own.phone.registered:
        return f"Offline. Your phone was last seen {since}"
    if not own.registered:
        return f"Offline. Your phone had been registered since {since}"
    return f"In a call · registered since {since}" if own.talking else f"Registered since {since}"


def _place(own: OwnExtension, content: HomeContent) -> list[Block]:
    """Show the phone's make and address in small letters."""
    if own.phone is None or not own.extension.enabled or not content.is_current:
        return []
    place = f"{own.phone.user_agent} at {own.phone.address}" if own.phone.user_agent else own.phone.address
    return [context(escape(wording.shorten(place, MAX_PLACE_LENGTH)))]


def _buttons(own: OwnExtension, content: HomeContent) -> list[Block]:
    """Offer the password while nobody has seen it, or else a new one; an admin may enable what is disabled."""
    row = own.extension
    if row.state is State.DELETING:
        return []
    if not row.enabled:
        return (
            [actions(command_button("Enable", f"enable {row.number}", about=row))] if content.trouble else []
        )
    if own.unseen:
        once = confirm("Show my password?", "It is shown once. Have the phone ready.", "Show it")
        show = button("Show my password", REVEAL, own.unseen, style="primary", confirm=once)
        scan = button("📱 QR code for a mobile", SCAN, own.unseen)
        return [actions(show, *([scan] if own.can_scan else []))]
    return [actions(new_password(row))]
