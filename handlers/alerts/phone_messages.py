"""Pure: phones that come, go, flap and settle, as the content of a message and in words."""

from __future__ import annotations

from handlers.alerts.words import NUMBERS_SHOWN, Content, extensions, message, some
from handlers.slack.blocks import SlackMessage
from models.event import Event, Kind
from models.fields import in_order

LOST_ONE = "lost one"  # what a phone did whose extension has another


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


WHY = {
    "left": "it logged out",
    "expired": "its registration expired",
    "unreachable": "it does not answer",
    "locked out": "its extension was disabled or deleted, or has a new password",
}


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
    return message("\n".join(lines), details, content)


def _registration_line(phones: dict[str, dict[str, str]], kind: str, mark: str, word: str) -> str:
    numbers = [number for number, phone in phones.items() if phone["what"] == kind]
    if len(numbers) > NUMBERS_SHOWN:
        return f"{mark} {len(numbers)} extensions {word}: {some(sorted(numbers, key=in_order))}"
    return f"{mark} {extensions(numbers)} {word}" if numbers else ""


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
    return message(headline, hint, content)


def settled(number: str, changes: int, registered: bool) -> Content:
    return {"kind": "settled", "number": number, "changes": changes, "registered": registered, "away": False}


def show_settled(content: Content) -> SlackMessage:
    word = "registered" if content["registered"] else "offline"
    mark = "✅" if content["registered"] else "⚫"
    headline = f"{mark} Extension {content['number']} has settled: {word}"
    return message(headline, f"after {content['changes']} changes", content)


SHOW = {"registrations": show_registrations, "flapping": show_flapping, "settled": show_settled}
