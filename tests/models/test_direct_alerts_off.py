"""Who wants no direct messages about missed calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from models import direct_alerts_off
from models.database import Database


def test_everybody_gets_them_who_has_not_switched_them_off(database: Database) -> None:
    assert direct_alerts_off.switch_off(database, "U1")
    with database.session() as session:
        assert direct_alerts_off.recipients(session, ["U2", "U1", "U3"]) == ["U2", "U3"]
        assert [direct_alerts_off.are_on(session, each) for each in ("U1", "U2")] == [False, True]
    assert direct_alerts_off.switch_on(database, "U1")
    with database.session() as session:
        assert direct_alerts_off.recipients(session, ["U1"]) == ["U1"]


def test_switching_says_whether_it_changed_anything(database: Database) -> None:
    assert not direct_alerts_off.switch_on(database, "U1")
    assert [direct_alerts_off.switch_off(database, "U1") for _ in range(2)] == [True, False]


def test_two_clicks_at_the_same_moment_switch_once(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: direct_alerts_off.switch_off(database, "U1"), range(8)))
    assert True in results
    with database.session() as session:
        assert not direct_alerts_off.are_on(session, "U1")
