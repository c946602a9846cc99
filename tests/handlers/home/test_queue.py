"""Homes are made a few at a time, and one person's one after the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from handlers.home.publishing import Homes
from handlers.home.queue import THREADS, HomeQueue, Page
from pbx.services import Services
from tests.handlers.home.homes import BOB, add, homes_of
from tests.slack_stand_in import SlackStandIn, as_text
from tests.waiting import wait_for


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        running.add_user(BOB, "bob")
        yield running


@pytest.fixture
def queue(quiet: Services) -> HomeQueue:
    for number in range(100, 140):
        add(quiet, str(number), f"Phone {number}")
    return HomeQueue(homes_of(quiet))


def shown(slack: SlackStandIn) -> str:
    return as_text(slack.workspace.homes.get(BOB, {}))


def test_of_all_that_one_person_asks_for_meanwhile_the_last_is_shown(
    queue: HomeQueue, slack: SlackStandIn
) -> None:
    with slack._changed:  # it answers nothing meanwhile
        queue.reopen(BOB)
        wait_for(lambda: BOB not in queue._wanted)
        for _ in range(200):
            queue.reopen(BOB)
        queue.open(BOB, Page(2))
        queue.reopen(BOB)  # a page that was turned to is not turned back
    wait_for(lambda: "Page 2 of 2" in shown(slack))
    queue.reopen(BOB)
    wait_for(lambda: len(slack.called("views.publish")) == 3)
    assert "Page 2 of 2" in shown(slack)


def test_after_a_home_that_cannot_be_made_the_next_is_shown(
    queue: HomeQueue, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(Homes, "reopen", fail)
        queue.reopen(BOB)
        wait_for(lambda: not queue._served)
    queue.reopen(BOB)
    wait_for(lambda: "Page 1 of 2" in shown(slack))


def test_many_people_are_served_by_a_few_threads(queue: HomeQueue, slack: SlackStandIn) -> None:
    people = [f"U0PERSON{number:02}" for number in range(3 * THREADS)]
    for each in people:
        slack.add_user(each, each.lower())
        queue.reopen(each)
    wait_for(lambda: slack.workspace.homes.keys() >= set(people))


def test_a_press_in_a_message_or_a_window_shows_no_home(queue: HomeQueue, slack: SlackStandIn) -> None:
    for body in ({"user": {"id": BOB}}, {"user": {"id": BOB}, "view": {"type": "modal"}}):
        queue.follow(body)
    queue.follow({"user": {"id": BOB}, "view": {"type": "home"}})
    wait_for(lambda: slack.called("views.publish"))
    assert len(slack.called("views.publish")) == 1
