"""App Home, as an admin finds it on an ordinary day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.home.content import HomeContent, OwnExtension, Person, Team, Trouble
from handlers.home.views import View, phone_home, trouble_home
from handlers.number_names import Named
from handlers.onboarding.delivery_messages import DeliveryFailed
from models.event import Event, EventKind
from models.extension import State
from pbx.answers import Status
from tests.pictures.ordinary.parts import ByKind
from tests.pictures.ordinary.people import ADA, BOB, NOW, bob, event, everybody

MENTION = f"<@{ADA}>"


def home() -> View:
    return phone_home(content())


def home_of_bob() -> View:
    """Return the same for somebody who is no admin."""
    return phone_home(replace(content(), trouble=None))


def content() -> HomeContent:
    found = everybody()
    not_live = [each.extension for each in found if each.extension.state is not State.LIVE]
    asked = DeliveryFailed(
        delivery=17, source="bamboohr", who="Dan Okafor joined", reason="every number of 100-199 is taken"
    )
    return HomeContent(
        admins=[MENTION],
        own=[OwnExtension(bob().extension, registered=True, talking=True, phone=bob().phone)],
        own_count=1,
        calls=calls(),
        names={each.extension.number: Named(each.extension.name, NOW - timedelta(days=1)) for each in found},
        team=Team([person(each) for each in found], 64, 64, 51, 1, 3),
        trouble=Trouble(
            not_live=not_live,
            not_live_count=len(not_live),
            deliveries=[asked.render().blocks],
            delivery_count=1,
        ),
    )


def person(status: Status) -> Person:
    row = status.extension
    talks = row.slack_user_id == BOB
    return Person(
        row.number, row.name, row.slack_user_id, status.registered, talks, row.enabled, State(row.state)
    )


def calls() -> list[Event]:
    kind, hour = EventKind.ENDED, timedelta(hours=1)
    return [
        event(kind, "102", peer="101", reason="answered", talked=312.0, at=NOW - hour),
        event(kind, "102", peer="103", reason="no answer", at=NOW - 2 * hour),
        event(kind, "105", peer="102", reason="answered", talked=41.0, at=NOW - 3 * hour),
    ]


HOMES: ByKind = {
    "phone_home": home,
    "trouble_home": lambda: trouble_home(
        "the database does not answer. Check that its server runs, and DATABASE_URL"
    ),
}
