"""/extensions/alerts: which alert goes to which channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handlers.alerts import broken_channels, command, route_actions
from handlers.api.latest import Latest
from handlers.pages import people, visitor
from handlers.pages.administration import channels
from handlers.pages.administration.channels import Channels
from handlers.pages.routes import Pages
from handlers.slack.modals import alert_form
from handlers.slack.modals.alert_form import ALL, NOWHERE, TOPICS
from handlers.slack.modals.faults import Faults
from handlers.slack.roles import Role
from models import outbox
from models.alert_route import AlertRoute
from pbx.errors import Overtaken
from pbx.services import Services

CHANNEL, CHANNEL_ID, SEEN = "channel", "channel_id", "seen"
FIELDS = ("topic", "numbers", CHANNEL, CHANNEL_ID, "off")
MAX_TYPED_LENGTH = 100
CHANNELS_ASKED_EVERY = 5.0  # seconds
NEW = "-"  # what SEEN says where there was no route; else: what routing.set_route() does
NOT_THERE = "Switchhook is not in this channel: type /invite @Switchhook there"
LOST = (
    "Nothing could be posted there: Slack says {}. Type /invite @Switchhook there, or choose another channel"
)


@dataclass(frozen=True)
class Route:
    """One route as a line. `problem`: why nothing arrives there; `is_default`: it is ALERT_CHANNEL's."""

    topic: str
    numbers: str
    words: str
    channel: str
    problem: str
    is_default: bool


def add_routes(pages: Pages) -> None:
    services = pages.services
    latest = Latest(partial(channels.look, services.settings), CHANNELS_ASKED_EVERY, CHANNELS_ASKED_EVERY)

    @pages.get("/alerts", Role.ADMIN, menu="Alerts")
    def alert_routes() -> str:
        return _page(services, latest.get(), _of_route(services, request.args))

    @pages.post("/alerts", Role.ADMIN)
    def set_alert_route() -> Response | tuple[str, int]:
        typed = {name: request.form.get(name, "").strip()[:MAX_TYPED_LENGTH] for name in FIELDS}
        seen = {SEEN: request.form[SEEN]} if SEEN in request.form else {}
        try:
            topic, numbers, channel = _read(typed)
        except Faults as faults:
            at_id = CHANNEL_ID if typed[CHANNEL_ID] else CHANNEL
            errors = {at_id if name == CHANNEL else name: words for name, words in faults.sentences.items()}
            return _page(services, latest.get(), typed | seen, errors=errors), 422
        by, is_as_seen = visitor.current().actor, partial(_is, seen.get(SEEN, NEW))
        try:
            command.save_route(services, topic, numbers, channel, by, is_as_seen)
        except Overtaken:
            now = _of_route(services, {"topic": topic or ALL, "numbers": numbers})
            fault = _overtaken(services, latest.get(), now, has_seen=bool(seen))
            return _page(services, latest.get(), now | typed | {"numbers": numbers}, fault=fault), 409
        visitor.notice(services, "done", _goes(topic, numbers, latest.get().called(channel)))
        return redirect(url_for("pages.alert_routes"), 303)


def _page(
    services: Services,
    known: Channels,
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    fault: str = "",
) -> str:
    shown = lines(services, known)
    return render_template(
        "pages/alerts.html",
        routes=shown,
        channels=known,
        choices=[("", "Choose a channel"), *((each, f"#{name}") for each, name in known.names.items())],
        topics=TOPICS,
        values=values,
        errors=errors or {},
        fault=fault,
        intro=alert_form.INTRO,
        missed_calls=command.MISSED_CALLS.replace("`", "“", 1).replace("`", "”", 1),
    )


def lines(services: Services, known: Channels) -> Sequence[Route]:
    """Return the routes in force, the most general first. Raises SQLAlchemyError."""
    found = command.routes(services)
    with services.database.session() as session:
        open_ones = outbox.find_open_by_prefix(session, broken_channels.SUBJECT)
    broken = {str(each.content.get("channel")): str(each.content.get("error")) for each in open_ones}
    return [_line(each, known, broken) for each in found]


def _line(route: AlertRoute, known: Channels, broken: Mapping[str, str]) -> Route:
    problem = LOST.format(broken[route.channel]) if route.channel in broken else ""
    is_unknown = route.channel[:1] in ("C", "G") and route.channel not in known.names
    if not problem and is_unknown and not known.problem:
        problem = NOT_THERE
    words = TOPICS.get(route.topic or ALL, route.topic)
    return Route(
        route.topic, route.numbers, words, known.called(route.channel), problem, is_default=route.id is None
    )


def _of_route(services: Services, given: Mapping[str, str]) -> dict[str, str]:
    """Return what the form begins with: a route that is to be changed, or nothing."""
    topic, numbers = given.get("topic", ""), given.get("numbers", "")
    for each in command.routes(services) if given else ():
        if (each.topic or ALL, each.numbers) == (topic, numbers):
            seen = NEW if each.id is None else each.channel or NOWHERE
            off = "" if each.channel else "on"
            return {"topic": topic, "numbers": numbers, CHANNEL: each.channel, "off": off, SEEN: seen}
    return {"topic": ALL}


def _read(typed: Mapping[str, str]) -> tuple[str, str, str]:
    """Return topic, numbers and channel, as route_actions.read(). Raises Faults."""
    by_id = typed[CHANNEL_ID].upper()
    if by_id and typed[CHANNEL] and by_id != typed[CHANNEL]:
        raise Faults({CHANNEL: "choose a channel above, or type an ID here: not both"})
    return route_actions.read(dict(typed) | {CHANNEL: by_id or typed[CHANNEL]})


def _is(seen: str, before: str | None) -> bool:
    """Return whether a route is still as its form was made of it; a new one must not be there."""
    return seen == (NEW if before is None else before)


def _goes(topic: str, numbers: str, where: str) -> str:
    return f"{TOPICS[topic or ALL]} of {numbers or 'every extension'} go {f'to {where}' if where else 'nowhere'}."


def _overtaken(services: Services, known: Channels, now: Mapping[str, str], *, has_seen: bool) -> str:
    """Say what is so now of a route that is otherwise than its form was made of it, and how to go on."""
    before = (
        "Somebody else has changed that route since you looked at it" if has_seen else "There is one already"
    )
    goes = f"{_goes(now['topic'], now['numbers'], known.called(now[CHANNEL]))} " if SEEN in now else ""
    return f"{before}. {_last_change(services, now)}{goes}Nothing was saved: to have it as below, save once more."


def _last_change(services: Services, route: Mapping[str, str]) -> str:
    did = command.did("" if route["topic"] == ALL else route["topic"], route.get("numbers", ""))
    with services.database.session() as session:
        return people.last_change(session, (did,))
