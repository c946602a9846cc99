"""Two people set NAT at the same moment: one of them hears of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import make_url, text
from sqlmodel import select

from models import schema
from models.database import Database
from models.nat import Nat
from pbx import nat
from pbx.errors import Overtaken
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.models.migrating import empty
from tests.pbx.conftest import ServicesOn
from tests.pbx.nat_driver import set_nat
from tests.server import settings_for
from tests.waiting import wait_for

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


def test_who_comes_second_at_the_first_setting_reads_that_somebody_else_was_faster(
    asterisk: Asterisk, postgresql: str
) -> None:
    empty(postgresql)
    schema.upgrade(make_url(postgresql))
    services, other = Services.of(settings_for(asterisk, postgresql)), Database(postgresql)

    def somebody_waits() -> bool:
        with services.database.engine.connect() as connection:
            return bool(connection.execute(WAITING).scalar())

    with ThreadPoolExecutor(1) as second:
        with other.session() as session:
            session.add(Nat(external_media_address="203.0.113.7"))
            session.flush()
            waiting = second.submit(set_nat, services, media="203.0.113.8")
            wait_for(somebody_waits)
        with pytest.raises(Overtaken, match="somebody else has set it at the same moment"):
            waiting.result(60)
    with other.session() as session:
        assert session.exec(select(Nat)).one().external_media_address == "203.0.113.7"
    services.database.close()
    other.close()


def test_two_changes_at_once_are_both_made(
    services: Services, services_on: ServicesOn, asterisk: Asterisk
) -> None:
    set_nat(services, media="203.0.113.7")
    with ThreadPoolExecutor(2) as both:
        changes = [{"signaling": "203.0.113.8"}, {"local": "192.168.1.0/24"}]
        done = list(both.map(lambda typed: set_nat(services, **typed), changes))
    assert [each.error for each in done] == [None, None]
    found = nat.show(services_on(asterisk)).nat
    assert found
    assert (found.signaling, found.local_net) == ("203.0.113.8", ["192.168.1.0/24"])
