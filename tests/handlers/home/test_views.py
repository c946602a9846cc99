"""A Home as a whole."""

from __future__ import annotations

from handlers.home.content import HomeContent, Trouble
from handlers.home.views import MAX_BLOCKS, digest, phone_home, trouble_home
from handlers.slack.blocks import section
from pbx.services import Services
from tests.handlers.home.homes import BOB, add, home, labels, seen


def test_what_concerns_the_person_comes_first_and_everybody_else_last(quiet: Services) -> None:
    add(quiet, "102", slack_user_id=BOB)
    shown = home(quiet, is_admin=True)
    places = [shown.index(title) for title in ("My extension", "My recent calls", "Phone system", "Team")]
    assert places == sorted(places)


def test_what_other_parts_add_stands_below_the_persons_extension() -> None:
    shown = seen(phone_home(HomeContent(more=[section("In a call status")])))
    assert shown.index("My extension") < shown.index("In a call status") < shown.index("Team")


def test_only_who_is_no_admin_reads_whom_to_ask_why_lights_are_off() -> None:
    asked = "@U0ADA can see why with /ext doctor"
    assert asked in seen(phone_home(HomeContent(admins=["<@U0ADA>"], is_current=False)))
    assert asked not in seen(
        phone_home(HomeContent(admins=["<@U0ADA>"], is_current=False, trouble=Trouble()))
    )
    assert asked not in seen(phone_home(HomeContent(admins=["<@U0ADA>"])))


def test_a_home_that_cannot_be_made_says_why_and_can_be_tried_again() -> None:
    view = trouble_home("the database is <locked>. Look later")
    assert "The database is <locked>. Look later" in seen(view)
    assert labels(view) == ["Try again"]


def test_no_home_has_more_blocks_than_slack_takes() -> None:
    assert len(phone_home(HomeContent(more=[section("x")] * 200))["blocks"]) == MAX_BLOCKS


def test_homes_that_look_alike_have_the_same_digest() -> None:
    assert digest(trouble_home("a")) == digest(trouble_home("a")) != digest(trouble_home("b"))
