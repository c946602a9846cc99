"""Pure: how one extension is: what somebody asks for first, then the phone, then the settings, then what is unusual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from handlers import presence_wording, wording
from handlers.slack.blocks import (
    SlackMessage,
    clock,
    context,
    cut,
    escape,
    plain_context,
    section,
    sections,
)
from handlers.slack.extension_buttons import buttons
from handlers.slack.roles import Role
from handlers.slack.signs import light
from handlers.slack.times import day, no_phone, when
from models.event import Event, EventKind
from models.extension import Extension, State
from pbx.answers import ChangeResult, Day, Status
from pbx.contact_status import Contact

MAX_PHONES = 20
MAX_PHONE_LENGTH = 300  # characters of a phone's make and address
MAX_CALLS = 3
MAX_NAME_LENGTH, MAX_NUMBER_LENGTH = 80, 64  # of whom it talks to


def without_reasons(statuses: Sequence[Status]) -> list[Status]:
    """Return them as all people may see them: a reason names files, lines and what Asterisk said, and is for admins."""
    return [
        replace(found, extension=without_reason(found.extension), error=found.error and wording.AWAY)
        for found in statuses
    ]


def without_reason(row: Extension) -> Extension:
    """Return the row as without_reasons() shows it."""
    shown = None if row.state is State.LIVE else f"{wording.ASK_AN_ADMIN} {row.number}"
    return Extension(**row.model_dump() | {"reason": shown})


def for_role(done: ChangeResult, role: Role) -> ChangeResult:
    """Return what came of a change as somebody in this role may read it: why, warnings and who did what are for admins."""
    if done.extension is None or role is Role.ADMIN:
        return done
    return replace(done, extension=without_reason(done.extension), warnings=(), since=None)


def status(found: Status, role: Role = Role.ADMIN) -> SlackMessage:
    """Show an extension, with the buttons for what somebody in this role may do; with whom it talks, not to everybody."""
    row = found.extension
    who, state = f"{row.number} · {escape(row.name)}", _state(found, role)
    owner = f" <@{row.slack_user_id}>" if row.slack_user_id else ""
    return SlackMessage(
        f"{who}{owner}: {light(found)} {state}",
        [
            section(f"{light(found)} *{who}*{owner}\n{state}"),
            *sections(_phone(found), context),
            context(escape(_settings(row))),
            *sections(_unusual(found), plain_context),
            *buttons(row, role),
        ],
    )


def _state(found: Status, role: Role) -> str:
    if found.starts:
        return f"Starts on {day(found.starts)}: the phone works from then on."
    if not found.extension.enabled:
        is_locked = found.extension.state is State.LIVE
        return (
            "Disabled: no phone can use it." if is_locked else "To be disabled: phones may still be let in."
        )
    if found.calls:
        return "\n".join(_call(call, found, role) for call in found.calls[:MAX_CALLS])
    if found.error:
        return "Whether a phone is registered is not known right now."
    if found.registered:
        return "Registered"
    return "Offline" if found.phone else no_phone(found.turned_away)


def _call(call: Event, found: Status, role: Role) -> str:
    """Return `In a call with 101 (Alice) since 23:03` and its like, from the extension's side; to everybody without whom."""
    is_called = call.number == found.extension.number
    what, with_whom = "In a call", " with"
    if call.kind is EventKind.RINGING:
        what, with_whom = ("Ringing", " from") if is_called else ("Calling", "")
    is_told = role >= Role.OWNER
    other = f"{with_whom} {_other(call, found.names, is_called=is_called)}" if is_told else ""
    return f"{what}{other} since {clock(call.at.timestamp())}"


def _other(call: Event, names: Mapping[str, str], *, is_called: bool) -> str:
    number = call.peer if is_called else call.number
    name = names.get(number) or (call.peer_name if is_called else "")
    number, name = wording.shorten(number, MAX_NUMBER_LENGTH), wording.shorten(name, MAX_NAME_LENGTH)
    named = f"{number} ({name})" if name and name != number else number
    return escape(named or "an unknown caller")


def _phone(found: Status) -> list[str]:
    """Return since when, from where and with what it is registered, and its calls; a line for each phone of several."""
    shown = [cut(escape(place(contact)), MAX_PHONE_LENGTH) for contact in found.contacts[:MAX_PHONES]]
    left_out = len(found.contacts) - len(shown)
    several = [f"• {each}" for each in shown] if len(found.contacts) > 1 else []
    facts = [*_times(found), *([] if several else shown), *_today(found.today)]
    more = [f"… and {left_out} more phones"] if left_out else []
    return [*([" · ".join(facts)] if facts else []), *several, *more]


def _times(found: Status) -> list[str]:
    """Say since when, by the listener's rows."""
    phone = found.phone
    if phone is None or not found.extension.enabled:
        return []
    return [f"{wording.since_when(phone, is_here=found.registered)} {when(phone.since)}"]


def place(contact: Contact) -> str:
    """Return `192.0.2.7:5062 · Snom D785, answers in 12 ms`."""
    answers = f", answers in {contact.round_trip_ms:.0f} ms" if contact.round_trip_ms is not None else ""
    if not contact.reachable:
        answers = ", does not answer: is it switched off, or behind a firewall?"
    host = f"[{contact.address}]" if ":" in contact.address else contact.address
    return f"{host}:{contact.port} · {contact.user_agent or 'a phone'}{answers}"


def _today(today: Day | None) -> list[str]:
    if today is None or not today.calls:
        return []
    calls = "1 call today" if today.calls == 1 else f"{today.calls} calls today"
    return [f"{calls}, {today.missed} missed" if today.missed else calls]


def _settings(row: Extension) -> str:
    return f"Transport {row.transport} · Codecs {wording.value(row.codecs)} · Context {row.context}"


def _unusual(found: Status) -> list[str]:
    """Return what differs from how extensions mostly are, a line each."""
    row = found.extension
    lines = {
        "Busy lamp (BLF)": presence_wording.lamp(found.hint) if found.hint and found.hint.watchers else "",
        "Phones at most": str(row.max_contacts) if row.max_contacts != 1 else "",
        "Caller ID": row.caller_id if row.caller_id and row.caller_id != row.name else "",
        "Voicemail": "on" if row.voicemail_enabled else "",
        "From your files": wording.kept_options(row.adopted_options or {}),
        "E-mail": row.email or "",
        "Slack status": "“On a call” while they are in one" if found.status_since else "",
        "Notes": row.notes or "",
    }
    trouble = (
        [f"⚠️ {wording.ended(found.error)}"] if found.error and found.error not in (row.reason or "") else []
    )
    return [*_not_live(row), *trouble, *(f"{name}: {value}" for name, value in lines.items() if value)]


def _not_live(row: Extension) -> list[str]:
    """Say why Asterisk does not have it as it should be, or what to know besides."""
    if row.state is State.LIVE:
        return [f"⚠️ {wording.ended(row.reason)}"] if row.reason else []
    return [f"{'❌' if row.state is State.FAILED else '🕓'} {wording.ended(wording.configuration(row))}"]
