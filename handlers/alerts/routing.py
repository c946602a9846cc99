"""Which alert goes to which channel: `/ext alerts`."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlmodel import Session, col, select

from models.alert_route import AlertRoute
from models.extension import Extension

CALLS, REGISTRATIONS, SECURITY = "calls", "registrations", "security"
TOPICS = (CALLS, REGISTRATIONS, SECURITY)


def covers(route: AlertRoute, topic: str, number: str) -> bool:
    return route.topic in ("", topic) and (not route.numbers or _in(route.numbers, number))


def _in(numbers: str, number: str) -> bool:
    first, dash, last = numbers.partition("-")
    if not dash:
        return number == numbers
    return number.isdecimal() and len(number) == len(first) and first <= number <= last


def _precision(route: AlertRoute) -> tuple[int, bool]:
    """Return what to compare: a single number beats a range beats all; then a topic beats all topics."""
    width = 2 if route.numbers and "-" not in route.numbers else 1 if route.numbers else 0
    return width, bool(route.topic)


def channel_for(routes: Collection[AlertRoute], topic: str, numbers: Iterable[str], default: str) -> str:
    """Return the channel of the most precise route; empty: nowhere. Of equal ones, one for an earlier number wins."""
    matching = [route for number in numbers for route in routes if covers(route, topic, number)]
    return max(matching, key=_precision).channel if matching else default


def all_routes(session: Session) -> list[AlertRoute]:
    return list(session.exec(select(AlertRoute).order_by(col(AlertRoute.numbers), col(AlertRoute.topic))))


def catch_all(routes: Iterable[AlertRoute], default: str) -> AlertRoute:
    """Return the route for everything that no other one is for, or else that of the default channel."""
    found = (route for route in routes if not route.topic and not route.numbers)
    return next(found, AlertRoute(channel=default))


def set_route(session: Session, topic: str, numbers: str, channel: str) -> str | None:
    """Route alerts to a channel, or nowhere if it is empty, and return where they went before.

    “nowhere”: to no channel; None: where the more general route leads.
    """
    this = col(AlertRoute.topic) == topic, col(AlertRoute.numbers) == numbers
    route = session.exec(select(AlertRoute).where(*this)).first() or AlertRoute(topic=topic, numbers=numbers)
    before = None if route.id is None else route.channel or "nowhere"
    route.channel = channel
    session.add(route)
    return before


def slack_users(session: Session, numbers: Iterable[str]) -> list[str]:
    """Return the Slack users of extensions, each once."""
    theirs = col(Extension.number).in_(set(numbers)), col(Extension.slack_user_id).is_not(None)
    return sorted({user for user in session.exec(select(Extension.slack_user_id).where(*theirs)) if user})
