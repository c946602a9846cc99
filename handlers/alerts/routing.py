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
    """A single number beats a range beats all; then a topic beats all topics."""
    width = 2 if route.numbers and "-" not in route.numbers else 1 if route.numbers else 0
    return width, bool(route.topic)


def channel_for(routes: Collection[AlertRoute], topic: str, numbers: Iterable[str], default: str) -> str:
    """Empty: nowhere. Of routes as precise as each other, one for an earlier number wins."""
    matching = [route for number in numbers for route in routes if covers(route, topic, number)]
    return max(matching, key=_precision).channel if matching else default


def all_routes(session: Session) -> list[AlertRoute]:
    return list(session.exec(select(AlertRoute).order_by(col(AlertRoute.numbers), col(AlertRoute.topic))))


def general(routes: Iterable[AlertRoute], default: str) -> AlertRoute:
    """Find the route for everything that no other one is for, or make that of the default channel."""
    found = (route for route in routes if not route.topic and not route.numbers)
    return next(found, AlertRoute(channel=default))


def put(session: Session, topic: str, numbers: str, channel: str) -> str | None:
    """Where they went before: “nowhere” when they went to no channel; None: where the more general ones go."""
    this = col(AlertRoute.topic) == topic, col(AlertRoute.numbers) == numbers
    route = session.exec(select(AlertRoute).where(*this)).first() or AlertRoute(topic=topic, numbers=numbers)
    before = None if route.id is None else route.channel or "nowhere"
    route.channel = channel
    session.add(route)
    return before


def slack_users(session: Session, numbers: Iterable[str]) -> list[str]:
    """Whose extensions they are, each once."""
    theirs = col(Extension.number).in_(set(numbers)), col(Extension.slack_user_id).is_not(None)
    return sorted({user for user in session.exec(select(Extension.slack_user_id).where(*theirs)) if user})
