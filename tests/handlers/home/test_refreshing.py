"""Homes follow what they show, within Slack's limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import update

from handlers import sections
from handlers.home.refreshing import BURST, CONFLICT_SECONDS, LOOK_AT_ALL_EVERY, SECONDS_EACH, Refresher
from handlers.slack.blocks import Block
from models.extension import Extension
from models.lease import LeaseLost
from models.types import now
from pbx.services import Services
from tests.factories import free_lease
from tests.handlers.home.homes import BOB, EVE, add
from tests.handlers.home.refresh_bed import Bed
from tests.slack_stand_in import SlackStandIn

KNOWN: dict[str, Block] = {}


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    """One for each test: what was published is counted."""
    with SlackStandIn() as running:
        yield running


@pytest.fixture
def bed(quiet: Services, slack: SlackStandIn) -> Bed:
    add(quiet, "102", "Bob")
    return Bed(quiet, slack)


def test_a_home_follows_what_it_shows_and_is_left_alone_otherwise(bed: Bed) -> None:
    bed.open(BOB)
    assert bed.published == 1
    assert bed.refresh(2 * LOOK_AT_ALL_EVERY) == 0
    bed.rename("Robert")
    assert bed.refresh() == 1
    assert "102 · Robert" in bed.seen()


def test_a_change_that_a_home_does_not_show_is_not_sent(bed: Bed) -> None:
    add(bed.services, "103", "Carol")
    bed.open(BOB, search="bob")
    bed.rename("Caroline", "103")
    assert bed.refresh(3) == 0


def test_a_change_that_leaves_no_trace_is_found_within_a_minute(bed: Bed) -> None:
    bed.open(BOB)
    with bed.services.database.session() as session:
        session.exec(update(Extension).values(name="Robert"))
    assert bed.refresh(LOOK_AT_ALL_EVERY + 1) == 1


def test_page_and_search_stay_the_persons_own(bed: Bed) -> None:
    for number in range(200, 260):
        add(bed.services, str(number), "Anna")
    bed.open(BOB, page=2, search="anna")
    bed.rename("Annabel", "230")
    assert bed.refresh() == 1
    assert "Page 2 of 3" in bed.seen()
    assert "with “anna”" in bed.seen()


def test_a_home_that_was_not_opened_for_an_hour_is_left_alone(bed: Bed) -> None:
    bed.open(BOB)
    bed.change_rows(opened_at=now() - timedelta(minutes=61))
    bed.rename("Robert")
    assert bed.refresh(3) == 0


def test_many_homes_follow_a_change_within_slacks_limits_each_once(bed: Bed) -> None:
    people = [f"U0MANY{number:03}" for number in range(60)]
    bed.open(*people)
    for count in range(10):  # as phones come one after the other
        bed.rename(f"Robert {count}")
        bed.refresh()
    assert bed.published - len(people) <= BURST + 10 / SECONDS_EACH
    bed.refresh(60)
    after = bed.published
    assert after - len(people) <= len(people) + BURST + 10 / SECONDS_EACH
    assert all("102 · Robert 9" in bed.seen(each) for each in people)
    assert bed.refresh(30) == 0


def test_slacks_limit_of_views_a_minute_is_never_met(bed: Bed) -> None:
    people = [f"U0MANY{number:03}" for number in range(90)]
    bed.open(*people)
    for minute in range(3):
        bed.rename(f"Robert {minute}")
        assert bed.refresh(60) < 90


def test_slack_is_left_alone_for_as_long_as_it_asks(bed: Bed) -> None:
    bed.open(BOB, EVE)
    bed.slack.fail_next("views.publish", status=429, retry_after=7)
    bed.rename("Robert")
    assert bed.refresh(7) == 1
    assert bed.refresh(4) == 2
    assert ("Robert" in bed.seen(BOB), "Robert" in bed.seen(EVE)) == (True, True)


def test_slack_away_is_tried_again_later(bed: Bed) -> None:
    bed.open(BOB)
    bed.slack.fail_next("views.publish", drop=True)
    bed.rename("Robert")
    assert bed.refresh() == 1
    bed.refresh(2)  # Slack had it all the same, with another mark
    bed.refresh(CONFLICT_SECONDS + 1)
    assert "Robert" in bed.seen()


@pytest.mark.parametrize("fault", [{"error": "invalid_auth"}, {"error": "missing_scope"}, {"status": 503}])
def test_a_home_that_is_refused_for_a_moment_is_shown_soon_after(bed: Bed, fault: dict[str, Any]) -> None:
    bed.open(BOB)
    bed.slack.fail_next("views.publish", 3, **fault)
    bed.rename("Robert")
    bed.refresh(10)
    assert "Robert" in bed.seen()


def test_a_page_that_was_turned_meanwhile_is_not_turned_back(bed: Bed) -> None:
    for number in range(200, 260):
        add(bed.services, str(number), "Anna")
    bed.open(BOB)
    (before,) = bed.rows()
    bed.homes.open(BOB, page=2)
    (turned,) = bed.rows()
    bed.change_rows(
        page=1, hash=before.hash, digest=before.digest
    )  # what a refresh has read just before that
    bed.rename("Annabel", "210")
    bed.rename("Annabel", "230")
    assert bed.refresh() == 1
    assert bed.slack.called("views.publish")[-1].error == "hash_conflict"
    assert "Page 2 of 3" in bed.seen()
    bed.change_rows(page=2, hash=turned.hash, digest=turned.digest)  # the press is recorded
    bed.refresh(CONFLICT_SECONDS + 1)
    assert "Page 2 of 3" in bed.seen()
    assert "Annabel" in bed.seen()


def test_a_mark_that_is_lost_does_not_keep_a_home_from_following(bed: Bed) -> None:
    bed.open(BOB)
    bed.change_rows(hash="another")
    bed.rename("Robert")
    assert bed.refresh(CONFLICT_SECONDS + 2) == 2
    assert "Robert" in bed.seen()


@pytest.mark.parametrize("gone", ["no_tab", "no_user"])
def test_a_home_that_nobody_can_see_any_more_is_forgotten(bed: Bed, gone: str) -> None:
    bed.open(BOB)
    if gone == "no_tab":
        bed.slack.workspace.has_home_tab = False
    else:
        del bed.slack.workspace.users[BOB]
    bed.rename("Robert")
    assert bed.refresh(3) == 1
    assert bed.rows() == []


def test_a_home_that_slack_refuses_is_not_sent_again_as_it_is(bed: Bed) -> None:
    bed.open(BOB)
    bed.slack.fail_next("views.publish", error="view_too_large")
    bed.rename("Robert")
    assert bed.refresh(LOOK_AT_ALL_EVERY + 5) == 1
    bed.rename("Bert")
    assert bed.refresh() == 1
    assert "102 · Bert" in bed.seen()


def test_who_has_lost_the_lease_sends_nothing(bed: Bed) -> None:
    bed.open(BOB)
    bed.rename("Robert")
    free_lease(bed.services)
    with pytest.raises(LeaseLost):
        bed.refresh()
    assert bed.published == 1


def test_a_listener_that_takes_over_sends_what_differs_and_nothing_else(bed: Bed) -> None:
    bed.open(BOB, EVE)
    bed.rename("Robert")
    bed.refresh()
    another = Refresher(bed.homes, bed.holder, lambda: bed.time)
    another.refresh()
    assert bed.published == 4


def test_a_home_that_cannot_be_made_does_not_hold_up_the_others(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_for_bob(_services: Services, user_id: str) -> list[Block]:
        return [KNOWN[user_id]] if user_id != EVE else []

    bed.open(BOB, EVE)
    monkeypatch.setattr(sections, "SECTIONS", (broken_for_bob,))
    bed.rename("Robert")
    assert bed.refresh() == 1
    assert ("Robert" in bed.seen(BOB), "Robert" in bed.seen(EVE)) == (False, True)
    bed.homes.open(BOB)
    assert "Your phones cannot be shown right now" in bed.seen(BOB)
