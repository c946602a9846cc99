"""/extensions/alerts: which alert goes to which channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handlers.alerts import broken_channels, command
from handlers.api.latest import Latest
from handlers.pages import people, visitor
from handlers.pages.administration import channels
from handlers.pages.administration.channels import Channels
from handlers.pages.routes import Pages
from handlers.slack.modals import alert_actions, alert_form
from handlers.slack.modals.alert_form import ALL, TOPICS
from handlers.slack.modals.faults import Faults
from handlers.slack.roles import Role
from handlers.wording import ended
from models import audit, outbox
from models.alert_route import AlertRoute
from pbx.errors import Overtaken
from pbx.services import Services

CHANNEL, CHANNEL_ID, SEEN = "channel", "channel_id", "seen"
FIELDS = ("topic", "numbers", CHANNEL, CHANNEL_ID, "off")
MAX_TYPED_LENGTH = 100
CHANNELS_ASKED_EVERY = 5.0  # seconds
NEW, NOWHERE = (
    "-",
    "nowhere",
)  # what a form says of the route that it was made of: there was none, it led nowhere
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
        try:
            said = _save(services, latest.get(), typed, request.form.get(SEEN, ""))
        except Faults as faults:
            at_id = CHANNEL_ID if typed[CHANNEL_ID] else CHANNEL
            errors = {at_id if name == CHANNEL else name: words for name, words in faults.sentences.items()}
            return _page(
                services, latest.get(), typed | {SEEN: request.form.get(SEEN, "")}, errors=errors
            ), 422
        except Overtaken as overtaken:
            fault = f"{ended(str(overtaken))} {_last_change(services, typed)}Nothing was saved"
            return _page(services, latest.get(), typed | {SEEN: ""}, fault=ended(fault)), 409
        visitor.notice(services, "done", said)
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
        topics=list(TOPICS.items()),
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
    wanted = ("" if topic == ALL else topic, numbers)
    for each in command.routes(services) if given else ():
        if (each.topic, each.numbers) == wanted:
            off = "" if each.channel else NOWHERE
            seen = NEW if each.id is None else each.channel or NOWHERE
            return {
                "topic": topic,
                "numbers": numbers,
                CHANNEL: each.channel,
                "off": off,
                SEEN: _scope(*wanted) + seen,
            }
    return {"topic": ALL}


def _save(services: Services, known: Channels, typed: Mapping[str, str], seen: str) -> str:
    """Set the route, and return what is so now. Raises Faults, Overtaken."""
    by_id = typed[CHANNEL_ID].upper()
    if by_id and typed[CHANNEL] and by_id != typed[CHANNEL]:
        raise Faults({CHANNEL: "choose a channel above, or type an ID here: not both"})
    given = dict(typed) | {CHANNEL: by_id or typed[CHANNEL]}
    topic, numbers, channel = alert_actions.read(given)

    def is_as_seen(before: str | None) -> bool:
        scope = _scope(topic, numbers)
        return not seen.startswith(scope) or seen == scope + (NEW if before is None else before)

    command.save_route(services, topic, numbers, channel, visitor.current().actor, is_as_seen)
    where = f"go to {known.called(channel)}" if channel else "go nowhere"
    return f"{TOPICS[topic or ALL]} of {numbers or 'every extension'} {where}."


def _scope(topic: str, numbers: str) -> str:
    """Return how what was seen of a route begins."""
    return f"{topic} {numbers} "


def _last_change(services: Services, typed: Mapping[str, str]) -> str:
    """Return who has changed that route last, as a sentence."""
    topic = "" if typed["topic"] == ALL else typed["topic"]
    with services.database.session() as session:
        last = audit.last_of(session, (command.did(topic, typed["numbers"]),))
        acts = people.acts(session, [last] if last else [])
    return "".join(f"{act.who} {act.what}. " for act in acts)
