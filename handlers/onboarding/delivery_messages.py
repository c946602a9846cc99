"""Pure: what admins are told of a delivery that waits for them: why, with a button for each way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.alerts.words import Content
from handlers.onboarding import choices
from handlers.slack.blocks import Block, SlackMessage, button, context, escape, section
from handlers.wording import shorten, some
from models.employee import Employee
from models.extension import Extension
from models.hr_delivery import HrDelivery

MOST_CANDIDATES = 10
LONGEST_WHO = 300  # characters
LONGEST_LABEL = 75  # characters of a button; Slack refuses more


def who(row: HrDelivery, known: Mapping[tuple[str, str], Employee] | None = None) -> str:
    """`Alice (alice@example.com) joined`, of a few of those that the delivery tells of, and how many more.

    `known`: by source and ID; who leaves is mostly told of by the ID alone.
    """
    people = known or {}
    return shorten(
        some([_who(event, people.get((row.source, event["external_id"]))) for event in row.events], ", "),
        LONGEST_WHO,
    )


def _who(event: Mapping[str, Any], employee: Employee | None) -> str:
    name = event.get("name") or (employee and employee.name) or f"employee {event['external_id']}"
    email = event.get("email") or (employee and employee.email)
    return f"{name}{f' ({email})' if email else ''} {event.get('kind')}"


def failed(delivery_id: int, source: str, reason: str, who: str = "", *, joins: bool = True) -> Content:
    """`joins`: somebody is to have a number, and so another one may do."""
    about = {"delivery": delivery_id, "source": source, "who": who}
    return {"kind": "hr_failed", **about, "reason": reason, "joins": joins}


def show_failed(content: Content) -> SlackMessage:
    number = str(content["delivery"])
    headline = f"⚠️ HR delivery {number} from {content['source']} could not be carried out"
    another = [
        button("Next free number", "hr_new", number),
        button("Type a number", "hr_number", number),
    ]
    ways = [
        button("Try again", "hr_retry", number),
        *(another if content.get("joins", True) else []),
        button("Ignore", "hr_ignore", number),
    ]
    return _asking(headline, content, ways)


def _asking(headline: str, content: Content, ways: list[Block]) -> SlackMessage:
    told = [context(escape(content["who"]))] if content.get("who") else []
    actions = {"type": "actions", "elements": ways}
    return SlackMessage(
        escape(headline), [section(escape(headline)), *told, context(escape(content["reason"])), actions]
    )


def doubtful(
    delivery_id: int, source: str, reason: str, who: str, candidates: Sequence[Extension], *, leaves: bool
) -> Content:
    """Whose extension it is. `leaves`: until somebody has said, a phone may work that should not."""
    shown = [[each.number, each.name, choices.encode([each])] for each in candidates[:MOST_CANDIDATES]]
    about = {"delivery": delivery_id, "source": source, "who": who, "reason": reason}
    every = choices.encode(candidates[:MOST_CANDIDATES]) if 1 < len(candidates) <= MOST_CANDIDATES else None
    return {"kind": "hr_doubt", **about, "candidates": shown, "all": every, "leaves": leaves}


def show_doubtful(content: Content) -> SlackMessage:
    number, leaves = str(content["delivery"]), content["leaves"]
    headline = (
        "🚨 Somebody has left, and a phone may be theirs that still works. Is it?"
        if leaves
        else "❔ Somebody has joined, and may have an extension already. Is it theirs?"
    )
    word, more = ("Lock out", {"style": "danger"}) if leaves else ("It is", {})
    ways = [
        button(
            shorten(f"{word} {each} ({name})", LONGEST_LABEL),
            f"hr_theirs_{place}",
            f"{number} {choice}",
            **more,
        )
        for place, (each, name, choice) in enumerate(content["candidates"])
    ]
    if leaves and content["all"]:
        ways.append(button("Lock out all of them", "hr_theirs_all", f"{number} {content['all']}", **more))
    if not leaves:
        ways.append(button("Make a new one", "hr_new", number))
    ways.append(button("Leave them" if leaves else "Ignore", "hr_ignore", number))
    return _asking(headline, content, ways)


def answered(delivery_id: int, source: str, who: str, words: str, by: str = "") -> Content:
    """`by`: the Slack user who has answered."""
    about = {"delivery": delivery_id, "source": source, "who": who}
    return {"kind": "hr_answered", **about, "words": words, "by": by}


def show_answered(content: Content) -> SlackMessage:
    headline = escape(f"HR delivery {content['delivery']} from {content['source']}: {content['who']}")
    by = [context(f"Answered by <@{content['by']}>")] if content["by"] else []
    return SlackMessage(headline, [section(headline), context(escape(content["words"])), *by])


SHOW = {"hr_failed": show_failed, "hr_doubt": show_doubtful, "hr_answered": show_answered}
