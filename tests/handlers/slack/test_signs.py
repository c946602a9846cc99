"""The sign of an extension's state."""

from __future__ import annotations

import pytest

from handlers.slack.signs import light, sign
from models.extension import State
from pbx.answers import Status
from pbx.contact_status import Contact
from tests.handlers.slack.samples import extension


@pytest.mark.parametrize(
    ("enabled", "state", "shown"),
    [
        (True, State.LIVE, "🟢"),
        (True, State.PENDING, "🕓"),
        (True, State.FAILED, "❌"),
        (False, State.LIVE, "🚫"),
        (False, State.PENDING, "🕓"),
        (False, State.FAILED, "❌"),
        (True, State.DELETING, "🕓"),
    ],
)
def test_what_asterisk_does_not_have_as_it_should_be_comes_first(
    enabled: bool, state: State, shown: str
) -> None:
    assert sign(enabled, state, is_known=True, is_registered=True) == shown


def test_what_is_not_known_counts_for_nothing_and_a_call_for_more_than_a_registration() -> None:
    assert sign(True, State.LIVE, is_known=False, is_registered=True, is_talking=True) == "❔"
    assert sign(True, State.LIVE, is_known=True, is_registered=True, is_talking=True) == "📞"
    assert sign(True, State.LIVE, is_known=True, is_registered=False) == "⚫"


def test_of_several_phones_one_that_answers_is_enough() -> None:
    row, silent = extension(102, "Bob"), Contact("2001:db8::7", 5060, "", "Unreachable", None)
    here = Contact("192.0.2.7", 5062, "Snom D785", "Reachable", 12.4)
    assert [light(Status(row, found)) for found in ([silent, here], [silent])] == ["🟢", "⚫"]
    assert light(Status(row, [here], error="away")) == "❔"
