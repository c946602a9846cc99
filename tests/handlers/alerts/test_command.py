"""`/ext alerts` through gunicorn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import delete

from models.alert_route import AlertRoute
from models.database import Database
from tests.slack_stand_in import SlackUser, as_text
from tests.slash_commands import say

HINT = "Missed calls go to the extension's Slack user, if it has one, who can stop that with /ext notify off."


@pytest.fixture(autouse=True)
def no_routes(database_url: str) -> Iterator[None]:
    database = Database(database_url)
    with database.session() as session:
        session.exec(delete(AlertRoute))
    yield
    database.close()


def lines(answer: str) -> list[str]:
    return [line for line in answer.splitlines() if line.startswith("•")]


def said_in(user: SlackUser, channel: str, text: str) -> str:
    return as_text(user.replies(user.command("/ext", text, channel_id=channel))[0])


def test_without_any_setting_alerts_go_nowhere_and_it_says_so(admin: SlackUser) -> None:
    answer = say(admin, "alerts show")
    assert lines(answer) == ["• all alerts of every extension go nowhere"]
    assert answer.startswith("Where alerts go\n")
    assert HINT in answer
    assert lines(say(admin, "alerts")) == lines(answer)


def test_here_is_the_channel_in_which_it_was_typed(admin: SlackUser) -> None:
    answer = said_in(admin, "C0OFFICE", "alerts here")
    assert answer.startswith("Done: all alerts of every extension go to #C0OFFICE.")
    assert lines(answer) == ["• all alerts of every extension go to #C0OFFICE"]


def test_each_kind_and_range_has_a_channel_of_its_own(admin: SlackUser) -> None:
    said_in(admin, "C0OFFICE", "alerts here")
    said_in(admin, "C0SALES", "alerts HERE Calls １００ – 149")
    said_in(admin, "C0SECURE", "alerts here security")
    answer = said_in(admin, "C0OFFICE", "alerts off 101 registrations")
    assert answer.startswith("Done: registrations of 101 go nowhere.")
    assert lines(answer) == [
        "• all alerts of every extension go to #C0OFFICE",
        "• security of every extension go to #C0SECURE",
        "• calls of 100-149 go to #C0SALES",
        "• registrations of 101 go nowhere",
    ]


def test_off_is_nowhere_until_here_says_otherwise(admin: SlackUser) -> None:
    assert lines(say(admin, "alerts off")) == ["• all alerts of every extension go nowhere"]
    assert lines(said_in(admin, "C0OFFICE", "alerts here"))[0].endswith("go to #C0OFFICE")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "alerts hre",
            "There is no /ext alerts hre (did you mean “here”?): type /ext alerts here|off|set|show",
        ),
        ("alerts here call", "“call” is no kind of alert and no number (did you mean “calls”?)"),
        ("alerts here calls security", "“security” is no kind of alert and no number"),
        ("alerts here 101 102", "“102” is no kind of alert and no number"),
        ("alerts here 149-100", "“149-100” is no range; one is two numbers with as many digits each"),
        ("alert here", "There is no /ext alert. Did you mean alerts?"),
    ],
)
def test_an_unknown_word_is_refused_with_the_nearest_one_and_changes_nothing(
    admin: SlackUser, text: str, reason: str
) -> None:
    assert reason in say(admin, text)
    assert lines(say(admin, "alerts show")) == ["• all alerts of every extension go nowhere"]


@pytest.mark.parametrize("text", ["alerts here", "alerts off calls", "alerts show"])
def test_guests_are_refused(guest: SlackUser, admin: SlackUser, text: str) -> None:
    assert "Only phone admins can" in say(guest, text)
    assert lines(say(admin, "alerts show")) == ["• all alerts of every extension go nowhere"]
