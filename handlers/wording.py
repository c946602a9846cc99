"""Pure: extensions in plain words.

presence(), line(), phone(), details() and summary() are the command line's; Slack has status_messages.py and list_messages.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers import presence_wording
from models.audit import Differences
from models.event import Event, EventKind
from models.extension import Extension, State
from models.phone import Phone
from models.words import some
from pbx.answers import Day, Status
from pbx.contact_status import Contact

MAX_VALUE_LENGTH = 80  # characters of a value that was changed
ASK_AN_ADMIN = "an admin sees why with /ext doctor"
AWAY = f"the phone system does not answer right now; {ASK_AN_ADMIN}"
REGISTERED, OFFLINE = "🟢 Registered", "⚫ Offline"


def label(extension: Extension) -> str:
    return f"{extension.number} ({extension.name})"


def not_live(count: int) -> str:
    return "1 extension is not live" if count == 1 else f"{count} extensions are not live"


def shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def differences(found: Differences) -> str:
    """`name Alice → Bob; password changed`; empty: none."""
    return "; ".join(_difference(name, values) for name, values in found.items())


def _difference(name: str, values: tuple[Any, Any] | None) -> str:
    if values is None:
        return f"{'password' if name == 'secret' else name} changed"
    before, after = values
    if before is None or after is None:
        return f"{name} {value(after)}" if before is None else f"{name} {value(before)} → nothing"
    return f"{name} {value(before)} → {value(after)}"


def value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return shorten(text, MAX_VALUE_LENGTH)


def ended(reason: str | None) -> str:
    """Return a reason from an error as a sentence of its own."""
    reason = reason or "Asterisk was not asked yet"
    return reason[0].upper() + reason[1:] + ("" if reason.endswith((".", "?", "!")) else ".")


def presence(status: Status) -> str:
    """Return `🟢 Registered at 192.0.2.7:5062` and its like."""
    if status.error:
        return "❔ Unknown"
    places = [f"{contact.address}:{contact.port}" for contact in status.contacts if contact.reachable]
    return f"{REGISTERED} at {some(places)}" if places else OFFLINE


def configuration(extension: Extension) -> str:
    """Say how far the extension has come into Asterisk."""
    match extension.state:
        case State.LIVE:
            besides = f"; {extension.reason}" if extension.reason else ""
            return (
                f"live, verified in Asterisk{besides}"
                if extension.enabled
                else "disabled: no phone can use it"
            )
        case State.FAILED:
            return f"refused: {extension.reason}"
        case State.PENDING:
            return f"saved, not live yet: {extension.reason or 'Asterisk was not asked yet'}"
        case State.DELETING:
            return f"being deleted: {extension.reason or 'Asterisk was not asked yet'}"
        case _:  # a state of a later version
            return str(extension.state)


def phone(contact: Contact) -> str:
    """Return `Grandstream GXP2170 at 192.0.2.7:5062, answers in 12 ms`."""
    answers = f", answers in {contact.round_trip_ms:.0f} ms" if contact.round_trip_ms is not None else ""
    if not contact.reachable:
        answers = ", does not answer: is it switched off, or behind a firewall?"
    return f"{contact.user_agent or 'A phone'} at {contact.address}:{contact.port}{answers}"


def details(status: Status) -> list[tuple[str, str]]:
    """Return the fields of one extension, named for people; the secret is not among them."""
    extension = status.extension
    fields = [
        ("Configuration", configuration(extension)),
        *_phone_times(status),
        ("Current call", some([current_call(call) for call in status.calls], between="; ")),
        ("Calls today", _calls_today(status.today)),
        ("Busy lamp (BLF)", presence_wording.lamp(status.hint) if status.hint else ""),
        ("Transport", extension.transport),
        ("Codecs", value(extension.codecs)),
        ("Phones at most", str(extension.max_contacts)),
        ("Context", extension.context),
        ("Caller ID", extension.caller_id or extension.name),
        ("Slack status", _slack_status(status)),
        ("Voicemail", "on" if extension.voicemail_enabled else ""),
        ("From your files", kept_options(extension.adopted_options or {})),
        ("E-mail", extension.email or ""),
        ("Notes", extension.notes or ""),
    ]
    return [(name, value) for name, value in fields if value]


def _slack_status(status: Status) -> str:
    since = status.status_since
    return f"“On a call” while they are in one; connected since {moment(since)}" if since else ""


def kept_options(options: Mapping[str, Any]) -> str:
    """Name the options of an adopted phone that no field holds; without their values, which may be secrets."""
    named = {kind: list(dict.fromkeys(name for name, _ in pairs)) for kind, pairs in options.items()}
    return "; ".join(f"{', '.join(names)} ({kind})" for kind, names in named.items() if names)


def _phone_times(status: Status) -> list[tuple[str, str]]:
    """Return since when a phone is registered, or when it was last seen, by the listener's rows."""
    if status.phone is None:
        return [("Phones turned away", moment(status.turned_away))] if status.turned_away else []
    return [(since_when(status.phone, is_here=status.registered), moment(status.phone.since))]


def since_when(phone: Phone, *, is_here: bool) -> str:
    """Return what the time of a phone's row means. `is_here`: Asterisk shows it; the listener may not have noted its going yet."""
    if not phone.registered:
        return "Last seen"
    return "Registered since" if is_here else "Had been registered since"


def duration(seconds: float) -> str:
    """Return `2 min 5 s`."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    parts = (
        [f"{hours} h"] * bool(hours)
        + [f"{minutes} min"] * bool(minutes)
        + [f"{rest} s"] * (rest > 0 or whole == 0)
    )
    return " ".join(parts)


def moment(at: datetime) -> str:
    """Return date and time in the server's time zone."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def current_call(event: Event) -> str:
    word = "ringing since" if event.kind is EventKind.RINGING else "talking since"
    return f"{event.peer} → {event.number}, {word} {moment(event.at)}"


def _calls_today(day: Day | None) -> str:
    if day is None or not day.calls:
        return ""
    return f"{day.calls}, {day.missed} of them missed" if day.missed else str(day.calls)


def line(status: Status) -> str:
    """Return one line of a list."""
    extension = status.extension
    mark = "" if extension.state is State.LIVE and extension.enabled else f" · {configuration(extension)}"
    return f"{extension.number}  {extension.name} · {presence(status)}{mark}"


def blocked(reason: str) -> str:
    return f"Nothing goes live for now: {reason}"


def calls_out(problem: str) -> str:
    return f"Calls out by OUTBOUND_TRUNK are not as they should be: {problem}"


def summary(statuses: Sequence[Status]) -> str:
    """Return `12 extensions, 9 registered, 1 not live`."""
    registered = sum(status.registered for status in statuses)
    waiting = sum(status.extension.state is not State.LIVE for status in statuses)
    extensions = "1 extension" if len(statuses) == 1 else f"{len(statuses)} extensions"
    error = next((status.error for status in statuses if status.error), None)
    known = f"{extensions}, {registered} registered" if error is None else f"{extensions}; {error}"
    return known + (f", {waiting} not live" if waiting else "")
