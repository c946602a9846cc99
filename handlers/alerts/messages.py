"""Pure: facts gathered into the content of one Slack message, and that content into words.

A content is what a delivery row keeps as JSON; `kind` names the functions below that grow and show it.
"""

from __future__ import annotations

import re

from handlers.alerts import incident_messages, login_messages, phone_messages
from handlers.alerts.words import LONGEST_NUMBER, Content, extensions, message, person
from handlers.onboarding import messages
from handlers.slack.blocks import SlackMessage, clock, context, escape, section
from handlers.slack.errors import OURS
from handlers.wording import duration, shorten
from models.event import Event, Kind

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
    caller = person(content["caller"], content["caller_name"])
    match content["state"]:
        case Kind.RINGING:
            return message(f"🔔 {extensions(content['rang'])} ringing from {caller}", "", content)
        case Kind.ANSWERED:
            rang = duration(content["rang_seconds"] or 0)
            callee = shorten(content["callee"], LONGEST_NUMBER)
            return message(f"🗣️ {callee} answered {caller} after {rang}", "", content)
    headline = f"📞 Call ended: {content['channel']} - {content['cause_text'] or 'Unknown'}"
    callee = shorten(content["callee"], LONGEST_NUMBER)
    return message(headline, f"{caller} → {callee}: {_course(content)}", content)


def _course(content: Content) -> str:
    """Of a call whose end was only found out: no lengths, as nobody knows when it ended, nor why."""
    if content["away"]:
        return "answered, ended" if content["disposition"] == "answered" else "ended"
    rang = duration(content["rang_seconds"] or 0)
    if content["disposition"] == "answered":
        return f"talked {duration(content['talked_seconds'] or 0)}, rang {rang}"
    return f"{content['disposition']}, rang {rang}"


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
    caller = escape(person(content["caller"], content["caller_name"]))
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
    hint = f"invite Switchhook there (`/invite @Switchhook` in the channel), or choose another with `/ext alerts here`. ID {escape(channel)}"
    if content["error"] in OURS:
        text = f"⚠️ A message to {place(channel)} is lost: Slack says `{escape(content['error'])}`, also to its words alone"
        hint = f"the listener's log names it (“an alert is given up”); others are posted as before. ID {escape(channel)}"
    return SlackMessage(text, [section(text), context(hint)])


def group_gone(group: str, error: str) -> Content:
    """`group`: a user group of SLACK_ADMINS; `error`: what Slack says of it."""
    return {"kind": "group_gone", "group": group, "error": error, "away": False}


def show_group_gone(content: Content) -> SlackMessage:
    text = f"⚠️ The user group {escape(content['group'])} of SLACK_ADMINS is gone: Slack says `{escape(content['error'])}`. Its members may change extensions no more, and hear of nothing"
    hint = "put another group into SLACK_ADMINS, or members by their IDs, and restart Switchhook"
    return SlackMessage(text, [section(text), context(hint)])


def place(channel: str) -> str:
    """A channel or person as Slack shows them; ALERT_CHANNEL may also be a name."""
    if re.fullmatch(r"[CGDUW][A-Z0-9]{2,}", channel):
        return f"<{'@' if channel[0] in 'UW' else '#'}{channel}>"
    return escape(channel)


SHOW = (
    {
        "call": show_call,
        "missed": show_missed,
        "broken": show_broken,
        "group_gone": show_group_gone,
    }
    | phone_messages.SHOW
    | login_messages.SHOW
    | messages.SHOW
    | incident_messages.SHOW
)


def show(content: Content) -> SlackMessage:
    return SHOW[content["kind"]](content)
