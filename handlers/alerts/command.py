"""`/ext alerts …`: which alerts go where."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from handlers.alerts import routing
from handlers.alerts.channel_messages import mention
from handlers.slack import blocks
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_buttons import command_button
from handlers.slack.command_text import Arguments, nearest, plain_range
from models import audit
from models.actor import Actor
from models.alert_route import AlertRoute
from models.number import NUMBER
from pbx.errors import Overtaken, Refusal
from pbx.services import Services

log = logging.getLogger("switchhook.alerts")

MAX_LINES = 200  # of routes: Slack takes 50 blocks
USAGE = "/ext alerts here|off|set|show [calls|registrations|security] [number or range]"
MISSED_CALLS = (
    "Missed calls go to the extension's Slack user, if it has one, who can stop that with `/ext notify off`."
)


def run(services: Services, given: Arguments) -> SlackMessage:
    """Run the subcommand. Raises Refusal."""
    verb, *rest = plain_range(" ".join(given.words or ("show",))).lower().split()
    match verb:
        case "show":
            return show(services)
        case "here":
            return _route(services, rest, given.asked_in, given.by)
        case "off":
            return _route(services, rest, "", given.by)
        case "set":
            raise Refusal(f"a window for that did not open: type {USAGE}")
    raise Refusal(
        f"there is no /ext alerts {verb}{nearest(verb, ('here', 'off', 'set', 'show'))}: type {USAGE}"
    )


def _route(services: Services, words: list[str], channel: str, by: Actor) -> SlackMessage:
    topic, numbers = "", ""
    for word in words:
        if word in routing.TOPICS and not topic:
            topic = word
        elif re.fullmatch(f"{NUMBER}(-{NUMBER})?", word) and not numbers:
            numbers = range_of(word)
        else:
            raise Refusal(
                f"“{word}” is no kind of alert and no number{nearest(word, routing.TOPICS)}: type {USAGE}"
            )
    return set_route(services, topic, numbers, channel, by)


def set_route(services: Services, topic: str, numbers: str, channel: str, by: Actor) -> SlackMessage:
    """Route alerts as save_route() does, and show the routes."""
    save_route(services, topic, numbers, channel, by)
    return show(services, f"Done: {_scope(topic, numbers)} {_destination(channel)}.")


def save_route(
    services: Services,
    topic: str,
    numbers: str,
    channel: str,
    by: Actor,
    is_as_seen: Callable[[str | None], bool] = lambda _before: True,
) -> str | None:
    """Route alerts to a channel, or nowhere if it is empty, and return where they went before, as routing.set_route().

    `topic`, `numbers`: empty for all. Raises Overtaken unless `is_as_seen` of where they went.
    """
    with services.database.session() as session:
        before = routing.set_route(session, topic, numbers, channel)
        if not is_as_seen(before):
            raise Overtaken("somebody else has changed that route since you looked at it")
        changes = {"channel": [before, channel or "nowhere"]}
        audit.record(session, by, did(topic, numbers), changes=changes)
    log.info("alerts routed", extra={"by": str(by), "topic": topic, "numbers": numbers, "channel": channel})
    return before


def did(topic: str, numbers: str) -> str:
    """Return what the audit says of a change of this route."""
    return f"routed {_scope(topic, numbers)}"


def range_of(word: str) -> str:
    """Return a number or a range as it is. Raises Refusal."""
    first, dash, last = word.partition("-")
    if dash and (len(first) != len(last) or first > last):
        raise Refusal(f"“{word}” is no range; one is two numbers with as many digits each, such as 100-149")
    return word


def show(services: Services, headline: str = "Where alerts go") -> SlackMessage:
    """Show the routes in force, the most general first."""
    return render(routes(services), headline)


def routes(services: Services) -> list[AlertRoute]:
    """Return the routes in force, the most general first."""
    with services.database.session() as session:
        known = routing.all_routes(session)
    fallback = routing.catch_all(known, services.settings.alert_channel)
    return [fallback, *(route for route in known if route is not fallback)]


def render(known: list[AlertRoute], headline: str) -> SlackMessage:
    """Return routes as a message."""
    lines = [
        f"• {_scope(route.topic, route.numbers)} {_destination(route.channel)}" for route in known[:MAX_LINES]
    ]
    if len(known) > MAX_LINES:
        lines.append(f"… and {len(known) - MAX_LINES} more")
    hint = f"`{USAGE}`. The most precise line counts. {MISSED_CALLS}"
    change = blocks.actions(command_button("Change", "alerts set"))
    shown = [*blocks.sections([f"*{headline}*", *lines]), blocks.context(hint), change]
    return SlackMessage("\n".join([headline, *lines]), shown)


def _scope(topic: str, numbers: str) -> str:
    return blocks.escape(f"{topic or 'all alerts'} of {numbers or 'every extension'}")


def _destination(channel: str) -> str:
    return f"go to {mention(channel)}" if channel else "go nowhere"
