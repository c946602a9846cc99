"""Who is shown a secret: nobody who does not have the extension any more by then."""

from __future__ import annotations

import pytest
from sqlmodel import select

from models.actor import Actor
from models.audit import AuditEntry
from models.fields import Changes, NewExtension
from pbx import extensions, shown_secrets
from pbx.errors import Overtaken
from pbx.services import Services
from tests.slash_commands import TESTER

BOB = Actor.slack("U0BOB")


def test_it_is_the_present_one_and_the_audit_has_who_saw_it(quiet: Services) -> None:
    extensions.create(quiet, NewExtension(number="101", name="Bob", slack_user_id=BOB.id), by=TESTER)
    seen = extensions.get(quiet, "101")
    new = extensions.rotate_secret(quiet, "101", by=TESTER).secret
    assert shown_secrets.show(quiet, seen, by=BOB) == new
    with quiet.database.session() as session:
        last = session.exec(select(AuditEntry).order_by(AuditEntry.id.desc())).first()  # type: ignore[union-attr] # a column
    assert last
    assert (last.actor, last.action, last.number) == ("slack:U0BOB", shown_secrets.SHOWN, "101")


def test_who_has_lost_it_since_they_looked_is_shown_nothing(quiet: Services) -> None:
    extensions.create(quiet, NewExtension(number="101", name="Bob", slack_user_id=BOB.id), by=TESTER)
    seen = extensions.get(quiet, "101")
    extensions.change(quiet, "101", Changes(slack_user_id="U0CAROL"), by=TESTER)
    with pytest.raises(Overtaken):
        shown_secrets.show(quiet, seen, by=BOB)
    seen = extensions.get(quiet, "101")
    extensions.delete(quiet, "101", by=TESTER)
    with pytest.raises(Overtaken):
        shown_secrets.show(quiet, seen, by=BOB)
