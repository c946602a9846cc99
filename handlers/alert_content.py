"""Pure: facts gathered into the content of one Slack message, and that content into words.

A content is what a delivery row keeps as JSON; `kind` names the functions below that grow and show it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from handlers import trouble_messages
from handlers.blocks import SlackMessage, clock, context, escape, section
from handlers.onboarding import messages
from handlers.wording import duration, shorten
from models.event import Event, Kind

Content = dict[str, Any]
NUMBERS_SHOWN = 20
LONGEST_LIST = 1500  # characters, with Slack's entities, of numbers that others chose
LONGEST_ACCOUNT = 32  # of what somebody claims to be
LONGEST_NAME, LONGEST_NUMBER = 80, 64  # shown of what callers claim to be
AWAY = "while we were away"
LOST_ONE = "lost one"  # what a phone did whose extension has another


# Calls: one message, edited from ringing to answered to ended.


def call(event: Event, before: Content | None) -> Content:
    """The call as it is after this event."""
    content = before or {
        "kind": "call",
        "caller": event.peer,
        "caller_name": "",
        "rang": [],
        "state": Kind.RINGING,
    }
    content = content | {"away": event.away}
    if event.kind is Kind.RINGING:
        rang = [*content["rang"], event.number] if event.number not in content["rang"] else content["rang"]
        return content | {"rang": rang, "caller_name": event.peer_name or content["caller_name"]}
    content |= {"state": event.kind, "callee": event.number, "rang_seconds": event.rang}
    if event.kind is Kind.ENDED:
        content |= {
            "channel": event.channel,
            "cause_text": event.cause_text,
            "disposition": event.reason,
            "talked_seconds": event.talked,
        }
    return content


def show_call(content: Content) -> SlackMessage:
    """Its last text carries the guide's line."""
    caller = _person(content["caller"], content["caller_name"])
    match content["state"]:
        case Kind.RINGING:
            return _message(f"🔔 {_extensions(content['rang'])} ringing from {caller}", "", content)
        case Kind.ANSWERED:
            rang = duration(content["rang_seconds"] or 0)
            callee = shorten(content["callee"], LONGEST_NUMBER)
            return _message(f"🗣️ {callee} answered {caller} after {rang}", "", content)
    headline = f"📞 Call ended: {content['channel']} - {content['cause_text'] or 'Unknown'}"
    callee = shorten(content["callee"], LONGEST_NUMBER)
    return _message(headline, f"{caller} → {callee}: {_course(content)}", content)


def _course(content: Content) -> str:
    rang = duration(content["rang_seconds"] or 0)
    if content["disposition"] == "answered":
        return f"talked {duration(content['talked_seconds'] or 0)}, rang {rang}"
    return f"{content['disposition']}, rang {rang}"


def _person(number: str, name: str) -> str:
    number, name = shorten(number, LONGEST_NUMBER), shorten(name, LONGEST_NAME)
    return f"{number} ({name})" if name and name != number else number or "an unknown caller"


def _extensions(numbers: Sequence[str]) -> str:
    return f"Extension {numbers[0]}" if len(numbers) == 1 else f"Extensions {_some(numbers)}"


def _some(numbers: Sequence[str]) -> str:
    """All of a few, and the first of many with their count."""
    shown = [shorten(number, LONGEST_NUMBER) for number in numbers[:NUMBERS_SHOWN]]
    while len(escape(", ".join(shown))) > LONGEST_LIST:
        shown.pop()
    left_out = len(numbers) - len(shown)
    return ", ".join(shown) + (f" and {left_out} more" if left_out else "")


# Registrations: one message for a burst of phones that come, and one for a burst of phones that go.


def no_phones(event: Event) -> Content:
    """Of a burst that this event begins."""
    since = event.at.timestamp()
    return {"kind": "registrations", "phones": {}, "away": event.away, "since": since, "until": since}


def add_phone(content: Content, event: Event, has_another: bool = False) -> None:
    """In place, since thousands come together. Each counts once, as it is now; details are kept of a single one.

    `has_another`: the extension is still there with another phone than the one that went.
    """
    what = LOST_ONE if has_another and event.kind is Kind.UNREGISTERED else event.kind
    phones = content["phones"]
    phones.pop(event.number, None)  # the latest is named last
    if len(phones) == 1:
        phones.update({number: {"what": phone["what"]} for number, phone in phones.items()})
    details = {"place": f"{event.address}:{event.port}", "phone": event.user_agent, "why": event.reason}
    phones[event.number] = {"what": what} | ({} if phones else details)
    content["away"] = content["away"] and event.away
    content["until"] = event.at.timestamp()


WHY = {"left": "it logged out", "expired": "its registration expired", "unreachable": "it does not answer"}


def show_registrations(content: Content) -> SlackMessage:
    phones: dict[str, dict[str, str]] = content["phones"]
    lines = [
        line
        for kind, mark, word in (
            (Kind.REGISTERED, "✅", "registered"),
            (Kind.MOVED, "↪️", "moved"),
            (Kind.UNREGISTERED, "⚫", "offline"),
            (LOST_ONE, "📴", "lost a phone, still registered with another"),
        )
        if (line := _registration_line(phones, kind, mark, word))
    ]
    details = ""
    if len(phones) == 1:
        (only,) = phones.values()
        details = _detail(only)
    return _message("\n".join(lines), details, content)


def _registration_line(phones: dict[str, dict[str, str]], kind: str, mark: str, word: str) -> str:
    numbers = [number for number, phone in phones.items() if phone["what"] == kind]
    if len(numbers) > NUMBERS_SHOWN:
        return f"{mark} {len(numbers)} extensions {word}: {_some(sorted(numbers))}"
    return f"{mark} {_extensions(numbers)} {word}" if numbers else ""


def _detail(phone: dict[str, str]) -> str:
    if phone["what"] in (Kind.UNREGISTERED, LOST_ONE):
        return f"was at {phone['place']}; {WHY.get(phone['why'], phone['why'])}"
    return f"{phone['phone'] or 'A phone'} at {phone['place']}"


# A phone that keeps coming and going is told once, then again when it has settled.


def flapping(number: str, changes: int) -> Content:
    return {"kind": "flapping", "number": number, "changes": changes, "away": False}


def show_flapping(content: Content) -> SlackMessage:
    number = content["number"]
    hint = "its network or power is unsteady; told again when it has settled"
    headline = f"〰️ Extension {number} is flapping: it came or went {content['changes']} times"
    return _message(headline, hint, content)


def settled(number: str, changes: int, registered: bool) -> Content:
    return {"kind": "settled", "number": number, "changes": changes, "registered": registered, "away": False}


def show_settled(content: Content) -> SlackMessage:
    word = "registered" if content["registered"] else "offline"
    mark = "✅" if content["registered"] else "⚫"
    headline = f"{mark} Extension {content['number']} has settled: {word}"
    return _message(headline, f"after {content['changes']} changes", content)


# Failed SIP logins: one message for an address, edited as they go on.


def security(event: Event, before: Content | None) -> Content:
    content = before or {
        "kind": "security",
        "address": event.address,
        "count": 0,
        "accounts": [],
        "away": False,
        "since": event.at.timestamp(),
    }
    accounts, account = content["accounts"], event.number[:LONGEST_ACCOUNT]
    if account not in accounts and len(accounts) < NUMBERS_SHOWN:
        accounts = [*accounts, account]
    return content | {
        "count": content["count"] + 1,
        "accounts": accounts,
        "why": event.reason,
        "until": event.at.timestamp(),
    }


def show_security(content: Content) -> SlackMessage:
    headline = f"🚨 {content['count']} failed SIP logins from {content['address']}"
    hint = f"as {_some(content['accounts'])}, the last because of: {content['why']}. "
    return _message(
        headline, hint + "If it is none of your phones, block the address in your firewall.", content
    )


# Missed calls go to the one who missed them.


def missed(event: Event, caller_name: str) -> Content:
    return {
        "kind": "missed",
        "caller": event.peer,
        "caller_name": caller_name,
        "at": event.at.timestamp(),
        "disposition": event.reason,
        "away": event.away,
    }


def show_missed(content: Content) -> SlackMessage:
    caller = escape(_person(content["caller"], content["caller_name"]))
    text = f"☎️ You missed a call from {caller} at {clock(content['at'])}"
    dial = (
        f"; to call back, dial {shorten(content['caller'], LONGEST_NUMBER)} on your phone"
        if content["caller"]
        else ""
    )
    return SlackMessage(text, [section(text), context(escape(content["disposition"] + dial))])


def broken(channel: str, error: str) -> Content:
    return {"kind": "broken", "channel": channel, "error": error, "away": False}


def show_broken(content: Content) -> SlackMessage:
    channel = content["channel"]
    text = f"⚠️ Alerts cannot be posted to {place(channel)}: Slack says `{escape(content['error'])}`"
    if re.fullmatch("S[A-Z0-9]{2,}", channel):
        text = f"⚠️ The user group {escape(channel)} of SLACK_ADMINS is gone: Slack says `{escape(content['error'])}`. Its members may change extensions no more, and hear of nothing"
        hint = "put another group into SLACK_ADMINS, or members by their IDs, and restart Switchhook"
        return SlackMessage(text, [section(text), context(hint)])
    hint = f"invite Switchhook there (`/invite @Switchhook` in the channel), or choose another with `/ext alerts here`. ID {escape(channel)}"
    return SlackMessage(text, [section(text), context(hint)])


def place(channel: str) -> str:
    """A channel or person as Slack shows them; ALERT_CHANNEL may also be a name."""
    if re.fullmatch(r"[CGDUW][A-Z0-9]{2,}", channel):
        return f"<{'@' if channel[0] in 'UW' else '#'}{channel}>"
    return escape(channel)


SHOW = (
    {
        "call": show_call,
        "registrations": show_registrations,
        "flapping": show_flapping,
        "settled": show_settled,
        "security": show_security,
        "missed": show_missed,
        "broken": show_broken,
    }
    | messages.SHOW
    | trouble_messages.SHOW
)


def show(content: Content) -> SlackMessage:
    return SHOW[content["kind"]](content)


def _message(headline: str, details: str, content: Content) -> SlackMessage:
    """A headline, and a smaller line below it."""
    if content["away"]:
        details = f"{details} ({AWAY})" if details else AWAY
    small = [context(escape(details))] if details else []
    return SlackMessage(escape(headline), [section(escape(headline)), *small])
