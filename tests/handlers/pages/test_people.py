"""What pages call people: nobody can pass for somebody else by choosing a name."""

from __future__ import annotations

from handlers.pages import people
from models import audit, web_session
from models.actor import Actor
from pbx.services import Services
from tests.factories import insert_extension

ADA, BOB, CAROL, NOBODY = (Actor.slack(f"U0{name}0001") for name in ("ADA", "BOB", "CAROL", "NOBODY"))
ROOT = Actor("cli", "root")


def test_whoever_calls_themselves_like_an_admin_is_told_from_them(quiet: Services) -> None:
    insert_extension(quiet, "101", slack_user_id=ADA.id, name="Ada Admin")
    insert_extension(quiet, "102", slack_user_id=CAROL.id, name="Carol")
    with quiet.database.session() as session:
        for by, name in ((BOB, "Ada Admin"), (ROOT, "root")):
            web_session.begin(session, by, name)
        for by in (ADA, BOB, CAROL, ROOT, NOBODY):
            audit.record(session, by, "changed NAT")
    acts = [(act.who, act.what) for act in _acts(quiet)]
    assert acts == [
        ("Slack user U0NOBODY0001", "changed NAT"),
        ("root (command line)", "changed NAT"),
        ("Carol (U0CAROL0001)", "changed NAT"),
        ("Ada Admin (U0BOB0001)", "changed NAT"),
        ("Ada Admin (U0ADA0001)", "changed NAT"),
    ]


def _acts(services: Services) -> list[people.Act]:
    entries = audit.page(services.database, limit=10)
    with services.database.session() as session:
        return people.acts(session, entries)


def test_who_is_to_be_asked_is_named_alone(quiet: Services) -> None:
    insert_extension(quiet, "101", slack_user_id=ADA.id, name="Ada Admin")
    with quiet.database.session() as session:
        assert people.called(session, [ADA, NOBODY]) == {ADA: "Ada Admin"}
